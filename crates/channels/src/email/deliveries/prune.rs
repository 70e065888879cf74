//! Forgetting to whom mail went: it is needed for the shares of a day alone, and says who knows whom.

use super::store;
use kernel::{AggregateKey, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;

/// The kind of the job.
pub(super) const PRUNE: &str = "mail.out_forget";
/// Kept this long: a day's share, and a day for clocks that differ.
const KEEP_MS: Millis = 48 * 3_600_000;
/// Rows forgotten in one transaction, and transactions of one run.
const STEP: i64 = 1_000;
const STEPS_MAX: usize = 100;
const EVERY_MS: Millis = 6 * 3_600_000;
const AFTER_START_MS: Millis = 900_000;

fn job(id: JobId, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: TenantId(0),
        kind: PRUNE,
        subject: 0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(PRUNE.to_owned()),
    }
}

/// Sets the job. Done before the first request.
pub(super) async fn begin(app: App) -> Result<()> {
    let job = job(app.id(), app.now() + AFTER_START_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&job).await;
    app.db().write(&accounts::authorize::reader(), AggregateKey::new("mail out", 0), write).await
}

/// Forgets what is old, and sets itself again.
pub(super) async fn prune(app: App, _: Job) -> Result<()> {
    let (scope, before) = (accounts::authorize::reader(), app.now() - KEEP_MS);
    for _ in 0..STEPS_MAX {
        let write = async move |tx: &mut Tx| store::forget_sent(tx, before, STEP).await;
        if app.db().write(&scope, AggregateKey::new("mail out", 0), write).await? == 0 {
            break;
        }
    }
    let again = job(app.id(), app.now() + EVERY_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&again).await;
    app.db().write(&scope, AggregateKey::new("mail out", 0), write).await
}
