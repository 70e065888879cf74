//! The route of the timeline.

use super::TimelineEntry;
use crate::contacts::tenant_of;
use crate::permissions::{PERSONAL, READ};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{ContactId, Millis};
use platform::App;
use platform::web::{Answer, Listing, Page, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_timeline))
}

/// What happened with a contact, newest first.
#[utoipa::path(
    get, path = "/api/v1/contacts/{contact}/timeline", tag = "customers", operation_id = "list_contact_timeline",
    params(("contact" = ContactId, Path), Page), responses((status = 200, body = Listing<TimelineEntry>))
)]
async fn list_timeline(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<TimelineEntry>>> {
    let tenant = tenant_of(&app, &caller, id).await?;
    let scope = caller.authorize(READ, tenant, None)?;
    let before = page.after::<(Millis, i64)>()?.unwrap_or((i64::MAX, i64::MAX));
    let rows = page.rows();
    let mut entries = super::list(&app, &scope, tenant, id, before, rows + 1).await?;
    for e in entries.iter_mut().filter(|e| !caller.may(PERSONAL, tenant, e.line)) {
        e.text = engines::redact::mask_personal(&e.text).into_owned();
    }
    Ok(Json(Listing::from_surplus(entries, rows, |e| (e.at, e.id))))
}
