//! Mailboxes: how an inbox of mail is reached. Servers, what its mails say below their text, and how far its folder was
//! fetched.
//!
//! Passwords and tokens go in and never come out; one kept for a server is not carried to another. Every change raises the
//! epoch, so that whoever fetches with the settings before is refused ([`fetch`](super::fetch)).
//!
//! Events: `mailbox.changed`, `mailbox.removed`.

mod access;
mod http;
pub(super) mod mark;
mod model;
mod sending;
mod service;
mod store;
mod trial;
mod view;

pub(super) use access::{Accesses, secret};
pub(super) use mark::Awaited;
pub use model::{Endpoint, JudgedBy, Login, Mailbox, MailboxConfig, Oauth};
pub use sending::server;
pub use store::{by_address, by_inbox, insert_or_update};
pub use view::{
    FaultView, HealthStatus, MailboxHealth, MailboxSecrets, MailboxTestView, MailboxView, Part, TestStepView,
};

use platform::Registry;

/// The name under which the password or refresh token for fetching is sealed; its owner is the inbox.
pub const IMAP_SECRET: &str = "mailbox.imap";
/// The same for sending.
pub const SMTP_SECRET: &str = "mailbox.smtp";
/// The same for the client's secret of OAuth 2.
pub const OAUTH_SECRET: &str = "mailbox.oauth";

pub(super) fn register(reg: &mut Registry) {
    reg.provide(std::sync::Arc::new(Accesses::default()));
    reg.provide(std::sync::Arc::new(trial::Tests::default()));
    reg.provide(std::sync::Arc::new(mark::Awaited::default()));
    reg.desk(http::routes());
}
