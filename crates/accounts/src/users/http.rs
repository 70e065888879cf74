//! Routes of users, their grants, skills and sessions.

use super::view::{
    CreatedUser, GrantView, NewGrant, NewUser, ResetLink, SkillGrant, SkillGrants, UserPatch, UserQuery,
    UserView, user_view,
};
use super::{grants, service};
use crate::permissions::{USERS_MANAGE, USERS_READ};
use crate::sessions::{SessionView, list_of};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{Error, GrantId, Result, UserId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, change_user))
        .routes(routes!(reset_user))
        .routes(routes!(list_user_grants, add_user_grant))
        .routes(routes!(remove_user_grant))
        .routes(routes!(list_user_skills, set_user_skills))
        .routes(routes!(list_user_sessions, end_user_sessions))
        .merge(super::holders::routes())
}

fn view(app: &App, id: UserId) -> Result<UserView> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    snapshot.user(id).map(|u| user_view(u)).ok_or_else(Error::not_found)
}

/// The users whom the caller may see.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "accounts", operation_id = "list_users", params(UserQuery),
    responses((status = 200, body = Listing<UserView>))
)]
async fn list_users(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<UserQuery>,
) -> Answer<Json<Listing<UserView>>> {
    if let Some(t) = q.tenant
        && !caller.grants.inside(t, None)
    {
        return Err(Error::not_found().into());
    }
    caller.holds_any(&[USERS_READ, USERS_MANAGE])?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let sought = q.q.as_deref().map(str::to_lowercase);
    let fits = |u: &directory::UserRow| {
        let here = q.tenant.is_none_or(|t| u.grants.iter().any(|g| g.tenant.is_none() || g.tenant == t));
        let texts = [&u.login, &u.name.name, &u.name.alias, &u.name.number];
        let named =
            sought.as_ref().is_none_or(|s| texts.iter().any(|t| t.to_lowercase().contains(s.as_str())));
        here && named
    };
    let all =
        snapshot.users.values().filter(|u| fits(u)).filter(|u| {
            [USERS_READ, USERS_MANAGE].iter().any(|p| snapshot.sees(&caller.grants, *p, u.name.id))
        });
    let page = Page { cursor: q.cursor.clone(), limit: q.limit };
    Ok(Json(directory::page_of(all.map(|u| (u.name.id.0, user_view(u))), &page)?))
}

/// Makes a user; without a password the answer holds a one-time link.
#[utoipa::path(
    post, path = "/api/v1/users", tag = "accounts", operation_id = "create_user", request_body = NewUser,
    responses((status = 201, body = CreatedUser))
)]
async fn create_user(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewUser>,
) -> Answer<(StatusCode, Json<CreatedUser>)> {
    let (id, invite_url, mailed) = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(CreatedUser { user: view(&app, id)?, invite_url, mailed })))
}

/// One user.
#[utoipa::path(
    get, path = "/api/v1/users/{user}", tag = "accounts", operation_id = "get_user",
    params(("user" = UserId, Path)), responses((status = 200, body = UserView))
)]
async fn get_user(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Answer<Json<UserView>> {
    let (_, row) = service::visible(&app, &caller, id)?;
    Ok(Json(user_view(&row)))
}

/// Changes a user. Disabling ends their sessions, and their sockets within seconds.
#[utoipa::path(
    patch, path = "/api/v1/users/{user}", tag = "accounts", operation_id = "change_user",
    params(("user" = UserId, Path)), request_body = UserPatch, responses((status = 200, body = UserView))
)]
async fn change_user(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Body(patch): Body<UserPatch>,
) -> Answer<Json<UserView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, id)?))
}

