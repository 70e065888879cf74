//! Which agent gets which item.

use super::engine::{Able, AgentSlot, Bucket, Shelf, room};
use super::order::Rank;
use super::timers::Timer;
use super::{
    Acd, AgentState, AssignedBy, Command, Decision, Figures, ItemStatus, Preferred, Reason, SkillFit,
    WorkItem,
};
use kernel::{QueueId, ReservationId, TeamId, UserId, WorkItemId};
use std::collections::BTreeSet;

/// How good an agent is for an item; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Merit {
    stage: u8,
    /// By the queue's [`SkillFit`]: minus the levels, or the levels.
    fit: i64,
    idle_since: i64,
    /// Load in millionths of the units.
    load_share: u64,
    pub agent: UserId,
}

/// Millionths, for comparing loads of agents with different units.
const SHARE: u64 = 1_000_000;

/// The best of those who could have an item, best first.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    pub first: Vec<Merit>,
    pub count: u32,
}

impl Ranking {
    /// So many are told of.
    pub const KEPT: usize = 8;

    fn add(&mut self, merit: Merit) {
        self.count += 1;
        if self.first.len() == Self::KEPT && self.first.last().is_some_and(|worst| *worst < merit) {
            return;
        }
        let at = self.first.partition_point(|m| *m < merit);
        self.first.insert(at, merit);
        self.first.truncate(Self::KEPT);
    }
}

/// Up to one touched agent of so many, but at least and at most these many, the first item of each is looked for; with
/// more, each bucket is looked at once.
const FEW_OF: usize = 256;
const FEW: std::ops::RangeInclusive<usize> = 3..=16;

/// Where an item that may go next was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// It was touched itself, or is kept for an agent who was.
    Item,
    /// First of a bucket of its queue.
    Queue(QueueId, u64),
    /// First of a bucket of a team.
    Team(TeamId, u64),
}

impl Acd {
    /// Whom the item is kept for, if that (still) stands: the time is not over, the agent is at work, may have the
    /// item and did not just miss it. Who is to reach a person at once is kept for nobody, unless by name.
    pub(super) fn keeping(&self, item: WorkItemId) -> Option<Preferred> {
        let item = &self.items[&item].item;
        let kept = item.preferred.filter(|p| self.now < p.until && (p.by_name || !item.straight))?;
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
            && self.may_have(&slot.agent, item, kept.by_name, true);
        stands.then_some(kept)
    }

    /// Adds the buckets of which a touched agent could take the first, and what is kept for them.
    fn look_for(&self, agent: UserId, next: &mut BTreeSet<(Rank, Source)>) {
        let Some(slot) = self.agents.get(&agent).filter(|s| s.is_free()) else { return };
        let fits = |b: &Bucket| slot.has_room(slot.weight(b.class, b.weight));
        next.extend(slot.kept.iter().map(|r| (*r, Source::Item)));
        for (id, able) in &slot.queues {
            let Some(queue) = self.queues.get(id) else { continue };
            for b in queue.buckets.iter().filter(|b| b.stage >= able.stage) {
                let sees = Acd::sees_too(&slot.agent, &queue.queue, b.line);
                if sees && fits(b) && slot.agent.lacks(&b.skills).is_none() {
                    next.extend(b.ranks.first().map(|r| (*r, Source::Queue(*id, b.id))));
                }
            }
        }
        for id in &slot.agent.teams {
            for b in self.teams.get(id).map_or(&[][..], |t| &t.buckets) {
                let queue = &self.queues[&b.queue].queue;
                if fits(b) && Acd::sees(&slot.agent, queue, b.line) {
                    next.extend(b.ranks.first().map(|r| (*r, Source::Team(*id, b.id))));
                }
            }
        }
    }

    /// What comes after `rank` where it was found.
    fn following(&self, rank: Rank, source: Source) -> Option<Rank> {
        let buckets = match source {
            Source::Item => return None,
            Source::Queue(queue, _) => &self.queues.get(&queue)?.buckets,
            Source::Team(team, _) => &self.teams.get(&team)?.buckets,
        };
        let (Source::Queue(_, id) | Source::Team(_, id)) = source else { return None };
        let bucket = buckets.iter().find(|b| b.id == id)?;
        let after = (std::ops::Bound::Excluded(rank), std::ops::Bound::Unbounded);
        bucket.ranks.range(after).next().copied()
    }

