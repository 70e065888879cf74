//! Splitting: chosen messages of a conversation go on in a new one, which shows them as its first block.

use super::merging::{Deed, outbound};
use super::model::{self, Back, Join, Joining, Kind};
use super::store;
use crate::codes;
use crate::inboxes::{Cache, Inbox};
use crate::messages::{self, MessageRow, SUBJECT_MAX};
use crate::permissions::REPLY;
use crate::threads::{self, Channel, Numbers, Page, Row, Start, Waiting, Whole};
use accounts::{Caller, Directory};
use kernel::{ActorKind, AggregateKey, ConversationId, Error, Result, TenantScope, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// A subject as somebody wrote it: one line. Errors: `invalid`.
pub(super) fn subject(text: Option<String>) -> Result<Option<String>> {
    let line = text.map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty());
    let Some(line) = line else { return Ok(None) };
    if line.chars().count() > SUBJECT_MAX || line.chars().any(char::is_control) {
        return Err(Error::invalid("/subject", "unfit"));
    }
    Ok(Some(engines::redact::mask_cards(&line).into_owned()))
}

/// A conversation as it was read before the transaction that changes it.
pub(super) async fn read(app: &App, scope: &TenantScope, id: ConversationId) -> Result<Row> {
    app.db().read(scope, async move |tx: &mut Tx| threads::by_id(tx, id).await).await
}

/// Lets messages go on in a new conversation, and answers that one. Errors: `not_found`; `conversation.merged`, `.split_unfit`,
/// `.split_live`; `invalid`.
pub(super) async fn split(
    app: &App,
    caller: &Caller,
    id: ConversationId,
    seqs: &[i64],
    about: Option<String>,
) -> Result<Whole> {
    let scope = caller.authorize_any(REPLY);
    let row = read(app, &scope, id).await?;
    let (seqs, about) = (model::chosen(seqs)?, subject(about)?);
    let inbox = app.port::<Arc<Cache>>().get(row.inbox).ok_or_else(Error::not_found)?;
    let number = app.port::<Arc<Numbers>>().next(app, &scope, row.tenant).await?;
    let (deed, user) = (Deed::by(app, caller), caller.user);
    let directory = app.port::<Arc<Directory>>();
    let able = threads::must_be_able(directory, user, &row).is_ok();
    let made: ConversationId = app.id();
    let s = Start {
        id: made,
        number,
        event_id: app.id(),
        inbox: Inbox { queue: row.queue.or(inbox.queue), ..(*inbox).clone() },
        contact: row.contact,
        // Each mail that somebody begins is a thread of its own; elsewhere a contact has one thread, which goes on here.
        thread: if row.channel == Channel::Email { made.to_string() } else { row.thread.clone() },
        actor: caller.actor,
        page: Page::default(),
        subject: about.or(row.subject),
        now: deed.now,
    };
    let app_ = app.clone();
    let write = async move |tx: &mut Tx| {
        let part = go_on(tx, &app_, &deed, (id, &s), &seqs, able.then_some(user)).await?;
        tx.made(deed.join.0);
        threads::read_whole(tx, part, user).await
    };
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await
}

async fn go_on(
    tx: &mut Tx,
    app: &App,
    deed: &Deed,
    (id, s): (ConversationId, &Start),
    seqs: &[i64],
    owner: Option<UserId>,
) -> Result<Row> {
    let scope = tx.scope().clone();
    threads::hold(tx, id, id).await?;
    let origin = threads::by_id(tx, id).await?;
    origin.must_stand()?;
    let chosen = messages::by_seqs(tx, &origin, seqs).await?;
    model::may_split(seqs, &chosen)?;
    let gone = store::gone(tx, &origin).await?;
    if let Some(at) = seqs.iter().position(|q| gone.contains(q)) {
        return Err(Error::new(&codes::SPLIT_UNFIT).field(format!("/seqs/{at}"), "gone"));
    }
    // As it is now: two contacts may have become one since it was read.
    let s = Start { contact: origin.contact, ..s.clone() };
    if !threads::start(tx, &scope, &s, owner).await? {
        return Err(Error::new(&codes::SPLIT_LIVE));
    }
    let mut part = threads::by_id(tx, s.id).await?;
    first_block(&mut part, &chosen);
    store::set_last(tx, &part).await?;
    let mut back = Back::default();
    let mut origin = origin;
    let carried = let_go(tx, &mut origin, seqs, &gone, &mut back).await?;
    if let Some(channel) = outbound(app, origin.channel) {
        let joining = Joining {
            kind: Kind::Split,
            origin: origin.clone(),
            holder: part.clone(),
            messages: chosen.clone(),
            joined_at: deed.now,
        };
        back.channel = channel.join(app, tx, &joining).await?;
    }
    deed.lines(tx, (&origin, "split"), (&part, "split_from"), Some(chosen.len())).await?;
    let join = Join {
        id: deed.join,
        tenant: origin.tenant,
        line: origin.line,
        kind: Kind::Split,
        holder: part.id,
        origin: origin.id,
        seqs: Some(seqs.to_vec()),
        back,
        at: deed.now,
        by: deed.actor,
        undone_at: None,
    };
    store::insert(tx, &join).await?;
    let facts = json!({ "seqs": seqs, "carried": carried, "assignee": origin.assignee, "followers": origin.followers });
    deed.told(tx, (&origin, &part), "conversation.split", facts).await?;
    threads::by_id(tx, part.id).await
}

/// The new conversation shows the last of what it begins with, and waits for us where that is the contact's.
fn first_block(part: &mut Row, chosen: &[MessageRow]) {
    let Some(last) = chosen.last() else { return };
    part.last_text = messages::preview(&last.body, &last.extras.attachments);
    (part.last_by, part.last_note) = (last.author.kind, last.note);
    let said = |m: &&MessageRow| !m.note;
    let asked = |m: &&MessageRow| m.author.kind == ActorKind::Contact;
    // From the first that nobody answered after it.
    let open = chosen.iter().rev().filter(said).take_while(asked).last();
    part.waiting = if open.is_some() { Waiting::Agent } else { Waiting::Customer };
    part.waiting_since = open.map(|m| m.at);
}

/// Where everything that waited for an answer goes on elsewhere, nobody waits in the origin any more. Answers whether that is so.
async fn let_go(tx: &mut Tx, origin: &mut Row, seqs: &[i64], gone: &[i64], back: &mut Back) -> Result<bool> {
    if origin.waiting != Waiting::Agent {
        return Ok(false);
    }
    let but: Vec<i64> = seqs.iter().chain(gone).copied().collect();
    if store::asks_besides(tx, origin, origin.user_seq, &but).await? {
        return Ok(false);
    }
    back.waited = Some((origin.waiting, origin.waiting_since));
    back.user_seq = origin.user_seq;
    origin.waiting = if origin.user_seq > 0 { Waiting::Customer } else { Waiting::Nobody };
    origin.waiting_since = None;
    threads::save(tx, origin).await?;
    Ok(true)
}
