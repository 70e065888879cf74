//! What one character is to a number: a digit in some script, a separator, invisible, or the end of it.

/// How a digit is written. A change of script may be the seam of two numbers ("第一4111…") or a disguise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Ascii,
    Chinese,
    Other,
}

/// What a character is to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Digit(u8, Script),
    /// With one of the bits below.
    Separator(u8),
    Invisible,
    Other,
}

pub(super) const SPACE: u8 = 1;
pub(super) const DASH: u8 = 2;
pub(super) const DOT: u8 = 4;
pub(super) const LINE: u8 = 8;
pub(super) const SIGN: u8 = 16;
pub(super) const STAR: u8 = 32;

/// Digits in the text, counted up to `enough`.
pub(super) fn count(text: &str, enough: usize) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii_digit).count();
    if ascii >= enough || text.is_ascii() {
        return ascii;
    }
    let mut found = ascii;
    for c in text.chars() {
        if !c.is_ascii() && matches!(sort(c), Sort::Digit(..)) {
            found += 1;
            if found >= enough {
                break;
            }
        }
    }
    found
}

/// Classifies a character.
pub(super) fn sort(c: char) -> Sort {
    match c {
        _ if c.is_ascii() => ASCII[c as usize],
        '\u{4e00}'..='\u{9fff}' => chinese(c),
        _ => uncommon(c),
    }
}

/// Every ASCII character's sort, because most of most texts is these.
const ASCII: [Sort; 128] = {
    let mut table = [Sort::Other; 128];
    let mut i = 0;
    while i < table.len() {
        table[i] = ascii(i as u8);
        i += 1;
    }
    table
};

const HAN: [(char, u8); 32] = [
    ('零', 0),
    ('一', 1),
    ('壹', 1),
    ('幺', 1),
    ('弌', 1),
    ('二', 2),
    ('贰', 2),
    ('貳', 2),
    ('弍', 2),
    ('三', 3),
    ('叁', 3),
    ('參', 3),
    ('叄', 3),
    ('弎', 3),
    ('四', 4),
    ('肆', 4),
    ('五', 5),
    ('伍', 5),
    ('六', 6),
    ('陆', 6),
    ('陸', 6),
    ('七', 7),
    ('柒', 7),
    ('八', 8),
    ('捌', 8),
    ('九', 9),
    ('玖', 9),
    ('弐', 2),
    ('壱', 1),
    ('参', 3),
    ('叅', 3),
    ('貮', 2),
];

/// The last byte of each of them: nine in ten other characters are told by it alone.
const HAN_LAST_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < HAN.len() {
        table[HAN[i].0 as usize & 0xff] = true;
        i += 1;
    }
    table
};

fn chinese(c: char) -> Sort {
    if !HAN_LAST_BYTES[c as usize & 0xff] {
        return Sort::Other;
    }
    HAN.iter().find(|(h, _)| *h == c).map_or(Sort::Other, |(_, d)| Sort::Digit(*d, Script::Chinese))
}

const fn ascii(c: u8) -> Sort {
    match c {
        b'0'..=b'9' => Sort::Digit(c - b'0', Script::Ascii),
        b'\n' | b'\r' => Sort::Separator(LINE),
        b' ' | b'\t' | 0xb | 0xc => Sort::Separator(SPACE),
        b'-' | b'_' | b'~' => Sort::Separator(DASH),
        b'.' => Sort::Separator(DOT),
        b'*' => Sort::Separator(STAR),
        b',' | b'/' | b'\\' | b'|' | b'+' | b'\'' | b'"' | b'`' | b':' | b';' | b'(' | b')' | b'[' | b']'
        | b'{' | b'}' | b'<' | b'>' | b'=' | b'^' => Sort::Separator(SIGN),
        0..=0x1f | 0x7f => Sort::Invisible,
        _ => Sort::Other,
    }
}

fn uncommon(c: char) -> Sort {
    if matches!(c, '！' | '？' | '\u{3041}'..='\u{30fa}' | '\u{ac00}'..='\u{d7a3}') {
        return Sort::Other;
    }
    match c {
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20e3}'
        | '\u{300}'..='\u{36f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{e0000}'..='\u{e01ef}' => Sort::Invisible,
        '\u{2028}' | '\u{2029}' | '\u{85}' => Sort::Separator(LINE),
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '－'
        | '﹣'
        | '＿'
        | '～'
        | '〜'
        | '\u{2043}'
        | 'ー'
        | '─'
        | '━' => Sort::Separator(DASH),
        '·' | '・' | '•' | '‧' | '∙' | '⋅' | '．' | '。' | '｡' | '…' | '●' => {
            Sort::Separator(DOT)
        }
        '，' | '、' | '／' | '＼' | '｜' | '＋' | '：' | '；' | '（' | '）' | '【' | '】' | '「' | '」'
        | '『' | '』' | '［' | '］' | '“' | '”' | '‘' | '’' | '《' | '》' | '＝' | '‖' | '︱' => {
            Sort::Separator(SIGN)
        }
        '＊' | '×' => Sort::Separator(STAR),
        '〇' | '○' | '◯' => Sort::Digit(0, Script::Chinese),
        _ if c.is_whitespace() || c == '\u{2800}' => Sort::Separator(SPACE),
        _ => other_digit(c).map_or(Sort::Other, |d| Sort::Digit(d, Script::Other)),
    }
}

/// Digits outside ASCII and the Han block: the first characters of scripts' rows of ten, and single ones.
fn other_digit(c: char) -> Option<u8> {
    /// Where rows of ten digits begin.
    const ROWS: [u32; 18] = [
        0xff10, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50,
        0xed0, 0xf20, 0x17e0, 0x1810,
    ];
    let n = c as u32;
    let row = |first: u32| (first..first + 10).contains(&n).then(|| (n - first) as u8);
    match c {
        '⓪' | '⁰' | '₀' | '⓿' => Some(0),
        '¹' => Some(1),
        '²' => Some(2),
        '³' => Some(3),
        '\u{2074}'..='\u{2079}' => Some((n - 0x2070) as u8),
        '\u{2081}'..='\u{2089}' => Some((n - 0x2080) as u8),
        '①'..='⑨' => Some((n - '①' as u32 + 1) as u8),
        '❶'..='❾' => Some((n - '❶' as u32 + 1) as u8),
        '\u{1d7ce}'..='\u{1d7ff}' => Some(((n - 0x1d7ce) % 10) as u8),
        '\u{1fbf0}'..='\u{1fbf9}' => Some((n - 0x1fbf0) as u8),
        _ => ROWS.into_iter().find_map(row),
    }
}
