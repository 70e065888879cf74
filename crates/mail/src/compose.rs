//! The mail that we send: head and text, as bytes (RFC 5322), with lettre's builder.
//!
//! No field given by anybody can bring a header of its own: controls, line ends and signs that turn the direction of writing
//! become spaces or go before the builder sees them, and ids and addresses that are none are refused. Words that look like
//! encoded words are sent so that they come out as they went in; in names, where programs differ, their mark is broken up. `References` keeps the
//! first and the youngest ids within [`REFERENCES_SENT_MAX`], each line folded below 998 bytes. `List-*` is never set: our
//! mails are answers. Bytes are the same for the same input.

use crate::clean;
use crate::limits::{ADDRESS_BYTES_MAX, MESSAGE_ID_BYTES_MAX, NAME_BYTES_MAX, SUBJECT_BYTES_MAX};
use crate::reading::Person;
use kernel::Millis;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use std::time::{Duration, UNIX_EPOCH};

/// Ids of `References` that are sent: the first and the youngest.
pub const REFERENCES_SENT_MAX: usize = 20;
/// People in `To` and `Cc` together.
pub const RECIPIENTS_MAX: usize = 50;
/// Bytes of an id that fits one line of 998 with its brackets and the name of its field.
const ID_BYTES_MAX: usize = if MESSAGE_ID_BYTES_MAX < 900 { MESSAGE_ID_BYTES_MAX } else { 900 };

/// What wrote a mail (RFC 3834, 5): a program says so, that no other answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Author {
    /// A person: no `Auto-Submitted`.
    #[default]
    Person,
    /// A program, about something that happened.
    Generated,
    /// A program, in answer to a mail.
    Replied,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// `type/subtype`; what is none goes as `application/octet-stream`.
    pub mime: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A mail as it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Who it is from.
    pub from: Person,
    /// Who gets it.
    pub to: Vec<Person>,
    /// Who gets it too.
    pub cc: Vec<Person>,
    /// Where answers go: the address with the token.
    pub reply_to: Option<Person>,
    /// One line.
    pub subject: String,
    /// Its own id, without angle brackets.
    pub message_id: String,
    /// The id it answers, without angle brackets.
    pub in_reply_to: Option<String>,
    /// The line it stands in, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// When it is sent.
    pub at: Millis,
    /// What wrote it.
    pub author: Author,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// What goes with it.
    pub files: Vec<File>,
}

/// Why a mail cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An address is none: the field, and the address.
    #[error("`{1}` in {0} is no address")]
    Address(&'static str, String),
    /// An id is none: the field, and the id.
    #[error("`{1}` in {0} is no message id")]
    Id(&'static str, String),
    /// More recipients than are sent at once, or none.
    #[error("a mail goes to between one and {RECIPIENTS_MAX} recipients")]
    Recipients,
    /// The builder refused.
    #[error("the mail cannot be built: {0}")]
    Builder(String),
}

/// A header whose value is ASCII and checked here.
macro_rules! plain_header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok($type(s.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
            }
        }
    };
}
plain_header!(EncodedSubject, "Subject");
plain_header!(AutoSubmitted, "Auto-Submitted");
plain_header!(MessageId, "Message-ID");
plain_header!(InReplyTo, "In-Reply-To");
plain_header!(References, "References");

/// Is this the inside of a message id: printable ASCII without spaces and brackets, one `@` with something on both sides?
fn is_id(id: &str) -> bool {
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'(' | b')' | b',' | b'"' | b'\\'));
    let halves = id.split_once('@').is_some_and(|(l, r)| !l.is_empty() && !r.is_empty() && !r.contains('@'));
    plain && halves && id.len() <= ID_BYTES_MAX
}

fn id(field: &'static str, value: &str) -> Result<String, Fault> {
    if is_id(value) { Ok(format!("<{value}>")) } else { Err(Fault::Id(field, clean::one_line(value, 100))) }
}

fn mailbox(field: &'static str, person: &Person) -> Result<Mailbox, Fault> {
    let fault = || Fault::Address(field, clean::one_line(&person.address, 100));
    let odd = person.address.len() > ADDRESS_BYTES_MAX
        || person
            .address
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | '"'));
    if odd || clean::one_line(&person.address, ADDRESS_BYTES_MAX) != person.address {
        return Err(fault());
    }
    let address = person.address.parse().map_err(|_| fault())?;
    let name = clean::one_line(&person.name, NAME_BYTES_MAX).replace("=?", "= ?");
    let name = clean::one_line(&name, NAME_BYTES_MAX);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// A text as encoded words (RFC 2047), one to a line, none cutting a character.
