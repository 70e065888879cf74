//! Setting up the kinds of break.

use super::model::Kind;
use super::store;
use crate::codes;
use crate::permissions::BREAKS;
use accounts::{Caller, audit};
use kernel::{AggregateKey, BreakKindId, Error, Event, Result, TenantId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};

/// Kinds there may be.
const KINDS_MAX: usize = 50;

fn facts(k: &Kind) -> Value {
    json!({
        "key": k.key, "name_en": k.name_en, "name_zh": k.name_zh, "minutes_each": k.minutes_each,
        "minutes_day": k.minutes_day, "times_day": k.times_day, "at_once": k.at_once, "approval": k.approval,
        "position": k.position, "archived": k.archived, "anytime": k.anytime,
    })
}

/// Makes or changes a kind: `edit` gets the one there is, or `None` for a new one.
/// Errors: `not_found`, `invalid`, `break.key_taken`; 403 without `breaks.manage` everywhere.
pub async fn save(
    app: &App,
    caller: &Caller,
    id: Option<BreakKindId>,
    edit: impl Fn(Option<Kind>) -> Option<Kind> + Send + 'static,
) -> Result<Kind> {
    let scope = caller.authorize_provider(BREAKS)?;
    let new = app.id::<BreakKindId>();
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.ids().next(), app.now());
    let write = async move |tx: &mut Tx| {
        let all = store::kinds(tx).await?;
        let before = all.iter().find(|k| Some(k.id) == id).cloned();
        let edited = edit(before.clone()).ok_or_else(Error::not_found)?;
        let kind = Kind { id: id.unwrap_or(new), ..edited };
        kind.check()?;
        match &before {
            Some(was) if *was == kind => return Ok(kind),
            Some(_) => store::update_kind(tx, &kind).await?,
            None if all.len() >= KINDS_MAX => return Err(Error::invalid("/", "too_many")),
            None if !store::insert_kind(tx, &kind, now).await? => return Err(Error::new(&codes::BREAK_KEY)),
            None => tx.made(kind.id.0),
        }
        let action = if before.is_some() { "break_kind.changed" } else { "break_kind.created" };
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action,
            subject: ("break_kind", kind.id.0),
            before: before.as_ref().map(facts),
            after: Some(facts(&kind)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(TenantId(0), action, kind.id.0, actor, now));
        Ok(kind)
    };
    let kind: Kind = app.db().write(&scope, AggregateKey::new("break_kind", 0), write).await?;
    // More places may have been made.
    super::service::fill_places(app, kind.id).await?;
    Ok(kind)
}
