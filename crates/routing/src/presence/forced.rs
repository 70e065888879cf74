//! A state that a lead sets for somebody else: with a reason, recorded, and shown to the agent.

use super::model::{AgentNow, Forced, State};
use super::service::{Wish, turn};
use super::store;
use crate::breaks;
use crate::codes;
use crate::permissions::FORCE;
use accounts::{Caller, Directory, audit, authorize};
use kernel::{AggregateKey, Error, Event, JobId, Millis, Permission, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// A state holds at the most so many minutes, unless until a lead ends it.
const MINUTES_MAX: i64 = 600;
const MINUTE_MS: Millis = 60_000;
/// A reason at the most, in characters.
const REASON_MAX: usize = 200;

/// Does the reason say something, and not too much? Error: `invalid`.
pub(crate) fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("/reason", "required"));
    }
    if reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("/reason", "too_long"));
    }
    Ok(())
}

fn missing(p: Permission) -> Error {
    Error::new(&accounts::codes::MISSING_PERMISSION).detail(p.0)
}

/// Is `p` held anywhere? Error: `access.missing_permission` (403).
pub(crate) fn leads(caller: &Caller, p: Permission) -> Result<()> {
    let held = caller.authorize_any(p).tenants().next().is_some();
    if held { Ok(()) } else { Err(missing(p)) }
}

/// Does the caller hold `p` where this user works? Errors: `not_found` where they never meet, 403 where the right is missing.
pub(crate) fn led(app: &App, caller: &Caller, p: Permission, user: UserId) -> Result<()> {
    let directory = app.port::<Arc<Directory>>();
    if directory.user(user).is_some() && directory.sees(&caller.grants, p, user) {
        return Ok(());
    }
    if directory.meets(&caller.grants, user) { Err(missing(p)) } else { Err(Error::not_found()) }
}

/// Until when a state holds: `None` until a lead ends it, 0 for not at all.
fn until(minutes: Option<i64>, now: Millis) -> Result<Option<Millis>> {
    match minutes {
        Some(m) if !(0..=MINUTES_MAX).contains(&m) => Err(Error::invalid("/minutes", "out_of_range")),
        Some(0) => Ok(Some(0)),
        Some(m) => Ok(Some(now + m * MINUTE_MS)),
        None => Ok(None),
    }
}

/// Sets somebody's state, for so many minutes. A break that they wait for is looked at again when the time is over.
/// Errors: `not_found`, `invalid`, `presence.signed_out`.
pub(super) async fn force(
    app: &App,
    caller: &Caller,
    user: UserId,
    (to, minutes): (State, Option<i64>),
    reason: &str,
) -> Result<AgentNow> {
    led(app, caller, FORCE, user)?;
    check_reason(reason)?;
    if matches!(to, State::Break | State::WrapUp) {
        return Err(Error::invalid("/state", "not_to_choose"));
    }
    let made = (app.ids().next(), app.id::<JobId>(), app.now());
    let (until, again) = (until(minutes, made.2)?, app.id::<JobId>());
    let (actor, by, ip, audit_id) = (caller.actor, caller.user, caller.info.ip, app.ids().next());
    let (wish, reason) = (Wish { state: to, kind: None }, reason.to_owned());
    let write = async move |tx: &mut Tx| {
        store::take(tx, user).await?;
        let was = store::one(tx, &[user]).await?.pop().unwrap_or_else(|| AgentNow::absent(user));
        if was.state == State::Offline {
            return Err(Error::new(&codes::SIGNED_OUT));
        }
        let before = was.state;
        let is = if before == to { was } else { turn(tx, was, &wish, made, actor).await? };
        // Nobody is kept from signing in again.
        let until = if to == State::Offline { Some(0) } else { until };
        let forced = Forced { user, by, reason: reason.clone(), until, since: made.2 };
        store::mark_forced(tx, &forced).await?;
        if let (Some(at), Some(b)) = (until, breaks::open_of(tx, &[user]).await?.pop()) {
            tx.enqueue(&breaks::freed(again, b.kind, at.max(made.2))).await?;
        }
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action: "presence.forced",
            subject: ("user", user.0),
            before: Some(json!({ "state": before })),
            after: Some(json!({ "state": to, "until": until })),
            reason: Some(&reason),
            ip: Some(ip),
        };
        audit::record(tx, audit_id, made.2, &change).await?;
        Ok(is)
    };
    app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await
}

/// Lets somebody leave the state that was set for them. Error: `not_found`.
pub(super) async fn release(app: &App, caller: &Caller, user: UserId) -> Result<()> {
    led(app, caller, FORCE, user)?;
    let (actor, ip, audit_id) = (caller.actor, caller.info.ip, app.ids().next());
    let (now, again) = (app.now(), app.id::<JobId>());
    let write = async move |tx: &mut Tx| {
        if !store::release(tx, user, now).await? {
            return Ok(());
        }
        if let Some(b) = breaks::open_of(tx, &[user]).await?.pop() {
            tx.enqueue(&breaks::freed(again, b.kind, now)).await?;
        }
        let is = store::one(tx, &[user]).await?.pop().unwrap_or_else(|| AgentNow::absent(user));
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action: "presence.released",
            subject: ("user", user.0),
            before: None,
            after: Some(json!({ "state": is.state })),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        let facts = json!({ "user": user, "state": is.state, "kind": is.kind, "since": is.since });
        tx.emit(Event::new(TenantId(0), "presence.changed", user.0, actor, now).data(facts));
        Ok(())
    };
    app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await
}
