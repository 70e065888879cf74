//! Drawing up, signing and countersigning handovers.

use super::model::{Handover, ITEMS_MAX, Item};
use super::store;
use crate::codes;
use crate::deed::{Deed, Fact};
use crate::permissions::BRIEF;
use accounts::{Caller, Directory};
use conversations::permissions::{READ, REPLY};
use conversations::threads::{self, Assign, HandOver, Status};
use kernel::{AggregateKey, ConversationId, Error, HandoverId, LineId, MessageId, Result, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// A sheet to be drawn up.
#[derive(Debug, Clone)]
pub struct New {
    pub line: LineId,
    pub from: Option<UserId>,
    pub to: UserId,
    pub note: String,
}

fn fact(h: &Handover, kind: &'static str) -> Fact {
    Fact {
        tenant: h.tenant,
        line: h.line,
        conversation: None,
        kind,
        subject: h.id.0,
        facts: json!({ "user": h.to, "from": h.from, "items": h.items.len() }),
    }
}

/// Draws up a sheet with what `from` holds on the line at this moment.
/// Errors: `not_found`, `invalid`; 403 without `conversations.reply` there, or for somebody else without
/// `briefings.manage`.
pub async fn create(app: &App, caller: &Caller, new: New) -> Result<Handover> {
    let directory = app.port::<Arc<Directory>>();
    let line = directory.line(new.line).ok_or_else(Error::not_found)?;
    let from = new.from.unwrap_or(caller.user);
    let right = if from == caller.user { REPLY } else { BRIEF };
    let scope = caller.authorize(right, line.tenant, Some(line.id))?;
    let able = |u: UserId| directory.holds(u, REPLY, line.tenant, Some(line.id));
    if !able(from) {
        return Err(Error::invalid("/from", "unable"));
    }
    if !able(new.to) || new.to == from {
        return Err(Error::invalid("/to", "unable"));
    }
    let deed = Deed::by(app, caller);
    let sheet = Handover {
        id: app.id(),
        tenant: line.tenant,
        line: line.id,
        from,
        to: new.to,
        note: new.note.trim_end().to_owned(),
        state: "draft".into(),
        created_by: deed.user,
        created_at: deed.at,
        signed_at: None,
        countersigned_at: None,
        hash: None,
        items: vec![],
    };
    sheet.check()?;
    let write = async move |tx: &mut Tx| {
        let sheet = Handover { items: collect(tx, &sheet).await?, ..sheet.clone() };
        store::insert(tx, &sheet).await?;
        tx.made(sheet.id.0);
        deed.done(tx, fact(&sheet, "handover.created")).await?;
        Ok(sheet)
    };
    app.db().write(&scope, AggregateKey::new("handover", line.id.0), write).await
}

/// What somebody holds on the line: open and sleeping conversations, what is due first.
async fn collect(tx: &mut Tx, h: &Handover) -> Result<Vec<Item>> {
    let held = threads::routed_held_by(tx, h.from).await?;
    let ids: Vec<ConversationId> = held
        .iter()
        .filter(|r| (r.tenant, r.line) == (h.tenant, h.line))
        .map(|r| r.id)
        .take(ITEMS_MAX)
        .collect();
    let rows = threads::by_ids(tx, &ids).await?;
    let item = |r: &threads::Row| Item {
        conversation: r.id,
        kind: if r.status == Status::Snoozed { "snoozed" } else { "open" }.into(),
        due_at: r.snoozed_until.or(r.next_due),
        comment: String::new(),
        reassign: true,
        outcome: None,
    };
    Ok(rows.iter().map(item).collect())
}

/// One sheet: of one's own, or of a line whose handovers one may manage. Error: `not_found`.
pub async fn find(app: &App, caller: &Caller, id: HandoverId) -> Result<Handover> {
    let read = async move |tx: &mut Tx| store::by_id(tx, id).await;
    let found = app.db().read(&caller.authorize_any(READ), read).await?.ok_or_else(Error::not_found)?;
    if seen(caller, &found) { Ok(found) } else { Err(Error::not_found()) }
}

fn manages(caller: &Caller, h: &Handover) -> bool {
    caller.may(BRIEF, h.tenant, Some(h.line))
}

fn seen(caller: &Caller, h: &Handover) -> bool {
    manages(caller, h) || draws(caller, h) || (h.to == caller.user && !h.is_draft())
}

/// May the caller change and sign it?
pub fn draws(caller: &Caller, h: &Handover) -> bool {
    h.from == caller.user || (manages(caller, h) && h.created_by == caller.user)
}

async fn drawn(app: &App, caller: &Caller, id: HandoverId) -> Result<Handover> {
    let found = find(app, caller, id).await?;
    if draws(caller, &found) {
        return Ok(found);
    }
    Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail(BRIEF.0))
}

