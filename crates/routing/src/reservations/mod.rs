//! Reservations: work offered to one agent, to be accepted or to lapse.
//!
//! ```text
//!            ┌── accept (the agent, in time, nothing handed over since) ──▶ accepted; the conversation is theirs
//!  active ───┼── decline (the agent, with a reason) ──────────────────────▶ declined
//!            ├── nobody answered in time (the floor) ─────────────────────▶ lapsed
//!            └── taken back (the floor: agent gone, work gone or given) ──▶ withdrawn
//! ```
//! Invariants: at most one active reservation per conversation (a unique index); only the agent it is offered to can
//! answer it; accepting and assigning are one transaction that checks the conversation's epoch, so that of any number of
//! acceptances at most one wins.
//!
//! Events: `reservation.offered`, `reservation.ended`.

mod events;
mod http;
mod model;
mod service;
mod store;
mod view;

pub use events::Shown;
pub use http::routes;
pub use model::{End, Reservation, State, decline_reason, why_keys};
pub(crate) use service::ended;
pub use service::{Taker, accept, decline};
pub(crate) use store::{active, cool_downs, ended_states, insert, last_of_users, taken};
pub(crate) use store::{end, state_of};
pub use view::ReservationView;
