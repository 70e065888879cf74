//! Roles: named sets of permissions. Five are built in; others are drawn up by an administrator.
//!
//! A role is granted to users everywhere, in a client or in a line (see `users`). Nobody puts into a role what they do
//! not hold everywhere themselves.
//!
//! Events: `role.created`, `role.changed`, `role.removed`.

mod builtin;
mod http;
mod service;
mod store;
mod view;

pub use builtin::ADMINISTRATOR;
pub(crate) use builtin::seed;
pub(crate) use http::routes;
pub(crate) use service::{catalogue, permitted, undoable};
pub use view::{AreaPermissions, RoleView};
