//! What the shape of a number and the words around it say: a card, or an order, a parcel, a person.

use super::digits::{DASH, LINE, Script};
use super::issuers::{self, Fit};
use super::runs::Run;

/// Characters read in front of a number for a word that says what it is.
const BEFORE: usize = 32;
/// Characters read behind it.
const BEHIND: usize = 16;
/// Characters between an order's word and its number at the most.
const LABEL_GAP: usize = 12;

/// Words of payment cards, lower case.
const CARD_WORDS: [&str; 24] = [
    "卡",
    "银行",
    "信用",
    "银联",
    "帐号",
    "账号",
    "賬號",
    "付款",
    "支付",
    "刷",
    "有效期",
    "card",
    "visa",
    "master",
    "amex",
    "unionpay",
    "jcb",
    "diners",
    "discover",
    "maestro",
    "pan",
    "cvv",
    "expir",
    "pay",
];
/// Words of what carries other long numbers, lower case.
const ORDER_WORDS: [&str; 32] = [
    "订单",
    "訂單",
    "单号",
    "單號",
    "运单",
    "快递",
    "物流",
    "包裹",
    "流水",
    "编号",
    "編號",
    "工单",
    "发票",
    "序列号",
    "设备号",
    "交易号",
    "身份证",
    "条码",
    "sku",
    "imei",
    "iccid",
    "order",
    "track",
    "parcel",
    "shipment",
    "waybill",
    "invoice",
    "ticket",
    "serial",
    "reference",
    "transaction",
    "booking",
];
/// Those that name the number itself, so that they hold even where a card is spoken of.
const NUMBER_WORDS: [&str; 18] = [
    "单号",
    "單號",
    "编号",
    "編號",
    "订单号",
    "流水号",
    "交易号",
    "序列号",
    "设备号",
    "order n",
    "order i",
    "order #",
    "tracking n",
    "waybill n",
    "invoice n",
    "ticket n",
    "serial n",
    "transaction i",
];

