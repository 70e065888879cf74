//! What a mail says, as types. Serialised as they stand they are the documented JSON of [`explain`](crate::explain):
//! names in `snake_case`, absent things `null`, lists never absent. A field may be added; none changes its meaning.

use crate::authentication::Authentication;
use crate::bounce::Bounce;
use crate::kind::{Evidence, Kind};
use crate::threading::Threading;
use serde::Serialize;

/// The number of the JSON's shape; it grows when a field changes its meaning.
pub const SHAPE: u32 = 1;

/// One person in an address field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Person {
    /// The name shown, one line, without controls; may be empty. It proves nothing.
    pub name: String,
    /// `local@host`, as written but for spaces; may be empty where only a name was given.
    pub address: String,
}

/// Who takes part, by field (RFC 5322, 3.6.2 and 3.6.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Participants {
    /// `From`: the authors.
    pub from: Vec<Person>,
    /// `Sender`: who sent it for them.
    pub sender: Vec<Person>,
    /// `Reply-To`: where answers shall go.
    pub reply_to: Vec<Person>,
    /// `To`.
    pub to: Vec<Person>,
    /// `Cc`.
    pub cc: Vec<Person>,
    /// `Bcc`: hardly ever there.
    pub bcc: Vec<Person>,
}

/// When the sender's clock says it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SentAt {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: i64,
    /// The sender's zone, minutes east of Greenwich.
    pub offset_minutes: i32,
}

/// Sanitised HTML: safe to put into a sandboxed page as it stands.
///
/// A remote image is `<img data-remote-src="https://…">` without `src`: the page asks before it loads it, and then through
/// the proxy. An image of the same mail is `<img data-attachment="INDEX">`, INDEX as in `attachments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Html {
    /// The new part.
    pub shown: String,
    /// Quotes and signature; may be empty.
    pub folded: String,
    /// How many remote images are blocked in both.
    pub remote_images: usize,
}

/// A part that is not shown as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Attachment {
    /// Its place in the list, for [`attachment`](crate::attachment) and `data-attachment`.
    pub index: usize,
    /// The name for saving; made from the type where the sender gave none.
    pub name: String,
    /// What the sender says it is, in lower case: `type/subtype`.
    pub type_declared: String,
    /// What its first bytes say it is; `null` where they say nothing.
    pub type_sniffed: Option<String>,
    /// Bytes, decoded.
    pub size: usize,
    /// `Content-ID` without its angle brackets.
    pub content_id: Option<String>,
    /// Meant to be shown in its place (an image of the text) rather than beside it.
    pub inline: bool,
    /// Of a nested mail: its subject and author.
    pub nested: Option<Nested>,
    /// Of a calendar part.
    pub calendar: Option<Calendar>,
    /// Of a `winmail.dat`: the files inside.
    pub inside: Vec<Inside>,
}

/// The face of a mail inside a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Nested {
    /// One line.
    pub subject: String,
    /// Its authors.
    pub from: Vec<Person>,
    /// Its id, without angle brackets.
    pub message_id: Option<String>,
}

/// An invitation or its answer (RFC 5545, RFC 5546).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Calendar {
    /// `REQUEST`, `REPLY`, `CANCEL`, ….
    pub method: String,
    /// What it is about.
    pub summary: String,
    /// As written: a date or a time of RFC 5545, with `TZID=…:` before it where one was given.
    pub start: String,
    /// As `start`.
    pub end: String,
    /// Who invites: an address, or a name where there is none.
    pub organiser: String,
    /// Where.
    pub location: String,
}

/// A file inside a `winmail.dat`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Inside {
    /// Its name, cleaned.
    pub name: String,
    /// Bytes.
    pub size: usize,
}

/// What was odd and was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// There is no author, or one that is no address.
    FromMissing,
    /// `From` stands there more than once; only the first counts.
    FromRepeated,
    /// Header fields above a bound were left out.
    HeadCut,
    /// No charset was declared.
    CharsetGuessed,
    /// Another charset than the declared one was used.
    CharsetWrong,
    /// A part breaks the rules of its encoding.
    EncodingBroken,
    /// People, references or attachments above a bound were left out.
    ListCut,
    /// The text is longer than what is shown.
    TextCut,
    /// The HTML is longer than is sanitised: the text is shown.
    HtmlTooLarge,
    /// The HTML is nested deeper, or has more tags, than is sanitised: the text is shown.
    HtmlTooDeep,
    /// A `winmail.dat` could not be read whole.
    TnefBroken,
}

/// Why only the head was read. The raw mail is kept by the caller all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No bytes, or nothing that looks like a mail.
    #[error("there is no mail in these bytes")]
    NotAMail,
    /// More bytes than are read.
    #[error("the mail is larger than is read")]
    TooLarge,
    /// More header fields than are read.
    #[error("the mail has more header fields than are read")]
    TooManyFields,
    /// More parts than are read.
    #[error("the mail has more parts than are read")]
    TooManyParts,
    /// More multiparts or mails within each other than are read.
    #[error("the mail is nested deeper than is read")]
    TooDeep,
    /// The parser gave up.
    #[error("the mail could not be parsed")]
    Unreadable,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Reading {
    /// [`SHAPE`].
    pub shape: u32,
    /// Who takes part.
    pub participants: Participants,
    /// One line, decoded, without controls.
    pub subject: String,
    /// When it was sent, by the sender's clock.
    pub date: Option<SentAt>,
    /// What is new in it, as text.
    pub text_shown: String,
    /// Quotes of earlier mails and the signature, as text.
    pub text_folded: String,
    /// The same two, as safe HTML; `null` where the mail has none or it is above a bound.
    pub html: Option<Html>,
    /// What else is in it.
    pub attachments: Vec<Attachment>,
    /// What kind of sender wrote it.
    pub kind: Kind,
    /// Which fields said so, of every kind that was found.
    pub evidence: Vec<Evidence>,
    /// What could not be delivered, where it is a bounce.
    pub bounce: Option<Bounce>,
    /// What a trusted server found out about the sender.
    pub authentication: Authentication,
    /// Which conversation it may belong to.
    pub threading: Threading,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Why only the head was read, if so.
    pub refused: Option<Refusal>,
}

impl Reading {
    pub(crate) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
            self.warnings.sort_unstable();
        }
    }
}
