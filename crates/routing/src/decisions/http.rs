//! The route that explains.

use super::store;
use super::view::{Names, NowView, OfferView};
use crate::floor::Board;
use crate::permissions::FLOOR;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use conversations::permissions::READ;
use conversations::ports::Work;
use engines::acd::ItemStatus;
use kernel::{ConversationId, Error};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Listing, Page, PathId, Query};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(offers))
}

/// Why a conversation went where it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffersView {
    /// Where it stands now, while it waits; on the first page.
    pub now: Option<NowView>,
    /// Every offer and assignment that is still kept, newest first.
    pub items: Vec<OfferView>,
    /// The cursor of the next page, `null` on the last.
    pub next: Option<String>,
}

/// Who was offered a conversation and why: who was considered, and why not they. Who else was considered is told to who
/// sees the live floor of its line.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/offers", tag = "routing", operation_id = "list_offers",
    params(("conversation" = ConversationId, Path), Page), responses((status = 200, body = OffersView)))]
async fn offers(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Query(page): Query<Page>,
) -> Answer<Json<OffersView>> {
    let (scope, rows) = (caller.authorize_any(READ), page.rows());
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let more = i64::try_from(rows).unwrap_or(100) + 1;
    let read = async move |tx: &mut Tx| {
        let (tenant, line) = store::place(tx, id).await?.ok_or_else(Error::not_found)?;
        Ok((tenant, line, store::page(tx, tenant, id, before, more).await?))
    };
    let (tenant, line, found) = app.db().read(&scope, read).await?;
    let whole = caller.may(FLOOR, tenant, Some(line));
    let board = app.port::<Arc<Board>>();
    let names = Names { directory: app.port::<Arc<Directory>>(), board };
    let waits = board.item(id).is_some_and(|i| !matches!(i.status, ItemStatus::Held { .. }));
    let explained = if waits && page.cursor.is_none() { board.explain(id) } else { None };
    let now = explained.map(|e| names.now(&e, board.estimate_ms(id), whole));
    let shown = found.iter().map(|(m, became)| names.offer(m, became.as_ref(), whole)).collect();
    let Listing { items, next } =
        Listing::from_surplus(shown, rows, |o: &OfferView| o.id.parse::<i64>().unwrap_or(0));
    Ok(Json(OffersView { now, items, next }))
}
