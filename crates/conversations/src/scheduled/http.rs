//! The routes of replies that wait.

use super::model::{Scheduled, WAITING_MAX};
use super::view::{NewScheduled, ScheduledList, ScheduledPatch, ScheduledView};
use super::{service, store};
use crate::messages::Names;
use crate::permissions::READ;
use crate::protection::Sight;
use crate::threads;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{ConversationId, ScheduledId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, cancel))
}

fn shown(app: &App, caller: &Caller, s: Scheduled) -> ScheduledView {
    ScheduledView::of(&Names::new(app, []), &Sight::of(app, caller), s)
}

/// Replies that wait in a conversation, and those that are held.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/scheduled", tag = "conversations",
    operation_id = "list_scheduled", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ScheduledList)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ScheduledList>> {
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let waiting = store::of_conversation(tx, &row, WAITING_MAX).await?;
        Ok((row, waiting))
    };
    let (row, waiting) = app.db().read(&caller.authorize_any(READ), read).await?;
    let directory = app.port::<Arc<Directory>>();
    let calendar = directory.line(row.line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c));
    let items = waiting.into_iter().map(|s| shown(&app, &caller, s)).collect();
    Ok(Json(ScheduledList { items, zone: calendar.map(|c| c.zone_name().to_owned()) }))
}

/// Writes a reply that goes later: at a time, or once the author's undo time has passed.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/scheduled", tag = "conversations",
    operation_id = "create_scheduled", params(("conversation" = ConversationId, Path)), request_body = NewScheduled,
    responses((status = 201, body = ScheduledView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(new): Body<NewScheduled>,
) -> Answer<(StatusCode, Json<ScheduledView>)> {
    let made = service::create(&app, &caller, id, new).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &caller, made))))
}

/// Changes a reply that waits, or sends on its way one that is held. Its author alone may.
#[utoipa::path(patch, path = "/api/v1/conversations/{conversation}/scheduled/{scheduled}", tag = "conversations",
    operation_id = "change_scheduled",
    params(("conversation" = ConversationId, Path), ("scheduled" = ScheduledId, Path)),
    request_body = ScheduledPatch, responses((status = 200, body = ScheduledView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(place): PathId<(ConversationId, ScheduledId)>,
    Body(patch): Body<ScheduledPatch>,
) -> Answer<Json<ScheduledView>> {
    let changed = service::change(&app, &caller, place, patch).await?;
    Ok(Json(shown(&app, &caller, changed)))
}

/// Takes a reply back before it goes; its text is answered once more, so that it can be written anew.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}/scheduled/{scheduled}", tag = "conversations",
    operation_id = "cancel_scheduled",
    params(("conversation" = ConversationId, Path), ("scheduled" = ScheduledId, Path)),
    responses((status = 200, body = ScheduledView)))]
async fn cancel(
    State(app): State<App>,
    caller: Caller,
    PathId((id, scheduled)): PathId<(ConversationId, ScheduledId)>,
) -> Answer<Json<ScheduledView>> {
    let cancelled = service::cancel(&app, &caller, id, scheduled).await?;
    Ok(Json(shown(&app, &caller, cancelled)))
}
