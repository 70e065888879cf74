//! Bulk edits: the same actions done to many conversations, by one job.
//!
//! ```text
//! asked ──▶ run with an item per conversation (waiting) ──▶ job: each item in a transaction of its own ──▶ done / failed
//!                                                                                   undo ──▶ job: done ──▶ undone / failed
//! ```
//!
//! An item's outcome is written in the transaction that brings it about, so a job that comes again goes on where it was.
//! Each right is asked anew at the moment of doing, by the run's author. An item keeps what takes it back, and the epoch
//! after it: what somebody has handed over since is left as it is.

mod http;
mod jobs;
mod store;

pub use http::routes;
pub use jobs::{RUN, run as run_job};
