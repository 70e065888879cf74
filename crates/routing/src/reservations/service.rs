//! Answering an offer.

use super::model::{REASON_MAX, Reservation};
use super::store;
use crate::codes;
use crate::permissions::TAKE;
use accounts::{Caller, authorize};
use conversations::threads::{self, Assign, HandOver};
use kernel::{AggregateKey, Error, Event, ReservationId, Result};
use platform::App;
use platform::store::Tx;
use serde_json::json;

/// The reservation, if it was offered to the caller; for everybody else it does not exist.
async fn own(app: &App, caller: &Caller, id: ReservationId) -> Result<Reservation> {
    let read = async move |tx: &mut Tx| Ok(store::by_ids(tx, &[id]).await?.pop());
    let found = app.db().read(&authorize::reader(), read).await?;
    found.filter(|r| r.user == caller.user).ok_or_else(Error::not_found)
}

pub(crate) fn ended(tx: &mut Tx, r: &Reservation, actor: kernel::Actor, state: &str, now: kernel::Millis) {
    let facts = json!({ "user": r.user, "reason": state, "queue": r.queue });
    tx.emit(
        Event::new(r.tenant, "reservation.ended", r.id.0, actor, now)
            .line(r.line)
            .conversation(r.conversation)
            .data(facts),
    );
}

/// Takes what was offered to the caller: the reservation is accepted and the conversation theirs, in one transaction.
///
/// Errors: `not_found` if it was not offered to the caller; `reservation.over` if it lapsed, was taken back or answered;
/// `conversation.handed_over` if somebody else was faster; 403 if the caller may no longer take work of the line.
pub async fn accept(app: &App, caller: &Caller, id: ReservationId) -> Result<()> {
    let r = own(app, caller, id).await?;
    let scope = caller.authorize(TAKE, r.tenant, Some(r.line))?;
    let (actor, user, now) = (caller.actor, caller.user, app.now());
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

/// Refuses what was offered to the caller, with a reason. Errors: as for [`accept`].
pub async fn decline(app: &App, caller: &Caller, id: ReservationId, reason: &str) -> Result<()> {
    if reason.is_empty() || reason.len() > REASON_MAX {
        return Err(Error::invalid("/reason", "unfit"));
    }
    let r = own(app, caller, id).await?;
    let scope = caller.authorize(TAKE, r.tenant, Some(r.line))?;
    let (actor, now, reason) = (caller.actor, app.now(), reason.to_owned());
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
