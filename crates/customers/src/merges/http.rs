//! The routes of merging.

use super::service;
use super::view::{MergeInput, MergeView, Merged, Parted, Preview, PreviewQuery};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{ContactId, MergeId};
use platform::App;
use platform::web::{Answer, Body, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(preview_merge, merge_contacts))
        .routes(routes!(open_merge))
        .routes(routes!(undo_merge))
}

/// What merging another contact into this one would do: where they differ, and what comes.
#[utoipa::path(
    get, path = "/api/v1/contacts/{contact}/merge", tag = "customers", operation_id = "preview_merge",
    params(("contact" = ContactId, Path), PreviewQuery), responses((status = 200, body = Preview))
)]
async fn preview_merge(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Query(q): Query<PreviewQuery>,
) -> Answer<Json<Preview>> {
    Ok(Json(service::preview(&app, &caller, id, q.with).await?))
}

/// Merges another contact into this one. It can be undone for 30 days.
#[utoipa::path(
    post, path = "/api/v1/contacts/{contact}/merge", tag = "customers", operation_id = "merge_contacts",
    params(("contact" = ContactId, Path)), request_body = MergeInput, responses((status = 201, body = Merged))
)]
async fn merge_contacts(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Body(input): Body<MergeInput>,
) -> Answer<(StatusCode, Json<Merged>)> {
    Ok((StatusCode::CREATED, Json(service::merge(&app, &caller, id, input).await?)))
}

/// One merge.
#[utoipa::path(
    get, path = "/api/v1/merges/{merge}", tag = "customers", operation_id = "open_merge",
    params(("merge" = MergeId, Path)), responses((status = 200, body = MergeView))
)]
async fn open_merge(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<MergeId>,
) -> Answer<Json<MergeView>> {
    Ok(Json(service::open(&app, &caller, id).await?))
}

/// Parts two merged contacts again: everything is as it was, and what was changed since stays.
#[utoipa::path(
    post, path = "/api/v1/merges/{merge}/undo", tag = "customers", operation_id = "undo_merge",
    params(("merge" = MergeId, Path)), responses((status = 200, body = Parted))
)]
async fn undo_merge(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<MergeId>,
) -> Answer<Json<Parted>> {
    Ok(Json(service::undo(&app, &caller, id).await?))
}
