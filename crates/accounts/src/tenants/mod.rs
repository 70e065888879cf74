//! The clients whom the provider serves, and the provider itself.
//!
//! A client is a wall: everything of it carries its id. It is never removed, only archived: shown no longer among those
//! that are served, its record kept.
//!
//! Events: `tenant.created`, `tenant.changed`, `provider.changed`.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use service::undoable;
pub use view::{ProviderView, TenantView};
