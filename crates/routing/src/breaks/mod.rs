//! Breaks: kinds with their quota, requests, and who is over time.
//!
//! ```text
//!  ask ──▶ within the quota? ──▶ needs approval? ── yes ──▶ asked ── refused
//!                                    │ no                     │ approved
//!                                    ▼                        ▼
//!                          a place free in the team? ── no ─▶ queued ── a place falls free ─┐
//!                                    │ yes                                                  │
//!                                    ▼                                                      ▼
//!                      in nobody's service, or the kind may begin at any time? ── no ──▶ granted
//!                                    │ yes                                                  │ the last conversation ends
//!                                    └────────────────▶ active ◀────────────────────────────┘
//!   asked, queued, granted ── cancelled, signed out ──▶ cancelled        active ── any other state ──▶ ended
//! ```
//! A break that begins sets the state; any other state ends it. While a break is granted its user gets no new work and keeps
//! what is in hand; the place is theirs. While a lead's state holds, every break is asked for, and none begins by itself. Invariants: one open request per user (a unique index);
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
pub(crate) use service::{ask_by_key, begin_granted, freed, leave};
pub(crate) use store::{open_of, used_on};
pub(crate) use view::{BreakView, day_of, view_of};
