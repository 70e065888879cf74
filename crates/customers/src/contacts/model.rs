//! What a contact is, and what fits. Pure.

use kernel::{ContactId, Error, Language, Millis, OrganisationId, Result, TenantId};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// A name at the most, in characters.
pub const NAME_MAX: usize = 120;
/// A salutation or tier at the most, in characters.
pub const WORD_MAX: usize = 40;
/// A note at the most, in characters.
pub const NOTE_MAX: usize = 4_000;
/// An attribute's value at the most, in characters.
pub const ATTRIBUTE_MAX: usize = 500;
/// Tags of a contact at the most.
pub const TAGS_MAX: usize = 30;
/// A reason at the most, in characters.
pub const REASON_MAX: usize = 300;
/// Addresses of a contact at the most.
pub const HANDLES_MAX: usize = 20;

/// How a contact wants to be served.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The channel they like best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When not to disturb them, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What lists and threads show of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactBrief {
    /// Who.
    pub id: ContactId,
    /// Whose.
    pub tenant: TenantId,
    /// The name.
    pub name: String,
    /// How to address them.
    pub salutation: Option<String>,
    /// The letter of the picture.
    pub initial: String,
    /// The colour of the picture.
    pub color: String,
    /// The language they write in.
    pub language: Option<Language>,
    /// The client's tier.
    pub tier: Option<String>,
}

/// The row of a contact.
#[derive(Debug, Clone)]
pub(crate) struct ContactRow {
    pub brief: ContactBrief,
    pub organisation: Option<(OrganisationId, String)>,
    pub preferences: Preferences,
    pub note: Option<String>,
    pub first_seen_at: Millis,
    pub last_seen_at: Millis,
    pub name_key: String,
}

/// A name as lists sort and find it: compatibility forms and letter cases alike.
pub fn name_key(name: &str) -> String {
    name.nfkc()
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The name of somebody who has told none. The number only keeps two strangers apart.
pub(crate) fn stranger(id: ContactId, language: Option<Language>) -> String {
    let number = (id.0 ^ (id.0 >> 22)) % 9_000 + 1_000;
    language.unwrap_or_default().pick("Visitor", "访客").to_owned() + &format!(" {number}")
}

/// A text of one line, trimmed. Error: `invalid` where it is empty, too long or holds control characters.
pub(crate) fn line(field: &str, text: &str, max: usize) -> Result<String> {
    let text = text.trim();
    let fault = if text.is_empty() {
        "required"
    } else if text.chars().count() > max {
        "too_long"
    } else if text.chars().any(char::is_control) {
        "unfit"
    } else {
        return Ok(text.to_owned());
    };
    Err(Error::invalid(field, fault))
}

/// As [`line()`]; an empty text is none.
pub(crate) fn optional_line(field: &str, text: Option<&str>, max: usize) -> Result<Option<String>> {
    text.filter(|t| !t.trim().is_empty()).map(|t| line(field, t, max)).transpose()
}

/// A text of several lines, with card numbers masked; an empty one is none.
pub(crate) fn note(field: &str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(None) };
    if text.chars().count() > NOTE_MAX {
        return Err(Error::invalid(field, "too_long"));
    }
    Ok(Some(engines::redact::mask_cards(text).into_owned()))
}

/// Tags in order, each once.
pub(crate) fn tags(field: &str, tags: &[String]) -> Result<Vec<String>> {
    if tags.len() > TAGS_MAX {
        return Err(Error::invalid(field, "too_many"));
    }
    let mut out = tags.iter().map(|t| line(field, t, WORD_MAX)).collect::<Result<Vec<_>>>()?;
    out.sort();
    out.dedup();
    Ok(out)
}

/// Preferences with every text in bounds.
pub(crate) fn preferences(p: &Preferences) -> Result<Preferences> {
    Ok(Preferences {
        channel: optional_line("/preferences/channel", p.channel.as_deref(), WORD_MAX)?,
        quiet: optional_line("/preferences/quiet", p.quiet.as_deref(), NAME_MAX)?,
        note: note("/preferences/note", p.note.as_deref())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(name_key("  Ｌｉ  Wei "), "li wei");
        assert_eq!(name_key("王小明"), "王小明");
    }

    #[test]
    fn bounds_name_the_field() {
        assert_eq!(line("/name", " 王 ", 5).expect("fits"), "王");
        for (text, fault) in [("", "required"), ("123456", "too_long"), ("a\u{7}b", "unfit")] {
            assert_eq!(line("/name", text, 5).expect_err("does not fit").fields[0].fault, fault);
        }
        assert_eq!(tags("/tags", &["b".into(), "a".into(), "b".into()]).expect("fits"), ["a", "b"]);
        assert_eq!(
            note("/note", Some("卡 4111 1111 1111 1111")).expect("fits").expect("some"),
            "卡 411111******1111"
        );
    }
}
