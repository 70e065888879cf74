//! Export: the contacts of a segment or filter as a table, for a purpose that is recorded.
//!
//! Addresses are masked unless who exports may see them in full and asks for it. Nothing in the file begins a formula.
//! Only who exported can fetch it, by an address good for [`LINK_MS`]; after [`KEPT_MS`] the file is removed. Events:
//! `export.created`, `.ended`.

mod http;
mod jobs;
mod rows;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use jobs::{EXPIRE, RUN, expire, run as run_job};

/// Files are kept for a day.
pub const KEPT_MS: kernel::Millis = 86_400_000;
/// An address of a file is good for ten minutes.
pub const LINK_MS: kernel::Millis = 600_000;
/// Rows of a file at the most.
pub const ROWS_MAX: usize = 200_000;
