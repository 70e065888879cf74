//! Personal data out of what is shown: phone numbers, mail addresses, identity numbers, postal addresses.
//!
//! Unlike card numbers these are kept: who has the right reads them, everybody else reads `138****6207`. So a doubtful
//! number stays, unless it has the shape of one: order numbers are what conversations are about.

use super::digits::{self, Sort};
use std::borrow::Cow;

/// Digits of a Chinese mobile number.
const MOBILE: usize = 11;
/// Characters of a Chinese identity number.
const IDENTITY: usize = 18;
/// Weights of an identity number's first 17 digits, and its check character by the remainder.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// What stands for what is hidden.
const HIDDEN: &str = "****";

/// Ends of the parts of a Chinese address: of districts, of streets, of what is counted in them.
const DISTRICTS: &str = "市区县旗镇乡";
const STREETS: &str = "路街道巷弄村苑园厦寓场里";
const COUNTED: &str = "号室栋幢楼座弄层元";
/// How an English street ends.
const ROADS: [&str; 14] = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "ln",
    "drive",
    "dr",
    "boulevard",
    "blvd",
    "way",
    "court",
];
/// Words of an English street's name at the most.
const ROAD_WORDS: usize = 4;

/// A part of the text, by characters, and what is shown instead.
type Mask = (usize, usize, String);

/// Masks phone numbers, mail addresses, identity numbers and postal addresses. Borrows where there are none.
pub fn mask_personal(text: &str) -> Cow<'_, str> {
    let chars: Vec<char> = text.chars().collect();
    let mut masks = vec![];
    mails(&chars, &mut masks);
    numbers(&chars, &mut masks);
    addresses(&chars, &mut masks);
    roads(&chars, &mut masks);
    if masks.is_empty() {
        return Cow::Borrowed(text);
    }
    masks.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (start, end, shown) in masks {
        if start < at {
            continue;
        }
        out.extend(&chars[at..start]);
        out.push_str(&shown);
        at = end;
    }
    out.extend(&chars[at..]);
    Cow::Owned(out)
}

fn mails(chars: &[char], masks: &mut Vec<Mask>) {
    let local = |c: &char| c.is_alphanumeric() && c.is_ascii() || "._%+-".contains(*c);
    let domain = |c: &char| c.is_alphanumeric() || ".-".contains(*c);
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| matches!(c, '@' | '＠')) {
        let start = at - chars[..at].iter().rev().take_while(|c| local(c)).count();
        let mut end = at + 1 + chars[at + 1..].iter().take_while(|c| domain(c)).count();
        while end > at + 1 && !chars[end - 1].is_alphanumeric() {
            end -= 1;
        }
        if start == at || !chars[at + 1..end].contains(&'.') {
            continue;
        }
        let host: String = chars[at + 1..end].iter().collect();
        masks.push((start, end, format!("{}***@{host}", chars[start])));
    }
}

/// Digits that stand together, perhaps in groups.
struct Run {
    start: usize,
    end: usize,
    digits: Vec<u8>,
    groups: Vec<usize>,
    plus: bool,
}

fn run_at(chars: &[char], from: usize) -> Option<Run> {
    let digit = |i: usize| match chars.get(i).map(|c| digits::sort(*c)) {
        Some(Sort::Digit(d, _)) => Some(d),
        _ => None,
    };
    let gap = |i: usize| {
        let skipped = chars[i..]
            .iter()
            .take(2)
            .take_while(|c| matches!(c, ' ' | '-' | '—' | '(' | ')' | '（' | '）' | '\u{a0}'));
        skipped.count()
    };
    let plus = matches!(chars[from], '+' | '＋');
    let mut i = from + usize::from(plus);
    digit(i)?;
    let mut run = Run { start: from, end: i, digits: vec![], groups: vec![0], plus };
    loop {
        if let Some(d) = digit(i) {
            run.digits.push(d);
            if let Some(g) = run.groups.last_mut() {
                *g += 1;
            }
            i += 1;
            run.end = i;
        } else {
            let wide = if i < chars.len() { gap(i) } else { 0 };
            if wide == 0 || digit(i + wide).is_none() {
                return Some(run);
            }
            i += wide;
            run.groups.push(0);
        }
    }
}

