//! Decisions that are old enough go, once a day.

use super::store;
use crate::standing;
use accounts::authorize;
use kernel::{AggregateKey, ID_EPOCH, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;

/// The kind of the daily job.
pub const PRUNE: &str = "decisions.prune";
/// A day in ms.
const DAY_MS: Millis = 24 * 3_600_000;
/// Decisions removed in one transaction.
const ROWS: i64 = 2_000;
/// Transactions of one run; what is left goes the next day.
const RUNS_MAX: usize = 500;
/// Bits of an id below its time.
const ID_BITS: u32 = 22;

/// Removes what is older than the installation keeps, and sets itself for the next day.
pub async fn prune_job(app: App, _: Job) -> Result<()> {
    let read = async |tx: &mut Tx| standing::installation(tx).await;
    let days = app.db().read(&authorize::reader(), read).await?.unwrap_or_default().decisions_days;
    let now = app.now();
    let before = (now - days * DAY_MS - ID_EPOCH).max(0) << ID_BITS;
    for _ in 0..RUNS_MAX {
        let write = async move |tx: &mut Tx| store::prune(tx, before, ROWS).await;
        let gone = app.db().write(&authorize::reader(), AggregateKey::new("decision", 0), write).await?;
        if gone < ROWS as u64 {
            break;
        }
    }
    schedule(&app, now + DAY_MS).await
}

/// Sets the job, or moves it.
pub async fn schedule(app: &App, due_at: Millis) -> Result<()> {
    let id: JobId = app.id();
    let write = async move |tx: &mut Tx| {
        tx.enqueue(&NewJob {
            id,
            tenant: TenantId(0),
            kind: PRUNE,
            subject: 0,
            payload: serde_json::Value::Null,
            due_at,
            unique_key: Some(PRUNE.into()),
        })
        .await
    };
    app.db().write(&authorize::reader(), AggregateKey::new("decision", 0), write).await
}
