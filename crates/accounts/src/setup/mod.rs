//! The first start: one administrator, made by a one-time link or by a command, then closed for good.
//!
//! ```text
//! open ── POST /api/v1/setup with the newest token, or create_admin ──▶ closed (never opens again)
//! ```
//! Every start of an open installation makes a new token; the older one stops working. Where the link is shown (a
//! terminal, a file of mode 0600, never a log) is the server's business.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub use service::{NewAdmin, SetupLink, create_admin, ensure};
pub use view::SetupState;
