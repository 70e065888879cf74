//! The nouns of calendars, as they are stored and shown.

use jiff::civil::Date;
use kernel::Language;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Most spans of one date.
pub const SPANS_MAX: usize = 24;
/// Most dates that differ in one calendar.
pub const EXCEPTIONS_MAX: usize = 10_000;
/// Longest name of a date that differs, in bytes.
pub const NAME_LEN_MAX: usize = 200;
/// Minutes of a day on the wall.
pub const DAY_MIN: u16 = 1_440;

/// What is wrong with a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    /// The zone is not in the IANA database.
    #[error("there is no time zone `{0}`; use an IANA name such as Asia/Shanghai")]
    UnknownZone(String),
    /// A time of day is not `HH:MM`.
    #[error("`{0}` is no time of day; write HH:MM, from 00:00 to 24:00")]
    BadTime(String),
    /// A date is not `YYYY-MM-DD`.
    #[error("`{0}` is no date; write YYYY-MM-DD")]
    BadDay(String),
    /// A span begins and ends at the same time, or begins at 24:00.
    #[error("the span {0} is empty; a whole day is 00:00–24:00")]
    EmptySpan(String),
    /// More than [`SPANS_MAX`] spans on one date.
    #[error("more than {SPANS_MAX} spans on one date; join or remove some")]
    TooManySpans,
    /// More than [`EXCEPTIONS_MAX`] dates that differ.
    #[error("more than {EXCEPTIONS_MAX} dates that differ; remove past ones")]
    TooManyExceptions,
    /// A name longer than [`NAME_LEN_MAX`] bytes.
    #[error("the name of {0} is longer than {NAME_LEN_MAX} bytes; shorten it")]
    LongName(Day),
    /// [`CalendarSpec::makeup_day`] is no weekday.
    #[error("the weekday of make-up days is 0 (Monday) to 6 (Sunday), not {0}")]
    BadMakeupDay(u8),
}

impl CalendarFault {
    /// What is wrong and what to do, in a reader's language.
    pub fn message(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            CalendarFault::UnknownZone(zone) => {
                format!("没有“{zone}”这个时区，请使用 IANA 时区名，例如 Asia/Shanghai。")
            }
            CalendarFault::BadTime(time) => {
                format!("“{time}”不是有效时刻，请按 HH:MM 填写，范围 00:00 至 24:00。")
            }
            CalendarFault::BadDay(day) => format!("“{day}”不是有效日期，请按 YYYY-MM-DD 填写。"),
            CalendarFault::EmptySpan(span) => format!("时段 {span} 为空；全天请填 00:00–24:00。"),
            CalendarFault::TooManySpans => format!("同一天最多 {SPANS_MAX} 个时段，请合并或删除。"),
            CalendarFault::TooManyExceptions => {
                format!("特殊日期最多 {EXCEPTIONS_MAX} 个，请删除已过去的日期。")
            }
            CalendarFault::LongName(day) => format!("{day} 的名称超过 {NAME_LEN_MAX} 字节，请缩短。"),
            CalendarFault::BadMakeupDay(day) => {
                format!("调休上班日参照的星期应为 0（周一）至 6（周日），不能是 {day}。")
            }
        }
    }
}

/// A time on the wall, in minutes since midnight: 0–1440. In text `HH:MM`; `24:00` is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(u16);

impl WallTime {
    /// From minutes since midnight, 0–1440.
    pub fn from_minutes(minutes: u16) -> Option<WallTime> {
        (minutes <= DAY_MIN).then_some(WallTime(minutes))
    }
    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for WallTime {
    type Err = CalendarFault;
    fn from_str(s: &str) -> Result<WallTime, CalendarFault> {
        let bad = || CalendarFault::BadTime(s.to_owned());
        let (h, m) = s.split_once(':').ok_or_else(bad)?;
        let two = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
        if !two(h) || !two(m) {
            return Err(bad());
        }
        let (h, m): (u16, u16) = (h.parse().map_err(|_| bad())?, m.parse().map_err(|_| bad())?);
        if m > 59 {
            return Err(bad());
        }
        WallTime::from_minutes(h * 60 + m).ok_or_else(bad)
    }
}

/// A date on the wall. In text `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// A date; `None` if there is none such.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day)
    }
    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }
    /// Monday is 0, Sunday 6.
    pub fn weekday(self) -> usize {
        self.epoch_day().saturating_add(3).rem_euclid(7) as usize
    }
    /// Days since 1970-01-01.
    pub fn epoch_day(self) -> i64 {
        let (y, m, d) = (i64::from(self.0.year()), i64::from(self.0.month()), i64::from(self.0.day()));
        // Days of the civil calendar counted from March, so that the leap day is a year's last.
        let (y, m) = if m > 2 { (y, m - 3) } else { (y - 1, m + 9) };
        let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + d - 1 - 719_468
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = CalendarFault;
    fn from_str(s: &str) -> Result<Day, CalendarFault> {
        let bad = || CalendarFault::BadDay(s.to_owned());
        if s.len() != 10 || !s.bytes().enumerate().all(|(i, b)| matches!(i, 4 | 7) == (b == b'-')) {
            return Err(bad());
        }
        s.parse().map(Day).map_err(|_| bad())
    }
}

macro_rules! serde_as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
serde_as_text!(WallTime, Day);

