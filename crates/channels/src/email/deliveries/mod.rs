//! Deliveries: replies on their way to a mail server.
//!
//! ```text
//! message of ours ── log ──▶ reader ──▶ pending ── server took it ──▶ accepted ── a bounce comes ──▶ failed
//!                                       │  └── 4xx, no answer: again after 1 min, 5 min … 24 h ──▶ failed
//!                                       └── 5xx, no recipient, too large ──▶ failed (with what to do; can be sent again)
//! ```
//! A reply goes out once per message: its delivery is found by the message's id, and its Message-ID is made from token and
//! message, so that a mail sent twice after a crash is one mail for its reader. What goes by itself says so (RFC 3834), holds
//! nothing that the addressee wrote, and goes to one address once a day. An address and a client have their share of the hour
//! and the day: an agent's mail waits for it, a program's is dropped and counted.
//!
//! Invariant: whoever was refused is tried again alone; nobody gets a mail twice since another recipient was refused.

mod acknowledgement;
mod building;
mod jobs;
mod model;
mod prune;
mod reader;
mod service;
mod share;
mod store;

pub use acknowledgement::{Acknowledgement, Texts};
pub use model::{Delivery, Status};
pub(super) use service::{again, bounced};
pub use share::{ADDRESS_PER_DAY, ADDRESS_PER_HOUR, ClientShare};
pub(super) use store::of_message;

use platform::Registry;

pub(super) fn register(reg: &mut Registry) {
    reg.job(jobs::SEND, jobs::send);
    reg.job(prune::PRUNE, prune::prune);
    reg.on_start("mail out", prune::begin);
    reg.reader("mail out", |app| reader::MailOut::new(app.clone()));
}
