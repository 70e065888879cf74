//! Import: contacts that come as a table.
//!
//! ```text
//! upload ─▶ draft ──(check)──▶ checking ──▶ checked ──(start)──▶ running ──▶ done
//!             ▲   plan: how it is read, what columns mean │          └──(cancel)──▶ cancelled
//!             └───────────(plan changed)──────────────────┘
//! ```
//! A check does everything but write. Rows are taken in batches, each in one transaction with the import's
//! own progress, so that an import that was killed goes on where it was and does nothing twice. Rows that could not be
//! taken are kept by number; they are given back as a file of the same kind with the reason beside each, to be corrected
//! and loaded again. The file is removed after [`KEPT_MS`]. Events: `import.created`, `.started`, `.ended`,
//! `contacts.imported`.

mod apply;
mod http;
mod jobs;
mod meaning;
mod model;
mod rows;
mod run;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use jobs::{EXPIRE, RUN, expire, run as run_job};

/// Files of imports are kept for so long.
pub const KEPT_MS: kernel::Millis = 7 * 86_400_000;
