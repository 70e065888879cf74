//! The port by which areas bring the parts of a line, and the packs as they stand in their files.

use crate::Caller;
use crate::directory::LineName;
use futures_util::future::BoxFuture;
use kernel::{Language, Result};
use platform::{App, Registry};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::TypeId;
use std::sync::Arc;

/// A text in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// In English.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

/// How far a line has come with a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many there are.
    pub count: i64,
    /// Is there enough to begin with?
    pub ready: bool,
    /// What is still missing, in the reader's language; empty where nothing is.
    pub missing: String,
}

/// Something that taking over made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What tells whether it still is as it was made; 0 where nothing is needed for that.
    pub mark: i64,
}

/// A mark of how something stands, from what it says: FNV-1a of its JSON, never 0.
pub fn mark_of(facts: &Value) -> i64 {
    let hash = facts
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    i64::try_from(hash >> 1).unwrap_or(1).max(1)
}

/// What is kept on record of something made, so that it can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Kept {
    /// Its id.
    pub id: i64,
    /// Its mark when it was made.
    pub mark: i64,
}

impl From<Kept> for String {
    fn from(k: Kept) -> String {
        format!("{}:{}", k.id, k.mark)
    }
}

impl TryFrom<String> for Kept {
    type Error = String;
    fn try_from(text: String) -> std::result::Result<Kept, String> {
        let two = text.split_once(':').and_then(|(id, mark)| Some((id.parse().ok()?, mark.parse().ok()?)));
        two.map(|(id, mark)| Kept { id, mark }).ok_or_else(|| format!("{text} is nothing that was kept"))
    }
}

/// What taking over came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brought {
    /// What was made.
    pub made: Vec<Made>,
    /// How many were left, since the line has them by name already or the caller may not make them.
    pub left: i64,
    /// What could not come along and why, a sentence each in the reader's language.
    pub remarks: Vec<String>,
}

impl Brought {
    /// One thing that was left as it is.
    pub fn nothing_but_left() -> Brought {
        Brought { left: 1, ..Brought::default() }
    }
    /// Adds something made.
    pub fn add(&mut self, id: i64, name: impl Into<String>, mark: i64) {
        self.made.push(Made { id, name: name.into(), mark });
    }
}

/// A part of a line that an area owns.
pub trait LinePart: Send + Sync + 'static {
    /// Its name, and that of its section in a pack.
    fn key(&self) -> &'static str;
    /// Smaller comes first: what others name must be there before them.
    fn rank(&self) -> u8;
    /// What it is called.
    fn title(&self) -> Texts;
    /// The page of the settings where it is set up, as a path of the desk.
    fn path(&self) -> &'static str;
    /// How far a line has come.
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>>;
    /// Copies it from one line to another.
    fn copy<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        from: &'a LineName,
        to: &'a LineName,
    ) -> BoxFuture<'a, Result<Brought>>;
    /// Takes it from its section of a pack.
    fn unpack<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        section: &'a Value,
        to: &'a LineName,
        language: Language,
    ) -> BoxFuture<'a, Result<Brought>>;
    /// Takes back what taking over made in this line, as far as it is as it was made and nothing else uses it. Answers how
    /// many went.
    fn take_back<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
        made: &'a [Kept],
    ) -> BoxFuture<'a, Result<i64>>;
}

/// The parts that areas have registered, in the order in which they are taken over.
#[derive(Default, Clone)]
pub struct LineParts(Vec<Arc<dyn LinePart>>);

impl LineParts {
    /// All of them.
    pub fn all(&self) -> &[Arc<dyn LinePart>] {
        &self.0
    }
}

/// Adds a part.
pub fn line_part(reg: &mut Registry, part: impl LinePart) {
    let all = reg.ports.entry(TypeId::of::<LineParts>()).or_insert_with(|| Box::new(LineParts::default()));
    let all =
        all.downcast_mut::<LineParts>().expect("invariant: under this type stands a value of this type");
    assert!(all.0.iter().all(|p| p.key() != part.key()), "two parts {}", part.key());
    all.0.push(Arc::new(part));
    all.0.sort_by_key(|p| p.rank());
}

