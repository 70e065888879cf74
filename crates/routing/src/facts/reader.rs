//! The reader that keeps the legs.

use super::model::{Step, steps};
use super::store::{self, Change};
use accounts::authorize;
use conversations::threads;
use kernel::{AggregateKey, ConversationId, Event, Result};
use platform::App;
use platform::log::{Reader, run_reader};
use platform::store::Tx;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::watch;

/// Keeps `queue_leg` and `agent_leg`.
pub struct Legs {
    app: App,
}

impl Legs {
    /// A reader for this program.
    pub fn new(app: App) -> Legs {
        Legs { app }
    }
}

impl Reader for Legs {
    fn name(&self) -> &'static str {
        "routing.legs"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let meant: Vec<(Arc<Event>, Vec<Step>)> =
            events.iter().map(|e| (e.clone(), steps(e))).filter(|(_, s)| !s.is_empty()).collect();
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
            .filter_map(|(event, steps)| {
                let row = rows.get(&ConversationId(event.conversation))?.clone();
                let steps = steps.into_iter().map(|s| (self.app.ids().next(), s)).collect();
                Some(Change { event, row, steps })
            })
            .collect();
        let write = async move |tx: &mut Tx| {
            for change in &changes {
                store::apply(tx, change).await?;
            }
            Ok(())
        };
        self.app.db().write(&authorize::reader(), AggregateKey::new("legs", 0), write).await
    }
}

/// Keeps the legs until `stop` turns true.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    let (db, clock, seen) = (app.db().clone(), app.clock(), app.readers().entry("routing.legs"));
    run_reader(Legs::new(app), db, clock, seen, stop).await;
}
