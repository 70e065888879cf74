//! Through which inbox an event's conversation runs, for readers of the log that carry replies outwards.

use crate::messages::Hot;
use crate::threads;
use kernel::{ConversationId, Event, InboxId, Result};
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;

/// The inboxes of these events' conversations, by the conversation's number: from memory where the writer left the row, else
/// read. What is gone is missing.
pub async fn inboxes_of(app: &App, events: &[&Arc<Event>]) -> Result<HashMap<i64, InboxId>> {
    let (mut found, mut cold) = (HashMap::new(), vec![]);
    for e in events {
        match e.hot.as_ref().and_then(|h| h.downcast_ref::<Hot>()) {
            Some(hot) => drop(found.insert(e.conversation, hot.row.inbox)),
            None => cold.push(ConversationId(e.conversation)),
        }
    }
    cold.sort_unstable();
    cold.dedup();
    if !cold.is_empty() {
        let read = async move |tx: &mut Tx| threads::all_by_ids(tx, &cold).await;
        let rows = app.db().read(&accounts::authorize::reader(), read).await?;
        found.extend(rows.into_iter().map(|r| (r.id.0, r.inbox)));
    }
    Ok(found)
}
