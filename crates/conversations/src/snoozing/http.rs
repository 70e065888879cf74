//! The route that offers the times.

use super::model::{Preset, at, calendar_of};
use crate::permissions::REPLY;
use crate::threads;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use engines::calendar::{Calendar, CalendarSpec};
use kernel::{ConversationId, Error, Millis, Result};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Listing, PathId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where a line has no calendar, days begin as in Shanghai.
const ZONE: &str = "Asia/Shanghai";

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(times))
}

/// A time that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
struct SnoozeTime {
    /// As people say it.
    preset: Preset,
    /// The moment.
    at: Millis,
}

/// The calendar of a line, or one that is always open.
pub(crate) fn calendar(directory: &Directory, line: kernel::LineId) -> Result<Arc<Calendar>> {
    if let Some(found) = calendar_of(directory, line) {
        return Ok(found);
    }
    let always = Calendar::new(CalendarSpec::always(ZONE));
    always.map(Arc::new).map_err(|e| Error::internal("the calendar that is always open").cause(e))
}

/// The times until which a conversation may be snoozed, soonest first, on the calendar of its line.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/snooze-times", tag = "conversations",
    operation_id = "list_snooze_times", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = Listing<SnoozeTime>)))]
async fn times(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<Listing<SnoozeTime>>> {
    let read = async move |tx: &mut Tx| threads::by_id(tx, id).await;
    let row = app.db().read(&caller.authorize_any(REPLY), read).await?;
    let calendar = calendar(app.port::<Arc<Directory>>(), row.line)?;
    let now = app.now();
    let offered = Preset::ALL.into_iter().filter_map(|preset| {
        let at = at(preset, now, &calendar)?;
        Some(SnoozeTime { preset, at })
    });
    let mut items: Vec<SnoozeTime> = offered.collect();
    items.sort_by_key(|t| t.at);
    Ok(Json(Listing::whole(items)))
}
