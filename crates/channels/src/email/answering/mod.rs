//! Answering: agents who are away are told by mail, and what they answer becomes their reply.
//!
//! ```text
//! notice, or a customer's message ─▶ away for two minutes? wants mail? ─▶ letter with a token of this user's own in Reply-To
//!
//! answer with such a token ─▶ whose address? token theirs? sender proved? may reply here? conversation live? ─▶ reply (undo time)
//!                                     └── anything lacking ─▶ quarantine with the reason, and one letter that says so
//! ```
//! A token alone is worth nothing, since letters are forwarded; a proved address alone neither, since it may be anybody's in the
//! house. Only both, from somebody who may reply at this moment, speak to a customer.
//!
//! Invariants: a mail with such a token never becomes a customer's message and opens nothing; what is laid aside was never seen
//! by a customer; nobody gets more than one letter about that for a conversation and a day, and no program gets any.

mod jobs;
mod letters;
mod model;
mod reader;
mod taking;

pub(super) use taking::{meant, take};

use platform::Registry;

pub(super) fn register(reg: &mut Registry) {
    reg.job(jobs::TELL, jobs::tell);
    reg.reader("mail to agents", |app| reader::ToAgents::new(app.clone()));
}
