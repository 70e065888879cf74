//! The engine's state, its indexes and its one entrance.

use super::order::{Rank, RankList};
use super::timers::Timer;
use super::{
    AGING_MS_MAX, Agent, AgentRow, AgentState, CapacityClass, Command, CoolDown, Decision, Event, ItemRow,
    ItemStatus, Queue, Rejection, Settings, SkillNeed, Snapshot, Standing, WorkItem,
};
use kernel::{LineId, Millis, QueueId, ReservationId, TeamId, UserId, WorkItemId};
use std::collections::{BTreeMap, BTreeSet};

/// The routing engine. See the head of the module.
pub struct Acd {
    pub(super) settings: Settings,
    pub(super) now: Millis,
    pub(super) next_reservation: i64,
    pub(super) queues: BTreeMap<QueueId, QueueSlot>,
    pub(super) agents: BTreeMap<UserId, AgentSlot>,
    pub(super) teams: BTreeMap<TeamId, TeamSlot>,
    pub(super) items: BTreeMap<WorkItemId, ItemSlot>,
    pub(super) reservations: BTreeMap<ReservationId, WorkItemId>,
    pub(super) timers: BTreeSet<(Millis, Timer)>,
    pub(super) told_due: Option<Millis>,
    /// Waiting items that some agent may have since this call.
    pub(super) dirty_items: BTreeSet<Rank>,
    /// Agents who may have some waiting item since this call.
    pub(super) dirty_agents: BTreeSet<UserId>,
    pub(super) moved_queues: BTreeSet<QueueId>,
    pub(super) next_bucket: u64,
    pub(super) out: Vec<Command>,
}

/// A queue with its members.
pub(super) struct QueueSlot {
    pub queue: Queue,
    /// What waits and what rings.
    pub order: RankList,
    /// What waits and is kept for nobody, by what it asks of an agent.
    pub buckets: Vec<Bucket>,
    /// Agents who may serve it, at once or later.
    pub able: BTreeSet<UserId>,
    /// Those of them who are ready, connected and have room, by [`room`]: a floor is full of agents with a little
    /// room left, and who has none for a class is not to be looked at for it.
    pub free: [BTreeMap<UserId, Able>; ROOMS],
    /// How many are held.
    pub held: usize,
}

/// One list of free agents for each class, and one of all with any room, for items that say their own weight.
pub(super) const ROOMS: usize = CLASSES.len() + 1;
const CLASSES: [CapacityClass; 5] = [
    CapacityClass::Chat,
    CapacityClass::Mail,
    CapacityClass::Voice,
    CapacityClass::Ticket,
    CapacityClass::Task,
];

/// In which list of free agents to look for an item of this class.
pub(super) fn room(class: CapacityClass, weight: Option<u16>) -> usize {
    match weight {
        Some(_) => CLASSES.len(),
        None => CLASSES.iter().position(|c| *c == class).unwrap_or(CLASSES.len()),
    }
}

/// How an agent may serve a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Able {
    /// The first stage whose crew they are in.
    pub stage: u8,
    /// The sum of their levels in the needs that count there.
    pub levels: u32,
}

/// A team with what is kept for it.
#[derive(Default)]
pub(super) struct TeamSlot {
    /// Its known agents.
    pub members: BTreeSet<UserId>,
    /// Those of them who are ready, connected and not full.
    pub free: BTreeSet<UserId>,
    /// What waits and is kept for it.
    pub buckets: Vec<Bucket>,
}

/// Waiting items that ask the same of an agent, in order.
pub(super) struct Bucket {
    /// Never used twice.
    pub id: u64,
    pub queue: QueueId,
    /// Whose line they are of.
    pub line: Option<LineId>,
    /// How many of the queue's stages after the first are open to them.
    pub stage: u8,
    pub skills: Vec<SkillNeed>,
    pub class: CapacityClass,
    pub weight: Option<u16>,
    pub ranks: BTreeSet<Rank>,
}

impl Bucket {
    fn takes(&self, slot: &ItemSlot) -> bool {
        let item = &slot.item;
        self.queue == item.queue
            && self.line == item.line
            && self.stage == slot.stage
            && self.class == item.class
            && self.weight == item.weight
            && self.skills == item.skills
    }

