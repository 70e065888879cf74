//! Teams: whom an agent works with.
//!
//! Events: `team.created`, `team.changed`, `team.removed`.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub use view::TeamView;
