//! What is known of a request before any handler runs, and the outermost layer that every answer passes.

use super::problem::{ApiError, render};
use crate::{App, codes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use kernel::{Error, Language};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

/// What is known of a request: its number, where it came from, and the language asked for.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    /// The number to quote.
    pub id: String,
    /// The client's address, through trusted proxies only.
    pub ip: IpAddr,
    /// From `Accept-Language`.
    pub language: Language,
    /// Did the request name a language at all?
    pub names_language: bool,
    /// `User-Agent`, capped.
    pub agent: String,
    /// The signed-in user's language, once it is known.
    spoken: Arc<OnceLock<Language>>,
}

impl RequestInfo {
    /// Says in which language to answer; wins over the header's. The first to say so is heard.
    pub fn speak(&self, language: Language) {
        // Somebody proved twice in one request is the same person.
        let _ = self.spoken.set(language);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<RequestInfo, ApiError> {
        parts
            .extensions
            .get::<RequestInfo>()
            .cloned()
            .ok_or_else(|| ApiError(Error::internal("the route is not behind the describing layer")))
    }
}

/// The address of whoever is at the other end: of the socket, or as the nearest trusted proxy saw it.
pub fn client_ip(socket: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&socket) {
        return socket;
    }
    let chain = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .collect::<Vec<_>>()
        .join(",");
    let mut hops = chain.split(',').rev().filter_map(|p| p.trim().parse::<IpAddr>().ok());
    hops.find(|ip| !trusted.contains(ip)).unwrap_or(socket)
}

/// The outermost layer: gives a request its number, refuses cross-site writes by cookie, turns errors into problems and
/// sets the headers that every answer carries.
pub async fn describe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let socket = socket.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let headers = request.headers();
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let info = RequestInfo {
        id: format!("{:x}", app.ids().next()),
        ip: client_ip(socket, headers, &app.settings().trusted_proxies),
        language: Language::from_accept(text(header::ACCEPT_LANGUAGE)),
        names_language: !text(header::ACCEPT_LANGUAGE).is_empty(),
        agent: text(header::USER_AGENT).chars().take(200).collect(),
        spoken: Arc::default(),
    };
    let language = info.language;
    let (id, spoken) = (info.id.clone(), info.spoken.clone());
    let cross_site = is_cross_site(&request, &app.settings().desk_url);
    request.extensions_mut().insert(info);
    let answer = if cross_site {
        render(&Error::new(&codes::CROSS_SITE), language, &id)
    } else {
        let answer = next.run(request).await;
        let language = spoken.get().copied().unwrap_or(language);
        match answer.extensions().get::<ApiError>() {
            Some(e) => render(&e.0.clone(), language, &id),
            None if answer.status() == StatusCode::METHOD_NOT_ALLOWED => answer,
            None => answer,
        }
    };
    app.metrics().count_answer(answer.status().as_u16());
    dress(answer, &id)
}

/// A write that carries the desk's cookie but was not sent by the desk's own pages.
fn is_cross_site(request: &Request, desk_url: &str) -> bool {
    let headers = request.headers();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrade = headers.contains_key(header::UPGRADE);
    if (safe && !upgrade)
        || !headers.contains_key(header::COOKIE)
        || headers.contains_key(header::AUTHORIZATION)
    {
        return false;
    }
    match headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) {
        Some(origin) => origin != desk_url,
        None => headers.get("sec-fetch-site").is_some_and(|v| v != "same-origin" && v != "none"),
    }
}

fn dress(mut answer: Response, id: &str) -> Response {
    let h = answer.headers_mut();
    if let Ok(v) = HeaderValue::from_str(id) {
        h.insert("x-request-id", v);
    }
    let set = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store, private"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in set {
        h.entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}
