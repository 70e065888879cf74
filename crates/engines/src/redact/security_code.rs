//! The three or four digits that must never be kept: behind a card number, or named as such.

use super::Mask;
use super::digits::{Sort, sort};
use super::runs::Run;

/// Names that mean nothing else.
const SURE: [&str; 4] = ["cvv", "cvc", "cvn", "cav2"];
/// Names that mean it beside a card number.
const BESIDE_CARD: [&str; 10] = [
    "安全码",
    "安全碼",
    "校验码",
    "校验碼",
    "后三位",
    "後三位",
    "背面",
    "末三位",
    "security code",
    "security number",
];
/// Characters between the name and the code at the most ("CVV2 码是：123").
const NAME_GAP: usize = 12;

/// Does the text name a security code by a name that means nothing else?
pub(super) fn mentioned(text: &str) -> bool {
    let named = |at: usize| {
        text.as_bytes()[at + 1..]
            .get(..2)
            .is_some_and(|w| SURE.iter().any(|s| w.eq_ignore_ascii_case(&s.as_bytes()[1..3])))
    };
    text.bytes().enumerate().any(|(at, b)| (b | 0x20) == b'c' && named(at))
}

/// The atom behind a card that is its security code: three or four digits, perhaps behind the month of expiry.
/// Atoms from `free_to` on belong to the next card.
pub(super) fn behind(run: &Run, last: usize, free_to: usize) -> Option<usize> {
    let free = |i: usize| i < free_to;
    let value = |i: usize| run.digits_of(i, i).iter().fold(0u32, |n, d| n * 10 + u32::from(*d));
    let is_month = |n: u32| (1..=12).contains(&n);
    let mut at = last + 1;
    let mut dated = false;
    if free(at) && run.atoms[at].len() == 4 && is_month(value(at) / 100) && free(at + 1) {
        (at, dated) = (at + 1, true);
    } else if free(at)
        && free(at + 1)
        && run.atoms[at].len() <= 2
        && is_month(value(at))
        && matches!(run.atoms[at + 1].len(), 2 | 4)
    {
        (at, dated) = (at + 2, true);
    }
    let code = free(at) && (run.atoms[at].len() == 3 || (dated && run.atoms[at].len() == 4));
    code.then_some(at)
}

/// Masks what stands behind a name of the code; `beside_card` admits the names that need a card in the same text.
pub(super) fn mask_named(text: &str, beside_card: bool, masks: &mut Vec<Mask>) {
    let lower = text.to_ascii_lowercase();
    let names = SURE.iter().chain(if beside_card { &BESIDE_CARD[..] } else { &[] });
    for name in names {
        for (at, _) in lower.match_indices(name) {
            if let Some(mask) = code_after(text, at + name.len()) {
                masks.push(mask);
            }
        }
    }
}

fn code_after(text: &str, from: usize) -> Option<Mask> {
    let rest = &text[from..];
    // The 2 of "CVV2" belongs to the name.
    let rest = match rest.strip_prefix('2') {
        Some(r) if !r.starts_with(|c| matches!(sort(c), Sort::Digit(..))) => r,
        _ => rest,
    };
    let base = text.len() - rest.len();
    let is_digit = |c: char| matches!(sort(c), Sort::Digit(..));
    let (start, _) = rest.char_indices().take(NAME_GAP).find(|(_, c)| is_digit(*c))?;
    // Stars stand where a code was masked before.
    if rest[..start].contains("***") {
        return None;
    }
    let (mut end, mut digits, mut seen) = (start, 0, 0);
    for (at, c) in rest[start..].char_indices() {
        match sort(c) {
            Sort::Digit(..) => {
                digits += 1;
                end = start + at + c.len_utf8();
                seen = 0;
            }
            Sort::Separator(super::digits::SPACE) | Sort::Invisible if seen == 0 => seen = 1,
            _ => break,
        }
    }
    let fits = (3..=4).contains(&digits);
    fits.then(|| Mask { start: base + start, end: base + end, shown: "*".repeat(digits) })
}
