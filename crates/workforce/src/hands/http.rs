//! Routes of hands, watching and whispering.

use super::view::{HandView, HelpView, view};
use super::{service, store, watching};
use crate::permissions::HELP;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{ConversationId, Error, HandId, LineId, MessageId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(raise))
        .routes(routes!(take))
        .routes(routes!(lower))
        .routes(routes!(watch, unwatch))
        .routes(routes!(whisper))
        .routes(routes!(help))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Of {
    /// Only of this line.
    line: Option<LineId>,
}

/// The hands that are up where the caller helps, oldest first; at most 500.
#[utoipa::path(get, path = "/api/v1/hands", tag = "floor", operation_id = "list_hands", params(Of),
    responses((status = 200, body = Listing<HandView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<HandView>>> {
    service::held(&caller, HELP)?;
    let scope = match q.line {
        Some(id) => {
            let line = app.port::<Arc<Directory>>().line(id).ok_or_else(Error::not_found)?;
            caller.authorize(HELP, line.tenant, Some(id))?
        }
        None => caller.authorize_any(HELP),
    };
    let hands = app.db().read(&scope, async |tx: &mut Tx| store::open(tx).await).await?;
    let items = hands.iter().filter(|h| q.line.is_none_or(|l| l == h.line)).map(|h| view(&app, h)).collect();
    Ok(Json(Listing::whole(items)))
}

/// Why help is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandInput {
    /// In a few words, at most 200 characters.
    reason: String,
}

/// Raises a hand: whoever leads the line hears it.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/hand", tag = "floor", operation_id = "raise_hand",
    params(("conversation" = ConversationId, Path)), request_body = HandInput,
    responses((status = 201, body = HandView)))]
async fn raise(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<HandInput>,
) -> Answer<(StatusCode, Json<HandView>)> {
    let hand = service::raise(&app, &caller, id, &b.reason).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &hand))))
}

/// Takes a raised hand: its agent sees who comes.
#[utoipa::path(post, path = "/api/v1/hands/{hand}/take", tag = "floor", operation_id = "take_hand",
    params(("hand" = HandId, Path)), responses((status = 200, body = HandView)))]
async fn take(State(app): State<App>, caller: Caller, PathId(id): PathId<HandId>) -> Answer<Json<HandView>> {
    Ok(Json(view(&app, &service::take(&app, &caller, id).await?)))
}

/// Lowers a hand: one's own, or one that the caller may take.
#[utoipa::path(post, path = "/api/v1/hands/{hand}/lower", tag = "floor", operation_id = "lower_hand",
    params(("hand" = HandId, Path)), responses((status = 200, body = HandView)))]
async fn lower(State(app): State<App>, caller: Caller, PathId(id): PathId<HandId>) -> Answer<Json<HandView>> {
    Ok(Json(view(&app, &service::lower(&app, &caller, id).await?)))
}

/// Begins reading along. Recorded as a look, and seen by others who may do the same.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/watch", tag = "floor",
    operation_id = "watch_conversation", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = HelpView)))]
async fn watch(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<HelpView>> {
    watching::watch(&app, &caller, id).await?;
    Ok(Json(watching::help(&app, &caller, id).await?))
}

/// Ends reading along.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}/watch", tag = "floor",
    operation_id = "unwatch_conversation", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = HelpView)))]
async fn unwatch(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<HelpView>> {
    watching::unwatch(&app, &caller, id).await?;
    Ok(Json(watching::help(&app, &caller, id).await?))
}

/// Words for the agent alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WhisperInput {
    /// The sender's own id: sending it again is the same whisper.
    client_id: String,
    /// The text.
    body: String,
}

/// A whisper that was said.
#[derive(Debug, Serialize, ToSchema)]
struct Whispered {
    /// The note that holds it.
    id: MessageId,
}

/// Whispers to the agent who holds the conversation: a note that only staff see, and that calls them.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/whispers", tag = "floor",
    operation_id = "whisper", params(("conversation" = ConversationId, Path)), request_body = WhisperInput,
    responses((status = 201, body = Whispered)))]
async fn whisper(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<WhisperInput>,
) -> Answer<(StatusCode, Json<Whispered>)> {
    let id = watching::whisper(&app, &caller, id, &b.client_id, &b.body).await?;
    Ok((StatusCode::CREATED, Json(Whispered { id })))
}

/// Who helps with a conversation: raised hands, who reads along, and which notes were whispered.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/help", tag = "floor", operation_id = "get_help",
    params(("conversation" = ConversationId, Path)), responses((status = 200, body = HelpView)))]
async fn help(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<HelpView>> {
    Ok(Json(watching::help(&app, &caller, id).await?))
}
