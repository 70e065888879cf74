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
    left: AtomicBool,
}

impl Mark {
    /// A mark that no commit has left yet.
    pub fn new(scope: String, route: String, key: String, body: &[u8], at: Millis) -> Mark {
        let body_hash = *blake3::hash(body).as_bytes();
        Mark { scope, route, key, body_hash, at, left: AtomicBool::new(false) }
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
}

/// Runs a request whose first commit is to leave the mark.
pub async fn marked<F: Future>(mark: Arc<Mark>, request: F) -> F::Output {
    MARK.scope(mark, request).await
}

/// The mark that the next commit of this task is to leave.
pub(super) fn pending() -> Option<Arc<Mark>> {
    MARK.try_with(Arc::clone).ok().filter(|m| !m.is_left())
}
