//! The project's own tasks, as a library: what `cargo xtask` runs, and what tests use of it.
//!
//! [`tidy`] holds the rules of ARCHITECTURE.md against the source; [`statements`] finds every SQL statement, so that a
//! test can prepare each on both engines.

pub mod source;
mod statement;
pub mod tidy;

pub use statement::{Statement, statements};