fn encoded(text: &str) -> String {
    use base64::Engine as _;
    let mut words: Vec<String> = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let piece = clean::cut(rest, 42);
        words.push(format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(piece)));
        rest = &rest[piece.len()..];
    }
    words.join("\r\n ")
}

/// The ids that are sent, folded one to a line: the first, and the youngest.
fn references(all: &[String]) -> Result<String, Fault> {
    let kept: Vec<&String> = if all.len() > REFERENCES_SENT_MAX {
        all.iter().take(1).chain(&all[all.len() - (REFERENCES_SENT_MAX - 1)..]).collect()
    } else {
        all.iter().collect()
    };
    let ids: Result<Vec<String>, Fault> = kept.into_iter().map(|i| id("References", i)).collect();
    Ok(ids?.join("\r\n "))
}

fn head(draft: &Draft) -> Result<MessageBuilder, Fault> {
    let count = draft.to.len() + draft.cc.len();
    if count == 0 || count > RECIPIENTS_MAX {
        return Err(Fault::Recipients);
    }
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(draft.at).unwrap_or(0));
    let mut out = lettre::Message::builder()
        .header(MessageId(id("Message-ID", &draft.message_id)?))
        .date(date)
        .from(mailbox("From", &draft.from)?);
    let subject = clean::one_line(&draft.subject, SUBJECT_BYTES_MAX);
    out = if subject.contains("=?") {
        out.header(EncodedSubject(encoded(&subject)))
    } else {
        out.subject(subject)
    };
    for person in &draft.to {
        out = out.to(mailbox("To", person)?);
    }
    for person in &draft.cc {
        out = out.cc(mailbox("Cc", person)?);
    }
    if let Some(person) = &draft.reply_to {
        out = out.reply_to(mailbox("Reply-To", person)?);
    }
    if let Some(answered) = &draft.in_reply_to {
        out = out.header(InReplyTo(id("In-Reply-To", answered)?));
    }
    if !draft.references.is_empty() {
        out = out.header(References(references(&draft.references)?));
    }
    Ok(match draft.author {
        Author::Person => out,
        Author::Generated => out.header(AutoSubmitted("auto-generated".into())),
        Author::Replied => out.header(AutoSubmitted("auto-replied".into())),
    })
}

/// A file as a part. Its name is data: controls and line ends went before the builder sees it.
fn attached(file: &File) -> Result<SinglePart, Fault> {
    use lettre::message::header::ContentType;
    let octets = "application/octet-stream";
    let kind = ContentType::parse(&file.mime).or_else(|_| ContentType::parse(octets));
    let kind = kind.map_err(|e| Fault::Builder(e.to_string()))?;
    let name = clean::one_line(&file.name, NAME_BYTES_MAX).replace(['"', '\\', '/'], "_");
    let name = if name.is_empty() { "file".to_owned() } else { name };
    Ok(lettre::message::Attachment::new(name).body(file.bytes.clone(), kind))
}

/// Builds the bytes of a mail. The same draft gives the same bytes: the delimiters of its parts come from its id.
pub fn build(draft: &Draft) -> Result<Vec<u8>, Fault> {
    let head = head(draft)?;
    let text = draft.text.replace('\0', "");
    let failed = |e: lettre::error::Error| Fault::Builder(e.to_string());
    let delimiter = |of: &str| {
        use sha2::Digest;
        let sum = sha2::Sha256::digest(format!("{of}{}", draft.message_id).as_bytes());
        let hex: String = sum.iter().take(16).map(|b| format!("{b:02x}")).collect();
        format!("=_{hex}")
    };
    let alternative = draft.html.as_ref().map(|html| {
        MultiPart::alternative()
            .boundary(delimiter(""))
            .singlepart(SinglePart::plain(text.clone()))
            .singlepart(SinglePart::html(html.replace('\0', "")))
    });
    let message = match (alternative, draft.files.as_slice()) {
        (None, []) => head.singlepart(SinglePart::plain(text)).map_err(failed)?,
        (Some(both), []) => head.multipart(both).map_err(failed)?,
        (both, files) => {
            let mixed = MultiPart::mixed().boundary(delimiter("mixed "));
            let mut mixed = match both {
                Some(both) => mixed.multipart(both),
                None => mixed.singlepart(SinglePart::plain(text)),
            };
            for file in files {
                mixed = mixed.singlepart(attached(file)?);
            }
            head.multipart(mixed).map_err(failed)?
        }
    };
    Ok(message.formatted())
}
