//! The routes of exports.

use super::service;
use super::view::{ExportInput, ExportQuery, ExportView};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::ExportId;
use platform::App;
use platform::web::{Answer, Body, Listing, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_exports, create_export)).routes(routes!(open_export))
}

/// Tables of contacts that went out, newest first.
#[utoipa::path(
    get, path = "/api/v1/exports", tag = "customers", operation_id = "list_exports", params(ExportQuery),
    responses((status = 200, body = Listing<ExportView>))
)]
async fn list_exports(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<ExportQuery>,
) -> Answer<Json<Listing<ExportView>>> {
    Ok(Json(service::list(&app, &caller, q).await?))
}

/// Exports the contacts of a segment or filter as CSV or Excel, for a purpose that is recorded.
#[utoipa::path(
    post, path = "/api/v1/exports", tag = "customers", operation_id = "create_export", request_body = ExportInput,
    responses((status = 202, body = ExportView))
)]
async fn create_export(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<ExportInput>,
) -> Answer<(StatusCode, Json<ExportView>)> {
    Ok((StatusCode::ACCEPTED, Json(service::create(&app, &caller, input).await?)))
}

/// One export; with the address of its file for who exported it.
#[utoipa::path(
    get, path = "/api/v1/exports/{export}", tag = "customers", operation_id = "open_export",
    params(("export" = ExportId, Path)), responses((status = 200, body = ExportView))
)]
async fn open_export(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ExportId>,
) -> Answer<Json<ExportView>> {
    Ok(Json(service::open(&app, &caller, id).await?))
}
