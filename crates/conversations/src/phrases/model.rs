//! A phrase, what is allowed in one, and how it sounds. Pure.

use crate::variables;
use kernel::{Error, Result};
use pinyin::ToPinyinMulti;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A title at the most, in characters.
const TITLE_MAX: usize = 80;
/// A folder's name at the most, in characters.
const FOLDER_MAX: usize = 60;
/// A shortcut word at the most, in characters.
const SHORTCUT_MAX: usize = 24;
/// A text at the most, in characters.
const TEXT_MAX: usize = 4_000;
/// Ways to read a title that are kept: 重 is zhong and chong.
const READINGS_MAX: usize = 6;
/// Characters of a title whose sound is kept.
const SOUNDED_MAX: usize = 40;

/// What a phrase says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhraseText {
    /// The group it stands in; empty for none.
    #[serde(default)]
    pub folder: String,
    /// What it is called.
    pub title: String,
    /// A word of Latin letters, digits, `-` and `_` that finds it at once; empty for none.
    #[serde(default)]
    pub shortcut: String,
    /// The Chinese text; may be empty if the English one is not.
    #[serde(default)]
    pub zh: String,
    /// The English text; may be empty if the Chinese one is not.
    #[serde(default)]
    pub en: String,
    /// Its place among its folder's, small first.
    #[serde(default)]
    pub place: i64,
}

impl PhraseText {
    /// Checks everything, trims, and masks card numbers. Errors: `invalid`, `phrase.variable`.
    pub fn cleaned(mut self) -> Result<PhraseText> {
        for (field, text, max) in [
            ("/title", &mut self.title, TITLE_MAX),
            ("/folder", &mut self.folder, FOLDER_MAX),
            ("/zh", &mut self.zh, TEXT_MAX),
            ("/en", &mut self.en, TEXT_MAX),
        ] {
            if text.chars().count() > max {
                return Err(Error::invalid(field, "too_long"));
            }
            *text = engines::redact::mask_cards(text.trim()).into_owned();
        }
        if self.title.is_empty() || self.title.contains('\n') {
            return Err(Error::invalid("/title", "required"));
        }
        if self.zh.is_empty() && self.en.is_empty() {
            return Err(Error::invalid("/zh", "required"));
        }
        self.shortcut = self.shortcut.trim().to_lowercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.shortcut.len() > SHORTCUT_MAX || !self.shortcut.chars().all(fits) {
            return Err(Error::invalid("/shortcut", "unfit"));
        }
        variables::check(&self.zh)?;
        variables::check(&self.en)?;
        Ok(self)
    }
}

/// How a title sounds: readings separated by spaces, so that a search asks whether one begins with what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PhraseSounds)]
pub struct Sounds {
    /// Whole syllables without tones, such as `tuikuan`.
    pub full: String,
    /// First letters, such as `tk`.
    pub initials: String,
}

/// How a text sounds; Latin letters and digits sound as they stand, everything else is silent.
pub fn sounds(text: &str) -> Sounds {
    let mut readings: Vec<(String, String)> = vec![(String::new(), String::new())];
    let mut begins = true;
    for c in text.chars().take(SOUNDED_MAX) {
        let spoken = spoken(c);
        if spoken.is_empty() {
            begins = true;
            continue;
        }
        let han = !c.is_ascii_alphanumeric();
        let mut next = Vec::with_capacity(READINGS_MAX);
        'all: for syllable in &spoken {
            for (full, initials) in &readings {
                if next.len() == READINGS_MAX {
                    break 'all;
                }
                let first = if han || begins { &syllable[..1] } else { "" };
                next.push((format!("{full}{syllable}"), format!("{initials}{first}")));
            }
        }
        (readings, begins) = (next, han);
    }
    let join = |pick: fn(&(String, String)) -> &str| {
        let mut all: Vec<&str> = vec![];
        for r in &readings {
            if !pick(r).is_empty() && !all.contains(&pick(r)) {
                all.push(pick(r));
            }
        }
        all.join(" ")
    };
    Sounds { full: join(|r| &r.0), initials: join(|r| &r.1) }
}

/// The syllables a character may be spoken as, plain ASCII, the usual one first.
fn spoken(c: char) -> Vec<String> {
    if c.is_ascii_alphanumeric() {
        return vec![c.to_ascii_lowercase().to_string()];
    }
    let mut all: Vec<String> = vec![];
    if let Some(multi) = c.to_pinyin_multi() {
        for reading in multi {
            let plain = reading.plain().replace('ü', "v");
            if plain.is_ascii() && !plain.is_empty() && !all.contains(&plain) {
                all.push(plain);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(title: &str, zh: &str) -> PhraseText {
        let (folder, shortcut, en) = (String::new(), String::new(), String::new());
        PhraseText { folder, title: title.into(), shortcut, zh: zh.into(), en, place: 0 }
    }

    #[test]
    fn a_title_is_found_by_its_sound() {
        let s = sounds("退款时效");
        assert!(s.full.split(' ').any(|f| f == "tuikuanshixiao"), "{s:?}");
        assert!(s.initials.split(' ').any(|f| f == "tksx"), "{s:?}");
        let s = sounds("重置 VIP 密码");
        assert!(s.full.split(' ').any(|f| f == "chongzhivipmima"), "{s:?}");
        assert!(s.initials.split(' ').any(|f| f == "czvmm"), "{s:?}");
        assert_eq!(sounds("Opening hours").initials, "oh");
        assert_eq!(sounds("！？"), Sounds::default());
        assert!(sounds(&"重".repeat(4_000)).full.len() < 4_000, "it has an end");
    }

    #[test]
    fn a_phrase_must_say_something_that_can_be_said() {
        assert!(phrase("开场", "您好，{{contact.salutation}}").cleaned().is_ok());
        assert!(phrase("", "您好").cleaned().is_err());
        assert!(phrase("开场", "  ").cleaned().is_err());
        assert!(phrase("开场", &"字".repeat(4_001)).cleaned().is_err());
        assert!(phrase("开场", "{{contact.phone}}").cleaned().is_err());
        assert!(PhraseText { shortcut: "你好".into(), ..phrase("开场", "好") }.cleaned().is_err());
        let upper = PhraseText { shortcut: " KC ".into(), ..phrase("开场", "好") };
        assert_eq!(upper.cleaned().expect("fits").shortcut, "kc");
    }
}
