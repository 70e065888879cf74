//! Duplicates: pairs of contacts who may be one, found by a job and worked through by people.
//!
//! ```text
//! scan (each night, or when asked) ─▶ cards ─▶ buckets of what could be the same ─▶ score ─▶ pairs with their reasons
//!                                                                                open ──▶ dismissed (for good) | merged
//! ```
//! What is compared is compared in one pure place (`model`). Bounds: the newest contacts, buckets and
//! pairs. Invariants: a dismissed pair is never proposed again; an open pair that is not found any more goes. Event:
//! `duplicates.scanned`.

mod http;
mod jobs;
mod model;
mod scan;
mod store;

pub(crate) use http::routes;
pub(crate) use jobs::{DAILY, SCAN, daily, enqueue_daily, scan as scan_job};
pub(crate) use store::open_of;
