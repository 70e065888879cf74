//! API tokens: `hk_…`, for programs. A token holds some of its owner's permissions, in one client or line or in all,
//! and never more than its owner holds at that moment; a disabled owner's tokens stop at once.
//!
//! The token itself is shown once; the store holds its SHA-256. Events: `token.created`, `token.revoked`.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use store::names;
pub use view::TokenView;
