//! Who may serve which queue, by which of its stages; and the teams.

use super::engine::{Able, AgentSlot, Shelf};
use super::{Acd, Agent, AgentState, Crew, Queue, SkillNeed, TeamHold, WorkItem};
use kernel::{LineId, QueueId, TeamId, UserId, WorkItemId};

/// The sum of an agent's levels in these needs; `None` if they do not meet them.
fn levels(agent: &Agent, needs: &[SkillNeed]) -> Option<u32> {
    agent.lacks(needs).is_none().then(|| needs.iter().map(|n| u32::from(agent.level(n.skill))).sum())
}

impl Acd {
    /// How an agent may serve a queue by the crews of its stages; `hours`: only by what is open now.
    pub(super) fn able(&self, agent: &Agent, queue: &Queue, hours: bool) -> Option<Able> {
        let elsewhere = !agent.seats.is_empty() && !agent.seats.contains(&queue.id);
        if elsewhere || !agent.reaches(queue.tenant, queue.line) {
            return None;
        }
        let open = queue.open || !hours;
        if queue.stages.is_empty() {
            let levels = self.by_crew(agent, queue, &Crew::Members).filter(|_| open)?;
            return Some(Able { stage: 0, levels });
        }
        (0..).zip(&queue.stages).find_map(|(stage, s)| {
            let levels = match &s.crew {
                Crew::Queue { queue: other } => self.by_other(agent, queue, *other, hours),
                crew => self.by_crew(agent, queue, crew).filter(|_| open),
            };
            levels.map(|levels| Able { stage, levels })
        })
    }

    /// The levels of an agent who is in one of a queue's own crews.
    fn by_crew(&self, agent: &Agent, queue: &Queue, crew: &Crew) -> Option<u32> {
        let within = match crew {
            Crew::Members => agent.queues.contains(queue.id),
            Crew::Seats => agent.seats.contains(&queue.id),
            Crew::Teams { teams } => teams.iter().any(|t| agent.teams.contains(t)),
            Crew::Queue { .. } => false,
        };
        if within { levels(agent, &queue.skills) } else { None }
    }

    /// The levels of an agent who serves another queue at once.
    fn by_other(&self, agent: &Agent, queue: &Queue, other: QueueId, hours: bool) -> Option<u32> {
        let other = &self.queues.get(&other)?.queue;
        if other.tenant != queue.tenant || (hours && !other.open) {
            return None;
        }
        self.by_crew(agent, other, other.stages.first().map_or(&Crew::Members, |s| &s.crew))
    }

    /// Is what is of this line and waits in this queue within the agent's reach?
    pub(super) fn sees(agent: &Agent, queue: &Queue, line: Option<LineId>) -> bool {
        agent.reaches(queue.tenant, line.unwrap_or(queue.line))
    }

    /// May this agent, who may serve the queue, see what is of this line? Nearly all is of the queue's own.
    pub(super) fn sees_too(agent: &Agent, queue: &Queue, line: Option<LineId>) -> bool {
        line.is_none_or(|line| line == queue.line) || Acd::sees(agent, queue, line)
    }

    /// Is the item within the agent's reach?
    pub(super) fn reaches_item(&self, agent: &Agent, item: &WorkItem) -> bool {
        Acd::sees(agent, &self.queues[&item.queue].queue, item.line)
    }

    /// May this agent have this item at some time: reach, and unless passed on to them, crew and skills?
    pub(super) fn may_have(&self, agent: &Agent, item: &WorkItem, passed: bool, hours: bool) -> bool {
        let queue = &self.queues[&item.queue].queue;
        let fits = || self.able(agent, queue, hours).is_some() && agent.lacks(&item.skills).is_none();
        Acd::sees(agent, queue, item.line) && (passed || fits())
    }

    /// Finds anew which queues an agent may serve, and which teams they belong to.
    pub(super) fn requalify(&mut self, agent: UserId) {
        self.unlist(agent);
        let Some(slot) = self.agents.get(&agent) else { return };
        let queues: Vec<(QueueId, Able)> = self
            .queues
            .values()
            .filter_map(|q| Some((q.queue.id, self.able(&slot.agent, &q.queue, true)?)))
            .collect();
        let slot = self.agents.get_mut(&agent).expect("invariant: known above");
        for (queue, _) in &slot.queues {
            if let Some(q) = self.queues.get_mut(queue) {
                q.able.remove(&agent);
            }
        }
        for (queue, _) in &queues {
            if let Some(q) = self.queues.get_mut(queue) {
                q.able.insert(agent);
            }
        }
        slot.queues = queues;
        self.refresh(agent);
    }

    /// Finds anew who may serve a queue.
    fn requalify_queue(&mut self, queue: QueueId) {
        let Some(q) = self.queues.get(&queue) else { return };
        let found: Vec<(UserId, Option<Able>)> =
            self.agents.iter().map(|(id, slot)| (*id, self.able(&slot.agent, &q.queue, true))).collect();
        for (agent, able) in found {
            let slot = self.agents.get_mut(&agent).expect("invariant: listed above");
            let q = self.queues.get_mut(&queue).expect("invariant: known above");
            match (slot.queues.binary_search_by_key(&queue, |(id, _)| *id), able) {
                (Ok(at), Some(able)) if slot.queues[at].1 == able => continue,
                (Ok(at), Some(able)) => slot.queues[at].1 = able,
                (Ok(at), None) => drop(slot.queues.remove(at)),
                (Err(at), Some(able)) => slot.queues.insert(at, (queue, able)),
                (Err(_), None) => continue,
            }
            for (n, free) in q.free.iter_mut().enumerate() {
                match able {
                    Some(able) if slot.listed >> n & 1 == 1 => drop(free.insert(agent, able)),
                    _ => drop(free.remove(&agent)),
                }
            }
            match able {
                Some(_) => drop(q.able.insert(agent)),
                None => drop(q.able.remove(&agent)),
            }
            self.dirty_agents.insert(agent);
        }
    }

