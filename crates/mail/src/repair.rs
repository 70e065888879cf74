//! Multiparts that do not end as they should, put right before they are parsed.
//!
//! A delimiter counts only as a whole line (RFC 2046, 5.1.1), and the one of an outer multipart ends every inner one. The
//! parser takes a delimiter wherever it finds its bytes, so that `--ab` ends `--a`, and looks for the end of an inner multipart
//! beyond its outer one: mails attached to a mail that were cut on their way would swallow those after them. Where a walk over
//! the lines finds such a thing, the mail is written anew with delimiters that cannot be mistaken and ends that are there.

use std::borrow::Cow;

/// An open multipart.
struct Level {
    boundary: Vec<u8>,
    number: usize,
    /// Whether one of its delimiters has come.
    begun: bool,
    /// Where in the output its type and its boundary's value stand.
    type_at: usize,
}

/// The field that declares a type, of the head being read.
#[derive(Default)]
struct Head {
    /// The whole field in the output, unfolded bytes and all.
    range: Option<(usize, usize)>,
    open: bool,
    encoded: bool,
}

struct Walk {
    out: Vec<u8>,
    levels: Vec<Level>,
    count: usize,
    odd: bool,
    known: Vec<Vec<u8>>,
    patches: Vec<(usize, usize, Vec<u8>)>,
    salt: u64,
}

/// Multiparts that are followed; structure has refused more.
const LEVELS_MAX: usize = 200;

fn new_name(salt: u64, number: usize) -> Vec<u8> {
    format!("=_hark_{salt:016x}_{number:04}_").into_bytes()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|w| w.eq_ignore_ascii_case(word))
}

/// Where in a field the value of `boundary` stands, quotes apart.
fn boundary_of(field: &[u8]) -> Option<(usize, usize)> {
    let mut from = 0;
    let at = loop {
        let at = from + find(&field[from..], b"boundary")?;
        let before = at.checked_sub(1).and_then(|i| field.get(i));
        let after = field[at + 8..].iter().position(|b| !b.is_ascii_whitespace()).map(|i| at + 8 + i)?;
        if before.is_some_and(|b| *b == b';' || b.is_ascii_whitespace()) && field[after] == b'=' {
            break after + 1;
        }
        from = at + 8;
    };
    let at = at + field[at..].iter().position(|b| !b.is_ascii_whitespace())?;
    if field[at] == b'"' {
        let len = field[at + 1..].iter().position(|b| *b == b'"')?;
        let plain = !field[at + 1..at + 1 + len].iter().any(|b| *b == b'\\' || *b == b'\n');
        return (len > 0 && plain).then_some((at + 1, at + 1 + len));
    }
    let len =
        field[at..].iter().position(|b| b.is_ascii_whitespace() || *b == b';').unwrap_or(field.len() - at);
    (len > 0).then_some((at, at + len))
}

impl Walk {
    /// The end of a head. Returns whether another head follows: the one of a nested mail.
    fn head_ends(&mut self, head: &Head) -> Option<bool> {
        let Some((from, to)) = head.range else { return Some(false) };
        let field = self.out[from..to].to_vec();
        let colon = field.iter().position(|b| *b == b':')?;
        let value = field[colon + 1..].trim_ascii_start();
        let starts = |word: &[u8]| value.get(..word.len()).is_some_and(|v| v.eq_ignore_ascii_case(word));
        if starts(b"multipart/") {
            if self.levels.len() >= LEVELS_MAX || self.count >= LEVELS_MAX {
                return None;
            }
            let Some((b_from, b_to)) = boundary_of(&field) else { return Some(false) };
            let boundary = field[b_from..b_to].trim_ascii_end().to_vec();
            let mixed_up = |k: &Vec<u8>| k.starts_with(&boundary) || boundary.starts_with(k);
            self.odd |= self.known.iter().any(mixed_up);
            self.known.push(boundary.clone());
            self.count += 1;
            self.patches.push((from + b_from, from + b_to, new_name(self.salt, self.count)));
            let type_at = from + colon + 1 + (field[colon + 1..].len() - value.len());
            self.levels.push(Level { boundary, number: self.count, begun: false, type_at });
        }
        Some(
            (starts(b"message/rfc822") || starts(b"message/global"))
                && !starts(b"message/global-")
                && !head.encoded,
        )
    }

    /// Ends every multipart deeper than this depth, though its own end has not come.
    fn close(&mut self, depth: usize) {
        while self.levels.len() > depth {
            let Some(level) = self.levels.pop() else { return };
            self.odd = true;
            if level.begun {
                self.out.extend_from_slice(b"\r\n--");
                self.out.extend(new_name(self.salt, level.number));
                self.out.extend_from_slice(b"--\r\n");
            } else {
                // Not one part of it is there: what is there is text.
                self.patches.push((level.type_at, level.type_at + 10, b"text/plain; was=".to_vec()));
            }
        }
    }

