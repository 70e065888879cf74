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

/// Full-width forms become plain, capitals small.
fn fold(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    };
    plain.to_lowercase()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3005}' | '\u{3007}')
}

/// The runs of a text, in order.
pub fn runs(text: &str) -> Vec<Run> {
    let (mut out, mut word, mut han) = (vec![], String::new(), vec![]);
    for c in text.chars().flat_map(fold).chain([' ']) {
        if !is_han(c) && !han.is_empty() {
            out.push(Run::Han(std::mem::take(&mut han)));
        }
        if is_han(c) || !c.is_alphanumeric() {
            if !word.is_empty() {
                out.push(Run::Word(std::mem::take(&mut word)));
            }
            if is_han(c) {
                han.push(c);
            }
        } else if word.len() + c.len_utf8() <= WORD_MAX {
            word.push(c);
        }
    }
    out
}

/// The bigrams of a run.
pub fn bigrams(run: &[char]) -> impl Iterator<Item = String> {
    run.windows(2).map(|w| w.iter().collect())
}

/// The terms of a document.
pub fn terms(text: &str) -> Vec<String> {
    let mut out = vec![];
    for run in runs(text) {
        if out.len() >= TERMS_MAX {
            break;
        }
        match run {
            Run::Word(w) => out.push(w),
            Run::Han(chars) => {
                out.extend(bigrams(&chars));
                // So that every character begins a term, by which a lone character is found.
                out.extend(chars.last().map(char::to_string));
            }
        }
    }
    out
}

/// The analyser of the text field.
#[derive(Clone, Default)]
pub struct Terms;

/// The terms of one text.
pub struct Stream {
    rest: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;
    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { rest: terms(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(text) = self.rest.next() else { return false };
        self.token.text = text;
        self.token.position = self.token.position.wrapping_add(1);
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

    #[test]
    fn text_falls_into_folded_words_and_bigrams() {
        assert_eq!(terms("我要退款!"), ["我要", "要退", "退款", "款"]);
        assert_eq!(terms("ＡＢＣ１２ Refund-No.7"), ["abc12", "refund", "no", "7"]);
        assert_eq!(terms("买iPhone吗"), ["买", "iphone", "吗"]);
        assert!(terms("  …").is_empty());
    }
}
