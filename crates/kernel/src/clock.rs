//! Time and chance as values that are passed in, so that every decision can be replayed.

/// Milliseconds since 1970-01-01T00:00:00Z. Durations are `i64` milliseconds named `*_ms`.
pub type Millis = i64;

/// The time of day. The server has one that reads the system clock; tests have one they turn by hand.
pub trait Clock: Send + Sync + 'static {
    /// Now, in milliseconds since 1970 (UTC). Never goes back within one process.
    fn now(&self) -> Millis;
}

/// A source of random bytes. The server's is the operating system's; tests print their seed.
pub trait Rng: Send + Sync + 'static {
    /// Fills the slice.
    fn fill(&self, out: &mut [u8]);

    /// A random 64-bit number.
    fn u64(&self) -> u64 {
        let mut b = [0; 8];
        self.fill(&mut b);
        u64::from_le_bytes(b)
    }
}
