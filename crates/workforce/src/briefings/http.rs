//! Routes of briefings.

use super::service::{self, Change, New};
use super::store;
use super::view::{BriefingChange, BriefingPresence, BriefingView, NewBriefing};
use crate::permissions::BRIEF;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use conversations::permissions::READ;
use kernel::{BriefingId, Error, LineId};
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
        .routes(routes!(acknowledge))
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

/// The briefings of a line, newest first; drafts only for who may manage them.
#[utoipa::path(get, path = "/api/v1/briefings", tag = "floor", operation_id = "list_briefings", params(Of),
    responses((status = 200, body = Listing<BriefingView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<BriefingView>>> {
    let line = app.port::<Arc<Directory>>().line(q.line).ok_or_else(Error::not_found)?;
    let scope = caller.authorize(READ, line.tenant, Some(line.id))?;
    let drafts = caller.may(BRIEF, line.tenant, Some(line.id));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let before = BriefingId(page.after::<i64>()?.unwrap_or(i64::MAX));
    let (rows, of) = (page.rows(), (line.tenant, line.id));
    let read = async move |tx: &mut Tx| store::before(tx, of, before, drafts, rows as i64 + 1).await;
    let listing = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |b| b.id.0);
    let items = listing.items.iter().map(|b| BriefingView::of(&app, &caller, b)).collect();
    Ok(Json(Listing { items, next: listing.next }))
}

/// Draws up the sheet of a briefing.
#[utoipa::path(post, path = "/api/v1/briefings", tag = "floor", operation_id = "create_briefing",
    request_body = NewBriefing, responses((status = 201, body = BriefingView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewBriefing>,
) -> Answer<(StatusCode, Json<BriefingView>)> {
    let new = New { line: b.line, team: b.team, day: b.day, title: b.title, points: b.points };
    let sheet = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(BriefingView::of(&app, &caller, &sheet))))
}

/// One briefing.
#[utoipa::path(get, path = "/api/v1/briefings/{briefing}", tag = "floor", operation_id = "get_briefing",
    params(("briefing" = BriefingId, Path)), responses((status = 200, body = BriefingView)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BriefingId>,
) -> Answer<Json<BriefingView>> {
    let sheet = service::find(&app, &caller, id).await?;
    Ok(Json(BriefingView::of(&app, &caller, &sheet)))
}

/// Changes a draft.
#[utoipa::path(patch, path = "/api/v1/briefings/{briefing}", tag = "floor", operation_id = "change_briefing",
    params(("briefing" = BriefingId, Path)), request_body = BriefingChange,
    responses((status = 200, body = BriefingView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BriefingId>,
    Body(b): Body<BriefingChange>,
) -> Answer<Json<BriefingView>> {
    let change = Change { day: b.day, title: b.title, points: b.points };
    let sheet = service::change(&app, &caller, id, change).await?;
    Ok(Json(BriefingView::of(&app, &caller, &sheet)))
}

/// Signs a briefing and says who was there. It does not change any more; everybody it concerns is asked to acknowledge.
#[utoipa::path(post, path = "/api/v1/briefings/{briefing}/sign", tag = "floor", operation_id = "sign_briefing",
    params(("briefing" = BriefingId, Path)), request_body = BriefingPresence,
    responses((status = 200, body = BriefingView)))]
async fn sign(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BriefingId>,
    Body(b): Body<BriefingPresence>,
) -> Answer<Json<BriefingView>> {
    let sheet = service::sign(&app, &caller, id, b.present).await?;
    Ok(Json(BriefingView::of(&app, &caller, &sheet)))
}

/// Acknowledges a signed briefing.
#[utoipa::path(post, path = "/api/v1/briefings/{briefing}/acknowledge", tag = "floor",
    operation_id = "acknowledge_briefing", params(("briefing" = BriefingId, Path)),
    responses((status = 200, body = BriefingView)))]
async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BriefingId>,
) -> Answer<Json<BriefingView>> {
    let sheet = service::acknowledge(&app, &caller, id).await?;
    Ok(Json(BriefingView::of(&app, &caller, &sheet)))
}
