//! Organisations: the firms to which contacts belong. A name is unique within a client, however it is written.
//!
//! Events: `organisation.created`, `organisation.changed`.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use service::check;
pub(crate) use store::{find_or_make, name_of};
pub use view::Organisation;