/// What is said about an item.
#[derive(Debug, Clone)]
pub struct Said {
    pub conversation: ConversationId,
    pub comment: Option<String>,
    pub reassign: Option<bool>,
}

/// Changes a draft. Errors: `not_found`, `invalid`, `sheet.signed`.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: HandoverId,
    note: Option<String>,
    said: Vec<Said>,
) -> Result<Handover> {
    let mut is = drawn(app, caller, id).await?;
    if let Some(note) = note {
        note.trim_end().clone_into(&mut is.note);
    }
    for s in said {
        let item = is.items.iter_mut().find(|i| i.conversation == s.conversation);
        let item = item.ok_or_else(|| Error::invalid("/items", "unknown"))?;
        item.comment = s.comment.unwrap_or(std::mem::take(&mut item.comment));
        item.reassign = s.reassign.unwrap_or(item.reassign);
    }
    is.check()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::update(tx, &is).await? {
            return Err(Error::new(&codes::SIGNED));
        }
        deed.done(tx, fact(&is, "handover.changed")).await?;
        Ok(is.clone())
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("handover", id.0), write).await
}

/// Signs a draft; the receiver is told. Errors: `not_found`, `sheet.signed`.
pub async fn sign(app: &App, caller: &Caller, id: HandoverId) -> Result<Handover> {
    drawn(app, caller, id).await?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        // Read again: what is signed is what stands there at this moment.
        let mut is = store::by_id(tx, id).await?.ok_or_else(Error::not_found)?;
        is.signed_at = Some(deed.at);
        is.hash = Some(is.digest());
        if !store::sign(tx, &is).await? {
            return Err(Error::new(&codes::SIGNED));
        }
        is.state = "signed".into();
        deed.done(tx, fact(&is, "handover.signed")).await?;
        Ok(is)
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("handover", id.0), write).await
}

/// Countersigns: the receiver alone. What was chosen, and is still held by who hands over, becomes theirs.
/// Errors: `not_found`, `sheet.unsigned`, `sheet.signed` (countersigned before).
pub async fn countersign(app: &App, caller: &Caller, id: HandoverId) -> Result<Handover> {
    let found = find(app, caller, id).await?;
    if found.to != caller.user {
        return Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail("the receiver countersigns"));
    }
    if found.is_draft() {
        return Err(Error::new(&codes::UNSIGNED));
    }
    let deed = Deed::by(app, caller);
    let lines: Vec<MessageId> = found.items.iter().map(|_| app.id()).collect();
    let write = async move |tx: &mut Tx| {
        let mut is = store::by_id(tx, id).await?.ok_or_else(Error::not_found)?;
        if !store::countersign(tx, &is, deed.at).await? {
            return Err(Error::new(&codes::SIGNED));
        }
        (is.state, is.countersigned_at) = ("countersigned".into(), Some(deed.at));
        let ids: Vec<ConversationId> = is.items.iter().map(|i| i.conversation).collect();
        let rows = threads::routed(tx, &ids).await?;
        for (n, event_id) in lines.iter().enumerate().take(is.items.len()) {
            let item = is.items[n].clone();
            let held = rows.iter().any(|r| {
                r.id == item.conversation
                    && r.assignee == Some(is.from)
                    && r.status != Status::Resolved
                    && !r.is_queued()
            });
            let outcome = if item.reassign && held { "given" } else { "kept" };
            if outcome == "given" {
                let h = HandOver {
                    id: item.conversation,
                    event_id: *event_id,
                    actor: deed.actor,
                    epoch: None,
                    now: deed.at,
                };
                let to = Assign { to: is.to, why: vec!["why.handover".into()] };
                threads::assign(tx, &h, &to).await?;
            }
            store::set_outcome(tx, &is, item.conversation, outcome).await?;
            is.items[n].outcome = Some(outcome.into());
        }
        deed.done(tx, fact(&is, "handover.countersigned")).await?;
        Ok(is)
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("handover", id.0), write).await
}
