//! What follows from others' events: a conversation that ends lowers its hands.

use super::service::end;
use kernel::{ConversationId, Event, Result};
use platform::App;
use platform::log::Reader;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Lowers the hands of conversations that end.
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
            events.iter().filter(|e| e.kind == "conversation.resolved").map(|e| e.conversation).collect();
        for id in ended {
            end(&self.app, ConversationId(id)).await?;
        }
        Ok(())
    }
}
