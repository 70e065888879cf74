//! The route that lists what can be done.

use super::catalogue::CATALOGUE;
use accounts::Caller;
use axum::Json;
use platform::App;
use platform::web::{Answer, Listing};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One kind of action.
#[derive(Debug, Serialize, ToSchema)]
struct ActionKind {
    /// The word by which `do` names it.
    word: &'static str,
    /// What it does, in English.
    en: &'static str,
    /// What it does, in Chinese.
    zh: &'static str,
    /// The right it needs on the conversation's line.
    need: &'static str,
    /// May a macro hold it?
    in_macros: bool,
    /// May it be done to many at once?
    in_bulk: bool,
    /// Can it be taken back?
    undoable: bool,
}

/// What can be done to a conversation by macros and in bulk.
#[utoipa::path(get, path = "/api/v1/actions", tag = "conversations", operation_id = "list_actions",
    responses((status = 200, body = Listing<ActionKind>)))]
async fn list(_: Caller) -> Answer<Json<Listing<ActionKind>>> {
    let all = CATALOGUE.iter().map(|d| ActionKind {
        word: d.word,
        en: d.en,
        zh: d.zh,
        need: d.need.0,
        in_macros: d.in_macros,
        in_bulk: d.in_bulk,
        undoable: d.undoable,
    });
    Ok(Json(Listing::whole(all.collect())))
}
