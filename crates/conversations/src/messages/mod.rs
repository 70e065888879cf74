//! Messages: the parts of a conversation, numbered without gaps.
//!
//! A message is text by somebody (a reply, or a note that only staff see) or one thin line about what happened. Its
//! state is not stored with it: a reply is delivered or read when the contact's mark has passed its number, a contact's
//! message is read when staff's mark has; only a failure is written down.
//!
//! Invariants: the same client key in the same conversation is one message; payment card numbers are masked before the
//! text is stored, logged or indexed; an answer over a colleague's newer one is refused unless forced; a message is either
//! read or withdrawn, never both.
//!
//! Events: `message.created`, `message.marked`, `message.failed`, `message.withdrawn`.

mod head;
mod http;
mod model;
mod service;
mod store;
mod view;
mod withdraw;

pub(crate) use head::SUBJECT_MAX;
pub use head::{MailHead, MailInput, MailKind, MailPerson, MailVerdict};
pub use http::routes;
pub use model::{
    ATTACHMENTS_MAX, AttachmentMeta, BODY_MAX, Extras, MessageRow, NewMessage, Posted, clean, preview,
};
pub use service::{Hot, Mark, ThreadEvent, append, append_event, append_whisper, mark};
pub use store::{all_by_ids, between, by_ids, by_seqs, following, set_failure};
pub use view::{
    AttachmentView, AuthorView, EventView, MessageState, MessageView, Names, attachment_view, state_of, view,
};
pub use withdraw::{WITHDRAW_MS, withdraw};
