//! Routes of mailboxes.

use super::service;
use super::trial;
use super::view::{MailboxFound, MailboxSet, MailboxTestView, MailboxView};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{InboxId, TenantId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one, set, remove)).routes(routes!(test))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's.
    tenant: Option<TenantId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// Mailboxes of the lines whose inboxes the caller sets up, with how fetching goes.
#[utoipa::path(get, path = "/api/v1/mailboxes", tag = "mail", operation_id = "list_mailboxes", params(Filter),
    responses((status = 200, body = Listing<MailboxView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<Listing<MailboxView>>> {
    let page = Page { cursor: f.cursor, limit: f.limit };
    Ok(Json(service::list(&app, &caller, f.tenant, &page).await?))
}

/// How an inbox of mail is reached; `null` where nothing is set.
#[utoipa::path(get, path = "/api/v1/inboxes/{inbox}/mailbox", tag = "mail", operation_id = "get_mailbox",
    params(("inbox" = InboxId, Path)), responses((status = 200, body = MailboxFound), (status = 404, body = Problem)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<InboxId>,
) -> Answer<Json<MailboxFound>> {
    Ok(Json(MailboxFound { mailbox: service::find(&app, &caller, id).await? }))
}

/// Sets how an inbox of mail is reached, as a whole. Another server, login, folder or address begins its fetching anew.
#[utoipa::path(put, path = "/api/v1/inboxes/{inbox}/mailbox", tag = "mail", operation_id = "set_mailbox",
    params(("inbox" = InboxId, Path)), request_body = MailboxSet,
    responses((status = 200, body = MailboxView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn set(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<InboxId>,
    Body(b): Body<MailboxSet>,
) -> Answer<Json<MailboxView>> {
    Ok(Json(service::set(&app, &caller, id, b).await?))
}

/// Removes the settings and their secrets. Mails that came stay.
#[utoipa::path(delete, path = "/api/v1/inboxes/{inbox}/mailbox", tag = "mail", operation_id = "remove_mailbox",
    params(("inbox" = InboxId, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, PathId(id): PathId<InboxId>) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tests the saved settings: signs in to both servers, sends a mail to the mailbox's own address, waits up to a minute until
/// it is there, and removes it. Each step is told, with what is wrong and what to do.
#[utoipa::path(post, path = "/api/v1/inboxes/{inbox}/mailbox/test", tag = "mail", operation_id = "test_mailbox",
    params(("inbox" = InboxId, Path)),
    responses((status = 200, body = MailboxTestView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
async fn test(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<InboxId>,
) -> Answer<Json<MailboxTestView>> {
    Ok(Json(trial::test(&app, &caller, id).await?))
}
