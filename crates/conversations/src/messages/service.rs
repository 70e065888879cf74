//! Appending to a conversation: the hottest path of the program. Five statements: the sender's id, the conversation's
//! number, the message, and the log's two.

use super::model::{Extras, MessageRow, NewMessage, Posted, preview};
use super::store;
use crate::codes;
use crate::threads::{self, HandOver, Row, Status};
use kernel::{
    Actor, ActorKind, ConversationId, Error, Event, MessageId, Millis, Result, TenantScope, UserId,
};
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

/// What travels in memory with `message.created`: the message and its conversation right after it.
#[derive(Debug)]
pub struct Hot {
    /// The message.
    pub message: MessageRow,
    /// The conversation.
    pub row: Row,
}

/// A thin line about what happened.
#[derive(Debug, Clone)]
pub struct ThreadEvent {
    /// Made before.
    pub id: MessageId,
    /// What, such as `assigned`.
    pub kind: &'static str,
    /// Facts for its words.
    pub data: Value,
}

/// Appends a message. Coming again with the same client key it is the same message (`repeated`).
/// Errors: `conversation.newer_message`, `conversation.merged`, `message.attachment`, `not_found`.
pub async fn append(tx: &mut Tx, scope: &TenantScope, m: &NewMessage) -> Result<Posted> {
    append_for(tx, scope, m, None).await
}

/// Appends a note that is whispered to an agent: what it says is for them, its author and who may help, and no list shows
/// it. Otherwise as [`append`].
pub async fn append_whisper(tx: &mut Tx, scope: &TenantScope, m: &NewMessage, to: UserId) -> Result<Posted> {
    let m = NewMessage { note: true, mentions: vec![to], ..m.clone() };
    append_for(tx, scope, &m, Some(to)).await
}

async fn append_for(
    tx: &mut Tx,
    scope: &TenantScope,
    m: &NewMessage,
    whisper: Option<UserId>,
) -> Result<Posted> {
    if let Some(key) = &m.client_key
        && let Some(message) = store::by_client_key(tx, scope, m.conversation, key).await?
    {
        let row = threads::by_id(tx, m.conversation).await?;
        return Ok(Posted { message, row, repeated: true });
    }
    let files = Tx::ids(m.attachments.iter().map(|a| a.0));
    let attachments = match (m.attachments.first(), scope.tenants().next()) {
        (Some(_), Some(_)) => {
            let tenant = threads::by_id(tx, m.conversation).await?.tenant;
            store::attachments(tx, tenant, &files).await?
        }
        _ => vec![],
    };
    let line = preview(&m.body, &attachments);
    // What a program writes counts as nobody's turn.
    let note = m.note || m.automatic;
    let by = if m.automatic { ActorKind::System } else { m.author.kind };
    let on = threads::OnMessage { preview: &line, by, note, at: m.now };
    let on = Some(on).filter(|_| whisper.is_none());
    let mut row = threads::update_on_message(tx, scope, m.conversation, on).await?;
    row.must_stand()?;
    guard(tx, &row, m).await?;
    let message = MessageRow {
        id: m.id,
        tenant: row.tenant,
        conversation: row.id,
        seq: row.last_seq,
        is_event: false,
        note: m.note,
        author: m.author,
        body: m.body.clone(),
        extras: Extras {
            attachments,
            mentions: m.mentions.clone(),
            whisper,
            mail: m.mail.clone(),
            chat: m.chat,
            ..Extras::default()
        },
        client_key: m.client_key.clone(),
        failure: None,
        at: m.now,
    };
    store::insert(tx, &message).await?;
    if !m.attachments.is_empty()
        && store::bind_attachments(tx, &message, &files).await? != m.attachments.len() as u64
    {
        return Err(Error::new(&codes::ATTACHMENT));
    }
    for user in &m.mentions {
        store::mention(tx, &message, *user).await?;
    }
    emit_created(tx, &message, &row);
    if m.author.kind == ActorKind::Contact && !m.automatic && row.status != Status::Open {
        let h = HandOver { id: row.id, event_id: m.event_id, actor: m.author, epoch: None, now: m.now };
        row = match row.status {
            Status::Resolved => threads::reopen(tx, &h, true).await?,
            _ => threads::wake(tx, &h).await?,
        };
    }
    Ok(Posted { message, row, repeated: false })
}

