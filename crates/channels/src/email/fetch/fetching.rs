//! One mailbox's fetcher: signs in, takes what is new, and waits for more.

use super::Step;
use super::cursor::Cursor;
use super::fault::Fault;
use super::session::{Abilities, Steps, Way, look, open};
use super::store::{self, Lease};
use super::taking::Taking;
use super::wire::{SILENCE, SMALL, Wire};
use crate::codes;
use crate::email::mailbox::{self, IMAP_SECRET, Login, Mailbox};
use async_imap::Session;
use kernel::{AggregateKey, Code, Error, Result};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};

/// Sign-ins at once.
const SIGNING_IN_MAX: usize = 16;
/// Bodies in memory at once, of all mailboxes together, in KiB.
const BODIES_KIB_MAX: usize = 128 * 1024;
/// Waiting for news is begun anew after this long; servers end it at half an hour (RFC 2177).
const IDLE_TIME: Duration = Duration::from_secs(25 * 60);
/// Beginning and ending it must be done within this.
const IDLE_STEP: Duration = Duration::from_secs(30);
/// Without IDLE the folder is looked at this often.
const POLL_EVERY: Duration = Duration::from_secs(60);
/// News that come together are taken together.
const GATHER: Duration = Duration::from_millis(50);
/// After a fault: the first pause and the longest.
const PAUSE_MIN: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(600);
/// That all is well, or still not, is written at most this often.
const WRITE_EVERY: Duration = Duration::from_secs(60);

/// What the fetchers of one program share.
#[derive(Clone)]
pub(super) struct Shared {
    signing_in: Arc<Semaphore>,
    pub(super) bodies: Arc<Semaphore>,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared {
            signing_in: Arc::new(Semaphore::new(SIGNING_IN_MAX)),
            bodies: Arc::new(Semaphore::new(BODIES_KIB_MAX)),
        }
    }
}

impl Shared {
    /// Room for so many bytes of bodies; waits for it.
    pub(super) async fn room(&self, bytes: usize) -> tokio::sync::SemaphorePermit<'_> {
        let kib = u32::try_from(bytes.div_ceil(1024).clamp(1, BODIES_KIB_MAX)).unwrap_or(u32::MAX);
        self.bodies.acquire_many(kib).await.expect("invariant: never closed")
    }
}

/// Why a connection ended.
pub(super) enum End {
    /// Another fetches this mailbox, or its settings changed.
    Lost,
    /// Something went wrong; it is tried again.
    Fault(Fault),
}

impl From<Fault> for End {
    fn from(f: Fault) -> End {
        End::Fault(f)
    }
}

impl From<Error> for End {
    fn from(e: Error) -> End {
        if e.code == &codes::MAILBOX_TAKEN_OVER {
            return End::Lost;
        }
        tracing::warn!(error = %e, "a mail that was fetched could not be kept; it is fetched again");
        End::Fault(Fault::new(Step::Arrival, e.code, ""))
    }
}

/// What was written last about how it goes.
struct Told {
    fault: Option<&'static Code>,
    at: Instant,
}

pub(super) struct Fetcher {
    pub(super) app: App,
    pub(super) lease: Lease,
    pub(super) shared: Shared,
    told: Option<Told>,
    pause: Duration,
    pub(super) taking: Taking,
}

/// Fetches until told to stop, or until another holds the mailbox. Gives it back and answers with what it held.
pub(super) async fn run(app: App, lease: Lease, shared: Shared, mut stop: watch::Receiver<bool>) -> Lease {
    let taking = Taking::default();
    let mut f = Fetcher { app, lease, shared, told: None, pause: PAUSE_MIN, taking };
    loop {
        let ended = tokio::select! {
            ended = f.connected() => ended,
            () = platform::web::stopped(&mut stop) => break,
        };
        let told = match ended {
            End::Lost => return lease,
            End::Fault(fault) => f.tell_fault(&fault).await,
        };
        if let Err(End::Lost) = told {
            return lease;
        }
        tokio::select! {
            () = tokio::time::sleep(f.next_pause()) => {}
            () = platform::web::stopped(&mut stop) => break,
        }
    }
    f.give_back().await;
    lease
}

/// Where a mailbox is fetched, with what one signs in with.
pub async fn way_to(app: &App, m: &Mailbox) -> Result<std::result::Result<Way, Fault>> {
    let Some(e) = &m.config.imap else {
        return Ok(Err(Fault::new(Step::SignIn, &codes::MAILBOX_NOT_SET_UP, "")));
    };
    Ok(match mailbox::secret(app, m, IMAP_SECRET, e.with).await? {
        Ok(secret) => Ok(Way {
            host: e.host.clone(),
            port: e.port,
            security: e.security,
            login: e.login.clone().unwrap_or_default(),
            secret,
            bearer: e.with == Login::Oauth2,
            ca: e.ca.clone(),
            folder: m.config.folder().to_owned(),
        }),
        Err((code, said)) => Err(Fault::new(Step::SignIn, code, said)),
    })
}

impl Fetcher {
    fn key(&self) -> AggregateKey {
        AggregateKey::new("mailbox", self.lease.inbox.0)
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        f: impl AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app.db().write(&accounts::authorize::job(self.lease.tenant), self.key(), f).await
    }

