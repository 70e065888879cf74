//! Ways: a conversation goes on over another channel than the one it began on, and stays one thread.
//!
//! ```text
//! chat, API ── a reply with the head of a mail ──▶ leaves by an inbox of mail of the same line; its answer comes back here
//! mail ─────── offered in the chat ─────────────▶ the contact, once proved, goes on with it in the widget of the line
//! ```
//! A conversation keeps the inbox it began in: its figures, its hours and its queue are that one's. What a visitor sees of
//! mails in the widget is what they wrote, and what went to an address known to be theirs: mails to others on the side stay
//! among those who got them.
//!
//! Event: `conversation.moved`.

mod http;
mod store;

pub use http::routes;
pub use store::{chat_of, in_chat, offer, withdraw};

use crate::inboxes::Cache;
use crate::inboxes::Inbox;
use crate::messages::MailHead;
use crate::threads::{Channel, Row, WaysView};
use kernel::{Error, InboxId, Result};
use platform::store::Tx;
use std::sync::Arc;

/// The head of a reply by mail as it is kept: with the inbox it leaves by, where that is not the conversation's own, and
/// whether it goes to the contact. Errors: `invalid` at `/mail/inbox` where the line has no such inbox of mail.
pub async fn by_mail(tx: &mut Tx, cache: &Cache, row: &Row, head: &MailHead) -> Result<Arc<MailHead>> {
    let inbox = match row.channel {
        Channel::Email if head.inbox.is_some_and(|i| i != row.inbox) => return Err(unfit()),
        Channel::Email => None,
        _ => Some(mail_inbox(&cache.list(), row, head.inbox).ok_or_else(unfit)?),
    };
    let theirs = customers::mails_of(tx, row.tenant, row.contact).await?;
    let is_theirs = |address: &str| theirs.iter().any(|(t, known)| *known && t.eq_ignore_ascii_case(address));
    let to_contact = head.to.iter().chain(&head.cc).chain(&head.bcc).any(|p| is_theirs(&p.address));
    Ok(Arc::new(MailHead { inbox, to_contact, ..head.clone() }))
}

fn unfit() -> Error {
    Error::invalid("/mail/inbox", "unknown")
}

/// The inbox of mail of the conversation's line that was asked for, or its first. Pure.
fn mail_inbox(all: &[Arc<Inbox>], row: &Row, wanted: Option<InboxId>) -> Option<InboxId> {
    let mut of_line = all
        .iter()
        .filter(|i| i.enabled && i.channel == Channel::Email && (i.tenant, i.line) == (row.tenant, row.line));
    of_line.find(|i| wanted.is_none_or(|w| w == i.id)).map(|i| i.id)
}

/// The widget of a line: its first that is switched on. Pure.
fn widget(all: &[Arc<Inbox>], row: &Row) -> Option<InboxId> {
    let mut of_line = all.iter().filter(|i| {
        i.enabled && i.channel == Channel::Webchat && (i.tenant, i.line) == (row.tenant, row.line)
    });
    of_line.next().map(|i| i.id)
}

/// What a screen offers. Pure.
pub(crate) fn shown(all: &[Arc<Inbox>], row: &Row, in_chat: bool) -> WaysView {
    let is_mail = row.channel == Channel::Email;
    WaysView {
        mail: !is_mail && mail_inbox(all, row, None).is_some(),
        chat: is_mail && widget(all, row).is_some(),
        in_chat,
    }
}

/// Refuses a reply for the widget of a conversation that does not go on there. Error: `invalid` at `/chat`.
pub(crate) async fn must_be_in_chat(tx: &mut Tx, row: &Row) -> Result<()> {
    match row.channel {
        Channel::Email if store::chat_of(tx, row).await?.is_some() => Ok(()),
        _ => Err(Error::invalid("/chat", "unfit")),
    }
}
