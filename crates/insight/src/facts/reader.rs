//! The reader that keeps the turns.

use super::model::{Step, step};
use super::store::{self, Change};
use accounts::authorize;
use conversations::threads;
use kernel::{AggregateKey, ConversationId, Event, Result};
use platform::App;
use platform::log::Reader;
use platform::store::Tx;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The name of the reader's cursor.
pub const NAME: &str = "insight.turns";

/// Keeps `reply_turn`.
pub struct Turns {
    app: App,
}

impl Turns {
    /// A reader for this program.
    pub fn new(app: App) -> Turns {
        Turns { app }
    }
}

impl Reader for Turns {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let meant: Vec<(Arc<Event>, Step)> =
            events.iter().filter_map(|e| Some((e.clone(), step(e)?))).collect();
        if meant.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<ConversationId> =
            meant.iter().map(|(e, _)| ConversationId(e.conversation)).collect();
        let ids: Vec<ConversationId> = ids.into_iter().collect();
        let read = async move |tx: &mut Tx| threads::routed(tx, &ids).await;
        let rows = self.app.db().read(&authorize::reader(), read).await?;
        let rows: HashMap<ConversationId, _> = rows.into_iter().map(|r| (r.id, r)).collect();
        let changes: Vec<Change> = meant
            .into_iter()
            .filter_map(|(event, step)| {
                let row = rows.get(&ConversationId(event.conversation))?.clone();
                Some(Change { id: self.app.ids().next(), event, row, step })
            })
            .collect();
        let write = async move |tx: &mut Tx| {
            for change in &changes {
                store::apply(tx, change).await?;
            }
            Ok(())
        };
        self.app.db().write(&authorize::reader(), AggregateKey::new("turns", 0), write).await
    }
}
