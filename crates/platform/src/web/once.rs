//! Writes that may be sent twice: what became of a key (`Idempotency-Key`), and the answer that is given again.
//!
//! The key is left by the request's first commit ([`crate::store::Mark`]); the answer is kept, sealed, right after. A key
//! without an answer belongs to a request that is still running or whose process ended in between. It is never done again:
//! where the commit said what it made, the answer is made anew from that; else the key is refused.

use crate::codes;
use crate::secrets::Secrets;
use crate::store::{MADE, Mark, Tx};
use kernel::{Error, Millis, Result, Rng, args, sql};
use serde::{Deserialize, Serialize};

/// A key at the most, in bytes.
pub const KEY_MAX: usize = 128;
/// An answer that is kept, at the most, in bytes; a longer one is not given again.
pub const ANSWER_MAX: usize = 48 * 1024;
/// Rows removed in one write, so that no other write waits long.
const ROWS_PER_STEP: i64 = 2_000;
/// Answers are kept this long.
pub const KEEP_MS: Millis = 24 * 3_600_000;

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, empty where there was none.
    pub mime: String,
    /// The body.
    pub body: String,
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Before {
    /// It was answered so.
    Answered(Answered),
    /// It made this, and its process ended before the answer was kept.
    Made(i64),
}

/// Where an answer is sealed to.
fn place(m: &Mark) -> String {
    format!("idempotency:{}:{}:{}", m.scope, m.route, m.key)
}

/// What is known of this key; `None` for a key that is new. Errors: `idempotency.other_body` where it came
/// with another body, `idempotency.under_way` where no answer was kept.
pub async fn answered(tx: &mut Tx, secrets: &Secrets, m: &Mark) -> Result<Option<Before>> {
    let seen = tx
        .one(
            sql!("SELECT body_hash, answer FROM idempotency WHERE scope = $1 AND route = $2 AND key = $3"),
            args![m.scope, m.route, m.key],
            |r| Ok((r.blob(0)?, r.text(1)?)),
        )
        .await?;
    let Some((hash, sealed)) = seen else { return Ok(None) };
    if hash != m.body_hash {
        return Err(Error::new(&codes::OTHER_BODY));
    }
    if sealed.is_empty() {
        return Err(Error::new(&codes::UNDER_WAY));
    }
    if let Some(made) = sealed.strip_prefix(MADE).and_then(|id| id.parse().ok()) {
        return Ok(Some(Before::Made(made)));
    }
    let plain = secrets.open_text(&place(m), &sealed)?;
    serde_json::from_slice(&plain)
        .map(|a| Some(Before::Answered(a)))
        .map_err(|e| Error::internal("a kept answer").cause(e))
}

/// The sealed text of an answer, to be kept with [`keep`].
pub fn sealed(secrets: &Secrets, rng: &dyn Rng, m: &Mark, answer: &Answered) -> Result<String> {
    let plain = serde_json::to_vec(answer).map_err(|e| Error::internal("an answer to keep").cause(e))?;
    secrets.seal_text(rng, &place(m), &plain)
}

/// Keeps the answer of a key that was left.
pub async fn keep(tx: &mut Tx, m: &Mark, sealed: &str) -> Result<()> {
    tx.exec(
        sql!("UPDATE idempotency SET answer = $4 WHERE scope = $1 AND route = $2 AND key = $3"),
        args![m.scope, m.route, m.key, sealed],
    )
    .await
    .map(|_| ())
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
