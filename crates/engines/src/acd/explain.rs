//! Why an item is where it is, for people.

use super::engine::{AgentSlot, ItemSlot};
use super::{Acd, Considered, Explanation, ItemStatus, Verdict};
use kernel::WorkItemId;

/// Most agents listed in one explanation.
pub const EXPLAINED_MAX: usize = 500;

impl Acd {
    /// Where an item stands, why, and how every agent stands to it; `None` once closed. Looks at every agent: for a
    /// person's question, not for every step.
    pub fn explain(&self, item: WorkItemId) -> Option<Explanation> {
        let slot = self.items.get(&item)?;
        Some(Explanation {
            item,
            queue: slot.item.queue,
            status: slot.status,
            priority: -slot.rank.priority_neg,
            place: self.position(item),
            decision: slot.decision.clone(),
            considered: self
                .agents
                .iter()
                .take(EXPLAINED_MAX)
                .map(|(id, agent)| Considered { agent: *id, verdict: self.verdict(agent, slot) })
                .collect(),
        })
    }

    fn verdict(&self, agent: &AgentSlot, slot: &ItemSlot) -> Verdict {
        let (id, item) = (agent.agent.id, &slot.item);
        let queue = &self.queues[&item.queue].queue;
        match slot.status {
            ItemStatus::Offered { agent, .. } if agent == id => return Verdict::Offered,
            ItemStatus::Held { agent } if agent == id => return Verdict::Holds,
            _ => {}
        }
        if !agent.agent.reaches(queue.tenant, queue.line) {
            return Verdict::OutOfReach;
        }
        let kept = item.preferred.filter(|_| slot.status == ItemStatus::Waiting);
        match kept {
            Some(p) if p.agent != id => return Verdict::KeptForOther { agent: p.agent, until: p.until },
            Some(p) if p.by_name => {}
            _ => {
                if !agent.agent.queues.contains(queue.id) {
                    return Verdict::NotInQueue;
                }
                let lacks = agent.agent.lacks(&queue.skills).or_else(|| agent.agent.lacks(&item.skills));
                if let Some(need) = lacks {
                    let level = agent.agent.level(need.skill);
                    return Verdict::LacksSkill { skill: need.skill, level_min: need.level_min, level };
                }
            }
        }
        self.readiness(agent, slot)
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
