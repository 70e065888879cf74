//! Routes of calendars.

use super::service;
use super::view::{CalendarPatch, CalendarQuery, CalendarView, NewCalendar};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{CalendarId, Error, Result};
use platform::App;
use platform::web::{Answer, Body, BodyBytes, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// An imported table at the most, in bytes.
const IMPORT_MAX: usize = 256 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_calendars, create_calendar))
        .routes(routes!(get_calendar, change_calendar))
        .routes(routes!(import_calendar))
}

/// Holidays are shown from last year on.
fn from_year(app: &App) -> i16 {
    let now = jiff::Timestamp::from_millisecond(app.now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    now.to_zoned(jiff::tz::TimeZone::UTC).year() - 1
}

fn view(app: &App, caller: &Caller, id: CalendarId) -> Result<CalendarView> {
    service::place(app, caller, id)?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let row = snapshot.calendars.get(&id).ok_or_else(Error::not_found)?;
    Ok(CalendarView::of(row, from_year(app)))
}

/// The calendars within the caller's reach, the provider's included.
#[utoipa::path(
    get, path = "/api/v1/calendars", tag = "accounts", operation_id = "list_calendars", params(CalendarQuery),
    responses((status = 200, body = Listing<CalendarView>))
)]
async fn list_calendars(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<CalendarQuery>,
) -> Answer<Json<Listing<CalendarView>>> {
    if let Some(t) = q.tenant
        && !caller.grants.inside(t, None)
    {
        return Err(Error::not_found().into());
    }
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let fits = |t: kernel::TenantId| {
        t.is_none() || (caller.grants.inside(t, None) && q.tenant.is_none_or(|only| only == t))
    };
    let year = from_year(&app);
    let all = snapshot.calendars.values().filter(|c| fits(c.tenant));
    let page = Page { cursor: q.cursor.clone(), limit: q.limit };
    Ok(Json(directory::page_of(all.map(|c| (c.id.0, CalendarView::of(c, year))), &page)?))
}

/// Makes a calendar.
#[utoipa::path(
    post, path = "/api/v1/calendars", tag = "accounts", operation_id = "create_calendar",
    request_body = NewCalendar, responses((status = 201, body = CalendarView))
)]
async fn create_calendar(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewCalendar>,
) -> Answer<(StatusCode, Json<CalendarView>)> {
    let id = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &caller, id)?)))
}

/// One calendar.
#[utoipa::path(
    get, path = "/api/v1/calendars/{calendar}", tag = "accounts", operation_id = "get_calendar",
    params(("calendar" = CalendarId, Path)), responses((status = 200, body = CalendarView))
)]
async fn get_calendar(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<CalendarId>,
) -> Answer<Json<CalendarView>> {
    Ok(Json(view(&app, &caller, id)?))
}

/// Changes a calendar.
#[utoipa::path(
    patch, path = "/api/v1/calendars/{calendar}", tag = "accounts", operation_id = "change_calendar",
    params(("calendar" = CalendarId, Path)), request_body = CalendarPatch,
    responses((status = 200, body = CalendarView))
)]
async fn change_calendar(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<CalendarId>,
    Body(patch): Body<CalendarPatch>,
) -> Answer<Json<CalendarView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, &caller, id)?))
}

/// Takes in a year's official holidays: `date,is_off,statutory_or_shifted_name,makeup_workday`.
#[utoipa::path(
    post, path = "/api/v1/calendars/{calendar}/import", tag = "accounts", operation_id = "import_calendar",
    params(("calendar" = CalendarId, Path)), request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = CalendarView))
)]
async fn import_calendar(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<CalendarId>,
    BodyBytes(bytes): BodyBytes<IMPORT_MAX>,
) -> Answer<Json<CalendarView>> {
    let text =
        String::from_utf8(bytes.to_vec()).map_err(|_| Error::invalid("/", "unfit").detail("not UTF-8"))?;
    service::import(&app, &caller, id, text).await?;
    Ok(Json(view(&app, &caller, id)?))
}
