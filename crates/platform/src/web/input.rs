//! What comes in: bodies, queries and path parameters, capped and checked, with refusals that name the field.

use super::problem::ApiError;
use crate::codes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use futures_util::StreamExt;
use kernel::Error;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// A JSON body at the most, in bytes, where a route sets no other limit.
pub const BODY_MAX: usize = 256 * 1024;
/// Of a body that is too large, what is read and thrown away before the refusal: a client that is still sending would
/// lose its connection instead of hearing why. Larger ones do.
const REFUSED_MAX: usize = 4 * 1024 * 1024;
/// How long that may take.
const REFUSED_WITHIN: Duration = Duration::from_secs(5);

/// A JSON body. Types deny unknown fields, so foreign ids and owners are refused rather than ignored.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;
    async fn from_request(req: Request, _: &S) -> Result<Body<T>, ApiError> {
        let bytes = read(req, BODY_MAX).await?;
        if holds_nul(&bytes) {
            return Err(Error::invalid("/", "unfit").detail("a text holds NUL").into());
        }
        parse(&bytes).map(Body).map_err(ApiError)
    }
}

/// A raw body up to `MAX` bytes.
#[derive(Debug)]
pub struct BodyBytes<const MAX: usize>(pub Bytes);

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for BodyBytes<MAX> {
    type Rejection = ApiError;
    async fn from_request(req: Request, _: &S) -> Result<BodyBytes<MAX>, ApiError> {
        read(req, MAX).await.map(BodyBytes)
    }
}

async fn read(req: Request, max: usize) -> Result<Bytes, ApiError> {
    let too_large = || Error::new(&codes::BODY_TOO_LARGE).detail(format!("at most {max} bytes"));
    let declared = req.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|n| n > max) {
        if declared.is_some_and(|n| n <= REFUSED_MAX) {
            // What came of it changes nothing: the answer is the refusal.
            let _ = tokio::time::timeout(REFUSED_WITHIN, discard(req.into_body())).await;
        }
        return Err(too_large().into());
    }
    whole(req.into_body(), max).await.map_err(ApiError)
}

/// A body read to its end. Errors: `body.too_large` beyond `max` bytes, `body.broken`.
pub async fn whole(body: axum::body::Body, max: usize) -> kernel::Result<Bytes> {
    axum::body::to_bytes(body, max).await.map_err(|e| {
        let limit = std::error::Error::source(&e).is_some_and(|s| s.to_string().contains("length limit"));
        match limit {
            true => Error::new(&codes::BODY_TOO_LARGE).detail(format!("at most {max} bytes")),
            false => Error::new(&codes::BODY_BROKEN).detail(e.to_string()),
        }
    })
}

/// Does a text of this JSON hold NUL? It can only stand there escaped. No text of ours holds it, and one of the two
/// stores could not keep it.
fn holds_nul(json: &[u8]) -> bool {
    let escapes = |at: usize| json[..at].iter().rev().take_while(|b| **b == b'\\').count();
    // An even number of backslashes before this one means that it begins the escape.
    json.windows(6).enumerate().any(|(at, w)| w == b"\\u0000" && escapes(at) % 2 == 0)
}

async fn discard(body: axum::body::Body) {
    let mut parts = body.into_data_stream();
    while let Some(Ok(_)) = parts.next().await {}
}

/// Reads JSON, naming the field at fault where the reader can tell.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> kernel::Result<T> {
    serde_json::from_slice(bytes).map_err(|e| {
        let text = e.to_string();
        let named = text.split('`').nth(1).unwrap_or("").to_owned();
        let fault = match e.classify() {
            serde_json::error::Category::Data if text.starts_with("unknown field") => "unknown",
            serde_json::error::Category::Data if text.starts_with("missing field") => "required",
            serde_json::error::Category::Data => "unfit",
            _ => {
                return Error::new(&codes::NOT_JSON).detail(format!(
                    "line {}, column {}",
                    e.line(),
                    e.column()
                ));
            }
        };
        let known = fault != "unfit";
        let field = if known { format!("/{named}") } else { String::from("/") };
        Error::new(&kernel::INVALID).field(field, fault).detail(format!(
            "line {}, column {}",
            e.line(),
            e.column()
        ))
    })
}

/// The query string. Types deny unknown fields.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, s: &S) -> Result<Query<T>, ApiError> {
        // As in bodies: no text of ours holds NUL.
        let asked = parts.uri.query().unwrap_or("");
        if let Some(pair) = asked.split('&').find(|pair| pair.contains("%00")) {
            let name = pair.split('=').next().filter(|n| !n.contains('%')).unwrap_or("?");
            return Err(Error::invalid(name, "unfit").into());
        }
        match axum::extract::Query::<T>::from_request_parts(parts, s).await {
            Ok(axum::extract::Query(v)) => Ok(Query(v)),
            Err(e) => {
                let text = e.body_text();
                let named = text.split('`').nth(1).unwrap_or("?").to_owned();
                Err(Error::invalid(named, "unfit").detail(text).into())
            }
        }
    }
}

/// Path parameters. What is not an id names nothing, so it is `not_found`.
#[derive(Debug)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, s: &S) -> Result<PathId<T>, ApiError> {
        match axum::extract::Path::<T>::from_request_parts(parts, s).await {
            Ok(axum::extract::Path(v)) => Ok(PathId(v)),
            Err(_) => Err(Error::not_found().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_found_where_it_is_meant() {
        for (json, holds) in [
            (r#"{"a":"x\u0000y"}"#, true),
            (r#"{"a":"x\\u0000y"}"#, false),
            (r#"{"a":"x\\\u0000y"}"#, true),
            (r#"{"a":"\u00001"}"#, true),
            (r#"{"a":"\u0001 u0000"}"#, false),
        ] {
            let meant = serde_json::from_str::<serde_json::Value>(json).expect("is JSON");
            assert_eq!(meant["a"].as_str().expect("a text").contains('\0'), holds, "{json}");
            assert_eq!(holds_nul(json.as_bytes()), holds, "{json}");
        }
    }
}
