//! Card numbers: none is left in clear in any spelling, and other long numbers are left alone. Seeds are printed;
//! `HARK_SEED` repeats a run.

use engines::redact::mask_cards;
use std::borrow::Cow;

const PANS: usize = 10_000;
const OTHERS: usize = 100_000;

/// splitmix64, so that a seed means the same everywhere.
struct Dice(u64);

impl Dice {
    fn seeded(what: &str) -> Dice {
        let seed = std::env::var("HARK_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_260_719);
        println!("{what}: HARK_SEED={seed}");
        Dice(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }
    fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

fn luhn_digit(body: &str) -> char {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d }
        })
        .sum();
    char::from(b'0' + ((10 - sum % 10) % 10) as u8)
}

fn complete(d: &mut Dice, prefix: &str, len: usize) -> String {
    let body = format!("{prefix}{}", d.digits(len - 1 - prefix.len()));
    let check = luhn_digit(&body);
    format!("{body}{check}")
}

/// A number in a length its issuer's cards usually have.
fn pan(d: &mut Dice) -> String {
    let (prefix, len) = match d.below(14) {
        0..=3 => (
            d.pick(&["62", "6222", "621700", "622848", "620522", "8100", "8171"]).to_owned(),
            16 + d.below(4),
        ),
        4..=6 => ("4".to_owned(), 16),
        7 => (format!("5{}", 1 + d.below(5)), 16),
        8 => (format!("{}", 2221 + d.below(500)), 16),
        9 => (d.pick(&["34", "37"]).to_owned(), 15),
        10 => (d.pick(&["6011", "644", "649", "65"]).to_owned(), 16),
        11 => (format!("{}", 3528 + d.below(62)), 16),
        12 => (d.pick(&["36", "38", "39", "300", "305", "3095"]).to_owned(), 14),
        _ => (d.pick(&["5018", "5020", "5038", "6304", "6759", "6761", "6763"]).to_owned(), 16),
    };
    complete(d, &prefix, len)
}

/// A number in a length that hardly any card of its issuer has; people say that it is a card's.
fn rare_pan(d: &mut Dice) -> String {
    let (prefix, len) = match d.below(4) {
        0 => ("4", 13),
        1 => ("4", 19),
        2 => (d.pick(&["6304", "6759", "5018"]), 13 + d.below(7)),
        _ => ("6011", 17 + d.below(3)),
    };
    complete(d, prefix, len)
}

fn join(groups: &[usize], number: &str, mut gap: impl FnMut() -> String) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for n in groups.iter().copied().chain(std::iter::repeat(4)) {
        if at >= number.len() {
            break;
        }
        if at > 0 {
            out.push_str(&gap());
        }
        let to = (at + n).min(number.len());
        out.push_str(&number[at..to]);
        at = to;
    }
    out
}

fn disguise(number: &str, mut digit: impl FnMut(usize) -> Option<char>) -> String {
    number.chars().map(|c| c.to_digit(10).and_then(|n| digit(n as usize)).unwrap_or(c)).collect()
}

const PLAIN: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const FORMAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const WIDE: [char; 10] = ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'];
const INVISIBLE: [&str; 5] = ["\u{200b}", "\u{200d}", "\u{feff}", "\u{2060}", "\u{ad}"];
const GAPS: [&str; 12] = [" ", "-", ".", "  ", " - ", "—", "\u{a0}", "\u{3000}", "·", "－", "_", "/"];
const SPELLINGS: usize = 17;

/// The same number in another spelling.
fn spell(d: &mut Dice, n: &str) -> String {
    let groups: &[usize] = if n.len() == 15 && d.below(2) == 0 { &[4, 6, 5] } else { &[4, 4, 4, 4, 3] };
    match d.below(SPELLINGS) {
        0 | 1 => n.to_owned(),
        2 => join(groups, n, || " ".into()),
        3 => join(groups, n, || "-".into()),
        4 => join(groups, n, || ".".into()),
        5 => {
            let gap = d.pick(&GAPS);
            join(groups, n, || gap.into())
        }
        6 => disguise(n, |v| Some(WIDE[v])),
        7 => disguise(n, |v| Some(PLAIN[v])),
        8 => disguise(n, |v| Some(FORMAL[v])),
        9 => disguise(n, |v| [None, Some(WIDE[v]), Some(PLAIN[v]), Some(FORMAL[v])][d.below(4)]),
        10 => join(&[1; 19], n, || INVISIBLE[d.below(5)].into()),
        11 => join(&[1; 19], n, || d.pick(&[" ", "-", "."]).to_owned()),
        12 => {
            let at = 1 + d.below(n.len() - 1);
            format!("{}{}{}", &n[..at], d.pick(&["\n", "\r\n", "\r\n> "]), &n[at..])
        }
        13 => {
            let at = 1 + d.below(3);
            let mut i = 0;
            join(groups, n, || {
                i += 1;
                (if i == at { "\n" } else { " " }).into()
            })
        }
        14 => {
            let lens: Vec<usize> = (0..19).map(|_| 1 + d.below(6)).collect();
            join(&lens, n, || d.pick(&GAPS).to_owned())
        }
        15 => {
            let mixed = disguise(n, |v| Some(if d.below(2) == 0 { WIDE[v] } else { PLAIN[v] }));
            let marks: Vec<char> = mixed.chars().collect();
            marks.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("\u{3000}")
        }
        _ => join(groups, n, || format!("{}{}", INVISIBLE[d.below(5)], d.pick(&[" ", "-"]))),
    }
}

