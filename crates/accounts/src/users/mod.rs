//! Users: everybody with an account, what they hold (grants of roles) and what they may handle (grants of skills).
//!
//! ```text
//! POST ─▶ invited (no password) ── link ──▶ active ⇄ disabled        users are never removed: the record names them
//! ```
//! A change of rights ends the user's sessions (but the acting one), so that the next sign-in begins under the new
//! rights; disabling ends them all, and their sockets within seconds. Nobody manages somebody who holds more.
//!
//! Events: `user.created`, `user.changed`, `user.disabled`, `user.enabled`, `user.signed_out` {kept},
//! `grant.added` {user}, `grant.removed` {user}, `skill.granted` {user}.

mod grants;
mod holders;
mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use service::{login_of, undoable};
pub(crate) use store::{NewUserRow, add, grant_built_in};
pub use view::UserView;
pub(crate) use view::user_view;
