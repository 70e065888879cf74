//! What each error code means: the page behind the `type` of a problem.

use super::{nothing_here, policy};
use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use kernel::Code;
use platform::App;
use platform::web::status_of;
use std::collections::HashMap;
use std::sync::Arc;

/// `/problems/CODE`.
pub fn routes(codes: Vec<&'static Code>) -> Router<App> {
    let codes: Arc<HashMap<&'static str, &'static Code>> =
        Arc::new(codes.into_iter().map(|c| (c.code, c)).collect());
    let show = async move |Path(code): Path<String>| -> Response {
        match codes.get(code.as_str()) {
            Some(code) => {
                ([(header::CONTENT_SECURITY_POLICY, policy::PLAIN)], Html(page(code))).into_response()
            }
            None => nothing_here().await.into_response(),
        }
    };
    Router::new().route("/problems/{code}", get(show))
}

/// The words are ours and hold no markup.
fn page(code: &Code) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title>\
         <style>body{{font:16px/1.6 system-ui;max-width:40em;margin:4em auto;padding:0 1em}}</style>\
         <h1>{0}</h1><p>HTTP {1}</p><p>{2}</p><p lang=\"zh-CN\">{3}</p></html>",
        code.code,
        status_of(code.kind).as_u16(),
        code.en,
        code.zh
    )
}
