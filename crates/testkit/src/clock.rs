//! A clock that is turned by hand.

use kernel::{Clock, ID_EPOCH, Millis};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

/// A clock that stands still until it is turned. Cheap to clone; clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// At this time, in ms since 1970.
    pub fn at(now: Millis) -> TestClock {
        TestClock(Arc::new(AtomicI64::new(now)))
    }
    /// Sets the time.
    pub fn set(&self, now: Millis) {
        self.0.store(now, SeqCst);
    }
    /// Turns it forward.
    pub fn advance(&self, ms: Millis) {
        self.0.fetch_add(ms, SeqCst);
    }
    /// As the store and the program take it.
    pub fn shared(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }
}

impl Default for TestClock {
    /// 100 days after the ids' epoch, at 10:00 UTC.
    fn default() -> TestClock {
        TestClock::at(ID_EPOCH + 100 * 86_400_000 + 10 * 3_600_000)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        self.0.load(SeqCst)
    }
}
