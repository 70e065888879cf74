//! The routes of listed words.

use super::service;
use super::view::{NewWordList, OfTenant, Trial, WordHits, WordListPatch, WordListView, Written};
use super::{Direction, Watch};
use crate::permissions::REPLY;
use crate::threads;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{ConversationId, WordListId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(try_text))
        .routes(routes!(change, remove))
        .routes(routes!(check))
}

/// The word lists of a client that the caller may set up.
#[utoipa::path(get, path = "/api/v1/word-lists", tag = "conversations", operation_id = "list_word_lists",
    params(OfTenant), responses((status = 200, body = Listing<WordListView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OfTenant>,
) -> Answer<Json<Listing<WordListView>>> {
    Ok(Json(Listing::whole(service::list(&app, &caller, q.tenant).await?)))
}

/// Makes a word list.
#[utoipa::path(post, path = "/api/v1/word-lists", tag = "conversations", operation_id = "create_word_list",
    request_body = NewWordList, responses((status = 201, body = WordListView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewWordList>,
) -> Answer<(StatusCode, Json<WordListView>)> {
    Ok((StatusCode::CREATED, Json(service::create(&app, &caller, new).await?)))
}

/// Changes a word list.
#[utoipa::path(patch, path = "/api/v1/word-lists/{wordlist}", tag = "conversations",
    operation_id = "change_word_list", params(("wordlist" = WordListId, Path)), request_body = WordListPatch,
    responses((status = 200, body = WordListView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WordListId>,
    Body(patch): Body<WordListPatch>,
) -> Answer<Json<WordListView>> {
    Ok(Json(service::change(&app, &caller, id, patch).await?))
}

/// Removes a word list; what was counted of it stays.
#[utoipa::path(delete, path = "/api/v1/word-lists/{wordlist}", tag = "conversations",
    operation_id = "remove_word_list", params(("wordlist" = WordListId, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WordListId>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a text by a client's lists, without sending it.
#[utoipa::path(post, path = "/api/v1/word-lists/test", tag = "conversations", operation_id = "try_word_lists",
    request_body = Trial, responses((status = 200, body = WordHits)))]
async fn try_text(State(app): State<App>, caller: Caller, Body(t): Body<Trial>) -> Answer<Json<WordHits>> {
    let hits = service::tried(&app, &caller, (t.tenant, t.line), t.direction, &t.text)?;
    Ok(Json(WordHits { hits: hits.into_iter().map(Into::into).collect() }))
}

/// What is found in a reply that is being written.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/wording", tag = "conversations",
    operation_id = "check_wording", params(("conversation" = ConversationId, Path)), request_body = Written,
    responses((status = 200, body = WordHits)))]
async fn check(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(w): Body<Written>,
) -> Answer<Json<WordHits>> {
    let scope = caller.authorize_any(REPLY);
    let row = app.db().read(&scope, async move |tx: &mut Tx| threads::by_id(tx, id).await).await?;
    service::measured("/body", &w.body)?;
    let hits = app.port::<Arc<Watch>>().judge(row.tenant, row.line, Direction::Out, &w.body);
    Ok(Json(WordHits { hits: hits.into_iter().map(Into::into).collect() }))
}
