//! Days as the wall of a line shows them: from midnight to midnight in the zone of its calendar, 23 to 25 hours long.

use accounts::Directory;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};
use kernel::{Error, LineId, Millis, Result};
use std::sync::OnceLock;

/// The zone of a line without a calendar.
pub const ZONE: &str = "Asia/Shanghai";
/// An hour.
pub const HOUR_MS: Millis = 3_600_000;

/// One day of one zone, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The date on the wall.
    pub date: Date,
    /// The zone's name.
    pub zone: String,
    /// Its first moment.
    pub from: Millis,
    /// The first moment after it.
    pub to: Millis,
}

/// The zone of that name, from the database built into the program; the usual one for a name that is not known.
pub fn zone(name: &str) -> TimeZone {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    let zones = ZONES.get_or_init(TimeZoneDatabase::bundled);
    zones.get(name).or_else(|_| zones.get(ZONE)).unwrap_or(TimeZone::UTC)
}

/// The name of a line's zone.
pub fn zone_of(directory: &Directory, line: LineId) -> String {
    let calendar = directory.line(line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c));
    calendar.map_or_else(|| ZONE.to_owned(), |c| c.spec().zone.clone())
}

fn midnight(date: Date, zone: &TimeZone) -> Result<Millis> {
    let at = zone.to_zoned(date.at(0, 0, 0, 0)).map_err(|e| Error::internal("a midnight").cause(e))?;
    Ok(at.timestamp().as_millisecond())
}

impl Day {
    /// This date in this zone.
    pub fn on(date: Date, name: &str) -> Result<Day> {
        let zone = zone(name);
        let next =
            date.checked_add(Span::new().days(1)).map_err(|_| Error::invalid("date", "out_of_range"))?;
        Ok(Day { date, from: midnight(date, &zone)?, to: midnight(next, &zone)?, zone: name.to_owned() })
    }

    /// The day in which a moment lies.
    pub fn at(now: Millis, name: &str) -> Result<Day> {
        let stamp = Timestamp::from_millisecond(now).map_err(|e| Error::internal("a moment").cause(e))?;
        Day::on(zone(name).to_datetime(stamp).date(), name)
    }

    /// A date as `YYYY-MM-DD`; the day of `now` where there is none. Error: `invalid`.
    pub fn asked(date: Option<&str>, now: Millis, name: &str) -> Result<Day> {
        let Some(text) = date else { return Day::at(now, name) };
        let date: Date = text.parse().map_err(|_| Error::invalid("date", "unfit"))?;
        if !(2000..2200).contains(&date.year()) {
            return Err(Error::invalid("date", "out_of_range"));
        }
        Day::on(date, name)
    }

    /// The minute of the day that the wall shows at a moment.
    pub fn minute(now: Millis, name: &str) -> i64 {
        let Ok(stamp) = Timestamp::from_millisecond(now) else { return 0 };
        let wall = zone(name).to_datetime(stamp);
        i64::from(wall.hour()) * 60 + i64::from(wall.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, zone: &str) -> Day {
        Day::asked(Some(date), 0, zone).expect("a day")
    }

    #[test]
    fn a_day_is_as_long_as_the_wall_says() {
        let plain = day("2026-03-01", "Asia/Shanghai");
        assert_eq!((plain.from, plain.to - plain.from), (1_772_294_400_000, 24 * HOUR_MS));
        // Berlin: clocks go forward on 29 March and back on 25 October 2026.
        let spring = day("2026-03-29", "Europe/Berlin");
        assert_eq!(spring.to - spring.from, 23 * HOUR_MS);
        let autumn = day("2026-10-25", "Europe/Berlin");
        assert_eq!(autumn.to - autumn.from, 25 * HOUR_MS);
    }

    #[test]
    fn a_moment_lies_in_the_day_of_its_zone() {
        // 2026-03-01T16:30Z is the 2nd in China and the 1st in London.
        let at = 1_772_382_600_000;
        assert_eq!(Day::at(at, "Asia/Shanghai").expect("a day").date.to_string(), "2026-03-02");
        assert_eq!(Day::at(at, "Europe/London").expect("a day").date.to_string(), "2026-03-01");
        assert_eq!((Day::minute(at, "Asia/Shanghai"), Day::minute(at, "Europe/London")), (30, 990));
        assert!(Day::asked(Some("2026-13-01"), at, ZONE).is_err());
        assert!(Day::asked(Some("9999-12-31"), at, ZONE).is_err());
    }
}
