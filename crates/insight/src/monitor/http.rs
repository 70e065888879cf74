//! The route of the monitor.

use super::model::Now;
use super::store;
use super::view::{AgentNowView, LineNowView, MonitorView, RiskView};
use crate::permissions::MONITOR;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use kernel::{Error, LineId, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Query};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Conversations at risk that are shown.
const RISKS_MAX: usize = 50;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(monitor))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's lines.
    tenant: Option<TenantId>,
    /// Only this line.
    line: Option<LineId>,
}

/// How the lines that the caller watches stand now, and how their day has gone so far.
#[utoipa::path(get, path = "/api/v1/monitor", tag = "insight", operation_id = "get_monitor", params(Filter),
    responses((status = 200, body = MonitorView)))]
async fn monitor(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<MonitorView>> {
    let scope = caller.authorize_any(MONITOR);
    if scope.tenants().next().is_none() {
        return Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail(MONITOR.0).into());
    }
    let floor = app.port::<Arc<Now>>().look(&app).await?;
    let directory = app.port::<Arc<Directory>>();
    let seen = |t: TenantId, l: LineId| {
        f.tenant.is_none_or(|x| x == t) && f.line.is_none_or(|x| x == l) && scope.contains_line(t, l)
    };
    let lines: Vec<_> = floor.lines.values().filter(|l| seen(l.tenant, l.id)).collect();
    let shown: BTreeSet<LineId> = lines.iter().map(|l| l.id).collect();
    let of: Vec<(TenantId, LineId)> = lines.iter().map(|l| (l.tenant, l.id)).collect();
    let longest = app
        .db()
        .read(&scope, async move |tx: &mut Tx| store::longest(tx, &of, RISKS_MAX as i64).await)
        .await?;
    let at_risk = longest.iter().filter_map(|w| RiskView::of(w, floor.target(w.line), app.now()));
    Ok(Json(MonitorView {
        at: floor.at,
        lines: lines.iter().map(|l| LineNowView::of(l, &floor, directory)).collect(),
        agents: floor.agents.iter().filter_map(|a| AgentNowView::of(a, &floor, &shown, directory)).collect(),
        at_risk: at_risk.collect(),
    }))
}
