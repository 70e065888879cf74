//! The routes of organisations.

use super::service;
use super::view::{Organisation, OrganisationInput, OrganisationPatch, OrganisationQuery};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::OrganisationId;
use platform::App;
use platform::web::{Answer, Body, Listing, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_organisations, create_organisation))
        .routes(routes!(open_organisation, change_organisation))
}

/// Organisations by name.
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "customers", operation_id = "list_organisations",
    params(OrganisationQuery), responses((status = 200, body = Listing<Organisation>))
)]
async fn list_organisations(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OrganisationQuery>,
) -> Answer<Json<Listing<Organisation>>> {
    Ok(Json(service::list(&app, &caller, q).await?))
}

/// Enters an organisation.
#[utoipa::path(
    post, path = "/api/v1/organisations", tag = "customers", operation_id = "create_organisation",
    request_body = OrganisationInput, responses((status = 201, body = Organisation))
)]
async fn create_organisation(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<OrganisationInput>,
) -> Answer<(StatusCode, Json<Organisation>)> {
    Ok((StatusCode::CREATED, Json(service::create(&app, &caller, input).await?)))
}

/// One organisation.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}", tag = "customers", operation_id = "open_organisation",
    params(("organisation" = OrganisationId, Path)), responses((status = 200, body = Organisation))
)]
async fn open_organisation(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<OrganisationId>,
) -> Answer<Json<Organisation>> {
    Ok(Json(service::open(&app, &caller, id).await?))
}

/// Changes an organisation.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}", tag = "customers", operation_id = "change_organisation",
    params(("organisation" = OrganisationId, Path)), request_body = OrganisationPatch,
    responses((status = 200, body = Organisation))
)]
async fn change_organisation(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<OrganisationId>,
    Body(patch): Body<OrganisationPatch>,
) -> Answer<Json<Organisation>> {
    Ok(Json(service::change(&app, &caller, id, patch).await?))
}
