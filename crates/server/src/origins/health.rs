//! `/healthz` (the process answers), `/readyz` (it can read and its readers keep up).

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use kernel::TenantScope;
use platform::App;
use std::net::IpAddr;

/// Both.
pub fn routes(metrics_allow: Vec<IpAddr>) -> Router<App> {
    let _ = metrics_allow;
    alive().route("/readyz", get(ready))
}

/// `/healthz` alone.
pub fn alive() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok\n"))
}

/// Ready once the store answers.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    let read = async |tx: &mut platform::store::Tx| tx.position().await;
    match app.db().read(&accounts::authorize::reader(), read).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}
