//! Routes of ways: a conversation of mail is offered in the widget of its line, and the offer is taken back.

use super::{store, widget};
use crate::codes;
use crate::inboxes::Cache;
use crate::messages::{self, ThreadEvent};
use crate::permissions::REPLY;
use crate::threads::{self, Channel, HandOver, Row, act};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{ConversationId, Error, Event, Result};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, PathId};
use serde_json::json;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(offer, take_back))
}

/// Offers a conversation of mail in the chat: the contact, once proved, finds it in the widget of the line and goes on there.
/// Error: 409 `conversation.no_widget` where the line has none that is switched on.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/chat", tag = "conversations",
    operation_id = "offer_in_chat", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = threads::ConversationView), (status = 409, body = platform::web::Problem)))]
async fn offer(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<threads::ConversationView>> {
    let inboxes = app.port::<Arc<Cache>>().list();
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        let row = threads::by_id(tx, h.id).await?;
        must_be_mail(&row)?;
        let inbox = widget(&inboxes, &row).ok_or_else(|| Error::new(&codes::NO_WIDGET))?;
        match store::offer(tx, &row, inbox, h.now).await? {
            true => tell(tx, h, &row, true).await,
            false => Ok(row),
        }
    })
    .await
}

/// Takes the offer back: the contact finds the conversation in the chat no more.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}/chat", tag = "conversations",
    operation_id = "take_back_from_chat", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = threads::ConversationView)))]
async fn take_back(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<threads::ConversationView>> {
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        let row = threads::by_id(tx, h.id).await?;
        match store::withdraw(tx, &row).await? {
            true => tell(tx, h, &row, false).await,
            false => Ok(row),
        }
    })
    .await
}

/// What began in a widget is in the chat already.
fn must_be_mail(row: &Row) -> Result<()> {
    match row.channel {
        Channel::Email => Ok(()),
        _ => Err(Error::new(&codes::STATE).detail(row.channel.word())),
    }
}

async fn tell(tx: &mut Tx, h: &HandOver, row: &Row, on: bool) -> Result<Row> {
    let scope = tx.scope().clone();
    let kind = if on { "chat_offered" } else { "chat_taken_back" };
    let line = ThreadEvent { id: h.event_id, kind, data: json!({}) };
    let row = messages::append_event(tx, &scope, row.id, h.actor, line, h.now).await?;
    tx.emit(
        Event::new(row.tenant, "conversation.moved", row.id.0, h.actor, h.now)
            .line(row.line)
            .conversation(row.id)
            .data(json!({ "contact": row.contact, "chat": on, "assignee": row.assignee })),
    );
    Ok(row)
}
