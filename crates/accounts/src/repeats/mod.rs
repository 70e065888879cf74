//! Requests that are sent twice. A write to the desk's API with an `Idempotency-Key` is done once: the same person or
//! token sending the same key to the same address gets the first answer again, also after a restart.
//!
//! ```text
//! key unknown ──▶ run, the first commit leaves the key ──▶ keep the answer, sealed
//! key known, same body ──▶ the kept answer, marked `idempotency-replayed`
//! key known, no answer kept, but known what was made ──▶ answered anew from that
//! key known, other body, or nothing kept ──▶ 409
//! ```
//! A request that was refused before its first commit leaves its key free; one refused after it is answered alike.

use crate::authorize::{Caller, provider};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use kernel::{AggregateKey, Error, Result};
use platform::App;
use platform::store::{Mark, Tx, marked};
use platform::web::{ANSWER_MAX, Answered, ApiError, BODY_MAX, Before, KEY_MAX, answered, keep, sealed};
use std::sync::Arc;

/// The header.
const KEY: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: &str = "idempotency-replayed";

/// What ends the address of a look at personal data.
const LOOKS: [&str; 2] = ["/unmask", "/lookup"];

/// Puts the layer around the desk's routes.
pub(crate) fn layer(routes: Router<App>, app: &App) -> Router<App> {
    routes.layer(from_fn_with_state(app.clone(), once))
}

async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let writes = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH | Method::DELETE);
    // Files are known by their content already, and too large to be held here.
    let json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|t| t.to_str().is_ok_and(|t| t.starts_with("application/json")));
    // A look at personal data is recorded each time and shown by the rights of that moment, so it is done each time.
    let looks = LOOKS.iter().any(|end| request.uri().path().ends_with(end));
    if !writes || !json || looks || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    answer(&app, request, next).await.unwrap_or_else(|e| ApiError(e).into_response())
}

async fn answer(app: &App, request: Request, next: Next) -> Result<Response> {
    let key = request.headers().get(KEY).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let key = key
        .filter(|k| !k.is_empty() && k.len() <= KEY_MAX)
        .ok_or_else(|| Error::invalid("Idempotency-Key", "unfit"))?;
    let (parts, body) = request.into_parts();
    // Nobody's key is nobody's: what may be asked without signing in has its own ways to be asked twice.
    let Ok(caller) = Caller::prove(app, &parts).await else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let whole = platform::web::whole(body, BODY_MAX).await?;
    let who = format!("{:?}:{}", caller.actor.kind, caller.actor.id).to_lowercase();
    let route = format!("{} {}", parts.method, parts.uri.path());
    let mark = Arc::new(Mark::new(who, route, key, &whole, app.now()));
    let mark = match before(app, mark.clone()).await? {
        Some(Before::Answered(before)) => return again(before),
        Some(Before::Made(made)) => Arc::new(mark.again(made)),
        None => mark,
    };
    let request = Request::from_parts(parts, Body::from(whole));
    let answer = marked(mark.clone(), next.run(request)).await;
    if mark.is_left() && !answer.status().is_server_error() {
        kept(app, mark, answer).await
    } else {
        Ok(answer)
    }
}

async fn before(app: &App, mark: Arc<Mark>) -> Result<Option<Before>> {
    let secrets = app.secrets().clone();
    let read = async move |tx: &mut Tx| answered(tx, &secrets, &mark).await;
    app.db().read(&provider(), read).await
}

/// The first answer, given again.
fn again(before: Answered) -> Result<Response> {
    let status =
        StatusCode::from_u16(before.status).map_err(|e| Error::internal("a kept status").cause(e))?;
    let mut answer = (status, before.body).into_response();
    let h = answer.headers_mut();
    h.insert(REPLAYED, HeaderValue::from_static("true"));
    match HeaderValue::from_str(&before.mime) {
        Ok(mime) if !before.mime.is_empty() => h.insert(header::CONTENT_TYPE, mime),
        _ => h.remove(header::CONTENT_TYPE),
    };
    Ok(answer)
}

/// Keeps the answer and gives it. Where it cannot be kept, the key is known all the same and nothing is done twice.
async fn kept(app: &App, mark: Arc<Mark>, answer: Response) -> Result<Response> {
    let (parts, body) = answer.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX)
        .await
        .map_err(|e| Error::internal("an answer of our own").cause(e))?;
    let mime = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    if let (Ok(text), true) = (std::str::from_utf8(&whole), whole.len() <= ANSWER_MAX) {
        let given = Answered { status: parts.status.as_u16(), mime, body: text.to_owned() };
        let text = sealed(app.secrets(), app.rng(), &mark, &given)?;
        let write = async move |tx: &mut Tx| keep(tx, &mark, &text).await;
        if let Err(e) = app.db().write(&provider(), AggregateKey::new("idempotency", 0), write).await {
            tracing::warn!(error = %e, "an answer could not be kept; its key will be refused");
        }
    }
    Ok(Response::from_parts(parts, Body::from(whole)))
}
