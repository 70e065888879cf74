//! The floor as others see it: the engine behind a lock, who is in which state, and the queues by name.

use super::waits::Waits;
use crate::presence::{AgentNow, State};
use crate::queues::Queue;
use conversations::ports::{PresenceView, Work};
use engines::acd::{Acd, Agent, AgentRow, Command, Event, Explanation, ItemRow, ItemStatus, Settings};
use kernel::{ConversationId, LineId, Millis, QueueId, TenantId, UserId, WorkItemId};
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast;

/// Comings and goings that a slow listener may be behind.
const COMINGS_MAX: usize = 256;

/// What goes on in one queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// How many wait, what rings included.
    pub waiting: u32,
    /// How long the first has waited, in milliseconds.
    pub longest_wait_ms: i64,
    /// Qualified agents who are ready.
    pub agents_ready: u32,
    /// Qualified agents who are signed in.
    pub agents_on: u32,
    /// How long who comes now will probably wait, in milliseconds.
    pub estimate_ms: Option<i64>,
}

/// The engine with the ages of what waits.
pub(super) struct Engine {
    pub acd: Acd,
    pub waits: Waits,
    ages: HashMap<QueueId, BTreeSet<(Millis, WorkItemId)>>,
    age_of: HashMap<WorkItemId, (QueueId, Millis)>,
}

impl Engine {
    pub fn new(settings: Settings, first_reservation: i64) -> Engine {
        let acd = Acd::new(settings, first_reservation);
        Engine { acd, waits: Waits::default(), ages: HashMap::new(), age_of: HashMap::new() }
    }

    /// Tells the engine, and keeps the ages true.
    pub fn apply(&mut self, event: Event, now: Millis) -> Vec<Command> {
        let (named, all) = match &event {
            Event::Restore(rows) => (None, rows.items.iter().map(|i| i.item.id).collect()),
            Event::ItemQueued(item) => (Some(item.id), vec![]),
            Event::ItemCancelled(id) | Event::ItemClosed(id) => (Some(*id), vec![]),
            Event::ItemTransferred { item, .. } | Event::ItemTaken { item, .. } => (Some(*item), vec![]),
            _ => (None, vec![]),
        };
        let queued = match &event {
            Event::ItemQueued(item) => Some(item.id),
            _ => None,
        };
        self.note_hours(&event);
        let commands = self.acd.apply(event, now);
        self.waits.note(&self.acd, queued, &commands, now);
        if let Some(id) = named.filter(|id| self.acd.item(*id).is_none()) {
            self.waits.forget(id);
        }
        let moved = commands.iter().filter_map(|c| match c {
            Command::Offer { item, .. }
            | Command::Withdraw { item, .. }
            | Command::Assign { item, .. }
            | Command::Requeue { item, .. } => Some(*item),
            _ => None,
        });
        for item in moved.chain(named).chain(all) {
            self.recount(item);
        }
        commands
    }

    fn note_hours(&mut self, event: &Event) {
        match event {
            Event::QueueOpened { queue, open } => self.waits.set_open(*queue, *open),
            Event::QueueChanged(q) => self.waits.set_open(q.id, q.open),
            Event::Restore(rows) => rows.queues.iter().for_each(|q| self.waits.set_open(q.id, q.open)),
            _ => {}
        }
    }

    fn recount(&mut self, item: WorkItemId) {
        if let Some((queue, since)) = self.age_of.remove(&item)
            && let Some(ages) = self.ages.get_mut(&queue)
        {
            ages.remove(&(since, item));
        }
        let Some(row) = self.acd.item(item) else { return };
        if !matches!(row.status, ItemStatus::Held { .. }) {
            let place = (row.item.queue, row.item.enqueued_at);
            self.age_of.insert(item, place);
            self.ages.entry(place.0).or_default().insert((place.1, item));
        }
    }

    /// How many wait in a queue, and since when the first.
    pub fn waiting(&self, queue: QueueId) -> (u32, Option<Millis>) {
        let n = u32::try_from(self.acd.queue_len(queue)).unwrap_or(u32::MAX);
        (n, self.ages.get(&queue).and_then(|a| a.first()).map(|(since, _)| *since))
    }
}

