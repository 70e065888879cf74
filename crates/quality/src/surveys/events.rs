//! Invites by itself when a conversation ends.

use super::model::InvitedBy;
use super::service::{self, Inviting};
use crate::codes;
use kernel::{Actor, AggregateKey, ConversationId, Event, Millis, Result};
use platform::App;
use platform::log::Reader;
use platform::store::Tx;
use std::sync::Arc;

/// Who left this long ago is not asked any more, should the log be read late.
const LATE_MS: Millis = 3_600_000;

/// Did it end because it goes on in another one? Then its contact is asked when that one ends.
fn goes_on(e: &Event) -> bool {
    !e.data["merged_into"].is_null()
}

/// Follows the ends of conversations.
pub struct AfterTheEnd {
    app: App,
}

impl AfterTheEnd {
    /// For this program.
    pub fn new(app: App) -> AfterTheEnd {
        AfterTheEnd { app }
    }

    async fn invite(&self, e: &Event) -> Result<()> {
        let (app, now) = (&self.app, self.app.now());
        if now - e.at > LATE_MS {
            return Ok(());
        }
        let id = ConversationId(e.conversation);
        let how =
            Inviting { by: InvitedBy::Auto, inviter: None, actor: Actor::SYSTEM, event_id: app.id(), now };
        let write = async move |tx: &mut Tx| service::invite(tx, id, how).await.map(|_| ());
        let key = AggregateKey::new("conversation", id.0);
        match app.db().write(&accounts::authorize::job(e.tenant), key, write).await {
            Ok(()) => service::tell(app, id),
            // No survey, another channel, or invited before: nothing to do.
            Err(fault) if codes::ALL.contains(&fault.code) || fault.code.kind == kernel::Kind::NotFound => {}
            Err(fault) => return Err(fault),
        }
        Ok(())
    }
}

impl Reader for AfterTheEnd {
    fn name(&self) -> &'static str {
        "surveys"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        for e in events.iter().filter(|e| e.kind == "conversation.resolved" && !goes_on(e)) {
            self.invite(e).await?;
        }
        Ok(())
    }

    fn begin(&self) -> Option<i64> {
        None
    }
}
