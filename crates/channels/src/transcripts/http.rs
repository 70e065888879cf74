//! Routes of the widget: where the conversation could be sent, and sending it.

use super::service;
use crate::webchat::{Limits, READS, TRANSCRIPTS, Visitor};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use platform::App;
use platform::web::{Answer, Problem};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look, ask))
}

/// Where a conversation is sent.
#[derive(Debug, Serialize, ToSchema)]
struct TranscriptTo {
    /// Enough of the address to recognise it by; `null` where it cannot be sent.
    to: Option<String>,
}

/// Where the visitor's conversation could be sent: their own verified address, in part.
#[utoipa::path(get, path = "/w/v1/transcript", tag = "webchat", operation_id = "get_transcript_address",
    responses((status = 200, body = TranscriptTo), (status = 401, body = Problem)))]
async fn look(State(app): State<App>, visitor: Visitor) -> Answer<Json<TranscriptTo>> {
    app.port::<Arc<Limits>>().visitor(READS, visitor.token.contact, app.now())?;
    let to = service::address(&app, &visitor).await?.map(|a| a.hint());
    Ok(Json(TranscriptTo { to }))
}

/// Sends the visitor's conversation to their own verified address.
#[utoipa::path(post, path = "/w/v1/transcript", tag = "webchat", operation_id = "send_transcript",
    responses((status = 202, body = TranscriptTo), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
async fn ask(State(app): State<App>, visitor: Visitor) -> Answer<(StatusCode, Json<TranscriptTo>)> {
    app.port::<Arc<Limits>>().visitor(TRANSCRIPTS, visitor.token.contact, app.now())?;
    let to = service::send(&app, &visitor).await?;
    Ok((StatusCode::ACCEPTED, Json(TranscriptTo { to: Some(to.hint()) })))
}
