//! Routes of sign-in and of one's own account.

use super::access::{self, Secret};
use super::view::{
    Forgotten, LinkProof, LinkUse, LinkView, Me, PasswordChange, PasswordProof, RecoveryCodes, SessionView,
    SettingsPatch, SignIn, TotpCode, TotpSecret,
};
use super::{factor, forgotten, links, me, model, service};
use crate::{Accounts, Caller};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode, header};
use kernel::{Error, Result, SessionId, UserId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query, RequestInfo};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, sign_out))
        .routes(routes!(get_me, change_me))
        .routes(routes!(change_password))
        .routes(routes!(list_my_sessions))
        .routes(routes!(end_my_session))
        .routes(routes!(begin_totp, remove_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(look_at_invite))
        .routes(routes!(accept_invite))
        .routes(routes!(forgot_password))
}

/// A `Set-Cookie` header with its value.
type SetCookie = [(header::HeaderName, String); 1];

/// A form on a foreign page must not sign anybody in, even before there is a cookie.
pub(crate) fn own_origin(app: &App, headers: &HeaderMap) -> Result<()> {
    match headers.get(header::ORIGIN).and_then(|o| o.to_str().ok()) {
        Some(origin) if origin != app.settings().desk_url => Err(Error::new(&platform::codes::CROSS_SITE)),
        _ => Ok(()),
    }
}

/// Begins a session for somebody proven, and shows them to themselves.
pub(crate) async fn signed_in(
    app: &App,
    info: &RequestInfo,
    headers: &HeaderMap,
    user: UserId,
) -> Result<(SetCookie, Json<Me>)> {
    let secure = app.settings().secure();
    let before = access::presented(headers, secure).filter(|s| matches!(s, Secret::Session(_)));
    let secret = service::start(app, info, user, before).await?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    if let Some(u) = snapshot.user(user) {
        info.speak(u.name.language);
    }
    let me = me::me(app, user, &snapshot.grants(user)).await?;
    Ok(([(header::SET_COOKIE, model::cookie(&secret, secure))], Json(me)))
}

/// Signs in: sets the cookie.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "accounts", operation_id = "sign_in", request_body = SignIn,
    responses((status = 200, body = Me))
)]
async fn sign_in(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    Body(asked): Body<SignIn>,
) -> Answer<(SetCookie, Json<Me>)> {
    own_origin(&app, &headers)?;
    let user = service::prove(&app, &info, asked).await?;
    Ok(signed_in(&app, &info, &headers, user).await?)
}

/// Signs out: ends the session and takes the cookie away.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "accounts", operation_id = "sign_out", responses((status = 204))
)]
async fn sign_out(State(app): State<App>, caller: Caller) -> Answer<(StatusCode, SetCookie)> {
    let id = caller.session()?;
    service::end(&app, &caller, id).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, model::no_cookie(app.settings().secure()))]))
}

/// Oneself.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "accounts", operation_id = "get_me", responses((status = 200, body = Me))
)]
async fn get_me(State(app): State<App>, caller: Caller) -> Answer<Json<Me>> {
    Ok(Json(me::me(&app, caller.user, &caller.grants).await?))
}

/// Changes one's screen.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "accounts", operation_id = "change_me", request_body = SettingsPatch,
    responses((status = 200, body = Me))
)]
async fn change_me(
    State(app): State<App>,
    caller: Caller,
    Body(patch): Body<SettingsPatch>,
) -> Answer<Json<Me>> {
    caller.session()?;
    me::change(&app, &caller, patch).await?;
    Ok(Json(me::me(&app, caller.user, &caller.grants).await?))
}

/// Chooses a new password; one's other sessions end.
#[utoipa::path(
    post, path = "/api/v1/me/password", tag = "accounts", operation_id = "change_password",
    request_body = PasswordChange, responses((status = 204))
)]
async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PasswordChange>,
) -> Answer<StatusCode> {
    service::change_password(&app, &caller, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where one is signed in.
#[utoipa::path(
    get, path = "/api/v1/me/sessions", tag = "accounts", operation_id = "list_my_sessions", params(Page),
    responses((status = 200, body = Listing<SessionView>))
)]
async fn list_my_sessions(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<SessionView>>> {
    caller.session()?;
    Ok(Json(service::list_of(&app, &caller, caller.user, &page).await?))
}

/// Ends one of one's sessions.
#[utoipa::path(
    delete, path = "/api/v1/me/sessions/{session}", tag = "accounts", operation_id = "end_my_session",
    params(("session" = SessionId, Path)), responses((status = 204))
)]
async fn end_my_session(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Answer<StatusCode> {
    caller.session()?;
    service::end(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a seed for an authenticator; it counts from its first code on.
#[utoipa::path(
    post, path = "/api/v1/me/totp", tag = "accounts", operation_id = "begin_totp",
    responses((status = 200, body = TotpSecret))
)]
async fn begin_totp(State(app): State<App>, caller: Caller) -> Answer<Json<TotpSecret>> {
    Ok(Json(factor::begin(&app, &caller).await?))
}

/// Turns the second factor on; the answer holds the recovery codes, shown once.
#[utoipa::path(
    post, path = "/api/v1/me/totp/confirm", tag = "accounts", operation_id = "confirm_totp",
    request_body = TotpCode, responses((status = 200, body = RecoveryCodes))
)]
async fn confirm_totp(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<TotpCode>,
) -> Answer<Json<RecoveryCodes>> {
    Ok(Json(factor::confirm(&app, &caller, &asked.code).await?))
}

/// Turns the second factor off.
#[utoipa::path(
    delete, path = "/api/v1/me/totp", tag = "accounts", operation_id = "remove_totp",
    request_body = PasswordProof, responses((status = 204))
)]
async fn remove_totp(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PasswordProof>,
) -> Answer<StatusCode> {
    factor::remove(&app, &caller, asked.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom a one-time link is for.
#[utoipa::path(
    post, path = "/api/v1/invites/look", tag = "accounts", operation_id = "look_at_invite",
    request_body = LinkProof, responses((status = 200, body = LinkView))
)]
async fn look_at_invite(State(app): State<App>, Body(asked): Body<LinkProof>) -> Answer<Json<LinkView>> {
    let (user, kind) = links::look(&app, &asked.token).await?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let row = snapshot.user(user).ok_or_else(Error::not_found)?;
    let kind = if kind == links::FORGOT { "reset".to_owned() } else { kind };
    Ok(Json(LinkView { kind, login: row.login.clone(), name: row.name.name.clone() }))
}

/// Chooses a password by a one-time link; signing in with it comes next.
#[utoipa::path(
    post, path = "/api/v1/invites/accept", tag = "accounts", operation_id = "accept_invite",
    request_body = LinkUse, responses((status = 204))
)]
async fn accept_invite(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    Body(asked): Body<LinkUse>,
) -> Answer<StatusCode> {
    own_origin(&app, &headers)?;
    links::accept(&app, &info, &asked.token, asked.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a link by mail with which to choose a new password. Answered alike whether anybody is found or not.
#[utoipa::path(
    post, path = "/api/v1/password-resets", tag = "accounts", operation_id = "forgot_password",
    request_body = Forgotten, responses((status = 202))
)]
async fn forgot_password(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    Body(asked): Body<Forgotten>,
) -> Answer<StatusCode> {
    own_origin(&app, &headers)?;
    forgotten::ask(&app, &info, &asked.login).await?;
    Ok(StatusCode::ACCEPTED)
}
