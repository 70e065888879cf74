//! What a mail declares about its structure, counted before anything is built from it: parts, containers and fields decide
//! the memory that parsing takes. One pass over the bytes.

use crate::limits::{CONTAINERS_MAX, PARTS_MAX};
use crate::reading::Refusal;
use std::borrow::Cow;

/// Runs of dashes in a mail with several parts: any of them may delimit one.
const DASHES_MAX: usize = 100_000;
/// Fields in all heads together.
const FIELDS_TOTAL_MAX: usize = 20_000;
/// Containers times bytes: a delimiter that never comes is looked for through the whole mail, once for each.
const SEARCH_BYTES_MAX: usize = 400 << 20;

/// The fields that declare structure, of the head being read.
#[derive(Default)]
struct Declared {
    content_type: Vec<u8>,
    encoding: Vec<u8>,
    type_at: (usize, usize),
}

#[derive(Default)]
struct Count {
    fields: usize,
    heads: usize,
    containers: usize,
    dash_runs: usize,
    dash_pairs: usize,
    odd_boundary: bool,
    digest: bool,
    patches: Vec<(usize, usize)>,
    refused: Option<Refusal>,
}

fn has(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word))
}

impl Count {
    /// The end of a head. Returns whether another head follows at once: the one of a nested mail.
    fn head(&mut self, d: &Declared) -> bool {
        self.heads += 1;
        let encoded = has(&d.encoding, b"base64") || has(&d.encoding, b"quoted");
        let nested = has(&d.content_type, b"message")
            && (has(&d.content_type, b"rfc822") || has(&d.content_type, b"global"));
        let multipart = has(&d.content_type, b"multipart");
        self.containers += usize::from(nested || multipart);
        self.digest |= has(&d.content_type, b"digest");
        if has(&d.content_type, b"boundary") {
            let after =
                d.content_type.windows(8).position(|w| w.eq_ignore_ascii_case(b"boundary")).unwrap_or(0) + 8;
            let value = &d.content_type[after..];
            let named = value.iter().take_while(|b| **b != b';').any(u8::is_ascii_alphanumeric);
            self.odd_boundary |= !named || value.first() != Some(&b'=');
        }
        // A nested mail that is itself encoded is only looked at from outside: what it declares was not counted.
        if nested && encoded {
            self.patches.push(d.type_at);
        }
        // In a digest a part without a type is a mail.
        if self.digest && encoded && d.content_type.is_empty() {
            self.refused = Some(Refusal::TooManyParts);
        }
        nested && !encoded
    }
}

/// Looks whether a mail keeps within the bounds. Returns the bytes to parse: the same, or with the type of encoded nested
/// mails changed so that they stay closed, and with multiparts put right.
pub fn check(raw: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    counted(raw).map(crate::repair::multiparts)
}

fn counted(raw: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    let mut count = Count::default();
    let mut in_head = true;
    let mut declared = Declared::default();
    let mut field = 0u8;
    let mut at = 0;
    while at < raw.len() {
        let end = raw[at..].iter().position(|b| *b == b'\n').map_or(raw.len(), |len| at + len + 1);
        let line = &raw[at..end];
        let text = line.trim_ascii_end();
        dashes(text, &mut count);
        if text.starts_with(b"--") {
            in_head = true;
            declared = Declared::default();
            field = 0;
        } else if in_head && text.is_empty() {
            in_head = count.head(&std::mem::take(&mut declared));
            field = 0;
        } else if in_head {
            line_of_head(text, line[0], (at, end), &mut declared, &mut field, &mut count);
        }
        if count.fields > FIELDS_TOTAL_MAX {
            return Err(Refusal::TooManyFields);
        }
        at = end;
    }
    if in_head {
        count.head(&declared);
    }
    verdict(raw, count)
}

fn line_of_head(
    text: &[u8],
    first: u8,
    range: (usize, usize),
    declared: &mut Declared,
    field: &mut u8,
    count: &mut Count,
) {
    if !first.is_ascii_whitespace() {
        count.fields += 1;
        let colon = text.iter().position(|b| *b == b':').unwrap_or(0);
        let name = text[..colon].trim_ascii_end();
        *field = if name.eq_ignore_ascii_case(b"content-type") {
            declared.type_at = range;
            1
        } else if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            2
        } else {
            0
        };
    }
    let room = |kept: &Vec<u8>| kept.len() < 4_000;
    match field {
        1 if room(&declared.content_type) => {
            declared.content_type.extend_from_slice(text);
            declared.type_at.1 = range.1;
        }
        2 if room(&declared.encoding) => declared.encoding.extend_from_slice(text),
        _ => {}
    }
}

fn dashes(line: &[u8], count: &mut Count) {
    let mut run = 0;
    for b in line.iter().chain(b" ") {
        if *b == b'-' {
            run += 1;
        } else {
            count.dash_runs += usize::from(run >= 2);
            count.dash_pairs += run / 2;
            run = 0;
        }
    }
}

fn verdict(raw: &[u8], count: Count) -> Result<Cow<'_, [u8]>, Refusal> {
    if let Some(refused) = count.refused {
        return Err(refused);
    }
    if count.containers > CONTAINERS_MAX || count.containers.saturating_mul(raw.len()) > SEARCH_BYTES_MAX {
        return Err(Refusal::TooDeep);
    }
    let delimiters = if count.odd_boundary { count.dash_pairs } else { count.dash_runs };
    let parts = count.containers > 0 && delimiters > DASHES_MAX;
    // Heads are counted generously: any line that begins with two dashes may open one.
    if parts || (count.containers > 0 && count.heads > 20 * PARTS_MAX) {
        return Err(Refusal::TooManyParts);
    }
    if count.patches.is_empty() {
        return Ok(Cow::Borrowed(raw));
    }
    let mut bytes = raw.to_vec();
    for (from, to) in count.patches {
        let range = &mut bytes[from..to];
        let places: Vec<usize> = range
            .windows(7)
            .enumerate()
            .filter(|(_, w)| w.eq_ignore_ascii_case(b"message"))
            .map(|(i, _)| i)
            .collect();
        for i in places {
            range[i..i + 7].copy_from_slice(b"x-embed");
        }
    }
    Ok(Cow::Owned(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_declares_too_much_is_refused() {
        let nested = b"Content-Type: message/rfc822\r\n\r\n".repeat(CONTAINERS_MAX + 1);
        assert_eq!(check(&nested), Err(Refusal::TooDeep));
        let fields = b"a:b\n".repeat(FIELDS_TOTAL_MAX + 1);
        assert_eq!(check(&fields), Err(Refusal::TooManyFields));
        let parts = [&b"Content-Type: multipart/mixed; boundary=b\n\n"[..], &b"--b\n".repeat(DASHES_MAX + 1)]
            .concat();
        assert_eq!(check(&parts), Err(Refusal::TooManyParts));
        let parts =
            [&b"Content-Type: multipart/mixed; boundary=\"-\"\n\n"[..], &vec![b'-'; 3 * DASHES_MAX]].concat();
        assert_eq!(check(&parts), Err(Refusal::TooManyParts));
        let log = [&b"Content-Type: text/plain\n\n"[..], &b"-----\n".repeat(DASHES_MAX + 1)].concat();
        assert!(check(&log).is_ok());
    }

    #[test]
    fn an_encoded_nested_mail_stays_closed() {
        let raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n";
        let bytes = check(raw).expect("within bounds");
        assert!(bytes.starts_with(b"Content-Type: x-embed/rfc822"));
    }
}
