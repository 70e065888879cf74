//! The head of a mail: its fields in order, unfolded, within bounds (RFC 5322, 2.2).
//!
//! What answers "which header said so" reads here. Structured fields (addresses, dates, ids) go on to the parser of mails
//! from [`Head::normalised`], with their words in UTF-8.

use crate::limits::{FIELD_BYTES_MAX, FIELDS_MAX, HEAD_BYTES_MAX};
use crate::words;

/// One field, unfolded, in the sender's bytes.
#[derive(Debug, Clone)]
pub struct Field {
    /// As it was written.
    pub name: String,
    /// Without the line ends of folding.
    pub value: Vec<u8>,
}

/// The fields of a mail or of a part.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// In order.
    pub fields: Vec<Field>,
    /// Where the body begins.
    pub body_at: usize,
    /// Whether something was above a bound.
    pub is_cut: bool,
}

/// Where a mail begins: a mailbox file's `From ` line before it is no header, and neither are empty lines.
pub fn start(raw: &[u8]) -> usize {
    let mut at = 0;
    while let Some(first) = raw.get(at) {
        let line_end = raw[at..].iter().take(1_000).position(|b| *b == b'\n');
        let is_mbox = raw[at..].starts_with(b"From ") || raw[at..].starts_with(b">From ");
        match line_end {
            Some(len) if is_mbox || raw[at..at + len].trim_ascii().is_empty() => at += len + 1,
            _ if *first == b'\n' => at += 1,
            _ => break,
        }
    }
    at
}

/// Is this the name of a field: printable ASCII without a colon?
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.len() <= 200 && name.iter().all(|b| b.is_ascii_graphic() && *b != b':')
}

impl Head {
    /// Reads the fields up to the first empty line. A line that is no field ends the head where nothing was read before
    /// it, and is left out otherwise.
    pub fn read(raw: &[u8]) -> Head {
        let mut head = Head::default();
        let mut at = 0;
        while at < raw.len() {
            let end = raw[at..].iter().position(|b| *b == b'\n').map_or(raw.len(), |len| at + len + 1);
            let line = raw[at..end].trim_ascii_end();
            if line.is_empty() {
                at = end;
                break;
            }
            if head.fields.len() >= FIELDS_MAX || at > HEAD_BYTES_MAX {
                head.is_cut = true;
                at = end;
                continue;
            }
            if raw[at].is_ascii_whitespace() {
                if let Some(last) = head.fields.last_mut() {
                    if last.value.len() + line.len() > FIELD_BYTES_MAX {
                        head.is_cut = true;
                    } else {
                        last.value.push(b' ');
                        last.value.extend_from_slice(line.trim_ascii_start());
                    }
                }
            } else {
                head.field(line);
            }
            at = end;
        }
        head.body_at = at;
        head
    }

    fn field(&mut self, line: &[u8]) {
        let Some(colon) = line.iter().take(201).position(|b| *b == b':') else { return };
        let name = line[..colon].trim_ascii_end();
        if !is_name(name) {
            return;
        }
        let mut value = line[colon + 1..].trim_ascii_start();
        if value.len() > FIELD_BYTES_MAX {
            value = &value[..FIELD_BYTES_MAX];
            self.is_cut = true;
        }
        let name = String::from_utf8_lossy(name).into_owned();
        self.fields.push(Field { name, value: value.to_vec() });
    }

    /// Every value of this field, as text with its encoded words decoded.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        let own = self.fields.iter().filter(move |f| f.name.eq_ignore_ascii_case(name));
        own.map(|f| words::text(&f.value).0)
    }

    /// The first value of this field.
    pub fn first(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// The head with words in UTF-8, each field on one line, for the parser of structured fields.
    pub fn normalised(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for f in &self.fields {
            out.extend_from_slice(f.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend(
                words::normalised(&f.value)
                    .into_iter()
                    .map(|b| if b == b'\r' || b == b'\n' { b' ' } else { b }),
            );
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded_and_bounded() {
        let raw = b"\r\nFrom me Mon\r\nSubject: a\r\n b\r\nno field\r\nX-A :1\nX-A: 2\r\n\r\nbody: x";
        let raw = &raw[start(raw)..];
        let head = Head::read(raw);
        assert_eq!(head.first("subject").as_deref(), Some("a b"));
        assert_eq!(head.all("x-a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(&raw[head.body_at..], b"body: x");
        let many = b"a: b\r\n".repeat(FIELDS_MAX + 10);
        let head = Head::read(&many);
        assert!(head.is_cut && head.fields.len() == FIELDS_MAX);
        let long = [b"a: ".to_vec(), vec![b'x'; FIELD_BYTES_MAX * 2]].concat();
        assert!(Head::read(&long).is_cut);
    }
}
