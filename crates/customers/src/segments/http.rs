//! The routes of segments.

use super::service;
use super::view::{Counted, FilterInput, Segment, SegmentInput, SegmentPatch, SegmentQuery};
use crate::contacts::Contact;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::SegmentId;
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_segments, create_segment))
        .routes(routes!(open_segment, change_segment, remove_segment))
        .routes(routes!(count_segment))
        .routes(routes!(list_segment_contacts))
        .routes(routes!(find_contacts))
        .routes(routes!(count_contacts))
}

/// Saved filters over contacts.
#[utoipa::path(
    get, path = "/api/v1/segments", tag = "customers", operation_id = "list_segments", params(SegmentQuery),
    responses((status = 200, body = Listing<Segment>))
)]
async fn list_segments(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<SegmentQuery>,
) -> Answer<Json<Listing<Segment>>> {
    Ok(Json(service::list(&app, &caller, q).await?))
}

/// Saves a filter as a segment.
#[utoipa::path(
    post, path = "/api/v1/segments", tag = "customers", operation_id = "create_segment",
    request_body = SegmentInput, responses((status = 201, body = Segment))
)]
async fn create_segment(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<SegmentInput>,
) -> Answer<(StatusCode, Json<Segment>)> {
    Ok((StatusCode::CREATED, Json(service::create(&app, &caller, input).await?)))
}

/// One segment.
#[utoipa::path(
    get, path = "/api/v1/segments/{segment}", tag = "customers", operation_id = "open_segment",
    params(("segment" = SegmentId, Path)), responses((status = 200, body = Segment))
)]
async fn open_segment(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
) -> Answer<Json<Segment>> {
    Ok(Json(service::open(&app, &caller, id).await?))
}

/// Changes a segment.
#[utoipa::path(
    patch, path = "/api/v1/segments/{segment}", tag = "customers", operation_id = "change_segment",
    params(("segment" = SegmentId, Path)), request_body = SegmentPatch, responses((status = 200, body = Segment))
)]
async fn change_segment(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
    Body(patch): Body<SegmentPatch>,
) -> Answer<Json<Segment>> {
    Ok(Json(service::change(&app, &caller, id, patch).await?))
}

/// Removes a segment; its contacts stay.
#[utoipa::path(
    delete, path = "/api/v1/segments/{segment}", tag = "customers", operation_id = "remove_segment",
    params(("segment" = SegmentId, Path)), responses((status = 204))
)]
async fn remove_segment(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counts a segment anew and keeps the figure.
#[utoipa::path(
    post, path = "/api/v1/segments/{segment}/count", tag = "customers", operation_id = "count_segment",
    params(("segment" = SegmentId, Path)), responses((status = 200, body = Segment))
)]
async fn count_segment(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
) -> Answer<Json<Segment>> {
    Ok(Json(service::recount(&app, &caller, id).await?))
}

/// The contacts in a segment, newest first. A page may be short although there is a next one.
#[utoipa::path(
    get, path = "/api/v1/segments/{segment}/contacts", tag = "customers", operation_id = "list_segment_contacts",
    params(("segment" = SegmentId, Path), Page), responses((status = 200, body = Listing<Contact>))
)]
async fn list_segment_contacts(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<Contact>>> {
    Ok(Json(service::contacts_of(&app, &caller, id, page).await?))
}

/// The contacts whom a filter holds, newest first. A page may be short although there is a next one.
#[utoipa::path(
    post, path = "/api/v1/contacts/find", tag = "customers", operation_id = "find_contacts",
    request_body = FilterInput, responses((status = 200, body = Listing<Contact>))
)]
async fn find_contacts(
    State(app): State<App>,
    caller: Caller,
    Body(q): Body<FilterInput>,
) -> Answer<Json<Listing<Contact>>> {
    Ok(Json(service::find(&app, &caller, q).await?))
}

/// How many contacts a filter holds, and some of them.
#[utoipa::path(
    post, path = "/api/v1/contacts/count", tag = "customers", operation_id = "count_contacts",
    request_body = FilterInput, responses((status = 200, body = Counted))
)]
async fn count_contacts(
    State(app): State<App>,
    caller: Caller,
    Body(q): Body<FilterInput>,
) -> Answer<Json<Counted>> {
    Ok(Json(service::count_filter(&app, &caller, q).await?))
}
