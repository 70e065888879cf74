//! Routes of the widget: session, messages, files, marks, end.

use super::history;
use super::limits::{self, Limits};
use super::model::{MIMES, REQUEST_MAX};
use super::service::{self, Post, Visit};
use super::view::{PastList, SessionView, VisitorMessage, VisitorPage};
use super::visitor::{Unproved, Visitor, check_origin};
use crate::codes;
use crate::identity::Offered;
use crate::visits::FormInput;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use conversations::attachments::{self, FILE_MAX, Uploaded};
use conversations::messages::Mark;
use kernel::{AttachmentId, ConversationId, Error, Language};
use platform::App;
use platform::web::{Answer, BodyBytes, PathId, Problem, Query, RequestInfo, parse};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(identify))
        .routes(routes!(past))
        .routes(routes!(past_messages))
        .routes(routes!(list, send))
        .routes(routes!(upload))
        .routes(routes!(read))
        .routes(routes!(end))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PageOf {
    /// Its address; what is after `?` or `#` is not kept.
    url: String,
    /// Its title.
    title: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSession {
    /// The inbox's public name.
    inbox: String,
    /// The token of an earlier session.
    token: Option<String>,
    /// The language of the frame.
    language: Option<Language>,
    /// The page it is shown on.
    page: Option<PageOf>,
}

/// Begins or renews a visitor's session.
#[utoipa::path(post, path = "/w/v1/session", tag = "webchat", operation_id = "begin_session", request_body = NewSession,
    responses((status = 200, body = SessionView), (status = 404, body = Problem)))]
async fn begin(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    BodyBytes(body): BodyBytes<REQUEST_MAX>,
) -> Answer<Json<SessionView>> {
    check_origin(&app, &headers)?;
    let b: NewSession = parse(&body)?;
    let (page_url, page_title) = b.page.map_or((None, None), |p| (Some(p.url), p.title));
    let visit = Visit { inbox: b.inbox, token: b.token, language: b.language, page_url, page_title };
    Ok(Json(service::session(&app, visit, info).await?))
}

/// Proves who the visitor is, on the word of the client whose page they are on. Answers a session of that person.
#[utoipa::path(post, path = "/w/v1/identify", tag = "webchat", operation_id = "identify_visitor", request_body = Offered,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn identify(
    State(app): State<App>,
    Unproved(visitor): Unproved,
    BodyBytes(body): BodyBytes<REQUEST_MAX>,
) -> Answer<Json<SessionView>> {
    let offered: Offered = parse(&body)?;
    Ok(Json(service::identify(&app, visitor, offered).await?))
}

/// Conversations of a visitor who has proved who they are, in widgets of this line, the newest first; twenty at the most.
#[utoipa::path(get, path = "/w/v1/conversations", tag = "webchat", operation_id = "list_visitor_conversations",
    responses((status = 200, body = PastList), (status = 401, body = Problem)))]
async fn past(State(app): State<App>, visitor: Visitor) -> Answer<Json<PastList>> {
    app.port::<Arc<Limits>>().visitor(limits::READS, visitor.token.contact, app.now())?;
    Ok(Json(PastList { items: history::list(&app, &visitor).await? }))
}

