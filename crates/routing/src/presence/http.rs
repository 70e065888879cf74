//! Routes of presence and capacity.

use super::model::State;
use super::people::{self, PersonView, Who};
use super::service::{self, Wish};
use super::view::{CapacityView, ForcedPresence, PresenceChange};
use super::{forced, store};
use crate::breaks;
use crate::floor::Board;
use crate::permissions::QUEUES;
use accounts::{Caller, authorize};
use axum::Json;
use axum::extract::State as Program;
use conversations::ports::{PresenceView, ReadyBar, Work};
use kernel::UserId;
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(mine, change))
        .routes(routes!(capacity, set_capacity))
        .routes(routes!(force, release))
        .routes(routes!(list))
}

/// One's own state.
#[utoipa::path(get, path = "/api/v1/presence", tag = "routing", operation_id = "get_presence",
    responses((status = 200, body = PresenceView)))]
async fn mine(Program(app): Program<App>, caller: Caller) -> Answer<Json<PresenceView>> {
    let user = caller.user;
    let read = async move |tx: &mut Tx| Ok(store::one(tx, &[user]).await?.pop());
    let board = app.port::<Arc<Board>>();
    if let Some(now) = app.db().read(&authorize::reader(), read).await? {
        board.note_agent(now);
    }
    Ok(Json(board.presence(user)))
}

/// Signs in or out, goes ready or busy, takes a break. A break is within its quota and its team's places: where it has to
/// wait, the state stays (`/api/v1/me/breaks` says how it stands). Going ready may be barred by a notice to be read.
#[utoipa::path(put, path = "/api/v1/presence", tag = "routing", operation_id = "set_presence",
    request_body = PresenceChange, responses((status = 200, body = PresenceView)))]
async fn change(
    Program(app): Program<App>,
    caller: Caller,
    Body(b): Body<PresenceChange>,
) -> Answer<Json<PresenceView>> {
    let board = app.port::<Arc<Board>>();
    if b.state == State::Break && !service::on_break(&app, caller.user, b.kind.as_deref()).await? {
        breaks::ask_by_key(&app, &caller, b.kind.as_deref()).await?;
    }
    if b.state == State::Break {
        return Ok(Json(board.presence(caller.user)));
    }
    if b.state == State::Ready
        && let Some(bar) = app.try_port::<Arc<dyn ReadyBar>>()
    {
        bar.check(&app, caller.user).await?;
    }
    let wish = Wish { state: b.state, kind: b.kind };
    let now = service::set(&app, caller.user, caller.actor, wish).await?;
    board.note_agent(now);
    Ok(Json(board.presence(caller.user)))
}

/// How much somebody may have at once.
#[utoipa::path(get, path = "/api/v1/users/{user}/capacity", tag = "routing", operation_id = "get_capacity",
    params(("user" = UserId, Path)), responses((status = 200, body = CapacityView)))]
async fn capacity(
    Program(app): Program<App>,
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
    Program(app): Program<App>,
    caller: Caller,
    PathId(user): PathId<UserId>,
    Body(b): Body<CapacityView>,
) -> Answer<Json<CapacityView>> {
    Ok(Json(service::set_capacity(&app, &caller, user, b.into()).await?.into()))
}

/// Sets somebody else's state, with a reason that they read. `offline` signs them out of work: what they held waits again.
#[utoipa::path(put, path = "/api/v1/users/{user}/presence", tag = "floor", operation_id = "force_presence",
    params(("user" = UserId, Path)), request_body = ForcedPresence, responses((status = 200, body = PresenceView)))]
async fn force(
    Program(app): Program<App>,
    caller: Caller,
    PathId(user): PathId<UserId>,
    Body(b): Body<ForcedPresence>,
) -> Answer<Json<PresenceView>> {
    let now = forced::force(&app, &caller, user, (b.state, b.minutes), b.reason.trim()).await?;
    let board = app.port::<Arc<Board>>();
    board.note_agent(now);
    Ok(Json(board.presence(user)))
}

/// Lets somebody leave the state that a lead set for them; the state itself stays until they change it.
#[utoipa::path(delete, path = "/api/v1/users/{user}/presence", tag = "floor", operation_id = "release_presence",
    params(("user" = UserId, Path)), responses((status = 200, body = PresenceView)))]
async fn release(
    Program(app): Program<App>,
    caller: Caller,
    PathId(user): PathId<UserId>,
) -> Answer<Json<PresenceView>> {
    forced::release(&app, &caller, user).await?;
    Ok(Json(app.port::<Arc<Board>>().presence(user)))
}

/// The people of the floor: everybody who takes work where the caller leads, with state, load and breaks.
#[utoipa::path(get, path = "/api/v1/floor/people", tag = "floor", operation_id = "list_floor_people", params(Who),
    responses((status = 200, body = Listing<PersonView>)))]
async fn list(
    Program(app): Program<App>,
    caller: Caller,
    Query(who): Query<Who>,
) -> Answer<Json<Listing<PersonView>>> {
    Ok(Json(people::list(&app, &caller, &who).await?))
}
