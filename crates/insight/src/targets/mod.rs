//! What a line aims at: how soon the waiting are answered, what share of them, and who left too soon to count.
//!
//! A line without targets has the usual ones ([`Target::default`]). A change counts for all days, also past ones, since
//! figures are made from facts when they are asked for. Event: `target.changed`.

mod http;
mod model;
mod store;

pub use http::routes;
pub use model::Target;
pub use store::of_lines;
