//! Words of header fields: encoded words (RFC 2047) and raw bytes beyond ASCII, to text.
//!
//! Adjacent encoded words of one charset are put together before they are decoded: several programs cut a character in
//! two between them.

use crate::charset::{How, decode};
use base64::Engine as _;

/// Forgiving base64: no padding needed, foreign bytes skipped.
pub fn base64_bytes(text: &[u8]) -> Vec<u8> {
    let plain: Vec<u8> =
        text.iter().filter(|b| b.is_ascii_alphanumeric() || **b == b'+' || **b == b'/').copied().collect();
    let whole = plain.len() - usize::from(plain.len() % 4 == 1);
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    engine.decode(&plain[..whole]).unwrap_or_default()
}

fn hex(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn q_bytes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        match (text[i], text.get(i + 1).copied().and_then(hex), text.get(i + 2).copied().and_then(hex)) {
            (b'=', Some(a), Some(b)) => {
                out.push(a << 4 | b);
                i += 3;
                continue;
            }
            (b'_', ..) => out.push(b' '),
            (b, ..) => out.push(b),
        }
        i += 1;
    }
    out
}

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    end: usize,
}

/// The encoded word that begins here, if one does.
fn word(value: &[u8], at: usize) -> Option<Word<'_>> {
    let rest = value[at..].strip_prefix(b"=?")?;
    let charset_len = rest.iter().take(60).position(|b| *b == b'?')?;
    let charset = std::str::from_utf8(&rest[..charset_len]).ok()?;
    let way = rest.get(charset_len + 1)?.to_ascii_lowercase();
    if rest.get(charset_len + 2) != Some(&b'?') {
        return None;
    }
    let text = &rest[charset_len + 3..];
    let len = text.windows(2).position(|w| w == b"?=")?;
    let bytes = match way {
        b'b' => base64_bytes(&text[..len]),
        b'q' => q_bytes(&text[..len]),
        _ => return None,
    };
    let charset = charset.split('*').next().unwrap_or(charset);
    Some(Word { charset, bytes, end: at + 2 + charset_len + 3 + len + 2 })
}

fn blanks(value: &[u8], at: usize) -> usize {
    value[at..].iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// A field's value with every run of encoded words decoded and handed to `put`, the rest as it is.
fn walk(value: &[u8], mut put: impl FnMut(&str, bool)) -> bool {
    let mut guessed = false;
    let mut plain_from = 0;
    let mut at = 0;
    let mut plain = |bytes: &[u8], put: &mut dyn FnMut(&str, bool)| {
        if !bytes.is_empty() {
            let read = decode(bytes, None);
            guessed |= read.how != How::Declared;
            put(&read.text, false);
        }
    };
    // A search for the end of a word that is never found is not made again.
    let mut words_left = 2_000;
    while at < value.len() {
        let first = if value[at] == b'=' && words_left > 0 { word(value, at) } else { None };
        let Some(first) = first else {
            words_left -= usize::from(words_left > 0 && value[at..].starts_with(b"=?"));
            at += 1;
            continue;
        };
        plain(&value[plain_from..at], &mut put);
        let mut text = String::new();
        let Word { mut charset, mut bytes, mut end } = first;
        loop {
            let next_at = end + blanks(value, end);
            match if words_left > 0 { word(value, next_at.min(value.len())) } else { None } {
                Some(next) => {
                    words_left -= 1;
                    if next.charset.eq_ignore_ascii_case(charset) {
                        bytes.extend(next.bytes);
                    } else {
                        text.push_str(&decode(&bytes, Some(charset)).text);
                        (charset, bytes) = (next.charset, next.bytes);
                    }
                    end = next.end;
                }
                None => break,
            }
        }
        text.push_str(&decode(&bytes, Some(charset)).text);
        put(&text, true);
        (plain_from, at) = (end, end);
    }
    plain(&value[plain_from..], &mut put);
    guessed
}

/// The text of an unstructured field, and whether a charset had to be guessed.
pub fn text(value: &[u8]) -> (String, bool) {
    let mut out = String::new();
    let guessed = walk(value, |text, _| out.push_str(text));
    (out, guessed)
}

/// The same field as bytes that hold only UTF-8: runs of encoded words as one, so that a structured field keeps its
/// shape whatever stands inside the words.
pub fn normalised(value: &[u8]) -> Vec<u8> {
    if value.is_ascii() && !value.windows(2).any(|w| w == b"=?") {
        return value.to_vec();
    }
    let mut out = String::with_capacity(value.len());
    walk(value, |text, encoded| {
        if encoded {
            out.push_str("=?utf-8?B?");
            out.push_str(&base64::engine::general_purpose::STANDARD.encode(text));
            out.push_str("?=");
        } else {
            out.push_str(text);
        }
    });
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded() {
        for (given, meant) in [
            ("=?UTF-8?B?5oKo5aW9?= plain =?utf-8?q?caf=C3=A9_x?=", "您好 plain café x"),
            // A character cut in two between two words.
            ("=?gb2312?B?xOO6?=\r\n =?gb2312?B?ww==?=", "你好"),
            ("=?utf-8?B?5oKo?= =?utf-8?B?5aW9?=", "您好"),
            ("=?utf-8*zh?Q?=E6=82=A8?=", "您"),
            ("=?broken?=", "=?broken?="),
            ("=?utf-8?Q?with space?=", "with space"),
            ("=?utf-8?B?5oKo5aW9", "=?utf-8?B?5oKo5aW9"),
        ] {
            assert_eq!(text(given.as_bytes()).0, meant, "{given}");
        }
        let raw = encoding_rs::GBK.encode("您好，我的订单还没有发货").0.into_owned();
        assert_eq!(text(&raw), ("您好，我的订单还没有发货".to_owned(), true));
    }

    #[test]
    fn unended_words_cost_little() {
        let began = std::time::Instant::now();
        text(&b"=?a?Q?".repeat(5_000));
        assert!(began.elapsed().as_secs() < 2);
    }
}
