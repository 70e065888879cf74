//! The reader of the log that keeps in which messages listed words stood, and says so.

use super::model::{Action, Direction, Outcome, WordList};
use super::store::{self, Fact};
use super::watch::Watch;
use crate::messages::{self, Hot, MailHead, MessageRow};
use crate::threads::{self, Row};
use kernel::{ActorKind, AggregateKey, ConversationId, Event, Millis, Result};
use platform::App;
use platform::log::Reader;
use platform::store::Tx;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// The name of the reader.
pub const NAME: &str = "wording";
/// What is older is not told any more when the log is read from its beginning.
const OLD_MS: Millis = 24 * 3_600_000;

/// Looks through every message once it is in the log.
pub struct WordingReader {
    app: App,
}

impl WordingReader {
    /// For this program.
    pub fn new(app: &App) -> WordingReader {
        WordingReader { app: app.clone() }
    }

    /// The messages of these events with their conversations: from memory where the writer left them, else read.
    async fn messages(&self, events: &[&Arc<Event>]) -> Result<Vec<(MessageRow, Row)>> {
        let (mut whole, mut cold) = (vec![], vec![]);
        for e in events {
            match e.hot.as_ref().and_then(|h| h.downcast_ref::<Hot>()) {
                Some(hot) => whole.push((hot.message.clone(), hot.row.clone())),
                None => cold.push((e.subject, ConversationId(e.conversation))),
            }
        }
        if cold.is_empty() {
            return Ok(whole);
        }
        let ids = Tx::ids(cold.iter().map(|(id, _)| *id));
        let mut places: Vec<_> = cold.iter().map(|(_, c)| *c).collect();
        places.sort_unstable();
        places.dedup();
        let read = async move |tx: &mut Tx| {
            Ok((messages::all_by_ids(tx, &ids).await?, threads::all_by_ids(tx, &places).await?))
        };
        let (found, rows) = self.app.db().read(&accounts::authorize::reader(), read).await?;
        let rows: HashMap<_, _> = rows.into_iter().map(|r| (r.id, r)).collect();
        whole.extend(found.into_iter().filter_map(|m| rows.get(&m.conversation).cloned().map(|r| (m, r))));
        Ok(whole)
    }

    fn facts(&self, m: &MessageRow, row: &Row) -> Vec<Fact> {
        let direction = if m.author.kind == ActorKind::Contact { Direction::In } else { Direction::Out };
        let fact = |(l, places): (WordList, i64)| Fact {
            tenant: m.tenant,
            line: row.line,
            conversation: row.id.0,
            message: m.id.0,
            author: m.author,
            list: l.id,
            category: l.category,
            action: l.action,
            direction,
            places,
            outcome: Outcome::Sent,
            at: m.at,
        };
        // What is sent on was written by somebody else, and was watched where it stands.
        let own = MailHead::own(m.extras.mail.as_deref(), &m.body);
        let found = self.app.port::<Arc<Watch>>().found(row, m.author.kind, own);
        // A list says nothing of what was written before it.
        found.into_iter().filter(|(l, _)| l.created_at <= m.at).map(fact).collect()
    }
}

/// Keeps the facts and tells of those that were not known.
async fn keep(tx: &mut Tx, facts: &[Fact]) -> Result<()> {
    for f in facts {
        if !store::keep(tx, f).await? {
            continue;
        }
        let data = json!({ "message": f.message.to_string(), "list": f.list, "action": f.action.word(),
            "direction": f.direction.word(), "alert": f.action == Action::Alert });
        tx.emit(
            Event::new(f.tenant, "wording.hit", f.message, f.author, f.at)
                .line(f.line)
                .conversation(ConversationId(f.conversation))
                .data(data),
        );
    }
    Ok(())
}

impl Reader for WordingReader {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let since = self.app.now() - OLD_MS;
        let said = |e: &&Arc<Event>| {
            e.kind == "message.created" && e.at >= since && e.data["note"] != true && e.data["event"] != true
        };
        let said: Vec<_> = events.iter().filter(said).collect();
        if said.is_empty() {
            return Ok(());
        }
        let messages = self.messages(&said).await?;
        let facts: Vec<Fact> = messages.iter().flat_map(|(m, row)| self.facts(m, row)).collect();
        if facts.is_empty() {
            return Ok(());
        }
        let scope = accounts::authorize::reader_of(facts.iter().map(|f| f.tenant));
        let write = async move |tx: &mut Tx| keep(tx, &facts).await;
        self.app.db().write(&scope, AggregateKey::new("wording", 0), write).await
    }
}
