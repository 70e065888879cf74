//! The public origin besides what channels bring: the page of the demonstration's two clients, present only where the
//! demonstration is.

use super::{asset, nothing_here, policy};
use crate::demo::Shops;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use platform::App;
use platform::web::Query;
use serde::Deserialize;
use webui::WebApp;

/// The page and the rest, which is nothing.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/shop/")))
        .route("/shop", get(async || Redirect::temporary("/shop/")))
        .route("/shop/", get(page))
        .route("/shop/config.json", get(config))
        .route("/shop/{file}", get(file))
        .fallback(nothing_here)
}

async fn page(State(app): State<App>) -> Response {
    if app.port::<Shops>().is_empty() {
        return nothing_here().await.into_response();
    }
    let mut answer = match asset(WebApp::Shop, "index.html") {
        Some(a) => Html(a.bytes).into_response(),
        None => Html(webui::stub()).into_response(),
    };
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy::SHOP));
    answer
}

/// Whose page it is.
#[derive(Deserialize)]
struct Of {
    client: Option<String>,
}

/// What the page needs to embed the chat.
async fn config(State(app): State<App>, Query(of): Query<Of>) -> Response {
    let Some((key, name)) = app.port::<Shops>().of(of.client.as_deref().unwrap_or("yunfu")) else {
        return nothing_here().await.into_response();
    };
    let script = format!("{}/w/v1/hark.js", app.settings().public_url);
    Json(serde_json::json!({"inbox": key, "name": name, "script": script})).into_response()
}

async fn file(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    match asset(WebApp::Shop, &path) {
        Some(a) if !app.port::<Shops>().is_empty() => a.answer(&headers),
        _ => nothing_here().await.into_response(),
    }
}
