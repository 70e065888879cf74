//! `/healthz`, `/readyz`, `/metrics` on the desk's origin.

use super::metrics::render;
use crate::store::Tx;
use crate::web::{Answer, RequestInfo};
use crate::{App, Registry, codes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use kernel::{Error, TenantScope};
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The store must answer within this to be ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

pub(crate) fn register(reg: &mut Registry) {
    reg.desk(OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics)));
}

/// Says that the process lives.
#[utoipa::path(get, path = "/healthz", tag = "health", operation_id = "healthz",
    responses((status = 200, description = "It lives.", body = String)))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether requests can be served: the store answers.
#[utoipa::path(get, path = "/readyz", tag = "health", operation_id = "readyz",
    responses((status = 200, description = "Ready.", body = String),
        (status = 503, description = "Not ready.", body = crate::web::Problem)))]
async fn readyz(State(app): State<App>) -> Answer<&'static str> {
    let scope = TenantScope::system();
    let read = app.db().read(&scope, async |tx: &mut Tx| tx.position().await);
    match tokio::time::timeout(READY_WITHIN, read).await {
        Ok(Ok(_)) => Ok("ready\n"),
        Ok(Err(e)) => Err(e.into()),
        Err(_) => Err(Error::new(&codes::STORE_AWAY).detail("the store did not answer within 2 s").into()),
    }
}

/// Figures for Prometheus; from this machine, or with the configured token.
#[utoipa::path(get, path = "/metrics", tag = "health", operation_id = "metrics",
    responses((status = 200, description = "Figures in Prometheus' text form.", body = String),
        (status = 404, description = "Not for this caller.", body = crate::web::Problem)))]
async fn metrics(State(app): State<App>, info: RequestInfo, headers: HeaderMap) -> Answer<impl IntoResponse> {
    if !may_read(&app, &info, &headers) {
        return Err(Error::not_found().into());
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render(&app).await))
}

fn may_read(app: &App, info: &RequestInfo, headers: &HeaderMap) -> bool {
    if let Some(token) = &app.settings().metrics_token {
        let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
        if given.is_some_and(|g| subtle::ConstantTimeEq::ct_eq(g.as_bytes(), token.as_bytes()).into()) {
            return true;
        }
    }
    // Behind a proxy on this machine that nobody declared, every caller would look local.
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    let declared = !app.settings().trusted_proxies.is_empty();
    info.ip.is_loopback() && (declared || !forwarded)
}
