//! The new words of a mail apart from what it quotes and from its signature: from text ([`of_text`]) and HTML ([`of_html`]).
//!
//! Nothing is lost: what is not shown is folded, and the caller keeps the raw mail.

mod lines;
mod marks;

use crate::html::text::lines as lines_of_html;
use crate::html::tokens::{Kind, Pieces};
use lines::{Line, folded};
use std::ops::Range;

/// Lines that are looked at; a longer text is shown whole.
const LINES_MAX: usize = 20_000;

/// A text cut in two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// What is new.
    pub shown: String,
    /// Quotes and signature.
    pub folded: String,
}

/// Cuts a plain text.
pub fn of_text(text: &str) -> Split {
    let own: Vec<&str> = text.lines().collect();
    if own.len() > LINES_MAX {
        return Split { shown: text.to_owned(), folded: String::new() };
    }
    let bare = |l: &str| -> bool { l.trim_start().starts_with('>') };
    let known: Vec<Line<'_>> = own
        .iter()
        .map(|l| Line {
            text: l.trim_start_matches(['>', ' ', '\t']).trim(),
            quoted: bare(l),
            fold: false,
            tail: false,
        })
        .collect();
    let fold = folded(&known);
    let pick = |wanted: bool| -> String {
        let kept: Vec<&str> = own.iter().zip(&fold).filter(|(_, f)| **f == wanted).map(|(l, _)| *l).collect();
        kept.join("\n")
    };
    Split { shown: pick(false), folded: pick(true) }
}

/// HTML cut in two, and its text cut in two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HtmlSplit {
    /// The text.
    pub text: Split,
    /// The ranges of the HTML that are new, in order.
    pub shown: Vec<Range<usize>>,
    /// The ranges that are quote or signature, in order.
    pub folded: Vec<Range<usize>>,
}

fn is_one_of(value: &str, names: &[&str]) -> bool {
    value.split_ascii_whitespace().any(|word| {
        let word = word.to_ascii_lowercase();
        let plain = word.strip_prefix("x_").unwrap_or(&word);
        names.contains(&plain)
            || names.iter().any(|n| n.starts_with("yahoo") && plain.ends_with(n) && plain.len() > n.len())
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Quote,
    Signature,
    Tail,
}

/// Elements that are quotes, signatures or the beginning of a quote by their markup, outermost only, in order.
fn marked(pieces: &Pieces<'_>) -> Vec<((usize, usize), Mark)> {
    let html = pieces.html;
    let mut out: Vec<((usize, usize), Mark)> = vec![];
    let mut until = 0;
    for piece in pieces.list.iter().filter(|p| p.kind == Kind::Open) {
        if piece.start < until {
            continue;
        }
        let name = piece.name(html).to_ascii_lowercase();
        let class = piece.attribute(html, "class").unwrap_or("");
        let id = piece.attribute(html, "id").unwrap_or("");
        let by = |names: &[&str]| is_one_of(class, names) || is_one_of(id, names);
        let cites = name == "blockquote"
            && (piece.attribute(html, "type").is_some_and(|t| t.eq_ignore_ascii_case("cite"))
                || piece.attribute(html, "cite").is_some());
        if name == "hr"
            && piece.attribute(html, "style").is_some_and(|s| s.replace(' ', "").contains("width:210px"))
        {
            // Foxmail's rule above a signature, which goes on to the quote.
            let quote =
                pieces.list.iter().find(|p| p.start > piece.start && p.is(html, Kind::Open, "blockquote"));
            let end = quote.map_or(html.len(), |p| p.start);
            out.push(((piece.start, end), Mark::Signature));
            until = end;
            continue;
        }
        let mark = if by(marks::FROM_HERE) {
            Mark::Tail
        } else if cites
            || is_one_of(class, marks::QUOTE_CLASSES)
            || is_one_of(id, marks::QUOTE_IDS)
            || marks::QUOTE_TAGS.contains(&name.as_str())
        {
            Mark::Quote
        } else if by(marks::SIGNATURES)
            || marks::SIGNATURE_TAGS.contains(&name.as_str())
            || id == "Signature"
            || id == "x_Signature"
        {
            Mark::Signature
        } else if name == "blockquote" {
            Mark::Quote
        } else {
            continue;
        };
        if mark == Mark::Quote && is_forwarded(html.get(piece.start..piece.element_end).unwrap_or("")) {
            until = piece.element_end;
            continue;
        }
        let end = if mark == Mark::Tail { html.len() } else { piece.element_end };
        out.push(((piece.start, end), mark));
        until = end;
    }
    out
}

/// Does this element hold a mail that is passed on, by its first words?
fn is_forwarded(element: &str) -> bool {
    let mut end = element.len().min(4_000);
    while !element.is_char_boundary(end) {
        end -= 1;
    }
    let pieces = Pieces::of(&element[..end]);
    let lines = lines_of_html(&pieces, &[]);
    lines.iter().map(|l| l.text.as_str()).find(|t| !t.is_empty()).is_some_and(marks::is_forward)
}

/// Cuts HTML.
pub fn of_html(pieces: &Pieces<'_>) -> HtmlSplit {
    let marks = marked(pieces);
    let places: Vec<(usize, usize)> = marks.iter().map(|m| m.0).collect();
    let lines = lines_of_html(pieces, &places);
    let mark_of = |l: &crate::html::text::Line| l.inside.map(|i| marks[i].1);
    let known: Vec<Line<'_>> = lines
        .iter()
        .map(|l| Line {
            text: l.text.trim_start_matches(['>', ' ']).trim(),
            quoted: mark_of(l) == Some(Mark::Quote) || l.text.starts_with('>'),
            fold: mark_of(l) == Some(Mark::Signature),
            tail: mark_of(l) == Some(Mark::Tail),
        })
        .collect();
    let fold = if known.len() > LINES_MAX { vec![false; known.len()] } else { folded(&known) };
    let pick = |wanted: bool| -> String {
        let kept: Vec<&str> =
            lines.iter().zip(&fold).filter(|(_, f)| **f == wanted).map(|(l, _)| l.text.as_str()).collect();
        kept.join("\n")
    };
    let mut out =
        HtmlSplit { text: Split { shown: pick(false), folded: pick(true) }, ..HtmlSplit::default() };
    // A run of lines goes from where its element or its first word begins to where the next run does.
    let mut from = 0;
    let mut now = false;
    for (i, line) in lines.iter().enumerate() {
        if fold[i] == now || line.text.is_empty() && !fold[i] {
            continue;
        }
        let at = match line.inside.filter(|_| fold[i]) {
            Some(m) if places[m].0 >= from => places[m].0,
            _ => line.start,
        };
        if at > from {
            if now { out.folded.push(from..at) } else { out.shown.push(from..at) }
        }
        (from, now) = (at.max(from), fold[i]);
    }
    if from < pieces.html.len() {
        if now { out.folded.push(from..pieces.html.len()) } else { out.shown.push(from..pieces.html.len()) }
    }
    out
}
