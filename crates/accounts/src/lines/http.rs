//! Routes of lines.

use super::service;
use super::view::{LinePatch, LineQuery, LineView, NewLine};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{Error, LineId, Result};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_lines, create_line)).routes(routes!(get_line, change_line))
}

fn view(app: &App, caller: &Caller, id: LineId) -> Result<LineView> {
    let found = app.port::<Arc<Accounts>>().directory.line(id);
    let found = found.filter(|l| caller.grants.inside(l.tenant, Some(id)));
    found.map(|l| LineView::from(&*l)).ok_or_else(Error::not_found)
}

/// The lines within the caller's reach.
#[utoipa::path(
    get, path = "/api/v1/lines", tag = "accounts", operation_id = "list_lines", params(LineQuery),
    responses((status = 200, body = Listing<LineView>))
)]
async fn list_lines(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<LineQuery>,
) -> Answer<Json<Listing<LineView>>> {
    if let Some(t) = q.tenant
        && !caller.grants.inside(t, None)
    {
        return Err(Error::not_found().into());
    }
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let all = snapshot.lines.values().filter(|l| q.tenant.is_none_or(|t| l.tenant == t));
    let all = all.filter(|l| caller.grants.inside(l.tenant, Some(l.id)));
    let page = Page { cursor: q.cursor, limit: q.limit };
    Ok(Json(directory::page_of(all.map(|l| (l.id.0, LineView::from(&**l))), &page)?))
}

/// Makes a line.
#[utoipa::path(
    post, path = "/api/v1/lines", tag = "accounts", operation_id = "create_line", request_body = NewLine,
    responses((status = 201, body = LineView))
)]
async fn create_line(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewLine>,
) -> Answer<(StatusCode, Json<LineView>)> {
    let id = service::create(&app, &caller, new).await?;
    // The caller's grants are of the moment before the line was there.
    let made = app.port::<Arc<Accounts>>().directory.line(id).ok_or_else(Error::not_found)?;
    Ok((StatusCode::CREATED, Json(LineView::from(&*made))))
}

/// One line.
#[utoipa::path(
    get, path = "/api/v1/lines/{line}", tag = "accounts", operation_id = "get_line",
    params(("line" = LineId, Path)), responses((status = 200, body = LineView))
)]
async fn get_line(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<LineId>,
) -> Answer<Json<LineView>> {
    Ok(Json(view(&app, &caller, id)?))
}

/// Changes a line.
#[utoipa::path(
    patch, path = "/api/v1/lines/{line}", tag = "accounts", operation_id = "change_line",
    params(("line" = LineId, Path)), request_body = LinePatch, responses((status = 200, body = LineView))
)]
async fn change_line(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<LineId>,
    Body(patch): Body<LinePatch>,
) -> Answer<Json<LineView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, &caller, id)?))
}
