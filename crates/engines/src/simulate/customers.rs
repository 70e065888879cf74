//! Customers: when they come, how long they wait, and how long their matter takes.

use super::run::{Day, What};
use crate::acd::{Event, ItemStatus, TransferTo, WorkItem};
use crate::estimate::Served;
use kernel::{Millis, QueueId, WorkItemId};

/// Somebody who came and whose matter is open.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    /// The queue they came to, by its place in the plan.
    pub queue: usize,
    pub came_at: Millis,
    pub counted: bool,
    pub answered: bool,
    /// The place they had, if nobody could be offered them when they came.
    pub place: Option<u32>,
    pub told_ms: Option<i64>,
    /// How long their matter takes yet, in milliseconds.
    pub left_ms: i64,
    /// Since when it is in hands.
    pub held_at: Millis,
    /// How often it changed hands.
    pub hands: u32,
}

/// The share of contacts of a higher tier, of such as come again, and of such as are to reach a person at once.
const MARKS: (f64, f64, f64) = (0.1, 0.08, 0.02);

impl Day<'_> {
    /// Plans the next customer of a queue: a Poisson stream, thinned to the rate of its hour.
    pub(super) fn plan_arrival(&mut self, n: usize, after: Millis) {
        let plan = &self.plan.queues[n];
        let most = plan.arrivals.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        if most <= 0.0 {
            return;
        }
        let dice = &mut self.arrivals[n];
        let mut at = after as f64;
        loop {
            at += -dice.share().ln() * super::plan::HOUR as f64 / most;
            if at >= self.plan.end as f64 {
                return;
            }
            let since = |(from, _): &&(Millis, f64)| *from as f64 <= at;
            let rate = plan.arrivals.iter().rev().find(since).map_or(0.0, |(_, rate)| *rate);
            if dice.happens(rate / most) {
                break;
            }
        }
        self.at(at.round() as Millis, What::Arrival(n));
    }

    /// A customer comes; `new`: as one of the plan's stream, not there from the start.
    pub(super) fn customer_comes(&mut self, n: usize, at: Millis, new: bool) {
        let plan = &self.plan.queues[n];
        let counted = new && self.plan.start.counted.is_none_or(|most| self.came < most);
        self.came += u64::from(new);
        self.next_item += 1;
        let id = WorkItemId(self.next_item);
        let left_ms = self.customers.draw(plan.handling);
        let patience = plan.patience.map(|p| self.customers.draw(p));
        // The same draws for every plan, so that two plans can be compared under the same chance.
        let marks = [self.customers.share(), self.customers.share(), self.customers.share()];
        let floor = self.plan.queues.len() > 1;
        let item = WorkItem {
            class: plan.class,
            tier: u8::from(floor && marks[0] < MARKS.0),
            repeat: floor && marks[1] < MARKS.1,
            straight: floor && marks[2] < MARKS.2,
            ..WorkItem::new(id, plan.queue.id, at)
        };
        let customer = Customer {
            queue: n,
            came_at: at,
            counted,
            answered: false,
            place: None,
            told_ms: None,
            left_ms,
            held_at: at,
            hands: 0,
        };
        self.open.insert(id, customer);
        if counted {
            self.outcome.queues[n].offered += 1;
            self.pending += 1;
        }
        self.tell(Event::ItemQueued(item));
        if let Some(ms) = patience {
            self.at(at.saturating_add(ms).max(self.now), What::Patience(id));
        }
        self.tell_estimate(n, id, counted);
    }

    /// Who finds nobody free is told a place and an estimate.
    fn tell_estimate(&mut self, n: usize, id: WorkItemId, counted: bool) {
        let waits = self.acd.item(id).is_some_and(|row| row.status == ItemStatus::Waiting);
        if !waits {
            return;
        }
        let place = self.acd.position(id);
        let told_ms = place.and_then(|place| self.histories[n].estimate(place, self.now));
        if let Some(customer) = self.open.get_mut(&id) {
            (customer.place, customer.told_ms) = (place, told_ms);
        }
        self.outcome.queues[n].waited += u64::from(counted);
    }

    /// Patience is over: who is not answered leaves.
    pub(super) fn customer_leaves(&mut self, id: WorkItemId) {
        let Some(customer) = self.open.get(&id).filter(|c| !c.answered) else { return };
        let (n, counted, wait_ms) = (customer.queue, customer.counted, self.now - customer.came_at);
        self.open.remove(&id);
        if counted {
            self.pending -= 1;
            let counts = &mut self.outcome.queues[n];
            counts.abandoned += 1;
            counts.wait_ms += wait_ms;
            counts.longest_wait_ms = counts.longest_wait_ms.max(wait_ms);
        }
        self.tell(Event::ItemCancelled(id));
    }

    /// A matter comes into an agent's hands.
    pub(super) fn matter_begins(&mut self, id: WorkItemId) {
        let now = self.now;
        let Some(customer) = self.open.get_mut(&id) else { return };
        customer.hands += 1;
        customer.held_at = now;
        let (hands, left_ms, first) = (customer.hands, customer.left_ms, !customer.answered);
        customer.answered = true;
        let customer = customer.clone();
        self.at(now + left_ms, What::Done(id, hands));
        if first {
            self.count_answer(&customer);
        }
    }

    fn count_answer(&mut self, who: &Customer) {
        let wait_ms = self.now - who.came_at;
        if let Some(place) = who.place {
            let served = Served { at: self.now, place, wait_ms, told_ms: who.told_ms };
            self.histories[who.queue].served(served);
        }
        if !who.counted {
            return;
        }
        self.pending -= 1;
        let counts = &mut self.outcome.queues[who.queue];
        counts.answered += 1;
        counts.answered_within += u64::from(wait_ms <= self.plan.within_ms);
        counts.answered_wait_ms += wait_ms;
        counts.wait_ms += wait_ms;
        counts.longest_wait_ms = counts.longest_wait_ms.max(wait_ms);
        counts.waits_ms.push(wait_ms);
        if let Some(told) = who.told_ms {
            counts.told += 1;
            counts.told_right += u64::from(wait_ms <= told);
        }
    }

    /// A matter is finished, or passed on to another queue of the client.
    pub(super) fn matter_ends(&mut self, id: WorkItemId, hands: u32) {
        let Some(customer) = self.open.get(&id).filter(|c| c.hands == hands) else { return };
        let n = customer.queue;
        let Some(ItemStatus::Held { agent }) = self.acd.item(id).map(|row| row.status) else { return };
        let passes = customer.hands == 1 && self.people.happens(self.plan.conduct.passes_on);
        if passes && let Some(to) = self.sister(n) {
            let left_ms = self.customers.draw(self.plan.queues[n].handling);
            if let Some(customer) = self.open.get_mut(&id) {
                customer.left_ms = left_ms;
            }
            if self.tell(Event::ItemTransferred { item: id, to: TransferTo::Queue(to) }) {
                return;
            }
        }
        self.open.remove(&id);
        self.holds(agent, -1);
        self.tell(Event::ItemClosed(id));
        self.hands_empty(agent);
    }

    /// Another queue of the same client and class.
    fn sister(&self, n: usize) -> Option<QueueId> {
        let own = &self.plan.queues[n];
        let same = |(m, q): &(usize, &super::QueuePlan)| *m != n && q.queue.tenant == own.queue.tenant;
        self.plan.queues.iter().enumerate().find(same).map(|(_, q)| q.queue.id)
    }

    /// What was in an agent's hands when they were gone goes on where it was.
    pub(super) fn interrupted(&mut self, id: WorkItemId) {
        let now = self.now;
        if let Some(customer) = self.open.get_mut(&id) {
            customer.left_ms = (customer.left_ms - (now - customer.held_at)).max(1);
        }
    }
}
