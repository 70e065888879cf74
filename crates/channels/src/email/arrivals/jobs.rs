//! What runs later: looking into a mail that was kept.

use super::model::{Arrival, Status};
use super::{reading, store};
use crate::codes;
use crate::email::mailbox;
use kernel::{AggregateKey, ArrivalId, Event, JobId, Kind, Millis, Result};
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

/// Looks into a mail and brings its words where they belong.
pub(super) async fn read(app: App, job: Job) -> Result<()> {
    let (id, tenant, scope) = (ArrivalId(job.subject), job.tenant, accounts::authorize::job(job.tenant));
    let key = AggregateKey::new("mail", id.0);
    let place = reading::place().await?;
    let begin = async move |tx: &mut Tx| {
        let tenants = Tx::ids([tenant.0]);
        let found = store::by_id(tx, &tenants, id).await?.filter(|a| a.status == Status::Pending);
        let Some(mut a) = found else { return Ok(None) };
        a.tries = store::begin_try(tx, &a).await?;
        let to = mailbox::by_inbox(tx, tenant, a.inbox).await?;
        Ok(Some((a, to)))
    };
    let Some((a, to)) = app.db().write(&scope, key, begin).await? else { return Ok(()) };
    let Some(to) = to else {
        return lay_aside(&app, a, codes::MAIL_NO_MAILBOX.code, String::new()).await;
    };
    if a.tries > TRIES_MAX {
        return lay_aside(
            &app,
            a,
            codes::MAIL_UNREADABLE.code,
            "the program ended each time it looked into it".into(),
        )
        .await;
    }
    match reading::read(&app, &to, &a, (job.attempts, place)).await {
        Ok(()) => Ok(()),
        // Whatever it is, it does not pass: better laid aside in sight than waiting for ever.
        Err(e) if is_lasting(&e) || job.attempts >= JOB_TRIES_MAX => {
            lay_aside(&app, a, e.code.code, e.detail.to_string()).await
        }
        Err(e) => {
            // The store, the disk or another node was in the way: the mail is not to blame.
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