    fn of(id: u64, slot: &ItemSlot) -> Bucket {
        Bucket {
            id,
            queue: slot.item.queue,
            line: slot.item.line,
            stage: slot.stage,
            skills: slot.item.skills.clone(),
            class: slot.item.class,
            weight: slot.item.weight,
            ranks: BTreeSet::from([slot.rank]),
        }
    }
}

/// Adds a waiting item to the bucket that asks what it asks.
fn fill(buckets: &mut Vec<Bucket>, next: &mut u64, slot: &ItemSlot) {
    match buckets.iter_mut().find(|b| b.takes(slot)) {
        Some(bucket) => drop(bucket.ranks.insert(slot.rank)),
        None => {
            *next += 1;
            buckets.push(Bucket::of(*next, slot));
        }
    }
}

/// Takes a waiting item out of its bucket, and the bucket away with the last.
fn drain(buckets: &mut Vec<Bucket>, slot: &ItemSlot) {
    if let Some(at) = buckets.iter().position(|b| b.takes(slot)) {
        buckets[at].ranks.remove(&slot.rank);
        if buckets[at].ranks.is_empty() {
            buckets.swap_remove(at);
        }
    }
}

/// Where a waiting item is kept ready for matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Not waiting.
    None,
    /// With the agent it is kept for.
    Agent(UserId),
    /// In a bucket of the team it is kept for.
    Team(TeamId),
    /// In a bucket of its queue.
    Queue,
}

/// An agent with what is theirs.
pub(super) struct AgentSlot {
    pub agent: Agent,
    pub state: AgentState,
    pub connected: bool,
    pub gone_until: Option<Millis>,
    pub wrap_up_until: Option<Millis>,
    pub idle_since: Millis,
    pub missed: u32,
    pub load: u32,
    /// The queues they may serve, by id.
    pub queues: Vec<(QueueId, Able)>,
    /// In which `free` of these queues they are, a bit for each; any bit: in that of their teams.
    pub listed: u8,
    /// What rings at them and what they hold.
    pub items: BTreeSet<WorkItemId>,
    /// What waits and is kept for them.
    pub kept: BTreeSet<Rank>,
    /// Cool-downs.
    pub rests: BTreeMap<WorkItemId, Millis>,
}

impl AgentSlot {
    /// Ready, connected and not full.
    pub fn is_free(&self) -> bool {
        self.connected && self.state.is_ready() && self.load < u32::from(self.agent.capacity.units)
    }

    /// In which lists of free agents they belong, a bit for each.
    pub fn rooms(&self) -> u8 {
        if !self.is_free() {
            return 0;
        }
        let bits = (0..).zip(CLASSES).filter(|(_, class)| self.has_room(self.weight(*class, None)));
        bits.fold(1 << CLASSES.len(), |mask: u8, (bit, _)| mask | 1 << bit)
    }

    /// What an item would take; 0 = such work is not given to them.
    pub fn weight(&self, class: CapacityClass, weight: Option<u16>) -> u16 {
        match self.agent.capacity.weight(class) {
            0 => 0,
            usual => weight.unwrap_or(usual),
        }
    }

    /// How they may serve a queue.
    pub fn able(&self, queue: QueueId) -> Option<Able> {
        let at = self.queues.binary_search_by_key(&queue, |(id, _)| *id).ok()?;
        Some(self.queues[at].1)
    }

    /// Is there room for it?
    pub fn has_room(&self, weight: u16) -> bool {
        weight > 0 && self.load + u32::from(weight) <= u32::from(self.agent.capacity.units)
    }
}

/// An item with where it is.
pub(super) struct ItemSlot {
    pub item: WorkItem,
    pub rank: Rank,
    pub status: ItemStatus,
    /// How many of its queue's stages after the first were open when it was last put on its shelf.
    pub stage: u8,
    /// When the next one opens, if a timer waits for that.
    pub stage_at: Option<Millis>,
    pub shelf: Shelf,
    pub charged: u16,
    pub decision: Option<Decision>,
    /// Agents who rest from it (some may be gone since).
    pub rested: Vec<UserId>,
}

