//! Digits that stand close enough together to be one number, cut into the pieces ("atoms") they were written in.

use super::CARD_DIGITS_MIN;
use super::digits::{Script, Sort, sort};

/// Separators between two digits of one number at the most ("1111\r\n> 2222").
const GAP_MAX: usize = 6;

/// Digits written without anything visible between them, in one script. A Chinese digit is always alone, because it may
/// end a word in front of the number ("第一四三…").
#[derive(Debug)]
pub(super) struct Atom {
    /// Byte offset of its first digit.
    pub start: usize,
    /// Byte offset behind its last digit.
    pub end: usize,
    from: usize,
    to: usize,
    /// Separators in front of it, within the run.
    pub gap: usize,
    /// Which kinds of separators, as bits of `digits`.
    pub gap_kinds: u8,
    /// How it is written.
    pub script: Script,
}

impl Atom {
    /// Digits in it.
    pub fn len(&self) -> usize {
        self.to - self.from
    }
}

/// Atoms with nothing but separators between them.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// In order.
    pub atoms: Vec<Atom>,
    digits: Vec<u8>,
}

impl Run {
    /// The digits from one atom to another, both included.
    pub fn digits_of(&self, first: usize, last: usize) -> &[u8] {
        &self.digits[self.atoms[first].from..self.atoms[last].to]
    }

    fn add(&mut self, at: usize, end: usize, digit: u8, script: Script, gap: usize, gap_kinds: u8) {
        let from = self.digits.len();
        self.digits.push(digit);
        match self.atoms.last_mut() {
            Some(a) if gap == 0 && a.script == script && script != Script::Chinese => {
                a.end = end;
                a.to = from + 1;
            }
            _ => self.atoms.push(Atom { start: at, end, from, to: from + 1, gap, gap_kinds, script }),
        }
    }
}

/// Is there a run worth looking at? Counts only, because most texts with many digits hold several short numbers.
pub(super) fn any(text: &str) -> bool {
    let (mut digits, mut gap) = (0, 0);
    for c in text.chars() {
        match sort(c) {
            Sort::Digit(..) => {
                (digits, gap) = (digits + 1, 0);
                if digits >= CARD_DIGITS_MIN {
                    return true;
                }
            }
            Sort::Invisible => {}
            Sort::Separator(_) if gap < GAP_MAX => gap += 1,
            _ => (digits, gap) = (0, 0),
        }
    }
    false
}

/// The runs that are long enough to hold a card number.
pub(super) fn find(text: &str) -> Vec<Run> {
    let (mut out, mut run) = (vec![], Run::default());
    let (mut gap, mut kinds) = (0, 0);
    for (at, c) in text.char_indices() {
        match sort(c) {
            Sort::Digit(d, script) => {
                run.add(at, at + c.len_utf8(), d, script, gap, kinds);
                (gap, kinds) = (0, 0);
                continue;
            }
            Sort::Invisible => continue,
            // One star may separate; several are what a mask leaves.
            Sort::Separator(kind) if gap < GAP_MAX && !(kind == super::digits::STAR && gap > 0) => {
                gap += 1;
                kinds |= kind;
                continue;
            }
            _ => {}
        }
        finish(&mut run, &mut out);
        (gap, kinds) = (0, 0);
    }
    finish(&mut run, &mut out);
    out
}

fn finish(run: &mut Run, out: &mut Vec<Run>) {
    let done = std::mem::take(run);
    if done.digits.len() >= CARD_DIGITS_MIN {
        out.push(done);
    }
}
