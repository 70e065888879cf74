//! What of Hark holds while something breaks: the real program as a process of its own, under load, with its disk full,
//! its network cut, its database restarted, or itself killed.
//!
//! ```text
//! crew: agents (HTTP) · visitors (HTTP, WebSocket) · other sources (signed) · office ──▶ hark (child) ──▶ folder, database
//!   each with ids of its own, asking until it is answered          ▲ kill -9, SIGTERM, disk full, cut, restart
//! book: what was acknowledged  ──compare──  threads: what the program shows afterwards, search, audit, the store
//! ```
//! Results are asserted, never times. The seed is printed; `HARK_SEED` plays it again. `HARK_TRIALS` (kill -9 and restarts
//! of PostgreSQL) and `HARK_SOCKETS` ask for the long form, as `cargo xtask faults` does.

mod book;
mod crew;
mod disk;
mod doubles;
mod kill;
mod mail;
mod noisy;
mod postgres;
mod rig;
mod sockets;
mod stop;
mod ways;

use std::time::Duration;

/// A number from the environment, or the short form's.
fn asked(variable: &str, short: usize) -> usize {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {text}")),
        Err(_) => short,
    }
}

/// Runs a test on one thread, where the driver's sockets live.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, test);
}

/// Waits until something holds; what it was when it does not come.
async fn until(what: &str, within: Duration, mut holds: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < within, "{what}: not within {within:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
