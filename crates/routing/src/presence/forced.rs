//! A state that a lead sets for somebody else: with a reason, recorded, and shown to the agent.

use super::model::{AgentNow, State};
use super::service::{Wish, turn};
use super::store;
use crate::codes;
use crate::permissions::FORCE;
use accounts::{Caller, Directory, audit, authorize};
use kernel::{AggregateKey, Error, JobId, Permission, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

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

/// Sets somebody's state. Errors: `not_found`, `invalid`, `presence.signed_out`.
pub(super) async fn force(
    app: &App,
    caller: &Caller,
    user: UserId,
    to: State,
    reason: &str,
) -> Result<AgentNow> {
    led(app, caller, FORCE, user)?;
    check_reason(reason)?;
    if matches!(to, State::Break | State::WrapUp) {
        return Err(Error::invalid("/state", "not_to_choose"));
    }
    let made = (app.ids().next(), app.id::<JobId>(), app.now());
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
        store::mark_forced(tx, user, by, &reason).await?;
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action: "presence.forced",
            subject: ("user", user.0),
            before: Some(json!({ "state": before })),
            after: Some(json!({ "state": to })),
            reason: Some(&reason),
            ip: Some(ip),
        };
        audit::record(tx, audit_id, made.2, &change).await?;
        Ok(is)
    };
    app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await
}