fn numbers(chars: &[char], masks: &mut Vec<Mask>) {
    let mut i = 0;
    while i < chars.len() {
        let begins = matches!(chars[i], '+' | '＋') || matches!(digits::sort(chars[i]), Sort::Digit(..));
        let Some(run) = begins.then(|| run_at(chars, i)).flatten() else {
            i += 1;
            continue;
        };
        i = run.end;
        // Joined to letters it is a code of something, not a number to call.
        let joined = run.start > 0 && chars[run.start - 1].is_ascii_alphabetic();
        if let Some((end, head, tail)) = shape(chars, &run).filter(|_| !joined) {
            let written = |d: &[u8]| d.iter().map(|d| char::from(b'0' + d)).collect::<String>();
            let n = run.digits.len();
            let shown =
                format!("{}{HIDDEN}{}", written(&run.digits[..head]), written(&run.digits[n - tail..]));
            masks.push((run.start, end, shown));
        }
    }
}

/// The end of a run that must be hidden, and how many digits of its head and tail are shown.
fn shape(chars: &[char], run: &Run) -> Option<(usize, usize, usize)> {
    let d = &run.digits;
    let mobile = |d: &[u8]| d.len() == MOBILE && d[0] == 1 && d[1] >= 3;
    let after = |code: &[u8]| d.strip_prefix(code).is_some_and(mobile);
    if mobile(d) && !run.plus {
        return Some((run.end, 3, 4));
    }
    if after(&[8, 6]) || (!run.plus && (after(&[0, 0, 8, 6]) || after(&[0]))) {
        return Some((run.end, d.len() - MOBILE + 3, 4));
    }
    if let Some(end) = identity(chars, run) {
        return Some((end, 3, 1));
    }
    if run.plus && (8..=15).contains(&d.len()) {
        return Some((run.end, 3, 2));
    }
    let landline = d[0] == 0 && d.get(1).is_some_and(|d| *d > 0) && (10..=12).contains(&d.len());
    let three = run.groups == [3, 3, 4] && !matches!(d[..3], [4 | 8, 0, 0]);
    (landline || three).then_some((run.end, 3, 2))
}

/// The end of an identity number: 18 digits, or 17 and an X, whose check fits.
fn identity(chars: &[char], run: &Run) -> Option<usize> {
    let d = &run.digits;
    let sum: u32 = d.iter().zip(WEIGHTS).map(|(d, w)| u32::from(*d) * w).sum();
    let check = CHECKS[(sum % 11) as usize];
    let x = chars.get(run.end).is_some_and(|c| matches!(c, 'x' | 'X' | 'Ｘ'));
    match d.len() {
        IDENTITY => (b'0' + d[17] == check).then_some(run.end),
        17 => (x && check == b'X').then_some(run.end + 1),
        _ => None,
    }
}

/// Chinese addresses: what is finer than the district is hidden.
fn addresses(chars: &[char], masks: &mut Vec<Mask>) {
    let inside = |c: &char| c.is_alphanumeric() || matches!(c, '-' | ' ' | '#');
    let mut from = 0;
    while from < chars.len() {
        let end = from + chars[from..].iter().take_while(|c| inside(c)).count();
        address(chars, from, end, masks);
        from = end.max(from) + 1;
    }
}

