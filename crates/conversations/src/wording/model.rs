//! A list of words and what is found of it. Pure.

use crate::codes;
use engines::words;
use kernel::{Error, LineId, Millis, Result, TenantId, WordListId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// Words of one list at the most.
pub const WORDS_MAX: usize = 5_000;
/// Words of one client at the most.
pub const CLIENT_WORDS_MAX: i64 = 20_000;
/// Lists of one client at the most.
pub const LISTS_MAX: i64 = 100;
/// A word at the most, in characters.
pub const WORD_LENGTH_MAX: usize = 60;
/// The name of a list, or of a category, at the most, in characters.
pub const NAME_MAX: usize = 60;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        $(#[$doc])*
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// The word stored and sent.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// From the word stored.
            pub fn from_word(w: &str) -> Result<$name> {
                match w { $($word => Ok($name::$variant),)+ _ => Err(Error::internal(format!("{w} is no {}", stringify!($name)))) }
            }
        }
    };
}

words! {
    /// Whose messages a list is for.
    #[schema(as = WordDirection)]
    Direction { /// What we write.
        Out = "out", /// What contacts write.
        In = "in", /// Both.
        Both = "both" }
}
words! {
    /// What follows when a word is found in what we write. In what contacts write nothing is held back: `alert` tells
    /// those who lead the line, the others are counted.
    #[schema(as = WordAction)]
    Action { /// It is sent once its author confirms it.
        Warn = "warn", /// It is not sent.
        Block = "block", /// It is sent, and those who lead the line are told.
        Alert = "alert" }
}
words! {
    /// What became of a message in which words were found.
    Outcome { /// It was sent, or came in.
        Sent = "sent", /// It was not sent.
        Refused = "refused" }
}

impl Direction {
    /// Is a list of this direction for messages of that one (`out` or `in`)?
    pub fn covers(self, of: Direction) -> bool {
        self == Direction::Both || self == of
    }
}

/// A list of words.
#[derive(Debug, Clone, PartialEq)]
pub struct WordList {
    /// Its id.
    pub id: WordListId,
    /// Whose.
    pub tenant: TenantId,
    /// On which line; 0 for all of the client's.
    pub line: LineId,
    /// Its name.
    pub name: String,
    /// What its words are, such as `违禁词`; free text.
    pub category: String,
    /// Whose messages it is for.
    pub direction: Direction,
    /// What follows.
    pub action: Action,
    /// Its words, in the order given.
    pub words: Vec<String>,
    /// Is it looked for?
    pub enabled: bool,
    /// When it was made.
    pub created_at: Millis,
    /// When it was changed last.
    pub changed_at: Millis,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A word of a list.
    Word {
        /// The list.
        list: WordListId,
        /// What its words are.
        category: String,
        /// What follows.
        action: Action,
    },
    /// Another client's name.
    OtherClient,
}

/// A place in a text where something was found, in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its first unit.
    pub start: usize,
    /// The unit after its last.
    pub end: usize,
    /// What it is.
    pub means: Means,
}

impl Hit {
    /// Does it follow from this action?
    fn is(&self, wanted: Action) -> bool {
        matches!(&self.means, Means::Word { action, .. } if *action == wanted)
    }
}

/// Why a reply in which this was found is not sent. The detail names places, never words.
pub fn refusal(hits: &[Hit], confirmed: bool) -> Option<Error> {
    let places = |fits: &dyn Fn(&&Hit) -> bool| -> String {
        hits.iter().filter(fits).map(|h| format!("{}-{}", h.start, h.end)).collect::<Vec<_>>().join(",")
    };
    let refused = |code, places: String| Some(Error::new(code).detail(places));
    if hits.iter().any(|h| h.is(Action::Block)) {
        return refused(&codes::WORDS_BLOCKED, places(&|h| h.is(Action::Block)));
    }
    if confirmed {
        return None;
    }
    if hits.iter().any(|h| h.is(Action::Warn)) {
        return refused(&codes::WORDS_WARNED, places(&|h| h.is(Action::Warn)));
    }
    if hits.iter().any(|h| h.means == Means::OtherClient) {
        return refused(&codes::OTHER_CLIENT, places(&|h| h.means == Means::OtherClient));
    }
    None
}

/// Words as they are kept: trimmed, each once, none unfit. Errors name the first one at fault by its number.
pub fn cleaned(field: &str, words: &[String]) -> Result<Vec<String>> {
    if words.len() > WORDS_MAX {
        return Err(Error::invalid(field, "too_many"));
    }
    let (mut seen, mut kept) = (HashSet::new(), vec![]);
    for (n, word) in words.iter().map(|w| w.trim()).enumerate() {
        if word.is_empty() {
            continue;
        }
        let fault = |fault| Err(Error::invalid(format!("{field}/{n}"), fault));
        if word.chars().count() > WORD_LENGTH_MAX {
            return fault("too_long");
        }
        if word.contains('\n') || !words::is_fit(word) {
            return fault("unfit");
        }
        if seen.insert(words::fold(word)) {
            kept.push(word.to_owned());
        }
    }
    if kept.is_empty() { Err(Error::invalid(field, "required")) } else { Ok(kept) }
}

/// A short text of one line.
pub fn name(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::invalid(field, "required")),
        n if n > NAME_MAX => Err(Error::invalid(field, "too_long")),
        _ if text.chars().any(char::is_control) => Err(Error::invalid(field, "unfit")),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(action: Action) -> Hit {
        let means = Means::Word { list: WordListId(1), category: "x".into(), action };
        Hit { start: 2, end: 4, means }
    }

    #[test]
    fn blocking_wins_and_confirming_lifts_the_rest() {
        let other = Hit { start: 0, end: 1, means: Means::OtherClient };
        let code = |hits: &[Hit], sure| refusal(hits, sure).map(|e| e.code.code);
        assert_eq!(code(&[hit(Action::Warn), hit(Action::Block)], true), Some("message.words_blocked"));
        assert_eq!(code(&[hit(Action::Warn), other.clone()], false), Some("message.words_warned"));
        assert_eq!(code(std::slice::from_ref(&other), false), Some("message.other_client"));
        assert_eq!(code(&[hit(Action::Warn), other], true), None);
        assert_eq!(code(&[hit(Action::Alert)], false), None);
    }

    #[test]
    fn a_list_is_cleaned() {
        let words = |w: &[&str]| cleaned("/words", &w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&[" 退款 ", "", "退 款", "保证"]).expect("fits"), ["退款", "保证"]);
        assert!(words(&["", " "]).is_err() && words(&["!?"]).is_err() && words(&[&"长".repeat(61)]).is_err());
        assert_eq!(words(&["好的", "x"]).expect_err("unfit").fields[0].field, "/words/1");
    }
}
