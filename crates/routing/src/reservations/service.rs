//! Answering an offer.

use super::model::{REASON_MAX, Reservation};
use super::store;
use crate::codes;
use crate::permissions::TAKE;
use accounts::{Caller, authorize};
use conversations::threads::{self, Assign, HandOver};
use kernel::{Actor, AggregateKey, Error, Event, ReservationId, Result, TenantScope, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;

/// Who answers an offer.
#[derive(Debug, Clone)]
pub struct Taker {
    /// The agent.
    pub user: UserId,
    /// What the log names.
    pub actor: Actor,
    /// The lines where they may take work now.
    pub reach: TenantScope,
}

impl From<&Caller> for Taker {
    fn from(c: &Caller) -> Taker {
        Taker { user: c.user, actor: c.actor, reach: c.authorize_any(TAKE) }
    }
}

/// The reservation, if it was offered to this agent and they may still take it; for everybody else it does not exist.
async fn own(app: &App, by: &Taker, id: ReservationId) -> Result<Reservation> {
    let read = async move |tx: &mut Tx| Ok(store::by_ids(tx, &[id]).await?.pop());
    let found = app.db().read(&authorize::reader(), read).await?;
    let theirs = |r: &Reservation| r.user == by.user && by.reach.contains_line(r.tenant, r.line);
    found.filter(theirs).ok_or_else(Error::not_found)
}

pub(crate) fn ended(tx: &mut Tx, r: &Reservation, actor: Actor, state: &str, now: kernel::Millis) {
    let facts = json!({ "user": r.user, "reason": state, "queue": r.queue });
    tx.emit(
        Event::new(r.tenant, "reservation.ended", r.id.0, actor, now)
            .line(r.line)
            .conversation(r.conversation)
            .data(facts),
    );
}

/// Takes what was offered to an agent: the reservation is accepted and the conversation theirs, in one transaction.
///
/// Errors: `not_found` if it was not offered to them or they may no longer take work of the line; `reservation.over` if it
/// lapsed, was taken back or answered; `conversation.handed_over` if somebody else was faster.
pub async fn accept(app: &App, by: &Taker, id: ReservationId) -> Result<()> {
    let r = own(app, by, id).await?;
    let scope = authorize::inbox(r.tenant);
    let (actor, user, now) = (by.actor, by.user, app.now());
    let (tenant, conversation, event_id) = (r.tenant, r.conversation, app.id());
    let write = async move |tx: &mut Tx| {
        let taken = store::take(tx, id, tenant, user, now).await?;
        let taken = taken.ok_or_else(|| Error::new(&codes::RESERVATION_OVER))?;
        let h = HandOver { id: conversation, event_id, actor, epoch: Some(taken.epoch), now };
        threads::assign(tx, &h, &Assign { to: user, why: taken.why.clone() }).await?;
        ended(tx, &taken, actor, "accepted", now);
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("conversation", conversation.0), write).await
}

/// Refuses what was offered to an agent, with a reason. Errors: as for [`accept`].
pub async fn decline(app: &App, by: &Taker, id: ReservationId, reason: &str) -> Result<()> {
    if reason.is_empty() || reason.len() > REASON_MAX {
        return Err(Error::invalid("/reason", "unfit"));
    }
    let r = own(app, by, id).await?;
    let scope = authorize::inbox(r.tenant);
    let (actor, now, reason) = (by.actor, app.now(), reason.to_owned());
    let conversation = r.conversation;
    let write = async move |tx: &mut Tx| {
        if !store::refuse(tx, &r, &reason, now).await? {
            return Err(Error::new(&codes::RESERVATION_OVER));
        }
        ended(tx, &r, actor, "declined", now);
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("conversation", conversation.0), write).await
}
