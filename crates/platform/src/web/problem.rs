//! Errors at the edge: RFC 9457 problems.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Error, FieldFault, Kind, Language};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler answers.
pub type Answer<T> = Result<T, ApiError>;

/// An error on its way to the edge.
#[derive(Debug, Clone)]
pub struct ApiError(pub Error);

impl From<Error> for ApiError {
    fn from(e: Error) -> ApiError {
        ApiError(e)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.kind()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The body of every refusal (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened and what to do, in the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// Facts for a developer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldFault>,
    /// The number to quote.
    pub request: String,
    /// Try again after this many seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

/// The HTTP status of a kind of error.
pub fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The response for an error. The detail of an internal fault stays in the log.
pub(super) fn render(e: &Error, language: Language, request: &str) -> Response {
    let status = status_of(e.kind());
    if e.kind() == Kind::Internal {
        tracing::error!(request, error = %e, at = %e.at, "a request failed");
    }
    let show_detail = e.kind() != Kind::Internal && !e.detail.is_empty();
    let problem = Problem {
        kind: format!("/problems/{}", e.code.code),
        title: language.pick(e.code.en, e.code.zh).to_owned(),
        status: status.as_u16(),
        code: e.code.code.to_owned(),
        detail: show_detail.then(|| e.detail.clone()),
        fields: e.fields.clone(),
        request: request.to_owned(),
        retry_after_s: e.retry_after_s,
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if let Some(s) = e.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(s));
    }
    response
}
