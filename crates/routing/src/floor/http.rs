//! The figures of the top line.

use super::Board;
use crate::facts;
use crate::permissions::{FLOOR, TAKE};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{Millis, TenantScope};
use platform::App;
use platform::store::Tx;
use platform::web::Answer;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Within which an answer counts (the usual measure of the trade).
const WITHIN_MS: i64 = 3 * 60_000;
/// Days begin at midnight in China, where the provider's working day is counted.
const DAY_OFFSET_MS: Millis = 8 * 3_600_000;
const DAY_MS: Millis = 24 * 3_600_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(figures))
}

/// Live figures over everything that the reader serves or watches.
#[derive(Debug, Serialize, ToSchema)]
pub struct FloorFigures {
    /// How many wait.
    pub waiting: u32,
    /// How long the first has waited, in milliseconds; 0 when nobody waits.
    pub longest_wait_ms: i64,
    /// Of today's waitings, the share taken within three minutes, 0 to 1; `null` before the first.
    pub within_3min_rate: Option<f64>,
}

/// When today began.
fn today(now: Millis) -> Millis {
    (now + DAY_OFFSET_MS).div_euclid(DAY_MS) * DAY_MS - DAY_OFFSET_MS
}

/// The floor's figures for the top line.
#[utoipa::path(get, path = "/api/v1/floor/queues", tag = "routing", operation_id = "get_floor_figures",
    responses((status = 200, body = FloorFigures)))]
async fn figures(State(app): State<App>, caller: Caller) -> Answer<Json<FloorFigures>> {
    let (board, now) = (app.port::<Arc<Board>>(), app.now());
    let watched = [caller.authorize_any(FLOOR), caller.authorize_any(TAKE)];
    let (mut waiting, mut longest_wait_ms) = (0, 0);
    for q in board.queues().iter().filter(|q| watched.iter().any(|s| s.contains_line(q.tenant, q.line))) {
        let (n, first) = board.with(|e| e.waiting(q.id));
        waiting += n;
        longest_wait_ms = first.map_or(longest_wait_ms, |since| longest_wait_ms.max(now - since));
    }
    let answered = answered(&app, &watched, now).await?;
    let within_3min_rate = (answered.due > 0).then(|| answered.in_time as f64 / answered.due as f64);
    Ok(Json(FloorFigures { waiting, longest_wait_ms, within_3min_rate }))
}

async fn answered(app: &App, watched: &[TenantScope; 2], now: Millis) -> kernel::Result<facts::Answered> {
    // Whoever watches more sees the rate of what they watch, others that of what they serve.
    let scope = if watched[0].tenants().next().is_some() { &watched[0] } else { &watched[1] };
    let of = scope.clone();
    let read = async move |tx: &mut Tx| facts::answered_since(tx, &of, today(now), WITHIN_MS, now).await;
    app.db().read(scope, read).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        // 2026-03-01T15:59:59Z is still the 1st there, one second later it is the 2nd.
        let at = 1_772_380_799_000;
        assert_eq!(today(at), at - (DAY_MS - 1_000));
        assert_eq!(today(at + 1_000), at + 1_000);
    }
}