    /// Is this line a delimiter? The innermost multipart comes first. Returns whether the line was one, and whether a head
    /// follows.
    fn delimiter(&mut self, line: &[u8]) -> Option<bool> {
        let text = line.trim_ascii_end().strip_prefix(b"--")?;
        let fits =
            |l: &Level| text.strip_prefix(l.boundary.as_slice()).is_some_and(|r| r.is_empty() || r == b"--");
        // The same name twice: a multipart that has begun goes before one that has not.
        let depth = self
            .levels
            .iter()
            .rposition(|l| fits(l) && l.begun)
            .or_else(|| self.levels.iter().rposition(fits))?;
        self.close(depth + 1);
        let level = self.levels.last_mut()?;
        let ends = text.len() > level.boundary.len();
        level.begun = true;
        let name = new_name(self.salt, level.number);
        self.out.extend_from_slice(b"--");
        self.out.extend(name);
        if ends {
            self.out.extend_from_slice(b"--");
            self.levels.pop();
        }
        self.out.extend_from_slice(if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" });
        Some(!ends)
    }
}

/// The mail with its multiparts put right; the same where nothing was wrong.
pub fn multiparts(raw: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    if find(&raw[..raw.len().min(256 << 10)], b"multipart/").is_none() {
        return raw;
    }
    match walk(&raw) {
        Some(bytes) => Cow::Owned(bytes),
        None => raw,
    }
}

fn walk(raw: &[u8]) -> Option<Vec<u8>> {
    let salt = raw
        .iter()
        .take(4_096)
        .fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    let mut w = Walk {
        out: Vec::with_capacity(raw.len() + 4_096),
        levels: vec![],
        count: 0,
        odd: false,
        known: vec![],
        patches: vec![],
        salt,
    };
    let mut head = Head::default();
    let mut in_head = true;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b"--") && !w.levels.is_empty() {
            // A head that runs into a delimiter ends there.
            if in_head && head.range.is_some() {
                w.head_ends(&std::mem::take(&mut head))?;
            }
            let before = w.out.len();
            if let Some(follows) = w.delimiter(line) {
                if in_head && !w.out[..before].ends_with(b"\n\n") && !w.out[..before].ends_with(b"\n\r\n") {
                    // A head without an empty line would take the delimiter for a field.
                    w.out.splice(before..before, *b"\r\n");
                    w.odd = true;
                }
                (in_head, head) = (follows, Head::default());
                continue;
            }
        }
        let from = w.out.len();
        w.out.extend_from_slice(line);
        if !in_head {
            continue;
        }
        if line.trim_ascii().is_empty() {
            in_head = w.head_ends(&std::mem::take(&mut head))?;
        } else if line[0].is_ascii_whitespace() {
            if let (true, Some(range)) = (head.open, head.range.as_mut()) {
                range.1 = w.out.len();
            }
        } else {
            let is = |name: &[u8]| line.get(..name.len()).is_some_and(|l| l.eq_ignore_ascii_case(name));
            head.open = is(b"content-type:") && head.range.is_none();
            if head.open {
                head.range = Some((from, w.out.len()));
            }
            head.encoded |= is(b"content-transfer-encoding:")
                && (find(line, b"base64").is_some() || find(line, b"quoted").is_some());
        }
    }
    w.close(0);
    if !w.odd {
        return None;
    }
    w.patches.sort_by_key(|p| p.0);
    let mut out = Vec::with_capacity(w.out.len() + 64 * w.patches.len());
    let mut at = 0;
    for (from, to, bytes) in w.patches {
        if from >= at {
            out.extend_from_slice(&w.out[at..from]);
            out.extend(bytes);
            at = to;
        }
    }
    out.extend_from_slice(&w.out[at..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put_right(raw: &str) -> Option<String> {
        walk(raw.as_bytes()).map(|b| String::from_utf8(b).expect("ASCII"))
    }

    #[test]
    fn what_ends_as_it_should_is_left_alone() {
        assert_eq!(put_right("Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\n\na\n--x--\n"), None);
        assert_eq!(put_right("Content-Type: text/plain\n\n--x\n"), None);
    }

    #[test]
    fn inner_ends_are_added_and_names_told_apart() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed;\n boundary=\"ab\"\n\n--ab\n\none\n--a\n\ntwo\n--a--\n";
        let text = put_right(raw).expect("put right");
        assert!(text.contains("_0002_--\r\n--=_hark_"), "{text}");
        assert_eq!(text.matches("_0001_").count(), 4, "{text}");
        let empty = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nContent-Type: multipart/alternative; boundary=q\n\n--a--\n";
        let text = put_right(empty).expect("put right");
        assert!(text.contains("Content-Type: text/plain; was=alternative"), "{text}");
    }
}
