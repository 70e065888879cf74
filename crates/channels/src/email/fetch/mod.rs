//! Fetching mail over IMAP.
//!
//! ```text
//! holding ── lease, epoch ──▶ one fetcher per mailbox, on one node
//!    sign in ─▶ EXAMINE: UIDVALIDITY, UIDNEXT ─▶ sizes ─▶ bodies in bounded batches ─▶ IDLE, or a look each minute
//!       ▲                                                    │ each: bytes kept; arrival and cursor in one transaction
//!       └────────── 5 s … 10 min, with jitter ◀── fault ─────┘
//! ```
//! The folder is opened for reading only (`EXAMINE`, `BODY.PEEK`): nothing is deleted, moved or flagged at the server, so that
//! people who look into the same mailbox find it as they left it, and nothing can be lost by us. How far a folder was fetched
//! stands in our store, written with each mail.
//!
//! Invariants: a mail becomes an arrival and moves the cursor in one transaction, or neither; a write by who no longer holds
//! the mailbox (an older epoch) writes nothing; a refusal is never taken for an empty answer; a mail that cannot be had is
//! laid aside in sight, and the next one goes on.

mod cursor;
mod fault;
mod fetching;
mod folder;
mod holding;
mod session;
mod store;
mod taking;
mod wire;

pub use fault::{Fault, cut};
pub(super) use fetching::way_to;
pub use session::Step;
pub(super) use session::{Abilities, Steps, Taken, command, look, open};
pub(super) use taking::message;
pub(super) use wire::Wire;

use platform::Registry;

pub(super) fn register(reg: &mut Registry) {
    reg.on_start("fetching mail", holding::begin);
    reg.task("fetching mail", holding::run);
}
