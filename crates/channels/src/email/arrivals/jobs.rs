//! What runs later: looking into a mail that was kept.

use super::model::{Arrival, Status};
use super::reading::Looked;
use super::{reading, store, turns};
use crate::codes;
use crate::email::mailbox::{self, Mailbox};
use kernel::{AggregateKey, ArrivalId, Error, Event, JobId, Kind, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob, TRIES_MAX as JOB_TRIES_MAX};
use platform::store::Tx;

/// The kind of the job.
pub(super) const READ: &str = "mail.read";
/// How often the program may end while it looks into the same mail before that is laid aside. What is refused is laid aside
/// at once; what was looked into once without harm begins to count anew.
const TRIES_MAX: i64 = 5;

/// The job that reads a mail.
pub(super) fn reading(id: JobId, a: &Arrival, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: a.tenant,
        kind: READ,
        subject: a.id.0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(format!("mail:{}", a.id)),
    }
}

/// Looks into a mail and brings its words where they belong, after those of the same inbox that came before it.
pub(super) async fn read(app: App, job: Job) -> Result<()> {
    let (id, tenant) = (ArrivalId(job.subject), job.tenant);
    let look = async move |tx: &mut Tx| store::by_id(tx, &Tx::ids([tenant.0]), id).await;
    let found = app.db().read(&accounts::authorize::job(tenant), look).await?;
    let Some(inbox) = found.filter(|a| a.status == Status::Pending).map(|a| a.inbox) else { return Ok(()) };
    let ticket = turns::enter(inbox, id);
    let looked = look_into(&app, tenant, id, job.attempts).await;
    ticket.first().await;
    for older in turns::behind(&app, (tenant, inbox), id).await? {
        if let Err(e) = take_older(&app, tenant, older.id).await {
            // Its own job tries again.
            tracing::debug!(mail = %older.id, error = %e, "a mail that came before did not pass yet");
        }
    }
    take_in(&app, looked?, job.attempts).await
}

/// What comes of looking into a mail; `None` where there is nothing more to do with it.
type Outcome = Option<(Arrival, Result<(Mailbox, Looked)>)>;

/// Looks into a mail that nobody has looked into, and takes it in.
async fn take_older(app: &App, tenant: TenantId, id: ArrivalId) -> Result<()> {
    let looked = look_into(app, tenant, id, 1).await?;
    take_in(app, looked, 1).await
}

/// Counts a try and looks into the mail.
async fn look_into(app: &App, tenant: TenantId, id: ArrivalId, attempts: i64) -> Result<Outcome> {
    let (scope, key) = (accounts::authorize::job(tenant), AggregateKey::new("mail", id.0));
    let place = reading::place().await?;
    let begin = async move |tx: &mut Tx| {
        let tenants = Tx::ids([tenant.0]);
        let found = store::by_id(tx, &tenants, id).await?.filter(|a| a.status == Status::Pending);
        let Some(mut a) = found else { return Ok(None) };
        a.tries = store::begin_try(tx, &a).await?;
        let to = mailbox::by_inbox(tx, tenant, a.inbox).await?;
        Ok(Some((a, to)))
    };
    let Some((a, to)) = app.db().write(&scope, key, begin).await? else { return Ok(None) };
    let Some(to) = to else { return Ok(Some((a, Err(Error::new(&codes::MAIL_NO_MAILBOX))))) };
    if a.tries > TRIES_MAX {
        let ended = "the program ended each time it looked into it";
        return Ok(Some((a, Err(Error::new(&codes::MAIL_UNREADABLE).detail(ended)))));
    }
    let looked = reading::look(app, &to, &a, (attempts, place)).await.map(|looked| (to, looked));
    Ok(Some((a, looked)))
}

/// Brings it where it belongs, or lays it aside.
async fn take_in(app: &App, looked: Outcome, attempts: i64) -> Result<()> {
    let Some((a, looked)) = looked else { return Ok(()) };
    let taken = match looked {
        Ok((to, looked)) => reading::take_in(app, &to, looked).await,
        Err(e) => Err(e),
    };
    match taken {
        Ok(()) => Ok(()),
        // Whatever it is, it does not pass: better laid aside in sight than waiting for ever.
        Err(e) if is_lasting(&e) || attempts >= JOB_TRIES_MAX => {
            lay_aside(app, a, e.code.code, e.detail.to_string()).await
        }
        Err(e) => {
            // The store, the disk or another node was in the way: the mail is not to blame.
            let (scope, key) = (accounts::authorize::job(a.tenant), AggregateKey::new("mail", a.id.0));
            let write = async move |tx: &mut Tx| store::forgive(tx, &a).await;
            app.db().write(&scope, key, write).await?;
            Err(e)
        }
    }
}

/// Would another try end the same way?
fn is_lasting(e: &kernel::Error) -> bool {
    matches!(e.kind(), Kind::Invalid | Kind::TooLarge | Kind::Conflict | Kind::Forbidden | Kind::NotFound)
        && e.code != &platform::codes::STORE_CONFLICT
}

/// Lays a mail aside, in sight, with its bytes.
pub(in crate::email) async fn lay_aside(app: &App, a: Arrival, fault: &str, detail: String) -> Result<()> {
    let now = app.now();
    let detail: String = detail.chars().take(500).collect();
    let a = Arrival {
        status: Status::Quarantined,
        fault: Some(fault.to_owned()),
        detail: Some(detail).filter(|d| !d.is_empty()),
        ..a
    };
    let (scope, key) = (accounts::authorize::job(a.tenant), AggregateKey::new("mail", a.id.0));
    let write = async move |tx: &mut Tx| {
        store::settle(tx, &a, now).await?;
        let facts = serde_json::json!({ "inbox": a.inbox, "fault": a.fault });
        tx.emit(
            Event::new(a.tenant, "mail.quarantined", a.id.0, kernel::Actor::SYSTEM, now)
                .line(a.line)
                .data(facts),
        );
        Ok(())
    };
    app.db().write(&scope, key, write).await
}
