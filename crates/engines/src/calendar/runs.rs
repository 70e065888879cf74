//! Open time as runs of milliseconds, in order.
//!
//! Time is cut where the zone's offset changes. Within a piece the wall runs evenly, so a date's minutes are moved by
//! the offset and clipped to the piece; skipped and repeated hours then need no rule of their own.

use super::hours::Calendar;
use jiff::Timestamp;
use kernel::Millis;

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const DAY_MS: i64 = 86_400_000;

/// The runs of open time from a moment on: half-open, in order, not empty, joined where they touch.
pub(super) struct Runs<'a> {
    calendar: &'a Calendar,
    at: Millis,
    end: Millis,
    /// The end of the piece of even wall time that `at` lies in, and its offset.
    piece_end: Millis,
    offset_ms: i64,
    /// Runs of the date at hand that are still to be given, last first.
    pending: Vec<(Millis, Millis)>,
    held: Option<(Millis, Millis)>,
}

impl<'a> Runs<'a> {
    /// Runs within `[at, end)`.
    pub fn new(calendar: &'a Calendar, at: Millis, end: Millis) -> Runs<'a> {
        Runs { calendar, at, end, piece_end: at, offset_ms: 0, pending: vec![], held: None }
    }

    /// Fills `pending` with the next date's share of the next piece; false at the end.
    fn advance(&mut self) -> bool {
        if self.at >= self.end {
            return false;
        }
        if self.at >= self.piece_end {
            let stamp = stamp(self.at);
            self.offset_ms = i64::from(self.calendar.zone().to_offset(stamp).seconds()) * 1_000;
            let change = self.calendar.zone().following(stamp).next();
            self.piece_end = change.map_or(Millis::MAX, |t| t.timestamp().as_millisecond());
        }
        let day = (self.at + self.offset_ms).div_euclid(DAY_MS);
        let midnight = day * DAY_MS - self.offset_ms;
        let until = (midnight + DAY_MS).min(self.piece_end).min(self.end);
        let at = self.at;
        let pending = &mut self.pending;
        self.calendar.minutes_on(day, |from, to| {
            let from = (midnight + i64::from(from) * MINUTE_MS).max(at);
            let to = (midnight + i64::from(to) * MINUTE_MS).min(until);
            if from < to {
                pending.push((from, to));
            }
        });
        pending.reverse();
        self.at = until;
        true
    }

    fn next_part(&mut self) -> Option<(Millis, Millis)> {
        // Ends: every advance moves `at` forward, at least to the next date or change of offset.
        loop {
            if let Some(part) = self.pending.pop() {
                return Some(part);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}

impl Iterator for Runs<'_> {
    type Item = (Millis, Millis);

    fn next(&mut self) -> Option<(Millis, Millis)> {
        let mut run = match self.held.take() {
            Some(run) => run,
            None => self.next_part()?,
        };
        while let Some(part) = self.next_part() {
            if part.0 != run.1 {
                self.held = Some(part);
                break;
            }
            run.1 = part.1;
        }
        Some(run)
    }
}

/// A moment as jiff has it; what lies outside the years −9999 to 9999 counts as their edge.
pub(super) fn stamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(if at < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
