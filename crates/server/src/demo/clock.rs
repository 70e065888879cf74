//! A clock that stands still until it is moved.

use kernel::{Clock, Millis};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Time in the demonstration.
pub struct DemoClock(AtomicI64);

impl DemoClock {
    /// Begins here.
    pub fn new(at: Millis) -> DemoClock {
        DemoClock(AtomicI64::new(at))
    }
    /// Moves on; never back.
    pub fn go_to(&self, at: Millis) {
        self.0.fetch_max(at, Relaxed);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Millis {
        self.0.load(Relaxed)
    }
}
