//! Routes of roles and permissions.

use super::service;
use super::view::{AreaPermissions, NewRole, PermissionView, RolePatch, RoleView};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{Error, Result, RoleId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_roles, create_role))
        .routes(routes!(get_role, change_role, remove_role))
        .routes(routes!(list_permissions))
}

fn view(app: &App, caller: &Caller, id: RoleId) -> Result<RoleView> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let role = snapshot.roles.get(&id).ok_or_else(Error::not_found)?;
    Ok(RoleView::of(role, caller.language))
}

/// The roles.
#[utoipa::path(
    get, path = "/api/v1/roles", tag = "accounts", operation_id = "list_roles", params(Page),
    responses((status = 200, body = Listing<RoleView>))
)]
async fn list_roles(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<RoleView>>> {
    service::may_read(&caller)?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let all = snapshot.roles.values().map(|r| (r.id.0, RoleView::of(r, caller.language)));
    Ok(Json(directory::page_of(all, &page)?))
}

/// Makes a role.
#[utoipa::path(
    post, path = "/api/v1/roles", tag = "accounts", operation_id = "create_role", request_body = NewRole,
    responses((status = 201, body = RoleView))
)]
async fn create_role(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewRole>,
) -> Answer<(StatusCode, Json<RoleView>)> {
    let id = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &caller, id)?)))
}

/// One role.
#[utoipa::path(
    get, path = "/api/v1/roles/{role}", tag = "accounts", operation_id = "get_role",
    params(("role" = RoleId, Path)), responses((status = 200, body = RoleView))
)]
async fn get_role(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<RoleId>,
) -> Answer<Json<RoleView>> {
    service::may_read(&caller)?;
    Ok(Json(view(&app, &caller, id)?))
}

/// Changes a role; the sockets of those who hold it join anew.
#[utoipa::path(
    patch, path = "/api/v1/roles/{role}", tag = "accounts", operation_id = "change_role",
    params(("role" = RoleId, Path)), request_body = RolePatch, responses((status = 200, body = RoleView))
)]
async fn change_role(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<RoleId>,
    Body(patch): Body<RolePatch>,
) -> Answer<Json<RoleView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, &caller, id)?))
}

/// Removes a role that nobody holds.
#[utoipa::path(
    delete, path = "/api/v1/roles/{role}", tag = "accounts", operation_id = "remove_role",
    params(("role" = RoleId, Path)), responses((status = 204))
)]
async fn remove_role(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<RoleId>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every permission there is, by area.
#[utoipa::path(
    get, path = "/api/v1/permissions", tag = "accounts", operation_id = "list_permissions",
    responses((status = 200, body = Vec<AreaPermissions>))
)]
async fn list_permissions(State(app): State<App>, _caller: Caller) -> Answer<Json<Vec<AreaPermissions>>> {
    let shown = |(p, en, zh): &(kernel::Permission, &str, &str)| PermissionView {
        key: p.0.to_owned(),
        en: (*en).to_owned(),
        zh: (*zh).to_owned(),
    };
    let areas = service::catalogue(&app).0.into_iter().map(|g| AreaPermissions {
        area: g.area.to_owned(),
        permissions: g.permissions.iter().map(shown).collect(),
    });
    Ok(Json(areas.collect()))
}