    /// Everybody who could have a waiting item now.
    fn rank_agents(&self, item: &WorkItem, shelf: Shelf) -> Ranking {
        let queue = &self.queues[&item.queue];
        let mut ranking = Ranking::default();
        let takes = |slot: &AgentSlot| {
            slot.has_room(slot.weight(item.class, item.weight)) && !slot.rests.contains_key(&item.id)
        };
        if let Shelf::Team(team) = shelf {
            for id in self.teams.get(&team).into_iter().flat_map(|t| &t.free) {
                let slot = &self.agents[id];
                if takes(slot) && Acd::sees(&slot.agent, &queue.queue, item.line) {
                    let levels =
                        queue.queue.skills.iter().map(|n| u32::from(slot.agent.level(n.skill))).sum();
                    ranking.add(Self::merit(slot, item, queue.queue.fit, Able { stage: 0, levels }));
                }
            }
            return ranking;
        }
        let stage = self.items[&item.id].stage;
        for (id, able) in &queue.free[room(item.class, item.weight)] {
            let slot = &self.agents[id];
            let sees = Acd::sees_too(&slot.agent, &queue.queue, item.line);
            if able.stage <= stage && sees && takes(slot) && slot.agent.lacks(&item.skills).is_none() {
                ranking.add(Self::merit(slot, item, queue.queue.fit, *able));
            }
        }
        ranking
    }

    fn merit(slot: &AgentSlot, item: &WorkItem, fit: SkillFit, able: Able) -> Merit {
        let own: u32 = item.skills.iter().map(|n| u32::from(slot.agent.level(n.skill))).sum();
        let levels = i64::from(able.levels + own);
        Merit {
            stage: able.stage,
            fit: if fit == SkillFit::Best { -levels } else { levels },
            idle_since: slot.idle_since,
            load_share: u64::from(slot.load) * SHARE / u64::from(slot.agent.capacity.units.max(1)),
            agent: slot.agent.id,
        }
    }

    /// What an agent was compared by, for people.
    pub(super) fn figures(&self, merit: &Merit) -> Figures {
        let slot = &self.agents[&merit.agent];
        Figures {
            stage: merit.stage,
            levels: u32::try_from(merit.fit.abs()).unwrap_or(u32::MAX),
            idle_ms: self.now.saturating_sub(merit.idle_since),
            load: slot.load,
            units: slot.agent.capacity.units,
        }
    }

    /// The best agent for a waiting item and why.
    fn best_agent_for(&self, id: WorkItemId) -> Option<Decision> {
        let slot = &self.items[&id];
        let item = &slot.item;
        if let (Shelf::Agent(agent), Some(kept)) = (slot.shelf, item.preferred) {
            let free = self.agents.get(&agent).filter(|s| s.is_free())?;
            let why = if kept.by_name { Reason::PassedByName } else { Reason::LastAgent };
            let takes = free.has_room(free.weight(item.class, item.weight));
            return takes.then(|| self.plain_decision(id, agent, vec![why]));
        }
        let ranking = self.rank_agents(item, slot.shelf);
        let best = ranking.first.first()?;
        let mut why = self.reasons(&ranking);
        if matches!(slot.shelf, Shelf::Team(_)) {
            why.insert(0, Reason::PassedToTeam);
        }
        Some(self.explained(id, best.agent, why, &ranking))
    }

    /// What set the best apart from the next.
    fn reasons(&self, ranking: &Ranking) -> Vec<Reason> {
        let mut why = vec![];
        if let [best, second, ..] = ranking.first[..] {
            let figures = self.figures(&best);
            why.push(if best.stage != second.stage {
                Reason::OwnCrew
            } else if best.fit != second.fit {
                Reason::SkillFit { levels: figures.levels }
            } else if best.idle_since != second.idle_since {
                Reason::LongestIdle { idle_ms: figures.idle_ms }
            } else if best.load_share != second.load_share {
                Reason::LeastLoad { load: figures.load, units: figures.units }
            } else {
                Reason::LowerId
            });
        }
        why.push(Reason::Candidates { count: ranking.count });
        why
    }

    /// May one of these agents have the first of this bucket? Those who can take nothing more leave the list.
    fn one_takes(&self, touched: &mut Vec<UserId>, rank: Rank, source: Source) -> bool {
        touched.retain(|id| self.agents.get(id).is_some_and(AgentSlot::is_free));
        let Some(item) = self.items.get(&rank.item) else { return false };
        let (row, stage) = (&item.item, item.stage);
        let queue = &self.queues[&row.queue].queue;
        touched.iter().any(|id| {
            let slot = &self.agents[id];
            let may = match source {
                Source::Item => true,
                Source::Queue(id, _) => {
                    slot.able(id).is_some_and(|a| a.stage <= stage)
                        && Acd::sees_too(&slot.agent, queue, row.line)
                        && slot.agent.lacks(&row.skills).is_none()
                }
                Source::Team(team, _) => {
                    slot.agent.teams.contains(&team) && Acd::sees(&slot.agent, queue, row.line)
                }
            };
            may && slot.has_room(slot.weight(row.class, row.weight))
        })
    }

