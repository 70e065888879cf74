//! Routes of the first start.

use super::service::{self, NewAdmin};
use super::view::{SetupRequest, SetupState};
use crate::sessions::{Me, own_origin, signed_in};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, header};
use platform::App;
use platform::web::{Answer, Body, RequestInfo};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_setup, set_up))
}

/// Is set-up open?
#[utoipa::path(
    get, path = "/api/v1/setup", tag = "accounts", operation_id = "get_setup",
    responses((status = 200, body = SetupState))
)]
async fn get_setup(State(app): State<App>) -> Answer<Json<SetupState>> {
    Ok(Json(SetupState { open: service::is_open(&app).await? }))
}

/// Makes the first administrator, signs them in, and closes set-up for good.
#[utoipa::path(
    post, path = "/api/v1/setup", tag = "accounts", operation_id = "set_up", request_body = SetupRequest,
    responses((status = 200, body = Me))
)]
async fn set_up(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    Body(asked): Body<SetupRequest>,
) -> Answer<([(header::HeaderName, String); 1], Json<Me>)> {
    own_origin(&app, &headers)?;
    let SetupRequest { token, name, alias, login, password, language } = asked;
    let admin = NewAdmin { name, alias: Some(alias), login, password, language };
    let user = service::by_token(&app, &token, admin, info.ip).await?;
    Ok(signed_in(&app, &info, &headers, user).await?)
}
