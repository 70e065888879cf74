//! Setting up a line in a quarter of an hour: what it still lacks, and taking things over from another line or from a
//! starting pack of an industry.
//!
//! Each area registers the parts of a line that it owns ([`line_part`]): how far a line has come with it, how it is copied,
//! and how it is taken from a pack. Nothing here knows what the parts are; a part that is registered later appears by
//! itself. Everything goes through the areas' own use cases, with the caller's own rights; what stands in the line already
//! under the same name is left as it is, so that doing it twice makes nothing twice.
//!
//! Events: those of what is made, and `line.filled` {parts} in the record.

mod http;
mod model;
mod service;
mod view;

pub(crate) use http::routes;
pub use model::{Brought, LinePart, LineParts, PACKS, Pack, Standing, Texts, line_part, pick};
