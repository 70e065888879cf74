//! Messages as the search index takes them: masked text, never events, never what was whispered.

use crate::messages::{self, Hot, MessageRow};
use futures_util::future::BoxFuture;
use kernel::{Event, LineId, MessageId, Result, args, sql};
use platform::App;
use platform::search::{Doc, DocKind, Documents};
use platform::store::Tx;
use std::sync::Arc;

/// The source of message documents.
pub struct MessageDocuments;

fn doc(m: &MessageRow, line: LineId, fresh: bool) -> Option<Doc> {
    if m.is_event || m.extras.whisper.is_some() {
        return None;
    }
    let mut text = m.body.clone();
    if let Some(head) = &m.extras.mail {
        text.push('\n');
        text.push_str(&head.subject);
    }
    for file in &m.extras.attachments {
        text.push('\n');
        text.push_str(&file.name);
    }
    Some(Doc {
        kind: DocKind::Message,
        id: m.id.0,
        tenant: m.tenant,
        line,
        conversation: m.conversation.0,
        at: m.at,
        text,
        fresh,
        delete: false,
    })
}

impl Documents for MessageDocuments {
    fn kinds(&self) -> &'static [&'static str] {
        &["message.created", "message.withdrawn"]
    }

    fn documents<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Doc>>> {
        Box::pin(async move {
            let mut docs = Vec::with_capacity(events.len());
            let mut cold = vec![];
            for event in events {
                match event.hot.as_ref().and_then(|h| h.downcast_ref::<Hot>()) {
                    Some(hot) => {
                        // One that was withdrawn stands in the index already.
                        let fresh = event.kind == "message.created";
                        docs.extend(doc(&hot.message, event.line, fresh));
                    }
                    None if event.data["event"].as_bool() == Some(true) => {}
                    None => cold.push((MessageId(event.subject), event.line)),
                }
            }
            if cold.is_empty() {
                return Ok(docs);
            }
            let ids = Tx::ids(cold.iter().map(|(id, _)| id.0));
            let read = async move |tx: &mut Tx| messages::all_by_ids(tx, &ids).await;
            let rows = app.db().read(&accounts::authorize::reader(), read).await?;
            for m in rows {
                let line = cold.iter().find(|(id, _)| *id == m.id).map_or(LineId(0), |(_, l)| *l);
                docs.extend(doc(&m, line, false));
            }
            Ok(docs)
        })
    }

    fn all<'a>(&'a self, app: &'a App, after: i64, max: usize) -> BoxFuture<'a, Result<Vec<Doc>>> {
        let max = max as i64;
        Box::pin(async move {
            let read = async move |tx: &mut Tx| {
                let lines = tx
                    .all(
                        sql!(
                            "SELECT m.id, c.line_id FROM message m JOIN conversation c
                             ON c.id = m.conversation_id AND c.tenant_id = m.tenant_id
                             WHERE m.id > $1 AND m.kind = 0 ORDER BY m.id LIMIT $2"
                        ),
                        args![after, max],
                        |r| Ok((r.int(0)?, r.id::<LineId>(1)?)),
                    )
                    .await?;
                let ids = Tx::ids(lines.iter().map(|(id, _)| *id));
                Ok((lines, messages::all_by_ids(tx, &ids).await?))
            };
            let (lines, mut rows) = app.db().read(&accounts::authorize::reader(), read).await?;
            rows.sort_by_key(|m| m.id);
            let line_of =
                |id: MessageId| lines.binary_search_by_key(&id.0, |(i, _)| *i).ok().map(|at| lines[at].1);
            Ok(rows.iter().filter_map(|m| doc(m, line_of(m.id)?, false)).collect())
        })
    }
}
