//! Payment card numbers out of text, before it is logged, stored or indexed (PCI DSS 3.3.1, 3.4.1).
//!
//! ```text
//! text ──▶ runs of digits (any script, any separators between) ──▶ windows of whole groups, 13–19 digits
//!      ──▶ issuer range and length, Luhn ──▶ shape and the words around ──▶ first 6 · stars · last 4
//! ```
//! * [`digits`]: what counts as a digit, a separator, or nothing at all.
//! * [`runs`]: digits that stand close enough together to be one number.
//! * [`issuers`]: which numbers are cards, by range and length; [`issuers::Fit::Rare`] lengths need a sign.
//! * [`signs`]: words and shapes around a number that say "card" or "order".
//!
//! Why not Luhn alone: one order number in ten passes it. Why not refuse every doubtful number: what is masked is lost. So a
//! number written as an order number usually is (in one piece, behind the word for it, joined to letters) stays, a number
//! in a card's usual length is masked wherever it stands, and a length that hardly any card has needs a sign.

mod digits;
mod issuers;
mod personal;
mod runs;
mod security_code;
mod signs;

pub use personal::mask_personal;
use runs::Run;
use std::borrow::Cow;

/// Digits of the shortest card number.
pub const CARD_DIGITS_MIN: usize = 13;
/// Digits of the longest card number.
pub const CARD_DIGITS_MAX: usize = 19;
/// Digits left at the front and at the end of a masked number.
const SHOWN: (usize, usize) = (6, 4);

/// A part of the text and what stands there instead.
#[derive(Debug)]
struct Mask {
    start: usize,
    end: usize,
    shown: String,
}

/// Masks every payment card number in the text, whatever its spelling, and the security code behind it.
///
/// Borrows where there is nothing to mask. Masking its answer again never uncovers anything.
pub fn mask_cards(text: &str) -> Cow<'_, str> {
    let count = digits::count(text, CARD_DIGITS_MIN);
    if count < 3 || (count < CARD_DIGITS_MIN && !security_code::mentioned(text)) {
        return Cow::Borrowed(text);
    }
    let mut masks = vec![];
    if count >= CARD_DIGITS_MIN && runs::any(text) {
        for run in runs::find(text) {
            mask_run(text, &run, &mut masks);
        }
    }
    if !masks.is_empty() || security_code::mentioned(text) {
        security_code::mask_named(text, !masks.is_empty(), &mut masks);
    }
    if masks.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(apply(text, masks)) }
}

/// Readings of a run as a card that overlap are masked as one, so that the wrong one cannot uncover the right one.
struct Found {
    first: usize,
    last: usize,
    /// More than one reading.
    doubtful: bool,
}

fn mask_run(text: &str, run: &Run, masks: &mut Vec<Mask>) {
    let found = cards_in(text, run);
    for (i, card) in found.iter().enumerate() {
        masks.push(card_mask(run, card));
        let free_to = found.get(i + 1).map_or(run.atoms.len(), |next| next.first);
        if let Some(at) = security_code::behind(run, card.last, free_to) {
            let atom = &run.atoms[at];
            masks.push(Mask { start: atom.start, end: atom.end, shown: "*".repeat(atom.len()) });
        }
    }
}

fn cards_in(text: &str, run: &Run) -> Vec<Found> {
    let mut found: Vec<Found> = vec![];
    for first in 0..run.atoms.len() {
        for last in first..run.atoms.len() {
            let len = run.digits_of(first, last).len();
            if len > CARD_DIGITS_MAX {
                break;
            }
            if len < CARD_DIGITS_MIN || !signs::is_card(text, run, first, last) {
                continue;
            }
            match found.last_mut() {
                Some(f) if first <= f.last => {
                    f.last = f.last.max(last);
                    f.doubtful = true;
                }
                _ => found.push(Found { first, last, doubtful: false }),
            }
        }
    }
    found
}

/// First six and last four; of a doubtful one the first six alone, as its end may lie in the middle of the card.
fn card_mask(run: &Run, card: &Found) -> Mask {
    let digits = run.digits_of(card.first, card.last);
    let tail = if card.doubtful { 0 } else { SHOWN.1 };
    let digit = |d: &u8| char::from(b'0' + d);
    let mut shown: String = digits[..SHOWN.0].iter().map(digit).collect();
    shown.extend(std::iter::repeat_n('*', digits.len() - SHOWN.0 - tail));
    shown.extend(digits[digits.len() - tail..].iter().map(digit));
    Mask { start: run.atoms[card.first].start, end: run.atoms[card.last].end, shown }
}

fn apply(text: &str, mut masks: Vec<Mask>) -> String {
    masks.sort_by_key(|m| m.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for m in masks {
        if m.start < at {
            continue;
        }
        out.push_str(&text[at..m.start]);
        out.push_str(&m.shown);
        at = m.end;
    }
    out.push_str(&text[at..]);
    out
}
