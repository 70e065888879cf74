//! Text into terms: folded Latin words, and bigrams of Han (and kana, and hangul) with the last character alone.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Bytes of a word at the most; a longer one is cut.
const WORD_MAX: usize = 64;
/// Terms of one document at the most.
const TERMS_MAX: usize = 20_000;

/// One run of like characters, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// A Latin word or a number.
    Word(String),
    /// Characters of a script without spaces.
    Han(Vec<char>),
}

/// Full-width forms become plain.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3005}' | '\u{3007}')
}

/// The runs of a text, in order.
pub fn runs(text: &str) -> Vec<Run> {
    let (mut out, mut word, mut han) = (vec![], String::new(), vec![]);
    for c in text.chars().map(plain).chain([' ']) {
        if is_han(c) {
            end_word(&mut word, &mut out);
            han.push(super::han::fold(c));
            continue;
        }
        if !han.is_empty() {
            out.push(Run::Han(std::mem::take(&mut han)));
        }
        for c in c.to_lowercase() {
            if !c.is_alphanumeric() {
                end_word(&mut word, &mut out);
            } else if word.len() + c.len_utf8() <= WORD_MAX {
                word.push(c);
            }
        }
    }
    out
}

fn end_word(word: &mut String, out: &mut Vec<Run>) {
    if !word.is_empty() {
        out.push(Run::Word(std::mem::take(word)));
    }
}

/// The bigrams of a run.
pub fn bigrams(run: &[char]) -> impl Iterator<Item = String> {
    run.windows(2).map(|w| w.iter().collect())
}

/// The terms of a document: folded text, and where in it each term stands. Every message passes here, so that a term
/// takes no memory of its own.
#[derive(Default)]
struct Folded {
    text: String,
    terms: Vec<(u32, u32)>,
}

impl Folded {
    fn of(text: &str) -> Folded {
        let mut folded = Folded { text: String::with_capacity(text.len()), terms: vec![] };
        for run in runs(text) {
            if folded.terms.len() >= TERMS_MAX {
                break;
            }
            match run {
                Run::Word(w) => {
                    let from = folded.text.len();
                    folded.text.push_str(&w);
                    folded.term(from, folded.text.len());
                }
                Run::Han(chars) => folded.han(&chars),
            }
        }
        folded
    }

    fn term(&mut self, from: usize, to: usize) {
        // A text is far below the 4 GB that this counts.
        self.terms.push((from as u32, to as u32));
    }

    /// Each character with the next one; the last alone, so that every character begins a term, by which a lone one is
    /// found.
    fn han(&mut self, chars: &[char]) {
        let (mut before, mut at) = (None, self.text.len());
        for c in chars {
            self.text.push(*c);
            if let Some(from) = before {
                self.term(from, self.text.len());
            }
            before = Some(at);
            at = self.text.len();
        }
        if let Some(from) = before {
            self.term(from, at);
        }
    }
}

/// The analyser of the text field.
#[derive(Clone, Default)]
pub struct Terms;

/// The terms of one text.
pub struct Stream {
    folded: Folded,
    next: usize,
    token: Token,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;
    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { folded: Folded::of(text), next: 0, token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some((from, to)) = self.folded.terms.get(self.next) else { return false };
        self.token.text.clear();
        self.token.text.push_str(&self.folded.text[*from as usize..*to as usize]);
        self.token.position = self.token.position.wrapping_add(1);
        self.next += 1;
        true
    }
    fn token(&self) -> &Token {
        &self.token
    }
    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let mut stream = Terms.token_stream(text).folded;
        std::mem::take(&mut stream.terms)
            .iter()
            .map(|(a, b)| stream.text[*a as usize..*b as usize].into())
            .collect()
    }

    #[test]
    fn text_falls_into_folded_words_and_bigrams() {
        assert_eq!(terms("我要退款!"), ["我要", "要退", "退款", "款"]);
        assert_eq!(terms("ＡＢＣ１２ Refund-No.7"), ["abc12", "refund", "no", "7"]);
        assert_eq!(terms("买iPhone吗"), ["买", "iphone", "吗"]);
        assert!(terms("  …").is_empty());
    }
}
