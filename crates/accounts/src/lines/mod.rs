//! Service lines: bodies of work for one client, by which rights, reports, rosters and bills can be cut.
//!
//! Events: `line.created`, `line.changed`.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use service::{set_calendar, undoable};
pub use view::LineView;