impl Acd {
    /// An empty engine. Reservations are numbered from `first_reservation` on; give a fresh id of the `IdMaker` at
    /// each start: the engine counts one by one and so never catches up with the ids of a later start.
    pub fn new(settings: Settings, first_reservation: i64) -> Acd {
        let aging_ms = settings.aging_ms.clamp(0, AGING_MS_MAX);
        Acd {
            settings: Settings { aging_ms, ..settings },
            now: Millis::MIN,
            next_reservation: first_reservation.max(1),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            teams: BTreeMap::new(),
            items: BTreeMap::new(),
            reservations: BTreeMap::new(),
            timers: BTreeSet::new(),
            told_due: None,
            dirty_items: BTreeSet::new(),
            dirty_agents: BTreeSet::new(),
            moved_queues: BTreeSet::new(),
            next_bucket: 0,
            out: Vec::new(),
        }
    }

    /// Handles what is due by `now`, then the event, then matches. See the head of the module.
    pub fn apply(&mut self, event: Event, now: Millis) -> Vec<Command> {
        self.now = self.now.max(now);
        self.fire_due();
        if let Err(reason) = self.handle(event) {
            self.out.push(Command::Rejected { reason });
        }
        self.match_all();
        for queue in std::mem::take(&mut self.moved_queues) {
            self.out.push(Command::PositionsChanged { queue });
        }
        if let Some(at) = self.next_due()
            && self.told_due.is_none_or(|told| at < told || told <= self.now)
        {
            self.told_due = Some(at);
            self.out.push(Command::WakeAt { at });
        }
        std::mem::take(&mut self.out)
    }

    fn handle(&mut self, event: Event) -> Result<(), Rejection> {
        match event {
            Event::Restore(snapshot) => {
                self.restore(*snapshot);
                Ok(())
            }
            Event::QueueChanged(queue) => self.queue_changed(queue),
            Event::QueueOpened { queue, open } => self.queue_opened(queue, open),
            Event::QueueRemoved(queue) => self.queue_removed(queue),
            Event::AgentSignedIn { agent, state } => self.signed_in(agent, state),
            Event::AgentChanged(agent) => self.agent_changed(agent),
            Event::AgentStateChanged { agent, state } => self.state_changed(agent, state),
            Event::AgentVanished(agent) => self.vanished(agent),
            Event::AgentReturned(agent) => self.returned(agent),
            Event::AgentSignedOut(agent) => self.signed_out(agent),
            Event::AgentForcedOut(agent) => self.forced_out(agent),
            Event::ItemQueued(item) => self.item_queued(item),
            Event::ItemChanged { item, priority, skills } => self.item_changed(item, priority, skills),
            Event::ItemMarked { item, marks } => self.item_marked(item, marks),
            Event::ItemCancelled(item) => self.item_gone(item, false),
            Event::ItemClosed(item) => self.item_gone(item, true),
            Event::ItemTaken { item, agent, over_capacity } => self.item_taken(item, agent, over_capacity),
            Event::ItemTakenOver { item, by } => self.item_taken_over(item, by),
            Event::ItemTransferred { item, to } => self.item_transferred(item, to),
            Event::ReservationAccepted { reservation, agent, epoch } => {
                self.accepted(reservation, agent, epoch)
            }
            Event::ReservationDeclined { reservation, agent, reason } => {
                self.declined(reservation, agent, reason)
            }
            Event::TimerFired => Ok(()),
        }
    }

    /// When the next timer is due: call with [`Event::TimerFired`] then.
    pub fn next_due(&self) -> Option<Millis> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// The item's place in its queue, counted from 1 over what waits and rings; `None` once held or gone.
    pub fn position(&self, item: WorkItemId) -> Option<u32> {
        let slot = self.items.get(&item)?;
        let before = self.queues.get(&slot.item.queue)?.order.before(&slot.rank)?;
        u32::try_from(before + 1).ok()
    }

    /// The first `limit` places of a queue in order: what waits and what rings.
    pub fn positions(&self, queue: QueueId, limit: usize) -> Vec<(WorkItemId, u32)> {
        let Some(slot) = self.queues.get(&queue) else { return vec![] };
        slot.order.iter().take(limit).zip(1..).map(|(rank, place)| (rank.item, place)).collect()
    }

