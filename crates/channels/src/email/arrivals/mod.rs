//! Arrivals: every mail as it came, and what became of it.
//!
//! ```text
//! keep ──▶ pending ── job ──▶ done (in a conversation, or a reply of ours marked as failed)
//!             │  ▲
//!             │  └── read again by hand, after an upgrade
//!             └── no mail, refused twice, a bounce of nothing of ours ──▶ quarantined: kept, in sight
//! ```
//! A try is counted before the bytes are looked into: a mail that ends the program each time is laid aside, and the next one
//! goes on. Those of one inbox are looked into in the order in which they came. Raw bytes stay as long as the row.
//!
//! Events: `mail.quarantined`.

mod http;
mod jobs;
mod looking;
mod model;
mod reading;
mod service;
mod store;
mod turns;
mod view;

pub(super) use jobs::lay_aside;
pub use model::{Arrival, Envelope, Status, Via};
pub use service::{Arriving, Prepared, keep, prepare, write};
pub(super) use store::{counts, last_of, of_message, settle};

use platform::Registry;

pub(super) fn register(reg: &mut Registry) {
    reg.job(jobs::READ, jobs::read);
    reg.desk(http::routes());
}
