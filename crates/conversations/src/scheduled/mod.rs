//! Replies that go later: at a time somebody chose, or once the time in which they can be taken back has passed.
//!
//! ```text
//!            ┌── its time came, nothing had changed ──▶ sent
//! pending ───┼── its time came, something had ────────▶ held ── sent all the same, or moved ──▶ pending
//!            └── taken back ──────────────────────────▶ cancelled ◀── given up ── held
//! ```
//! The time is a row of the job table, written with the reply, so it survives a restart. The message's client key is made of
//! the reply's id: however often the job runs, one message leaves. A chosen time is checked against what came since: a
//! contact's message or a colleague's answer holds it; the short time for taking back only against a colleague's answer.
//!
//! A channel whose messages cannot be taken back once they left (mail, other sources) holds each reply for its author's undo
//! time ([`crate::threads::Undo::Hold`]); the desk then sends here instead of at once.
//!
//! Events: `scheduled.changed` (pending, cancelled, sent), `scheduled.held`.

mod events;
mod http;
mod jobs;
mod model;
mod service;
mod store;
mod view;

pub use events::ScheduledPresenter;
pub use http::routes;
pub use jobs::{SEND, send_job};
pub use model::{Scheduled, State};
pub use service::{Undoable, with_undo};
pub(crate) use service::{hold_back, move_along};
pub use store::of_author;
pub use view::ScheduledView;