    /// How many wait or ring in a queue.
    pub fn queue_len(&self, queue: QueueId) -> usize {
        self.queues.get(&queue).map_or(0, |q| q.order.len())
    }

    /// An agent as the engine sees them; `None` if not known.
    pub fn agent(&self, agent: UserId) -> Option<AgentRow> {
        self.agents.get(&agent).map(|s| AgentRow {
            agent: s.agent.clone(),
            state: s.state.clone(),
            connected: s.connected,
            gone_until: s.gone_until,
            wrap_up_until: s.wrap_up_until,
            idle_since: s.idle_since,
            missed: s.missed,
            load: s.load,
        })
    }

    /// The state an agent is in; `None` if not known.
    pub fn agent_state(&self, agent: UserId) -> Option<&AgentState> {
        self.agents.get(&agent).map(|s| &s.state)
    }

    /// What rings at an agent and what they hold, by id.
    pub fn agent_items(&self, agent: UserId) -> Vec<WorkItemId> {
        self.agents.get(&agent).map_or_else(Vec::new, |s| s.items.iter().copied().collect())
    }

    /// An item as the engine sees it; `None` once closed.
    pub fn item(&self, item: WorkItemId) -> Option<ItemRow> {
        let s = self.items.get(&item)?;
        Some(ItemRow {
            item: s.item.clone(),
            status: s.status,
            charged: s.charged,
            decision: s.decision.clone(),
        })
    }

