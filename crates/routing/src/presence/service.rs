//! Changing states: by a person for themselves, and by the engine.

use super::model::{AgentNow, KIND_MAX, State};
use super::store;
use crate::codes;
use crate::permissions::QUEUES;
use accounts::{Caller, Directory, audit, authorize};
use engines::acd::Capacity;
use kernel::{Actor, ActorKind, AggregateKey, Error, Event, JobId, LineId, Millis, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Units one agent may have.
const UNITS_MAX: u16 = 100;

/// What somebody wants to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The state; not `wrap_up`, which the engine begins.
    pub state: State,
    /// The kind, of a break.
    pub kind: Option<String>,
}

impl Wish {
    pub(super) fn check(&self) -> Result<()> {
        if self.state == State::WrapUp {
            return Err(Error::invalid("/state", "not_to_choose"));
        }
        match &self.kind {
            Some(_) if self.state != State::Break => Err(Error::invalid("/kind", "only_of_a_break")),
            Some(k) if k.is_empty() || k.len() > KIND_MAX => Err(Error::invalid("/kind", "unfit")),
            _ => Ok(()),
        }
    }
}

fn tell(tx: &mut Tx, a: &AgentNow, actor: Actor) {
    let facts = json!({ "user": a.user, "state": a.state, "kind": a.kind, "since": a.since });
    tx.emit(Event::new(TenantId(0), "presence.changed", a.user.0, actor, a.since).data(facts));
}

/// Sets one's own state. The state it is in already changes nothing, not even its beginning. A state that a lead set is left
/// by signing out alone, as long as it holds. Error: `presence.held`.
pub async fn set(app: &App, user: UserId, actor: Actor, wish: Wish) -> Result<AgentNow> {
    wish.check()?;
    let (interval, job, now) = (app.ids().next(), app.id(), app.now());
    let write = async move |tx: &mut Tx| {
        store::take(tx, user).await?;
        let was = store::one(tx, &[user]).await?.pop().unwrap_or_else(|| AgentNow::absent(user));
        if (was.state, &was.kind) == (wish.state, &wish.kind) {
            return Ok(was);
        }
        let after_wrap_up = was.state == State::WrapUp && wish.state == State::Ready;
        if actor.kind != ActorKind::System && wish.state != State::Offline && !after_wrap_up {
            free(tx, user, now).await?;
        }
        turn(tx, was, &wish, (interval, job, now), actor).await
    };
    app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await
}

/// May this user leave their state? Error: `presence.held`, with the lead's reason.
async fn free(tx: &mut Tx, user: UserId, now: Millis) -> Result<()> {
    match store::forced_of(tx, user).await?.filter(|f| f.holds(now)) {
        Some(f) => Err(Error::new(&codes::HELD).detail(f.reason)),
        None => Ok(()),
    }
}

/// Is this user on a break of this kind (any, where none is named)?
pub(super) async fn on_break(app: &App, user: UserId, kind: Option<&str>) -> Result<bool> {
    let read = async move |tx: &mut Tx| Ok(store::one(tx, &[user]).await?.pop());
    let now = app.db().read(&authorize::reader(), read).await?;
    Ok(now.is_some_and(|a| a.state == State::Break && kind.is_none_or(|k| a.kind.as_deref() == Some(k))))
}

/// Goes from one state into another, with what that does to breaks. The ids and the moment are made before.
pub(super) async fn turn(
    tx: &mut Tx,
    was: AgentNow,
    wish: &Wish,
    (interval, job, now): (i64, JobId, Millis),
    actor: Actor,
) -> Result<AgentNow> {
    let is = AgentNow {
        state: wish.state,
        kind: wish.kind.clone(),
        since: now,
        wrap_up_until: None,
        version: was.version + 1,
        seen_at: now,
        user: was.user,
        granted: was.granted && wish.state != State::Offline,
    };
    store::save(tx, &is, None).await?;
    store::turn_interval(tx, interval, &is, (TenantId(0), LineId(0))).await?;
    crate::breaks::leave(tx, &is, was.state, job, actor).await?;
    tell(tx, &is, actor);
    Ok(is)
}