/// Refuses an answer over a colleague's that its author has not seen.
async fn guard(tx: &mut Tx, row: &Row, m: &NewMessage) -> Result<()> {
    let Some(seen) = m.seen_seq.filter(|s| !m.note && row.last_seq > s + 1) else { return Ok(()) };
    let newer = store::newer_replies(tx, row, seen, m.author).await?;
    let newer: Vec<String> = newer.iter().map(|n| n.id.to_string()).collect();
    if newer.is_empty() { Ok(()) } else { Err(Error::new(&codes::NEWER_MESSAGE).detail(newer.join(","))) }
}

fn emit_created(tx: &mut Tx, message: &MessageRow, row: &Row) {
    let mut facts = json!({ "seq": message.seq, "note": message.note, "assignee": row.assignee });
    if !row.followers.is_empty() {
        facts["followers"] = json!(row.followers);
    }
    if !message.extras.mentions.is_empty() {
        facts["mentions"] = json!(message.extras.mentions);
    }
    if let Some(inbox) = message.extras.mail.as_ref().and_then(|h| h.inbox) {
        facts["mail"] = json!(inbox);
    }
    if message.extras.chat {
        facts["chat"] = json!(true);
    }
    if message.is_event {
        facts["event"] = json!(true);
    }
    let hot = Hot { message: message.clone(), row: row.clone() };
    tx.emit(
        Event::new(message.tenant, "message.created", message.id.0, message.author, message.at)
            .line(row.line)
            .conversation(row.id)
            .data(facts)
            .hot(Arc::new(hot)),
    );
}

/// Appends a thin line and answers the conversation with its new number.
pub async fn append_event(
    tx: &mut Tx,
    scope: &TenantScope,
    conversation: ConversationId,
    actor: Actor,
    event: ThreadEvent,
    now: Millis,
) -> Result<Row> {
    let row = threads::update_on_message(tx, scope, conversation, None).await?;
    let message = MessageRow {
        id: event.id,
        tenant: row.tenant,
        conversation,
        seq: row.last_seq,
        is_event: true,
        note: false,
        author: actor,
        body: String::new(),
        extras: Extras { event: Some((event.kind.to_owned(), event.data)), ..Extras::default() },
        client_key: None,
        failure: None,
        at: now,
    };
    store::insert(tx, &message).await?;
    emit_created(tx, &message, &row);
    Ok(row)
}

/// A mark that moves forward over message numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Our replies reached the contact's device.
    Delivered,
    /// The contact has read them.
    ReadByContact,
    /// Staff has read the contact's.
    ReadByStaff,
}

/// Moves a mark to `seq`, for the contact or a member of staff.
pub async fn mark(
    tx: &mut Tx,
    conversation: ConversationId,
    mark: Mark,
    by: Actor,
    seq: i64,
    now: Millis,
) -> Result<()> {
    let row = threads::by_id(tx, conversation).await?;
    let seq = seq.clamp(0, row.last_seq);
    if mark == Mark::ReadByStaff {
        store::set_reading(tx, &row, UserId(by.id), seq, now).await?;
    }
    if store::set_mark(tx, &row, mark, seq).await? {
        let word = match mark {
            Mark::Delivered => "delivered",
            Mark::ReadByContact | Mark::ReadByStaff => "read",
        };
        let side = if mark == Mark::ReadByStaff { "contact" } else { "staff" };
        tx.emit(
            Event::new(row.tenant, "message.marked", row.id.0, by, now)
                .line(row.line)
                .conversation(row.id)
                .data(json!({ "seq": seq, "state": word, "of": side, "assignee": row.assignee })),
        );
    }
    Ok(())
}
