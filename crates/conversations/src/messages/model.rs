//! A message and what is allowed in one.

use super::head::MailHead;
use crate::codes;
use crate::threads::Channel;
use kernel::{Actor, AttachmentId, ConversationId, Error, MessageId, Millis, Result, TenantId, UserId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// Text at the most, in characters.
pub const BODY_MAX: usize = 16_000;
/// Files on one message.
pub const ATTACHMENTS_MAX: usize = 10;
/// People mentioned in one message.
pub const MENTIONS_MAX: usize = 20;
/// The sender's id of a message at the most, in bytes.
pub const CLIENT_KEY_MAX: usize = 64;
/// The line shown in lists, in characters.
const PREVIEW_MAX: usize = 120;

/// A file as its message remembers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttachmentMeta {
    /// The attachment.
    pub id: AttachmentId,
    /// Its name, as the sender gave it; shown as text only.
    pub name: String,
    /// Its type, as found by looking at the bytes.
    pub mime: String,
    /// In bytes.
    pub size: i64,
    /// Of a picture, in pixels.
    pub width: Option<i64>,
    /// Of a picture, in pixels.
    pub height: Option<i64>,
    /// The blob, in hex.
    pub hash: String,
    /// The smaller picture's blob, in hex.
    pub preview: Option<String>,
}

/// What a message carries besides its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Extras {
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentMeta>,
    /// Colleagues mentioned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// When its author took it back; text and files are gone then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Millis>,
    /// Whom it was whispered to: of a note for that agent alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<UserId>,
    /// The head of a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Arc<MailHead>>,
    /// Ours in a conversation of mail that goes to the widget, and no mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chat: bool,
    /// What happened, for a thin line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<(String, serde_json::Value)>,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// Its id.
    pub id: MessageId,
    /// The client.
    pub tenant: TenantId,
    /// Where.
    pub conversation: ConversationId,
    /// Its number, from 1.
    pub seq: i64,
    /// Is it a thin line about what happened?
    pub is_event: bool,
    /// Only for staff?
    pub note: bool,
    /// By whom.
    pub author: Actor,
    /// The text.
    pub body: String,
    /// What else.
    pub extras: Extras,
    /// The sender's own id.
    pub client_key: Option<String>,
    /// Why it could not be delivered: an error code.
    pub failure: Option<String>,
    /// When.
    pub at: Millis,
}

impl MessageRow {
    /// Over which channel it went: its conversation's own, unless it went another way.
    pub fn way(&self, row: &crate::threads::Row) -> Channel {
        match &self.extras {
            e if e.chat => Channel::Webchat,
            e if e.mail.is_some() => Channel::Email,
            _ => row.channel,
        }
    }
}

/// A message to be appended; everything made before the transaction.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Made before.
    pub id: MessageId,
    /// The id of the line that a reopening leaves in the thread.
    pub event_id: MessageId,
    /// Where.
    pub conversation: ConversationId,
    /// By whom.
    pub author: Actor,
    /// Only for staff?
    pub note: bool,
    /// The text, already masked (see [`clean`]).
    pub body: String,
    /// Files, already uploaded.
    pub attachments: Vec<AttachmentId>,
    /// Colleagues mentioned.
    pub mentions: Vec<UserId>,
    /// The sender's own id: the same one again is the same message.
    pub client_key: Option<String>,
    /// The head of a mail.
    pub mail: Option<Arc<MailHead>>,
    /// Of a conversation of mail that goes on in the widget: for there, and no mail.
    pub chat: bool,
    /// A program wrote it in the contact's name: nobody is waited for, nothing is opened again.
    pub automatic: bool,
    /// The newest number the author had seen: refuse if a colleague answered after it.
    pub seen_seq: Option<i64>,
    /// When.
    pub now: Millis,
}

/// What became of an appended message.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The message.
    pub message: MessageRow,
    /// The conversation after it.
    pub row: crate::threads::Row,
    /// It had been there before.
    pub repeated: bool,
}

/// Checks and masks a text. `files` says whether something is attached, so that an empty text may stand.
pub fn clean(body: &str, files: bool) -> Result<String> {
    let body = body.trim_end();
    if body.trim().is_empty() && !files {
        return Err(Error::new(&codes::BODY_EMPTY));
    }
    if body.chars().count() > BODY_MAX {
        return Err(Error::new(&codes::BODY_TOO_LONG));
    }
    let body = body.replace('\0', "");
    Ok(match engines::redact::mask_cards(&body) {
        Cow::Borrowed(_) => body,
        Cow::Owned(masked) => masked,
    })
}

/// The line shown in lists.
pub fn preview(body: &str, files: &[AttachmentMeta]) -> String {
    let mut line = String::new();
    for word in body.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > PREVIEW_MAX * 4 {
            break;
        }
    }
    if line.is_empty()
        && let Some(f) = files.first()
    {
        line = format!("[{}]", f.name);
    }
    if let Some((end, _)) = line.char_indices().nth(PREVIEW_MAX) {
        line.truncate(end);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_must_say_something_and_have_an_end() {
        assert_eq!(clean("  \n ", false).expect_err("empty").code.code, "message.empty");
        assert!(clean("", true).is_ok());
        assert_eq!(clean(&"字".repeat(16_001), false).expect_err("long").code.code, "message.too_long");
        assert_eq!(clean("a\0b  ", false).expect("fits"), "ab");
    }

    #[test]
    fn a_card_number_never_gets_in() {
        assert!(!clean("卡号 4111 1111 1111 1111 谢谢", false).expect("fits").contains("1111 1111 1111"));
    }

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(preview("a\n\n b  c", &[]), "a b c");
        assert_eq!(preview(&"字".repeat(300), &[]).chars().count(), 120);
    }
}
