//! Routes of setting up a line.

use super::service;
use super::view::{BroughtView, LineCopy, LinePack, LinePartView, PackView};
use crate::Caller;
use axum::Json;
use axum::extract::State;
use kernel::LineId;
use platform::App;
use platform::web::{Answer, Body, Listing, PathId, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_line_parts))
        .routes(routes!(copy_line))
        .routes(routes!(unpack_line))
        .routes(routes!(list_packs))
}

/// The parts of a line, and what each still lacks.
#[utoipa::path(get, path = "/api/v1/lines/{line}/parts", tag = "accounts", operation_id = "list_line_parts",
    params(("line" = LineId, Path)),
    responses((status = 200, body = Listing<LinePartView>), (status = 404, body = Problem)))]
async fn list_line_parts(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
) -> Answer<Json<Listing<LinePartView>>> {
    Ok(Json(Listing::whole(service::standing(&app, &caller, line).await?)))
}

/// Copies parts of another line. What the line has by name already is left as it is.
#[utoipa::path(post, path = "/api/v1/lines/{line}/copy", tag = "accounts", operation_id = "copy_line",
    params(("line" = LineId, Path)), request_body = LineCopy,
    responses((status = 200, body = Listing<BroughtView>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn copy_line(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
    Body(b): Body<LineCopy>,
) -> Answer<Json<Listing<BroughtView>>> {
    Ok(Json(Listing::whole(service::copy(&app, &caller, line, b).await?)))
}

/// Takes parts from a starting pack. What the line has by name already is left as it is.
#[utoipa::path(post, path = "/api/v1/lines/{line}/pack", tag = "accounts", operation_id = "unpack_line",
    params(("line" = LineId, Path)), request_body = LinePack,
    responses((status = 200, body = Listing<BroughtView>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn unpack_line(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
    Body(b): Body<LinePack>,
) -> Answer<Json<Listing<BroughtView>>> {
    Ok(Json(Listing::whole(service::unpack(&app, &caller, line, b).await?)))
}

/// The starting packs there are.
#[utoipa::path(get, path = "/api/v1/packs", tag = "accounts", operation_id = "list_packs",
    responses((status = 200, body = Listing<PackView>)))]
async fn list_packs(State(app): State<App>, caller: Caller) -> Answer<Json<Listing<PackView>>> {
    Ok(Json(Listing::whole(service::packs(&app, caller.language)?)))
}
