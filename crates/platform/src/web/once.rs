//! Writes that may be sent twice: the same key with the same body gets the first answer again.

use super::problem::ApiError;
use crate::codes;
use crate::store::Tx;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Error, Millis, Result, args, sql};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A key at the most, in bytes.
const KEY_MAX: usize = 128;
/// Rows removed in one write, so that no other write waits long.
const ROWS_PER_STEP: i64 = 2_000;
/// Answers are kept this long.
pub const KEEP_MS: Millis = 24 * 3_600_000;

/// The `Idempotency-Key` header, if the request has one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<IdempotencyKey, ApiError> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(IdempotencyKey(None)) };
        match value.to_str() {
            Ok(k) if !k.is_empty() && k.len() <= KEY_MAX => Ok(IdempotencyKey(Some(k.to_owned()))),
            _ => Err(Error::invalid("Idempotency-Key", "unfit").into()),
        }
    }
}

/// Whose key it is, what it was used for, and what came with it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Such as `user:17`.
    pub scope: String,
    /// The route, with its parameters.
    pub route: String,
    /// The key.
    pub key: String,
    /// A hash of the body.
    pub body_hash: [u8; 32],
    /// Now.
    pub at: Millis,
}

impl Request {
    /// Hashes the body.
    pub fn new(scope: String, route: String, key: String, body: &[u8], at: Millis) -> Request {
        Request { scope, route, key, body_hash: *blake3::hash(body).as_bytes(), at }
    }
}

/// Runs `f` once per key, in the caller's transaction; answers what the first run answered when the key comes again.
/// Errors: `idempotency.other_body` (409) when the key comes with another body.
pub async fn once<T, F>(tx: &mut Tx, request: Option<&Request>, f: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: AsyncFnOnce(&mut Tx) -> Result<T>,
{
    let Some(rq) = request else { return f(tx).await };
    let seen = tx
        .one(
            sql!("SELECT body_hash, answer FROM idempotency WHERE scope = $1 AND route = $2 AND key = $3"),
            args![rq.scope, rq.route, rq.key],
            |r| Ok((r.blob(0)?, r.text(1)?)),
        )
        .await?;
    if let Some((hash, answer)) = seen {
        if hash != rq.body_hash {
            return Err(Error::new(&codes::OTHER_BODY));
        }
        return serde_json::from_str(&answer).map_err(|e| Error::internal("a kept answer").cause(e));
    }
    let made = f(tx).await?;
    let answer = serde_json::to_string(&made).map_err(|e| Error::internal("an answer to keep").cause(e))?;
    tx.exec(
        sql!("INSERT INTO idempotency(scope, route, key, body_hash, answer, at) VALUES ($1, $2, $3, $4, $5, $6)"),
        args![rq.scope, rq.route, rq.key, rq.body_hash, answer, rq.at],
    )
    .await?;
    Ok(made)
}

/// Removes a step's worth of answers that are old enough. Answers how many.
pub async fn forget_old(tx: &mut Tx, now: Millis) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM idempotency WHERE (scope, route, key) IN (
               SELECT scope, route, key FROM idempotency WHERE at < $1 ORDER BY at LIMIT $2)"
        ),
        args![now - KEEP_MS, ROWS_PER_STEP],
    )
    .await
}
