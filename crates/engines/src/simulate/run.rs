//! The course of a day: the heap of happenings, the engine, and what its commands lead to.

use super::chance::Dice;
use super::customers::Customer;
use super::measure::Outcome;
use super::plan::Plan;
use super::staff::Worker;
use crate::acd::{Acd, Command, DeclineReason, Event, RequeueReason, WithdrawReason};
use crate::estimate::WaitHistory;
use kernel::{Millis, ReservationId, UserId, WorkItemId};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Most steps of one day: an end even to a plan that feeds itself.
const STEPS_MAX: u64 = 200_000_000;
/// Between the numbers of the reservations of two builds of the engine.
const RESERVATIONS_APART: i64 = 1_000_000_000;

/// What is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The next customer of this queue (by its place in the plan).
    Arrival(usize),
    /// One who came while the server was away, and when.
    Late(usize, Millis),
    /// A customer's patience is over.
    Patience(WorkItemId),
    /// An agent answers an offer.
    Answer(ReservationId, WorkItemId, UserId, Reply),
    /// A matter is finished; the count tells whether it is still in the same hands.
    Done(WorkItemId, u32),
    /// The shift begins.
    SignIn(usize),
    /// A break begins or ends.
    Pause(usize, bool),
    /// Somebody set to busy is ready again.
    Ready(usize),
    /// The shift ends; and the time by which hands must be empty.
    ShiftEnd(usize, bool),
    /// A connection is lost, or back.
    Connection(usize, bool),
    /// A queue's hours begin or end.
    Hours(usize, bool),
    /// The server stops.
    Stop(i64),
    /// And is back.
    Back,
}

/// How an agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reply {
    /// Takes it.
    Accepts,
    /// Refuses it.
    Declines,
}

/// A day that can be looked at while it runs.
pub struct Day<'a> {
    pub(super) plan: &'a Plan,
    /// The engine, between two steps.
    pub acd: Acd,
    pub(super) now: Millis,
    pub(super) heap: BinaryHeap<Reverse<(Millis, u64, What)>>,
    pub(super) order: u64,
    pub(super) arrivals: Vec<Dice>,
    pub(super) customers: Dice,
    pub(super) people: Dice,
    pub(super) open: HashMap<WorkItemId, Customer>,
    pub(super) workers: Vec<Worker>,
    pub(super) place_of: HashMap<UserId, usize>,
    pub(super) histories: Vec<WaitHistory>,
    pub(super) next_item: i64,
    pub(super) came: u64,
    /// Counted customers who were neither answered nor left.
    pub(super) pending: u64,
    away_until: Option<Millis>,
    pub(super) outcome: Outcome,
}

/// Plays a day to its end.
pub fn run(plan: &Plan) -> Outcome {
    let mut day = Day::new(plan);
    while day.step() {}
    day.finish()
}