    /// The whole of what is known; [`Event::Restore`] of it goes on from here.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            queues: self.queues.values().map(|q| q.queue.clone()).collect(),
            agents: self.agents.keys().filter_map(|id| self.agent(*id)).collect(),
            items: self.items.keys().filter_map(|id| self.item(*id)).collect(),
            cool_downs: self
                .agents
                .iter()
                .flat_map(|(agent, s)| {
                    s.rests.iter().map(|(item, until)| CoolDown { agent: *agent, item: *item, until: *until })
                })
                .collect(),
            next_reservation: self.next_reservation,
        }
    }

    pub(super) fn queue_of(&mut self, queue: QueueId) -> &mut QueueSlot {
        self.queues.get_mut(&queue).expect("invariant: an item's queue is known while the item is")
    }

    pub(super) fn slot(&mut self, item: WorkItemId) -> &mut ItemSlot {
        self.items.get_mut(&item).expect("invariant: indexes name only known items")
    }

    pub(super) fn agent_of(&mut self, agent: UserId) -> &mut AgentSlot {
        self.agents.get_mut(&agent).expect("invariant: offers, holdings and keepings name only known agents")
    }

    /// What an item's place is made of.
    pub(super) fn standing(&self, queue: &Queue, item: &WorkItem) -> Standing {
        let points = self.settings.points;
        let mark = |is: bool, points: i32| if is { i64::from(points) } else { 0 };
        let aging = self.settings.aging_ms;
        Standing {
            queue: i64::from(queue.priority),
            item: i64::from(item.priority),
            client_tier: i64::from(queue.tier) * i64::from(points.client_tier),
            contact_tier: i64::from(item.tier) * i64::from(points.contact_tier),
            repeat: mark(item.repeat, points.repeat),
            straight: mark(item.straight, points.straight),
            waited: if aging > 0 { self.now.saturating_sub(item.enqueued_at).max(0) / aging } else { 0 },
        }
    }

    /// The rank an item has by its present points.
    pub(super) fn rank_of(&self, queue: &Queue, item: &WorkItem) -> Rank {
        let s = self.standing(queue, item);
        let points = s.queue + s.item + s.client_tier + s.contact_tier + s.repeat + s.straight;
        let key = match self.settings.aging_ms {
            0 => -points,
            aging => item.enqueued_at.saturating_sub(points.saturating_mul(aging)),
        };
        Rank { key, enqueued_at: item.enqueued_at, item: item.id }
    }

    /// One more change of hands; the new epoch.
    pub(super) fn next_epoch(&mut self, item: WorkItemId) -> i64 {
        let slot = self.slot(item);
        slot.item.epoch += 1;
        slot.item.epoch
    }

    /// Gives the item its place in its queue's order.
    pub(super) fn enter_order(&mut self, item: WorkItemId) {
        let row = &self.items[&item].item;
        let queue = row.queue;
        let rank = self.rank_of(&self.queues[&queue].queue, row);
        self.slot(item).rank = rank;
        self.queue_of(queue).order.insert(rank);
        self.moved_queues.insert(queue);
    }

    /// Takes the item out of its queue's order.
    pub(super) fn leave_order(&mut self, item: WorkItemId) {
        let slot = self.slot(item);
        let (queue, rank) = (slot.item.queue, slot.rank);
        if self.queue_of(queue).order.remove(&rank) {
            self.moved_queues.insert(queue);
        }
    }

    /// Makes the item wait: with the agent or the team it is kept for if that still stands, else in its queue's bucket.
    pub(super) fn park(&mut self, item: WorkItemId) {
        let kept_for = self.keeping(item);
        let team = if kept_for.is_none() { self.team_keeping(item) } else { None };
        let (stage, stage_at) = self.stage_of(item);
        let slot = self.slot(item);
        slot.status = ItemStatus::Waiting;
        (slot.stage, slot.stage_at) = (stage, None);
        let rank = slot.rank;
        self.dirty_items.insert(rank);
        if let Some(kept) = kept_for {
            self.slot(item).shelf = Shelf::Agent(kept.agent);
            self.agent_of(kept.agent).kept.insert(rank);
            self.timers.insert((kept.until, Timer::Kept(item)));
            return;
        }
        let slot = self.items.get_mut(&item).expect("invariant: indexes name only known items");
        slot.item.preferred = None;
        if let Some(kept) = team {
            slot.shelf = Shelf::Team(kept.team);
            let team = self.teams.entry(kept.team).or_default();
            fill(&mut team.buckets, &mut self.next_bucket, slot);
            self.timers.insert((kept.until, Timer::Kept(item)));
            return;
        }
        slot.item.team = None;
        (slot.shelf, slot.stage_at) = (Shelf::Queue, stage_at);
        let queue = self
            .queues
            .get_mut(&slot.item.queue)
            .expect("invariant: an item's queue is known while the item is");
        fill(&mut queue.buckets, &mut self.next_bucket, slot);
        if let Some(at) = stage_at {
            self.timers.insert((at, Timer::Stage(item)));
        }
    }

    /// Takes a waiting item out of where [`Acd::park`] put it.
    pub(super) fn unpark(&mut self, item: WorkItemId) {
        let slot = self.items.get_mut(&item).expect("invariant: indexes name only known items");
        self.dirty_items.remove(&slot.rank);
        match std::mem::replace(&mut slot.shelf, Shelf::None) {
            Shelf::None => {}
            Shelf::Agent(agent) => {
                let until = slot.item.preferred.map_or(Millis::MIN, |p| p.until);
                self.timers.remove(&(until, Timer::Kept(item)));
                if let Some(agent) = self.agents.get_mut(&agent) {
                    agent.kept.remove(&slot.rank);
                }
            }
            Shelf::Team(team) => {
                let until = slot.item.team.map_or(Millis::MIN, |t| t.until);
                self.timers.remove(&(until, Timer::Kept(item)));
                if let Some(team) = self.teams.get_mut(&team) {
                    drain(&mut team.buckets, slot);
                }
            }
            Shelf::Queue => {
                if let Some(at) = slot.stage_at.take() {
                    self.timers.remove(&(at, Timer::Stage(item)));
                }
                if let Some(queue) = self.queues.get_mut(&slot.item.queue) {
                    drain(&mut queue.buckets, slot);
                }
            }
        }
    }

    /// How many of the queue's stages after the first are open to the item, and when the next opens.
    fn stage_of(&self, item: WorkItemId) -> (u8, Option<Millis>) {
        let item = &self.items[&item].item;
        let stages = &self.queues[&item.queue].queue.stages;
        let later = stages.get(1..).unwrap_or_default();
        let opens = |after_ms: i64| item.enqueued_at.saturating_add(after_ms);
        let open = match item.straight {
            true => later.len(),
            false => later.iter().take_while(|s| opens(s.after_ms) <= self.now).count(),
        };
        let next = later.get(open).map(|s| opens(s.after_ms));
        (u8::try_from(open).unwrap_or(u8::MAX), next)
    }
}
