//! What the engine decided for one conversation, as one transaction.

use super::owner;
use crate::codes;
use crate::decisions::{self, Made};
use crate::reservations::{self, End, Reservation, State};
use conversations::threads::{self, Assign, HandOver};
use kernel::{
    Actor, ContactId, ConversationId, Error, Event, InboxId, Kind, LineId, MessageId, Millis, Result,
    TenantId, UserId,
};
use platform::store::Tx;
use serde_json::json;

/// What the floor keeps of a conversation besides the engine.
#[derive(Debug, Clone)]
pub(super) struct Meta {
    pub id: ConversationId,
    pub tenant: TenantId,
    pub line: LineId,
    pub inbox: InboxId,
    pub contact: ContactId,
    /// The conversation's epoch, as last read or written.
    pub epoch: i64,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Ring at an agent.
    Offer(Box<Reservation>, Option<Box<Made>>),
    /// Stop ringing.
    End(Box<Reservation>, End),
    /// Put it into an agent's hands without asking.
    Give(UserId, Vec<String>, Option<Box<Made>>),
    /// Let it wait again, with the age it had.
    Requeue(Millis, &'static str),
}

/// What is to be done for one conversation, in order.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub meta: Meta,
    /// With ids for the lines in the thread.
    pub acts: Vec<(MessageId, Act)>,
    pub owner_epoch: i64,
    pub now: Millis,
}

/// What became of a plan.
pub(super) enum Outcome {
    /// Done; the conversation's epoch now.
    Done(i64),
    /// The rows say otherwise: read and compare.
    Overtaken,
    /// The store could not; do it again.
    Again,
    /// Another process routes.
    NotOwner(Error),
}

/// What a failed write means.
pub(super) fn outcome(done: Result<i64>) -> Outcome {
    match done {
        Ok(epoch) => Outcome::Done(epoch),
        Err(e) if std::ptr::eq(e.code, &codes::NOT_OWNER) || e.code.code == codes::NOT_OWNER.code => {
            Outcome::NotOwner(e)
        }
        Err(e) if matches!(e.kind(), Kind::Unavailable | Kind::RateLimited | Kind::StorageFull) => {
            Outcome::Again
        }
        Err(e) => {
            tracing::debug!(error = %e, "a decision of the floor was overtaken");
            Outcome::Overtaken
        }
    }
}

fn stale() -> Error {
    Error::new(&codes::STALE)
}

/// Carries a plan out; the conversation's epoch afterwards.
pub(super) async fn perform(tx: &mut Tx, plan: &Plan) -> Result<i64> {
    owner::check(tx, plan.owner_epoch).await?;
    let mut epoch = plan.meta.epoch;
    for (event_id, act) in &plan.acts {
        let h = HandOver {
            id: plan.meta.id,
            event_id: *event_id,
            actor: Actor::SYSTEM,
            epoch: Some(epoch),
            now: plan.now,
        };
        match act {
            Act::Offer(r, made) => {
                offer(tx, plan, r, epoch).await?;
                keep(tx, made.as_deref()).await?;
            }
            Act::End(r, end) => stop(tx, plan, r, *end).await?,
            Act::Give(to, why, made) => {
                epoch = threads::assign(tx, &h, &Assign { to: *to, why: why.clone() }).await?.epoch;
                keep(tx, made.as_deref()).await?;
            }
            Act::Requeue(since, reason) => epoch = threads::requeue(tx, &h, *since, reason).await?.epoch,
        }
    }
    Ok(epoch)
}

/// Keeps why it was decided so.
async fn keep(tx: &mut Tx, made: Option<&Made>) -> Result<()> {
    match made {
        Some(made) => decisions::insert(tx, made).await,
        None => Ok(()),
    }
}

async fn offer(tx: &mut Tx, plan: &Plan, r: &Reservation, epoch: i64) -> Result<()> {
    let row = threads::routed(tx, &[plan.meta.id]).await?.pop().ok_or_else(stale)?;
    if !row.is_queued() || row.epoch != epoch {
        return Err(stale());
    }
    let r = Reservation { epoch, ..r.clone() };
    if !reservations::insert(tx, &r, plan.owner_epoch).await? {
        return Err(stale());
    }
    let facts = json!({ "user": r.user, "queue": r.queue, "expires_at": r.expires_at });
    tx.emit(
        Event::new(r.tenant, "reservation.offered", r.id.0, Actor::SYSTEM, plan.now)
            .line(r.line)
            .conversation(r.conversation)
            .data(facts),
    );
    Ok(())
}

async fn stop(tx: &mut Tx, plan: &Plan, r: &Reservation, end: End) -> Result<()> {
    if reservations::end(tx, r.id, r.tenant, end, plan.now).await? {
        reservations::ended(tx, r, Actor::SYSTEM, end.state.word(), plan.now);
        return Ok(());
    }
    // Accepted a moment before: what was decided after that is void.
    match reservations::state_of(tx, r.id, r.tenant).await? {
        Some(State::Accepted) => Err(stale()),
        _ => Ok(()),
    }
}
