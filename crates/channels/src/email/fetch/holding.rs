//! Who fetches which mailbox: leases with an epoch, and one task for each mailbox held.

use super::fetching::{self, Shared};
use super::store::{self, Lease};
use conversations::inboxes::Cache;
use kernel::{AggregateKey, InboxId, Millis, Result};
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A mailbox is held for this long without renewal.
const LEASE_MS: Millis = 45_000;
/// Renewed this often.
const RENEW_EVERY: Duration = Duration::from_secs(15);
/// How often mailboxes that nobody holds are looked for, where no event told of one.
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// Mailboxes held by one program at the most.
const HELD_MAX: usize = 1_000;
/// Events looked at together, and the pause between two such looks.
const EVENTS_AT_ONCE: usize = 500;
const PACE: Duration = Duration::from_millis(50);

/// With one owner of the store nobody else can hold anything: what an earlier run held is free.
pub(super) async fn begin(app: App) -> Result<()> {
    if app.db().sqlite_path().is_none() {
        return Ok(());
    }
    let write = async |tx: &mut Tx| store::give_all_back(tx).await;
    app.db().write(&accounts::authorize::reader(), AggregateKey::new("mailboxes", 0), write).await
}

struct Held {
    lease: Lease,
    stop: watch::Sender<bool>,
}

struct Holder {
    app: App,
    shared: Shared,
    held: HashMap<InboxId, Held>,
    running: JoinSet<Lease>,
    renewed: Instant,
    /// Of fetchers that ended badly: to be given back.
    orphans: Vec<Lease>,
}

/// Holds mailboxes and fetches them until `stop` turns true.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut pos = app.log().head();
    let (shared, running) = (Shared::default(), JoinSet::new());
    let (held, orphans, renewed) = (HashMap::new(), vec![], Instant::now());
    let mut h = Holder { app: app.clone(), shared, held, running, renewed, orphans };
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = sweep.tick() => h.sweep().await,
            () = app.log().wait_after(pos) => {
                tokio::time::sleep(PACE).await;
                match app.log().after(pos, EVENTS_AT_ONCE).await {
                    Ok(events) => {
                        pos = events.last().map_or(pos, |e| e.pos);
                        if events.iter().any(|e| e.kind.starts_with("mailbox.") || e.kind.starts_with("inbox.")) {
                            h.news(events.iter().filter(|e| e.kind.starts_with("mailbox.")).map(|e| InboxId(e.subject)));
                            h.sweep().await;
                        }
                    }
                    Err(e) => tracing::debug!(error = %e, "the log could not be looked at just now"),
                }
            }
            Some(done) = h.running.join_next() => h.ended(done),
            () = platform::web::stopped(&mut stop) => break,
        }
    }
    h.end().await;
}

impl Holder {
    /// Settings changed: who fetches with those before ends; the next sweep begins anew.
    fn news(&mut self, changed: impl Iterator<Item = InboxId>) {
        for inbox in changed {
            if let Some(h) = self.held.remove(&inbox) {
                h.stop.send_replace(true);
            }
        }
    }

    fn ended(&mut self, done: std::result::Result<Lease, tokio::task::JoinError>) {
        match done {
            Ok(lease) => {
                if self.held.get(&lease.inbox).is_some_and(|h| h.lease == lease) {
                    self.held.remove(&lease.inbox);
                }
            }
            Err(e) => {
                tracing::error!(error = %e, "a fetcher ended badly; its mailbox is taken again");
                let gone = self.held.extract_if(|_, h| h.stop.receiver_count() == 0);
                self.orphans.extend(gone.map(|(_, h)| h.lease));
            }
        }
    }

    async fn sweep(&mut self) {
        let tried = async {
            while let Some(lease) = self.orphans.last().copied() {
                self.hold(lease, 0).await?;
                self.orphans.pop();
            }
            self.renew().await?;
            self.take().await
        };
        if let Err(e) = tried.await {
            tracing::warn!(error = %e, "mailboxes could not be looked after just now; trying again");
        }
    }

    async fn hold(&self, lease: Lease, until: Millis) -> Result<bool> {
        let write = async move |tx: &mut Tx| store::hold_until(tx, lease, until).await;
        let key = AggregateKey::new("mailbox", lease.inbox.0);
        self.app.db().write(&accounts::authorize::job(lease.tenant), key, write).await
    }

    fn until(&self) -> Millis {
        // With one owner of the store a lease that ends would only wake the disk.
        if self.app.db().sqlite_path().is_some() { Millis::MAX / 2 } else { self.app.now() + LEASE_MS }
    }

    /// Renews what is held; lets go what another took, and what is switched off.
    async fn renew(&mut self) -> Result<()> {
        let cache = self.app.port::<Arc<Cache>>().clone();
        let off: Vec<InboxId> =
            self.held.keys().filter(|i| cache.get(**i).is_none_or(|i| !i.enabled)).copied().collect();
        for inbox in off {
            if let Some(h) = self.held.remove(&inbox) {
                h.stop.send_replace(true);
            }
        }
        if self.app.db().sqlite_path().is_some() || self.renewed.elapsed() < RENEW_EVERY {
            return Ok(());
        }
        self.renewed = Instant::now();
        let (until, leases) = (self.until(), self.held.values().map(|h| h.lease).collect::<Vec<_>>());
        for lease in leases {
            if !self.hold(lease, until).await?
                && let Some(h) = self.held.remove(&lease.inbox)
            {
                h.stop.send_replace(true);
            }
        }
        Ok(())
    }

    /// Takes what nobody holds.
    async fn take(&mut self) -> Result<()> {
        let (now, room) = (self.app.now(), HELD_MAX.saturating_sub(self.held.len()));
        let read = async move |tx: &mut Tx| store::free(tx, now, HELD_MAX as i64).await;
        let free = self.app.db().read(&accounts::authorize::reader(), read).await?;
        let cache = self.app.port::<Arc<Cache>>().clone();
        let on = free.into_iter().filter(|(i, _)| cache.get(*i).is_some_and(|i| i.enabled));
        let node = (self.app.id::<i64>() >> 12) & 1023;
        for place in on.take(room).collect::<Vec<_>>() {
            let until = self.until();
            let write = async move |tx: &mut Tx| store::take(tx, place, node, (now, until)).await;
            let key = AggregateKey::new("mailbox", place.0.0);
            let taken = self.app.db().write(&accounts::authorize::job(place.1), key, write).await?;
            let Some(lease) = taken else { continue };
            let (stop, stopped) = watch::channel(false);
            self.held.insert(lease.inbox, Held { lease, stop });
            self.running.spawn(fetching::run(self.app.clone(), lease, self.shared.clone(), stopped));
        }
        Ok(())
    }

    /// Ends all fetchers and waits for what they write; then the mailboxes are free.
    async fn end(mut self) {
        for h in self.held.values() {
            h.stop.send_replace(true);
        }
        while self.running.join_next().await.is_some() {}
    }
}
