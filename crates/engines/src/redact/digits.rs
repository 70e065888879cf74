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
        '0'..='9' => Sort::Digit(c as u8 - b'0', Script::Ascii),
        'a'..='z' | 'A'..='Z' => Sort::Other,
        '\u{4e00}'..='\u{9fff}' => chinese(c),
        _ if c.is_ascii() => separator(c),
        _ => uncommon(c),
    }
}

fn chinese(c: char) -> Sort {
    let d = match c {
        '零' => 0,
        '一' | '壹' | '幺' | '弌' => 1,
        '二' | '贰' | '貳' | '弍' => 2,
        '三' | '叁' | '參' | '叄' | '弎' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return Sort::Other,
    };
    Sort::Digit(d, Script::Chinese)
}

fn separator(c: char) -> Sort {
    match c {
        '\n' | '\r' => Sort::Separator(LINE),
        ' ' | '\t' | '\u{b}' | '\u{c}' => Sort::Separator(SPACE),
        '-' | '_' | '~' => Sort::Separator(DASH),
        '.' => Sort::Separator(DOT),
        '*' => Sort::Separator(STAR),
        ',' | '/' | '\\' | '|' | '+' | '\'' | '"' | '`' | ':' | ';' | '(' | ')' | '[' | ']' | '{' | '}'
        | '<' | '>' | '=' | '^' => Sort::Separator(SIGN),
        '\0'..='\u{1f}' | '\u{7f}' => Sort::Invisible,
        _ => Sort::Other,
    }
}

fn uncommon(c: char) -> Sort {
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
