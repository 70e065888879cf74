//! The route of one's own day.

use super::service::{OWN, own};
use crate::metrics::{Figure, by_id, figures};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::Millis;
use platform::App;
use platform::web::Answer;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(day))
}

/// One's own figures of today.
#[derive(Debug, Serialize, ToSchema)]
struct MyFigures {
    /// The date on the wall of the lines where one takes work.
    date: String,
    /// The zone in which it is one.
    zone: String,
    /// Its first moment.
    from: Millis,
    /// Until when it was counted.
    until: Millis,
    /// Handled, first response, answers within three minutes, satisfaction with its share of answers, occupancy.
    figures: Vec<Figure>,
}

/// One's own figures of today, over every line where one takes work.
#[utoipa::path(get, path = "/api/v1/me/day", tag = "insight", operation_id = "get_my_day",
    responses((status = 200, body = MyFigures)))]
async fn day(State(app): State<App>, caller: Caller) -> Answer<Json<MyFigures>> {
    let (day, sums, until) = own(&app, &caller).await?;
    let metrics: Vec<_> = OWN.iter().filter_map(|id| by_id(id)).collect();
    Ok(Json(MyFigures {
        date: day.date.to_string(),
        zone: day.zone,
        from: day.from,
        until,
        figures: figures(&metrics, &sums),
    }))
}
