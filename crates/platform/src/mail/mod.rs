//! Outgoing mail: letters that the program writes (invitations, resets, notices, transcripts), not the mail channel.
//!
//! ```text
//! owner's transaction ── queue ──▶ letter (sealed) + job ──▶ one server's turn ──▶ SMTP
//!    pending ── accepted ──▶ delivered (its words go)
//!       │  └── 4xx, no connection, no answer: again after 1 min, 5 min … 24 h ──▶ failed
//!       └── 5xx ──▶ failed (kept 30 days, can be sent again)
//! ```
//! A letter goes through its client's own server where one is set up, else through the provider's. Servers are reached by
//! the rules of egress: private addresses are closed unless an administrator opened them. The Message-ID is made from the
//! letter's id, so that a letter sent twice after a crash is one letter for its reader. Addresses are checked, every other
//! header is cleaned of control characters, and the words of a letter are sealed in the store until it is delivered.
//!
//! Invariants: a letter is written with what caused it or not at all; no header of a letter holds a line break of somebody
//! else's; one address gets at most [`PER_ADDRESS_MAX`] letters an hour, one server at most `per_minute` a minute.

mod address;
mod compose;
mod jobs;
mod outbox;
mod server;
mod smtp;
mod words;

pub use address::Address;
pub use compose::compose;
pub use jobs::{KEEP_MS, SEND};
pub use outbox::{
    Letter, LetterRow, PER_ADDRESS_MAX, Queued, Status, is_set_up, letter, list, queue, replay, written_since,
};
pub use server::{
    PASSWORD, PER_MINUTE_MAX, Security, Server, ServerRow, put, ready, remove, row, server_for,
};
pub use smtp::{Failure, Sent, Step, Taken, deliver, deliver_to_all};
pub use words::Words;

use crate::Registry;

pub(crate) fn register(reg: &mut Registry) {
    reg.job(jobs::SEND, jobs::send);
    reg.job(jobs::PRUNE, jobs::prune);
    reg.on_start("outgoing mail", jobs::begin);
}