/// Sets the state of a break that begins, in the transaction that begins it.
pub(crate) async fn begin_break(
    tx: &mut Tx,
    interval: i64,
    user: UserId,
    kind: &str,
    actor: Actor,
    now: Millis,
) -> Result<()> {
    store::take(tx, user).await?;
    let was = store::one(tx, &[user]).await?.pop().unwrap_or_else(|| AgentNow::absent(user));
    let is = AgentNow {
        state: State::Break,
        kind: Some(kind.to_owned()),
        since: now,
        wrap_up_until: None,
        version: was.version + 1,
        seen_at: now,
        user,
        granted: false,
    };
    store::save(tx, &is, None).await?;
    store::turn_interval(tx, interval, &is, (TenantId(0), LineId(0))).await?;
    tell(tx, &is, actor);
    Ok(())
}

/// A state that the engine sets.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub user: UserId,
    pub state: State,
    pub wrap_up_until: Option<Millis>,
    /// The version the engine knew.
    pub version: i64,
    /// Whose time it is: of wrapping up, the line of the last item.
    pub of: (TenantId, LineId),
    pub owner_epoch: i64,
}

/// Writes a state that the engine set; false when the user changed theirs since, which then counts.
pub(crate) async fn set_by_engine(app: &App, e: Engine) -> Result<bool> {
    let (interval, job, now) = (app.ids().next(), app.id(), app.now());
    let user = e.user;
    let write = async move |tx: &mut Tx| {
        crate::floor::check_owner(tx, e.owner_epoch).await?;
        let was = store::one(tx, &[user]).await?.pop().map_or(State::Offline, |a| a.state);
        let is = AgentNow {
            user: e.user,
            state: e.state,
            kind: None,
            since: now,
            wrap_up_until: e.wrap_up_until,
            version: e.version + 1,
            seen_at: now,
            granted: false,
        };
        if !store::save(tx, &is, Some(e.version)).await? {
            return Ok(false);
        }
        store::turn_interval(tx, interval, &is, e.of).await?;
        crate::breaks::leave(tx, &is, was, job, Actor::SYSTEM).await?;
        tell(tx, &is, Actor::SYSTEM);
        Ok(true)
    };
    app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await
}

/// Sets how much somebody may have at once. Errors: `not_found`, `invalid`; 403 without `queues.manage` everywhere.
pub async fn set_capacity(app: &App, caller: &Caller, user: UserId, to: Capacity) -> Result<Capacity> {
    let scope = caller.authorize_provider(QUEUES)?;
    app.port::<Arc<Directory>>().user(user).ok_or_else(Error::not_found)?;
    if !(1..=UNITS_MAX).contains(&to.units) {
        return Err(Error::invalid("/units", "out_of_range"));
    }
    let weights =
        [("chat", to.chat), ("mail", to.mail), ("voice", to.voice), ("ticket", to.ticket), ("task", to.task)];
    if let Some((name, _)) = weights.iter().find(|(_, w)| *w > to.units) {
        return Err(Error::invalid(format!("/{name}"), "more_than_units"));
    }
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.ids().next(), app.now());
    let write = async move |tx: &mut Tx| {
        let before = store::capacity_of(tx, user).await?;
        store::save_capacity(tx, user, &to).await?;
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action: "capacity.changed",
            subject: ("user", user.0),
            before: Some(json!(before)),
            after: Some(json!(to)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(TenantId(0), "capacity.changed", user.0, actor, now));
        Ok(to)
    };
    app.db().write(&scope, AggregateKey::new("agent", user.0), write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_break_has_a_kind_and_nobody_chooses_to_wrap_up() {
        let wish = |state, kind: Option<&str>| Wish { state, kind: kind.map(Into::into) }.check();
        assert!(wish(State::Break, Some("lunch")).is_ok() && wish(State::Break, None).is_ok());
        assert!(wish(State::Busy, Some("lunch")).is_err());
        assert!(wish(State::WrapUp, None).is_err());
        assert!(wish(State::Break, Some(&"x".repeat(65))).is_err());
    }
}
