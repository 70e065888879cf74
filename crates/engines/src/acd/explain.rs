//! Why an item is where it is, for people: now, by [`Acd::explain`], and later, by the [`Decision`] that the shell
//! stores.

use super::engine::{AgentSlot, ItemSlot, Shelf};
use super::matching::Ranking;
use super::{Acd, Agent, Considered, Crew, Decision, Explanation, ItemStatus, Queue, Reason, Verdict};
use kernel::{UserId, WorkItemId};

/// Most agents listed in one explanation.
pub const EXPLAINED_MAX: usize = 500;
/// Most agents told of in one decision.
pub const CONSIDERED_MAX: usize = 16;
/// Most agents looked at for naming some who could not have it.
const LOOKED_AT_MAX: usize = 48;

/// May the agent serve the queue by one of its own crews but for the skills?
fn within(agent: &Agent, queue: &Queue) -> bool {
    let crew = |c: &Crew| match c {
        Crew::Members => agent.queues.contains(queue.id),
        Crew::Seats => agent.seats.contains(&queue.id),
        Crew::Teams { teams } => teams.iter().any(|t| agent.teams.contains(t)),
        Crew::Queue { .. } => false,
    };
    if queue.stages.is_empty() { crew(&Crew::Members) } else { queue.stages.iter().any(|s| crew(&s.crew)) }
}

impl Acd {
    /// Where an item stands, why, and how every agent stands to it; `None` once closed. Looks at every agent: for a
    /// person's question, not for every step.
    pub fn explain(&self, item: WorkItemId) -> Option<Explanation> {
        let slot = self.items.get(&item)?;
        let consider = |(id, agent): (&UserId, &AgentSlot)| Considered {
            agent: *id,
            verdict: self.verdict(agent, slot),
            figures: None,
        };
        Some(Explanation {
            item,
            queue: slot.item.queue,
            status: slot.status,
            standing: self.standing(&self.queues[&slot.item.queue].queue, &slot.item),
            place: self.position(item),
            decision: slot.decision.clone(),
            considered: self.agents.iter().take(EXPLAINED_MAX).map(consider).collect(),
        })
    }

    /// A decision in which nobody else was considered.
    pub(super) fn plain_decision(&self, item: WorkItemId, agent: UserId, why: Vec<Reason>) -> Decision {
        let row = &self.items[&item].item;
        Decision {
            at: self.now,
            agent,
            why,
            runner_up: None,
            standing: self.standing(&self.queues[&row.queue].queue, row),
            candidates: 1,
            able: 0,
            considered: vec![],
        }
    }

    /// A decision with the others who were considered, and some of those who were not.
    pub(super) fn explained(
        &self,
        item: WorkItemId,
        agent: UserId,
        why: Vec<Reason>,
        ranking: &Ranking,
    ) -> Decision {
        let slot = &self.items[&item];
        let able = match slot.shelf {
            Shelf::Team(team) => self.teams.get(&team).map(|t| &t.members),
            _ => self.queues.get(&slot.item.queue).map(|q| &q.able),
        };
        let mut considered: Vec<Considered> = ranking
            .first
            .iter()
            .map(|m| Considered {
                agent: m.agent,
                verdict: if m.agent == agent { Verdict::Offered } else { Verdict::Eligible },
                figures: Some(self.figures(m)),
            })
            .collect();
        for id in able.into_iter().flatten().take(LOOKED_AT_MAX) {
            if considered.len() >= CONSIDERED_MAX {
                break;
            }
            if !ranking.first.iter().any(|m| m.agent == *id) {
                let verdict = self.verdict(&self.agents[id], slot);
                if verdict != Verdict::Eligible {
                    considered.push(Considered { agent: *id, verdict, figures: None });
                }
            }
        }
        Decision {
            runner_up: ranking.first.get(1).map(|m| m.agent),
            candidates: ranking.count,
            able: able.map_or(0, |a| u32::try_from(a.len()).unwrap_or(u32::MAX)),
            considered,
            ..self.plain_decision(item, agent, why)
        }
    }

    fn verdict(&self, agent: &AgentSlot, slot: &ItemSlot) -> Verdict {
        let (id, item) = (agent.agent.id, &slot.item);
        let queue = &self.queues[&item.queue].queue;
        match slot.status {
            ItemStatus::Offered { agent, .. } if agent == id => return Verdict::Offered,
            ItemStatus::Held { agent } if agent == id => return Verdict::Holds,
            _ => {}
        }
        if !Acd::sees(&agent.agent, queue, item.line) {
            return match item.line {
                Some(line) if line != queue.line && agent.agent.reaches(queue.tenant, queue.line) => {
                    Verdict::OtherLine { line }
                }
                _ => Verdict::OutOfReach,
            };
        }
        let passed = match (slot.shelf, item.preferred, item.team) {
            (Shelf::Agent(kept), Some(p), _) if kept != id => {
                return Verdict::KeptForOther { agent: kept, until: p.until };
            }
            (Shelf::Agent(_), Some(p), _) => p.by_name,
            (Shelf::Team(team), _, Some(t)) if !agent.agent.teams.contains(&team) => {
                return Verdict::KeptForTeam { team, until: t.until };
            }
            (Shelf::Team(_), ..) => true,
            _ => false,
        };
        if !passed && let Some(verdict) = self.unable(agent, slot, queue) {
            return verdict;
        }
        self.readiness(agent, slot)
    }

    /// Why an agent may not serve the item's queue, or not yet.
    fn unable(&self, agent: &AgentSlot, slot: &ItemSlot, queue: &Queue) -> Option<Verdict> {
        let who = &agent.agent;
        let lacks = |need: Option<super::SkillNeed>| {
            need.map(|n| Verdict::LacksSkill {
                skill: n.skill,
                level_min: n.level_min,
                level: who.level(n.skill),
            })
        };
        match agent.able(queue.id) {
            None if !who.reaches(queue.tenant, queue.line) => Some(Verdict::QueueOutOfReach),
            None if !who.seats.is_empty() && !who.seats.contains(&queue.id) => Some(Verdict::SeatElsewhere),
            None if self.able(who, queue, false).is_some() => Some(Verdict::QueueClosed),
            None if !within(who, queue) => Some(Verdict::NotInQueue),
            None => lacks(who.lacks(&queue.skills)).or(Some(Verdict::NotInQueue)),
            Some(_) if who.lacks(&slot.item.skills).is_some() => lacks(who.lacks(&slot.item.skills)),
            // The last agent is not asked by which stage they serve the queue.
            Some(able) if slot.shelf == Shelf::Queue && able.stage > slot.stage => {
                let after_ms = queue.stages.get(usize::from(able.stage)).map_or(0, |s| s.after_ms);
                Some(Verdict::HelpsLater { after_ms })
            }
            Some(_) => None,
        }
    }

    fn readiness(&self, agent: &AgentSlot, slot: &ItemSlot) -> Verdict {
        if !agent.connected {
            return Verdict::NotConnected;
        }
        if !agent.state.is_ready() {
            return Verdict::NotReady { state: agent.state.clone() };
        }
        if let Some(until) = agent.rests.get(&slot.item.id) {
            return Verdict::CoolingDown { until: *until };
        }
        let weight = agent.weight(slot.item.class, slot.item.weight);
        if !agent.has_room(weight) {
            return Verdict::Full { load: agent.load, units: agent.agent.capacity.units, weight };
        }
        Verdict::Eligible
    }
}
