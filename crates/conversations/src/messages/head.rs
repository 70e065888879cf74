//! The head of a mail, kept with the message it became: subject, people, and what was found out about its sender. Messages of
//! other channels have none.

use customers::{HandleKind, mask};
use kernel::{Error, InboxId, Result};
use platform::mail::Address;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// People in all fields of one mail.
pub const PEOPLE_MAX: usize = 50;
/// A subject at the most, in characters.
pub const SUBJECT_MAX: usize = 300;
/// A person's name at the most, in characters.
const NAME_MAX: usize = 120;

/// Somebody in a field of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailPerson {
    /// The name shown; may be empty. It proves nothing.
    #[serde(default)]
    pub name: String,
    /// The address.
    pub address: String,
}

/// What kind of sender wrote a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// A person.
    #[default]
    Human,
    /// A program that answers or notifies.
    AutoReply,
    /// A report of what could not be delivered.
    Bounce,
    /// A mailing list or newsletter.
    List,
    /// A complaint or a report about mail.
    Report,
}

/// What was found out about a mail's sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailVerdict {
    /// The domain of the sender stands behind it.
    Aligned,
    /// The domain of the sender says that it does not.
    Forged,
    /// A forwarder that is believed vouches for it.
    Vouched,
    /// Nobody says anything.
    #[default]
    Unknown,
}

/// The head of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailHead {
    /// One line.
    pub subject: String,
    /// Who wrote it; `null` of our own, whose inbox says it.
    pub from: Option<MailPerson>,
    /// Where its author wants answers, if elsewhere.
    #[serde(default)]
    pub reply_to: Option<MailPerson>,
    /// To whom; empty of our own that goes to whoever wrote last.
    #[serde(default)]
    pub to: Vec<MailPerson>,
    /// Who got it too.
    #[serde(default)]
    pub cc: Vec<MailPerson>,
    /// Who got it without the others' knowing.
    #[serde(default)]
    pub bcc: Vec<MailPerson>,
    /// What kind of sender.
    #[serde(default)]
    pub kind: MailKind,
    /// What was found out about the sender.
    #[serde(default)]
    pub verdict: MailVerdict,
    /// Quotes and a signature are kept beside the text.
    #[serde(default)]
    pub folded: bool,
    /// There is HTML.
    #[serde(default)]
    pub html: bool,
    /// Pictures that would be loaded from outside, and are not unless asked.
    #[serde(default)]
    pub remote_images: u32,
    /// Of each file of the message, in order, its place among the parts of the mail.
    #[serde(default)]
    pub parts: Vec<u32>,
    /// Files that stand in the mail alone, being too large or broken.
    #[serde(default)]
    pub unkept: Vec<String>,
    /// By which inbox ours leaves, where its conversation began on another channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<InboxId>,
    /// Ours goes to an address that is known to be the contact's.
    #[serde(default)]
    pub to_contact: bool,
    /// Of one of ours that sends something on: where in its text that begins, in characters.
    #[serde(default)]
    pub quoted_at: Option<u32>,
}

impl MailHead {
    /// Of a text under this head what its author wrote, without what they send on.
    pub fn own<'a>(head: Option<&MailHead>, text: &'a str) -> &'a str {
        let from = head.and_then(|h| h.quoted_at).and_then(|n| text.char_indices().nth(n as usize));
        from.map_or(text, |(at, _)| &text[..at])
    }

    /// The same with addresses hidden from who may not see them.
    pub fn masked(&self) -> MailHead {
        let hide = |p: &MailPerson| MailPerson {
            name: p.name.clone(),
            address: mask(HandleKind::Email, &p.address),
        };
        let all = |list: &[MailPerson]| list.iter().map(hide).collect();
        MailHead {
            from: self.from.as_ref().map(hide),
            reply_to: self.reply_to.as_ref().map(hide),
            to: all(&self.to),
            cc: all(&self.cc),
            bcc: all(&self.bcc),
            ..self.clone()
        }
    }
}

/// To whom a mail goes, and about what. What is left out follows from the conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailInput {
    /// About what; left out, `Re:` and what the conversation is about.
    pub subject: Option<String>,
    /// To whom; left out, whoever wrote last.
    pub to: Vec<MailPerson>,
    /// Who gets it too.
    pub cc: Vec<MailPerson>,
    /// Who gets it without the others' knowing.
    pub bcc: Vec<MailPerson>,
    /// Where the conversation began on another channel: by which inbox of mail of its line; left out, by the first.
    pub inbox: Option<InboxId>,
}

fn person(field: &str, at: usize, p: MailPerson, seen: &mut HashSet<String>) -> Result<Option<MailPerson>> {
    let address = Address::parse(p.address.trim())
        .ok_or_else(|| Error::invalid(format!("{field}/{at}/address"), "unfit"))?;
    let name: String = p.name.trim().chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    let first = seen.insert(address.as_str().to_lowercase());
    Ok(first.then(|| MailPerson { name, address: address.as_str().to_owned() }))
}

impl MailInput {
    /// Checked, each address once. Error: `invalid` with the field.
    pub fn head(self) -> Result<MailHead> {
        if self.to.len() + self.cc.len() + self.bcc.len() > PEOPLE_MAX {
            return Err(Error::invalid("/mail/to", "too_many"));
        }
        let subject = self.subject.unwrap_or_default();
        let subject: String = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.chars().count() > SUBJECT_MAX {
            return Err(Error::invalid("/mail/subject", "too_long"));
        }
        if subject.chars().any(char::is_control) {
            return Err(Error::invalid("/mail/subject", "unfit"));
        }
        let mut seen = HashSet::new();
        let mut list = |field: &str, people: Vec<MailPerson>| -> Result<Vec<MailPerson>> {
            let kept = people.into_iter().enumerate().map(|(i, p)| person(field, i, p, &mut seen));
            kept.filter_map(Result::transpose).collect()
        };
        let (to, cc, bcc) =
            (list("/mail/to", self.to)?, list("/mail/cc", self.cc)?, list("/mail/bcc", self.bcc)?);
        Ok(MailHead { subject, to, cc, bcc, inbox: self.inbox, ..MailHead::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> MailPerson {
        MailPerson { name: "A\r\nB".into(), address: address.into() }
    }

    #[test]
    fn what_is_sent_on_is_not_its_authors_own() {
        let head = MailHead { quoted_at: Some(2), ..MailHead::default() };
        assert_eq!(MailHead::own(Some(&head), "请看\n\n> 坏了"), "请看");
        assert_eq!((MailHead::own(Some(&head), "请"), MailHead::own(None, "请看我")), ("请", "请看我"));
    }

    #[test]
    fn each_address_goes_once_and_none_brings_a_header() {
        let input = MailInput {
            subject: Some("Re:\r\n order".into()),
            to: vec![of("a@example.com"), of("A@example.com")],
            cc: vec![of("a@example.com"), of("b@example.com")],
            ..MailInput::default()
        };
        let head = input.head().expect("fits");
        assert_eq!(head.subject, "Re: order");
        assert_eq!((head.to.len(), head.cc.len()), (1, 1));
        assert_eq!(head.to[0].name, "AB");
        let bad = MailInput { cc: vec![of("b@x\r\nBcc: c@d")], ..MailInput::default() };
        assert_eq!(bad.head().expect_err("no address").fields[0].field, "/mail/cc/0/address");
    }
}
