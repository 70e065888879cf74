//! Mail as a channel.
//!
//! ```text
//! mailbox (IMAP) ──┐                    job: parsed under limits          ┌─▶ conversation (intake)
//!                  ├─▶ arrival: bytes ──▶ whose thread? whose contact? ───┼─▶ a reply of ours marked as failed (bounce)
//! SMTP, LMTP ──────┘   kept first         human, machine, bounce?         └─▶ quarantine: in sight, can be read again
//!
//! reply ─▶ log ─▶ reader "mail out" ─▶ delivery ─▶ SMTP: accepted, later again, or failed with what to do
//! ```
//! A mail is kept with its bytes before anybody looks into it, and is acknowledged to who brought it after that commit. What
//! is made of it is decided by `mail` (pure) and [`threading`]; the same delivery is known again by the hash of its bytes.
//!
//! Invariants: each mail ends in a conversation or in quarantine, once; no token or reference of another client or inbox
//! opens a conversation; a sender whose domain disowns the mail reaches no known contact and no conversation; an inbox
//! answers one address by itself at most once a day, and never a program.

mod answering;
pub mod arrivals;
pub mod deliveries;
pub mod door;
pub mod fetch;
pub mod judging;
pub mod mailbox;
mod outbound;
mod signature;
mod threading;

pub use outbound::Email;

use kernel::{Error, Result};
use platform::store::Tx;
use platform::{App, Registry};

pub(crate) fn register(reg: &mut Registry) {
    mailbox::register(reg);
    arrivals::register(reg);
    deliveries::register(reg);
    fetch::register(reg);
    door::register(reg);
    answering::register(reg);
    reg.desk(signature::routes());
}

/// Brings a mail to the mailbox of an address, with or without a token; answers after the commit whether it was new. Errors:
/// `not_found` where no mailbox has the address; those of [`arrivals::keep`].
pub async fn bring(app: &App, to: &str, mail: arrivals::Arriving) -> Result<bool> {
    let whole = to.trim().to_lowercase();
    let (local, host) = whole.rsplit_once('@').ok_or_else(Error::not_found)?;
    let plain = format!("{}@{host}", local.split('+').next().unwrap_or(local));
    let find = async move |tx: &mut Tx| match mailbox::by_address(tx, &whole).await? {
        Some(m) => Ok(Some(m)),
        None => mailbox::by_address(tx, &plain).await,
    };
    let found = app.db().read(&accounts::authorize::reader(), find).await?;
    arrivals::keep(app, &found.ok_or_else(Error::not_found)?, mail).await
}

/// The key with which tokens of conversations are signed.
fn token_key(app: &App) -> [u8; 32] {
    app.secrets().derive("mail conversation tokens")
}
