//! Routes of announcements.

use super::service::{self, New};
use super::store;
use super::view::{AnnouncementReader, AnnouncementView, NewAnnouncement};
use crate::permissions::ANNOUNCEMENTS;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AnnouncementId, TenantId};
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
        .routes(routes!(list, publish))
        .routes(routes!(get))
        .routes(routes!(sign))
        .routes(routes!(withdraw))
        .routes(routes!(readers))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Of {
    /// The client.
    tenant: TenantId,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// The announcements of a client that the caller manages, newest first.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "floor", operation_id = "list_announcements", params(Of),
    responses((status = 200, body = Listing<AnnouncementView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<AnnouncementView>>> {
    let scope = caller.authorize(ANNOUNCEMENTS, q.tenant, None)?;
    let page = Page { cursor: q.cursor, limit: q.limit };
    let before = AnnouncementId(page.after::<i64>()?.unwrap_or(i64::MAX));
    let rows = page.rows();
    let read = async move |tx: &mut Tx| store::before(tx, q.tenant, before, rows as i64 + 1).await;
    let listing = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |n| n.id.0);
    // Those of lines elsewhere are left out after the page was cut, so that its key stays right.
    let seen = listing.items.iter().filter(|n| service::manages(&caller, n));
    Ok(Json(Listing {
        items: seen.map(|n| AnnouncementView::of(&app, n, true)).collect(),
        next: listing.next,
    }))
}

/// Publishes an announcement for a client, perhaps only for a line, a team or a role.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "floor", operation_id = "publish_announcement",
    request_body = NewAnnouncement, responses((status = 201, body = AnnouncementView)))]
async fn publish(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewAnnouncement>,
) -> Answer<(StatusCode, Json<AnnouncementView>)> {
    let new = New {
        tenant: b.tenant,
        line: b.line,
        team: b.team,
        role: b.role,
        title: b.title,
        body: b.body,
        must_read: b.must_read,
        bars_ready: b.bars_ready,
        from_at: b.from_at,
        until_at: b.until_at,
    };
    let announcement = service::publish(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(AnnouncementView::of(&app, &announcement, true))))
}

/// One announcement: one that the caller manages, or a valid one that is for them.
#[utoipa::path(get, path = "/api/v1/announcements/{announcement}", tag = "floor", operation_id = "get_announcement",
    params(("announcement" = AnnouncementId, Path)), responses((status = 200, body = AnnouncementView)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<AnnouncementId>,
) -> Answer<Json<AnnouncementView>> {
    let announcement = service::find(&app, &caller, id).await?;
    Ok(Json(AnnouncementView::of(&app, &announcement, service::manages(&caller, &announcement))))
}

/// Signs that the caller has read it.
#[utoipa::path(post, path = "/api/v1/announcements/{announcement}/read", tag = "floor", operation_id = "read_announcement",
    params(("announcement" = AnnouncementId, Path)), responses((status = 204)))]
async fn sign(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<AnnouncementId>,
) -> Answer<StatusCode> {
    service::sign(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws it: nobody has to read it any more.
#[utoipa::path(post, path = "/api/v1/announcements/{announcement}/withdraw", tag = "floor", operation_id = "withdraw_announcement",
    params(("announcement" = AnnouncementId, Path)), responses((status = 200, body = AnnouncementView)))]
async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<AnnouncementId>,
) -> Answer<Json<AnnouncementView>> {
    Ok(Json(AnnouncementView::of(&app, &service::withdraw(&app, &caller, id).await?, true)))
}

/// Who is to read it, and who has, in the order of their accounts.
#[utoipa::path(get, path = "/api/v1/announcements/{announcement}/readers", tag = "floor", operation_id = "list_announcement_readers",
    params(("announcement" = AnnouncementId, Path), Page), responses((status = 200, body = Listing<AnnouncementReader>)))]
async fn readers(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<AnnouncementId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<AnnouncementReader>>> {
    let after = page.after::<i64>()?.unwrap_or(0);
    let all = service::readers(&app, &caller, id).await?;
    let rows = all.into_iter().filter(|(u, _)| u.0 > after).take(page.rows() + 1).collect();
    let listing = Listing::from_surplus(rows, page.rows(), |(u, _)| u.0);
    let directory = app.port::<Arc<Directory>>();
    let reader = |(user, read_at)| {
        let name = directory.user(user);
        AnnouncementReader {
            user,
            alias: name.as_ref().map(|n| n.alias.clone()).unwrap_or_default(),
            number: name.map(|n| n.number.clone()).unwrap_or_default(),
            read_at,
        }
    };
    Ok(Json(Listing { items: listing.items.into_iter().map(reader).collect(), next: listing.next }))
}