/// A span on the wall, half-open. An end before the beginning lies on the next date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// When it begins.
    pub from: WallTime,
    /// When it ends.
    pub to: WallTime,
}

impl Span {
    /// A whole date.
    pub const DAY: Span = Span { from: WallTime(0), to: WallTime(DAY_MIN) };

    /// From two texts `HH:MM`.
    pub fn parse(from: &str, to: &str) -> Result<Span, CalendarFault> {
        let span = Span { from: from.parse()?, to: to.parse()? };
        span.check()?;
        Ok(span)
    }

    /// Refuses what is empty.
    pub(super) fn check(self) -> Result<(), CalendarFault> {
        if self.from == self.to || self.from.0 == DAY_MIN || self.to.0 == 0 && self.from.0 == 0 {
            return Err(CalendarFault::EmptySpan(format!("{}–{}", self.from, self.to)));
        }
        Ok(())
    }

    /// The part on the date it begins on, in minutes.
    pub(super) fn head(self) -> (u16, u16) {
        if self.from < self.to { (self.from.0, self.to.0) } else { (self.from.0, DAY_MIN) }
    }

    /// The part on the next date, in minutes.
    pub(super) fn tail(self) -> Option<(u16, u16)> {
        (self.from > self.to && self.to.0 > 0).then_some((0, self.to.0))
    }
}

/// What a date that differs is like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum DayRule {
    /// No spans: a holiday.
    Closed,
    /// Its own spans.
    Special {
        /// At most [`SPANS_MAX`].
        spans: Vec<Span>,
    },
    /// A day of the weekend that is worked instead of a weekday.
    Makeup {
        /// `None` = the spans of [`CalendarSpec::makeup_day`].
        #[serde(default)]
        spans: Option<Vec<Span>>,
    },
}

/// How sure a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Set by somebody for this calendar.
    #[default]
    Own,
    /// As the state published it.
    Published,
    /// Expected; the year's notice is not imported yet.
    Projected,
}

/// A date that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// What it is like.
    pub rule: DayRule,
    /// What people call it, at most [`NAME_LEN_MAX`] bytes.
    #[serde(default)]
    pub name: String,
    /// How sure it is.
    #[serde(default)]
    pub basis: Basis,
}

/// A calendar as it is stored and edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// An IANA time zone.
    pub zone: String,
    /// The spans of each weekday, Monday first; at most [`SPANS_MAX`] each.
    pub weekly: [Vec<Span>; 7],
    /// Dates that differ; at most [`EXCEPTIONS_MAX`].
    #[serde(default)]
    pub exceptions: BTreeMap<Day, Exception>,
    /// The weekday whose spans hold on make-up days: 0 is Monday.
    #[serde(default)]
    pub makeup_day: u8,
}

impl CalendarSpec {
    /// Open always.
    pub fn always(zone: impl Into<String>) -> CalendarSpec {
        CalendarSpec::weekly(zone, std::array::from_fn(|_| vec![Span::DAY]))
    }

    /// Open by the weekday alone.
    pub fn weekly(zone: impl Into<String>, weekly: [Vec<Span>; 7]) -> CalendarSpec {
        CalendarSpec { zone: zone.into(), weekly, exceptions: BTreeMap::new(), makeup_day: 0 }
    }

    /// Adds dates that differ, such as a country's holidays; what somebody set for this calendar stays.
    pub fn adopt(&mut self, days: impl IntoIterator<Item = (Day, Exception)>) {
        for (day, exception) in days {
            match self.exceptions.get(&day) {
                Some(own) if own.basis == Basis::Own => {}
                _ => {
                    self.exceptions.insert(day, exception);
                }
            }
        }
    }

    /// Drops every date that came from a holiday table, before adopting a newer one.
    pub fn drop_adopted(&mut self) {
        self.exceptions.retain(|_, e| e.basis == Basis::Own);
    }

    /// The spans that begin on a date.
    pub fn spans_on(&self, day: Day) -> &[Span] {
        match self.exceptions.get(&day).map(|e| &e.rule) {
            None => &self.weekly[day.weekday()],
            Some(DayRule::Closed) => &[],
            Some(DayRule::Special { spans } | DayRule::Makeup { spans: Some(spans) }) => spans,
            Some(DayRule::Makeup { spans: None }) => &self.weekly[usize::from(self.makeup_day % 7)],
        }
    }

    /// Refuses what cannot be a calendar.
    pub(super) fn check(&self) -> Result<(), CalendarFault> {
        if self.exceptions.len() > EXCEPTIONS_MAX {
            return Err(CalendarFault::TooManyExceptions);
        }
        if self.makeup_day > 6 {
            return Err(CalendarFault::BadMakeupDay(self.makeup_day));
        }
        let own = self.exceptions.values().filter_map(|e| match &e.rule {
            DayRule::Special { spans } | DayRule::Makeup { spans: Some(spans) } => Some(spans),
            _ => None,
        });
        for spans in self.weekly.iter().chain(own) {
            if spans.len() > SPANS_MAX {
                return Err(CalendarFault::TooManySpans);
            }
            spans.iter().try_for_each(|s| s.check())?;
        }
        match self.exceptions.iter().find(|(_, e)| e.name.len() > NAME_LEN_MAX) {
            Some((day, _)) => Err(CalendarFault::LongName(*day)),
            None => Ok(()),
        }
    }
}
