//! Setting thresholds, and confirming what they raised.

use super::model::{Alert, THRESHOLDS_MAX, Threshold};
use super::store;
use super::view::ThresholdInput;
use super::watch::tell;
use crate::codes;
use crate::permissions::{ACKNOWLEDGE, ALERTS};
use accounts::{Caller, Directory, audit};
use kernel::{Actor, AggregateKey, AlertId, Error, Event, LineId, Millis, Result, TenantId, ThresholdId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;

/// Words of a confirmation at the most, in characters.
pub(super) const NOTE_MAX: usize = 500;

/// Who does something, when and from where; made before the transaction.
#[derive(Clone, Copy)]
struct Trace {
    id: i64,
    actor: Actor,
    ip: IpAddr,
    now: Millis,
}

impl Trace {
    fn of(app: &App, caller: &Caller) -> Trace {
        Trace { id: app.id(), actor: caller.actor, ip: caller.info.ip, now: app.now() }
    }

    async fn leave(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        action: &'static str,
        subject: (&'static str, i64),
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<()> {
        let change = audit::Change {
            tenant,
            actor: self.actor,
            action,
            subject,
            before,
            after,
            reason: None,
            ip: Some(self.ip),
        };
        audit::record(tx, self.id, self.now, &change).await
    }
}

fn facts(t: &Threshold) -> Option<Value> {
    let (quiet_from, quiet_to) = t.quiet.unzip();
    Some(json!({
        "metric": t.metric, "operator": t.operator, "value": t.value, "for_ms": t.for_ms, "quiet_from": quiet_from,
        "quiet_to": quiet_to, "escalate_ms": t.escalate_ms, "enabled": t.enabled,
    }))
}

/// The quiet minutes, which are given together or not at all. Error: `invalid`.
fn quiet(b: &ThresholdInput) -> Result<Option<(i64, i64)>> {
    match (b.quiet_from, b.quiet_to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => Ok(Some((from, to))),
        (None, Some(_)) => Err(Error::invalid("/quiet_from", "required")),
        (Some(_), None) => Err(Error::invalid("/quiet_to", "required")),
    }
}

/// Makes a threshold. Errors: `not_found` for a foreign line, `invalid`, `threshold.too_many`.
pub(super) async fn create(app: &App, caller: &Caller, line: LineId, b: ThresholdInput) -> Result<Threshold> {
    let tenant = app.port::<Arc<Directory>>().line(line).ok_or_else(Error::not_found)?.tenant;
    let scope = caller.authorize(ALERTS, tenant, Some(line))?;
    let trace = Trace::of(app, caller);
    let made = Threshold {
        id: app.id(),
        tenant,
        line,
        metric: b.metric,
        operator: b.operator,
        value: b.value,
        for_ms: b.for_ms.unwrap_or(0),
        quiet: quiet(&b)?,
        escalate_ms: b.escalate_ms,
        enabled: b.enabled.unwrap_or(true),
        crossed_at: None,
        created_by: caller.user,
        created_at: trace.now,
    };
    made.check()?;
    let write = async move |tx: &mut Tx| {
        if store::count(tx, tenant, line).await? >= THRESHOLDS_MAX {
            return Err(Error::new(&codes::THRESHOLDS));
        }
        store::insert(tx, &made).await?;
        tx.made(made.id.0);
        let subject = ("threshold", made.id.0);
        trace.leave(tx, tenant, "threshold.created", subject, None, facts(&made)).await?;
        tx.emit(Event::new(tenant, "threshold.created", made.id.0, trace.actor, trace.now).line(line));
        Ok(made.clone())
    };
    app.db().write(&scope, AggregateKey::new("line", line.0), write).await
}

/// One threshold within the caller's reach.
pub(super) async fn reached(tx: &mut Tx, id: ThresholdId) -> Result<Threshold> {
    let found = store::threshold(tx, id).await?;
    let scope = tx.scope();
    found.filter(|t| scope.contains_line(t.tenant, t.line)).ok_or_else(Error::not_found)
}

/// Changes a threshold as a whole. Errors: `not_found`, `invalid`.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    id: ThresholdId,
    b: ThresholdInput,
) -> Result<Threshold> {
    let (scope, trace, quiet) = (caller.authorize_any(ALERTS), Trace::of(app, caller), quiet(&b)?);
    let write = async move |tx: &mut Tx| {
        let before = reached(tx, id).await?;
        let after = Threshold {
            metric: b.metric,
            operator: b.operator,
            value: b.value,
            for_ms: b.for_ms.unwrap_or(0),
            quiet,
            escalate_ms: b.escalate_ms,
            enabled: b.enabled.unwrap_or(before.enabled),
            ..before.clone()
        };
        after.check()?;
        store::update(tx, &after).await?;
        let subject = ("threshold", id.0);
        trace.leave(tx, after.tenant, "threshold.changed", subject, facts(&before), facts(&after)).await?;
        tx.emit(Event::new(after.tenant, "threshold.changed", id.0, trace.actor, trace.now).line(after.line));
        Ok(after)
    };
    app.db().write(&scope, AggregateKey::new("threshold", id.0), write).await
}

/// Removes a threshold; what it raised is over and stays in the history. Error: `not_found`.
pub(super) async fn remove(app: &App, caller: &Caller, id: ThresholdId) -> Result<()> {
    let (scope, trace) = (caller.authorize_any(ALERTS), Trace::of(app, caller));
    let write = async move |tx: &mut Tx| {
        let t = reached(tx, id).await?;
        for alert in store::remove(tx, &t, trace.now).await? {
            tx.emit(Event::new(t.tenant, "alert.over", alert.0, trace.actor, trace.now).line(t.line));
        }
        trace.leave(tx, t.tenant, "threshold.removed", ("threshold", id.0), facts(&t), None).await?;
        tx.emit(Event::new(t.tenant, "threshold.removed", id.0, trace.actor, trace.now).line(t.line));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("threshold", id.0), write).await
}

/// Confirms an alert in one's own name. Errors: `not_found`, `invalid`, `alert.acknowledged`, `alert.over`.
pub(super) async fn acknowledge(
    app: &App,
    caller: &Caller,
    id: AlertId,
    note: Option<String>,
) -> Result<Alert> {
    let note = note.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    if note.as_deref().is_some_and(|n| n.chars().count() > NOTE_MAX) {
        return Err(Error::invalid("/note", "too_long"));
    }
    let note = note.map(|n| engines::redact::mask_cards(&n).into_owned());
    let (scope, trace, user) = (caller.authorize_any(ACKNOWLEDGE), Trace::of(app, caller), caller.user);
    let write = async move |tx: &mut Tx| {
        let found = store::alert(tx, id).await?;
        let scope = tx.scope();
        let found = found.filter(|a| scope.contains_line(a.tenant, a.line)).ok_or_else(Error::not_found)?;
        if !store::acknowledge(tx, &found, user, note.as_deref(), trace.now).await? {
            let over = found.over_at.is_some();
            return Err(Error::new(if over { &codes::ALERT_OVER } else { &codes::ALERT_TAKEN }));
        }
        let after = Alert {
            acknowledged_by: Some(user),
            acknowledged_at: Some(trace.now),
            note: note.clone(),
            ..found
        };
        let fact = Some(json!({ "metric": after.metric, "note": after.note }));
        trace.leave(tx, after.tenant, "alert.acknowledged", ("alert", id.0), None, fact).await?;
        tell(tx, &after, "alert.acknowledged", trace.actor, trace.now);
        Ok(after)
    };
    app.db().write(&scope, AggregateKey::new("alert", id.0), write).await
}