    /// The first waiting item that this agent may have now.
    fn first_item_for(&self, agent: UserId) -> Option<Rank> {
        let slot = self.agents.get(&agent).filter(|s| s.is_free())?;
        let room = |r: &&Rank| {
            let item = &self.items[&r.item].item;
            slot.has_room(slot.weight(item.class, item.weight))
        };
        let mut first = slot.kept.iter().find(room).copied();
        let mut see = |b: &Bucket, may: &dyn Fn() -> bool| {
            let Some(head) = b.ranks.first() else { return };
            if first.is_some_and(|f| f < *head) || !slot.has_room(slot.weight(b.class, b.weight)) || !may() {
                return;
            }
            let rested = |r: &&Rank| slot.rests.is_empty() || !slot.rests.contains_key(&r.item);
            if let Some(rank) = b.ranks.iter().find(rested) {
                first = Some(first.map_or(*rank, |f| f.min(*rank)));
            }
        };
        for (id, able) in &slot.queues {
            let Some(queue) = self.queues.get(id) else { continue };
            for b in &queue.buckets {
                see(b, &|| {
                    b.stage >= able.stage
                        && Acd::sees_too(&slot.agent, &queue.queue, b.line)
                        && slot.agent.lacks(&b.skills).is_none()
                });
            }
        }
        for id in &slot.agent.teams {
            for b in self.teams.get(id).map_or(&[][..], |t| &t.buckets) {
                let queue = &self.queues[&b.queue].queue;
                see(b, &|| Acd::sees(&slot.agent, queue, b.line));
            }
        }
        first
    }

    /// Offers until no waiting item is left that some agent may have.
    ///
    /// Before the call there was none, so a new pair has a member among what this call touched: an item, or an agent.
    /// Of these the first in order of all goes first.
    pub(super) fn match_all(&mut self) {
        let few = (self.agents.len() / FEW_OF).clamp(*FEW.start(), *FEW.end());
        if self.dirty_agents.len() <= few { self.match_few() } else { self.match_many() }
    }

    /// As nearly every call: the first item of each touched agent is kept in mind, and found anew when it or the
    /// agent's room is gone.
    fn match_few(&mut self) {
        let agents = std::mem::take(&mut self.dirty_agents);
        let mut firsts: Vec<(UserId, Option<Rank>)> =
            agents.into_iter().map(|agent| (agent, self.first_item_for(agent))).collect();
        loop {
            let by_agent = firsts.iter().filter_map(|(_, rank)| *rank).min();
            let by_item = self.dirty_items.first().copied();
            let Some(rank) = by_agent.into_iter().chain(by_item).min() else { break };
            self.dirty_items.remove(&rank);
            let taker = self.best_agent_for(rank.item).map(|decision| {
                let agent = decision.agent;
                self.give(rank.item, decision);
                agent
            });
            for (agent, first) in &mut firsts {
                if *first == Some(rank) || (first.is_some() && taker == Some(*agent)) {
                    *first = taker.and_then(|_| self.first_item_for(*agent));
                }
            }
        }
        self.dirty_agents.clear();
    }

    /// After a change that touches many agents, all the buckets they could take from. Those of a bucket ask the same
    /// of an agent, so once its first finds nobody nor do the others, unless agents rest from it.
    fn match_many(&mut self) {
        let mut next: BTreeSet<(Rank, Source)> =
            std::mem::take(&mut self.dirty_items).into_iter().map(|r| (r, Source::Item)).collect();
        let mut touched: Vec<UserId> = std::mem::take(&mut self.dirty_agents).into_iter().collect();
        for agent in &touched {
            self.look_for(*agent, &mut next);
        }
        while let Some((rank, source)) = next.pop_first() {
            let Some(slot) = self.items.get(&rank.item) else { continue };
            let waits = slot.status == ItemStatus::Waiting;
            if waits && source != Source::Item && !self.one_takes(&mut touched, rank, source) {
                continue;
            }
            let decision = if waits { self.best_agent_for(rank.item) } else { None };
            let rests = waits && !slot.rested.is_empty();
            let after = self.following(rank, source);
            match decision {
                Some(decision) => self.give(rank.item, decision),
                None if waits && !rests => continue,
                None => {}
            }
            next.extend(after.map(|r| (r, source)));
        }
        self.dirty_agents.clear();
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
