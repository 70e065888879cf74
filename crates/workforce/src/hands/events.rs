//! What follows from others' events: a conversation that ends, or leaves the hands it was in, lowers its hands.

use super::service::end;
use kernel::{ConversationId, Event, Result};
use platform::App;
use platform::log::Reader;
use std::collections::BTreeSet;
use std::sync::Arc;

/// By these a conversation is no longer with whoever asked for help with it.
const LEAVES: [&str; 3] = ["conversation.resolved", "conversation.transferred", "conversation.requeued"];

/// Lowers the hands of conversations that end or are taken over.
pub struct Ends {
    app: App,
}

impl Ends {
    /// A reader for this program.
    pub fn new(app: &App) -> Ends {
        Ends { app: app.clone() }
    }
}

impl Reader for Ends {
    fn name(&self) -> &'static str {
        "workforce.hands"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let ended: BTreeSet<i64> =
            events.iter().filter(|e| LEAVES.contains(&e.kind.as_ref())).map(|e| e.conversation).collect();
        for id in ended {
            end(&self.app, ConversationId(id)).await?;
        }
        Ok(())
    }
}
