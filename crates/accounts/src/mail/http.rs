//! Routes of outgoing mail.

use super::service;
use super::view::{
    LetterQuery, LetterView, MailServerFound, MailServerSet, MailServerView, MailTest, MailTestView, Whose,
};
use crate::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{LetterId, TenantId};
use platform::App;
use platform::mail;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, Page, PathId, Problem, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_mail_server, set_mail_server, remove_mail_server))
        .routes(routes!(test_mail_server))
        .routes(routes!(list_letters))
        .routes(routes!(replay_letter))
}

/// Where a client's mail goes out, or the provider's.
#[utoipa::path(get, path = "/api/v1/mail-server", tag = "accounts", operation_id = "get_mail_server", params(Whose),
    responses((status = 200, body = MailServerFound), (status = 404, body = Problem)))]
async fn get_mail_server(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Whose>,
) -> Answer<Json<MailServerFound>> {
    Ok(Json(MailServerFound { server: service::find(&app, &caller, q.tenant).await? }))
}

/// Sets where mail goes out, as a whole.
#[utoipa::path(put, path = "/api/v1/mail-server", tag = "accounts", operation_id = "set_mail_server",
    request_body = MailServerSet,
    responses((status = 200, body = MailServerView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_mail_server(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<MailServerSet>,
) -> Answer<Json<MailServerView>> {
    Ok(Json(service::set(&app, &caller, b).await?))
}

/// Removes the settings. A client's letters then go through the provider's server.
#[utoipa::path(delete, path = "/api/v1/mail-server", tag = "accounts", operation_id = "remove_mail_server",
    params(Whose), responses((status = 204), (status = 404, body = Problem)))]
async fn remove_mail_server(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Whose>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, q.tenant).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a letter at once, and tells each step with what went wrong in words.
#[utoipa::path(post, path = "/api/v1/mail-server/test", tag = "accounts", operation_id = "test_mail_server",
    request_body = MailTest,
    responses((status = 200, body = MailTestView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn test_mail_server(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<MailTest>,
) -> Answer<Json<MailTestView>> {
    Ok(Json(service::test(&app, &caller, b.tenant, &b.to).await?))
}

/// Letters with what became of them, newest first; their words are not shown.
#[utoipa::path(get, path = "/api/v1/letters", tag = "accounts", operation_id = "list_letters", params(LetterQuery),
    responses((status = 200, body = Listing<LetterView>)))]
async fn list_letters(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<LetterQuery>,
) -> Answer<Json<Listing<LetterView>>> {
    let tenants: Vec<TenantId> = match q.tenant {
        Some(t) => {
            service::scope(&caller, Some(t))?;
            vec![t]
        }
        None => service::reach(&caller),
    };
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, before, status) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX), q.status);
    let read = async move |tx: &mut Tx| mail::list(tx, &tenants, status, before, rows as i64 + 1).await;
    let found = app.db().read(&crate::authorize::provider(), read).await?;
    let shown = found.into_iter().map(|l| LetterView::of(l, caller.language)).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |l: &LetterView| l.id.0)))
}

/// Sends a letter once more.
#[utoipa::path(post, path = "/api/v1/letters/{letter}/replay", tag = "accounts", operation_id = "replay_letter",
    params(("letter" = LetterId, Path)),
    responses((status = 200, body = LetterView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn replay_letter(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<LetterId>,
) -> Answer<Json<LetterView>> {
    let l = service::replay(&app, &caller, id).await?;
    Ok(Json(LetterView::of(l, caller.language)))
}
