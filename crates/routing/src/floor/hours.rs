//! Hours: whether a queue is open now, and when that changes next.

use super::step::Floor;
use crate::queues::{Hours, Queue};
use accounts::Directory;
use engines::acd::Event;
use kernel::{Millis, Result};

/// Whether a queue is open, and when that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenNow {
    /// Is it within its hours?
    pub open: bool,
    /// When its hours begin or end next; `None` where they never change.
    pub until: Option<Millis>,
}

impl OpenNow {
    /// Of a queue at a moment. One whose calendar is gone is open: customers are never shut out by a slip.
    pub fn of(directory: &Directory, q: &Queue, now: Millis) -> OpenNow {
        let calendar = match q.rules.hours {
            Hours::Always => None,
            Hours::Line => directory.line(q.line).and_then(|l| l.calendar),
            Hours::Calendar => q.rules.calendar,
        };
        let Some(calendar) = calendar.and_then(|id| directory.calendar(id)) else {
            return OpenNow { open: true, until: None };
        };
        let open = calendar.is_open(now);
        let until = if open { calendar.next_close(now) } else { calendar.next_open(now) };
        OpenNow { open, until }
    }
}

impl Floor {
    /// Opens and closes queues whose hours began or ended.
    pub(super) async fn settle_hours(&mut self) -> Result<()> {
        let now = self.app.now();
        if !self.hours_due && self.hours_at.is_none_or(|at| now < at) {
            return Ok(());
        }
        (self.hours_due, self.hours_at) = (false, None);
        for q in self.board.queues() {
            let is = OpenNow::of(&self.directory, &q, now);
            self.hours_at = self.hours_at.into_iter().chain(is.until).min();
            if self.open.insert(q.id, is.open).is_some_and(|was| was != is.open) {
                self.apply(Event::QueueOpened { queue: q.id, open: is.open });
                self.moved.insert(q.id);
            }
        }
        Ok(())
    }

    /// A queue as the engine takes it at this moment.
    pub(super) fn for_engine(&mut self, q: &Queue) -> engines::acd::Queue {
        let is = OpenNow::of(&self.directory, q, self.app.now());
        self.open.insert(q.id, is.open);
        self.hours_at = self.hours_at.into_iter().chain(is.until).min();
        q.for_engine(is.open, self.clients.get(&q.tenant).map_or(0, |c| c.tier_for_engine()))
    }
}