impl<'a> Day<'a> {
    /// The beginning of a day.
    pub fn new(plan: &'a Plan) -> Day<'a> {
        let mut day = Day {
            acd: Acd::new(plan.settings, 1),
            now: 0,
            heap: BinaryHeap::new(),
            order: 0,
            arrivals: (0..).zip(&plan.queues).map(|(n, _)| Dice::new(plan.seed, 100 + n)).collect(),
            customers: Dice::new(plan.seed, 2),
            people: Dice::new(plan.seed, 3),
            open: HashMap::new(),
            workers: plan.agents.iter().map(|_| Worker::default()).collect(),
            place_of: plan.agents.iter().zip(0..).map(|(a, n)| (a.agent.id, n)).collect(),
            histories: plan.queues.iter().map(|_| WaitHistory::default()).collect(),
            next_item: 0,
            came: 0,
            pending: 0,
            away_until: None,
            outcome: Outcome::default(),
            plan,
        };
        day.outcome.queues.resize(plan.queues.len(), Default::default());
        day.begin();
        day
    }

    fn begin(&mut self) {
        let plan = self.plan;
        for (n, queue) in plan.queues.iter().enumerate() {
            let mut fresh = queue.queue.clone();
            if let Some((from, until)) = queue.hours {
                fresh.open = from <= 0;
                self.at(from, What::Hours(n, true));
                self.at(until, What::Hours(n, false));
            }
            self.tell(Event::QueueChanged(fresh));
        }
        for (n, agent) in plan.agents.iter().enumerate() {
            if agent.from <= 0 {
                self.happen(What::SignIn(n))
            } else {
                self.at(agent.from, What::SignIn(n))
            }
            self.plan_shift(n);
        }
        for (at, ms) in &plan.faults.restarts {
            self.at(*at, What::Stop(*ms));
        }
        for _ in 0..plan.start.customers {
            self.customer_comes(0, 0, false);
        }
        for n in 0..plan.queues.len() {
            self.plan_arrival(n, 0);
        }
    }

    /// Plans a happening.
    pub(super) fn at(&mut self, at: Millis, what: What) {
        self.order += 1;
        self.heap.push(Reverse((at, self.order, what)));
    }

    /// The next happening or timer of the engine; false once the day is over.
    pub fn step(&mut self) -> bool {
        let over = match self.plan.start.counted {
            Some(counted) => self.came >= counted && self.pending == 0,
            None => self.heap.is_empty() || (self.now > self.plan.end && self.open.is_empty()),
        };
        if over || self.outcome.steps > STEPS_MAX {
            return false;
        }
        let due = self.acd.next_due().filter(|_| self.away_until.is_none());
        let next = self.heap.peek().map(|Reverse((at, ..))| *at);
        match (due, next) {
            (Some(due), next) if next.is_none_or(|n| due < n) => {
                self.now = self.now.max(due);
                self.tell(Event::TimerFired);
            }
            _ => {
                let Some(Reverse((at, _, what))) = self.heap.pop() else { return false };
                self.now = self.now.max(at);
                self.happen(what);
            }
        }
        true
    }

    /// What the day came to.
    pub fn finish(mut self) -> Outcome {
        self.count_all_time();
        let mut all = std::mem::take(&mut self.outcome.all);
        self.outcome.queues.iter().for_each(|q| all.add(q));
        self.outcome.all = all;
        self.outcome
    }

    /// How many came and are neither answered nor gone.
    pub fn unanswered(&self) -> usize {
        self.open.values().filter(|c| !c.answered).count()
    }

    fn happen(&mut self, what: What) {
        if let Some(back) = self.away_until
            && what != What::Back
        {
            // The rows keep the order in which things came while nobody routed.
            let what = match what {
                What::Arrival(n) => {
                    self.plan_arrival(n, self.now);
                    What::Late(n, self.now)
                }
                what => what,
            };
            self.at(back, what);
            return;
        }
        match what {
            What::Arrival(n) => {
                self.customer_comes(n, self.now, true);
                self.plan_arrival(n, self.now);
            }
            What::Late(n, at) => self.customer_comes(n, at, true),
            What::Patience(item) => self.customer_leaves(item),
            What::Answer(reservation, item, agent, reply) => self.answer(reservation, item, agent, reply),
            What::Done(item, hands) => self.matter_ends(item, hands),
            What::Hours(n, open) => {
                let queue = self.plan.queues[n].queue.id;
                self.tell(Event::QueueOpened { queue, open });
            }
            What::Stop(ms) => {
                self.away_until = Some(self.now + ms);
                self.outcome.restarts += 1;
                self.at(self.now + ms, What::Back);
            }
            What::Back => self.come_back(),
            staff => self.staff(staff),
        }
    }

    /// The engine is built anew from its state; sockets come back one by one.
    fn come_back(&mut self) {
        self.away_until = None;
        let mut rows = self.acd.snapshot();
        for row in &mut rows.agents {
            row.connected = false;
            row.gone_until = None;
        }
        let first = 1 + RESERVATIONS_APART * self.outcome.restarts as i64;
        self.acd = Acd::new(self.plan.settings, first);
        self.tell(Event::Restore(Box::new(rows)));
        for n in 0..self.workers.len() {
            if self.workers[n].signed_in && !self.workers[n].vanished {
                let ms = 500 + self.people.below(4_500) as i64;
                self.at(self.now + ms, What::Connection(n, true));
            }
        }
    }

    /// Tells the engine, and lets its commands have their effect.
    pub(super) fn tell(&mut self, event: Event) -> bool {
        self.outcome.steps += 1;
        let commands = self.acd.apply(event, self.now);
        let refused = commands.iter().any(|c| matches!(c, Command::Rejected { .. }));
        for command in commands {
            self.carry_out(command);
        }
        !refused
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Offer { reservation, item, agent, .. } => self.rings(reservation, item, agent),
            Command::Withdraw { reason: WithdrawReason::Lapsed | WithdrawReason::Declined(_), .. } => {
                self.outcome.missed += 1;
            }
            Command::Assign { item, agent, from, .. } => {
                if let Some(from) = from {
                    self.holds(from, -1);
                }
                self.holds(agent, 1);
                self.matter_begins(item);
            }
            Command::Requeue { item, from, reason, .. } => {
                if let Some(from) = from {
                    self.holds(from, -1);
                }
                if reason != RequeueReason::Transferred {
                    self.outcome.requeued += 1;
                    self.interrupted(item);
                }
                if let Some(customer) = self.open.get_mut(&item) {
                    customer.hands += 1;
                }
            }
            Command::SetAgentState { agent, reason, .. } => self.state_set(agent, reason),
            Command::Withdraw { .. } => {}
            Command::PositionsChanged { .. } | Command::Rejected { .. } | Command::WakeAt { .. } => {}
        }
    }

    /// An offer rings: by the agent's conduct it will be taken, refused, or ring out.
    fn rings(&mut self, reservation: ReservationId, item: WorkItemId, agent: UserId) {
        self.outcome.offers += 1;
        let conduct = self.plan.conduct;
        if self.people.happens(conduct.ignores) {
            return;
        }
        let reply = if self.people.happens(conduct.declines) { Reply::Declines } else { Reply::Accepts };
        let ms = self.people.draw(conduct.answer);
        self.at(self.now + ms, What::Answer(reservation, item, agent, reply));
    }

    fn answer(&mut self, reservation: ReservationId, item: WorkItemId, agent: UserId, reply: Reply) {
        // A connection that is lost carries no answer.
        if self.place_of.get(&agent).is_some_and(|n| self.workers[*n].vanished) {
            return;
        }
        let Some(row) = self.acd.item(item) else { return };
        let epoch = row.item.epoch;
        match reply {
            Reply::Accepts => self.tell(Event::ReservationAccepted { reservation, agent, epoch }),
            Reply::Declines => {
                let reason = DeclineReason::Overloaded;
                self.tell(Event::ReservationDeclined { reservation, agent, reason })
            }
        };
    }
}
