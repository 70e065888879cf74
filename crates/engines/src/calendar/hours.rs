//! A calendar made ready to answer.

use super::model::{CalendarFault, CalendarSpec, Day, Span, WallTime};
use super::runs::{DAY_MS, MINUTE_MS, Runs, stamp};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use kernel::Millis;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How far ahead every search looks, in days: ten years.
pub const HORIZON_DAYS: i64 = 3_660;
const HORIZON_MS: i64 = HORIZON_DAYS * DAY_MS;
/// Moments are taken within ± this, some 8,000 years around 1970.
const EDGE_MS: i64 = 250_000_000_000_000;

/// An answer would lie too far away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeyondHorizon {
    /// Not open for so long within the horizon; perhaps never.
    #[error("the calendar is not open long enough within {HORIZON_DAYS} days; check its hours")]
    NeverOpen,
    /// The two moments lie further apart than the horizon.
    #[error("the two times lie more than {HORIZON_DAYS} days apart")]
    TooFar,
}

/// Minutes of a date, sorted and joined.
type Minutes = Vec<(u16, u16)>;

/// A business calendar. See the head of the module for what "open" means.
#[derive(Debug, Clone)]
pub struct Calendar {
    spec: CalendarSpec,
    zone: TimeZone,
    /// The open minutes of each weekday after a weekday like the week says.
    weekly: [Minutes; 7],
    /// The open minutes of each date that differs, and of each that follows one.
    special: BTreeMap<i64, Minutes>,
}

/// The zone of that name in the database built into the program, so that every machine agrees.
fn zone(name: &str) -> Result<TimeZone, CalendarFault> {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    let zones = ZONES.get_or_init(TimeZoneDatabase::bundled);
    zones.get(name).map_err(|_| CalendarFault::UnknownZone(name.chars().take(64).collect()))
}

/// The minutes of a date, from its own spans and those of the date before.
fn minutes_of(before: &[Span], own: &[Span]) -> Minutes {
    let mut parts: Minutes =
        before.iter().filter_map(|s| s.tail()).chain(own.iter().map(|s| s.head())).collect();
    parts.sort_unstable();
    let mut joined: Minutes = Vec::with_capacity(parts.len());
    for (from, to) in parts {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

impl Calendar {
    /// Makes a calendar ready; faults are named.
    pub fn new(spec: CalendarSpec) -> Result<Calendar, CalendarFault> {
        spec.check()?;
        let zone = zone(&spec.zone)?;
        let weekly = std::array::from_fn(|d| minutes_of(&spec.weekly[(d + 6) % 7], &spec.weekly[d]));
        let by_day: BTreeMap<i64, &[Span]> =
            spec.exceptions.keys().map(|d| (d.epoch_day(), spec.spans_on(*d))).collect();
        let on = |day: i64| by_day.get(&day).copied().unwrap_or(&spec.weekly[weekday(day)]);
        let mut special = BTreeMap::new();
        for &day in by_day.keys() {
            special.insert(day, minutes_of(on(day - 1), on(day)));
            special.insert(day + 1, minutes_of(on(day), on(day + 1)));
        }
        Ok(Calendar { zone, weekly, special, spec })
    }

    /// What it was made from.
    pub fn spec(&self) -> &CalendarSpec {
        &self.spec
    }

    /// The name of its time zone, as it was given.
    pub fn zone_name(&self) -> &str {
        &self.spec.zone
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Gives the open minutes of a date, in order.
    pub(super) fn minutes_on(&self, day: i64, give: impl FnMut(u16, u16)) {
        let mut give = give;
        let minutes = self.special.get(&day).unwrap_or(&self.weekly[weekday(day)]);
        for (from, to) in minutes {
            give(*from, *to);
        }
    }

    /// The date that the wall shows at a moment.
    pub fn day_at(&self, at: Millis) -> Option<Day> {
        let date = self.zone.to_datetime(stamp(at)).date();
        Day::new(date.year(), date.month(), date.day())
    }

    /// The time that the wall shows at a moment, to the minute.
    pub fn time_at(&self, at: Millis) -> WallTime {
        let time = self.zone.to_datetime(stamp(at)).time();
        let minutes = i32::from(time.hour()) * 60 + i32::from(time.minute());
        u16::try_from(minutes).ok().and_then(WallTime::from_minutes).unwrap_or(Span::DAY.from)
    }

    /// Is it open at this moment?
    pub fn is_open(&self, at: Millis) -> bool {
        let stamp = stamp(at);
        let wall = at.clamp(-EDGE_MS, EDGE_MS) + i64::from(self.zone.to_offset(stamp).seconds()) * 1_000;
        let minute = wall.rem_euclid(DAY_MS) / MINUTE_MS;
        let mut open = false;
        self.minutes_on(wall.div_euclid(DAY_MS), |from, to| {
            open |= (i64::from(from)..i64::from(to)).contains(&minute);
        });
        open
    }

    fn runs(&self, at: Millis) -> Runs<'_> {
        Runs::new(self, at, at + if self.can_open() { HORIZON_MS } else { 0 })
    }

    /// Is there any span at all?
    fn can_open(&self) -> bool {
        self.weekly.iter().chain(self.special.values()).any(|m| !m.is_empty())
    }

    /// The first open moment not before `at` (which is `at` itself if it is open then); `None` if there is none within
    /// [`HORIZON_DAYS`].
    pub fn next_open(&self, at: Millis) -> Option<Millis> {
        self.runs(edge(at)).next().map(|(from, _)| from)
    }

    /// The first closed moment not before `at` (which is `at` itself if it is closed then); `None` if it stays open for
    /// [`HORIZON_DAYS`].
    pub fn next_close(&self, at: Millis) -> Option<Millis> {
        let at = edge(at);
        match self.runs(at).next() {
            Some((from, to)) if from == at => (to < at + HORIZON_MS).then_some(to),
            _ => Some(at),
        }
    }

    /// The earliest moment at which `ms` of open time have passed since `start`. With `ms` of 0 or less it is `start`.
    /// What ends with the day ends at its close, not at the next opening.
    pub fn add_business_ms(&self, start: Millis, ms: i64) -> Result<Millis, BeyondHorizon> {
        if ms <= 0 {
            return Ok(start);
        }
        let mut left = ms;
        // Ends: the runs end at the horizon.
        for (from, to) in self.runs(edge(start)) {
            if left <= to - from {
                return Ok(from + left);
            }
            left -= to - from;
        }
        Err(BeyondHorizon::NeverOpen)
    }

    /// How much open time lies in `[a, b)`, in milliseconds; negative if `b` is before `a`.
    pub fn business_ms_between(&self, a: Millis, b: Millis) -> Result<i64, BeyondHorizon> {
        let (a, b) = (edge(a), edge(b));
        if (b - a).abs() > HORIZON_MS {
            return Err(BeyondHorizon::TooFar);
        }
        let open: i64 = Runs::new(self, a.min(b), a.max(b)).map(|(from, to)| to - from).sum();
        Ok(if a <= b { open } else { -open })
    }
}

/// Monday is 0, Sunday 6; 1970-01-01 was a Thursday.
fn weekday(epoch_day: i64) -> usize {
    (epoch_day + 3).rem_euclid(7) as usize
}

fn edge(at: Millis) -> Millis {
    at.clamp(-EDGE_MS, EDGE_MS)
}
