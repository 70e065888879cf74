//! Routes of thresholds and alerts.

use super::service;
use super::store;
use super::view::{AlertView, NewThreshold, ThresholdInput, ThresholdView};
use crate::permissions::{ALERTS, MONITOR};
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AlertId, Error, LineId, LineSet, TenantId, TenantScope, ThresholdId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(thresholds, create))
        .routes(routes!(change, remove))
        .routes(routes!(alerts))
        .routes(routes!(alert))
        .routes(routes!(acknowledge))
}

/// The lines that a scope reaches, only this one or this client's if asked, as the argument of a statement.
fn lines(app: &App, scope: &TenantScope, tenant: Option<TenantId>, line: Option<LineId>) -> String {
    let directory = app.port::<Arc<Directory>>();
    let mut all = vec![];
    for (t, set) in scope.reach().iter().filter(|(t, _)| tenant.is_none_or(|x| x == *t)) {
        match set {
            LineSet::All => all.extend(directory.lines_of(*t)),
            LineSet::Only(some) => all.extend(some.iter().copied()),
        }
    }
    Tx::ids(all.into_iter().filter(|l| line.is_none_or(|x| x == *l)).map(|l| l.0))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ThresholdFilter {
    /// Only this client's.
    tenant: Option<TenantId>,
    /// Only this line's.
    line: Option<LineId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// The thresholds of the lines that the caller watches or sets up.
#[utoipa::path(get, path = "/api/v1/thresholds", tag = "insight", operation_id = "list_thresholds",
    params(ThresholdFilter), responses((status = 200, body = Listing<ThresholdView>)))]
async fn thresholds(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<ThresholdFilter>,
) -> Answer<Json<Listing<ThresholdView>>> {
    let page = platform::web::Page { cursor: f.cursor, limit: f.limit };
    let (rows, after) = (page.rows(), page.after::<i64>()?.unwrap_or(0));
    let set_up = caller.authorize_any(ALERTS);
    let scope = if set_up.tenants().next().is_some() { set_up } else { caller.authorize_any(MONITOR) };
    let lines = lines(&app, &scope, f.tenant, f.line);
    let read =
        async move |tx: &mut Tx| store::thresholds(tx, &lines, ThresholdId(after), rows as i64 + 1).await;
    let found = app.db().read(&scope, read).await?;
    let shown = found.into_iter().map(ThresholdView::from).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |t: &ThresholdView| t.id.0)))
}

/// Sets a limit of a line's figure.
#[utoipa::path(post, path = "/api/v1/thresholds", tag = "insight", operation_id = "create_threshold",
    request_body = NewThreshold, responses((status = 201, body = ThresholdView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewThreshold>,
) -> Answer<(StatusCode, Json<ThresholdView>)> {
    let made = service::create(&app, &caller, b.line, b.input()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Changes a threshold as a whole.
#[utoipa::path(put, path = "/api/v1/thresholds/{threshold}", tag = "insight", operation_id = "change_threshold",
    params(("threshold" = ThresholdId, Path)), request_body = ThresholdInput,
    responses((status = 200, body = ThresholdView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ThresholdId>,
    Body(b): Body<ThresholdInput>,
) -> Answer<Json<ThresholdView>> {
    Ok(Json(service::change(&app, &caller, id, b).await?.into()))
}

/// Removes a threshold; what it raised is over and stays in the history.
#[utoipa::path(delete, path = "/api/v1/thresholds/{threshold}", tag = "insight", operation_id = "remove_threshold",
    params(("threshold" = ThresholdId, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ThresholdId>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AlertFilter {
    /// Only this client's.
    tenant: Option<TenantId>,
    /// Only this line's.
    line: Option<LineId>,
    /// Only those that are not over.
    #[serde(default)]
    open: bool,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// Alerts of the lines that the caller watches, newest first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "insight", operation_id = "list_alerts", params(AlertFilter),
    responses((status = 200, body = Listing<AlertView>)))]
async fn alerts(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<AlertFilter>,
) -> Answer<Json<Listing<AlertView>>> {
    let page = platform::web::Page { cursor: f.cursor, limit: f.limit };
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let scope = caller.authorize_any(MONITOR);
    let lines = lines(&app, &scope, f.tenant, f.line);
    let read =
        async move |tx: &mut Tx| store::alerts(tx, &lines, f.open, AlertId(before), rows as i64 + 1).await;
    let found = app.db().read(&scope, read).await?;
    let directory = app.port::<Arc<Directory>>();
    let shown = found.into_iter().map(|a| AlertView::of(a, directory)).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |a: &AlertView| a.id.0)))
}

/// One alert.
#[utoipa::path(get, path = "/api/v1/alerts/{alert}", tag = "insight", operation_id = "get_alert",
    params(("alert" = AlertId, Path)), responses((status = 200, body = AlertView)))]
async fn alert(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<AlertId>,
) -> Answer<Json<AlertView>> {
    let scope = caller.authorize_any(MONITOR);
    let found = app.db().read(&scope, async move |tx: &mut Tx| store::alert(tx, id).await).await?;
    let found = found.filter(|a| scope.contains_line(a.tenant, a.line)).ok_or_else(Error::not_found)?;
    Ok(Json(AlertView::of(found, app.port::<Arc<Directory>>())))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acknowledgement {
    /// What is done about it, at most 500 characters.
    note: Option<String>,
}

/// Confirms an alert in one's own name: I have seen it and take care of it.
#[utoipa::path(post, path = "/api/v1/alerts/{alert}/acknowledge", tag = "insight", operation_id = "acknowledge_alert",
    params(("alert" = AlertId, Path)), request_body = Acknowledgement, responses((status = 200, body = AlertView)))]
async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<AlertId>,
    Body(b): Body<Acknowledgement>,
) -> Answer<Json<AlertView>> {
    let after = service::acknowledge(&app, &caller, id, b.note).await?;
    Ok(Json(AlertView::of(after, app.port::<Arc<Directory>>())))
}
