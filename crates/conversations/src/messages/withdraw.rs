//! Taking back a reply just sent: within [`WITHDRAW_MS`], by its author, unless the contact has read it. Both sides see that
//! there was one; its text and files are gone.
//!
//! Reading and withdrawing may come at once. Both change the conversation's row, which decides: the mark moves over the
//! number, or the withdrawal finds it has not.

use super::model::{Extras, MessageRow, preview};
use super::service::Hot;
use super::store;
use crate::codes;
use crate::threads::{self, Row, Status, Undo, Waiting};
use kernel::{Actor, ActorKind, ConversationId, Error, Event, MessageId, Millis, Result};
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// How long a reply can be taken back.
pub const WITHDRAW_MS: Millis = 5_000;
/// What the network may take away of that.
const GRACE_MS: Millis = 1_000;
/// Messages looked back at for what the conversation was before.
const LOOK_BACK: i64 = 50;

/// Takes a reply back. Errors: `not_found`; `message.not_withdrawable` where it is not one's own reply, the channel has let
/// it go, or its time has passed; `message.read` where it was read.
pub async fn withdraw(
    tx: &mut Tx,
    conversation: ConversationId,
    id: MessageId,
    by: Actor,
    now: Millis,
) -> Result<(MessageRow, Row)> {
    let row = threads::by_id(tx, conversation).await?;
    let scope = tx.scope().clone();
    let found = store::by_ids(tx, &scope, &[id]).await?.pop();
    let m = found.filter(|m| m.conversation == conversation).ok_or_else(Error::not_found)?;
    if m.extras.withdrawn.is_some() && m.author == by {
        return Ok((m, row));
    }
    let own = m.author == by && by.kind == ActorKind::User && !m.note && !m.is_event;
    if !own || row.channel.undo() != Undo::Withdraw || now - m.at > WITHDRAW_MS + GRACE_MS {
        return Err(Error::new(&codes::NOT_WITHDRAWABLE));
    }
    let mut row = before(tx, &row, &m).await?;
    if !store::take_back(tx, &row, &m).await? {
        return Err(Error::new(&codes::ALREADY_READ));
    }
    let gone =
        MessageRow { body: String::new(), extras: Extras { withdrawn: Some(now), ..Extras::default() }, ..m };
    store::blank(tx, &gone).await?;
    row = threads::by_id(tx, row.id).await?;
    let hot = Hot { message: gone.clone(), row: row.clone() };
    tx.emit(
        Event::new(row.tenant, "message.withdrawn", gone.id.0, by, now)
            .line(row.line)
            .conversation(row.id)
            .data(json!({ "seq": gone.seq, "assignee": row.assignee, "followers": row.followers }))
            .hot(Arc::new(hot)),
    );
    Ok((gone, row))
}

/// The conversation as it would be without this message: its last line, and who is waited for.
async fn before(tx: &mut Tx, row: &Row, m: &MessageRow) -> Result<Row> {
    let mut was = row.clone();
    let earlier = store::between(tx, row, 0, i64::MAX, LOOK_BACK, false).await?;
    let said = |x: &&MessageRow| !x.is_event && x.id != m.id && x.extras.withdrawn.is_none();
    if row.last_at == m.at
        && let Some(last) = earlier.iter().rev().find(said)
    {
        was.last_text = preview(&last.body, &last.extras.attachments);
        (was.last_by, was.last_note) = (last.author.kind, last.note);
    } else if row.last_at == m.at {
        was.last_text = String::new();
    }
    if row.user_seq != m.seq || row.status == Status::Resolved {
        return Ok(was);
    }
    let reply = |x: &&MessageRow| said(x) && !x.note && x.author.kind != ActorKind::Contact;
    let answered = earlier.iter().rev().find(reply).map_or(0, |x| x.seq);
    was.user_seq = answered;
    let open = earlier.iter().find(|x| x.seq > answered && said(x) && x.author.kind == ActorKind::Contact);
    if let Some(asked) = open {
        (was.waiting, was.waiting_since) = (Waiting::Agent, Some(asked.at));
    }
    if row.first_reply_at == Some(m.at) {
        was.first_reply_at = None;
    }
    Ok(was)
}
