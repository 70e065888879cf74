//! Routes of breaks.

use super::model::{BreakState, Kind, Used};
use super::service::{self, Verdict};
use super::view::{
    BreakKindChange, BreakKindView, BreakLeft, BreakView, ForcedView, MyBreaks, NewBreakKind, day_of, view_of,
};
use super::{kinds, store};
use crate::permissions::LEAD;
use crate::presence;
use accounts::{Caller, Directory, authorize};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{BreakId, BreakKindId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_kinds, create_kind))
        .routes(routes!(change_kind))
        .routes(routes!(mine, ask, cancel))
        .routes(routes!(list))
        .routes(routes!(approve))
        .routes(routes!(refuse))
}

/// The kinds of break, in their order.
#[utoipa::path(get, path = "/api/v1/break-kinds", tag = "floor", operation_id = "list_break_kinds",
    responses((status = 200, body = Listing<BreakKindView>)))]
async fn list_kinds(State(app): State<App>, _: Caller) -> Answer<Json<Listing<BreakKindView>>> {
    let all = app.db().read(&authorize::reader(), async |tx: &mut Tx| store::kinds(tx).await).await?;
    Ok(Json(Listing::whole(all.iter().map(Into::into).collect())))
}

/// Makes a kind of break.
#[utoipa::path(post, path = "/api/v1/break-kinds", tag = "floor", operation_id = "create_break_kind",
    request_body = NewBreakKind, responses((status = 201, body = BreakKindView)))]
async fn create_kind(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewBreakKind>,
) -> Answer<(StatusCode, Json<BreakKindView>)> {
    let edit = move |_: Option<Kind>| {
        let b = b.clone();
        Some(Kind {
            id: BreakKindId(0),
            key: b.key,
            name_en: b.name_en,
            name_zh: b.name_zh,
            minutes_each: b.minutes_each,
            minutes_day: b.minutes_day,
            times_day: b.times_day,
            at_once: b.at_once,
            approval: b.approval,
            position: b.position,
            archived: false,
            anytime: b.anytime,
        })
    };
    let kind = kinds::save(&app, &caller, None, edit).await?;
    Ok((StatusCode::CREATED, Json((&kind).into())))
}

/// Changes a kind of break; an archived one is no longer offered.
#[utoipa::path(patch, path = "/api/v1/break-kinds/{breakkind}", tag = "floor", operation_id = "change_break_kind",
    params(("breakkind" = BreakKindId, Path)), request_body = BreakKindChange,
    responses((status = 200, body = BreakKindView)))]
async fn change_kind(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BreakKindId>,
    Body(b): Body<BreakKindChange>,
) -> Answer<Json<BreakKindView>> {
    let edit = move |was: Option<Kind>| was.map(|k| b.of(k));
    let kind = kinds::save(&app, &caller, Some(id), edit).await?;
    Ok(Json((&kind).into()))
}

async fn own(app: &App, user: UserId) -> kernel::Result<MyBreaks> {
    let now = app.now();
    let day = day_of(app, user, now);
    let read = async move |tx: &mut Tx| {
        let kinds = store::kinds(tx).await?;
        let used = store::used_on(tx, &[user], day, now).await?;
        let current = store::open_of(tx, &[user]).await?.pop();
        let queued = match &current {
            Some(b) if b.state == BreakState::Queued => store::queued(tx, b.kind).await?,
            _ => vec![],
        };
        let refused = store::refused_of(tx, user, day).await?;
        let forced = presence::forced_of(tx, user).await?;
        Ok((kinds, used, current, queued, refused, forced))
    };
    let (kinds, used, current, queued, refused, forced) = app.db().read(&authorize::reader(), read).await?;
    let of = |k: &Kind| used.iter().find(|(_, kind, _)| *kind == k.id).map_or(Used::default(), |(.., u)| *u);
    let directory = app.port::<Arc<Directory>>();
    let forced = forced.map(|f| ForcedView {
        by: directory.user(f.by).map(|u| u.alias.clone()).unwrap_or_default(),
        held: f.holds(now),
        until: f.until.filter(|until| *until > 0),
        reason: f.reason,
    });
    Ok(MyBreaks {
        kinds: kinds.iter().filter(|k| !k.archived).map(|k| BreakLeft::of(k, of(k))).collect(),
        current: current.as_ref().map(|b| view_of(app, b, &queued)),
        refused: refused.as_ref().map(|b| view_of(app, b, &[])),
        forced,
        now,
    })
}

