//! How long who waits will probably wait: the recent past of each queue, and who came when and at what place.

use engines::acd::{Acd, AssignedBy, Command, ItemStatus};
use engines::estimate::{Served, WaitHistory};
use kernel::{Millis, QueueId, WorkItemId};
use std::collections::{HashMap, HashSet};

/// Somebody who found nobody free.
#[derive(Debug, Clone, Copy)]
struct Came {
    queue: QueueId,
    at: Millis,
    place: u32,
    told_ms: Option<i64>,
}

/// A wait of the past, read from the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastWait {
    /// Where.
    pub queue: QueueId,
    /// When it began.
    pub from: Millis,
    /// When it ended, if it has.
    pub to: Option<Millis>,
    /// Did an agent take it, who was not free at once?
    pub served: bool,
}

/// The waits of all queues.
#[derive(Debug, Default)]
pub(super) struct Waits {
    histories: HashMap<QueueId, WaitHistory>,
    came: HashMap<WorkItemId, Came>,
    closed: HashSet<QueueId>,
}

impl Waits {
    /// Begins from what was, oldest first: places are counted from who came before and still waited.
    pub fn begin(&mut self, past: &[PastWait]) {
        for (n, w) in past.iter().enumerate().filter(|(_, w)| w.served) {
            let Some(to) = w.to else { continue };
            let waits = |o: &&PastWait| o.queue == w.queue && o.to.is_none_or(|to| to > w.from);
            let before = past[..n].iter().filter(waits);
            let place = u32::try_from(before.count() + 1).unwrap_or(u32::MAX);
            let served = Served { at: to, place, wait_ms: to - w.from, told_ms: None };
            self.histories.entry(w.queue).or_default().served(served);
        }
    }

    pub fn set_open(&mut self, queue: QueueId, open: bool) {
        if open {
            self.closed.remove(&queue);
        } else {
            self.closed.insert(queue);
        }
    }

    /// Takes in what the engine decided. `queued`: what came into it by this call.
    pub fn note(&mut self, acd: &Acd, queued: Option<WorkItemId>, commands: &[Command], now: Millis) {
        for c in commands {
            match c {
                Command::Assign { item, by, .. } => {
                    let Some(came) = self.came.remove(item) else { continue };
                    if matches!(by, AssignedBy::Accepted | AssignedBy::Auto) {
                        let served = Served {
                            at: now,
                            place: came.place,
                            wait_ms: now - came.at,
                            told_ms: came.told_ms,
                        };
                        self.histories.entry(came.queue).or_default().served(served);
                    }
                }
                Command::Requeue { item, .. } => {
                    self.came.remove(item);
                    self.comes(acd, *item, now);
                }
                _ => {}
            }
        }
        if let Some(item) = queued {
            self.comes(acd, item, now);
        }
    }

    /// Notes who found nobody free.
    fn comes(&mut self, acd: &Acd, item: WorkItemId, now: Millis) {
        let Some(row) = acd.item(item).filter(|r| r.status == ItemStatus::Waiting) else { return };
        let (queue, Some(place)) = (row.item.queue, acd.position(item)) else { return };
        // Waiting for the morning says nothing about waiting for an agent.
        if !self.closed.contains(&queue) {
            let told_ms = self.estimate(queue, place, now);
            self.came.insert(item, Came { queue, at: now, place, told_ms });
        }
    }

    pub fn forget(&mut self, item: WorkItemId) {
        self.came.remove(&item);
    }

    /// How long whoever has this place will wait yet.
    pub fn estimate(&self, queue: QueueId, place: u32, now: Millis) -> Option<i64> {
        if self.closed.contains(&queue) {
            return None;
        }
        self.histories.get(&queue)?.estimate(place, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_gives_places_and_an_estimate() {
        let queue = QueueId(1);
        // Five who came a second apart and were served one every ten seconds.
        let past: Vec<PastWait> = (0..5)
            .map(|i| PastWait { queue, from: i * 1_000, to: Some(10_000 * (i + 1)), served: true })
            .collect();
        let mut waits = Waits::default();
        waits.begin(&past[..4]);
        assert_eq!(waits.estimate(queue, 1, 50_000), None, "four are too few");
        let mut waits = Waits::default();
        waits.begin(&past);
        let (first, third) = (waits.estimate(queue, 1, 50_000), waits.estimate(queue, 3, 50_000));
        assert!(first.is_some_and(|ms| (8_000..=12_000).contains(&ms)), "{first:?}");
        assert!(third > first);
        waits.set_open(queue, false);
        assert_eq!(waits.estimate(queue, 1, 50_000), None, "closed");
    }
}
