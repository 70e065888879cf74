//! How far each reader of this process has come.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// The readers by name, each with the position up to which it has dealt with the log. Cheap to clone.
#[derive(Clone, Default)]
pub struct Standing {
    seen: Arc<Mutex<BTreeMap<&'static str, Arc<AtomicI64>>>>,
}

impl Standing {
    /// The position of this reader, to be moved by its runner.
    pub fn entry(&self, name: &'static str) -> Arc<AtomicI64> {
        self.seen.lock().entry(name).or_default().clone()
    }
    /// Every reader with its position.
    pub fn all(&self) -> Vec<(&'static str, i64)> {
        self.seen.lock().iter().map(|(n, p)| (*n, p.load(Relaxed))).collect()
    }
    /// The position of the reader that is furthest behind; `None` without readers.
    pub fn slowest(&self) -> Option<i64> {
        self.all().into_iter().map(|(_, p)| p).min()
    }
}
