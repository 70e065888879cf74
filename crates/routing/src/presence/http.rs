//! Routes of presence and capacity.

use super::service::{self, Wish};
use super::store;
use super::view::{CapacityView, PresenceChange};
use crate::floor::Board;
use crate::permissions::QUEUES;
use accounts::{Caller, authorize};
use axum::Json;
use axum::extract::State;
use conversations::ports::{PresenceView, Work};
use kernel::UserId;
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mine, change)).routes(routes!(capacity, set_capacity))
}

/// One's own state.
#[utoipa::path(get, path = "/api/v1/presence", tag = "routing", operation_id = "get_presence",
    responses((status = 200, body = PresenceView)))]
async fn mine(State(app): State<App>, caller: Caller) -> Answer<Json<PresenceView>> {
    let user = caller.user;
    let read = async move |tx: &mut Tx| Ok(store::one(tx, &[user]).await?.pop());
    let board = app.port::<Arc<Board>>();
    if let Some(now) = app.db().read(&authorize::reader(), read).await? {
        board.note_agent(now);
    }
    Ok(Json(board.presence(user)))
}

/// Signs in or out, goes ready or busy, takes a break.
#[utoipa::path(put, path = "/api/v1/presence", tag = "routing", operation_id = "set_presence",
    request_body = PresenceChange, responses((status = 200, body = PresenceView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<PresenceChange>,
) -> Answer<Json<PresenceView>> {
    let wish = Wish { state: b.state, kind: b.kind };
    let now = service::set(&app, caller.user, caller.actor, wish).await?;
    let board = app.port::<Arc<Board>>();
    board.note_agent(now);
    Ok(Json(board.presence(caller.user)))
}

/// How much somebody may have at once.
#[utoipa::path(get, path = "/api/v1/users/{user}/capacity", tag = "routing", operation_id = "get_capacity",
    params(("user" = UserId, Path)), responses((status = 200, body = CapacityView)))]
async fn capacity(
    State(app): State<App>,
    caller: Caller,
    PathId(user): PathId<UserId>,
) -> Answer<Json<CapacityView>> {
    let scope = caller.authorize_provider(QUEUES)?;
    let read = async move |tx: &mut Tx| store::capacity_of(tx, user).await;
    Ok(Json(app.db().read(&scope, read).await?.into()))
}

/// Sets how much somebody may have at once.
#[utoipa::path(put, path = "/api/v1/users/{user}/capacity", tag = "routing", operation_id = "set_capacity",
    params(("user" = UserId, Path)), request_body = CapacityView, responses((status = 200, body = CapacityView)))]
async fn set_capacity(
    State(app): State<App>,
    caller: Caller,
    PathId(user): PathId<UserId>,
    Body(b): Body<CapacityView>,
) -> Answer<Json<CapacityView>> {
    Ok(Json(service::set_capacity(&app, &caller, user, b.into()).await?.into()))
}
