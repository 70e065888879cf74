//! HTML as lines of text, each with its place: for search, for the preview, and to find where a quote begins.

use super::tokens::{Kind, Piece, Pieces};
use mail_parser::decoders::html::add_html_token;

/// A line of text.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its words, spaces folded.
    pub text: String,
    /// Byte of the HTML at which it begins.
    pub start: usize,
    /// It stands inside an element that is a quote or a signature by its markup: the number of that element.
    pub inside: Option<usize>,
}

const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "thead",
    "tr",
    "ul",
    "includetail",
    "caption",
    "signature",
];
/// Between which and their neighbours an empty line stands.
const SPACED: &[&str] = &["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "pre", "table"];
/// Lines at the most.
const LINES_MAX: usize = 50_000;

/// Text with its character references resolved.
pub fn resolve(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(34).position(|b| b == b';');
        match end {
            Some(end) if rest.is_char_boundary(end + 1) => {
                add_html_token(&mut out, &rest.as_bytes()[..=end], false);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn name_in(piece: &Piece, html: &str, names: &[&str]) -> bool {
    let name = piece.name(html);
    names.iter().any(|n| n.eq_ignore_ascii_case(name))
}

/// Paragraphs without space around them: Outlook's, and those that say so.
fn is_tight(piece: &Piece, html: &str) -> bool {
    let class = piece.attribute(html, "class").unwrap_or("");
    let style = piece.attribute(html, "style").unwrap_or("").to_ascii_lowercase().replace(' ', "");
    class.contains("MsoNormal")
        || class.contains("MsoPlainText")
        || style.contains("margin:0")
        || style.contains("margin-top:0")
}

fn is_hidden(piece: &Piece, html: &str) -> bool {
    let style = piece.attribute(html, "style").unwrap_or("");
    !style.is_empty() && style.to_ascii_lowercase().replace(' ', "").contains("display:none")
}

struct Writer {
    lines: Vec<Line>,
    line: Line,
    begun: bool,
    space: bool,
}

impl Writer {
    fn end_line(&mut self, at: usize) {
        if self.lines.len() < LINES_MAX {
            let mut line = std::mem::take(&mut self.line);
            if !self.begun {
                line.start = at;
            }
            line.text.truncate(line.text.trim_end().len());
            self.lines.push(line);
        }
        (self.begun, self.space) = (false, false);
        self.line = Line::default();
    }

    fn fresh(&mut self, at: usize) {
        if self.begun {
            self.end_line(at);
        }
    }

    fn gap(&mut self, at: usize) {
        self.fresh(at);
        if self.lines.last().is_some_and(|l| !l.text.is_empty()) {
            self.end_line(at);
        }
    }

    fn words(&mut self, text: &str, start: usize, pre: bool, inside: Option<usize>) {
        // Where the first word begins in the source: spaces before it are as long there.
        let lead = text.len() - text.trim_start().len();
        for c in text.chars() {
            if pre && c == '\n' {
                self.end_line(start);
                continue;
            }
            let blank = c.is_whitespace() && c != '\u{3000}';
            if blank && !pre {
                self.space = self.begun;
                continue;
            }
            if !self.begun {
                self.begun = true;
                self.line.start = start + lead.min(text.len());
                self.line.inside = inside;
            }
            if self.space {
                self.line.text.push(' ');
                self.space = false;
            }
            self.line.text.push(if c == '\u{a0}' { ' ' } else { c });
        }
    }
}

/// The lines of HTML. `marked` are the elements that are quotes or signatures, as ranges of bytes in order.
pub fn lines(pieces: &Pieces<'_>, marked: &[(usize, usize)]) -> Vec<Line> {
    let html = pieces.html;
    let mut out = Writer { lines: vec![], line: Line::default(), begun: false, space: false };
    let mut pre_until = 0;
    let mut hidden_until = 0;
    let mut mark = 0;
    let mut tight = false;
    for piece in &pieces.list {
        if piece.start < hidden_until {
            continue;
        }
        while marked.get(mark).is_some_and(|m| m.1 <= piece.start) {
            mark += 1;
        }
        let inside = marked.get(mark).filter(|m| m.0 <= piece.start).map(|_| mark);
        match piece.kind {
            Kind::Text => {
                let text = resolve(&html[piece.start..piece.end]);
                out.words(&text, piece.start, piece.start < pre_until, inside);
            }
            Kind::Open
                if name_in(piece, html, &["head", "template", "object", "svg", "math"])
                    || is_hidden(piece, html) =>
            {
                // An element that never ends hides nothing behind it.
                if piece.element_end < html.len() || name_in(piece, html, &["head"]) {
                    hidden_until = piece.element_end;
                }
                if name_in(piece, html, &["head"]) {
                    hidden_until = end_of_head(pieces, piece);
                }
            }
            Kind::Open | Kind::Close => {
                if name_in(piece, html, &["br"]) {
                    out.end_line(piece.start);
                } else if name_in(piece, html, &["td", "th"]) && piece.kind == Kind::Open {
                    out.space = out.begun;
                } else if name_in(piece, html, SPACED) {
                    let is_p = name_in(piece, html, &["p"]);
                    if piece.kind == Kind::Open && is_p {
                        tight = is_tight(piece, html);
                    }
                    if is_p && tight {
                        out.fresh(piece.start);
                    } else {
                        out.gap(piece.start);
                    }
                } else if name_in(piece, html, BLOCKS) {
                    out.fresh(piece.start);
                }
                if piece.kind == Kind::Open {
                    if name_in(piece, html, &["pre"]) {
                        pre_until = piece.element_end;
                    }
                    if name_in(piece, html, &["li"]) {
                        out.words("- ", piece.start, true, inside);
                    }
                }
            }
            Kind::Other => {}
        }
    }
    out.fresh(html.len());
    out.lines
}

/// A head ends at its end tag, or where the body begins.
fn end_of_head(pieces: &Pieces<'_>, head: &Piece) -> usize {
    let html = pieces.html;
    let after = pieces.list.iter().filter(|p| p.start > head.start);
    let body = after.clone().find(|p| p.is(html, Kind::Open, "body") || p.is(html, Kind::Close, "head"));
    body.map_or(head.end, |p| p.start)
}

/// The text of HTML, for search and preview: lines joined, quotes and all.
pub fn plain(html: &str) -> String {
    let pieces = Pieces::of(html);
    let lines: Vec<String> = lines(&pieces, &[]).into_iter().map(|l| l.text).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_as_it_looks() {
        for (html, text) in [
            ("<p>a &amp; b&nbsp;c</p><p>d</p>", "a & b c\n\nd\n"),
            ("<div>a</div><div><br></div><div>b<br>c</div>", "a\n\nb\nc"),
            ("<head><title>t</title><style>p{}</style></head><body>x<script>y</script>z", "xz"),
            ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
            ("<pre>a\n  b</pre>", "a\n  b\n"),
            ("<div style='display: none'>pre</div>seen &bogus; &lt;", "seen &bogus; <"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"),
            ("您好&#65292;<b>世界</b>", "您好，世界"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }
}
