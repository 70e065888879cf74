//! The public origin besides what channels bring: the demonstration's shops, present only where the demonstration is.

use super::{asset, nothing_here, policy};
use crate::demo::Shops;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use platform::App;
use webui::WebApp;

/// The shops and the rest, which is nothing.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/shop", get(first))
        .route("/shop/", get(first))
        .route("/shop/{name}", get(enter))
        .route("/shop/{name}/", get(shop))
        .route("/shop/{name}/{*path}", get(file))
        .fallback(nothing_here)
}

async fn first() -> Redirect {
    Redirect::temporary(&format!("/shop/{}/", Shops::FIRST))
}

async fn enter(Path(name): Path<String>) -> Redirect {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    Redirect::temporary(&format!("/shop/{name}/"))
}

/// A shop's page, with the key of its inbox in it.
async fn shop(State(app): State<App>, Path(name): Path<String>) -> Response {
    let Some(key) = app.port::<Shops>().key(&name) else { return nothing_here().await.into_response() };
    let page = asset(WebApp::Shop, &format!("{name}/index.html")).or_else(|| asset(WebApp::Shop, "index.html"));
    let mut answer = match page {
        Some(a) => Html(fill(&String::from_utf8_lossy(&a.bytes), &app, key)).into_response(),
        None => Html(webui::stub()).into_response(),
    };
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy::SHOP));
    answer
}

/// Puts in the inbox's key and the address of the widget.
fn fill(page: &str, app: &App, key: &str) -> String {
    page.replace("__INBOX__", key).replace("__PUBLIC__", &app.settings().public_url)
}

async fn file(State(app): State<App>, Path((name, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if app.port::<Shops>().key(&name).is_none() {
        return nothing_here().await.into_response();
    }
    match asset(WebApp::Shop, &format!("{name}/{path}")).or_else(|| asset(WebApp::Shop, &path)) {
        Some(a) => a.answer(&headers),
        None => nothing_here().await.into_response(),
    }
}