/// One's own breaks: what the day still allows, what goes on, and who set one's state.
#[utoipa::path(get, path = "/api/v1/me/breaks", tag = "floor", operation_id = "get_my_breaks",
    responses((status = 200, body = MyBreaks)))]
async fn mine(State(app): State<App>, caller: Caller) -> Answer<Json<MyBreaks>> {
    Ok(Json(own(&app, caller.user).await?))
}

/// A break to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BreakWish {
    /// The kind.
    kind: BreakKindId,
}

/// Asks for a break. It begins at once, waits for a free place in the team, or waits for a lead's word.
#[utoipa::path(post, path = "/api/v1/me/breaks", tag = "floor", operation_id = "ask_for_break",
    request_body = BreakWish, responses((status = 201, body = MyBreaks)))]
async fn ask(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<BreakWish>,
) -> Answer<(StatusCode, Json<MyBreaks>)> {
    service::ask(&app, &caller, b.kind).await?;
    Ok((StatusCode::CREATED, Json(own(&app, caller.user).await?)))
}

/// Takes back the break that one waits for.
#[utoipa::path(delete, path = "/api/v1/me/breaks", tag = "floor", operation_id = "cancel_break",
    responses((status = 200, body = MyBreaks)))]
async fn cancel(State(app): State<App>, caller: Caller) -> Answer<Json<MyBreaks>> {
    service::cancel(&app, &caller).await?;
    Ok(Json(own(&app, caller.user).await?))
}

/// The breaks that go on or are waited for, of everybody whom the caller leads; the oldest 500.
#[utoipa::path(get, path = "/api/v1/breaks", tag = "floor", operation_id = "list_breaks",
    responses((status = 200, body = Listing<BreakView>)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listing<BreakView>>> {
    presence::leads(&caller, LEAD)?;
    let all = app.db().read(&authorize::reader(), async |tx: &mut Tx| store::open(tx).await).await?;
    let seen = all.iter().filter(|b| service::seen(&app, &caller, b.user));
    Ok(Json(Listing::whole(seen.map(|b| view_of(&app, b, &all)).collect())))
}

/// Approves a break: it begins, or waits for a free place.
#[utoipa::path(post, path = "/api/v1/breaks/{break}/approve", tag = "floor", operation_id = "approve_break",
    params(("break" = BreakId, Path)), responses((status = 200, body = BreakView)))]
async fn approve(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BreakId>,
) -> Answer<Json<BreakView>> {
    let b = service::decide(&app, &caller, id, Verdict::Approve).await?;
    Ok(Json(view_of(&app, &b, &[])))
}

/// Why not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BreakRefusal {
    /// In a few words, at most 200 characters; the agent reads it.
    reason: String,
}

/// Refuses a break, with a reason.
#[utoipa::path(post, path = "/api/v1/breaks/{break}/refuse", tag = "floor", operation_id = "refuse_break",
    params(("break" = BreakId, Path)), request_body = BreakRefusal, responses((status = 200, body = BreakView)))]
async fn refuse(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BreakId>,
    Body(b): Body<BreakRefusal>,
) -> Answer<Json<BreakView>> {
    let b = service::decide(&app, &caller, id, Verdict::Refuse(b.reason.trim().to_owned())).await?;
    Ok(Json(view_of(&app, &b, &[])))
}