/// Every queue by id, as one picture of a moment.
pub(super) type Queues = Arc<BTreeMap<QueueId, Arc<Queue>>>;

/// The floor as others see it. Provided as a port, and as the spine's port `Work`.
pub struct Board {
    engine: Mutex<Engine>,
    agents: RwLock<HashMap<UserId, AgentNow>>,
    profiles: RwLock<HashMap<UserId, Arc<Agent>>>,
    queues: RwLock<Queues>,
    clock: OnceLock<Arc<dyn kernel::Clock>>,
    comings: broadcast::Sender<UserId>,
}

impl Default for Board {
    fn default() -> Board {
        Board {
            engine: Mutex::new(Engine::new(Settings::default(), 1)),
            agents: RwLock::default(),
            profiles: RwLock::default(),
            queues: RwLock::default(),
            clock: OnceLock::new(),
            comings: broadcast::channel(COMINGS_MAX).0,
        }
    }
}

impl Board {
    /// Gives it the program's clock; the first stays.
    pub(super) fn set_clock(&self, clock: Arc<dyn kernel::Clock>) {
        let _ = self.clock.set(clock);
    }

    fn now(&self) -> Millis {
        self.clock.get().map_or(0, |c| c.now())
    }

    pub(super) fn with<T>(&self, f: impl FnOnce(&mut Engine) -> T) -> T {
        f(&mut self.engine.lock())
    }

    /// Takes in somebody's state, unless a newer one is known.
    pub(crate) fn note_agent(&self, now: AgentNow) {
        let mut agents = self.agents.write();
        if agents.get(&now.user).is_some_and(|a| a.version > now.version) {
            return;
        }
        let (user, is_off) = (now.user, now.state == State::Offline);
        let before = agents.insert(user, now);
        drop(agents);
        if before.is_none_or(|a| a.state == State::Offline) != is_off {
            // Nobody may be listening.
            let _ = self.comings.send(user);
        }
    }

    pub(super) fn put_queues(&self, queues: Vec<Queue>) {
        let queues = queues.into_iter().map(|q| (q.id, Arc::new(q))).collect();
        *self.queues.write() = Arc::new(queues);
    }

    /// Every queue by id, without copying.
    pub(super) fn all_queues(&self) -> Queues {
        self.queues.read().clone()
    }

    /// Every queue, by id.
    pub fn queues(&self) -> Vec<Arc<Queue>> {
        self.queues.read().values().cloned().collect()
    }

    /// One queue.
    pub fn queue(&self, id: QueueId) -> Option<Arc<Queue>> {
        self.queues.read().get(&id).cloned()
    }

    pub(super) fn profile(&self, user: UserId) -> Option<Arc<Agent>> {
        self.profiles.read().get(&user).cloned()
    }

    pub(super) fn put_profile(&self, agent: &Agent) {
        self.profiles.write().insert(agent.id, Arc::new(agent.clone()));
    }

    pub(super) fn clear_profiles(&self) {
        self.profiles.write().clear();
    }

    pub(super) fn profiled(&self) -> Vec<UserId> {
        self.profiles.read().keys().copied().collect()
    }

    /// An agent as the engine sees them; `None` if nobody told it of them.
    pub fn agent(&self, user: UserId) -> Option<AgentRow> {
        self.with(|e| e.acd.agent(user))
    }

    /// Does an agent hold anything that is routed?
    pub(super) fn serves(&self, user: UserId) -> bool {
        self.with(|e| {
            let held =
                |i: &WorkItemId| e.acd.item(*i).is_some_and(|r| matches!(r.status, ItemStatus::Held { .. }));
            e.acd.agent_items(user).iter().any(held)
        })
    }

    /// A conversation as the engine sees it; `None` when it is not to be routed.
    pub fn item(&self, conversation: ConversationId) -> Option<ItemRow> {
        self.with(|e| e.acd.item(WorkItemId(conversation.0)))
    }

    /// Where a conversation stands and how every agent stands to it now; `None` when it is not to be routed.
    pub fn explain(&self, conversation: ConversationId) -> Option<Explanation> {
        self.with(|e| e.acd.explain(WorkItemId(conversation.0)))
    }

    /// The whole of what the engine knows, for a simulation that starts from the live floor.
    pub fn snapshot(&self) -> engines::acd::Snapshot {
        self.with(|e| e.acd.snapshot())
    }