/// Makes a one-time link with which a user chooses a new password.
#[utoipa::path(
    post, path = "/api/v1/users/{user}/reset", tag = "accounts", operation_id = "reset_user",
    params(("user" = UserId, Path)), responses((status = 201, body = ResetLink))
)]
async fn reset_user(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Answer<(StatusCode, Json<ResetLink>)> {
    let (invite_url, mailed) = service::reset(&app, &caller, id).await?;
    Ok((StatusCode::CREATED, Json(ResetLink { invite_url, mailed })))
}

/// The roles that a user holds, within the caller's reach.
#[utoipa::path(
    get, path = "/api/v1/users/{user}/grants", tag = "accounts", operation_id = "list_user_grants",
    params(("user" = UserId, Path), Page), responses((status = 200, body = Listing<GrantView>))
)]
async fn list_user_grants(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<GrantView>>> {
    let (_, row) = service::visible(&app, &caller, id)?;
    let all = row.grants.iter().filter(|g| match g.tenant.some() {
        None => id == caller.user || caller.grants.may_everywhere(USERS_READ),
        Some(t) => caller.grants.inside(t, g.line.some()),
    });
    Ok(Json(directory::page_of(all.map(|g| (g.id.0, GrantView::from(g))), &page)?))
}

/// Grants a role. Nobody grants what they do not hold.
#[utoipa::path(
    post, path = "/api/v1/users/{user}/grants", tag = "accounts", operation_id = "add_user_grant",
    params(("user" = UserId, Path)), request_body = NewGrant, responses((status = 201, body = GrantView))
)]
async fn add_user_grant(
    State(app): State<App>,
    caller: Caller,
    PathId(user): PathId<UserId>,
    Body(new): Body<NewGrant>,
) -> Answer<(StatusCode, Json<GrantView>)> {
    let id = grants::add(&app, &caller, user, new).await?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let made = snapshot.user(user).and_then(|u| u.grants.iter().find(|g| g.id == id));
    Ok((StatusCode::CREATED, Json(made.map(GrantView::from).ok_or_else(Error::not_found)?)))
}

/// Takes a role away.
#[utoipa::path(
    delete, path = "/api/v1/users/{user}/grants/{grant}", tag = "accounts", operation_id = "remove_user_grant",
    params(("user" = UserId, Path), ("grant" = GrantId, Path)), responses((status = 204))
)]
async fn remove_user_grant(
    State(app): State<App>,
    caller: Caller,
    PathId((user, grant)): PathId<(UserId, GrantId)>,
) -> Answer<StatusCode> {
    grants::remove(&app, &caller, user, grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn skills(app: &App, id: UserId) -> Result<Listing<SkillGrant>> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let user = snapshot.user(id).ok_or_else(Error::not_found)?;
    Ok(Listing::whole(user.skills.iter().map(SkillGrant::from).collect()))
}

/// What a user may handle.
#[utoipa::path(
    get, path = "/api/v1/users/{user}/skills", tag = "accounts", operation_id = "list_user_skills",
    params(("user" = UserId, Path)), responses((status = 200, body = Listing<SkillGrant>))
)]
async fn list_user_skills(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Answer<Json<Listing<SkillGrant>>> {
    service::visible(&app, &caller, id)?;
    Ok(Json(skills(&app, id)?))
}

/// Replaces what a user may handle.
#[utoipa::path(
    put, path = "/api/v1/users/{user}/skills", tag = "accounts", operation_id = "set_user_skills",
    params(("user" = UserId, Path)), request_body = SkillGrants,
    responses((status = 200, body = Listing<SkillGrant>))
)]
async fn set_user_skills(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Body(sent): Body<SkillGrants>,
) -> Answer<Json<Listing<SkillGrant>>> {
    grants::set_skills(&app, &caller, id, sent).await?;
    Ok(Json(skills(&app, id)?))
}

/// Where a user is signed in.
#[utoipa::path(
    get, path = "/api/v1/users/{user}/sessions", tag = "accounts", operation_id = "list_user_sessions",
    params(("user" = UserId, Path), Page), responses((status = 200, body = Listing<SessionView>))
)]
async fn list_user_sessions(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<SessionView>>> {
    service::manages(&app, &caller, id)?;
    Ok(Json(list_of(&app, &caller, id, &page).await?))
}

/// Ends every session of a user.
#[utoipa::path(
    delete, path = "/api/v1/users/{user}/sessions", tag = "accounts", operation_id = "end_user_sessions",
    params(("user" = UserId, Path)), responses((status = 204))
)]
async fn end_user_sessions(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Answer<StatusCode> {
    service::sign_out(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
