//! The files' origin.

use super::sign::{SignedFile, open_url};
use crate::web::{Answer, ApiError};
use crate::{App, Registry};
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Result, TenantId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn register(reg: &mut Registry) {
    reg.files(OpenApiRouter::new().routes(routes!(serve_file)));
}

/// Serves a file by its signed address.
#[utoipa::path(get, path = "/f/v1/{token}", tag = "files", operation_id = "serve_file",
    params(("token" = String, Path, description = "As given in an attachment's `url`.")),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream"),
        (status = 404, description = "No such file, or the address has expired.", body = crate::web::Problem)))]
async fn serve_file(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let file = open_url(app.secrets(), &token, app.now()).map_err(ApiError)?;
    let bytes = app.blobs().get(TenantId(file.tenant), file.blob()?).await?;
    Ok(dress(&file, bytes.into_response())?)
}

fn dress(file: &SignedFile, mut answer: Response) -> Result<Response> {
    let mime = if file.inline() { file.mime.as_str() } else { "application/octet-stream" };
    let disposition = disposition(file.inline(), &file.name);
    let value = |v: &str| HeaderValue::from_str(v).map_err(|_| kernel::Error::internal("a header's value"));
    let set = [
        (header::CONTENT_TYPE, value(mime)?),
        (header::CONTENT_DISPOSITION, value(&disposition)?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600, immutable")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    for (name, value) in set {
        answer.headers_mut().insert(name, value);
    }
    Ok(answer)
}

/// The value of `Content-Disposition` for a file of this name, in any script (RFC 6266, RFC 8187).
pub fn disposition(inline: bool, name: &str) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    format!("{kind}; filename*=UTF-8''{}", percent_encoded(name))
}

/// As RFC 8187 wants it in `filename*`.
fn percent_encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 3);
    for b in name.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}
