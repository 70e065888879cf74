//! The route of API inboxes.

use super::model::{Inbound, REQUEST_MAX};
use super::service::{Received, receive};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use platform::App;
use platform::web::{Answer, BodyBytes, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take_in))
}

/// Takes in a customer's message from another source. Signed as Standard Webhooks has it.
#[utoipa::path(post, path = "/in/v1/{key}", tag = "api inbox", operation_id = "send_inbound_message",
    params(("key" = String, Path, description = "The inbox's public name."),
        ("webhook-id" = String, Header, description = "The sender's id of this delivery."),
        ("webhook-timestamp" = String, Header, description = "Seconds since 1970; within five minutes of now."),
        ("webhook-signature" = String, Header,
            description = "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several may be given, separated by spaces.")),
    request_body = Inbound,
    responses((status = 201, body = Received), (status = 200, body = Received, description = "It had been taken in before."),
        (status = 401, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
async fn take_in(
    State(app): State<App>,
    Path(key): Path<String>,
    headers: HeaderMap,
    BodyBytes(body): BodyBytes<REQUEST_MAX>,
) -> Answer<(StatusCode, Json<Received>)> {
    let (received, repeated) = receive(&app, &key, &headers, &body).await?;
    Ok((if repeated { StatusCode::OK } else { StatusCode::CREATED }, Json(received)))
}
