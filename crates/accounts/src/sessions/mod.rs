//! Sign-in: passwords, second factor, sessions, one-time links, and what a signed-in person sees of themselves.
//!
//! ```text
//! login + password ── throttled ──▶ argon2id ── totp on? ──▶ code ──▶ session: 256-bit cookie, its SHA-256 in the store
//!                                                                     idle 12 h · at most 7 days · listable, endable
//! ```
//! An unknown login gets the same answer after the same work as a wrong password. A new password, changed rights or
//! disabling end sessions; every node hears of it by the log, forgets them and closes their sockets.
//!
//! Events: `session.ended`, `user.signed_out` {kept}. Sign-in itself is recorded (`session.started`), not told.

pub(crate) mod access;
mod factor;
mod forgotten;
mod http;
mod jobs;
mod letters;
mod links;
mod me;
mod model;
mod password;
mod service;
pub(crate) mod store;
mod throttle;
mod totp;
mod view;

pub(crate) use forgotten::{FORGOTTEN, forgotten_job};
pub(crate) use http::{own_origin, routes, signed_in};
pub(crate) use jobs::{SWEEP, close_ended, schedule_sweep, sweep_job};
pub(crate) use letters::{invitation, reset};
pub(crate) use links::NewLink;
pub use me::{by_mail, mail_signature, proved_mail, undo_ms, wants_mail};
pub(crate) use model::new_secret;
pub(crate) use password::{Hashing, hash_new};
pub(crate) use service::list_of;
pub(crate) use throttle::Throttle;
pub use view::{Me, PresenceSource, PresenceView, SessionView};
