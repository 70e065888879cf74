//! The timer that sends a reply.

use super::model::Scheduled;
use super::service;
use kernel::{JobId, Result, ScheduledId};
use platform::App;
use platform::jobs::{Job, NewJob};

/// The kind of the timer's job.
pub const SEND: &str = "scheduled.send";

/// The timer's unique key.
pub(super) fn key(id: ScheduledId) -> String {
    format!("{SEND}:{id}")
}

/// The timer of a reply; setting it again moves it.
pub(super) fn timer(id: JobId, s: &Scheduled) -> NewJob {
    NewJob {
        id,
        tenant: s.tenant,
        kind: SEND,
        subject: s.id.0,
        payload: serde_json::Value::Null,
        due_at: s.due_at,
        unique_key: Some(key(s.id)),
    }
}

/// Sends the reply if it still waits and is due.
pub async fn send_job(app: App, job: Job) -> Result<()> {
    service::send(&app, &job).await
}
