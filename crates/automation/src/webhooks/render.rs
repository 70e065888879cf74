//! What is sent: rendered at each try from what is stored at that moment.

use super::model::{Delivery, Target};
use conversations::messages::{self, AttachmentView, MessageRow, Names, attachment_view, view};
use conversations::threads::{self, Row, row_view};
use kernel::{ActorKind, ConversationId, MessageId, Result};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};

/// What a test sends.
pub const TEST: &str = "webhook.test";

/// The body for a delivery; `None` when what it speaks of is not there any more.
pub async fn body(app: &App, d: &Delivery) -> Result<Option<Vec<u8>>> {
    let data = match d.target {
        _ if d.kind == TEST => Some(json!({})),
        Target::Webhook(_) => data(app, d).await?,
        Target::Inbox(_) => reply(app, d).await?,
    };
    let Some(data) = data else { return Ok(None) };
    let body = json!({ "id": d.id, "type": d.kind, "at": d.happened_at, "tenant": d.tenant, "data": data });
    Ok(Some(body.to_string().into_bytes()))
}

struct Found {
    row: Row,
    message: Option<MessageRow>,
    names: Names,
}

async fn find(app: &App, d: &Delivery) -> Result<Option<Found>> {
    let (conversation, subject) = (ConversationId(d.conversation), MessageId(d.subject));
    let of_message = matches!(d.kind.as_str(), "message.created" | "message.failed" | "note.created");
    let read = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        let Some(row) = threads::by_ids(tx, &[conversation]).await?.pop() else { return Ok(None) };
        let message = if of_message { messages::by_ids(tx, &scope, &[subject]).await?.pop() } else { None };
        let people = customers::brief(tx, &scope, &[row.contact]).await?;
        Ok(Some((row, message, people)))
    };
    let found = app.db().read(&accounts::authorize::job(d.tenant), read).await?;
    Ok(found.filter(|(_, message, _)| message.is_some() == of_message).map(|(row, message, people)| Found {
        row,
        message,
        names: Names::new(app, people),
    }))
}

/// For a webhook: the same views that the API gives.
async fn data(app: &App, d: &Delivery) -> Result<Option<Value>> {
    let Some(f) = find(app, d).await? else { return Ok(None) };
    let mut data = json!({ "conversation": row_view(app, &f.names, &f.row, None) });
    if let Some(m) = &f.message {
        data["message"] = json!(view(app, &f.names, m, &f.row));
    }
    if !d.facts.is_null() {
        data["change"] = d.facts.clone();
    }
    Ok(Some(data))
}

/// For the source behind an API inbox: what its customer may see, and the thread it belongs to.
async fn reply(app: &App, d: &Delivery) -> Result<Option<Value>> {
    let Some(f) = find(app, d).await? else { return Ok(None) };
    let Some(m) = f.message.as_ref().filter(|m| !m.note && !m.is_event) else { return Ok(None) };
    let name = match m.author.kind {
        ActorKind::User => f.names.directory.user(kernel::UserId(m.author.id)).map(|u| u.alias.clone()),
        _ => None,
    };
    let files: Vec<AttachmentView> =
        m.extras.attachments.iter().map(|a| attachment_view(app, m, a)).collect();
    let message = json!({
        "id": m.id, "conversation": m.conversation, "thread": f.row.thread, "seq": m.seq,
        "author": { "kind": m.author.kind, "name": name.unwrap_or_default() },
        "body": m.body, "attachments": files, "at": m.at,
    });
    Ok(Some(json!({ "message": message })))
}
