//! Kinds of attributes and what fits them. Pure.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Attributes of a client at the most.
pub const ATTRIBUTES_MAX: usize = 100;
/// A key at the most, in characters.
pub const KEY_MAX: usize = 40;
/// Choices of an attribute at the most.
pub const CHOICES_MAX: usize = 100;

/// What values an attribute takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// A line of text.
    Text,
    /// A decimal number.
    Number,
    /// A day, as `2026-03-04`.
    Date,
    /// One of a list.
    Choice,
}

impl AttributeKind {
    /// The number stored in the database.
    pub fn code(self) -> i64 {
        self as i64
    }
    /// From the number stored in the database.
    pub fn from_code(code: i64) -> Result<AttributeKind> {
        match code {
            0 => Ok(AttributeKind::Text),
            1 => Ok(AttributeKind::Number),
            2 => Ok(AttributeKind::Date),
            3 => Ok(AttributeKind::Choice),
            _ => Err(Error::internal(format!("no kind of attribute has the number {code}"))),
        }
    }

    /// Does a trimmed value fit?
    pub fn fits(self, value: &str, choices: &[String]) -> bool {
        match self {
            AttributeKind::Text => true,
            AttributeKind::Number => is_decimal(value),
            AttributeKind::Date => is_date(value),
            AttributeKind::Choice => choices.iter().any(|c| c == value),
        }
    }
}

/// Lower-case letters, digits and underscores, a letter first.
pub(super) fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    key.len() <= KEY_MAX && key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().all(fits)
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| (1..=18).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(part)
}

/// A day of the proleptic Gregorian calendar, years 1 to 9999.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [y, m, d] = parts[..] else { return false };
    let number = |t: &str, len: usize| {
        (t.len() == len && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u32>().ok()).flatten()
    };
    let (Some(y), Some(m), Some(d)) = (number(y, 4), number(m, 2), number(d, 2)) else { return false };
    let leap = y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let days = match m {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    y >= 1 && (1..=days).contains(&d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_their_kind() {
        let choices = vec!["金卡".to_owned()];
        for (kind, value, want) in [
            (AttributeKind::Text, "anything", true),
            (AttributeKind::Number, "-12.50", true),
            (AttributeKind::Number, "1e9", false),
            (AttributeKind::Number, ".5", false),
            (AttributeKind::Date, "2024-02-29", true),
            (AttributeKind::Date, "2023-02-29", false),
            (AttributeKind::Date, "2024-2-9", false),
            (AttributeKind::Choice, "金卡", true),
            (AttributeKind::Choice, "银卡", false),
        ] {
            assert_eq!(kind.fits(value, &choices), want, "{value}");
        }
        assert!(is_key("member_no2") && !is_key("2x") && !is_key("会员") && !is_key(""));
    }
}
