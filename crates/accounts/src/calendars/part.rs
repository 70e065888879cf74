//! The hours of a line, as they are copied and taken from a pack.

use super::model::{Definition, TimeSpan};
use super::service;
use super::view::NewCalendar;
use crate::directory::LineName;
use crate::packs::{Brought, Kept, LinePart, Standing, Texts, pick};
use crate::{Accounts, Caller, lines};
use futures_util::future::BoxFuture;
use kernel::{CalendarId, Error, Language, Result, TenantId};
use platform::App;
use serde_json::Value;
use std::sync::Arc;

/// The hours and holidays of a line.
pub(crate) struct Hours;

/// Days of a week that must be there in a definition.
const WEEK: usize = 7;

async fn give(app: &App, caller: &Caller, to: &LineName, calendar: CalendarId) -> Result<Brought> {
    lines::set_calendar(app, caller, to.id, Some(calendar)).await?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let mut b = Brought::default();
    b.add(calendar.0, snapshot.calendars.get(&calendar).map_or("", |c| &c.name), 0);
    Ok(b)
}

/// A calendar of the client or of all by this name.
fn named(app: &App, tenant: TenantId, name: &str) -> Option<CalendarId> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let mut fits = snapshot.calendars.values().filter(|c| c.tenant == tenant || c.tenant.is_none());
    fits.find(|c| c.name == name).map(|c| c.id)
}

fn own(tenant: TenantId, name: &str, d: Definition) -> NewCalendar {
    NewCalendar {
        tenant: Some(tenant),
        name: name.to_owned(),
        zone: Some(d.zone),
        weekly: Some(d.weekly),
        exceptions: Some(d.exceptions),
        use_china_holidays: Some(d.use_china_holidays),
    }
}

async fn found_or_made(app: &App, caller: &Caller, new: NewCalendar) -> Result<CalendarId> {
    match named(app, new.tenant.unwrap_or_default(), &new.name) {
        Some(id) => Ok(id),
        None => service::create(app, caller, new).await,
    }
}

/// The calendar as this client may use it: itself where it is the client's or everybody's, else one of the client's own that is
/// called and kept alike, made where there is none.
pub async fn for_client(app: &App, caller: &Caller, id: CalendarId, tenant: TenantId) -> Result<CalendarId> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let row = snapshot.calendars.get(&id).ok_or_else(Error::not_found)?.clone();
    if row.tenant.is_none() || row.tenant == tenant {
        return Ok(id);
    }
    found_or_made(app, caller, own(tenant, &row.name, (*row.definition).clone())).await
}

async fn copy(app: &App, caller: &Caller, from: &LineName, to: &LineName) -> Result<Brought> {
    let Some(calendar) = from.calendar else { return Ok(Brought::default()) };
    if to.calendar.is_some() {
        return Ok(Brought::nothing_but_left());
    }
    let id = for_client(app, caller, calendar, to.tenant).await?;
    give(app, caller, to, id).await
}

async fn unpack(app: &App, caller: &Caller, section: &Value, to: &LineName, l: Language) -> Result<Brought> {
    if to.calendar.is_some() {
        return Ok(Brought::nothing_but_left());
    }
    let weekly: Vec<Vec<TimeSpan>> = serde_json::from_value(section["weekly"].clone())
        .map_err(|e| Error::internal("the hours of a pack").cause(e))?;
    if weekly.len() != WEEK {
        return Err(Error::internal("a pack's week has seven days"));
    }
    let definition = Definition {
        zone: section["zone"].as_str().unwrap_or("Asia/Shanghai").to_owned(),
        weekly,
        exceptions: vec![],
        use_china_holidays: section["use_china_holidays"] == true,
    };
    let id = found_or_made(app, caller, own(to.tenant, pick(&section["name"], l), definition)).await?;
    give(app, caller, to, id).await
}

impl LinePart for Hours {
    fn key(&self) -> &'static str {
        "hours"
    }
    fn rank(&self) -> u8 {
        10
    }
    fn title(&self) -> Texts {
        Texts { en: "Hours and holidays", zh: "服务时间与节假日" }
    }
    fn path(&self) -> &'static str {
        "/settings/calendars"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
            let calendar = line.calendar.and_then(|c| snapshot.calendars.get(&c).cloned());
            let holidays = calendar.as_ref().is_some_and(|c| {
                let d = &c.definition;
                // Open on all seven days is open on holidays by intent.
                let daily = d.weekly.iter().all(|spans| !spans.is_empty());
                d.use_china_holidays || !d.exceptions.is_empty() || daily
            });
            let missing = match (&calendar, holidays) {
                (None, _) => caller.language.pick("choose a calendar for the line", "为项目选择工作日历"),
                (Some(_), false) => caller.language.pick("holidays", "节假日"),
                _ => "",
            };
            let count = i64::from(calendar.is_some());
            Ok(Standing { count, ready: missing.is_empty(), missing: missing.to_owned() })
        })
    }
    fn copy<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        from: &'a LineName,
        to: &'a LineName,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(copy(app, caller, from, to))
    }
    fn unpack<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        section: &'a Value,
        to: &'a LineName,
        language: Language,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(unpack(app, caller, section, to, language))
    }
    fn take_back<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
        made: &'a [Kept],
    ) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            // The calendar itself stays: other lines may use it, and alone it does nothing.
            if !made.iter().any(|m| line.calendar.is_some_and(|c| c.0 == m.id)) {
                return Ok(0);
            }
            lines::set_calendar(app, caller, line.id, None).await.map(|()| 1)
        })
    }
}
