//! The routes of attributes.

use super::service;
use super::view::{Attribute, AttributeInput, AttributeQuery};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use platform::App;
use platform::web::{Answer, Body, Listing, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_attributes, create_attribute))
}

/// Definitions of custom attributes.
#[utoipa::path(
    get, path = "/api/v1/attributes", tag = "customers", operation_id = "list_attributes", params(AttributeQuery),
    responses((status = 200, body = Listing<Attribute>))
)]
async fn list_attributes(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<AttributeQuery>,
) -> Answer<Json<Listing<Attribute>>> {
    Ok(Json(service::list(&app, &caller, q).await?))
}

/// Defines a custom attribute.
#[utoipa::path(
    post, path = "/api/v1/attributes", tag = "customers", operation_id = "create_attribute",
    request_body = AttributeInput, responses((status = 201, body = Attribute))
)]
async fn create_attribute(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<AttributeInput>,
) -> Answer<(StatusCode, Json<Attribute>)> {
    Ok((StatusCode::CREATED, Json(service::create(&app, &caller, input).await?)))
}
