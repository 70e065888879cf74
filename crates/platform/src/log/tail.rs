//! The newest events in memory, in order, fed by the threads that commit.

use kernel::Event;
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use tokio::sync::{Notify, watch};

/// Events kept in memory.
const KEPT: usize = 16_384;
/// Batches that may wait for an earlier one.
const PENDING_MAX: usize = 4_096;

/// The in-memory end of the log. Several lanes may commit out of turn; events appear here in order all the same.
pub struct Tail {
    state: Mutex<State>,
    head: AtomicI64,
    told: watch::Sender<i64>,
    jobs: Notify,
}

#[derive(Default)]
struct State {
    events: VecDeque<Arc<Event>>,
    next: i64,
    pending: BTreeMap<i64, Vec<Event>>,
}

impl Default for Tail {
    fn default() -> Tail {
        Tail {
            state: Mutex::new(State { next: 1, ..State::default() }),
            head: AtomicI64::new(0),
            told: watch::Sender::new(0),
            jobs: Notify::new(),
        }
    }
}

impl Tail {
    /// Begins behind the newest event of the store.
    pub(crate) fn start_at(&self, head: i64) {
        self.state.lock().next = head + 1;
        self.head.store(head, SeqCst);
        self.announce();
    }

    /// Takes what a commit wrote, positions without a gap among themselves, and tells who waits for it.
    pub(crate) fn push(&self, events: Vec<Event>) {
        self.append(events);
        self.announce();
    }

    /// Tells who waits that there is more. Apart from [`Tail::append`], so that those whose writes were committed are
    /// answered before a dozen readers wake.
    pub(crate) fn announce(&self) {
        let head = self.head();
        self.told.send_if_modified(|told| std::mem::replace(told, head) != head);
    }

    /// Takes what a commit wrote, without telling anybody.
    pub(crate) fn append(&self, events: Vec<Event>) {
        let Some(first) = events.first().map(|e| e.pos) else { return };
        let mut guard = self.state.lock();
        let s = &mut *guard;
        if first == s.next {
            s.append(events);
            while let Some(entry) = s.pending.first_entry() {
                if *entry.key() > s.next {
                    break;
                }
                let batch = entry.remove();
                s.append(batch);
            }
        } else if first > s.next && s.pending.len() < PENDING_MAX {
            s.pending.insert(first, events);
        }
        self.head.store(s.next - 1, SeqCst);
    }

    /// Takes what was read from the database to close a gap.
    pub(crate) fn fill(&self, events: Vec<Arc<Event>>) {
        let own = events.into_iter().map(Arc::unwrap_or_clone).collect::<Vec<_>>();
        let next = self.state.lock().next;
        let missing: Vec<Event> = own.into_iter().filter(|e| e.pos >= next).collect();
        if missing.first().is_some_and(|e| e.pos == next) {
            self.push(missing);
        }
    }

    /// Tells the job runner of this process that a commit added jobs.
    pub(crate) fn jobs_added(&self) {
        self.jobs.notify_one();
    }

    /// Waits until a commit added jobs.
    pub async fn wait_jobs(&self) {
        self.jobs.notified().await;
    }

    /// The newest position.
    pub fn head(&self) -> i64 {
        self.head.load(SeqCst)
    }

    /// Up to `max` events after `pos`; `None` when memory does not reach back that far.
    pub fn after(&self, pos: i64, max: usize) -> Option<Vec<Arc<Event>>> {
        let s = self.state.lock();
        if pos >= s.next - 1 {
            return Some(vec![]);
        }
        let oldest = s.events.front()?.pos;
        if pos + 1 < oldest {
            return None;
        }
        let skip = (pos + 1 - oldest) as usize;
        Some(s.events.iter().skip(skip).take(max).cloned().collect())
    }

    /// Waits until there is an event after `pos`.
    pub async fn wait_after(&self, pos: i64) {
        let mut head = self.told.subscribe();
        // The sender lives as long as the store, so an error means that nothing more will come.
        if head.wait_for(|h| *h > pos).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl State {
    fn append(&mut self, events: Vec<Event>) {
        for e in events {
            if e.pos < self.next {
                continue;
            }
            self.next = e.pos + 1;
            if self.events.len() == KEPT {
                self.events.pop_front();
            }
            self.events.push_back(Arc::new(e));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Actor, TenantId};

    fn events(from: i64, to: i64) -> Vec<Event> {
        (from..=to)
            .map(|pos| Event { pos, ..Event::new(TenantId(1), "message.created", pos, Actor::SYSTEM, 0) })
            .collect()
    }
    fn positions(v: Vec<Arc<Event>>) -> Vec<i64> {
        v.iter().map(|e| e.pos).collect()
    }

    #[test]
    fn lanes_out_of_turn_appear_in_order() {
        let t = Tail::default();
        t.start_at(10);
        t.push(events(13, 14));
        assert_eq!(t.head(), 10);
        t.push(events(11, 12));
        assert_eq!(t.head(), 14);
        assert_eq!(positions(t.after(11, 10).expect("in memory")), [12, 13, 14]);
        assert_eq!(t.after(9, 10).map(positions), None);
    }

    #[test]
    fn a_gap_is_filled_once() {
        let t = Tail::default();
        t.start_at(0);
        t.push(events(3, 3));
        t.fill(events(1, 3).into_iter().map(Arc::new).collect());
        t.push(events(1, 2));
        assert_eq!(positions(t.after(0, 10).expect("in memory")), [1, 2, 3]);
    }
}