/// A text of a pack in this language: `{ zh = "…", en = "…" }`.
pub fn pick(v: &Value, language: Language) -> &str {
    let key = if language == Language::Zh { "zh" } else { "en" };
    v[key].as_str().unwrap_or("")
}

/// A starting pack of an industry.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name in addresses.
    pub key: &'static str,
    file: &'static str,
}

/// The packs there are.
pub const PACKS: &[Pack] = &[
    Pack { key: "ecommerce", file: include_str!("../../packs/ecommerce.toml") },
    Pack { key: "banking", file: include_str!("../../packs/banking.toml") },
    Pack { key: "payments", file: include_str!("../../packs/payments.toml") },
    Pack { key: "telecoms", file: include_str!("../../packs/telecoms.toml") },
];

impl Pack {
    /// What stands in it. The files are read by a test, so that a broken one cannot be released.
    pub fn read(&self) -> Result<Value> {
        let table: toml::Table =
            self.file.parse().map_err(|e: toml::de::Error| kernel::Error::internal("a pack").cause(e))?;
        serde_json::to_value(table).map_err(|e| kernel::Error::internal("a pack").cause(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that have one language only.
    fn lonely(v: &Value, at: &str, out: &mut Vec<String>) {
        match v {
            Value::Object(fields) => {
                let has =
                    |k: &str| fields.get(k).is_some_and(|t| t.as_str().is_some_and(|t| !t.trim().is_empty()));
                if fields.contains_key("zh") != fields.contains_key("en")
                    || (fields.contains_key("zh") && !(has("zh") && has("en")))
                {
                    out.push(at.to_owned());
                }
                fields.iter().for_each(|(k, v)| lonely(v, &format!("{at}.{k}"), out));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, v)| lonely(v, &format!("{at}.{i}"), out));
            }
            _ => {}
        }
    }

    #[test]
    fn every_pack_is_whole_in_both_languages() {
        for pack in PACKS {
            let v = pack.read().expect("reads");
            let mut alone = vec![];
            lonely(&v, pack.key, &mut alone);
            assert!(alone.is_empty(), "{alone:?}");
            for language in [Language::Zh, Language::En] {
                assert!(!pick(&v["title"], language).is_empty() && !pick(&v["about"], language).is_empty());
            }
            for section in ["queues", "categories", "phrases", "words"] {
                assert!(v[section].as_array().is_some_and(|a| a.len() >= 3), "{} {section}", pack.key);
            }
            assert!(
                v["inboxes"]["greeting"].is_object()
                    && v["hours"]["weekly"].as_array().is_some_and(|d| d.len() == 7)
            );
            assert!(v["surveys"]["question"].is_object(), "{}", pack.key);
            let definition = crate::calendars::Definition {
                zone: v["hours"]["zone"].as_str().unwrap_or("").into(),
                weekly: serde_json::from_value(v["hours"]["weekly"].clone()).expect("spans"),
                exceptions: vec![],
                use_china_holidays: v["hours"]["use_china_holidays"] == true,
            };
            definition.build(None).expect("a calendar");
        }
    }

    #[test]
    fn hours_of_a_pack_are_what_their_name_says() {
        for pack in PACKS {
            let v = pack.read().expect("reads");
            let name = pick(&v["hours"]["name"], Language::Zh).to_owned();
            let spans: Vec<(String, String)> = v["hours"]["weekly"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|day| day.as_array().cloned().unwrap_or_default())
                .map(|s| (s["from"].as_str().unwrap_or("").into(), s["to"].as_str().unwrap_or("").into()))
                .collect();
            let always =
                spans.len() == 7 && spans.iter().all(|s| (s.0.as_str(), s.1.as_str()) == ("00:00", "24:00"));
            // A desk that never sleeps is open at New Year; what is called so never sleeps.
            assert_eq!(name.contains("24"), always, "{}", pack.key);
            assert!(!always || v["hours"]["use_china_holidays"] == false, "{} closes on holidays", pack.key);
            // Every other name tells from when to when.
            for (from, to) in spans.iter().filter(|_| !always) {
                let told = |t: &str| name.contains(t.trim_start_matches('0'));
                assert!(told(from) && told(to), "{}: {name} against {from}–{to}", pack.key);
            }
        }
    }
}
