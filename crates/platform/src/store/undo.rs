//! Undoing a recorded change: what must still stand, carried from the request to the transaction that puts it back.
//!
//! Whoever undoes calls the ordinary use case with the earlier values; the record, written in the same transaction, then
//! finds that what stands now is what the entry left, or refuses. So no use case knows of undoing, and nothing slips in
//! between the look and the change.

use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

tokio::task_local! {
    static UNDO: Arc<Undo>;
}

/// A recorded change that is being undone.
#[derive(Debug)]
pub struct Undo {
    /// The entry of the record.
    pub entry: i64,
    /// The kind and id of what it changed.
    pub subject: (String, i64),
    /// What the entry left.
    pub left: Value,
    met: AtomicBool,
}

impl Undo {
    /// Of this entry.
    pub fn new(entry: i64, subject: (String, i64), left: Value) -> Arc<Undo> {
        Arc::new(Undo { entry, subject, left, met: AtomicBool::new(false) })
    }
    /// The record found what it expected.
    pub fn meet(&self) {
        self.met.store(true, SeqCst);
    }
    /// Did the record find what it expected?
    pub fn is_met(&self) -> bool {
        self.met.load(SeqCst)
    }
}

/// Runs a use case whose writes undo this.
pub async fn undoing<F: Future>(undo: Arc<Undo>, f: F) -> F::Output {
    UNDO.scope(undo, f).await
}

/// What the writes of this task undo.
pub(super) fn pending() -> Option<Arc<Undo>> {
    UNDO.try_with(Arc::clone).ok()
}
