//! The queue before a lane: bounded, and fair between the provider's clients.
//!
//! Each client has its own line; a batch takes one from each in turn. While others are active, a client may have only
//! its part of the bound waiting; beyond that it is refused (429) and nobody else feels it. The system's own writes
//! (client 0: jobs, cursors, several clients at once) count as one client, without a part.

use crate::codes;
use kernel::{Error, Result, TenantId};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use tokio::sync::Notify;

/// A client counts as active for this long after its last write was taken, in turns of the ring.
const QUIET_TAKES: u64 = 2_000;

pub(super) struct FairQueue<J> {
    state: Mutex<State<J>>,
    wake: Notify,
    max: usize,
}

struct State<J> {
    lines: HashMap<TenantId, Line<J>>,
    ring: VecDeque<TenantId>,
    len: usize,
    takes: u64,
    closed: bool,
}

struct Line<J> {
    jobs: VecDeque<J>,
    last_take: u64,
}

impl<J> Line<J> {
    /// Does something wait, or was something taken a short while ago?
    fn is_active(&self, takes: u64) -> bool {
        !self.jobs.is_empty() || takes - self.last_take < QUIET_TAKES
    }
}

impl<J> FairQueue<J> {
    pub fn new(max: usize) -> FairQueue<J> {
        let state = State { lines: HashMap::new(), ring: VecDeque::new(), len: 0, takes: 0, closed: false };
        FairQueue { state: Mutex::new(state), wake: Notify::new(), max }
    }

    pub fn push(&self, tenant: TenantId, job: J) -> Result<()> {
        let mut guard = self.state.lock();
        let s = &mut *guard;
        if s.closed {
            return Err(Error::new(&codes::STORE_CLOSED));
        }
        let takes = s.takes;
        s.lines.retain(|t, l| *t == tenant || l.is_active(takes));
        let part = self.part(s, tenant);
        let line = s.lines.entry(tenant).or_insert_with(|| Line { jobs: VecDeque::new(), last_take: takes });
        if line.jobs.len() >= part {
            return Err(Error::new(&codes::TENANT_BUSY).retry_after(1));
        }
        if s.len >= self.max * 2 {
            return Err(Error::new(&codes::STORE_BUSY).retry_after(1));
        }
        if line.jobs.is_empty() {
            s.ring.push_back(tenant);
        }
        line.jobs.push_back(job);
        s.len += 1;
        drop(guard);
        self.wake.notify_one();
        Ok(())
    }

    /// Has this client as much waiting as it may, so that a push would be refused?
    pub fn is_full_for(&self, tenant: TenantId) -> bool {
        let s = self.state.lock();
        let waiting = s.lines.get(&tenant).map_or(0, |l| l.jobs.len());
        waiting >= self.part(&s, tenant)
    }

    /// Do several of the provider's clients write at this time, so that one's batch is another's wait?
    pub fn is_shared(&self) -> bool {
        let s = self.state.lock();
        s.lines.iter().filter(|(t, l)| t.0 != 0 && l.is_active(s.takes)).nth(1).is_some()
    }

    /// How much a client may have waiting.
    fn part(&self, s: &State<J>, tenant: TenantId) -> usize {
        let active = s.lines.len().max(1);
        if tenant.0 == 0 { self.max } else { (self.max / (active + 1)).max(16) }
    }

    /// The next job in turn, if any waits.
    pub fn try_pop(&self) -> Option<J> {
        let mut guard = self.state.lock();
        let s = &mut *guard;
        let tenant = s.ring.pop_front()?;
        s.takes += 1;
        let line = s.lines.get_mut(&tenant)?;
        line.last_take = s.takes;
        let job = line.jobs.pop_front();
        if !line.jobs.is_empty() {
            s.ring.push_back(tenant);
        }
        s.len -= usize::from(job.is_some());
        job
    }

    /// Waits for the next job in turn; `None` once the queue is closed and empty.
    pub async fn pop(&self) -> Option<J> {
        loop {
            let woken = self.wake.notified();
            if let Some(job) = self.try_pop() {
                if !self.is_empty() {
                    self.wake.notify_one();
                }
                return Some(job);
            }
            if self.state.lock().closed {
                self.wake.notify_one();
                return None;
            }
            woken.await;
        }
    }

    pub fn close(&self) {
        self.state.lock().closed = true;
        self.wake.notify_waiters();
        self.wake.notify_one();
    }

    pub fn len(&self) -> usize {
        self.state.lock().len
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_client_does_not_delay_another() {
        let q = FairQueue::new(100);
        for i in 0..40 {
            q.push(TenantId(1), (1, i)).expect("has room");
        }
        q.push(TenantId(2), (2, 0)).expect("has room");
        let order: Vec<_> = (0..3).filter_map(|_| q.try_pop()).collect();
        assert_eq!(order, [(1, 0), (2, 0), (1, 1)]);
    }

    #[test]
    fn beyond_its_part_a_client_is_refused_and_others_are_not() {
        let q = FairQueue::new(100);
        q.push(TenantId(2), 0).expect("has room");
        let taken = (0..200).filter(|i| q.push(TenantId(1), *i).is_ok()).count();
        assert!((16..60).contains(&taken), "{taken} were taken");
        assert!(q.is_full_for(TenantId(1)) && !q.is_full_for(TenantId(2)) && !q.is_full_for(TenantId(3)));
        assert!(q.push(TenantId(2), 1).is_ok());
    }

    #[test]
    fn it_is_shared_while_a_second_client_writes_and_a_while_after() {
        let q = FairQueue::new(100);
        let push = |t| q.push(TenantId(t), ()).expect("has room");
        push(0);
        push(1);
        assert!(!q.is_shared(), "the system's own writes are no client's");
        push(2);
        assert!(q.is_shared());
        while q.try_pop().is_some() {}
        assert!(q.is_shared(), "whoever wrote just now writes again");
        for _ in 0..QUIET_TAKES {
            push(1);
            q.try_pop();
        }
        assert!(!q.is_shared());
    }
}
