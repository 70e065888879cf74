//! Use cases of lines.

use super::store::{self, Stored};
use super::view::{LinePatch, NewLine};
use crate::audit::{self, Deed, Fact};
use crate::permissions::LINES_MANAGE;
use crate::{Accounts, Caller, codes, directory};
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, CalendarId, Error, LineId, Result, TenantId};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::sync::Arc;

/// What stands below mails at the most, in characters.
const SIGNATURE_MAX: usize = 4_000;

fn facts(l: &Stored) -> Value {
    json!({"name": l.name, "calendar": l.calendar, "disposition_required": l.disposition_required,
        "signature": l.signature})
}

/// A calendar of this client or of all; another client's is not there.
fn usable(app: &App, tenant: TenantId, calendar: Option<CalendarId>) -> Result<()> {
    let Some(id) = calendar else { return Ok(()) };
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    match snapshot.calendars.get(&id) {
        Some(c) if c.tenant.is_none() || c.tenant == tenant => Ok(()),
        _ => Err(Error::not_found()),
    }
}

fn signature(text: String) -> Result<String> {
    match text.chars().count() > SIGNATURE_MAX || text.contains(['\0', '\r']) {
        true => Err(Error::invalid("/signature", "unfit")),
        false => Ok(text),
    }
}

fn taken() -> Error {
    Error::new(&codes::NAME_TAKEN).field("/name", "taken")
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewLine) -> Result<LineId> {
    let scope = caller.authorize_whole(LINES_MANAGE, new.tenant)?;
    let name = directory::name("/name", &new.name)?;
    usable(app, new.tenant, new.calendar)?;
    let deed = Deed::by(app, caller);
    let row = Stored {
        id: app.id(),
        tenant: new.tenant,
        name,
        calendar: new.calendar,
        disposition_required: new.disposition_required.unwrap_or(false),
        signature: signature(new.signature.unwrap_or_default())?,
        created_at: deed.at,
    };
    let id = row.id;
    let write = async move |tx: &mut Tx| {
        if !store::add(tx, &row, &directory::key_of(&row.name)).await? {
            return Err(taken());
        }
        deed.done(tx, Fact::of(row.tenant, "line.created", id.0).line(id).after(facts(&row))).await
    };
    app.db().write(&scope, AggregateKey::new("tenant", new.tenant.0), write).await?;
    crate::settled(app).await?;
    Ok(id)
}

pub(super) async fn change(app: &App, caller: &Caller, id: LineId, patch: LinePatch) -> Result<()> {
    let line = app.port::<Arc<Accounts>>().directory.line(id).ok_or_else(Error::not_found)?;
    let tenant = line.tenant;
    let scope = caller.authorize(LINES_MANAGE, tenant, Some(id))?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    usable(app, tenant, patch.calendar.flatten())?;
    let below = patch.signature.clone().map(signature).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::get(tx, tenant, id).await?;
        let mut new = old.clone();
        new.name = name.clone().unwrap_or(new.name);
        new.calendar = patch.calendar.unwrap_or(new.calendar);
        new.disposition_required = patch.disposition_required.unwrap_or(new.disposition_required);
        new.signature = below.clone().unwrap_or(new.signature);
        if !store::set(tx, &new, &directory::key_of(&new.name)).await? {
            return Err(taken());
        }
        let fact = Fact::of(tenant, "line.changed", id.0).line(id);
        deed.done(tx, fact.before(facts(&old)).after(facts(&new))).await
    };
    app.db().write(&scope, AggregateKey::new("tenant", tenant.0), write).await?;
    crate::settled(app).await
}

/// Gives a line its calendar, or none.
pub(crate) async fn set_calendar(
    app: &App,
    caller: &Caller,
    id: LineId,
    calendar: Option<CalendarId>,
) -> Result<()> {
    let patch = serde_json::json!({ "calendar": calendar });
    change(app, caller, id, audit::as_patch(patch)?).await
}

/// Says which of these changes can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    fn put_back(app: App, caller: Caller, id: i64, before: Value) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { change(&app, &caller, LineId(id), audit::as_patch(before)?).await })
    }
    audit::undoable(reg, "line.changed", put_back);
}
