//! What runs out: offers, cool-downs, keepings, graces and wrap-ups.

use super::{Acd, AgentState, Command, RequeueReason, StateReason, WithdrawReason};
use kernel::{Millis, ReservationId, UserId, WorkItemId};

/// Something that runs out. The time stands beside it in the engine's ordered set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Timer {
    /// An offer lapses.
    Offer(ReservationId),
    /// An agent may get an item again.
    Rest(UserId, WorkItemId),
    /// An item is no longer kept for its agent or team.
    Kept(WorkItemId),
    /// A lost connection did not come back.
    Grace(UserId),
    /// The time for the record is over.
    WrapUp(UserId),
    /// The next stage of its queue opens to an item.
    Stage(WorkItemId),
}

impl Acd {
    /// Handles all that is due. New timers lie in the future, so this ends.
    pub(super) fn fire_due(&mut self) {
        while let Some(&(at, timer)) = self.timers.first()
            && at <= self.now
        {
            self.timers.pop_first();
            match timer {
                Timer::Offer(reservation) => self.lapse(reservation),
                Timer::Rest(agent, item) => self.end_rest(agent, item),
                Timer::Kept(item) => {
                    self.unpark(item);
                    let row = &mut self.slot(item).item;
                    if row.preferred.take().is_none() {
                        row.team = None;
                    }
                    self.park(item);
                }
                Timer::Stage(item) => {
                    self.unpark(item);
                    self.park(item);
                }
                Timer::Grace(agent) => {
                    let state = AgentState::Offline;
                    self.out.push(Command::SetAgentState { agent, state, reason: StateReason::Vanished });
                    self.leave(agent, RequeueReason::AgentVanished);
                }
                Timer::WrapUp(agent) => self.end_wrap_up(agent),
            }
        }
    }

    /// Nobody answered: the item keeps its place, the agent rests from it and may be set to busy.
    fn lapse(&mut self, reservation: ReservationId) {
        let Some(&item) = self.reservations.get(&reservation) else { return };
        let Some(agent) = self.withdraw(item, WithdrawReason::Lapsed) else { return };
        self.rest(agent, item);
        self.park(item);
        let missed_max = self.settings.missed_max;
        let slot = self.agent_of(agent);
        slot.missed += 1;
        let missed = slot.missed;
        if missed_max > 0 && missed >= missed_max && slot.state.is_ready() {
            let state = AgentState::Busy;
            let reason = StateReason::MissedOffers { missed };
            self.out.push(Command::SetAgentState { agent, state: state.clone(), reason });
            self.set_state(agent, state);
        }
    }

    /// Begins a cool-down between an agent and an item.
    pub(super) fn rest(&mut self, agent: UserId, item: WorkItemId) {
        let until = self.now.saturating_add(self.settings.cool_down_ms);
        self.rest_until(agent, item, until);
    }

    /// Begins a cool-down that ends at a given time; nothing if that has passed.
    pub(super) fn rest_until(&mut self, agent: UserId, item: WorkItemId, until: Millis) {
        self.forget_rest(agent, item);
        if until <= self.now {
            return;
        }
        self.agent_of(agent).rests.insert(item, until);
        self.timers.insert((until, Timer::Rest(agent, item)));
        let slot = self.slot(item);
        if !slot.rested.contains(&agent) {
            slot.rested.push(agent);
        }
    }

    /// Drops a cool-down, if there is one.
    pub(super) fn forget_rest(&mut self, agent: UserId, item: WorkItemId) {
        if let Some(slot) = self.agents.get_mut(&agent)
            && let Some(until) = slot.rests.remove(&item)
        {
            self.timers.remove(&(until, Timer::Rest(agent, item)));
        }
    }

    fn end_rest(&mut self, agent: UserId, item: WorkItemId) {
        self.forget_rest(agent, item);
        if let Some(slot) = self.items.get_mut(&item) {
            slot.rested.retain(|a| *a != agent);
        }
        self.dirty_agents.insert(agent);
    }

    fn end_wrap_up(&mut self, agent: UserId) {
        let slot = self.agent_of(agent);
        slot.wrap_up_until = None;
        let state = AgentState::Ready;
        let reason = StateReason::WrapUpEnded;
        self.out.push(Command::SetAgentState { agent, state: state.clone(), reason });
        self.set_state(agent, state);
    }
}
