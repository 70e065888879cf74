//! What runs later: sessions and links that have run out go, and so do their sockets.

use super::access::IDLE_MS;
use super::store;
use kernel::{AggregateKey, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::live::Topic;
use platform::store::Tx;

/// The kind of the hourly job.
pub(crate) const SWEEP: &str = "sessions.sweep";
/// An hour in ms.
const HOUR_MS: Millis = 3_600_000;

/// Removes what has run out and sets itself for the next hour.
pub(crate) async fn sweep_job(app: App, _: Job) -> Result<()> {
    let now = app.now();
    let write = async move |tx: &mut Tx| store::sweep(tx, now, now - IDLE_MS).await;
    app.db().write(&crate::authorize::provider(), AggregateKey::new("session", 0), write).await?;
    schedule_sweep(&app, now + HOUR_MS).await
}

/// Sets the job, or moves it.
pub(crate) async fn schedule_sweep(app: &App, due_at: Millis) -> Result<()> {
    let id: JobId = app.id();
    let write = async move |tx: &mut Tx| {
        tx.enqueue(&NewJob {
            id,
            tenant: TenantId(0),
            kind: SWEEP,
            subject: 0,
            payload: serde_json::Value::Null,
            due_at,
            unique_key: Some(SWEEP.into()),
        })
        .await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("session", 0), write).await
}

/// Closes the sockets whose proof has ended: those that may not even be in their own user's room any more.
pub(crate) fn close_ended(app: &App) {
    let ended = |v: &dyn platform::live::Viewer| {
        let user = v.user();
        !user.is_none() && !v.may_join(Topic::User(user.0))
    };
    app.live().close_where(ended, "signed_out");
}