/// Is this window of whole atoms a card?
pub(super) fn is_card(text: &str, run: &Run, first: usize, last: usize) -> bool {
    let digits = run.digits_of(first, last);
    let Some(fit) = issuers::fit(digits) else { return false };
    match shape(run, first, last) {
        Shape::Whole => whole_is_card(text, run, first, last, fit),
        Shape::Grouped => fit == Fit::Usual || speaks_of_card(text, run, first, last),
        Shape::Odd => odd_is_card(text, run, first, last, fit),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing visible between its digits.
    Whole,
    /// In groups as cards are written.
    Grouped,
    /// Anything else.
    Odd,
}

/// Lengths of the groups as a reader sees them: atoms of different scripts without a gap are one.
fn groups(run: &Run, first: usize, last: usize) -> Vec<usize> {
    let mut out: Vec<usize> = vec![];
    for (i, a) in run.atoms[first..=last].iter().enumerate() {
        match out.last_mut() {
            Some(g) if i > 0 && a.gap == 0 => *g += a.len(),
            _ => out.push(a.len()),
        }
    }
    out
}

fn shape(run: &Run, first: usize, last: usize) -> Shape {
    let g = groups(run, first, last);
    let Some((tail, body)) = g.split_last() else { return Shape::Odd };
    if body.is_empty() {
        return Shape::Whole;
    }
    let even = body.iter().all(|n| *n == body[0]) && *tail <= body[0] && body[0] <= 6;
    let usual =
        matches!(g[..], [4, 6, 4 | 5] | [4, 4, 4, 5..=7] | [4, 4, 8..=11] | [4 | 6, 9..=15] | [4, 8, 4]);
    if even || usual { Shape::Grouped } else { Shape::Odd }
}

fn whole_is_card(text: &str, run: &Run, first: usize, last: usize, fit: Fit) -> bool {
    // Nobody disguises an order number.
    let disguised = (first..=last).any(|i| run.atoms[i].script != Script::Ascii)
        || text[run.atoms[first].start..run.atoms[last].end].len() > run.digits_of(first, last).len();
    if disguised {
        return fit == Fit::Usual || speaks_of_card(text, run, first, last);
    }
    let d = run.digits_of(first, last);
    if joined_to_number(run, first, last) || joined_to_letters(text, run, first, last) {
        return false;
    }
    match nearest_word(text, run, first) {
        Some(Word::Order) => false,
        Some(Word::Card) => true,
        None if fit == Fit::Rare => speaks_of_card(text, run, first, last),
        None => !issuers::is_resident_id(d) && !issuers::is_dated_order(d),
    }
}

/// A part of a longer number with dashes in it, such as "240315-123456789012345".
fn joined_to_number(run: &Run, first: usize, last: usize) -> bool {
    const LONG: usize = 5;
    let dash = |i: usize| run.atoms[i].gap == 1 && run.atoms[i].gap_kinds == DASH;
    let before = first > 0 && dash(first) && run.atoms[first - 1].len() >= LONG;
    let behind = last + 1 < run.atoms.len() && dash(last + 1) && run.atoms[last + 1].len() >= LONG;
    before || behind
}

/// Glued to letters as in "SF4111…": an id, unless the letters are a card's word.
fn joined_to_letters(text: &str, run: &Run, first: usize, last: usize) -> bool {
    const PREFIX_MAX: usize = 6;
    let before = &text[..run.atoms[first].start];
    let letters = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let word = before[before.len() - letters..].to_ascii_lowercase();
    let label = ["card", "visa", "mc", "amex", "pan", "no", "num", "number", "cc", "jcb", "is"];
    if letters > 0 && letters <= PREFIX_MAX && !label.iter().any(|l| word.ends_with(l)) {
        return true;
    }
    let behind = &text[run.atoms[last].end..];
    let upper = behind.bytes().take_while(u8::is_ascii_uppercase).count();
    let more = behind.as_bytes().get(upper).is_some_and(u8::is_ascii_alphanumeric);
    (1..=2).contains(&upper) && !more
}

fn odd_is_card(text: &str, run: &Run, first: usize, last: usize, fit: Fit) -> bool {
    let speaks = || speaks_of_card(text, run, first, last);
    if fit == Fit::Rare {
        return speaks();
    }
    let g = groups(run, first, last);
    let lines = run.atoms[first + 1..=last].iter().any(|a| a.gap_kinds & LINE != 0);
    // Two telephone numbers side by side, and an order number of a shop known everywhere.
    if matches!(g[..], [7 | 8 | 11, 7 | 8 | 11]) && !lines || matches!(g[..], [3, 7, 7]) {
        return speaks();
    }
    if first == 0 && last + 1 == run.atoms.len() {
        return true;
    }
    let apart = stands_apart(run, first, last);
    apart && (lines || g.iter().all(|n| *n < 7) || speaks()) || speaks()
}

/// Is what separates the window from its neighbours different from what separates its parts?
fn stands_apart(run: &Run, first: usize, last: usize) -> bool {
    let inner = run.atoms[first + 1..=last].iter().fold(0, |k, a| k | a.gap_kinds);
    let edge = |i: usize| {
        let a = &run.atoms[i];
        a.gap >= 2 || a.gap_kinds & LINE != 0 || a.gap_kinds & inner == 0
    };
    (first == 0 || edge(first)) && (last + 1 == run.atoms.len() || edge(last + 1))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Card,
    Order,
}

/// The characters in front of a byte offset, lower case, up to a digit or the end of a sentence.
fn lead(text: &str, end: usize) -> String {
    let stop =
        |c: &char| !c.is_ascii_digit() && !matches!(c, '\n' | '。' | '！' | '？' | '!' | '?' | ';' | '；');
    let mut chars: Vec<char> = text[..end].chars().rev().take(BEFORE).take_while(stop).collect();
    chars.reverse();
    chars.into_iter().map(|c| c.to_ascii_lowercase()).collect()
}

/// Where the last of these words ends. A word in Latin letters counts only where a word begins ("prefer" is no "ref").
fn last_end(lead: &str, words: &[&str]) -> Option<usize> {
    let begins = |at: usize| {
        !lead.as_bytes()[at].is_ascii() || at == 0 || !lead.as_bytes()[at - 1].is_ascii_alphabetic()
    };
    let ends =
        |w: &&str| lead.match_indices(*w).filter(|(at, _)| begins(*at)).map(|(at, _)| at + w.len()).last();
    words.iter().filter_map(ends).max()
}

/// What the words in front say the number is. An order's word counts only where it stands close, and gives way to a
/// card's unless it names the number itself.
fn nearest_word(text: &str, run: &Run, first: usize) -> Option<Word> {
    let lead = lead(text, run.atoms[first].start);
    let close = |end: &usize| lead[*end..].chars().count() <= LABEL_GAP;
    let card = last_end(&lead, &CARD_WORDS);
    let order = last_end(&lead, &ORDER_WORDS).filter(close);
    let number = last_end(&lead, &NUMBER_WORDS).filter(close);
    match (card, order, number) {
        (Some(card), _, Some(number)) if number > card => Some(Word::Order),
        (Some(_), ..) => Some(Word::Card),
        (None, None, None) => None,
        (None, ..) => Some(Word::Order),
    }
}

/// Does a card's word stand near, in front or behind?
fn speaks_of_card(text: &str, run: &Run, first: usize, last: usize) -> bool {
    if let Some(word) = nearest_word(text, run, first) {
        return word == Word::Card;
    }
    let behind: String =
        text[run.atoms[last].end..].chars().take(BEHIND).map(|c| c.to_ascii_lowercase()).collect();
    last_end(&behind, &CARD_WORDS).is_some()
}
