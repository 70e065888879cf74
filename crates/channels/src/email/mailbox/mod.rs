//! Mailboxes: how an inbox of mail is reached. Servers, what its mails say below their text, and how far its folder was
//! fetched.

mod model;
mod service;
mod store;

pub use model::{Endpoint, Login, Mailbox, MailboxConfig};
pub use service::server;
pub use store::{by_address, by_inbox, insert_or_update};

use platform::Registry;

/// The name under which the password or refresh token for fetching is sealed; its owner is the inbox.
pub const IMAP_SECRET: &str = "mailbox.imap";
/// The same for sending.
pub const SMTP_SECRET: &str = "mailbox.smtp";

pub(super) fn register(_: &mut Registry) {}
