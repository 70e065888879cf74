//! The day of a line: one table for the line and its queues, one for its agents, one by hour, one of dispositions.
//!
//! Screen, CSV and Excel show the same tables, made once ([`DayReport`]); every column is an entry of the catalogue, and the
//! definitions go with the file. Behind a figure stand conversations, which can be listed. Files are recorded as exports.

mod csv;
mod excel;
mod http;
mod model;
mod store;
mod table;

pub use http::routes;
pub use model::{DayReport, Named};