fn surround(d: &mut Dice, spelled: &str) -> String {
    let (before, behind) = match d.below(14) {
        0..=3 => ("", ""),
        4 => ("我的卡号是", "，麻烦帮我看下为什么扣了两次"),
        5 => ("card: ", " please refund"),
        6 => ("退到这张卡：", " 谢谢"),
        7 => ("第一", "。"),
        8 => ("1. ", ""),
        9 => ("您好，我上周三买了 2 件，用 ", " 付的款"),
        10 => ("订单 JD20260304 没到，银行卡", "（招商）"),
        11 => ("Visa ", ", exp 12/28"),
        12 => ("电话13800138000，卡", " 张三"),
        _ => ("I prefer this one ", " thanks"),
    };
    format!("{before}{spelled}{behind}")
}

/// Every digit of the text in any spelling used here, and the stars of masks.
fn bare(text: &str) -> String {
    let value = |c: char| {
        let in_row = |row: &[char; 10]| row.iter().position(|r| *r == c);
        c.to_digit(10).map(|n| n as usize).or(in_row(&PLAIN)).or(in_row(&FORMAL)).or(in_row(&WIDE))
    };
    let sign = |c: char| if c == '*' { Some('*') } else { value(c).map(|n| char::from(b'0' + n as u8)) };
    text.chars().filter_map(sign).collect()
}

/// Do more than the first six or the last four of the number stand in the text?
fn leaks(masked: &str, number: &str) -> bool {
    const TOO_MANY: usize = 8;
    let left = bare(masked);
    (0..=number.len() - TOO_MANY).any(|i| left.contains(&number[i..i + TOO_MANY]))
}

#[test]
fn no_card_number_is_left_in_clear_in_any_spelling() {
    let mut d = Dice::seeded("cards");
    let mut left = vec![];
    for _ in 0..PANS {
        let number = pan(&mut d);
        let spelled = spell(&mut d, &number);
        let text = surround(&mut d, &spelled);
        let masked = mask_cards(&text);
        if leaks(&masked, &number) {
            left.push(format!("{text:?} -> {masked:?}"));
        }
    }
    let shown = left[..left.len().min(25)].join("\n");
    assert!(left.is_empty(), "{} of {PANS} left in clear:\n{shown}", left.len());
}

#[test]
fn a_rare_length_is_masked_where_the_words_say_card() {
    let mut d = Dice::seeded("rare cards");
    let mut left = vec![];
    for _ in 0..PANS {
        let number = rare_pan(&mut d);
        let spelled = spell(&mut d, &number);
        let before = d.pick(&["我的卡号是", "银行卡：", "card number: ", "my Visa is ", "maestro "]);
        let masked = mask_cards(&format!("{before}{spelled}")).into_owned();
        if leaks(&masked, &number) {
            left.push(format!("{before}{spelled:?} -> {masked:?}"));
        }
    }
    let shown = left[..left.len().min(25)].join("\n");
    assert!(left.is_empty(), "{} of {PANS} left in clear:\n{shown}", left.len());
}

fn date(d: &mut Dice, year: usize) -> String {
    format!("{:04}{:02}{:02}", year + d.below(3), 1 + d.below(12), 1 + d.below(28))
}

