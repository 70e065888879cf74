//! The floor: one task owns the engine, keeps it true to the rows, and carries out what it decides.
//!
//! ```text
//!   log ─▶ what was touched ─▶ read its rows ─▶ compare with the engine ─▶ tell the difference (reconcile)
//!                                                                               │
//!   due timers, lost sockets ───────────────────────────────────────────────────┤
//!                                                                               ▼
//!   rows ◀── one transaction per conversation: owner's epoch, conversation's epoch, unique index ◀── commands
//!     └──▶ refused? the conversation is read and compared again
//! ```
//!
//! Invariants:
//! * the rows are the truth; a write that finds them changed is refused and its conversation compared anew, so neither a
//!   lost nor a doubled event, nor a person who was faster, leaves engine and rows apart;
//! * one process routes: its writes carry the epoch of `routing_owner`, which whoever takes over raises;
//! * a start from the rows gives the engine that would have been there (reservations, holdings, cool-downs, graces).
//!
//! * hours are computed from calendars; a queue opens and closes by itself, with one timer at the next change of any.
//!
//! What sockets see of a queue (`queue.changed`, at most twice a second each) and of an agent's load (`presence`) are
//! signals that may be lost; a visitor's place goes out through the spine's port `TellPlace`.

mod board;
mod hours;
mod http;
mod known;
mod look;
mod owner;
mod plan;
mod profile;
mod rebuild;
mod reconcile;
mod settle;
mod step;
mod tell;
mod waits;

pub use board::{Board, QueueFigures};
pub use hours::OpenNow;
pub use http::routes;
pub(crate) use owner::check as check_owner;
pub use step::{Floor, on_start, run};
pub(crate) use waits::PastWait;
