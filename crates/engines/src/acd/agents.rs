//! What happens to agents and queues.

use super::engine::{AgentSlot, QueueSlot};
use super::order::RankList;
use super::timers::Timer;
use super::{
    AGENTS_MAX, Acd, Agent, AgentState, BREAK_KIND_LEN_MAX, Crew, ItemStatus, PRIORITY_ABS_MAX, QUEUES_MAX,
    Queue, Rejection, RequeueReason, SKILLS_MAX, STAGE_MS_MAX, STAGES_MAX, TEAMS_MAX, WithdrawReason,
};
use kernel::{QueueId, UserId, WorkItemId};
use std::collections::{BTreeMap, BTreeSet};

fn check_agent(agent: &Agent) -> Result<(), Rejection> {
    if agent.skills.len() > SKILLS_MAX {
        return Err(Rejection::TooMany { max: SKILLS_MAX });
    }
    if agent.teams.len() > TEAMS_MAX {
        return Err(Rejection::TooMany { max: TEAMS_MAX });
    }
    Ok(())
}

/// Refuses stages that are too many, not by rising wait, or out of range; the first is open at once.
fn check_stages(queue: &Queue) -> Result<(), Rejection> {
    if queue.stages.len() > STAGES_MAX {
        return Err(Rejection::TooMany { max: STAGES_MAX });
    }
    let mut last = 0;
    for (i, stage) in queue.stages.iter().enumerate() {
        if stage.after_ms < last || stage.after_ms > STAGE_MS_MAX || (i == 0 && stage.after_ms != 0) {
            return Err(Rejection::OutOfRange { field: "stages" });
        }
        last = stage.after_ms;
        match &stage.crew {
            Crew::Teams { teams } if teams.len() > TEAMS_MAX => {
                return Err(Rejection::TooMany { max: TEAMS_MAX });
            }
            Crew::Queue { queue: other } if *other == queue.id => {
                return Err(Rejection::OutOfRange { field: "stages" });
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_state(state: &AgentState) -> Result<(), Rejection> {
    match state {
        AgentState::Break { kind } if kind.len() > BREAK_KIND_LEN_MAX => {
            Err(Rejection::OutOfRange { field: "kind" })
        }
        _ => Ok(()),
    }
}

impl Acd {
    pub(super) fn known_agent(&self, agent: UserId) -> Result<&AgentSlot, Rejection> {
        self.agents.get(&agent).ok_or(Rejection::UnknownAgent { agent })
    }

    pub(super) fn signed_in(&mut self, agent: Agent, state: AgentState) -> Result<(), Rejection> {
        check_agent(&agent)?;
        check_state(&state)?;
        let id = agent.id;
        if !self.agents.contains_key(&id) {
            if self.agents.len() >= AGENTS_MAX {
                return Err(Rejection::TooMany { max: AGENTS_MAX });
            }
            self.insert_agent(agent, AgentState::Offline);
        } else {
            self.set_profile(agent);
        }
        self.reconnect(id);
        self.set_state(id, state);
        let now = self.now;
        let slot = self.agent_of(id);
        slot.idle_since = now;
        slot.missed = 0;
        Ok(())
    }

    /// Takes an agent in, with nothing in hand.
    pub(super) fn insert_agent(&mut self, agent: Agent, state: AgentState) {
        let id = agent.id;
        let slot = AgentSlot {
            agent,
            state,
            connected: true,
            gone_until: None,
            wrap_up_until: None,
            idle_since: self.now,
            missed: 0,
            load: 0,
            queues: vec![],
            listed: 0,
            items: BTreeSet::new(),
            kept: BTreeSet::new(),
            rests: BTreeMap::new(),
        };
        self.agents.insert(id, slot);
        self.join_teams(id);
        self.requalify(id);
    }

    pub(super) fn agent_changed(&mut self, agent: Agent) -> Result<(), Rejection> {
        check_agent(&agent)?;
        self.known_agent(agent.id)?;
        self.set_profile(agent);
        Ok(())
    }

    fn set_profile(&mut self, agent: Agent) {
        let id = agent.id;
        self.unlist(id);
        let mut teams = self.agents[&id].agent.teams.clone();
        self.leave_teams(id, &teams);
        teams.extend(&agent.teams);
        self.agent_of(id).agent = agent;
        self.join_teams(id);
        self.requalify(id);
        for item in self.agent_items(id) {
            self.recheck_offer(item);
            self.recheck_held(item);
        }
        self.resettle(id);
        self.resettle_teams(&teams);
    }

    /// What an agent may no longer see leaves their hands.
    pub(super) fn recheck_held(&mut self, item: WorkItemId) {
        let ItemStatus::Held { agent } = self.slot(item).status else { return };
        if !self.reaches_item(&self.agents[&agent].agent, &self.items[&item].item) {
            let from = self.release(item);
            self.requeue(item, from, RequeueReason::ReachLost);
        }
    }

    /// Looks again at what is kept for an agent: it waits for anybody once they will not come.
    pub(super) fn resettle(&mut self, agent: UserId) {
        let Some(slot) = self.agents.get(&agent) else { return };
        let kept: Vec<WorkItemId> = slot.kept.iter().map(|r| r.item).collect();
        for item in kept {
            self.unpark(item);
            self.park(item);
        }
    }

    pub(super) fn state_changed(&mut self, agent: UserId, state: AgentState) -> Result<(), Rejection> {
        check_state(&state)?;
        self.known_agent(agent)?;
        if state == AgentState::Offline {
            self.leave(agent, RequeueReason::AgentSignedOut);
        } else {
            self.set_state(agent, state);
        }
        Ok(())
    }

    /// Changes a state with what follows from it.
    pub(super) fn set_state(&mut self, agent: UserId, state: AgentState) {
        let now = self.now;
        let slot = self.agent_of(agent);
        if slot.state == state {
            return;
        }
        let ready = state.is_ready();
        slot.state = state;
        if ready {
            slot.idle_since = now;
            slot.missed = 0;
        }
        if let Some(until) = slot.wrap_up_until.take() {
            self.timers.remove(&(until, Timer::WrapUp(agent)));
        }
        self.refresh(agent);
        if !ready {
            self.stop_ringing(agent, WithdrawReason::AgentNotReady);
        }
        self.resettle(agent);
        if self.agents[&agent].state == AgentState::Offline {
            let teams = self.agents[&agent].agent.teams.clone();
            self.resettle_teams(&teams);
        }
    }

    /// Takes back everything that rings at an agent.
    fn stop_ringing(&mut self, agent: UserId, reason: WithdrawReason) {
        for item in self.agent_items(agent) {
            if self.withdraw(item, reason).is_some() {
                self.park(item);
            }
        }
    }

    pub(super) fn vanished(&mut self, agent: UserId) -> Result<(), Rejection> {
        let slot = self.known_agent(agent)?;
        if !slot.connected || slot.state == AgentState::Offline {
            return Ok(());
        }
        let until = self.now.saturating_add(self.settings.vanish_grace_ms.max(1));
        self.lose(agent, until);
        Ok(())
    }

    /// Counts an agent's connection as lost, for a while.
    pub(super) fn lose(&mut self, agent: UserId, until: kernel::Millis) {
        let slot = self.agent_of(agent);
        slot.connected = false;
        slot.gone_until = Some(until);
        self.timers.insert((until, Timer::Grace(agent)));
        self.refresh(agent);
        self.stop_ringing(agent, WithdrawReason::AgentGone);
    }

    pub(super) fn returned(&mut self, agent: UserId) -> Result<(), Rejection> {
        self.known_agent(agent)?;
        self.reconnect(agent);
        Ok(())
    }

    fn reconnect(&mut self, agent: UserId) {
        let slot = self.agent_of(agent);
        slot.connected = true;
        if let Some(until) = slot.gone_until.take() {
            self.timers.remove(&(until, Timer::Grace(agent)));
        }
        self.refresh(agent);
    }

    pub(super) fn signed_out(&mut self, agent: UserId) -> Result<(), Rejection> {
        self.known_agent(agent)?;
        self.leave(agent, RequeueReason::AgentSignedOut);
        Ok(())
    }

    pub(super) fn forced_out(&mut self, agent: UserId) -> Result<(), Rejection> {
        self.known_agent(agent)?;
        for item in self.agent_items(agent) {
            if let from @ Some(_) = self.release(item) {
                self.requeue(item, from, RequeueReason::AgentForcedOut);
            }
        }
        self.leave(agent, RequeueReason::AgentForcedOut);
        Ok(())
    }

    /// An agent is gone: offline, hands emptied, forgotten unless something is kept with them.
    pub(super) fn leave(&mut self, agent: UserId, reason: RequeueReason) {
        self.reconnect(agent);
        let slot = self.agent_of(agent);
        slot.state = AgentState::Offline;
        if let Some(until) = slot.wrap_up_until.take() {
            self.timers.remove(&(until, Timer::WrapUp(agent)));
        }
        self.refresh(agent);
        self.empty_hands(agent, reason);
        self.resettle(agent);
        let teams = self.agents[&agent].agent.teams.clone();
        self.resettle_teams(&teams);
        self.forget_if_gone(agent);
    }

    /// Forgets an agent who is offline and holds nothing.
    pub(super) fn forget_if_gone(&mut self, agent: UserId) {
        let Some(slot) = self.agents.get(&agent) else { return };
        if slot.state != AgentState::Offline || !slot.items.is_empty() || !slot.kept.is_empty() {
            return;
        }
        self.unlist(agent);
        if let Some(slot) = self.agents.remove(&agent) {
            self.leave_teams(agent, &slot.agent.teams);
            for (queue, _) in &slot.queues {
                if let Some(q) = self.queues.get_mut(queue) {
                    q.able.remove(&agent);
                }
            }
            for (item, until) in slot.rests {
                self.timers.remove(&(until, Timer::Rest(agent, item)));
            }
            if let Some(until) = slot.gone_until {
                self.timers.remove(&(until, Timer::Grace(agent)));
            }
        }
        self.dirty_agents.remove(&agent);
    }

    pub(super) fn queue_changed(&mut self, queue: Queue) -> Result<(), Rejection> {
        self.check_queue(&queue)?;
        let id = queue.id;
        match self.queues.get_mut(&id) {
            None => {
                if self.queues.len() >= QUEUES_MAX {
                    return Err(Rejection::TooMany { max: QUEUES_MAX });
                }
                self.insert_queue(queue);
            }
            Some(slot) => slot.queue = queue,
        }
        self.requalify_around(id);
        self.recheck_offers();
        let members: Vec<WorkItemId> = self.queues[&id].order.iter().map(|r| r.item).collect();
        for item in members {
            self.replace(item);
        }
        Ok(())
    }

    /// Refuses a queue that cannot be taken in.
    pub(super) fn check_queue(&self, queue: &Queue) -> Result<(), Rejection> {
        if queue.offer_ms < 1 {
            return Err(Rejection::OutOfRange { field: "offer_ms" });
        }
        if queue.priority.abs() > PRIORITY_ABS_MAX {
            return Err(Rejection::OutOfRange { field: "priority" });
        }
        if queue.skills.len() > SKILLS_MAX {
            return Err(Rejection::TooMany { max: SKILLS_MAX });
        }
        check_stages(queue)?;
        match self.queues.get(&queue.id) {
            Some(old) if (old.queue.tenant, old.queue.line) != (queue.tenant, queue.line) => {
                Err(Rejection::OtherClient { queue: queue.id })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn insert_queue(&mut self, queue: Queue) {
        let slot = QueueSlot {
            order: RankList::default(),
            buckets: vec![],
            able: BTreeSet::new(),
            free: Default::default(),
            held: 0,
            queue,
        };
        self.queues.insert(slot.queue.id, slot);
    }

    /// Gives an item its place anew after its queue changed.
    fn replace(&mut self, item: WorkItemId) {
        let waits = self.slot(item).status == ItemStatus::Waiting;
        if waits {
            self.unpark(item);
        }
        self.leave_order(item);
        self.enter_order(item);
        if waits {
            self.park(item);
        }
    }

    /// Takes back every offer whose agent may no longer have it.
    fn recheck_offers(&mut self) {
        let ringing: Vec<WorkItemId> = self.reservations.values().copied().collect();
        for item in ringing {
            self.recheck_offer(item);
        }
    }

    pub(super) fn queue_opened(&mut self, queue: QueueId, open: bool) -> Result<(), Rejection> {
        let slot = self.queues.get_mut(&queue).ok_or(Rejection::UnknownQueue { queue })?;
        if slot.queue.open != open {
            slot.queue.open = open;
            self.requalify_around(queue);
        }
        Ok(())
    }

    pub(super) fn queue_removed(&mut self, queue: QueueId) -> Result<(), Rejection> {
        let slot = self.queues.get(&queue).ok_or(Rejection::UnknownQueue { queue })?;
        if slot.held > 0 || slot.order.len() > 0 {
            return Err(Rejection::QueueInUse { queue });
        }
        self.queues.remove(&queue);
        for slot in self.agents.values_mut() {
            slot.queues.retain(|(q, _)| *q != queue);
        }
        self.requalify_around(queue);
        self.recheck_offers();
        Ok(())
    }
}
