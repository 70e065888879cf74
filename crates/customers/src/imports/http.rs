//! The routes of imports.

use super::service;
use super::view::{
    FaultRow, ImportQuery, ImportView, LookInput, PlanInput, TableHead, Template, TemplateInput, UploadQuery,
    Uploaded,
};
use crate::sheets::{FILE_MAX, Format};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use kernel::{ImportId, TemplateId};
use platform::App;
use platform::web::{Answer, Body, BodyBytes, Listing, Page, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, upload_import))
        .routes(routes!(open_import))
        .routes(routes!(look_at_import))
        .routes(routes!(plan_import))
        .routes(routes!(check_import))
        .routes(routes!(start_import))
        .routes(routes!(cancel_import))
        .routes(routes!(list_import_faults))
        .routes(routes!(save_import_faults))
        .routes(routes!(list_import_templates, keep_import_template))
        .routes(routes!(remove_import_template))
}

/// Tables of contacts that came in, newest first.
#[utoipa::path(
    get, path = "/api/v1/imports", tag = "customers", operation_id = "list_imports", params(ImportQuery),
    responses((status = 200, body = Listing<ImportView>))
)]
async fn list_imports(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<ImportQuery>,
) -> Answer<Json<Listing<ImportView>>> {
    Ok(Json(service::list(&app, &caller, q).await?))
}

/// Uploads a table of contacts, CSV or Excel, and answers how it reads and what its columns most likely mean.
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "customers", operation_id = "upload_import", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Uploaded))
)]
async fn upload_import(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<UploadQuery>,
    BodyBytes(bytes): BodyBytes<FILE_MAX>,
) -> Answer<(StatusCode, Json<Uploaded>)> {
    Ok((StatusCode::CREATED, Json(service::upload(&app, &caller, q, bytes).await?)))
}

/// One import: where it stands and how far it has come.
#[utoipa::path(
    get, path = "/api/v1/imports/{import}", tag = "customers", operation_id = "open_import",
    params(("import" = ImportId, Path)), responses((status = 200, body = ImportView))
)]
async fn open_import(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Answer<Json<ImportView>> {
    Ok(Json(service::open(&app, &caller, id).await?))
}

/// How the table looks when it is read with another encoding, delimiter or head. Changes nothing.
#[utoipa::path(
    post, path = "/api/v1/imports/{import}/look", tag = "customers", operation_id = "look_at_import",
    params(("import" = ImportId, Path)), request_body = LookInput, responses((status = 200, body = TableHead))
)]
async fn look_at_import(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
    Body(input): Body<LookInput>,
) -> Answer<Json<TableHead>> {
    Ok(Json(service::look_again(&app, &caller, id, input).await?))
}

/// Says how the table is read, what its columns mean and what becomes of its rows.
#[utoipa::path(
    put, path = "/api/v1/imports/{import}/plan", tag = "customers", operation_id = "plan_import",
    params(("import" = ImportId, Path)), request_body = PlanInput, responses((status = 200, body = ImportView))
)]
async fn plan_import(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
    Body(input): Body<PlanInput>,
) -> Answer<Json<ImportView>> {
    Ok(Json(service::plan(&app, &caller, id, input.plan).await?))
}

/// Tries an import without writing anything; its counts say what would happen.
#[utoipa::path(
    post, path = "/api/v1/imports/{import}/check", tag = "customers", operation_id = "check_import",
    params(("import" = ImportId, Path)), responses((status = 202, body = ImportView))
)]
async fn check_import(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    Ok((StatusCode::ACCEPTED, Json(service::check(&app, &caller, id).await?)))
}

/// Takes a checked table in.
#[utoipa::path(
    post, path = "/api/v1/imports/{import}/start", tag = "customers", operation_id = "start_import",
    params(("import" = ImportId, Path)), responses((status = 202, body = ImportView))
)]
async fn start_import(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    Ok((StatusCode::ACCEPTED, Json(service::start(&app, &caller, id).await?)))
}

/// Stops an import; what was taken in stays.
#[utoipa::path(
    post, path = "/api/v1/imports/{import}/cancel", tag = "customers", operation_id = "cancel_import",
    params(("import" = ImportId, Path)), responses((status = 200, body = ImportView))
)]
async fn cancel_import(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Answer<Json<ImportView>> {
    Ok(Json(service::cancel(&app, &caller, id).await?))
}

/// The rows that could not be taken, and why.
#[utoipa::path(
    get, path = "/api/v1/imports/{import}/faults", tag = "customers", operation_id = "list_import_faults",
    params(("import" = ImportId, Path), Page), responses((status = 200, body = Listing<FaultRow>))
)]
async fn list_import_faults(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<FaultRow>>> {
    Ok(Json(service::faults(&app, &caller, id, page).await?))
}

/// The rows that could not be taken as a file of the same kind and encoding, with the reason in a last column; to be
/// corrected and loaded again. Recorded.
#[utoipa::path(
    get, path = "/api/v1/imports/{import}/faults/file", tag = "customers", operation_id = "save_import_faults",
    params(("import" = ImportId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
async fn save_import_faults(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Answer<Response> {
    let (format, name, bytes) = service::faults_file(&app, &caller, id).await?;
    let (kind, ending) = match format {
        Format::Csv => ("text/csv", "csv"),
        Format::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let disposition = platform::blobs::disposition(false, &format!("{name}.{ending}"));
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// What columns mean, kept for the next table of the same shape.
#[utoipa::path(
    get, path = "/api/v1/import-templates", tag = "customers", operation_id = "list_import_templates",
    params(ImportQuery), responses((status = 200, body = Listing<Template>))
)]
async fn list_import_templates(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<ImportQuery>,
) -> Answer<Json<Listing<Template>>> {
    Ok(Json(service::templates(&app, &caller, q).await?))
}

/// Keeps what columns mean under a name.
#[utoipa::path(
    post, path = "/api/v1/import-templates", tag = "customers", operation_id = "keep_import_template",
    request_body = TemplateInput, responses((status = 201, body = Template))
)]
async fn keep_import_template(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<TemplateInput>,
) -> Answer<(StatusCode, Json<Template>)> {
    Ok((StatusCode::CREATED, Json(service::keep_template(&app, &caller, input).await?)))
}

/// Removes a template.
#[utoipa::path(
    delete, path = "/api/v1/import-templates/{template}", tag = "customers", operation_id = "remove_import_template",
    params(("template" = TemplateId, Path)), responses((status = 204))
)]
async fn remove_import_template(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TemplateId>,
) -> Answer<StatusCode> {
    service::remove_template(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
