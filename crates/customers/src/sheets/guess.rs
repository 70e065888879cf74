//! What a file from outside is, and how it is best read.

use super::read::{Format, Head, Reading, head};
use super::{Charset, FILE_MAX};
use crate::codes;
use kernel::{Error, Result};

/// What can stand between two cells.
pub(super) const DELIMITERS: [char; 4] = [',', '\t', ';', '|'];
/// Lines from which the delimiter is guessed.
const LINES: usize = 30;

/// What a file is, with the beginning of its table. Errors: those of `table.*`.
pub fn look(bytes: &[u8]) -> Result<(Reading, Head)> {
    if bytes.is_empty() {
        return Err(Error::new(&codes::TABLE_EMPTY));
    }
    if bytes.len() > FILE_MAX {
        return Err(Error::new(&codes::TABLE_UNREADABLE));
    }
    let mut how =
        Reading { format: Format::Csv, charset: Charset::Utf8, delimiter: ",".into(), header: true };
    if bytes.starts_with(b"PK\x03\x04") {
        how.format = Format::Xlsx;
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(Error::new(&codes::TABLE_OLD_FORMAT));
    } else {
        how.charset = Charset::guess(bytes);
        let text = how.charset.decode(&bytes[..bytes.len().min(64 * 1024)]);
        if !is_text(&text) {
            return Err(Error::new(&codes::TABLE_UNREADABLE));
        }
        how.delimiter = delimiter(&text).to_string();
    }
    let found = head(bytes, &how)?;
    Ok((how, found))
}

/// A picture or a program is no table.
fn is_text(text: &str) -> bool {
    let (mut all, mut odd) = (0, 0);
    for c in text.chars() {
        all += 1;
        odd += usize::from(c == '\u{fffd}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
    }
    odd * 50 <= all
}

/// The one that divides most lines into the same number of cells. What stands in quotes divides nothing.
fn delimiter(text: &str) -> char {
    let count = |line: &str, d: char| {
        let mut quoted = false;
        line.chars()
            .filter(|c| {
                quoted ^= *c == '"';
                *c == d && !quoted
            })
            .count()
    };
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(LINES).collect();
    let score = |d: char| {
        let counts: Vec<usize> = lines.iter().map(|l| count(l, d)).collect();
        let first = counts.first().copied().unwrap_or(0);
        let alike = counts.iter().filter(|c| **c == first).count();
        if first == 0 { 0 } else { alike * 100 + first.min(99) }
    };
    let best = DELIMITERS.into_iter().max_by_key(|d| (score(*d), *d == ','));
    best.filter(|d| score(*d) > 0).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_seen() {
        for (text, want) in [
            ("姓名,手机\n王,1\n", ','),
            ("name\tphone\nA\t1\n", '\t'),
            ("name;note\nA;\"x, y, z\"\nB;\"1, 2\"\n", ';'),
            ("name\nA\n", ','),
            ("a|b|c\n1|2|3\n", '|'),
        ] {
            assert_eq!(delimiter(text), want, "{text}");
        }
    }
}
