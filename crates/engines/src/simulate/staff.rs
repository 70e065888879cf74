//! Agents: shifts, breaks, lost connections, and what their time counts as.

use super::measure::Counted;
use super::run::{Day, What};
use crate::acd::{AgentState, Event, StateReason};
use kernel::{Millis, UserId};

/// How long somebody set to busy takes to be ready again, in milliseconds.
const BUSY_MS: i64 = 120_000;
/// How long after the end of the shift hands may be full, in milliseconds; then somebody signs them out.
const OVERTIME_MS: i64 = 20 * 60_000;

/// What the day knows of an agent.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub signed_in: bool,
    pub vanished: bool,
    /// The shift is over; only what is held is finished.
    pub leaving: bool,
    pub on_break: bool,
    pub held: u32,
    counted: Counted,
    since: Millis,
}

impl Default for Worker {
    fn default() -> Worker {
        Worker {
            signed_in: false,
            vanished: false,
            leaving: false,
            on_break: false,
            held: 0,
            counted: Counted::Away,
            since: 0,
        }
    }
}

impl Day<'_> {
    /// Plans breaks, the end of the shift, and the first lost connection.
    pub(super) fn plan_shift(&mut self, n: usize) {
        let plan = &self.plan.agents[n];
        for pause in plan.breaks.iter().filter(|b| b.at + b.ms < plan.until) {
            self.at(pause.at, What::Pause(n, true));
            self.at(pause.at + pause.ms, What::Pause(n, false));
        }
        if plan.until < Millis::MAX {
            self.at(plan.until, What::ShiftEnd(n, false));
            self.at(plan.until + OVERTIME_MS, What::ShiftEnd(n, true));
        }
        self.plan_loss(n, plan.from);
    }

    fn plan_loss(&mut self, n: usize, after: Millis) {
        let per_hour = self.plan.faults.vanishings_per_hour;
        if per_hour > 0.0 {
            let ms = -self.people.share().ln() * super::plan::HOUR as f64 / per_hour;
            let at = after.max(0) + ms as Millis;
            if at < self.plan.agents[n].until {
                self.at(at, What::Connection(n, false));
            }
        }
    }

    /// What happens to agents.
    pub(super) fn staff(&mut self, what: What) {
        match what {
            What::SignIn(n) => self.sign_in(n, AgentState::Ready),
            What::Pause(n, begins) => self.pause(n, begins),
            What::Ready(n) if self.at_desk(n) => self.set(n, AgentState::Ready),
            What::ShiftEnd(n, false) => {
                self.workers[n].leaving = true;
                if self.workers[n].signed_in {
                    self.set(n, AgentState::Busy);
                    self.hands_empty(self.plan.agents[n].agent.id);
                }
            }
            What::ShiftEnd(n, true) if self.workers[n].signed_in => {
                self.workers[n].signed_in = false;
                self.tell(Event::AgentForcedOut(self.plan.agents[n].agent.id));
                self.recount(n);
            }
            What::Connection(n, back) => self.connection(n, back),
            _ => {}
        }
    }

    fn at_desk(&self, n: usize) -> bool {
        let w = &self.workers[n];
        w.signed_in && !w.vanished && !w.leaving && !w.on_break
    }

    fn sign_in(&mut self, n: usize, state: AgentState) {
        self.workers[n].signed_in = true;
        self.workers[n].vanished = false;
        self.tell(Event::AgentSignedIn { agent: self.plan.agents[n].agent.clone(), state });
        self.recount(n);
    }

    fn set(&mut self, n: usize, state: AgentState) {
        self.tell(Event::AgentStateChanged { agent: self.plan.agents[n].agent.id, state });
        self.recount(n);
    }

    fn pause(&mut self, n: usize, begins: bool) {
        self.workers[n].on_break = begins;
        let w = &self.workers[n];
        if !w.signed_in || w.vanished || w.leaving {
            return;
        }
        let state = if begins { AgentState::Break { kind: "rest".into() } } else { AgentState::Ready };
        self.set(n, state);
    }

    fn connection(&mut self, n: usize, back: bool) {
        let agent = self.plan.agents[n].agent.id;
        if !back {
            self.plan_loss(n, self.now);
            if !self.workers[n].signed_in || self.workers[n].vanished {
                return;
            }
            let long = self.people.happens(self.plan.faults.long_share);
            let ms = 1_000 + self.people.below(if long { 600_000 } else { 20_000 }) as i64;
            self.workers[n].vanished = true;
            self.outcome.vanished += 1;
            self.at(self.now + ms, What::Connection(n, true));
            self.tell(Event::AgentVanished(agent));
            return;
        }
        if !self.workers[n].signed_in {
            return;
        }
        self.workers[n].vanished = false;
        let gone = self.acd.agent_state(agent).is_none_or(|s| *s == AgentState::Offline);
        match (gone, self.workers[n].leaving) {
            // The page is loaded anew: they sign in again.
            (true, false) => {
                let rest = AgentState::Break { kind: "rest".into() };
                let state = if self.workers[n].on_break { rest } else { AgentState::Ready };
                self.sign_in(n, state);
            }
            (true, true) => self.workers[n].signed_in = false,
            (false, _) => {
                self.tell(Event::AgentReturned(agent));
                let busy = self.acd.agent_state(agent).is_some_and(|s| *s == AgentState::Busy);
                if busy && self.at_desk(n) {
                    self.set(n, AgentState::Ready);
                }
            }
        }
        self.recount(n);
    }

    /// The engine set a state.
    pub(super) fn state_set(&mut self, agent: UserId, reason: StateReason) {
        let Some(&n) = self.place_of.get(&agent) else { return };
        if matches!(reason, StateReason::MissedOffers { .. }) {
            self.at(self.now + BUSY_MS, What::Ready(n));
        }
        self.recount(n);
    }

    /// Counts one more or less in somebody's hands.
    pub(super) fn holds(&mut self, agent: UserId, by: i32) {
        let Some(&n) = self.place_of.get(&agent) else { return };
        self.workers[n].held = self.workers[n].held.saturating_add_signed(by);
        self.recount(n);
    }

    /// With the last matter after the end of the shift they sign out.
    pub(super) fn hands_empty(&mut self, agent: UserId) {
        let Some(&n) = self.place_of.get(&agent) else { return };
        let w = &self.workers[n];
        if w.leaving && w.held == 0 && w.signed_in && !w.vanished {
            self.workers[n].signed_in = false;
            self.tell(Event::AgentSignedOut(agent));
        }
        self.recount(n);
    }

    /// Adds the time since the last change to what it counts as.
    fn recount(&mut self, n: usize) {
        let state = self.acd.agent_state(self.plan.agents[n].agent.id);
        let w = &mut self.workers[n];
        let ms = self.now - w.since;
        match w.counted {
            Counted::Handling => self.outcome.handling_ms += ms,
            Counted::Available => self.outcome.available_ms += ms,
            Counted::Away => {}
        }
        w.since = self.now;
        w.counted = Counted::of(w.held, state);
    }

    /// Adds what is open at the end of the day.
    pub(super) fn count_all_time(&mut self) {
        for n in 0..self.workers.len() {
            self.recount(n);
        }
    }
}
