//! Which agent gets which item.

use super::order::Rank;
use super::timers::Timer;
use super::{
    Acd, Agent, AgentState, AssignedBy, Command, Decision, ItemStatus, Preferred, Reason, SkillFit, WorkItem,
};
use kernel::{ReservationId, UserId, WorkItemId};

/// How good an agent is for an item; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Merit {
    /// By the queue's [`SkillFit`]: minus the levels, or the levels.
    fit: i64,
    idle_since: i64,
    /// Load in millionths of the units.
    load_share: u64,
    agent: UserId,
}

/// Millionths, for comparing loads of agents with different units.
const SHARE: u64 = 1_000_000;

impl Acd {
    /// May this agent ever have this item: reach, and unless passed on by name, membership and skills?
    pub(super) fn may_have(&self, agent: &Agent, item: &WorkItem, by_name: bool) -> bool {
        let queue = &self.queues[&item.queue].queue;
        agent.reaches(queue.tenant, queue.line)
            && (by_name
                || agent.queues.contains(queue.id)
                    && agent.lacks(&queue.skills).is_none()
                    && agent.lacks(&item.skills).is_none())
    }

    /// Whom the item is kept for, if that (still) stands: the time is not over, the agent is at work, may have the
    /// item and did not just miss it.
    pub(super) fn keeping(&self, item: WorkItemId) -> Option<Preferred> {
        let item = &self.items[&item].item;
        let kept = item.preferred.filter(|p| self.now < p.until)?;
        let slot = self.agents.get(&kept.agent)?;
        let at_work = match slot.state {
            AgentState::Ready | AgentState::WrapUp => true,
            AgentState::Offline => false,
            _ => kept.by_name,
        };
        let weight = slot.weight(item.class, item.weight);
        let stands = at_work
            && weight > 0
            && weight <= slot.agent.capacity.units
            && !slot.rests.contains_key(&item.id)
            && self.may_have(&slot.agent, item, kept.by_name);
        stands.then_some(kept)
    }

    /// The first waiting item that this agent may have now.
    fn first_item_for(&self, agent: UserId) -> Option<Rank> {
        let slot = self.agents.get(&agent).filter(|s| s.is_free())?;
        let room = |id: &WorkItemId| {
            let item = &self.items[id].item;
            slot.has_room(slot.weight(item.class, item.weight))
        };
        let kept = slot.kept.iter().find(|r| room(&r.item));
        let queues = slot.queues.iter().filter_map(|(q, _)| self.queues.get(q));
        let open = queues
            .flat_map(|q| &q.buckets)
            .filter(|b| {
                slot.has_room(slot.weight(b.class, b.weight)) && slot.agent.lacks(&b.skills).is_none()
            })
            .filter_map(|b| b.ranks.iter().find(|r| !slot.rests.contains_key(&r.item)));
        kept.into_iter().chain(open).min().copied()
    }

    /// The best agent for a waiting item, why, and who came next.
    fn best_agent_for(&self, item: WorkItemId) -> Option<Decision> {
        let item = &self.items[&item].item;
        if let Some(kept) = item.preferred {
            let slot = self.agents.get(&kept.agent)?;
            let takes = slot.is_free() && slot.has_room(slot.weight(item.class, item.weight));
            let why = if kept.by_name { Reason::PassedByName } else { Reason::LastAgent };
            return takes.then(|| Decision {
                at: self.now,
                agent: kept.agent,
                why: vec![why],
                runner_up: None,
            });
        }
        let queue = &self.queues[&item.queue];
        let (mut best, mut second, mut count) = (None::<Merit>, None::<Merit>, 0);
        for (id, queue_levels) in &queue.free {
            let slot = &self.agents[id];
            if !slot.has_room(slot.weight(item.class, item.weight))
                || slot.rests.contains_key(&item.id)
                || slot.agent.lacks(&item.skills).is_some()
            {
                continue;
            }
            count += 1;
            let own: u32 = item.skills.iter().map(|n| u32::from(slot.agent.level(n.skill))).sum();
            let levels = i64::from(queue_levels + own);
            let merit = Merit {
                fit: if queue.queue.fit == SkillFit::Best { -levels } else { levels },
                idle_since: slot.idle_since,
                load_share: u64::from(slot.load) * SHARE / u64::from(slot.agent.capacity.units.max(1)),
                agent: *id,
            };
            if best.is_none_or(|b| merit < b) {
                second = best.replace(merit);
            } else if second.is_none_or(|s| merit < s) {
                second = Some(merit);
            }
        }
        let best = best?;
        let why = self.reasons(best, second, count);
        Some(Decision { at: self.now, agent: best.agent, why, runner_up: second.map(|s| s.agent) })
    }

    /// What set the best apart from the next.
    fn reasons(&self, best: Merit, second: Option<Merit>, count: u32) -> Vec<Reason> {
        let mut why = vec![];
        if let Some(second) = second {
            let slot = &self.agents[&best.agent];
            let levels = u32::try_from(best.fit.abs()).unwrap_or(u32::MAX);
            why.push(if best.fit != second.fit {
                Reason::SkillFit { levels }
            } else if best.idle_since != second.idle_since {
                Reason::LongestIdle { idle_ms: self.now - best.idle_since }
            } else if best.load_share != second.load_share {
                Reason::LeastLoad { load: slot.load, units: slot.agent.capacity.units }
            } else {
                Reason::LowerId
            });
        }
        why.push(Reason::Candidates { count });
        why
    }

    /// Offers until no waiting item is left that some agent may have.
    ///
    /// Before the call there was none, so a new pair has a member among what this call touched; those alone are
    /// looked at, always the first in order of all. Each round ends an item's wait or drops it from what was touched.
    pub(super) fn match_all(&mut self) {
        loop {
            let mut first: Option<Rank> = None;
            let mut served = vec![];
            for agent in &self.dirty_agents {
                match self.first_item_for(*agent) {
                    Some(rank) => first = Some(first.map_or(rank, |f| f.min(rank))),
                    None => served.push(*agent),
                }
            }
            for agent in served {
                self.dirty_agents.remove(&agent);
            }
            let item = match (self.dirty_items.first().copied(), first) {
                (Some(d), f) if f.is_none_or(|f| d <= f) => {
                    self.dirty_items.remove(&d);
                    d.item
                }
                (_, Some(f)) => f.item,
                (_, None) => break,
            };
            if let Some(decision) = self.best_agent_for(item) {
                self.give(item, decision);
            }
        }
    }

    /// Offers or assigns a waiting item.
    fn give(&mut self, item: WorkItemId, decision: Decision) {
        self.unpark(item);
        let agent = decision.agent;
        let row = &self.items[&item].item;
        let weight = self.agents[&agent].weight(row.class, row.weight);
        let queue = &self.queues[&row.queue].queue;
        let (auto, expires_at) = (queue.auto_accept, self.now.saturating_add(queue.offer_ms));
        self.charge(agent, item, weight);
        if auto {
            self.leave_order(item);
            self.hold(item, agent, None, None, AssignedBy::Auto, decision);
            return;
        }
        let reservation = ReservationId(self.next_reservation);
        self.next_reservation += 1;
        self.reservations.insert(reservation, item);
        self.timers.insert((expires_at, Timer::Offer(reservation)));
        let epoch = self.next_epoch(item);
        let why = decision.why.clone();
        let slot = self.slot(item);
        slot.status = ItemStatus::Offered { reservation, agent, expires_at };
        slot.decision = Some(decision);
        self.out.push(Command::Offer { reservation, item, epoch, agent, expires_at, charged: weight, why });
    }
}
