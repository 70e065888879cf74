//! Who may be whom. Pure.

use std::collections::{HashMap, HashSet};

/// A bucket that holds more says nothing: a switchboard's number, a name that half a city has.
const BUCKET_MAX: usize = 40;
/// Comparisons of one scan at the most.
const COMPARED_MAX: usize = 4_000_000;
/// A pair is proposed from this score on, of 100.
pub(super) const SCORE_MIN: i64 = 50;
/// Digits that two spellings of one number share at the end.
const TAIL: usize = 9;
/// Digits that people give to identify themselves.
const SHORT_TAIL: usize = 4;

/// What is compared of a contact.
#[derive(Debug, Clone, Default)]
pub(super) struct Card {
    pub id: i64,
    /// As lists find it; empty where the name was made by the program.
    pub name: String,
    pub firm: i64,
    pub phones: Vec<String>,
    pub mails: Vec<String>,
    pub externals: Vec<String>,
}

/// Two who may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub a: i64,
    pub b: i64,
    pub score: i64,
    pub reasons: Vec<&'static str>,
}

/// One mailbox has many spellings: what follows a plus, and at some providers the dots.
fn mailbox(mail: &str) -> Option<String> {
    let (local, domain) = mail.rsplit_once('@')?;
    let domain = if domain == "googlemail.com" { "gmail.com" } else { domain };
    let mut local = local.split('+').next().unwrap_or(local).to_owned();
    if domain == "gmail.com" {
        local.retain(|c| c != '.');
    }
    (!local.is_empty()).then(|| format!("{local}@{domain}"))
}

fn digits_end(phone: &str, n: usize) -> Option<&str> {
    let digits = phone.trim_start_matches('+');
    (digits.len() >= n).then(|| &digits[digits.len() - n..])
}

/// The letters and digits of another system's id, without leading zeros.
fn plain(id: &str) -> String {
    let only: String = id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    only.trim_start_matches('0').to_owned()
}

/// The words of a name in one order: `li wei` and `wei li`.
fn words(name: &str) -> String {
    let mut all: Vec<&str> = name.split([' ', ',', '·', '.']).filter(|w| !w.is_empty()).collect();
    all.sort_unstable();
    all.join(" ")
}

/// Is one made of the other by one letter put, taken or changed?
fn one_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (long, short) = if a.len() >= b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < 3 || long.len() - short.len() > 1 {
        return false;
    }
    let head = long.iter().zip(short).take_while(|(x, y)| x == y).count();
    let rest =
        if long.len() == short.len() { &short[head.min(short.len() - 1) + 1..] } else { &short[head..] };
    long[head.min(long.len() - 1) + 1..] == *rest
}

fn share<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.iter().any(|x| b.contains(x))
}

/// How much speaks for it, with the reasons.
fn score(a: &Card, b: &Card) -> (i64, Vec<&'static str>) {
    let mut points = 0;
    let mut reasons = vec![];
    let mut say = |reason, n: i64| {
        points += n;
        reasons.push(reason);
    };
    let ends = |c: &Card, n| -> Vec<String> {
        c.phones.iter().filter_map(|p| digits_end(p, n)).map(str::to_owned).collect()
    };
    let boxes = |c: &Card| -> Vec<String> { c.mails.iter().filter_map(|m| mailbox(m)).collect() };
    let same_tail = share(&ends(a, TAIL), &ends(b, TAIL));
    if same_tail {
        say("phone", 60);
    }
    if share(&boxes(a), &boxes(b)) {
        say("mail", 70);
    }
    let plains =
        |c: &Card| -> Vec<String> { c.externals.iter().map(|e| plain(e)).filter(|e| e.len() >= 5).collect() };
    if share(&plains(a), &plains(b)) {
        say("external", 60);
    }
    if !a.name.is_empty() && !b.name.is_empty() {
        let same = words(&a.name) == words(&b.name);
        if same {
            say("name", 25);
        } else if one_apart(&a.name, &b.name) {
            say("similar_name", 15);
        }
        if (same || reasons.contains(&"similar_name"))
            && !same_tail
            && share(&ends(a, SHORT_TAIL), &ends(b, SHORT_TAIL))
        {
            reasons.push("phone_tail");
            points += 30;
        }
        if same && a.firm != 0 && a.firm == b.firm {
            reasons.push("organisation");
            points += 30;
        }
    }
    (points.min(100), reasons)
}

