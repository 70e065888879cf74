//! Names as people type them: trimmed, bounded, compared without regard to case and width; and pages of what is in
//! memory.

use kernel::{Error, Result};
use platform::web::{Listing, Page};

/// A name at the most, in characters.
pub const NAME_MAX: usize = 120;

/// A name without blanks at its ends. Errors: `required`, `too_long`, `unfit` (control characters).
pub(crate) fn name(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "required"));
    }
    if text.chars().count() > NAME_MAX {
        return Err(Error::invalid(field, "too_long"));
    }
    // Marks that turn the direction of writing can make one name look like another.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(hidden) {
        return Err(Error::invalid(field, "unfit"));
    }
    Ok(text.to_owned())
}

/// What two names are compared by.
pub(crate) fn key_of(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A colour `#rrggbb` in small letters.
pub(crate) fn color(field: &str, text: &str) -> Result<String> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
    digits.map(|d| format!("#{}", d.to_ascii_lowercase())).ok_or_else(|| Error::invalid(field, "unfit"))
}

/// A page of things in memory, which come in the order of their ids.
pub(crate) fn page_of<T>(all: impl Iterator<Item = (i64, T)>, page: &Page) -> Result<Listing<T>> {
    let after = page.after::<i64>()?.unwrap_or(0);
    let rows: Vec<(i64, T)> = all.filter(|(id, _)| *id > after).take(page.rows() + 1).collect();
    let listing = Listing::from_surplus(rows, page.rows(), |(id, _)| *id);
    Ok(Listing { items: listing.items.into_iter().map(|(_, t)| t).collect(), next: listing.next })
}

/// A field of a change that may be `null`: absent leaves it, `null` takes it away.
pub fn given<'de, T, D>(d: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    <Option<T> as serde::Deserialize>::deserialize(d).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("name", "  小林 ").expect("fits"), "小林");
        for bad in ["", "  ", "a\u{0}b", "abc\u{202e}def", &"长".repeat(121)] {
            assert!(name("name", bad).is_err(), "{bad:?}");
        }
        assert_eq!(key_of(" Blue  Sky "), key_of("blue sky"));
        assert_eq!(color("c", "#AABBCC").expect("fits"), "#aabbcc");
        assert!(color("c", "#abc").is_err());
    }

    #[test]
    fn pages_follow_each_other() {
        let all = || (1..=5).map(|i| (i, i * 10));
        let mut page = Page { cursor: None, limit: Some(2) };
        let mut seen = vec![];
        loop {
            let l = page_of(all(), &page).expect("a page");
            seen.extend(l.items);
            page.cursor = l.next;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [10, 20, 30, 40, 50]);
    }
}
