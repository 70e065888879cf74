//! The times people say, as moments. Pure.

use accounts::Directory;
use engines::calendar::Calendar;
use kernel::{LineId, Millis};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;
/// The wall's time at which a day of service begins, where a preset names a day: 09:00.
const MORNING: Millis = 9 * HOUR;
/// A quarter of an hour: time zones differ by no less.
const QUARTER: Millis = HOUR / 4;

/// A time as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SnoozePreset)]
pub enum Preset {
    /// In an hour.
    OneHour,
    /// In three hours.
    ThreeHours,
    /// Tomorrow at nine.
    Tomorrow,
    /// Next Monday at nine.
    Monday,
    /// When the line opens next: its next opening if it is closed, else the one after.
    NextWorking,
}

impl Preset {
    /// All, in the order they are offered.
    pub const ALL: [Preset; 5] =
        [Preset::OneHour, Preset::ThreeHours, Preset::Tomorrow, Preset::Monday, Preset::NextWorking];
}

/// The calendar of a line; `None` where it has none.
pub fn calendar_of(directory: &Directory, line: LineId) -> Option<Arc<Calendar>> {
    directory.line(line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c))
}

/// The first moment after `now` at which the wall shows nine on a day that fits; days are looked at for nine days.
fn morning(now: Millis, calendar: &Calendar, fits: impl Fn(i64, usize) -> bool) -> Option<Millis> {
    let today = calendar.day_at(now)?.epoch_day();
    let mut t = now - now.rem_euclid(QUARTER) + QUARTER;
    while t < now + 9 * DAY {
        let day = calendar.day_at(t)?;
        let begins = calendar.day_at(t - MORNING)?.epoch_day() == day.epoch_day()
            && calendar.day_at(t - MORNING - 1)?.epoch_day() < day.epoch_day();
        if begins && fits(day.epoch_day() - today, day.weekday()) {
            return Some(t);
        }
        t += QUARTER;
    }
    None
}

/// The moment of a preset on this calendar; `None` where the calendar does not open within its horizon.
pub fn at(preset: Preset, now: Millis, calendar: &Calendar) -> Option<Millis> {
    match preset {
        Preset::OneHour => Some(now + HOUR),
        Preset::ThreeHours => Some(now + 3 * HOUR),
        Preset::Tomorrow => morning(now, calendar, |days, _| days == 1),
        Preset::Monday => morning(now, calendar, |days, weekday| days >= 1 && weekday == 0),
        Preset::NextWorking if !calendar.is_open(now) => calendar.next_open(now),
        Preset::NextWorking => calendar.next_close(now).and_then(|close| calendar.next_open(close)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounts::calendars::Definition;

    // Friday 2026-03-06 15:20 in Shanghai.
    const FRIDAY: Millis = 1_772_781_600_000;

    fn shown(at: Option<Millis>) -> Option<(i64, i64)> {
        at.map(|t| ((t - FRIDAY) / 60_000, (t + 8 * HOUR).rem_euclid(DAY) / 60_000))
    }

    #[test]
    fn presets_fall_where_people_expect_them() {
        let calendar = Definition { use_china_holidays: false, ..Definition::default() };
        let calendar = calendar.build(None).expect("builds");
        assert_eq!(shown(Some(FRIDAY)), Some((0, 15 * 60 + 20)));
        assert_eq!(shown(at(Preset::OneHour, FRIDAY, &calendar)), Some((60, 16 * 60 + 20)));
        assert_eq!(shown(at(Preset::ThreeHours, FRIDAY, &calendar)), Some((180, 18 * 60 + 20)));
        assert_eq!(shown(at(Preset::Tomorrow, FRIDAY, &calendar)), Some((1060, 9 * 60)));
        assert_eq!(shown(at(Preset::Monday, FRIDAY, &calendar)), Some((1060 + 2 * 1440, 9 * 60)));
        // Open now: the next opening is Monday's.
        assert_eq!(at(Preset::NextWorking, FRIDAY, &calendar), at(Preset::Monday, FRIDAY, &calendar));
        // On a Monday before nine, "Monday" is the next one and "next working" is today's opening.
        let early = FRIDAY + (1060 + 2 * 1440 - 60) * 60_000;
        assert_eq!(at(Preset::NextWorking, early, &calendar), Some(early + HOUR));
        assert_eq!(at(Preset::Monday, early, &calendar), Some(early + HOUR + 7 * DAY));
    }
}