/// Messages of an earlier conversation of the visitor's own, oldest first.
#[utoipa::path(get, path = "/w/v1/conversations/{conversation}/messages", tag = "webchat",
    operation_id = "list_past_messages", params(("conversation" = ConversationId, Path), After),
    responses((status = 200, body = VisitorPage), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn past_messages(
    State(app): State<App>,
    visitor: Visitor,
    PathId(id): PathId<ConversationId>,
    Query(q): Query<After>,
) -> Answer<Json<VisitorPage>> {
    app.port::<Arc<Limits>>().visitor(limits::READS, visitor.token.contact, app.now())?;
    let seen = history::messages(&app, &visitor, id, q.after, q.limit.unwrap_or(50)).await?;
    Ok(Json(seen.page(&app)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct After {
    /// Only messages with greater numbers.
    #[serde(default)]
    after: i64,
    /// At the most; 1 to 100.
    limit: Option<usize>,
}

/// The visitor's messages, oldest first.
#[utoipa::path(get, path = "/w/v1/messages", tag = "webchat", operation_id = "list_visitor_messages", params(After),
    responses((status = 200, body = VisitorPage), (status = 401, body = Problem)))]
async fn list(State(app): State<App>, visitor: Visitor, Query(q): Query<After>) -> Answer<Json<VisitorPage>> {
    app.port::<Arc<Limits>>().visitor(limits::READS, visitor.token.contact, app.now())?;
    let seen = service::since(&app, &visitor, q.after, q.limit.unwrap_or(50)).await?;
    Ok(Json(seen.page(&app)))
}

/// What a visitor sends, over HTTP and on the socket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVisitorMessage {
    /// The visitor's own id of it; the same one again is the same message.
    client_id: String,
    /// The text.
    body: String,
    /// Files uploaded before.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    /// What was asked before the first message, and what the page says of its visitor.
    form: Option<FormInput>,
}

/// Sends a message; opens a conversation if none is open.
#[utoipa::path(post, path = "/w/v1/messages", tag = "webchat", operation_id = "send_visitor_message",
    request_body = NewVisitorMessage,
    responses((status = 201, body = VisitorMessage), (status = 200, body = VisitorMessage, description = "It had been sent before."),
        (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn send(
    State(app): State<App>,
    visitor: Visitor,
    BodyBytes(body): BodyBytes<REQUEST_MAX>,
) -> Answer<(StatusCode, Json<VisitorMessage>)> {
    let b: NewVisitorMessage = parse(&body)?;
    let post = Post { client_id: b.client_id, body: b.body, attachments: b.attachments, form: b.form };
    let (taken, view) = service::post(&app, &visitor, post).await?;
    Ok((if taken.repeated { StatusCode::OK } else { StatusCode::CREATED }, Json(view)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FileName {
    /// What it is called.
    name: String,
}

/// Uploads a file for a message to come.
#[utoipa::path(post, path = "/w/v1/files", tag = "webchat", operation_id = "upload_visitor_file", params(FileName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Uploaded), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    Query(q): Query<FileName>,
    BodyBytes(bytes): BodyBytes<FILE_MAX>,
) -> Answer<(StatusCode, Json<Uploaded>)> {
    let (limits, now) = (app.port::<Arc<Limits>>(), app.now());
    limits.visitor(limits::FILES, visitor.token.contact, now)?;
    limits.block(limits::BLOCK_FILES, visitor.info.ip, now)?;
    let mime = platform::blobs::sniff(&bytes);
    if bytes.is_empty() || !MIMES.contains(&mime) {
        return Err(Error::new(&codes::VISITOR_FILE_TYPE).detail(mime).into());
    }
    let (scope, actor) = (visitor.scope(), visitor.actor());
    let kept = attachments::keep(&app, &scope, visitor.inbox.tenant, None, actor, &q.name, bytes).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VisitorRead {
    /// Everything up to this number.
    seq: i64,
}

/// Says that everything up to a number was read.
#[utoipa::path(post, path = "/w/v1/read", tag = "webchat", operation_id = "mark_visitor_read", request_body = VisitorRead,
    responses((status = 204), (status = 401, body = Problem)))]
async fn read(
    State(app): State<App>,
    visitor: Visitor,
    BodyBytes(body): BodyBytes<REQUEST_MAX>,
) -> Answer<StatusCode> {
    let b: VisitorRead = parse(&body)?;
    service::read_marks(&app, &visitor, Mark::ReadByContact, b.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the conversation.
#[utoipa::path(post, path = "/w/v1/end", tag = "webchat", operation_id = "end_visitor_conversation",
    responses((status = 204), (status = 401, body = Problem)))]
async fn end(State(app): State<App>, visitor: Visitor) -> Answer<StatusCode> {
    service::end(&app, &visitor).await?;
    Ok(StatusCode::NO_CONTENT)
}
