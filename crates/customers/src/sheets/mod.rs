//! Tables in files: CSV and Excel (.xlsx), read and written, whatever program and country they come from.
//!
//! ```text
//! bytes ─▶ what is it? ── text: byte mark, UTF-8, else the encoding in which it reads as people write ─▶ delimiter ─▶ rows
//!                      └─ zip: unpacked once to see that it does not swell ─▶ cells of the first sheet ─▶ rows
//! ```
//! Values only: a formula comes in as what it last showed. Everything is bounded, and what exceeds a bound is refused by
//! name. What goes out begins no formula in the program that opens it.

mod encoding;
mod guess;
mod read;
mod write;
mod xlsx;

pub use encoding::Charset;
pub use guess::look;
pub use read::{Format, Head, Reading, Rows, read};
pub use write::{Writer, plain};

/// A file at the most, in bytes.
pub const FILE_MAX: usize = 32 * 1024 * 1024;
/// Columns at the most.
pub const COLUMNS_MAX: usize = 200;
/// Rows at the most, the head apart.
pub const ROWS_MAX: u64 = 500_000;
/// A cell at the most, in characters: as much as Excel's own.
pub const CELL_MAX: usize = 32_768;
