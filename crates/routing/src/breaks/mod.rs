//! Breaks: kinds with their quota, requests, and who is over time.
//!
//! ```text
//!  ask ──▶ within the quota? ──▶ needs approval? ── yes ──▶ asked ── refused
//!                                    │ no                     │ approved
//!                                    ▼                        ▼
//!                          a place free in the team? ── no ─▶ queued ── a place falls free ─┐
//!                                    │ yes                                                  │
//!                                    └────────────────▶ active ◀────────────────────────────┘
//!   asked, queued ── cancelled, signed out ──▶ cancelled        active ── any other state ──▶ ended
//! ```
//! A break that begins sets the state; any other state ends it. Invariants: one open request per user (a unique index);
//! never more active at once in a team than the kind allows, since every decision about a kind first writes that kind's
//! row; the quota is counted by the agent's own day.
//!
//! Events, without client, seen by those who share a client with the agent: `presence.break_changed` {state},
//! `presence.break_overrun`. Settings: `break_kind.changed`.

mod events;
mod http;
mod jobs;
mod kinds;
mod model;
mod service;
mod store;
mod view;

pub use events::Shown;
pub use http::routes;
pub use jobs::{FREED, OVERRUN, freed_job, overrun_job};
pub use model::{Break, BreakState, Kind};
pub(crate) use service::{ask_by_key, leave};
pub(crate) use store::{open_of, used_on};
pub(crate) use view::{BreakView, day_of, view_of};