fn address(chars: &[char], from: usize, end: usize, masks: &mut Vec<Mask>) {
    let is = |i: usize, marks: &str| marks.contains(chars[i]);
    let counted: Vec<usize> = (from + 1..end)
        .filter(|i| is(*i, COUNTED) && (chars[i - 1].is_ascii_alphanumeric() || is(*i - 1, "单")))
        .filter(|i| chars[from..*i].iter().any(char::is_ascii_digit))
        .collect();
    let (Some(first), Some(last)) = (counted.first(), counted.last()) else { return };
    let Some(street) = (from + 1..*first).rev().find(|i| is(*i, STREETS)) else { return };
    let district = (from + 1..street).rev().find(|i| is(*i, DISTRICTS));
    // Without a district only what counts twice is surely an address.
    let start = match district {
        Some(d) => d + 1,
        None if counted.len() > 1 => street.saturating_sub(2).max(from),
        None => return,
    };
    masks.push((start, last + 1, HIDDEN.into()));
}

/// English streets: a number, some words, and what streets are called.
fn roads(chars: &[char], masks: &mut Vec<Mask>) {
    let mut words: Vec<(usize, usize)> = vec![];
    let mut i = 0;
    while i < chars.len() {
        let len = chars[i..].iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '\'').count();
        if len == 0 {
            // A sentence's end ends an address; a comma or space does not.
            if matches!(chars[i], '.' | '\n' | '?' | '!' | '。') {
                words.clear();
            }
            i += 1;
            continue;
        }
        let word: String = chars[i..i + len].iter().collect::<String>().to_ascii_lowercase();
        if ROADS.contains(&word.as_str()) {
            let name = |(s, _): &(usize, usize)| chars[*s].is_uppercase();
            let number = |(s, _): &(usize, usize)| chars[*s].is_ascii_digit();
            let named = words.iter().rev().take(ROAD_WORDS).take_while(|w| name(w)).count();
            let house = words.len().checked_sub(named + 1).and_then(|n| words.get(n)).filter(|w| number(w));
            if let Some((start, _)) = house.filter(|_| named > 0) {
                masks.push((*start, i + len, HIDDEN.into()));
            }
            words.clear();
        } else {
            words.push((i, i + len));
        }
        i += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_to_call_and_mails_are_hidden() {
        for (text, want) in [
            ("电话13800136207谢谢", "电话138****6207谢谢"),
            ("138 0013 6207", "138****6207"),
            ("+86 138-0013-6207", "86138****6207"),
            ("一三八零零一三六二零七", "138****6207"),
            ("１３８００１３６２０７", "138****6207"),
            ("call +1 415 555 2671 now", "call 141****71 now"),
            ("415-555-2671", "415****71"),
            ("座机 010-12345678", "座机 010****78"),
            ("mail li.wei@example.com.", "mail l***@example.com."),
            ("邮箱：a@b.cn，谢谢", "邮箱：a***@b.cn，谢谢"),
        ] {
            assert_eq!(mask_personal(text), want, "{text}");
        }
    }

    #[test]
    fn identity_numbers_are_hidden_by_their_check() {
        assert_eq!(mask_personal("身份证11010519491231002X"), "身份证110****2");
        assert_eq!(mask_personal("订单 202611290000123456 在哪"), "订单 202611290000123456 在哪");
    }

    #[test]
    fn addresses_are_hidden_beyond_the_district() {
        assert_eq!(
            mask_personal("寄到浙江省杭州市西湖区文三路100号3栋501室，谢谢"),
            "寄到浙江省杭州市西湖区****，谢谢"
        );
        assert_eq!(mask_personal("我住文三路100号2栋501室"), "我住****");
        assert_eq!(mask_personal("Send it to 12 Old Mill Road, please"), "Send it to ****, please");
    }

    #[test]
    fn what_conversations_are_about_stays() {
        for text in [
            "订单号 20261129123456，金额 1380.01 元",
            "SF1380013620712 到哪了",
            "客服 400-820-8820",
            "2026-11-29 12:30:45",
            "在市区的路上，1号再说",
            "I will drive 2 hours",
            "@小王 看一下",
            "第 5 号窗口",
        ] {
            assert_eq!(mask_personal(text), text);
        }
    }

    #[test]
    fn hidden_stays_hidden() {
        let once = mask_personal("13800136207 li@example.com 杭州市西湖区文三路100号").into_owned();
        assert_eq!(mask_personal(&once), once.as_str());
    }
}