    async fn mailbox(&self) -> std::result::Result<Mailbox, End> {
        let lease = self.lease;
        let read = async move |tx: &mut Tx| mailbox::by_inbox(tx, lease.tenant, lease.inbox).await;
        let found = self.app.db().read(&accounts::authorize::job(lease.tenant), read).await?;
        found.filter(|m| m.epoch == lease.epoch).ok_or(End::Lost)
    }

    /// One connection, from signing in to its end.
    async fn connected(&mut self) -> End {
        match self.over_one_connection().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn over_one_connection(&mut self) -> std::result::Result<std::convert::Infallible, End> {
        let m = self.mailbox().await?;
        let way = way_to(&self.app, &m).await??;
        let (mut session, able) = self.sign_in(&m, &way).await?;
        loop {
            let found = look(&mut session, &way.folder, "EXAMINE").await?;
            let cursor = self.begin_look(&m, found.validity, found.next).await?;
            self.take_new(&mut session, &m, cursor, found.next).await?;
            self.pause = PAUSE_MIN;
            self.tell_well().await?;
            session = wait(session, able).await?;
        }
    }

    async fn sign_in(&self, m: &Mailbox, way: &Way) -> std::result::Result<(Session<Wire>, Abilities), End> {
        let _turn = self.shared.signing_in.acquire().await.expect("invariant: never closed");
        let opened = open(self.app.egress(), way, &mut Steps::default()).await;
        if way.bearer && opened.as_ref().is_err_and(|f| f.step == Step::SignIn) {
            self.app.port::<Arc<mailbox::Accesses>>().forget(m.inbox);
        }
        Ok(opened?)
    }

    /// Where to go on in the folder as it stands; written down where that is not what is stored.
    async fn begin_look(&self, m: &Mailbox, validity: u32, next: u32) -> std::result::Result<Cursor, End> {
        let (lease, all, now) = (self.lease, m.config.from_the_start, self.app.now());
        let read = async move |tx: &mut Tx| store::cursor(tx, lease).await;
        let stored = self.app.db().read(&accounts::authorize::job(lease.tenant), read).await?;
        let cursor = Cursor::at_look(stored, validity, next, all, now);
        if stored != Some(cursor) {
            self.write(async move |tx: &mut Tx| store::advance(tx, lease, cursor).await).await?;
        }
        Ok(cursor)
    }

    async fn tell_well(&mut self) -> std::result::Result<(), End> {
        if self.told.as_ref().is_some_and(|t| t.fault.is_none() && t.at.elapsed() < WRITE_EVERY) {
            return Ok(());
        }
        let (lease, now) = (self.lease, self.app.now());
        self.write(async move |tx: &mut Tx| store::well(tx, lease, now).await).await?;
        self.told = Some(Told { fault: None, at: Instant::now() });
        Ok(())
    }

    async fn tell_fault(&mut self, f: &Fault) -> std::result::Result<(), End> {
        let inbox = self.lease.inbox;
        tracing::info!(%inbox, fault = f.code.code, step = ?f.step, "a mailbox could not be fetched; trying again");
        if self.told.as_ref().is_some_and(|t| t.fault == Some(f.code) && t.at.elapsed() < WRITE_EVERY) {
            return Ok(());
        }
        let (lease, now, code, answer) = (self.lease, self.app.now(), f.code, f.answer.clone());
        let answer = match f.folders.as_slice() {
            [] => answer,
            all => super::fault::cut(&format!("{answer} [{}]", all.join(", "))),
        };
        self.write(async move |tx: &mut Tx| store::failing(tx, lease, code.code, &answer, now).await).await?;
        self.told = Some(Told { fault: Some(code), at: Instant::now() });
        Ok(())
    }

    /// The pause after a fault: twice as long each time, a quarter more or less.
    fn next_pause(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = (pause * 2).min(PAUSE_MAX);
        pause * 3 / 4 + pause.mul_f64((self.app.rng().u64() % 1_000) as f64 / 2_000.0)
    }

    async fn give_back(&self) {
        let lease = self.lease;
        if let Err(e) = self.write(async move |tx: &mut Tx| store::hold_until(tx, lease, 0).await).await {
            tracing::debug!(error = %e, "a mailbox could not be given back; its lease ends by itself");
        }
    }
}

/// Waits until there may be something new.
async fn wait(session: Session<Wire>, able: Abilities) -> std::result::Result<Session<Wire>, Fault> {
    if !able.idle {
        tokio::time::sleep(POLL_EVERY).await;
        return Ok(session);
    }
    let late = |_| Fault::new(Step::Folder, &codes::MAILBOX_NO_ANSWER, "");
    let broke = |e: async_imap::error::Error| Fault::new(Step::Folder, &codes::MAILBOX_BROKE_OFF, e);
    let mut idle = session.idle();
    idle.as_mut().allow(SMALL, SILENCE);
    tokio::time::timeout(IDLE_STEP, idle.init()).await.map_err(late)?.map_err(broke)?;
    idle.as_mut().allow(SMALL, IDLE_TIME * 2);
    {
        let (news, kept) = idle.wait_with_timeout(IDLE_TIME);
        // Whatever ended it, the next look tells what is new; a connection that is gone shows below.
        let _ = tokio::time::timeout(IDLE_TIME, news).await;
        drop(kept);
    }
    tokio::time::sleep(GATHER).await;
    idle.as_mut().allow(SMALL, SILENCE);
    tokio::time::timeout(IDLE_STEP, idle.done()).await.map_err(late)?.map_err(broke)
}
