//! Names of folders as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3). Pure.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ALPHABET: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn flush(out: &mut String, foreign: &mut Vec<u16>) {
    if foreign.is_empty() {
        return;
    }
    let bytes: Vec<u8> = foreign.drain(..).flat_map(u16::to_be_bytes).collect();
    out.push('&');
    out.push_str(&ALPHABET.encode(bytes));
    out.push('-');
}

/// As it goes over the wire.
pub fn encode(name: &str) -> String {
    let (mut out, mut foreign) = (String::new(), vec![]);
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut out, &mut foreign);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            foreign.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    flush(&mut out, &mut foreign);
    out
}

/// As people read it; a name that is none of this kind stays as it is.
pub fn decode(name: &str) -> String {
    let (mut out, mut rest) = (String::new(), name);
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((coded, next)) = after.split_once('-') else { return name.to_owned() };
        if coded.is_empty() {
            out.push('&');
        } else {
            let Ok(bytes) = ALPHABET.decode(coded) else { return name.to_owned() };
            let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|b| u16::from_be_bytes(*b)).collect();
            out.push_str(&String::from_utf16_lossy(&units));
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

/// As a quoted string of a command; what no command may hold is left out.
pub fn quoted(text: &str) -> String {
    let inner: String = text
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n' | '\0'))
        .flat_map(|c| if matches!(c, '"' | '\\') { vec!['\\', c] } else { vec![c] })
        .collect();
    format!("\"{inner}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_other_scripts_are_written_as_the_standard_shows() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("A&B", "A&-B"),
            ("台北", "&U,BTFw-"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire), name);
        }
        assert_eq!(decode("a&b"), "a&b", "no end");
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "[^\\x00-\\x1f]{0,40}") {
            let wire = encode(&name);
            prop_assert!(wire.bytes().all(|b| (0x20..0x7f).contains(&b)));
            prop_assert_eq!(decode(&wire), name);
        }

        #[test]
        fn no_name_ends_the_command(name in any::<String>()) {
            let q = quoted(&name);
            prop_assert!(!q.contains(['\r', '\n', '\0']));
        }
    }
}