    /// What goes on in a queue.
    pub fn queue_figures(&self, q: &Queue, now: Millis) -> QueueFigures {
        let ((waiting, first), estimate) =
            self.with(|e| (e.waiting(q.id), e.waits.estimate(q.id, e.waiting(q.id).0 + 1, now)));
        let (agents, profiles, fit) = (self.agents.read(), self.profiles.read(), fits(q));
        let (mut on, mut ready) = (0, 0);
        for a in agents.values().filter(|a| fit(a, &profiles)) {
            on += 1;
            ready += u32::from(a.state == State::Ready && !a.granted);
        }
        let longest_wait_ms = first.map_or(0, |since| (now - since).max(0));
        let estimate_ms = estimate.filter(|_| on > 0 && (waiting > 0 || ready == 0));
        QueueFigures { waiting, longest_wait_ms, agents_ready: ready, agents_on: on, estimate_ms }
    }

    /// Is anybody signed in who serves this queue?
    fn is_staffed(&self, q: &Queue) -> bool {
        let (agents, profiles, fit) = (self.agents.read(), self.profiles.read(), fits(q));
        agents.values().any(|a| fit(a, &profiles))
    }
}

/// Whether somebody is signed in and serves this queue.
fn fits(q: &Queue) -> impl Fn(&AgentNow, &HashMap<UserId, Arc<Agent>>) -> bool {
    let (needs, tenant, line, queue) = (q.needs(), q.tenant, q.line, q.id);
    move |a, profiles| {
        a.state != State::Offline
            && profiles
                .get(&a.user)
                .is_some_and(|p| p.reaches(tenant, line) && p.lacks(&needs).is_none() && has_seat(p, queue))
    }
}

/// Does no seat elsewhere keep the agent from this queue?
fn has_seat(agent: &Agent, queue: QueueId) -> bool {
    agent.seats.is_empty() || agent.seats.contains(&queue)
}

impl Work for Board {
    fn place(&self, conversation: ConversationId) -> Option<u32> {
        self.with(|e| e.acd.position(WorkItemId(conversation.0)))
    }

    fn estimate_ms(&self, conversation: ConversationId) -> Option<i64> {
        let (id, now) = (WorkItemId(conversation.0), self.now());
        let (queue, estimate) = self.with(|e| {
            let (row, place) = (e.acd.item(id)?, e.acd.position(id)?);
            Some((row.item.queue, e.waits.estimate(row.item.queue, place, now)?))
        })?;
        // Where nobody is at work, how long it took before says nothing.
        let queue = self.queue(queue)?;
        self.is_staffed(&queue).then_some(estimate)
    }

    fn presence(&self, user: UserId) -> PresenceView {
        let now = self.agents.read().get(&user).cloned().unwrap_or_else(|| AgentNow::absent(user));
        let (row, serving) = (self.agent(user), self.serves(user));
        let capacity = row.as_ref().map(|r| r.agent.capacity).unwrap_or_default();
        let state = if now.state == State::Ready && serving { "serving" } else { now.state.word() };
        PresenceView {
            state: state.to_owned(),
            kind: now.kind,
            since: now.since,
            load: row.map_or(0, |r| i64::from(r.load)),
            capacity: i64::from(capacity.units),
        }
    }

    fn comings(&self) -> broadcast::Receiver<UserId> {
        self.comings.subscribe()
    }

    fn queue_name(&self, queue: QueueId) -> Option<String> {
        self.queue(queue).map(|q| q.name.clone())
    }
}

impl accounts::Places for Board {
    fn queue(&self, queue: QueueId) -> Option<(TenantId, LineId)> {
        Board::queue(self, queue).map(|q| (q.tenant, q.line))
    }
}

impl accounts::PresenceSource for Board {
    fn presence<'a>(
        &'a self,
        _: &'a platform::App,
        user: UserId,
    ) -> futures_util::future::BoxFuture<'a, kernel::Result<accounts::PresenceView>> {
        let PresenceView { state, kind, since, load, capacity } = Work::presence(self, user);
        Box::pin(async move { Ok(accounts::PresenceView { state, kind, since, load, capacity }) })
    }
}
