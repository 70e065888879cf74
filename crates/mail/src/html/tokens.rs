//! HTML as pieces with their places: tags, texts, and where each element ends. One pass, whatever the input; no tree.
//!
//! It finds where to cut a mail into new text and quote, gives its text, and counts what the sanitiser would have to do.
//! Nothing that it says is relied upon for safety: that is the sanitiser's alone.

use std::borrow::Cow;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `<name …>`.
    Open,
    /// `</name>`.
    Close,
    /// Words between tags.
    Text,
    /// Comment, declaration, or the contents of `script` and `style`.
    Other,
}

/// A piece of HTML.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// Where its name ends, for tags; the name begins after `<` or `</`.
    name_end: usize,
    /// For `Open`: where the element ends, its closing tag included.
    pub element_end: usize,
}

/// HTML in pieces.
pub struct Pieces<'a> {
    /// The HTML.
    pub html: &'a str,
    /// In order, without gaps.
    pub list: Vec<Piece>,
    /// Elements open at the same time, at the most.
    pub depth: usize,
    /// Opening tags.
    pub tags: usize,
    /// The formatting elements that are not ended in the element that they were begun in: a browser opens each of them anew
    /// in every paragraph that follows, so that few bytes become a tree of millions.
    pub loose: Vec<usize>,
}

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "basefont", "bgsound", "frame", "keygen",
];
/// Whose contents are no words.
const RAW: &[&str] = &["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];
/// What goes on in the next paragraph until it is ended (HTML, "list of active formatting elements").
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Which end where the next of them begins.
const CHAINED: &[&str] = &["p", "li", "td", "th", "tr", "option", "dt", "dd"];
/// Beyond which an end tag does not reach (HTML, "has an element in scope"), but for those of tables themselves.
const SCOPES: &[&str] = &[
    "table",
    "td",
    "th",
    "caption",
    "template",
    "applet",
    "marquee",
    "object",
    "button",
    "foreignobject",
    "select",
];
const TABLE: &[&str] = &["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"];
/// How far up an end tag is looked for.
const CLOSE_REACH: usize = 64;

impl Piece {
    /// The name of a tag, as written.
    pub fn name<'a>(&self, html: &'a str) -> &'a str {
        let skip = if self.kind == Kind::Close { 2 } else { 1 };
        html.get(self.start + skip..self.name_end).unwrap_or("")
    }

    /// Is it this tag?
    pub fn is(&self, html: &str, kind: Kind, name: &str) -> bool {
        self.kind == kind && self.name(html).eq_ignore_ascii_case(name)
    }

    /// The value of an attribute of an opening tag, as written.
    pub fn attribute<'a>(&self, html: &'a str, name: &str) -> Option<&'a str> {
        let inside = html.get(self.name_end..self.end.saturating_sub(1).max(self.name_end))?;
        let mut rest = inside;
        for _ in 0..60 {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let name_len =
                rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
            let (own, after) = rest.split_at(name_len);
            let after = after.trim_start();
            let Some(value) = after.strip_prefix('=') else {
                if own.eq_ignore_ascii_case(name) {
                    return Some("");
                }
                // A stray sign cannot stop the walk.
                rest = if own.is_empty() { after.get(after.chars().next()?.len_utf8()..)? } else { after };
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.chars().next() {
                Some(q @ ('"' | '\'')) => {
                    let end = value[1..].find(q).map_or(value.len(), |i| i + 1);
                    (&value[1.min(value.len())..end], value.get(end + 1..).unwrap_or(""))
                }
                _ => {
                    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                    value.split_at(end)
                }
            };
            if own.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

/// Where a tag that begins here ends: after its `>`, quotes respected.
fn tag_end(bytes: &[u8], from: usize) -> usize {
    let (mut quote, mut after_equals) = (0u8, false);
    for (i, b) in bytes.iter().enumerate().skip(from) {
        match *b {
            b if b == quote => quote = 0,
            _ if quote != 0 => {}
            b'>' => return i + 1,
            q @ (b'"' | b'\'') if after_equals => quote = q,
            _ => {}
        }
        if !b.is_ascii_whitespace() {
            after_equals = *b == b'=';
        }
    }
    bytes.len()
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    bytes[from..].windows(what.len()).position(|w| w.eq_ignore_ascii_case(what)).map(|i| from + i)
}

impl<'a> Pieces<'a> {
    /// Cuts HTML into pieces.
    pub fn of(html: &'a str) -> Pieces<'a> {
        let bytes = html.as_bytes();
        let mut out = Pieces { html, list: vec![], depth: 0, tags: 0, loose: vec![] };
        let mut open: Vec<usize> = vec![];
        let mut at = 0;
        // An end that is not there is not looked for twice.
        let (mut comments, mut quotes_close) = (true, true);
        while at < bytes.len() {
            let start = at;
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            let (kind, name_from) = match (bytes[at], next) {
                (b'<', b'/') if bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    (Kind::Close, at + 2)
                }
                (b'<', b) if b.is_ascii_alphabetic() => (Kind::Open, at + 1),
                (b'<', b'!' | b'?' | b'/') => {
                    let comment = bytes[at..].starts_with(b"<!--") && comments;
                    let end = if comment { find(bytes, at + 4, b"-->").map(|i| i + 3) } else { None };
                    comments &= !comment || end.is_some();
                    let end = end.or_else(|| bytes[at..].iter().position(|b| *b == b'>').map(|i| at + i + 1));
                    at = end.unwrap_or(bytes.len());
                    out.push(Kind::Other, start, at, at);
                    continue;
                }
                _ => {
                    at = bytes[at + 1..].iter().position(|b| *b == b'<').map_or(bytes.len(), |i| at + 1 + i);
                    out.push(Kind::Text, start, at, at);
                    continue;
                }
            };
            let is_end = |b: &u8| b.is_ascii_whitespace() || *b == b'>' || *b == b'/';
            let name_end = bytes[name_from..].iter().position(is_end).map_or(bytes.len(), |i| name_from + i);
            at = if quotes_close { tag_end(bytes, name_end) } else { 0 };
            if at == bytes.len() && bytes.last() != Some(&b'>') || !quotes_close {
                // A quote that is never closed: the tag ends at the first `>`.
                quotes_close = false;
                at = bytes[name_end..]
                    .iter()
                    .position(|b| *b == b'>')
                    .map_or(bytes.len(), |i| name_end + i + 1);
            }
            out.push(kind, start, at, name_end);
            at = out.nest(&mut open, at);
        }
        for i in open {
            out.list[i].element_end = bytes.len();
            out.note_loose(i, false);
        }
        out.loose.sort_unstable();
        out
    }

    fn note_loose(&mut self, i: usize, ended_in_place: bool) {
        let name = self.list[i].name(self.html);
        if !ended_in_place && FORMATTING.iter().any(|f| f.eq_ignore_ascii_case(name)) {
            self.loose.push(i);
        }
    }

    /// The HTML without the opening tags of loose formatting, where there is more of it than so many.
    pub fn without_loose(&self, most: usize) -> Cow<'a, str> {
        if self.loose.len() <= most {
            return Cow::Borrowed(self.html);
        }
        let mut out = String::with_capacity(self.html.len());
        let mut loose = self.loose.iter().peekable();
        for (i, piece) in self.list.iter().enumerate() {
            if loose.next_if(|l| **l == i).is_none() {
                out.push_str(&self.html[piece.start..piece.end]);
            }
        }
        Cow::Owned(out)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, name_end: usize) {
        self.list.push(Piece { kind, start, end, name_end, element_end: end });
    }

    /// Keeps the stack of open elements; returns where to go on, after the contents of `script` and its like.
    fn nest(&mut self, open: &mut Vec<usize>, at: usize) -> usize {
        let i = self.list.len() - 1;
        let piece = self.list[i];
        let name = piece.name(self.html).to_ascii_lowercase();
        if piece.kind == Kind::Close {
            let from = open.len().saturating_sub(CLOSE_REACH);
            let of_table = TABLE.contains(&name.as_str());
            for place in (from..open.len()).rev() {
                let own = self.list[open[place]].name(self.html);
                if own.eq_ignore_ascii_case(&name) {
                    let ended: Vec<usize> = open.drain(place..).collect();
                    let strict = ended.len() == 1;
                    for j in ended {
                        self.list[j].element_end = piece.end;
                        self.note_loose(j, strict);
                    }
                    break;
                }
                // What was opened outside a cell is not ended inside it.
                if !of_table && SCOPES.iter().any(|s| s.eq_ignore_ascii_case(own)) {
                    break;
                }
            }
            return at;
        }
        self.tags += 1;
        if VOID.contains(&name.as_str())
            || self.html[..piece.end].ends_with("/>") && !RAW.contains(&name.as_str()) && name.contains(':')
        {
            return at;
        }
        if CHAINED.contains(&name.as_str())
            && let Some(j) = open.last().copied()
            && self.list[j].name(self.html).eq_ignore_ascii_case(&name)
        {
            open.pop();
            self.list[j].element_end = piece.start;
        }
        if RAW.contains(&name.as_str()) {
            let close = format!("</{name}");
            let bytes = self.html.as_bytes();
            let end = find(bytes, at, close.as_bytes()).unwrap_or(bytes.len());
            if end > at {
                self.push(Kind::Other, at, end, end);
            }
            self.list[i].element_end = end;
            return end;
        }
        open.push(i);
        self.depth = self.depth.max(open.len());
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_places_and_ends() {
        let html = "<p class=\"a > b\">x<br>y<p>z<script>if (a<b) '</p>'</script><!-- <i> --></p><IMG src='q'/>t < u";
        let pieces = Pieces::of(html);
        let joined: String = pieces.list.iter().map(|p| &html[p.start..p.end]).collect();
        assert_eq!(joined, html, "without gaps");
        assert_eq!(pieces.list[0].attribute(html, "CLASS"), Some("a > b"));
        assert_eq!(&html[pieces.list[0].start..pieces.list[0].element_end], "<p class=\"a > b\">x<br>y");
        let img = pieces.list.iter().find(|p| p.is(html, Kind::Open, "img")).expect("an image");
        assert_eq!(img.attribute(html, "src"), Some("q"));
        assert!(pieces.list.iter().filter(|p| p.kind == Kind::Open).all(|p| p.name(html) != "i"));
    }

    #[test]
    fn hostile_html_costs_little() {
        let began = std::time::Instant::now();
        for unit in ["<a b=\"", "<!--", "<script>", "</x", "<p>", "<div>", "<", "<a =", "<div></p>"] {
            let html = unit.repeat(200_000 / unit.len());
            let pieces = Pieces::of(&html);
            for p in pieces.list.iter().take(50) {
                let _ = p.attribute(&html, "id");
            }
        }
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }
}
