//! One's own day: the figures of an agent, for nobody but themselves.
//!
//! They are counted over every line where the agent takes work, by the catalogue's definitions: what a lead sees of them in a
//! line's day is a part of the same sums. Nobody needs a right to see their own.

mod http;
mod service;

pub use http::routes;
pub use service::{OWN, own};
