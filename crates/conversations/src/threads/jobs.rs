//! The timer that wakes a snoozed conversation.

use super::transitions::{HandOver, wake_when_due};
use kernel::{Actor, AggregateKey, ConversationId, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;

/// The kind of the timer's job.
pub const WAKE: &str = "conversation.wake";

/// The timer's unique key.
pub fn key(conversation: ConversationId) -> String {
    format!("{WAKE}:{conversation}")
}

/// The timer for a conversation; setting it again moves it.
pub fn timer(id: JobId, tenant: TenantId, conversation: ConversationId, at: Millis) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: WAKE,
        subject: conversation.0,
        payload: serde_json::Value::Null,
        due_at: at,
        unique_key: Some(key(conversation)),
    }
}

/// Wakes the conversation if it still sleeps.
pub async fn wake(app: App, job: Job) -> Result<()> {
    let h = HandOver {
        id: ConversationId(job.subject),
        event_id: app.id(),
        actor: Actor::SYSTEM,
        epoch: None,
        now: app.now(),
    };
    let scope = accounts::authorize::job(job.tenant);
    let write = async move |tx: &mut Tx| wake_when_due(tx, &h).await;
    app.db().write(&scope, AggregateKey::new("conversation", job.subject), write).await
}
