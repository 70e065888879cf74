//! What will happen: rows with a due time, written in their owner's transaction and handled in its `jobs.rs`.
//!
//! At least once: a job is leased while it runs, tried again with back-off, and laid aside (dead, visible) after
//! [`TRIES_MAX`]. A timer is a job with a unique key: setting it again moves it.

mod runner;

pub use runner::{Handler, run_jobs};

use crate::store::{Row, Tx};
use kernel::{JobId, Millis, Result, TenantId, args, sql};

/// Tries before a job is laid aside.
pub const TRIES_MAX: i64 = 12;

/// A job to be written.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Made before the transaction.
    pub id: JobId,
    /// The client, 0 for the provider's own.
    pub tenant: TenantId,
    /// Which handler.
    pub kind: &'static str,
    /// The id of the thing it is about.
    pub subject: i64,
    /// Further facts as JSON; never secrets or message text.
    pub payload: serde_json::Value,
    /// When, in ms since 1970.
    pub due_at: Millis,
    /// At most one live job has this key; writing another replaces its due time and payload.
    pub unique_key: Option<String>,
}

/// A job as its handler gets it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The client, 0 for the provider's own.
    pub tenant: TenantId,
    /// Which handler.
    pub kind: String,
    /// The id of the thing it is about.
    pub subject: i64,
    /// Further facts.
    pub payload: serde_json::Value,
    /// When it was due.
    pub due_at: Millis,
    /// Tries so far, this one included.
    pub attempts: i64,
}

impl Tx {
    /// Adds a job to this transaction, or moves the live one with the same unique key.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<()> {
        let payload = (!job.payload.is_null()).then(|| job.payload.to_string());
        self.exec(
            sql!(
                "INSERT INTO job(id, tenant_id, kind, subject, payload, due_at, unique_key)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND dead_at IS NULL
                 DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload, attempts = 0, lease_until = 0"
            ),
            args![job.id, job.tenant, job.kind, job.subject, payload, job.due_at, job.unique_key],
        )
        .await?;
        self.mark_jobs();
        Ok(())
    }

    /// Removes the live job with this unique key, if there is one.
    pub async fn cancel_job(&mut self, unique_key: &str) -> Result<()> {
        self.exec(sql!("DELETE FROM job WHERE unique_key = $1 AND dead_at IS NULL"), args![unique_key])
            .await?;
        Ok(())
    }
}

fn read_job(r: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: r.id(0)?,
        tenant: r.id(1)?,
        kind: r.text(2)?,
        subject: r.int(3)?,
        payload: r.json(4)?,
        due_at: r.int(5)?,
        attempts: r.int(6)?,
    })
}
