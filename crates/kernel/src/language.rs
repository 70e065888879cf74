//! The languages of the interface. Every text a person reads exists in both.

use serde::{Deserialize, Serialize};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Chooses from an `Accept-Language` header (RFC 9110 §12.5.4): the listed language of highest weight that
    /// Hark has; English when none fits, since a program that names no language is more often read by a developer.
    pub fn from_accept(header: &str) -> Language {
        let mut best = (Language::En, -1.0_f32);
        for part in header.split(',').take(16) {
            let mut bits = part.trim().split(';');
            let tag = bits.next().unwrap_or("").to_ascii_lowercase();
            let weight = bits.find_map(|b| b.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            let lang = match tag.get(..2) {
                Some("zh") => Language::Zh,
                Some("en") => Language::En,
                _ => continue,
            };
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }

    /// Picks one of two texts.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}

impl std::str::FromStr for Language {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, &'static str> {
        match s {
            "zh-CN" | "zh" => Ok(Language::Zh),
            "en" => Ok(Language::En),
            _ => Err("the languages are en and zh-CN"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(Language::from_accept("fr, zh-TW;q=0.8, en;q=0.5"), Language::Zh);
        assert_eq!(Language::from_accept("en-US,en;q=0.9,zh;q=0.8"), Language::En);
        assert_eq!(Language::from_accept("*"), Language::En);
    }
}
