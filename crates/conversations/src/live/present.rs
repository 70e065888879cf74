//! What events of conversations show.

use crate::messages::{self, Hot, MessageRow, MessageView, Names, view};
use crate::ports::VisitorPresenter;
use crate::protection::Sight;
use crate::threads::{self, ConversationRow, Row, row_view};
use futures_util::future::BoxFuture;
use kernel::{ContactId, ConversationId, Event, MessageId, Result};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use platform::store::Tx;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Shows messages, marks, and changes of conversations.
pub struct ConversationPresenter;

fn id_in(v: &Value) -> Option<i64> {
    v.as_str().and_then(|s| s.parse().ok())
}

fn users(v: &Value, out: &mut Vec<Topic>) {
    let many = v.as_array().map(Vec::as_slice).unwrap_or_default();
    out.extend(many.iter().filter_map(id_in).map(Topic::User));
}

impl Presenter for ConversationPresenter {
    fn kinds(&self) -> &'static [&'static str] {
        &[
            "message.created",
            "message.marked",
            "message.failed",
            "message.withdrawn",
            "conversation.opened",
            "conversation.assigned",
            "conversation.transferred",
            "conversation.requeued",
            "conversation.resolved",
            "conversation.reopened",
            "conversation.snoozed",
            "conversation.woke",
            "conversation.priority",
            "conversation.category",
            "conversation.tags",
            "conversation.changed",
            "conversation.merged",
            "conversation.split",
            "conversation.join_undone",
        ]
    }

    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::Conversation(event.conversation));
        let d = &event.data;
        for user in [&d["assignee"], &d["from"], &d["to"]].into_iter().filter_map(id_in) {
            out.push(Topic::User(user));
        }
        users(&d["followers"], out);
        users(&d["mentions"], out);
        out.push(Topic::Line(event.line.0));
        if let Some(q) = id_in(&d["queue"]) {
            out.push(Topic::Queue(q));
        }
        if d["note"] != true {
            out.push(Topic::Visitor(event.conversation));
        }
    }

    fn render<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        Box::pin(async move {
            let known = gather(app, events).await?;
            Ok(events.iter().map(|e| frame(app, &known, e)).collect())
        })
    }

    fn render_masked<'a>(
        &'a self,
        app: &'a App,
        events: &'a [Arc<Event>],
    ) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        Box::pin(async move {
            let mut known = gather(app, events).await?;
            known.names.sight = Sight::Masked;
            Ok(events.iter().map(|e| frame(app, &known, e)).collect())
        })
    }
}

/// What rendering needs, from memory where the writer left it, else read.
struct Known {
    messages: HashMap<MessageId, MessageRow>,
    rows: HashMap<ConversationId, Row>,
    hot: HashMap<i64, Arc<dyn std::any::Any + Send + Sync>>,
    names: Names,
}

async fn gather(app: &App, events: &[Arc<Event>]) -> Result<Known> {
    let mut hot = HashMap::new();
    let (mut cold_messages, mut cold_rows) = (vec![], vec![]);
    let mut people: Vec<ContactId> = vec![];
    for e in events {
        match e.hot.as_ref().filter(|h| h.is::<Hot>()) {
            Some(h) => {
                people.extend(h.downcast_ref::<Hot>().map(|h| h.row.contact));
                hot.insert(e.pos, h.clone());
            }
            None => {
                if matches!(e.kind.as_ref(), "message.created" | "message.withdrawn") {
                    cold_messages.push(e.subject);
                }
                cold_rows.push(ConversationId(e.conversation));
            }
        }
    }
    cold_rows.sort_unstable();
    cold_rows.dedup();
    let ids = Tx::ids(cold_messages);
    let reach = accounts::authorize::reader_of(events.iter().map(|e| e.tenant));
    let read = async move |tx: &mut Tx| {
        let messages = if ids.is_empty() { vec![] } else { messages::all_by_ids(tx, &ids).await? };
        let rows = if cold_rows.is_empty() { vec![] } else { threads::all_by_ids(tx, &cold_rows).await? };
        let mut wanted: Vec<ContactId> =
            rows.iter().map(|r| r.contact).chain(people.iter().copied()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let briefs = customers::brief(tx, &reach, &wanted).await?;
        Ok((messages, rows, briefs))
    };
    let (messages, rows, briefs) = app.db().read(&accounts::authorize::reader(), read).await?;
    Ok(Known {
        messages: messages.into_iter().map(|m| (m.id, m)).collect(),
        rows: rows.into_iter().map(|r| (r.id, r)).collect(),
        hot,
        names: Names::new(app, briefs),
    })
}

fn frame(app: &App, known: &Known, e: &Event) -> Rendered {
    let hot = known.hot.get(&e.pos).and_then(|h| h.downcast_ref::<Hot>());
    let message = hot.map(|h| &h.message).or_else(|| known.messages.get(&MessageId(e.subject)));
    let row = hot.map(|h| &h.row).or_else(|| known.rows.get(&ConversationId(e.conversation)));
    let Some(row) = row else { return Rendered::default() };
    // A visitor's frame is made only where one is there.
    let visitors = app
        .try_port::<Arc<dyn VisitorPresenter>>()
        .filter(|_| app.live().anybody(&[Topic::Visitor(e.conversation)]));
    match (e.kind.as_ref(), message) {
        ("message.created" | "message.withdrawn", Some(m)) => {
            let data = Created {
                message: view(app, &known.names, m, row),
                row: row_view(app, &known.names, row, None),
            };
            Rendered {
                staff: Some(Rendered::staff_frame(e, &data)),
                visitor: visitors.and_then(|v| v.message(app, &known.names, m, row)),
            }
        }
        ("message.created" | "message.withdrawn", None) => Rendered::default(),
        ("message.marked", _) => marked(e, visitors),
        _ => {
            let data = Changed { row: row_view(app, &known.names, row, None) };
            Rendered {
                staff: Some(Rendered::staff_frame_as("conversation.changed", e, &data)),
                // Where a merged one goes on, its visitor is led by the channel.
                visitor: visitors
                    .filter(|_| row.merged_into.is_none())
                    .and_then(|v| v.conversation(app, &known.names, row)),
            }
        }
    }
}

#[derive(Serialize)]
struct Created {
    message: MessageView,
    row: ConversationRow,
}

#[derive(Serialize)]
struct Changed {
    row: ConversationRow,
}

#[derive(Serialize)]
struct Marked<'a> {
    conversation: ConversationId,
    seq: &'a Value,
    state: &'a Value,
    of: &'a Value,
}

fn marked(e: &Event, visitors: Option<&Arc<dyn VisitorPresenter>>) -> Rendered {
    let (seq, state, of) = (&e.data["seq"], &e.data["state"], &e.data["of"]);
    let data = Marked { conversation: ConversationId(e.conversation), seq, state, of };
    let visitor = match (of.as_str(), seq.as_i64(), state.as_str()) {
        (Some("contact"), Some(seq), Some(state)) => visitors.and_then(|v| v.marked(seq, state)),
        _ => None,
    };
    Rendered { staff: Some(Rendered::staff_frame_as("message.state", e, &data)), visitor }
}
