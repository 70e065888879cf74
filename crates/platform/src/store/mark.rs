//! The mark of a request that may be sent twice: its first commit leaves the request's key, in the same transaction, so
//! that whatever breaks off afterwards, the same key never does it again.

use super::Tx;
use crate::codes;
use kernel::{Error, Millis, Result, args, sql};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

tokio::task_local! {
    static MARK: Arc<Mark>;
}

/// What stands before the id of what was made, where an answer is not kept yet.
pub(crate) const MADE: char = '#';

/// A request with a key.
#[derive(Debug)]
pub struct Mark {
    /// Whose key it is, such as `user:17`.
    pub scope: String,
    /// The method and path.
    pub route: String,
    /// The key.
    pub key: String,
    /// A hash of the body.
    pub body_hash: [u8; 32],
    /// When it came.
    pub at: Millis,
    /// What it made before, where it comes again and its answer was not kept.
    made: Option<i64>,
    left: AtomicBool,
}

impl Mark {
    /// A mark that no commit has left yet.
    pub fn new(scope: String, route: String, key: String, body: &[u8], at: Millis) -> Mark {
        let body_hash = *blake3::hash(body).as_bytes();
        Mark { scope, route, key, body_hash, at, made: None, left: AtomicBool::new(false) }
    }

    /// The same request once more: what it made is there, only the answer is to be given.
    pub fn again(&self, made: i64) -> Mark {
        let (scope, route, key) = (self.scope.clone(), self.route.clone(), self.key.clone());
        let (body_hash, at) = (self.body_hash, self.at);
        Mark { scope, route, key, body_hash, at, made: Some(made), left: AtomicBool::new(true) }
    }

    /// Has a commit left it?
    pub fn is_left(&self) -> bool {
        self.left.load(SeqCst)
    }

    pub(super) fn was_left(&self) {
        self.left.store(true, SeqCst);
    }

    /// Leaves the key, without an answer yet. Error: `idempotency.under_way` (409) where another request has left it.
    pub(super) async fn leave(&self, tx: &mut Tx) -> Result<()> {
        let left = tx
            .exec(
                sql!(
                    "INSERT INTO idempotency(scope, route, key, body_hash, answer, at) VALUES ($1, $2, $3, $4, '', $5)
                     ON CONFLICT DO NOTHING"
                ),
                args![self.scope, self.route, self.key, self.body_hash, self.at],
            )
            .await?;
        if left == 1 { Ok(()) } else { Err(Error::new(&codes::UNDER_WAY)) }
    }

    /// Leaves beside the key what was made, until the answer is kept.
    pub(super) async fn leave_made(&self, tx: &mut Tx, made: i64) -> Result<()> {
        tx.exec(
            sql!("UPDATE idempotency SET answer = $4 WHERE scope = $1 AND route = $2 AND key = $3"),
            args![self.scope, self.route, self.key, format!("{MADE}{made}")],
        )
        .await
        .map(|_| ())
    }
}

/// What a use case made when the same request came before; it then only answers. `None` for a request that is new.
pub fn made_before<T: From<i64>>() -> Option<T> {
    MARK.try_with(|m| m.made).ok().flatten().map(T::from)
}

/// Runs a request whose first commit is to leave the mark.
pub async fn marked<F: Future>(mark: Arc<Mark>, request: F) -> F::Output {
    MARK.scope(mark, request).await
}

/// The mark that the next commit of this task is to leave.
pub(super) fn pending() -> Option<Arc<Mark>> {
    MARK.try_with(Arc::clone).ok().filter(|m| !m.is_left())
}
