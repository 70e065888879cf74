//! Kinds of addresses and the one spelling in which each is compared. Pure.

use super::phone;
use kernel::{ContactId, Error, HandleId, Result};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// An address at the most, in characters.
pub const VALUE_MAX: usize = 254;

/// What kind of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandleKind {
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of a widget's visitor.
    Visitor,
    /// The contact's id in a system outside.
    External,
}

impl HandleKind {
    /// The number stored in the database.
    pub fn code(self) -> i64 {
        self as i64
    }
    /// From the number stored in the database.
    pub fn from_code(code: i64) -> Result<HandleKind> {
        match code {
            0 => Ok(HandleKind::Email),
            1 => Ok(HandleKind::Phone),
            2 => Ok(HandleKind::Visitor),
            3 => Ok(HandleKind::External),
            _ => Err(Error::internal(format!("no kind of handle has the number {code}"))),
        }
    }
}

/// How sure it is that the address is the contact's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The contact says so.
    Claimed,
    /// Staff, or an import, entered it.
    Entered,
    /// A message came from it, or a system that knows vouches for it.
    Proved,
}

/// An address that came with a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHandle {
    /// Its kind.
    pub kind: HandleKind,
    /// As it was written.
    pub value: String,
    /// It was proved by how it came (a mail's sender, a signed call); not what somebody typed about themselves.
    pub verified: bool,
}

impl NewHandle {
    /// Its standing. Visitor numbers and external ids are made by us or signed, so they are always proved.
    pub fn standing(&self) -> Standing {
        match self.kind {
            HandleKind::Visitor | HandleKind::External => Standing::Proved,
            _ if self.verified => Standing::Proved,
            _ => Standing::Claimed,
        }
    }
}

/// A stored address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle {
    /// Its id.
    pub id: HandleId,
    /// Whose.
    pub contact: ContactId,
    /// Its kind.
    pub kind: HandleKind,
    /// As it was written.
    pub value: String,
    /// As it is compared, from which its mask is made.
    pub norm: String,
    /// Was it proved?
    pub verified: bool,
}

/// An address in the spelling in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Norm {
    /// Its kind.
    pub kind: HandleKind,
    /// The spelling.
    pub value: String,
}

/// Brings an address into its one spelling. `country` is the calling code meant where a number names none.
/// `None` where it is no address of its kind.
pub fn normalise(kind: HandleKind, value: &str, country: &str) -> Option<Norm> {
    if value.chars().count() > VALUE_MAX {
        return None;
    }
    // What is ASCII is its own normal form, and has nothing invisible of this sort.
    let clean: Cow<'_, str> = match value.is_ascii() {
        true => Cow::Borrowed(value),
        false => value.nfkc().filter(|c| !is_invisible(*c)).collect::<String>().into(),
    };
    let value = match kind {
        HandleKind::Email => email(&clean)?,
        HandleKind::Phone => phone::e164(&clean, country)?,
        HandleKind::Visitor | HandleKind::External => opaque(&clean)?,
    };
    Some(Norm { kind, value })
}

/// Characters that a reader does not see and that copying brings along.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Lower case, the domain as it travels (IDNA); the local part in both alphabets' lower case.
fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
    let (local, domain) = text.rsplit_once('@')?;
    let unfit =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '@' | '"');
    if local.is_empty() || local.len() > 64 || local.contains(unfit) {
        return None;
    }
    let domain = domain.replace('。', ".");
    let ascii = idna::domain_to_ascii(domain.trim_end_matches('.')).ok()?;
    let labels_fit = ascii
        .split('.')
        .all(|l| (1..=63).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    (ascii.contains('.') && labels_fit && ascii.len() <= 253)
        .then(|| format!("{}@{ascii}", local.to_lowercase()))
}

fn opaque(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_have_one_spelling() {
        for (text, want) in [
            ("Li.Wei@Example.COM", Some("li.wei@example.com")),
            (" <li@example.com> ", Some("li@example.com")),
            ("mailto:li@example.com", Some("li@example.com")),
            ("li＠example．com", Some("li@example.com")),
            ("li@例子.中国", Some("li@xn--fsqu00a.xn--fiqs8s")),
            ("li@例子。中国", Some("li@xn--fsqu00a.xn--fiqs8s")),
            ("李雷@example.com", Some("李雷@example.com")),
            ("e\u{301}@example.com", Some("é@example.com")),
            ("li\u{200b}@example.com", Some("li@example.com")),
            ("li@example", None),
            ("li@@example.com", None),
            ("a b@example.com", None),
            ("@example.com", None),
            ("li@exa mple.com", None),
        ] {
            assert_eq!(normalise(HandleKind::Email, text, "86").map(|n| n.value).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn what_is_only_claimed_is_not_proved() {
        let handle = |kind, verified| NewHandle { kind, value: String::new(), verified }.standing();
        assert_eq!(handle(HandleKind::Email, false), Standing::Claimed);
        assert_eq!(handle(HandleKind::Email, true), Standing::Proved);
        assert_eq!(handle(HandleKind::Visitor, false), Standing::Proved);
    }
}
