//! Routes of clients and of the provider.

use super::service;
use super::view::{NewTenant, ProviderPatch, ProviderView, TenantPatch, TenantView};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{Error, Result, TenantId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_tenants, create_tenant))
        .routes(routes!(get_tenant, change_tenant))
        .routes(routes!(get_provider, change_provider))
}

fn view(app: &App, caller: &Caller, id: TenantId) -> Result<TenantView> {
    let found = app.port::<Arc<Accounts>>().directory.tenant(id).filter(|_| caller.grants.inside(id, None));
    found.map(|t| TenantView::from(&*t)).ok_or_else(Error::not_found)
}

/// The clients within the caller's reach.
#[utoipa::path(
    get, path = "/api/v1/tenants", tag = "accounts", operation_id = "list_tenants", params(Page),
    responses((status = 200, body = Listing<TenantView>))
)]
async fn list_tenants(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<TenantView>>> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let reach = caller.grants.everywhere(None);
    let all = reach.iter().filter_map(|(t, _)| snapshot.tenants.get(t));
    Ok(Json(directory::page_of(all.map(|t| (t.id.0, TenantView::from(&**t))), &page)?))
}

/// Makes a client.
#[utoipa::path(
    post, path = "/api/v1/tenants", tag = "accounts", operation_id = "create_tenant", request_body = NewTenant,
    responses((status = 201, body = TenantView))
)]
async fn create_tenant(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewTenant>,
) -> Answer<(StatusCode, Json<TenantView>)> {
    let id = service::create(&app, &caller, new).await?;
    let made = app.port::<Arc<Accounts>>().directory.tenant(id).ok_or_else(Error::not_found)?;
    Ok((StatusCode::CREATED, Json(TenantView::from(&*made))))
}

/// One client.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}", tag = "accounts", operation_id = "get_tenant",
    params(("tenant" = TenantId, Path)), responses((status = 200, body = TenantView))
)]
async fn get_tenant(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TenantId>,
) -> Answer<Json<TenantView>> {
    Ok(Json(view(&app, &caller, id)?))
}

/// Changes a client.
#[utoipa::path(
    patch, path = "/api/v1/tenants/{tenant}", tag = "accounts", operation_id = "change_tenant",
    params(("tenant" = TenantId, Path)), request_body = TenantPatch, responses((status = 200, body = TenantView))
)]
async fn change_tenant(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TenantId>,
    Body(patch): Body<TenantPatch>,
) -> Answer<Json<TenantView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, &caller, id)?))
}

fn provider(app: &App) -> ProviderView {
    let s = app.port::<Arc<Accounts>>().directory.snapshot();
    ProviderView { name: s.provider_name.clone(), watermark: s.watermark }
}

/// The provider.
#[utoipa::path(
    get, path = "/api/v1/provider", tag = "accounts", operation_id = "get_provider",
    responses((status = 200, body = ProviderView))
)]
async fn get_provider(State(app): State<App>, _caller: Caller) -> Answer<Json<ProviderView>> {
    Ok(Json(provider(&app)))
}

/// Changes the provider.
#[utoipa::path(
    patch, path = "/api/v1/provider", tag = "accounts", operation_id = "change_provider",
    request_body = ProviderPatch, responses((status = 200, body = ProviderView))
)]
async fn change_provider(
    State(app): State<App>,
    caller: Caller,
    Body(patch): Body<ProviderPatch>,
) -> Answer<Json<ProviderView>> {
    service::change_provider(&app, &caller, patch).await?;
    Ok(Json(provider(&app)))
}
