//! Which lines of a mail are new and which are quote or signature, by what mail programs write around a quote.
//!
//! One algorithm for text and HTML: lines come with what is already known of them (quoted by `>`, or inside an element that
//! is a quote by its markup). Where nothing new would be left, everything is shown: a mail that only passes on another is
//! read, not folded. A quote between two pieces of new text stays, because the answers need it; only what follows the last
//! of them is folded, and a single quote above the answer.

use super::marks;

/// A line and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its words, without spaces around and without marks of quoting.
    pub text: &'a str,
    /// It begins with `>` or stands inside a quote by markup.
    pub quoted: bool,
    /// It stands inside a signature by markup, or at the mark from which a quote goes on to the end.
    pub fold: bool,
    /// From here on everything is quote, by markup.
    pub tail: bool,
}

/// Lines that a signature after `--` may have.
const SIGNATURE_LINES_MAX: usize = 20;
/// Lines of a signature that is a table.
const TABLE_LINES_MAX: usize = 12;
/// Lines that an attribution may be broken into.
const ATTRIBUTION_LINES_MAX: usize = 4;

fn next_filled(lines: &[Line<'_>], from: usize) -> Option<usize> {
    (from..lines.len()).find(|i| !lines[*i].text.is_empty())
}

/// How many lines from here are an attribution; 0 for none.
fn attribution(lines: &[Line<'_>], at: usize) -> usize {
    let first = lines[at];
    if first.text.is_empty() {
        return 0;
    }
    if marks::is_attribution(first.text) {
        return 1;
    }
    if !marks::may_begin_attribution(first.text) {
        return 0;
    }
    let mut joined = first.text.to_owned();
    for n in 1..ATTRIBUTION_LINES_MAX {
        let Some(next) = lines.get(at + n).filter(|l| !l.text.is_empty() && l.quoted == first.quoted) else {
            return 0;
        };
        joined.push(' ');
        joined.push_str(next.text);
        if marks::is_attribution(&joined) {
            return n + 1;
        }
    }
    0
}

/// Where a quote begins that goes on to the end: a separator, or the head of a quoted mail. Also the line of rule above it.
fn tail(lines: &[Line<'_>]) -> Option<usize> {
    for (i, line) in lines.iter().enumerate() {
        if line.quoted || line.text.is_empty() {
            continue;
        }
        if marks::is_forward(line.text) {
            // What follows is meant to be read.
            return None;
        }
        let text = line.text;
        let head = || marks::is_quoted_head(lines[i..].iter().map(|l| l.text));
        if line.tail || marks::is_separator(text) || head() {
            let above = (0..i).rev().find(|j| !lines[*j].text.is_empty());
            return Some(above.filter(|j| marks::is_rule(lines[*j].text)).unwrap_or(i));
        }
        // An attribution above a quote without marks: all that follows is quote.
        let n = attribution(lines, i);
        if n > 0 {
            let next = next_filled(lines, i + n);
            if next.is_some_and(|j| !lines[j].quoted) && !lines[i + n..].iter().any(|l| l.quoted) {
                return Some(i);
            }
        }
    }
    None
}

/// Folds the lines that say who wrote what is quoted right below.
fn fold_attributions(lines: &[Line<'_>], fold: &mut [bool], quoted: &mut [bool]) {
    let mut i = 0;
    while i < lines.len() {
        let n = if quoted[i] { 0 } else { attribution(lines, i) };
        if n > 0 && next_filled(lines, i + n).is_some_and(|j| lines[j].quoted) {
            for j in i..i + n {
                (fold[j], quoted[j]) = (true, true);
            }
            i += n;
        } else {
            i += 1;
        }
    }
}

fn is_signature_mark(text: &str) -> bool {
    matches!(text, "--" | "—" | "––" | "- -")
}

/// Folds what programs and people put under their words, from the end of the new text upwards.
fn fold_signature(lines: &[Line<'_>], fold: &mut [bool], quoted: &[bool]) {
    let own = |i: usize, fold: &[bool]| !quoted[i] && !fold[i];
    for i in 0..lines.len() {
        if !own(i, fold) || !is_signature_mark(lines[i].text) {
            continue;
        }
        let end = (i + 1..lines.len()).find(|j| !own(*j, fold)).unwrap_or(lines.len());
        let more = (end..lines.len()).any(|j| own(j, fold) && !lines[j].text.is_empty());
        if end - i <= SIGNATURE_LINES_MAX + 1 && !more {
            fold[i..end].iter_mut().for_each(|f| *f = true);
            break;
        }
    }
    for _ in 0..2 {
        let Some(last) = (0..lines.len()).rev().find(|i| own(*i, fold) && !lines[*i].text.is_empty()) else {
            return;
        };
        if !marks::is_device(lines[last].text) {
            break;
        }
        fold[last] = true;
        // NetEase's signature is a table, which comes as bars in text.
        let table =
            (last.saturating_sub(TABLE_LINES_MAX)..last).find(|i| own(*i, fold) && lines[*i].text == "| |");
        if let Some(from) = table {
            fold[from..last].iter_mut().for_each(|f| *f = true);
        }
    }
}

/// For each line, whether it is folded. Several quotes with answers between them stay, all but the last.
pub fn folded(lines: &[Line<'_>]) -> Vec<bool> {
    let mut fold: Vec<bool> = lines.iter().map(|l| l.fold).collect();
    let mut quoted: Vec<bool> = lines.iter().map(|l| l.quoted).collect();
    let end = tail(lines).unwrap_or(lines.len());
    fold[end..].iter_mut().for_each(|f| *f = true);
    fold_attributions(&lines[..end], &mut fold[..end], &mut quoted[..end]);
    let mut quotes: Vec<(usize, usize)> = vec![];
    let mut i = 0;
    while i < end {
        if !quoted[i] {
            i += 1;
            continue;
        }
        let from = i;
        let mut to = i;
        while i < end && (quoted[i] || lines[i].text.is_empty()) {
            if quoted[i] {
                to = i + 1;
            }
            i += 1;
        }
        quotes.push((from, to));
    }
    for (from, to) in &quotes {
        fold[*from..*to].iter_mut().for_each(|f| *f = true);
    }
    fold_signature(&lines[..end], &mut fold[..end], &quoted[..end]);
    let new_after =
        |at: usize, fold: &[bool]| (at..end).any(|j| !fold[j] && !quoted[j] && !lines[j].text.is_empty());
    let answered: Vec<(usize, usize)> = quotes.iter().filter(|q| new_after(q.1, &fold)).copied().collect();
    if answered.len() > 1 {
        for (from, to) in answered {
            fold[from..to].iter_mut().for_each(|f| *f = false);
        }
    }
    let any_left = lines.iter().zip(&fold).any(|(l, f)| !f && !l.text.is_empty());
    if any_left { fold } else { vec![false; lines.len()] }
}
