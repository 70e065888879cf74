//! Routes of handovers.

use super::model::ITEMS_MAX;
use super::service::{self, New, Said};
use super::store;
use super::view::{HandoverChange, HandoverView, NewHandover};
use crate::permissions::BRIEF;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use conversations::permissions::READ;
use kernel::{Error, HandoverId, LineId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change))
        .routes(routes!(sign))
        .routes(routes!(countersign))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Of {
    /// The line.
    line: LineId,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// The handovers of a line, newest first: one's own, or all for who may manage them.
#[utoipa::path(get, path = "/api/v1/handovers", tag = "floor", operation_id = "list_handovers", params(Of),
    responses((status = 200, body = Listing<HandoverView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<HandoverView>>> {
    let line = app.port::<Arc<Directory>>().line(q.line).ok_or_else(Error::not_found)?;
    let scope = caller.authorize(READ, line.tenant, Some(line.id))?;
    let own = (!caller.may(BRIEF, line.tenant, Some(line.id))).then_some(caller.user);
    let page = Page { cursor: q.cursor, limit: q.limit };
    let before = HandoverId(page.after::<i64>()?.unwrap_or(i64::MAX));
    let (rows, of) = (page.rows(), (line.tenant, line.id));
    let read = async move |tx: &mut Tx| store::before(tx, of, before, own, rows as i64 + 1).await;
    let listing = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |h| h.id.0);
    let items = listing.items.iter().map(|h| HandoverView::of(&app, &caller, h)).collect();
    Ok(Json(Listing { items, next: listing.next }))
}

/// Draws up a handover: collects what somebody holds on the line at this moment.
#[utoipa::path(post, path = "/api/v1/handovers", tag = "floor", operation_id = "create_handover",
    request_body = NewHandover, responses((status = 201, body = HandoverView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewHandover>,
) -> Answer<(StatusCode, Json<HandoverView>)> {
    let new = New { line: b.line, from: b.from, to: b.to, note: b.note };
    let sheet = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(HandoverView::of(&app, &caller, &sheet))))
}

/// One handover.
#[utoipa::path(get, path = "/api/v1/handovers/{handover}", tag = "floor", operation_id = "get_handover",
    params(("handover" = HandoverId, Path)), responses((status = 200, body = HandoverView)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<HandoverId>,
) -> Answer<Json<HandoverView>> {
    let sheet = service::find(&app, &caller, id).await?;
    Ok(Json(HandoverView::of(&app, &caller, &sheet)))
}

/// Changes a draft: its note, comments on what is open, and what changes hands.
#[utoipa::path(patch, path = "/api/v1/handovers/{handover}", tag = "floor", operation_id = "change_handover",
    params(("handover" = HandoverId, Path)), request_body = HandoverChange,
    responses((status = 200, body = HandoverView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<HandoverId>,
    Body(b): Body<HandoverChange>,
) -> Answer<Json<HandoverView>> {
    if b.items.len() > ITEMS_MAX {
        return Err(Error::invalid("/items", "too_many").into());
    }
    let said = b.items.into_iter().map(|i| Said {
        conversation: i.conversation,
        comment: i.comment,
        reassign: i.reassign,
    });
    let sheet = service::change(&app, &caller, id, b.note, said.collect()).await?;
    Ok(Json(HandoverView::of(&app, &caller, &sheet)))
}

/// Signs a handover. It does not change any more; the receiver is asked to countersign.
#[utoipa::path(post, path = "/api/v1/handovers/{handover}/sign", tag = "floor", operation_id = "sign_handover",
    params(("handover" = HandoverId, Path)), responses((status = 200, body = HandoverView)))]
async fn sign(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<HandoverId>,
) -> Answer<Json<HandoverView>> {
    let sheet = service::sign(&app, &caller, id).await?;
    Ok(Json(HandoverView::of(&app, &caller, &sheet)))
}

/// Countersigns a handover: what was chosen and is still held by who hands over becomes the caller's.
#[utoipa::path(post, path = "/api/v1/handovers/{handover}/countersign", tag = "floor",
    operation_id = "countersign_handover", params(("handover" = HandoverId, Path)),
    responses((status = 200, body = HandoverView)))]
async fn countersign(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<HandoverId>,
) -> Answer<Json<HandoverView>> {
    let sheet = service::countersign(&app, &caller, id).await?;
    Ok(Json(HandoverView::of(&app, &caller, &sheet)))
}
