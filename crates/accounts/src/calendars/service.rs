//! Use cases of calendars.

use super::model::{Definition, OWN_MAX, TimeSpan, holidays};
use super::store::{self, Stored};
use super::view::{CalendarPatch, NewCalendar};
use crate::audit::{self, Deed, Fact};
use crate::permissions::CALENDARS_MANAGE;
use crate::{Accounts, Caller, codes, directory};
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, CalendarId, Error, Language, Result, TenantId, TenantScope};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::sync::Arc;

fn scope(caller: &Caller, tenant: TenantId) -> Result<TenantScope> {
    match tenant.some() {
        None => caller.authorize_provider(CALENDARS_MANAGE),
        Some(t) => caller.authorize_whole(CALENDARS_MANAGE, t),
    }
}

/// Whose a calendar is, for somebody who can see it.
pub(super) fn place(app: &App, caller: &Caller, id: CalendarId) -> Result<TenantId> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let found = snapshot.calendars.get(&id).map(|c| c.tenant);
    found.filter(|t| t.is_none() || caller.grants.inside(*t, None)).ok_or_else(Error::not_found)
}

fn fit(definition: &Definition, imported: Option<&str>, language: Language) -> Result<()> {
    definition
        .build(imported)
        .map(|_| ())
        .map_err(|e| Error::new(&codes::CALENDAR_INVALID).detail(e.message(language)))
}

/// Takes over what was sent.
fn apply(definition: &mut Definition, sent: CalendarPatch) -> Result<()> {
    definition.zone = sent.zone.unwrap_or_else(|| definition.zone.clone());
    if let Some(weekly) = sent.weekly {
        definition.weekly = week(weekly)?;
    }
    if let Some(exceptions) = sent.exceptions {
        if exceptions.len() > OWN_MAX {
            return Err(Error::invalid("/exceptions", "too_many"));
        }
        definition.exceptions = exceptions;
    }
    definition.use_china_holidays = sent.use_china_holidays.unwrap_or(definition.use_china_holidays);
    Ok(())
}

fn week(weekly: Vec<Vec<TimeSpan>>) -> Result<Vec<Vec<TimeSpan>>> {
    if weekly.len() == 7 { Ok(weekly) } else { Err(Error::invalid("/weekly", "unfit").detail("seven lists")) }
}

fn facts(s: &Stored) -> Value {
    json!({"name": s.name, "definition": s.definition, "imported": s.imported.is_some()})
}

async fn write(tx: &mut Tx, s: &Stored) -> Result<()> {
    let text = serde_json::to_string(&s.definition)
        .map_err(|e| Error::internal("a calendar cannot be stored").cause(e))?;
    store::put(tx, s, &text).await.map(|_| ())
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewCalendar) -> Result<CalendarId> {
    let tenant = new.tenant.unwrap_or_default();
    let scope = scope(caller, tenant)?;
    let name = directory::name("/name", &new.name)?;
    let sent = CalendarPatch {
        name: None,
        zone: new.zone,
        weekly: new.weekly,
        exceptions: new.exceptions,
        use_china_holidays: new.use_china_holidays,
    };
    let mut definition = Definition::default();
    apply(&mut definition, sent)?;
    let definition = definition.own();
    fit(&definition, None, caller.language)?;
    let deed = Deed::by(app, caller);
    let row = Stored { id: app.id(), tenant, name, definition, imported: None, created_at: deed.at };
    let id = row.id;
    let key = AggregateKey::new("calendar", id.0);
    let add = async move |tx: &mut Tx| {
        write(tx, &row).await?;
        deed.done(tx, Fact::of(tenant, "calendar.created", id.0).after(facts(&row))).await
    };
    app.db().write(&scope, key, add).await?;
    crate::settled(app).await?;
    Ok(id)
}

pub(super) async fn change(app: &App, caller: &Caller, id: CalendarId, patch: CalendarPatch) -> Result<()> {
    let tenant = place(app, caller, id)?;
    let scope = scope(caller, tenant)?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    let (deed, language) = (Deed::by(app, caller), caller.language);
    let set = async move |tx: &mut Tx| {
        let old = store::get(tx, tenant, id).await?;
        let mut new = old.clone();
        new.name = name.clone().unwrap_or(new.name);
        apply(&mut new.definition, patch.clone())?;
        new.definition = new.definition.own();
        fit(&new.definition, new.imported.as_deref(), language)?;
        write(tx, &new).await?;
        let fact = Fact::of(tenant, "calendar.changed", id.0);
        deed.done(tx, fact.before(facts(&old)).after(facts(&new))).await
    };
    app.db().write(&scope, AggregateKey::new("calendar", id.0), set).await?;
    crate::settled(app).await
}

/// Takes in a year's notice: a table with the columns of the built-in one. Errors: `calendar.import_invalid` with each
/// line at fault.
pub(super) async fn import(app: &App, caller: &Caller, id: CalendarId, text: String) -> Result<()> {
    let tenant = place(app, caller, id)?;
    let scope = scope(caller, tenant)?;
    let mut table = holidays(None);
    table.import(&text).map_err(|faults| {
        let said: Vec<String> = faults.iter().take(20).map(|f| f.message(caller.language)).collect();
        Error::new(&codes::IMPORT_INVALID).detail(said.join(" "))
    })?;
    let deed = Deed::by(app, caller);
    let set = async move |tx: &mut Tx| {
        let old = store::get(tx, tenant, id).await?;
        let mut table = holidays(old.imported.as_deref());
        let years = table.import(&text).unwrap_or_default();
        let new = Stored { imported: Some(table.to_csv()), ..old.clone() };
        fit(&new.definition, new.imported.as_deref(), Language::En)?;
        write(tx, &new).await?;
        deed.done(tx, Fact::of(tenant, "calendar.changed", id.0).after(json!({"imported_years": years})))
            .await
    };
    app.db().write(&scope, AggregateKey::new("calendar", id.0), set).await?;
    crate::settled(app).await
}

/// Says which of these changes can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    fn put_back(app: App, caller: Caller, id: i64, before: Value) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let mut patch = before["definition"].clone();
            patch["name"] = before["name"].clone();
            change(&app, &caller, CalendarId(id), audit::as_patch(patch)?).await
        })
    }
    audit::undoable(reg, "calendar.changed", put_back);
}
