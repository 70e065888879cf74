//! The routes of notices: everybody's own.

use super::model::Notice;
use super::store;
use super::view::{NoticePage, NoticeView, NoticesRead, Which};
use crate::messages::Names;
use crate::permissions::READ;
use crate::threads::{self, Row};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use customers::ContactBrief;
use kernel::{AggregateKey, ContactId, ConversationId, Event, Result, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Page, Query, encode_cursor};
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// The conversations of these notices that the transaction's scope reaches, and who they are with.
pub(super) async fn about(
    tx: &mut Tx,
    notices: &[Notice],
) -> Result<(HashMap<ConversationId, Row>, Vec<ContactBrief>)> {
    let mut places: Vec<_> = notices.iter().filter_map(|n| n.conversation.some()).collect();
    places.sort_unstable();
    places.dedup();
    let rows = if places.is_empty() { vec![] } else { threads::by_ids(tx, &places).await? };
    let mut people: Vec<ContactId> = rows.iter().map(|r| r.contact).collect();
    people.sort_unstable();
    people.dedup();
    let scope = tx.scope().clone();
    let contacts = customers::brief(tx, &scope, &people).await?;
    Ok((rows.into_iter().map(|r| (r.id, r)).collect(), contacts))
}

/// One's notices, the newest first. What one may no longer see is left out.
#[utoipa::path(get, path = "/api/v1/me/notices", tag = "conversations", operation_id = "list_my_notices",
    params(Which), responses((status = 200, body = NoticePage)))]
async fn list(State(app): State<App>, caller: Caller, Query(q): Query<Which>) -> Answer<Json<NoticePage>> {
    let page = Page { cursor: q.cursor, limit: q.limit };
    let rows = page.rows();
    let before = page.after()?.unwrap_or((i64::MAX, i64::MAX));
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let mut found = store::page(tx, user, before, q.unread, rows as i64 + 1).await?;
        let more = found.len() > rows;
        found.truncate(rows);
        let next = found.last().filter(|_| more).map(|n| encode_cursor(&(n.at, n.subject)));
        let (places, contacts) = about(tx, &found).await?;
        Ok((found, next, places, contacts, store::unread(tx, user).await?))
    };
    let (found, next, places, contacts, unread) = app.db().read(&caller.authorize_any(READ), read).await?;
    let names = Names::new(&app, contacts);
    let reached = |n: &Notice| n.tenant.is_none() || caller.may(READ, n.tenant, n.line.some());
    let items = found.into_iter().filter(reached);
    let items = items
        .map(|n| {
            let row = places.get(&n.conversation);
            NoticeView::of(&names, row, n)
        })
        .collect();
    Ok(Json(NoticePage { items, next, unread }))
}

/// Says that one has read one's notices up to a time: all, or those about a conversation.
#[utoipa::path(post, path = "/api/v1/me/notices/read", tag = "conversations", operation_id = "read_my_notices",
    request_body = NoticesRead, responses((status = 204)))]
async fn read(State(app): State<App>, caller: Caller, Body(b): Body<NoticesRead>) -> Answer<StatusCode> {
    let (user, actor, now) = (caller.user, caller.actor, app.now());
    let write = async move |tx: &mut Tx| {
        let conversation = match b.conversation {
            Some(id) => threads::by_id(tx, id).await?.id.0,
            None => 0,
        };
        if store::read_until(tx, user, b.until.min(now), conversation, now).await? > 0 {
            tx.emit(Event::new(TenantId(0), "personal_notice.read", user.0, actor, now));
        }
        Ok(())
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("user", user.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}
