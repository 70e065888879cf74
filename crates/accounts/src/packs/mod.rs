//! Setting up a line in a quarter of an hour: what it still lacks, and taking things over from another line or from a
//! starting pack of an industry.
//!
//! Each area registers the parts of a line that it owns ([`line_part`]): how far a line has come with it, how it is copied,
//! and how it is taken from a pack. Nothing here knows what the parts are; a part that is registered later appears by
//! itself. Everything goes through the areas' own use cases, with the caller's own rights; what stands in the line already
//! under the same name is left as it is, so that doing it twice makes nothing twice.
//!
//! Taking over is recorded as `line.filled` with the ids of what it made; undoing that takes back what still is as it was made
//! and is used by nothing ([`LinePart::take_back`]), and leaves the rest.
//!
//! Events: those of what is made and taken back; `line.filled` and `line.emptied` in the record.

mod http;
mod model;
mod service;
mod view;

pub(crate) use http::routes;
pub use model::{
    Brought, Kept, LinePart, LineParts, Made, PACKS, Pack, Standing, Texts, line_part, mark_of, pick,
};
pub(crate) use service::undoable;
