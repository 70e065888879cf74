//! Raising, taking and lowering hands.

use super::store::{self, Hand};
use crate::codes;
use crate::deed::{Deed, Fact};
use crate::permissions::HELP;
use accounts::{Caller, authorize};
use conversations::permissions::{READ, REPLY};
use conversations::threads;
use kernel::{AggregateKey, ConversationId, Error, HandId, Permission, Result};
use platform::App;
use platform::store::Tx;
use serde_json::json;

/// A reason at the most, in characters.
const REASON_MAX: usize = 200;

/// Is `p` held anywhere? Error: `access.missing_permission` (403).
pub fn held(caller: &Caller, p: Permission) -> Result<()> {
    match caller.authorize_any(p).tenants().next() {
        Some(_) => Ok(()),
        None => Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail(p.0)),
    }
}

fn fact(h: &Hand, kind: &'static str) -> Fact {
    Fact {
        tenant: h.tenant,
        line: h.line,
        conversation: Some(h.conversation),
        kind,
        subject: h.id.0,
        facts: json!({ "user": h.user }),
    }
}

/// Raises a hand. Errors: `not_found`, `invalid`, `hand.already_raised`, `conversation.state`.
pub async fn raise(app: &App, caller: &Caller, id: ConversationId, reason: &str) -> Result<Hand> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::invalid("/reason", "required"));
    }
    if reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("/reason", "too_long"));
    }
    let (hand, deed) = (app.id::<HandId>(), Deed::by(app, caller));
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        if row.status == threads::Status::Resolved {
            return Err(Error::new(&conversations::codes::STATE).detail(row.status.word()));
        }
        let hand = Hand {
            id: hand,
            tenant: row.tenant,
            line: row.line,
            conversation: id,
            user: deed.user,
            reason: reason.clone(),
            state: "raised".into(),
            raised_at: deed.at,
            taken_by: None,
            taken_at: None,
            lowered_at: None,
        };
        if !store::insert(tx, &hand).await? {
            return Err(Error::new(&codes::HAND_UP));
        }
        tx.made(hand.id.0);
        deed.done(tx, fact(&hand, "hand.raised")).await?;
        Ok(hand)
    };
    app.db().write(&caller.authorize_any(REPLY), AggregateKey::new("conversation", id.0), write).await
}

/// Takes a hand. Errors: `not_found`, `hand.taken`.
pub async fn take(app: &App, caller: &Caller, id: HandId) -> Result<Hand> {
    held(caller, HELP)?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let hand = store::by_id(tx, id).await?.ok_or_else(Error::not_found)?;
        if !store::take(tx, &hand, deed.user, deed.at).await? {
            return Err(Error::new(&codes::HAND_TAKEN));
        }
        deed.done(tx, fact(&hand, "hand.taken")).await?;
        Ok(Hand { state: "taken".into(), taken_by: Some(deed.user), taken_at: Some(deed.at), ..hand })
    };
    app.db().write(&caller.authorize_any(HELP), AggregateKey::new("hand", id.0), write).await
}

/// Lowers one's own hand, or one that the caller may take. Errors: `not_found`, `hand.taken`.
pub async fn lower(app: &App, caller: &Caller, id: HandId) -> Result<Hand> {
    let (deed, helps) = (Deed::by(app, caller), caller.authorize_any(HELP));
    let write = async move |tx: &mut Tx| {
        let hand = store::by_id(tx, id).await?.ok_or_else(Error::not_found)?;
        if hand.user != deed.user && !helps.contains_line(hand.tenant, hand.line) {
            return Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail(HELP.0));
        }
        if !store::lower(tx, &hand, deed.user, deed.at).await? {
            return Err(Error::new(&codes::HAND_TAKEN));
        }
        deed.done(tx, fact(&hand, "hand.lowered")).await?;
        Ok(Hand { state: "lowered".into(), lowered_at: Some(deed.at), ..hand })
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("hand", id.0), write).await
}

/// Lowers what is up for a conversation that ended, and ends the watching; of one that goes on, the hands of those who no
/// longer have it.
pub async fn end(app: &App, id: ConversationId) -> Result<()> {
    let now = app.now();
    let write = async move |tx: &mut Tx| {
        let Some(row) = threads::routed(tx, &[id]).await?.pop() else { return Ok(()) };
        let is_over = row.status == threads::Status::Resolved;
        if is_over {
            store::end_watches(tx, row.tenant, id, now).await?;
        }
        for hand in store::of_conversation(tx, row.tenant, id).await? {
            if (is_over || row.assignee != Some(hand.user))
                && store::lower(tx, &hand, kernel::UserId(0), now).await?
            {
                let event =
                    kernel::Event::new(hand.tenant, "hand.lowered", hand.id.0, kernel::Actor::SYSTEM, now)
                        .line(hand.line)
                        .conversation(id)
                        .data(json!({ "user": hand.user }));
                tx.emit(event);
            }
        }
        Ok(())
    };
    app.db().write(&authorize::reader(), AggregateKey::new("conversation", id.0), write).await
}
