//! Presence: the state each agent is in, and what that leaves behind.
//!
//! ```text
//!            set (anybody for themselves)                 the floor's engine
//!   offline ───────────────▶ ready ◀──────────── wrap_up ◀── last item closed
//!      ▲                       │  ─────────────▶ busy    ◀── offers missed in a row
//!      │                       ▼
//!      └──── set, or absent longer than the grace ──── break{kind}, busy, training, meeting
//! ```
//! `serving` is not stored: it is `ready` with something in hand. Each state but `offline` is kept as an interval.
//! Invariants: at most one open interval per user; `version` grows with each change, and a change by the engine is
//! refused when somebody changed the state since.
//!
//! Events: `presence.changed`, without client: it concerns everybody who works here.

mod events;
mod http;
mod model;
mod service;
mod store;
mod view;

pub use events::Shown;
pub use http::routes;
pub use model::{AgentNow, KIND_MAX, State};
pub(crate) use service::{Engine, set_by_engine};
pub use service::{Wish, set, set_capacity};
pub(crate) use store::{agents, capacities, one, seen_by_sockets};
