//! The three origins. One script that slips through on the public one, or in an attachment, must not reach an agent's
//! session; so the desk, the widget and attachments never share a host and port.

mod desk;
mod policy;
mod problems;
mod public;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::Error;
use platform::App;
use platform::registry::Registry;
use platform::web::{ApiError, Asset, Assets, describe};
use std::borrow::Cow;
use webui::WebApp;

/// The routers of the desk, the public origin and files.
#[derive(Clone)]
pub struct Origins {
    /// The desk and `/api/v1`.
    pub desk: Router,
    /// The widget, API inboxes, the demonstration's shops.
    pub public: Router,
    /// Attachments.
    pub files: Router,
}

/// Builds the three routers from what the areas brought.
pub fn build(app: &App, registry: &mut Registry) -> Origins {
    let description = crate::openapi::describe(registry);
    let codes = crate::areas::codes(registry);
    let desk: Router<App> = std::mem::take(&mut registry.desk).into();
    let desk = registry.desk_layers.iter().fold(desk, |routes, layer| layer(routes, app));
    let public: Router<App> = std::mem::take(&mut registry.public).into();
    let files: Router<App> = std::mem::take(&mut registry.files).into();
    let finish = |router: Router<App>| {
        let dressed = router.layer(from_fn(settle)).layer(from_fn_with_state(app.clone(), describe));
        dressed.with_state(app.clone())
    };
    Origins {
        desk: finish(desk.merge(desk::routes(&description)).merge(problems::routes(codes))),
        public: finish(public.merge(public::routes()).merge(alive())),
        files: finish(files.merge(alive()).fallback(nothing_here)),
    }
}

/// `/healthz`, for whoever watches one origin alone.
fn alive() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok\n"))
}

/// What is not there.
async fn nothing_here() -> ApiError {
    ApiError(Error::not_found())
}

/// An answer of the router itself (no such method) becomes a problem like every other refusal.
async fn settle(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    let routers_own =
        answer.status() == StatusCode::METHOD_NOT_ALLOWED && answer.extensions().get::<ApiError>().is_none();
    if routers_own {
        return ApiError(Error::new(&crate::commands::codes::NO_SUCH_METHOD)).into_response();
    }
    answer
}

/// The built web applications, as areas see them.
pub struct BuiltIn;

impl Assets for BuiltIn {
    fn get(&self, app: &str, path: &str) -> Option<Asset> {
        asset(WebApp::named(app)?, path)
    }
}

/// A built file, ready to be answered.
fn asset(app: WebApp, path: &str) -> Option<Asset> {
    let file = webui::file(app, path)?;
    let bytes = |b: Cow<'static, [u8]>| match b {
        Cow::Borrowed(b) => bytes::Bytes::from_static(b),
        Cow::Owned(v) => v.into(),
    };
    Some(Asset {
        bytes: bytes(file.bytes),
        gz: file.gz.map(bytes),
        mime: file.mime,
        immutable: file.immutable,
        etag: format!("\"{}\"", file.hash),
    })
}
