//! The frame and its files. Which pages may show the frame is said in its policy and enforced by the visitor's browser;
//! a page that is not allowed gets a plain explanation instead, where the browser tells us which page it is.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conversations::inboxes::{Cache, Inbox};
use kernel::{Error, Language, Result};
use platform::App;
use platform::web::{Answer, Assets, Query, RequestInfo};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(loader)).routes(routes!(frame)).routes(routes!(asset))
}

fn built(app: &App, path: &str) -> Result<platform::web::Asset> {
    let files = app.try_port::<Arc<dyn Assets>>().ok_or_else(Error::not_found)?;
    files.get("widget", path).ok_or_else(Error::not_found)
}

/// Files that other sites' pages load.
fn shared(mut answer: Response) -> Response {
    let name = HeaderName::from_static("cross-origin-resource-policy");
    answer.headers_mut().insert(name, HeaderValue::from_static("cross-origin"));
    answer
}

/// The script that a client's page embeds.
#[utoipa::path(get, path = "/w/v1/hark.js", tag = "webchat", operation_id = "get_widget_loader",
    responses((status = 200, content_type = "text/javascript"), (status = 404)))]
async fn loader(State(app): State<App>, headers: HeaderMap) -> Answer<Response> {
    Ok(shared(built(&app, "hark.js")?.answer(&headers)))
}

/// A file of the frame.
#[utoipa::path(get, path = "/w/v1/assets/{file}", tag = "webchat", operation_id = "get_widget_asset",
    params(("file" = String, Path)), responses((status = 200, content_type = "text/javascript"), (status = 404)))]
async fn asset(State(app): State<App>, Path(file): Path<String>, headers: HeaderMap) -> Answer<Response> {
    Ok(built(&app, &format!("assets/{file}"))?.answer(&headers))
}

/// What the loader puts into the frame's address; read by the frame itself.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FrameOf {
    /// The inbox's public name.
    #[serde(default)]
    inbox: String,
    /// The language of the page.
    #[serde(rename = "lang")]
    _lang: Option<String>,
    /// The address of the page.
    #[serde(rename = "page")]
    _page: Option<String>,
}

/// The frame, for pages of the inbox's allowed sites.
#[utoipa::path(get, path = "/w/v1/frame", tag = "webchat", operation_id = "get_widget_frame", params(FrameOf),
    responses((status = 200, content_type = "text/html"), (status = 403, content_type = "text/html"),
        (status = 404, content_type = "text/html")))]
async fn frame(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    Query(q): Query<FrameOf>,
) -> Answer<Response> {
    let Some(inbox) = app.port::<Arc<Cache>>().by_key(&q.inbox).filter(|i| super::visitor::open(i).is_ok())
    else {
        return Ok(refusal(StatusCode::NOT_FOUND, info.language, &UNKNOWN, ""));
    };
    if let Some(origin) = embedder(&headers)
        && !may_show(&app, &inbox, &origin)
    {
        return Ok(refusal(StatusCode::FORBIDDEN, info.language, &NOT_ALLOWED, &origin));
    }
    let mut answer = built(&app, "frame.html")?.answer(&headers);
    let policy = HeaderValue::from_str(&policy(&app, &inbox));
    let policy = policy.map_err(|e| Error::internal("the frame's policy").cause(e))?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

/// The origin of the page that embeds the frame, as its browser tells it.
fn embedder(headers: &HeaderMap) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let (scheme, rest) = referer.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    (!host.is_empty()).then(|| format!("{scheme}://{host}"))
}

fn may_show(app: &App, inbox: &Inbox, origin: &str) -> bool {
    origin == app.settings().public_url
        || inbox.config.allowed_sites.iter().any(|s| s.eq_ignore_ascii_case(origin))
}

/// Only our own scripts and styles, only our own server, only on the inbox's sites and on our own demonstration page.
fn policy(app: &App, inbox: &Inbox) -> String {
    let s = app.settings();
    // Older browsers do not count the socket of the same host to 'self'.
    let socket = s.public_url.replacen("http", "ws", 1);
    let sites = inbox.config.allowed_sites.join(" ");
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' {} data: blob:; \
         connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'self' {sites}; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        s.files_url
    )
}

/// A refusal: (English title, English, Chinese title, Chinese).
type Words = [&'static str; 4];

static UNKNOWN: Words = [
    "There is no chat here",
    "The inbox named in the page's code is not known or is switched off. Copy the code again from the inbox's settings.",
    "此处没有在线客服",
    "页面代码中的接入点不存在或已停用，请在接入点设置中重新复制代码。",
];
static NOT_ALLOWED: Words = [
    "This page may not show the chat",
    "An administrator can allow it: add this address to the allowed sites of the inbox.",
    "此页面未获准显示在线客服",
    "管理员可在接入点设置的「允许的网站」中添加以下地址：",
];

/// A plain page. It shows in any frame, since it says nothing but what to do.
fn refusal(status: StatusCode, language: Language, words: &Words, origin: &str) -> Response {
    let (title, text) = (language.pick(words[0], words[2]), language.pick(words[1], words[3]));
    let origin = escaped(origin);
    let page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1><p>{text}</p>\
         <p><code>{origin}</code></p></html>",
        language.tag()
    );
    let mut answer = (status, page).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors *"),
    );
    answer
}

fn escaped(text: &str) -> String {
    text.chars()
        .take(300)
        .map(|c| match c {
            '<' => "&lt;".into(),
            '>' => "&gt;".into(),
            '&' => "&amp;".into(),
            '"' => "&quot;".into(),
            '\'' => "&#39;".into(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedding_page_is_known_by_its_origin_alone() {
        let of = |r: &'static str| {
            let mut h = HeaderMap::new();
            h.insert(header::REFERER, HeaderValue::from_static(r));
            embedder(&h)
        };
        assert_eq!(of("https://shop.example/a?b#c").as_deref(), Some("https://shop.example"));
        assert_eq!(of("http://localhost:8601/").as_deref(), Some("http://localhost:8601"));
        assert_eq!(of("nonsense"), None);
        assert_eq!(embedder(&HeaderMap::new()), None);
    }

    #[test]
    fn a_refusal_shows_nothing_as_markup() {
        let answer = refusal(StatusCode::FORBIDDEN, Language::En, &NOT_ALLOWED, "https://<script>");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(escaped("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