/// A resident's number with a good check digit.
fn resident(d: &mut Dice) -> String {
    let region =
        d.pick(&["110105", "310101", "440305", "620102", "622301", "510107", "370102", "530102", "410105"]);
    let year = 1960 + d.below(45);
    let body = format!("{region}{}{}", date(d, year), d.digits(3));
    let weights = [7u32, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{body}{}", &"10X98765432"[(sum % 11) as usize..][..1])
}

/// Numbers as shops, carriers, banks and telephones make them.
fn other_number(d: &mut Dice) -> String {
    match d.below(32) {
        0 => format!("{}{}", 1 + d.below(4), d.digits(18)),
        1 => format!("{}{}", d.pick(&["1", "2", "3", "4", "5"]), d.digits(17)),
        2 => format!("2{}", d.digits(11)),
        3 => format!("{}-{}", &date(d, 2024)[2..], d.digits(15)),
        4 => format!("69{}", d.digits(17)),
        5 => format!("2{}{:03}000{}", 3 + d.below(4), 1 + d.below(365), d.digits(8)),
        6 => format!("SF{}", d.digits(13)),
        7 => format!("YT{}", d.digits(13)),
        8 => format!("7{}{}", d.pick(&["3", "5", "6", "7", "8"]), d.digits(12)),
        9 => format!("4{}{}", d.pick(&["3", "6"]), d.digits(11)),
        10 => format!("77{}", d.digits(11)),
        11 => format!("JD{}", d.digits(13)),
        12 => format!("JDVA{}", d.digits(11)),
        13 => format!("1{}{}", d.pick(&["38", "59", "86", "77"]), d.digits(8)),
        14 => format!("+86 1{} {} {}", d.digits(2), d.digits(4), d.digits(4)),
        15 => format!("010-{}", d.digits(8)),
        16 => format!("{}{}", date(d, 2024), d.digits(6)),
        17 => format!("{}{}", date(d, 2024), d.digits(9)),
        18 => moment(d),
        19 => format!("17{}", d.digits(11)),
        20 => resident(d),
        21 => format!("4200{}", d.digits(24)),
        22 => format!("{}2200{}", date(d, 2024), d.digits(16)),
        23 => format!("2088{}", d.digits(12)),
        24 => format!("69{}", d.digits(11)),
        25 => format!("35{}", d.digits(13)),
        26 => format!("8986{}", d.digits(16)),
        27 => format!("40{}-{}-{}", d.digits(1), d.digits(7), d.digits(7)),
        28 => format!("{}-{}", d.digits(8), d.digits(8)),
        29 => format!("订单号：{}", d.digits(16)),
        30 => format!("order number {}", d.digits(16)),
        _ => format!("{}{}", date(d, 2024), d.digits(4)),
    }
}

fn moment(d: &mut Dice) -> String {
    let day = format!("20{}-{:02}-{:02}", 24 + d.below(3), 1 + d.below(12), 1 + d.below(28));
    format!("{day} {:02}:{:02}:{:02}", d.below(24), d.below(60), d.below(60))
}

#[test]
fn other_long_numbers_are_left_alone() {
    let mut d = Dice::seeded("other numbers");
    let mut hits = vec![];
    for i in 0..OTHERS {
        let number = other_number(&mut d);
        let text = match i % 6 {
            0 | 1 => number,
            2 => format!("帮我查一下 {number} 到哪里了"),
            3 => format!("订单号{number}，{} 买的，手机 13800138000", date(&mut d, 2024)),
            4 => format!("{number}\n{}", other_number(&mut d)),
            _ => format!("Where is {number}? Paid ¥1,299.00 on 2026-03-04 12:30"),
        };
        if let Cow::Owned(masked) = mask_cards(&text) {
            hits.push(format!("{text:?} -> {masked:?}"));
        }
    }
    println!("{} of {OTHERS} other numbers were masked", hits.len());
    let shown = hits[..hits.len().min(40)].join("\n");
    assert!(hits.len() * 1000 <= OTHERS, "{} of {OTHERS} masked:\n{shown}", hits.len());
}

#[test]
fn first_six_and_last_four_stay() {
    for (text, want) in [
        ("4111 1111 1111 1111", "411111******1111"),
        ("pay with 378282246310005 please", "pay with 378282*****0005 please"),
        ("四一一一一一一一一一一一一一一一", "411111******1111"),
        ("4111111111111111 12/28 123", "411111******1111 12/28 ***"),
        ("4111 1111 1111 1111 123", "411111******1111 ***"),
        ("卡 4111111111111111，有效期1228，安全码：987", "卡 411111******1111，有效期1228，安全码：***"),
        ("CVV2: 123", "CVV2: ***"),
        ("cvc 是 1 2 3 吗", "cvc 是 *** 吗"),
        ("4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣", "411111******1111\u{fe0f}\u{20e3}"),
        ("订单号 4111111111111111", "订单号 4111111111111111"),
        ("订单号 4111 1111 1111 1111", "订单号 411111******1111"),
        ("SF4111111111111111", "SF4111111111111111"),
        ("一张卡4111111111111111，两张 5555555555554444", "一张卡411111******1111，两张 555555******4444"),
        ("身份证620102199001011233", "身份证620102199001011233"),
    ] {
        assert_eq!(mask_cards(text), want, "{text}");
    }
}

#[test]
fn ordinary_text_is_borrowed() {
    for text in [
        "",
        "在吗",
        "一共买了三件，一二三四五六七八九，都没到",
        "Order 12345 is late, call 13800138000",
        "CV 12 345",
    ] {
        assert!(matches!(mask_cards(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn any_text_is_answered_and_masking_again_uncovers_nothing() {
    const TEXTS: usize = 20_000;
    let mut d = Dice::seeded("any text");
    let marks: Vec<char> =
        "0123456789012345678901234567890123456789 .\n*一二〇６２②a卡号/-cvC\u{200b}\u{10ffff}"
            .chars()
            .collect();
    for _ in 0..TEXTS {
        let text: String = (0..d.below(90)).map(|_| marks[d.below(marks.len())]).collect();
        let once = mask_cards(&text).into_owned();
        let stars = |t: &str| t.matches('*').count();
        assert!(stars(&mask_cards(&once)) >= stars(&once), "{text:?}");
    }
}
