//! Segments: saved filters over the contacts of a client, with AND and OR.
//!
//! ```text
//! filter (JSON) ── checked against the client's attributes ──▶ plan: where to look, what to load, what to ask
//!   window of contacts ──▶ prepared statements load only the facts the plan needs ──▶ the plan decides, in one pure place
//! ```
//! Statements are never built from a filter: each fact has one prepared statement, and what is compared is compared in
//! `Plan::admits`, so that both engines answer alike. A tag or organisation that everybody must have is looked up by its
//! index; everything else is walked newest first in windows of 2,000. Events: `segment.created`, `.changed`,
//! `.removed`.

mod facts;
mod http;
mod model;
mod plan;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub use model::{Condition, Field, Filter, Group, Join, Op};
pub(crate) use service::{compile, filter_of, member_of, walk};
