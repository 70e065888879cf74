//! Kinds of break, and what a day still allows. Pure.

use crate::codes;
use kernel::{BreakId, BreakKindId, Error, Millis, Result, TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A minute.
const MINUTE_MS: Millis = 60_000;
/// A name at the most, in characters.
const NAME_MAX: usize = 40;
/// A key at the most, in bytes.
const KEY_MAX: usize = 32;
/// Minutes of a day.
const MINUTES_MAX: i64 = 24 * 60;
/// Times and places that can be counted out.
const COUNT_MAX: i64 = 1_000;

/// A kind of break. 0 times, minutes of the day or places means: as many as wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are explained with the view")]
pub struct Kind {
    pub id: BreakKindId,
    pub key: String,
    pub name_en: String,
    pub name_zh: String,
    pub minutes_each: i64,
    pub minutes_day: i64,
    pub times_day: i64,
    pub at_once: i64,
    pub approval: bool,
    pub position: i64,
    pub archived: bool,
    pub anytime: bool,
}

impl Kind {
    /// Does it fit? Error: `invalid`.
    pub fn check(&self) -> Result<()> {
        let key = self.key.as_bytes();
        if key.is_empty()
            || key.len() > KEY_MAX
            || !key.iter().all(|b| b.is_ascii_lowercase() || *b == b'_' || b.is_ascii_digit())
        {
            return Err(Error::invalid("/key", "unfit"));
        }
        for (field, name) in [("/name_en", &self.name_en), ("/name_zh", &self.name_zh)] {
            if name.trim().is_empty() {
                return Err(Error::invalid(field, "required"));
            }
            if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
                return Err(Error::invalid(field, "too_long"));
            }
        }
        let bounds = [
            ("/minutes_each", self.minutes_each, 1, MINUTES_MAX),
            ("/minutes_day", self.minutes_day, 0, MINUTES_MAX),
            ("/times_day", self.times_day, 0, COUNT_MAX),
            ("/at_once", self.at_once, 0, COUNT_MAX),
            ("/position", self.position, 0, COUNT_MAX),
        ];
        match bounds.iter().find(|(_, value, least, most)| !(least..=most).contains(&value)) {
            Some((field, ..)) => Err(Error::invalid(*field, "out_of_range")),
            None => Ok(()),
        }
    }

    /// How long a break may now be, after what the day has used. Errors: `break.times_used`, `break.minutes_used`.
    pub fn allows(&self, used: Used) -> Result<Millis> {
        if self.times_day > 0 && used.times >= self.times_day {
            return Err(Error::new(&codes::BREAK_TIMES));
        }
        match self.left_ms(used) {
            Some(0) => Err(Error::new(&codes::BREAK_MINUTES)),
            Some(left) => Ok(left.min(self.minutes_each * MINUTE_MS)),
            None => Ok(self.minutes_each * MINUTE_MS),
        }
    }

    /// Milliseconds that the day still allows; `None` without a limit.
    pub fn left_ms(&self, used: Used) -> Option<Millis> {
        (self.minutes_day > 0).then(|| (self.minutes_day * MINUTE_MS - used.ms).max(0))
    }

    /// Times that the day still allows; `None` without a limit.
    pub fn left_times(&self, used: Used) -> Option<i64> {
        (self.times_day > 0).then(|| (self.times_day - used.times).max(0))
    }
}

/// What somebody has used of a kind on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Breaks begun.
    pub times: i64,
    /// Their time.
    pub ms: Millis,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakState {
    /// A lead is to decide.
    Asked,
    /// It waits for a free place.
    Queued,
    /// It has its place and begins with the end of the last conversation. Kept as `queued` with the moment.
    Granted,
    /// It goes on.
    Active,
    /// It is over.
    Ended,
    /// A lead said no.
    Refused,
    /// Taken back before it began.
    Cancelled,
}

const WORDS: [(BreakState, &str); 7] = [
    (BreakState::Asked, "asked"),
    (BreakState::Queued, "queued"),
    (BreakState::Granted, "granted"),
    (BreakState::Active, "active"),
    (BreakState::Ended, "ended"),
    (BreakState::Refused, "refused"),
    (BreakState::Cancelled, "cancelled"),
];

impl BreakState {
    /// The word stored and sent.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(s, _)| *s == self).map_or("ended", |(_, w)| w)
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<BreakState> {
        let known = WORDS.iter().find(|(_, word)| *word == w);
        known.map(|(s, _)| *s).ok_or_else(|| Error::internal(format!("{w} is no state of a break")))
    }
}

/// A break that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are explained with the table")]
pub struct Break {
    pub id: BreakId,
    pub user: UserId,
    pub kind: BreakKindId,
    pub team: TeamId,
    pub day: i64,
    pub state: BreakState,
    pub planned_ms: Millis,
    pub asked_at: Millis,
    pub reason: Option<String>,
    pub began_at: Option<Millis>,
    pub due_at: Option<Millis>,
    pub overrun_at: Option<Millis>,
    pub granted_at: Option<Millis>,
}

impl Break {
    /// Where it stands, as it is shown: one that has its place is told from those that wait for one.
    pub fn shown(&self) -> BreakState {
        match self.state {
            BreakState::Queued if self.granted_at.is_some() => BreakState::Granted,
            state => state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind() -> Kind {
        Kind {
            id: BreakKindId(1),
            key: "rest".into(),
            name_en: "Rest".into(),
            name_zh: "休息".into(),
            minutes_each: 15,
            minutes_day: 40,
            times_day: 3,
            at_once: 0,
            approval: false,
            position: 0,
            archived: false,
            anytime: false,
        }
    }

    #[test]
    fn the_last_break_of_a_day_is_as_long_as_what_is_left() {
        let used = |times, minutes: i64| Used { times, ms: minutes * MINUTE_MS };
        assert_eq!(kind().allows(used(0, 0)).expect("free"), 15 * MINUTE_MS);
        assert_eq!(kind().allows(used(2, 30)).expect("free"), 10 * MINUTE_MS);
        assert_eq!(kind().allows(used(2, 40)).expect_err("no minutes").code.code, "break.minutes_used");
        assert_eq!(kind().allows(used(3, 10)).expect_err("no times").code.code, "break.times_used");
        let free = Kind { minutes_day: 0, times_day: 0, ..kind() };
        assert_eq!(free.allows(used(900, 900)).expect("no limit"), 15 * MINUTE_MS);
    }

    #[test]
    fn a_kind_is_bounded() {
        assert!(kind().check().is_ok());
        for bad in [
            Kind { key: "Lunch".into(), ..kind() },
            Kind { key: String::new(), ..kind() },
            Kind { name_zh: " ".into(), ..kind() },
            Kind { minutes_each: 0, ..kind() },
            Kind { at_once: -1, ..kind() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_state_survives_the_store() {
        for (state, word) in WORDS {
            assert_eq!(BreakState::from_word(word).expect("a word"), state);
            assert_eq!(state.word(), word);
        }
    }
}
