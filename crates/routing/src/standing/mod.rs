//! What counts for a place: how fast waiting counts, what tiers and marks are worth, for the installation and for each
//! client.
//!
//! ```text
//!  installation: a second of waiting is a point; each tier so many; coming again; straight to a person
//!  client:       its own tier; its words for contacts' tiers ("金卡" → 2); which tags, or from what age, straight
//! ```
//! A change takes effect on what waits at once. Events: `routing.set` (installation), `routing.client_set`.

mod http;
mod model;
mod service;
mod store;

pub use http::routes;
pub use model::{ClientRules, ContactTier, Installation};
pub use store::{clients, installation};