/// Under what a card could meet another.
fn keys(c: &Card) -> Vec<(u8, String)> {
    let mut out = vec![];
    out.extend(c.phones.iter().filter_map(|p| digits_end(p, TAIL)).map(|t| (0, t.to_owned())));
    out.extend(c.mails.iter().filter_map(|m| mailbox(m)).map(|m| (1, m)));
    out.extend(c.externals.iter().map(|e| plain(e)).filter(|e| e.len() >= 5).map(|e| (2, e)));
    if !c.name.is_empty() {
        let named = words(&c.name);
        if c.firm != 0 {
            out.push((4, format!("{} {named}", c.firm)));
        }
        for tail in c.phones.iter().filter_map(|p| digits_end(p, SHORT_TAIL)) {
            out.push((5, tail.to_owned()));
            out.push((6, format!("{tail} {named}")));
        }
        out.push((3, named));
    }
    out
}

/// Up to `max` pairs, the surest first.
pub(super) fn find(cards: &[Card], max: usize) -> Vec<Found> {
    let mut buckets: HashMap<(u8, String), Vec<u32>> = HashMap::new();
    for (i, card) in cards.iter().enumerate() {
        for key in keys(card) {
            let held = buckets.entry(key).or_default();
            if held.len() <= BUCKET_MAX {
                held.push(i as u32);
            }
        }
    }
    let (mut seen, mut found, mut compared) = (HashSet::new(), vec![], 0_usize);
    for held in buckets.values().filter(|h| (2..=BUCKET_MAX).contains(&h.len())) {
        for (n, i) in held.iter().enumerate() {
            for j in &held[n + 1..] {
                let pair = (*i.min(j), *i.max(j));
                if i == j || compared >= COMPARED_MAX || !seen.insert(pair) {
                    continue;
                }
                compared += 1;
                let (x, y) = (&cards[pair.0 as usize], &cards[pair.1 as usize]);
                let (score, reasons) = score(x, y);
                if score >= SCORE_MIN {
                    found.push(Found { a: x.id.min(y.id), b: x.id.max(y.id), score, reasons });
                }
            }
        }
    }
    found.sort_unstable_by_key(|f| (std::cmp::Reverse(f.score), f.a, f.b));
    found.truncate(max);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: i64, name: &str, phone: &str, mail: &str, firm: i64) -> Card {
        let some = |t: &str| if t.is_empty() { vec![] } else { vec![t.to_owned()] };
        Card { id, name: name.into(), firm, phones: some(phone), mails: some(mail), externals: vec![] }
    }

    #[test]
    fn what_speaks_for_one_person_is_told() {
        for (a, b, want) in [
            (
                card(1, "", "+8613800136207", "", 0),
                card(2, "", "+85213800136207", "", 0),
                Some(vec!["phone"]),
            ),
            (
                card(1, "", "", "li.wei@gmail.com", 0),
                card(2, "", "", "liwei+shop@googlemail.com", 0),
                Some(vec!["mail"]),
            ),
            (card(1, "", "", "li.wei@qq.com", 0), card(2, "", "", "liwei@qq.com", 0), None),
            (
                card(1, "王小明", "+8613800136207", "", 0),
                card(2, "王小明", "+8613911116207", "", 0),
                Some(vec!["name", "phone_tail"]),
            ),
            (card(1, "王小明", "", "", 9), card(2, "王小明", "", "", 9), Some(vec!["name", "organisation"])),
            (card(1, "王小明", "", "", 0), card(2, "王小明", "", "", 0), None),
            (card(1, "li wei", "", "", 3), card(2, "wei li", "", "", 3), Some(vec!["name", "organisation"])),
        ] {
            let found = find(&[a, b], 10);
            assert_eq!(found.first().map(|f| f.reasons.clone()), want);
        }
    }

    #[test]
    fn a_crowd_under_one_number_proposes_nobody() {
        let cards: Vec<Card> = (0..200).map(|i| card(i, "", "+861012345678", "", 0)).collect();
        assert!(find(&cards, 10).is_empty());
    }

    #[test]
    fn one_letter_apart() {
        for (a, b, want) in [
            ("王小明", "王晓明", true),
            ("john smith", "jon smith", true),
            ("abcd", "abce", true),
            ("abcd", "abcd", true),
            ("abcd", "badc", false),
            ("王明", "王敏", false),
        ] {
            assert_eq!(one_apart(a, b), want, "{a} {b}");
        }
    }
}
