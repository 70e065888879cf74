//! Files of the built web applications: the port through which areas serve them, and the answer they make.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// One built file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Bytes,
    /// The same, compressed when it was built, where that is worth it.
    pub gz: Option<Bytes>,
    /// Its `Content-Type`.
    pub mime: &'static str,
    /// Its name carries a hash, so it never changes.
    pub immutable: bool,
    /// A strong validator.
    pub etag: String,
}

/// The built web applications: `desk`, `widget`, `shop`. Provided by the server as `Arc<dyn Assets>`.
pub trait Assets: Send + Sync + 'static {
    /// A file of an application, by its path without a slash at the start.
    fn get(&self, app: &str, path: &str) -> Option<Asset>;
}

impl Asset {
    /// The answer for this file: compressed where the browser takes it, 304 where the browser has it, cached for ever
    /// where its name carries a hash.
    pub fn answer(self, request: &HeaderMap) -> Response {
        let etag = HeaderValue::from_str(&self.etag).ok();
        let has = |name: header::HeaderName, part: &str| {
            request.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(part))
        };
        let mut headers = HeaderMap::new();
        let keep = if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.mime));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(etag) = etag {
            headers.insert(header::ETAG, etag);
        }
        if has(header::IF_NONE_MATCH, &self.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        match self.gz {
            Some(gz) if has(header::ACCEPT_ENCODING, "gzip") => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                (headers, gz).into_response()
            }
            _ => (headers, self.bytes).into_response(),
        }
    }
}
