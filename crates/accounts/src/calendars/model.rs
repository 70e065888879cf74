//! A calendar as a person writes it, and how it becomes one that answers. Pure.

use engines::calendar::holidays::HolidayTable;
use engines::calendar::{Basis, Calendar, CalendarFault, CalendarSpec, Day, DayRule, Exception, Span};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The last year for which expected holidays are worked out.
const PROJECTED_TO: i16 = 2040;
/// The first year of China's table.
const PUBLISHED_FROM: i16 = 2007;
/// Dates a person may set for one calendar.
pub(super) const OWN_MAX: usize = 2_000;

/// A span of a day, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeSpan {
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, up to `24:00`; before `from` it lies on the next day.
    pub to: String,
}

/// How a date differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateKind {
    /// A holiday.
    Closed,
    /// Worked like a Monday.
    Workday,
    /// With spans of its own.
    Spans,
}

/// How sure a date is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateStatus {
    /// Set for this calendar.
    #[default]
    Own,
    /// As the state published it.
    Published,
    /// Expected until the year's notice is imported.
    Projected,
}

/// A date that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DateRule {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// What it is like.
    pub kind: DateKind,
    /// The spans of a date with its own.
    #[serde(default)]
    pub spans: Option<Vec<TimeSpan>>,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// How sure it is. What comes in as published or projected is left to the holiday table.
    #[serde(default)]
    pub status: DateStatus,
}

/// What is stored of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// An IANA time zone.
    pub zone: String,
    /// The spans of each weekday, Monday first: seven lists.
    pub weekly: Vec<Vec<TimeSpan>>,
    /// Dates that differ, set for this calendar.
    pub exceptions: Vec<DateRule>,
    /// Does China's official calendar hold?
    pub use_china_holidays: bool,
}

impl Default for Definition {
    /// Monday to Friday, 09:00 to 18:00 in Shanghai, with China's holidays.
    fn default() -> Definition {
        let day = vec![TimeSpan { from: "09:00".into(), to: "18:00".into() }];
        let weekly = (0..7).map(|d| if d < 5 { day.clone() } else { vec![] }).collect();
        Definition { zone: "Asia/Shanghai".into(), weekly, exceptions: vec![], use_china_holidays: true }
    }
}

fn spans(list: &[TimeSpan]) -> Result<Vec<Span>, CalendarFault> {
    list.iter().map(|s| Span::parse(&s.from, &s.to)).collect()
}

fn rule(d: &DateRule) -> Result<DayRule, CalendarFault> {
    let own = d.spans.as_deref().map(spans).transpose()?;
    Ok(match d.kind {
        DateKind::Closed => DayRule::Closed,
        DateKind::Workday => DayRule::Makeup { spans: own.filter(|s| !s.is_empty()) },
        DateKind::Spans => DayRule::Special { spans: own.unwrap_or_default() },
    })
}

/// The built-in holidays with what was imported for one calendar.
pub(super) fn holidays(imported: Option<&str>) -> HolidayTable {
    let mut table = HolidayTable::china().clone();
    if let Some(text) = imported {
        // What was imported had no faults then; if a later version finds one, the built-in years still hold.
        if let Err(faults) = table.import(text) {
            tracing::warn!(faults = faults.len(), "an imported holiday table cannot be read any more");
        }
    }
    table
}

impl Definition {
    /// The calendar that answers. Errors: what does not fit.
    pub fn build(&self, imported: Option<&str>) -> Result<Calendar, CalendarFault> {
        if self.exceptions.len() > OWN_MAX {
            return Err(CalendarFault::TooManyExceptions);
        }
        let mut weekly: [Vec<Span>; 7] = Default::default();
        for (day, list) in weekly.iter_mut().zip(&self.weekly) {
            *day = spans(list)?;
        }
        let mut spec = CalendarSpec::weekly(self.zone.clone(), weekly);
        for d in self.exceptions.iter().filter(|d| d.status == DateStatus::Own) {
            let day: Day = d.date.parse()?;
            let exception = Exception { rule: rule(d)?, name: d.name.clone(), basis: Basis::Own };
            spec.exceptions.insert(day, exception);
        }
        if self.use_china_holidays {
            let table = holidays(imported);
            spec.adopt((PUBLISHED_FROM..=PROJECTED_TO).flat_map(|year| table.days(year)));
        }
        Calendar::new(spec)
    }

    /// Keeps what is set for this calendar alone.
    pub fn own(mut self) -> Definition {
        self.exceptions.retain(|d| d.status == DateStatus::Own);
        self.exceptions.sort_by(|a, b| a.date.cmp(&b.date));
        self
    }
}

/// The dates of a calendar that differ, from one year on, as they are shown.
pub(super) fn shown(calendar: &Calendar, from_year: i16) -> Vec<DateRule> {
    let text = |list: &[Span]| {
        list.iter().map(|s| TimeSpan { from: s.from.to_string(), to: s.to.to_string() }).collect::<Vec<_>>()
    };
    let differing = calendar.spec().exceptions.iter();
    differing
        .filter(|(day, e)| e.basis == Basis::Own || day.year() >= from_year)
        .map(|(day, e)| {
            let (kind, spans) = match &e.rule {
                DayRule::Closed => (DateKind::Closed, None),
                DayRule::Special { spans } => (DateKind::Spans, Some(text(spans))),
                DayRule::Makeup { spans } => (DateKind::Workday, spans.as_deref().map(text)),
            };
            let status = match e.basis {
                Basis::Own => DateStatus::Own,
                Basis::Published => DateStatus::Published,
                Basis::Projected => DateStatus::Projected,
            };
            DateRule { date: day.to_string(), kind, spans, name: e.name.clone(), status }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(date: &str, kind: DateKind) -> DateRule {
        DateRule { date: date.into(), kind, spans: None, name: String::new(), status: DateStatus::Own }
    }

    #[test]
    fn own_dates_win_over_the_holiday_table() {
        let plain = Definition::default().build(None).expect("builds");
        let china = shown(&plain, 2026);
        let labour = china.iter().find(|d| d.date == "2026-05-01").expect("a holiday");
        assert_eq!((labour.kind, labour.status), (DateKind::Closed, DateStatus::Published));
        assert!(china.iter().any(|d| d.date.starts_with("2027") && d.status == DateStatus::Projected));
        let mut d = Definition::default();
        d.exceptions.push(own("2026-05-01", DateKind::Workday));
        let shown = shown(&d.build(None).expect("builds"), 2026);
        let labour = shown.iter().find(|d| d.date == "2026-05-01").expect("still there");
        assert_eq!((labour.kind, labour.status), (DateKind::Workday, DateStatus::Own));
    }

    #[test]
    fn what_is_shown_can_be_sent_back() {
        let d = Definition::default();
        let calendar = d.build(None).expect("builds");
        let back = Definition { exceptions: shown(&calendar, 2020), ..d.clone() }.own();
        assert_eq!(back, d);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let zone = Definition { zone: "Mars/Olympus".into(), ..Definition::default() };
        assert!(zone.build(None).is_err());
        let mut date = Definition::default();
        date.exceptions.push(own("2026-02-30", DateKind::Closed));
        assert!(date.build(None).is_err());
    }
}
