//! Routes of reservations.

use super::view::{ReservationView, views};
use super::{service, store};
use crate::permissions::TAKE;
use accounts::{Caller, authorize};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::ReservationId;
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mine)).routes(routes!(accept)).routes(routes!(decline))
}

/// What is offered to the caller just now.
#[utoipa::path(get, path = "/api/v1/reservations", tag = "routing", operation_id = "list_reservations",
    responses((status = 200, body = Vec<ReservationView>)))]
async fn mine(State(app): State<App>, caller: Caller) -> Answer<Json<Vec<ReservationView>>> {
    let (user, now) = (caller.user, app.now());
    let read = async move |tx: &mut Tx| store::ringing_at(tx, user, now).await;
    let found = app.db().read(&authorize::reader(), read).await?;
    let reach = caller.authorize_any(TAKE);
    let found = found.into_iter().filter(|r| reach.contains_line(r.tenant, r.line)).collect();
    Ok(Json(views(&app, found).await?))
}

/// Takes what is offered to the caller.
#[utoipa::path(post, path = "/api/v1/reservations/{reservation}/accept", tag = "routing",
    operation_id = "accept_reservation", params(("reservation" = ReservationId, Path)),
    responses((status = 204), (status = 409, description = "over, or somebody else was faster")))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ReservationId>,
) -> Answer<StatusCode> {
    service::accept(&app, &(&caller).into(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refusal {
    /// Why: `busy`, `skill`, `known`, `break`, `other`, or a word of one's own.
    reason: String,
}

/// Refuses what is offered to the caller.
#[utoipa::path(post, path = "/api/v1/reservations/{reservation}/decline", tag = "routing",
    operation_id = "decline_reservation", params(("reservation" = ReservationId, Path)), request_body = Refusal,
    responses((status = 204), (status = 409, description = "over")))]
async fn decline(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ReservationId>,
    Body(b): Body<Refusal>,
) -> Answer<StatusCode> {
    service::decline(&app, &(&caller).into(), id, &b.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
