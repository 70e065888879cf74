//! Who a visitor is, on the word of the client whose page they are on.
//!
//! ```text
//! client's server ── signs {sub, aud, iat, exp ≤ 1 h, jti} ──▶ page ── hark('identify') ──▶ POST identify
//!    HS256 with the inbox's secret, EdDSA with its own key        │ good, not used on another device
//!                                                                  ▼
//!                                        a visitor's token that names the contact; good for a day
//! ```
//! A visitor who has not proved who they are is a contact of their own: they never become, or see anything of, somebody
//! known. A mail address or telephone number in a proof finds a known contact only if the client says that it has been
//! verified. Proof under another name begins anew; nothing of the visitor before is taken along.
//!
//! Secrets lie sealed in the platform's `secret` table; after a change the one before is good for a day.

mod http;
mod proof;
mod service;
mod store;

pub use proof::{By, Fault, Keys, LIFE_MAX_S, Nonce, Proved, hash, token};
pub use service::{Offered, VERIFIED_MS, prove};

pub(crate) use http::routes;
pub(crate) use service::handle;
