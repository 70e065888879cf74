//! The desk's own pages: the web application with its policy, and the description of the API.

use super::{asset, nothing_here, policy};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use platform::App;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use webui::WebApp;

/// What in the page stands for the nonce of one answer.
const NONCE_MARK: &str = "__NONCE__";

/// The pages and the description.
pub fn routes(description: &OpenApi) -> Router<App> {
    let text = serde_json::to_string(description).expect("invariant: a description is plain data");
    let text: Arc<str> = text.into();
    let openapi = async move || ([(header::CONTENT_TYPE, "application/json")], text.to_string());
    Router::new()
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/{*rest}", any(nothing_here))
        .route("/assets/{*path}", get(hashed))
        .fallback(get(page))
}

/// Files whose names carry a hash. One that is not there is not a page.
async fn hashed(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match asset(WebApp::Desk, &format!("assets/{path}")) {
        Some(a) => a.answer(&headers),
        None => nothing_here().await.into_response(),
    }
}

/// A file of the application, or the application itself, which finds its own way from the address.
async fn page(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if !path.is_empty() && path != "index.html" {
        if let Some(a) = asset(WebApp::Desk, path) {
            return a.answer(&headers);
        }
        if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
            return nothing_here().await.into_response();
        }
    }
    let nonce = nonce(&app);
    let mut answer = match asset(WebApp::Desk, "index.html") {
        Some(a) => Html(String::from_utf8_lossy(&a.bytes).replace(NONCE_MARK, &nonce)).into_response(),
        None => Html(webui::stub()).into_response(),
    };
    if let Ok(policy) = HeaderValue::from_str(&policy::desk(app.settings(), &nonce)) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

fn nonce(app: &App) -> String {
    let mut bytes = [0; 16];
    app.rng().fill(&mut bytes);
    STANDARD_NO_PAD.encode(bytes)
}
