//! Routes of mails: those laid aside, and what stands behind a message.

use super::model::Status;
use super::view::{ArrivalView, FetchedPictures, MessageMail};
use super::{looking as service, store};
use crate::email::threading::{self, Party};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use conversations::inboxes::Cache;
use conversations::permissions::{INBOXES, READ};
use conversations::threads;
use kernel::{ArrivalId, ConversationId, InboxId, MessageId, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Listing, PathId, Query};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(again))
        .routes(routes!(mail))
        .routes(routes!(pictures))
        .routes(routes!(parties))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's.
    tenant: Option<TenantId>,
    /// Only this inbox's.
    inbox: Option<InboxId>,
    /// Only those in this state.
    status: Option<Status>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// Mails as they came, newest first.
#[utoipa::path(get, path = "/api/v1/arrivals", tag = "mail", operation_id = "list_arrivals", params(Filter),
    responses((status = 200, body = Listing<ArrivalView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<Listing<ArrivalView>>> {
    let page = platform::web::Page { cursor: f.cursor, limit: f.limit };
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let scope = caller.authorize_any(INBOXES);
    let inboxes = app.port::<Arc<Cache>>().list();
    let within = inboxes.iter().filter(|i| {
        scope.contains_line(i.tenant, i.line)
            && f.tenant.is_none_or(|t| t == i.tenant)
            && f.inbox.is_none_or(|x| x == i.id)
    });
    let inboxes = Tx::ids(within.map(|i| i.id.0));
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let read = async move |tx: &mut Tx| {
        store::list(tx, (&tenants, &inboxes), f.status, ArrivalId(before), rows as i64 + 1).await
    };
    let found = app.db().read(&scope, read).await?;
    let shown = found.into_iter().map(|a| service::shown(&app, &caller, a)).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |a: &ArrivalView| a.id.0)))
}

/// One mail as it came.
#[utoipa::path(get, path = "/api/v1/arrivals/{arrival}", tag = "mail", operation_id = "get_arrival",
    params(("arrival" = ArrivalId, Path)), responses((status = 200, body = ArrivalView)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ArrivalId>,
) -> Answer<Json<ArrivalView>> {
    let scope = caller.authorize_any(INBOXES);
    let read = async move |tx: &mut Tx| service::reachable(tx, id).await;
    let found = app.db().read(&scope, read).await?;
    Ok(Json(service::shown(&app, &caller, found)))
}

/// Reads a mail again that was laid aside, as after an upgrade.
#[utoipa::path(post, path = "/api/v1/arrivals/{arrival}/read", tag = "mail", operation_id = "read_arrival_again",
    params(("arrival" = ArrivalId, Path)), responses((status = 200, body = ArrivalView)))]
async fn again(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ArrivalId>,
) -> Answer<Json<ArrivalView>> {
    let a = service::again(&app, &caller, id).await?;
    Ok(Json(service::shown(&app, &caller, a)))
}

/// What stands behind a message of mail: quotes, HTML, what was found out about the sender, how ours went out.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/messages/{message}/mail", tag = "mail",
    operation_id = "get_message_mail",
    params(("conversation" = ConversationId, Path), ("message" = MessageId, Path)),
    responses((status = 200, body = MessageMail)))]
async fn mail(
    State(app): State<App>,
    caller: Caller,
    PathId(place): PathId<(ConversationId, MessageId)>,
) -> Answer<Json<MessageMail>> {
    Ok(Json(service::behind(&app, &caller, place).await?))
}

/// Fetches the pictures from outside that a mail shows, for the reader: their servers see this program, once.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/messages/{message}/mail/pictures", tag = "mail",
    operation_id = "fetch_mail_pictures",
    params(("conversation" = ConversationId, Path), ("message" = MessageId, Path)),
    responses((status = 200, body = FetchedPictures)))]
async fn pictures(
    State(app): State<App>,
    caller: Caller,
    PathId(place): PathId<(ConversationId, MessageId)>,
) -> Answer<Json<FetchedPictures>> {
    Ok(Json(service::pictures(&app, &caller, place).await?))
}

/// Who takes part in a conversation by mail, for answers to all; after them, the contact's other addresses.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/parties", tag = "mail", operation_id = "list_parties",
    params(("conversation" = ConversationId, Path)), responses((status = 200, body = Listing<Party>)))]
async fn parties(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<Listing<Party>>> {
    let scope = caller.authorize_any(READ);
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let mut all = threading::parties(tx, row.tenant, id).await?;
        let own = customers::mails_of(tx, row.tenant, row.contact).await?;
        all.extend(threading::of_contact(&all, own));
        Ok((row, all))
    };
    let (row, mut all) = app.db().read(&scope, read).await?;
    if !service::sees(&app, &caller, &row) {
        for p in &mut all {
            p.address = customers::mask(customers::HandleKind::Email, &p.address);
        }
    }
    Ok(Json(Listing::whole(all)))
}
