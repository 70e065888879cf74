//! Routes of what counts for a place.

use super::model::{ClientRules, Installation};
use super::service;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::TenantId;
use platform::App;
use platform::web::{Answer, Body, PathId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(settings, set_settings)).routes(routes!(client, set_client))
}

/// How the whole installation routes: what waiting, tiers and marks are worth, and how patient it is with agents.
#[utoipa::path(get, path = "/api/v1/routing/settings", tag = "routing", operation_id = "get_routing_settings",
    responses((status = 200, body = Installation)))]
async fn settings(State(app): State<App>, caller: Caller) -> Answer<Json<Installation>> {
    Ok(Json(service::installation(&app, &caller).await?))
}

/// Sets how the whole installation routes; what is left out is as usual.
#[utoipa::path(put, path = "/api/v1/routing/settings", tag = "routing", operation_id = "set_routing_settings",
    request_body = Installation, responses((status = 200, body = Installation)))]
async fn set_settings(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<Installation>,
) -> Answer<Json<Installation>> {
    Ok(Json(service::set_installation(&app, &caller, b).await?))
}

/// What a client's standing and its contacts' tiers and marks are worth.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant}/routing", tag = "routing", operation_id = "get_client_routing",
    params(("tenant" = TenantId, Path)), responses((status = 200, body = ClientRules)))]
async fn client(
    State(app): State<App>,
    caller: Caller,
    PathId(tenant): PathId<TenantId>,
) -> Answer<Json<ClientRules>> {
    Ok(Json(service::client(&app, &caller, tenant).await?))
}

/// Sets what a client's standing and its contacts' tiers and marks are worth; what is left out counts nothing.
#[utoipa::path(put, path = "/api/v1/tenants/{tenant}/routing", tag = "routing", operation_id = "set_client_routing",
    params(("tenant" = TenantId, Path)), request_body = ClientRules, responses((status = 200, body = ClientRules)))]
async fn set_client(
    State(app): State<App>,
    caller: Caller,
    PathId(tenant): PathId<TenantId>,
    Body(b): Body<ClientRules>,
) -> Answer<Json<ClientRules>> {
    Ok(Json(service::set_client(&app, &caller, tenant, b).await?))
}
