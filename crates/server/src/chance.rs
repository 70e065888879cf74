//! The real clock and the real dice.

use kernel::{Clock, Millis, Rng};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine's clock, which within this process never goes back.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicI64,
}

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64);
        self.latest.fetch_max(now, Relaxed).max(now)
    }
}

/// The operating system's random numbers.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Rng for SystemChance {
    fn fill(&self, out: &mut [u8]) {
        getrandom::fill(out).expect("invariant: the operating system has random numbers");
    }
}
