//! Finding listed words in text, however they are spelt.
//!
//! ```text
//! text ──▶ fold: half width, small letters, simplified characters, no spaces or punctuation ──▶ one automaton ──▶ places
//! ```
//! Words and text are folded alike, so `加Ｖ 信`, `加v信` and `加-V-信` are one word, and `退錢` is `退钱`. A word of Latin
//! letters and digits alone is found between other letters only where it begins and ends a word there: `ass` is not in
//! `class`, nor in `as sure`.
//!
//! Places are counted in UTF-16 units, as browsers count.

mod variants;

use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// Places found in one text at the most; a text full of them is judged by these.
pub const FOUND_MAX: usize = 100;
/// A folded word at the least, in characters: shorter ones stand in everything.
pub const WORD_MIN: usize = 2;

static VARIANTS: LazyLock<(Vec<char>, Vec<char>)> =
    LazyLock::new(|| (variants::TRADITIONAL.chars().collect(), variants::SIMPLIFIED.chars().collect()));

/// The simplified form of a character.
fn simplified(c: char) -> char {
    if c < '\u{3400}' {
        return c;
    }
    let (from, to) = &*VARIANTS;
    from.binary_search(&c).ok().and_then(|i| to.get(i)).copied().unwrap_or(c)
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// What a character counts as; nothing for spaces, punctuation, marks and what cannot be seen.
fn folded(c: char) -> impl Iterator<Item = char> {
    let kept = Some(half_width(c)).filter(|c| c.is_alphanumeric());
    kept.into_iter().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).map(simplified)
}

/// A word as it is compared. Empty where nothing of it can be compared.
pub fn fold(word: &str) -> String {
    word.chars().flat_map(folded).collect()
}

/// Can this word be looked for?
pub fn is_fit(word: &str) -> bool {
    fold(word).chars().count() >= WORD_MIN
}

/// A place where a listed word stands, in UTF-16 units, and which of the lists it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its first unit.
    pub start: usize,
    /// The unit after its last.
    pub end: usize,
    /// The list, as it was given.
    pub list: usize,
}

struct Word {
    list: usize,
    latin: bool,
}

/// A text as it is compared, and where each of its characters came from.
struct Folded {
    text: String,
    /// For each character of `text`: its first byte there, and the number of the character it came from.
    places: Vec<(usize, usize)>,
    /// The characters before folding, with their first UTF-16 unit.
    chars: Vec<(char, usize)>,
    units: usize,
}

impl Folded {
    fn of(text: &str) -> Folded {
        let mut f = Folded { text: String::new(), places: vec![], chars: vec![], units: 0 };
        for (n, c) in text.chars().enumerate() {
            f.chars.push((c, f.units));
            f.units += c.len_utf16();
            for small in folded(c) {
                f.places.push((f.text.len(), n));
                f.text.push(small);
            }
        }
        f
    }

    /// The number of the character in which this byte of the folded text lies.
    fn origin(&self, byte: usize) -> usize {
        let at = self.places.partition_point(|(b, _)| *b <= byte);
        self.places.get(at.saturating_sub(1)).map_or(0, |(_, n)| *n)
    }

    fn is_latin(&self, n: Option<usize>) -> bool {
        let c = n.and_then(|n| self.chars.get(n)).map(|(c, _)| half_width(*c));
        c.is_some_and(|c| c.is_ascii_alphanumeric())
    }

    fn unit(&self, n: usize) -> usize {
        self.chars.get(n).map_or(self.units, |(_, unit)| *unit)
    }
}

/// Many words, ready to be looked for at once.
pub struct Finder {
    automaton: Option<AhoCorasick>,
    words: Vec<Word>,
}

impl Finder {
    /// Of these words, each with the list it is from. Unfit words are left out.
    pub fn new<'a>(words: impl IntoIterator<Item = (usize, &'a str)>) -> Finder {
        let (mut patterns, mut kept) = (vec![], vec![]);
        for (list, word) in words {
            let pattern = fold(word);
            if pattern.chars().count() < WORD_MIN {
                continue;
            }
            kept.push(Word { list, latin: pattern.is_ascii() });
            patterns.push(pattern);
        }
        // Only more than two billion states can fail; lists are bounded far below.
        let automaton = (!patterns.is_empty())
            .then(|| AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns).ok())
            .flatten();
        Finder { automaton, words: kept }
    }

    /// Is there nothing to look for?
    pub fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }

    /// Every place where a listed word stands, at most [`FOUND_MAX`], in the order in which they end.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let Some(automaton) = &self.automaton else { return vec![] };
        let f = Folded::of(text);
        let mut found = vec![];
        for m in automaton.find_overlapping_iter(f.text.as_str()) {
            let Some(word) = self.words.get(m.pattern().as_usize()) else { continue };
            let (first, last) = (f.origin(m.start()), f.origin(m.end() - 1));
            let inside = f.is_latin(first.checked_sub(1)) || f.is_latin(Some(last + 1));
            if word.latin && inside {
                continue;
            }
            found.push(Found { start: f.unit(first), end: f.unit(last + 1), list: word.list });
            if found.len() == FOUND_MAX {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<(usize, usize)> {
        let finder = Finder::new(words.iter().map(|w| (0, *w)));
        finder.find(text).iter().map(|f| (f.start, f.end)).collect()
    }

    #[test]
    fn the_table_is_in_order_and_as_long_on_both_sides() {
        let (from, to) = &*VARIANTS;
        assert_eq!(from.len(), to.len());
        assert!(from.len() > 2_500 && from.is_sorted());
        assert_eq!((simplified('錢'), simplified('钱'), simplified('後')), ('钱', '钱', '后'));
    }

    #[test]
    fn spelling_hides_nothing() {
        for text in ["加v信", "加Ｖ信", "加 V 信", "加-v.信", "加\u{200b}v\u{200b}信"] {
            assert_eq!(found(&["加V信"], text).len(), 1, "{text}");
        }
        assert_eq!(found(&["退钱"], "請退錢給我"), [(1, 3)]);
        assert_eq!(found(&["退錢"], "请退钱"), [(1, 3)]);
    }

    #[test]
    fn latin_words_stand_alone() {
        assert_eq!(found(&["ass"], "a first class ticket, as sure as day"), []);
        assert_eq!(found(&["ass"], "you ASS!"), [(4, 7)]);
        assert_eq!(found(&["free"], "it is f r e e today"), [(6, 13)]);
        assert_eq!(found(&["qq"], "加qq聊"), [(1, 3)]);
    }

    #[test]
    fn places_are_counted_as_browsers_count() {
        assert_eq!(found(&["坏话"], "😀😀坏话"), [(4, 6)]);
    }

    #[test]
    fn words_in_words_are_all_found_and_bounded() {
        assert_eq!(found(&["微信", "加微信", "信号"], "加微信号").len(), 3);
        assert_eq!(found(&["哈哈"], &"哈".repeat(5_000)).len(), FOUND_MAX);
        assert!(Finder::new([(0, "!!"), (0, "a")]).is_empty());
    }
}