    /// Finds anew who may serve a queue and those that it helps.
    pub(super) fn requalify_around(&mut self, queue: QueueId) {
        let helped = |q: &Queue| {
            q.id == queue
                || q.stages.iter().any(|s| matches!(s.crew, Crew::Queue { queue: other } if other == queue))
        };
        let around: Vec<QueueId> =
            self.queues.values().filter(|q| helped(&q.queue)).map(|q| q.queue.id).collect();
        for queue in around {
            self.requalify_queue(queue);
        }
        let keepers: Vec<UserId> =
            self.agents.iter().filter(|(_, s)| !s.kept.is_empty()).map(|(id, _)| *id).collect();
        for agent in keepers {
            self.resettle(agent);
        }
    }

    /// Keeps the lists of free agents of queues and teams true, and has the agent looked at in this call's matching.
    pub(super) fn refresh(&mut self, agent: UserId) {
        self.dirty_agents.insert(agent);
        let rooms = self.agents.get(&agent).map_or(0, AgentSlot::rooms);
        self.list(agent, rooms);
    }

    /// Takes an agent from the lists of the free.
    pub(super) fn unlist(&mut self, agent: UserId) {
        self.list(agent, 0);
    }

    /// Puts an agent into just these lists of the free.
    fn list(&mut self, agent: UserId, rooms: u8) {
        let Some(slot) = self.agents.get_mut(&agent) else { return };
        let before = std::mem::replace(&mut slot.listed, rooms);
        if before == rooms {
            return;
        }
        for (queue, able) in &slot.queues {
            let Some(q) = self.queues.get_mut(queue) else { continue };
            for (n, free) in q.free.iter_mut().enumerate() {
                match (before >> n & 1, rooms >> n & 1) {
                    (0, 1) => drop(free.insert(agent, *able)),
                    (1, 0) => drop(free.remove(&agent)),
                    _ => {}
                }
            }
        }
        for team in slot.agent.teams.iter().filter(|_| (before == 0) != (rooms == 0)) {
            let Some(t) = self.teams.get_mut(team) else { continue };
            if rooms == 0 {
                t.free.remove(&agent);
            } else {
                t.free.insert(agent);
            }
        }
    }

    /// Enters an agent, who is not listed as free, with their teams.
    pub(super) fn join_teams(&mut self, agent: UserId) {
        for team in &self.agents[&agent].agent.teams {
            self.teams.entry(*team).or_default().members.insert(agent);
        }
    }

    /// Takes an agent, who is not listed as free, out of their teams; a team without members and work is forgotten.
    pub(super) fn leave_teams(&mut self, agent: UserId, teams: &[TeamId]) {
        for id in teams {
            let Some(team) = self.teams.get_mut(id) else { continue };
            team.members.remove(&agent);
            if team.members.is_empty() && team.buckets.is_empty() {
                self.teams.remove(id);
            }
        }
    }

    /// Is anybody of the team at work who may see the item?
    pub(super) fn team_present(&self, team: TeamId, item: &WorkItem) -> bool {
        let here = |id: &UserId| {
            let slot = &self.agents[id];
            slot.state != AgentState::Offline && self.reaches_item(&slot.agent, item)
        };
        self.teams.get(&team).is_some_and(|t| t.members.iter().any(here))
    }

    /// For which team the item is kept, if that (still) stands: the time is not over and somebody of it is there.
    pub(super) fn team_keeping(&self, item: WorkItemId) -> Option<TeamHold> {
        let item = &self.items[&item].item;
        item.team.filter(|t| self.now < t.until && self.team_present(t.team, item))
    }

    /// Looks again at what is kept for these teams: it waits for anybody once nobody of them is there.
    pub(super) fn resettle_teams(&mut self, teams: &[TeamId]) {
        for team in teams {
            let Some(slot) = self.teams.get(team) else { continue };
            let kept: Vec<WorkItemId> = slot.buckets.iter().flat_map(|b| &b.ranks).map(|r| r.item).collect();
            for item in kept {
                if self.team_keeping(item).is_none() {
                    self.unpark(item);
                    self.park(item);
                }
            }
            if self.teams.get(team).is_some_and(|t| t.members.is_empty() && t.buckets.is_empty()) {
                self.teams.remove(team);
            }
        }
    }

    /// Is the item kept for a team of this agent, on its shelf or as it rings?
    pub(super) fn through_team(&self, agent: &Agent, item: WorkItemId) -> bool {
        let slot = &self.items[&item];
        match slot.shelf {
            Shelf::Team(team) => agent.teams.contains(&team),
            Shelf::None => slot.item.team.is_some_and(|t| agent.teams.contains(&t.team)),
            _ => false,
        }
    }
}
