//! A message on its way in, and what became of it.

use crate::visits::Visit;
use conversations::inboxes::Inbox;
use conversations::messages::{MailHead, MessageRow};
use conversations::threads::{Page, Row};
use customers::NewContact;
use futures_util::future::LocalBoxFuture;
use kernel::{AttachmentId, ContactId, ConversationId, MessageId, Millis, Result};
use platform::store::Tx;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The sender's own name for a message: the same one again is the same message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SenderKey {
    /// Made by a client that holds a conversation; unique within the conversation.
    Client(String),
    /// Made by another system; unique within the inbox.
    External(String),
}

/// A message from a customer; everything made before the transaction.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Where it came in.
    pub inbox: Arc<Inbox>,
    /// By whom.
    pub contact: NewContact,
    /// Which of the contact's threads, where a source has several; otherwise empty.
    pub thread: String,
    /// The text, already masked.
    pub body: String,
    /// Files, already taken in under the contact's name.
    pub attachments: Vec<AttachmentId>,
    /// The sender's own name for it.
    pub key: SenderKey,
    /// The page it was written on.
    pub page: Page,
    /// What it brings besides its words.
    pub visit: Option<Arc<Visit>>,
    /// What it brings as a mail.
    pub mail: Option<Mail>,
    /// The conversation it belongs to, already found to be one that its sender may write into.
    pub into: Option<ConversationId>,
    /// Now.
    pub now: Millis,
}

/// What a mail brings besides its words.
#[derive(Clone)]
pub struct Mail {
    /// Its head.
    pub head: Arc<MailHead>,
    /// A program wrote it: nobody is waited for, nothing is opened again.
    pub automatic: bool,
    /// What is written down with it.
    pub also: Arc<dyn Also>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("head", &self.head).finish_non_exhaustive()
    }
}

/// What a channel writes down in the transaction that takes a message in.
pub trait Also: Send + Sync {
    /// Runs once the message stands in its conversation; may run twice, as the transaction may.
    fn write<'a>(&'a self, tx: &'a mut Tx, taken: &'a Taken) -> LocalBoxFuture<'a, Result<()>>;
}

impl Incoming {
    /// Writes of one contact run in order: a number that is the same for the same contact.
    pub(super) fn lane(&self) -> i64 {
        let mut h = DefaultHasher::new();
        self.inbox.id.hash(&mut h);
        match self.contact.handles.first() {
            Some(handle) => handle.value.hash(&mut h),
            None => self.contact.id.hash(&mut h),
        }
        (h.finish() >> 1) as i64
    }
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: i64,
    /// Whose it is.
    pub contact: ContactId,
    /// It opened the conversation.
    pub opened: bool,
    /// It had been here before.
    pub repeated: bool,
    /// The message and its conversation right after it. Absent where another system repeats itself: it needs the
    /// numbers only.
    pub whole: Option<Box<(MessageRow, Row)>>,
}
