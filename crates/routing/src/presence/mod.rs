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
//! refused when somebody changed the state since. A state that somebody else set says who did it and why, as long as it
//! lasts, and is not left but by signing out until its time is over or a lead ends it; breaks have a quota and places, see [`crate::breaks`].
//!
//! Events: `presence.changed`, without client: it concerns everybody who works here.

mod events;
mod forced;
mod http;
mod model;
mod people;
mod service;
mod store;
mod view;

pub use events::Shown;
pub(crate) use forced::{check_reason, leads, led};
pub use http::routes;
pub(crate) use model::Forced;
pub use model::{AgentNow, KIND_MAX, State};
pub(crate) use service::{Engine, begin_break, set_by_engine};
pub use service::{Wish, set, set_capacity};
pub(crate) use store::{agents, capacities, forced_of, one, seen_by_sockets};
