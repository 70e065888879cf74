//! The task: what one turn does, and when the next is due.

use super::board::{Board, Engine};
use super::plan::{Act, Meta, Plan};
use super::{owner, plan, rebuild};
use crate::codes;
use crate::decisions::{self, Kind, Made};
use crate::presence::{self, AgentNow, State};
use crate::reservations::{End, Reservation, State as Rings, why_keys};
use crate::standing::ClientRules;
use accounts::{Directory, authorize};
use engines::acd::{
    AgentState, AssignedBy, Capacity, Command, Event, ItemRow, ItemStatus, RequeueReason, Settings,
    StateReason,
};
use futures_util::StreamExt;
use futures_util::stream;
use kernel::{
    AggregateKey, ContactId, ConversationId, LineId, Millis, QueueId, Result, TenantId, UserId, WorkItemId,
};
use platform::App;
use platform::store::Tx;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Events of the log dealt with at once.
pub(super) const BATCH: usize = 512;
/// Rounds of reading, deciding and writing in one turn; what is left waits for the next.
const ROUNDS_MAX: usize = 16;
/// Conversations written at the same time.
const WRITES_MAX: usize = 32;
/// The longest sleep between two turns.
const SLEEP_MAX_MS: Millis = 1_000;
/// The pause after a turn that failed.
const FAILED_PAUSE: Duration = Duration::from_millis(250);

/// The one owner of the engine. See the head of the module.
pub struct Floor {
    pub(super) app: App,
    pub(super) board: Arc<Board>,
    pub(super) directory: Arc<Directory>,
    pub(super) settings: Settings,
    /// What each client's standing and contacts are worth.
    pub(super) clients: Arc<HashMap<TenantId, ClientRules>>,
    pub(super) clients_due: bool,
    /// The installation's settings changed: the engine is built anew.
    pub(super) anew: bool,
    /// Which queues are open.
    pub(super) open: HashMap<QueueId, bool>,
    pub(super) hours_due: bool,
    /// When the hours of any queue change next.
    pub(super) hours_at: Option<Millis>,
    /// Agents whom somebody else signed out.
    pub(super) forced: BTreeSet<UserId>,
    /// Contacts of whom something changed that may count.
    pub(super) contacts: BTreeSet<ContactId>,
    holder: String,
    lease: Option<Lease>,
    pub(super) built: bool,
    pub(super) pos: i64,
    pub(super) agents: BTreeMap<UserId, AgentNow>,
    pub(super) capacities: HashMap<UserId, Capacity>,
    pub(super) metas: HashMap<WorkItemId, Meta>,
    pub(super) sleeping: HashSet<ConversationId>,
    /// Conversations to be read and compared.
    pub(super) touched: BTreeSet<ConversationId>,
    /// Conversations that a contact's words opened again or woke, and when.
    pub(super) returned: BTreeMap<ConversationId, Millis>,
    /// What events said of the hands of those.
    pub(super) told_hands: HashMap<ConversationId, super::settle::Hands>,
    /// Agents whose state is to be read and compared.
    pub(super) touched_agents: BTreeSet<UserId>,
    /// Users who were disabled, whose work is to wait again.
    pub(super) disabled: BTreeSet<UserId>,
    pub(super) queues_due: bool,
    pub(super) profiles_due: bool,
    pub(super) profiles_at: Millis,
    pub(super) look_at: Millis,
    pub(super) heartbeat_at: Millis,
    /// Since when a signed-in agent has no socket.
    pub(super) missing: HashMap<UserId, Millis>,
    /// Agents of whom the engine knows that they are not connected.
    pub(super) vanished: HashSet<UserId>,
    todo: Vec<(WorkItemId, Act)>,
    states: Vec<presence::Engine>,
    again: Vec<Plan>,
    closed: Vec<WorkItemId>,
    wake_at: Option<Millis>,
    pub(super) moved: BTreeSet<QueueId>,
    pub(super) told_at: HashMap<QueueId, Millis>,
    pub(super) places: HashMap<ConversationId, u32>,
    pub(super) loads: BTreeSet<UserId>,
}

struct Lease {
    epoch: i64,
    renew_at: Millis,
}

impl Floor {
    /// A floor that has not begun; its first turn takes over and builds the engine from the rows.
    pub fn new(app: &App, settings: Settings) -> Floor {
        let board = app.port::<Arc<Board>>().clone();
        board.set_clock(app.clock());
        Floor {
            board,
            directory: app.port::<Arc<Directory>>().clone(),
            holder: app.ids().next().to_string(),
            pos: app.log().head(),
            app: app.clone(),
            settings,
            clients: Arc::default(),
            clients_due: false,
            anew: false,
            open: HashMap::new(),
            hours_due: false,
            hours_at: None,
            forced: BTreeSet::new(),
            contacts: BTreeSet::new(),
            lease: None,
            built: false,
            agents: BTreeMap::new(),
            capacities: HashMap::new(),
            metas: HashMap::new(),
            sleeping: HashSet::new(),
            touched: BTreeSet::new(),
            returned: BTreeMap::new(),
            told_hands: HashMap::new(),
            touched_agents: BTreeSet::new(),
            disabled: BTreeSet::new(),
            queues_due: false,
            profiles_due: false,
            profiles_at: 0,
            look_at: 0,
            heartbeat_at: 0,
            missing: HashMap::new(),
            vanished: HashSet::new(),
            todo: vec![],
            states: vec![],
            again: vec![],
            closed: vec![],
            wake_at: None,
            moved: BTreeSet::new(),
            told_at: HashMap::new(),
            places: HashMap::new(),
            loads: BTreeSet::new(),
        }
    }

    /// One turn: takes what happened, decides, writes, and tells, until nothing is left to do now. On an error nothing is
    /// lost: the next turn goes on, from the rows if another process had taken over.
    pub async fn turn(&mut self) -> Result<()> {
        if !self.own().await? {
            return self.watch_only().await;
        }
        if !self.built {
            rebuild::rebuild(self).await?;
        }
        let mut done = self.rounds().await;
        if done.is_ok() && std::mem::take(&mut self.anew) {
            rebuild::rebuild(self).await?;
            done = self.rounds().await;
        }
        if let Err(e) = &done
            && e.code.code == codes::NOT_OWNER.code
        {
            self.let_go();
        }
        done
    }

    async fn rounds(&mut self) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let more = self.take_events().await?;
            self.settle_clients().await?;
            self.settle_queues().await?;
            self.settle_hours().await?;
            self.settle_agents().await?;
            self.settle_profiles().await?;
            self.look().await?;
            self.settle_disabled().await?;
            self.settle_returned().await?;
            self.settle_items().await?;
            self.apply(Event::TimerFired);
            self.settle_granted().await?;
            let wrote = self.flush().await?;
            if !more && !wrote && self.touched.is_empty() && self.touched_agents.is_empty() {
                break;
            }
        }
        self.tell();
        Ok(())
    }

    async fn own(&mut self) -> Result<bool> {
        let (now, alone) = (self.app.now(), self.app.db().sqlite_path().is_some());
        if let Some(lease) = &mut self.lease {
            if alone || now < lease.renew_at {
                return Ok(true);
            }
            if owner::renew(&self.app, lease.epoch).await? {
                lease.renew_at = now + owner::RENEW_MS;
                return Ok(true);
            }
            self.let_go();
        }
        let Some(epoch) = owner::take(&self.app, &self.holder, alone).await? else { return Ok(false) };
        tracing::info!(epoch, "this process routes");
        self.lease = Some(Lease { epoch, renew_at: now + owner::RENEW_MS });
        Ok(true)
    }

    fn let_go(&mut self) {
        tracing::warn!("another process routes now");
        self.lease = None;
        self.built = false;
        self.board.with(|e| *e = Engine::new(self.settings, 1));
    }

    /// Drops what was decided before a start anew.
    pub(super) fn forget_pending(&mut self) {
        (self.todo, self.states, self.again, self.closed) = (vec![], vec![], vec![], vec![]);
        self.metas.clear();
        self.sleeping.clear();
        self.missing.clear();
        self.touched.clear();
        self.told_hands.clear();
        self.touched_agents.clear();
        self.forced.clear();
        self.contacts.clear();
    }

    pub(super) fn owner_epoch(&self) -> i64 {
        self.lease.as_ref().map_or(0, |l| l.epoch)
    }

    /// Tells the engine and keeps what is to be done.
    pub(super) fn apply(&mut self, event: Event) {
        let closing = match &event {
            Event::ItemClosed(id) => Some(*id),
            _ => None,
        };
        if let Event::ItemClosed(id) | Event::ItemCancelled(id) = &event {
            self.closed.push(*id);
            self.tell_left(ConversationId(id.0));
        }
        // Whoever had it has room again, which no command says.
        self.loads.extend(
            named(&event).and_then(|id| self.board.with(|e| e.acd.item(id).as_ref().and_then(holder))),
        );
        let now = self.app.now();
        let (commands, due) = self.board.with(|e| (e.apply(event, now), e.acd.next_due()));
        self.wake_at = due;
        for command in commands {
            self.decide(command, closing);
        }
    }

    fn decide(&mut self, command: Command, closing: Option<WorkItemId>) {
        match command {
            Command::Offer { reservation, item, agent, expires_at, charged, why, .. } => {
                self.loads.insert(agent);
                let Some(mut r) = self.ringing(item, reservation, agent) else { return };
                r.expires_at = expires_at;
                r.charged = i64::from(charged);
                r.why = why_keys(&why);
                let made = self.made(item, agent, Some(reservation));
                self.todo.push((item, Act::Offer(Box::new(r), made.map(Box::new))));
            }
            Command::Withdraw { reservation, item, agent, reason, .. } => {
                self.loads.insert(agent);
                let Some(r) = self.ringing(item, reservation, agent) else { return };
                self.todo.push((item, Act::End(Box::new(r), End::from(reason))));
            }
            Command::Assign { item, agent, by, why, from, .. } => {
                self.tell_left(ConversationId(item.0));
                self.loads.insert(agent);
                self.loads.extend(from);
                if by == AssignedBy::Auto {
                    let made = self.made(item, agent, None);
                    self.todo.push((item, Act::Give(agent, why_keys(&why), made.map(Box::new))));
                }
            }
            Command::Requeue { item, from, reason, .. } => {
                self.loads.extend(from);
                let since = self.board.with(|e| e.acd.item(item).map(|r| r.item.enqueued_at));
                if let (Some(since), Some(word)) = (since, requeue_word(reason)) {
                    self.todo.push((item, Act::Requeue(since, word)));
                }
            }
            Command::SetAgentState { agent, state, reason } => {
                self.decide_state(agent, &state, reason, closing)
            }
            Command::PositionsChanged { queue } => {
                self.moved.insert(queue);
            }
            Command::Rejected { reason } => tracing::debug!(%reason, "the engine refused"),
            Command::WakeAt { .. } => {}
        }
    }

    fn decide_state(
        &mut self,
        user: UserId,
        state: &AgentState,
        reason: StateReason,
        closing: Option<WorkItemId>,
    ) {
        let Some(known) = self.agents.get(&user) else { return };
        let meta = closing.and_then(|id| self.metas.get(&id));
        let of = match (reason, meta) {
            (StateReason::WrapUpStarted, Some(m)) => (m.tenant, m.line),
            _ => (TenantId(0), LineId(0)),
        };
        self.states.push(presence::Engine {
            user,
            state: State::of_engine(state),
            wrap_up_until: None,
            version: known.version,
            of,
            owner_epoch: self.owner_epoch(),
        });
    }

    /// The engine's last decision about an item, to be kept.
    fn made(
        &self,
        item: WorkItemId,
        user: UserId,
        reservation: Option<kernel::ReservationId>,
    ) -> Option<Made> {
        let meta = self.metas.get(&item)?;
        let row = self.board.with(|e| e.acd.item(item))?;
        Some(Made {
            id: self.app.ids().next(),
            tenant: meta.tenant,
            line: meta.line,
            conversation: meta.id,
            queue: row.item.queue,
            user,
            kind: if reservation.is_some() { Kind::Offered } else { Kind::Given },
            reservation,
            at: self.app.now(),
            decision: row.decision.filter(|d| d.agent == user),
        })
    }

    fn ringing(&self, item: WorkItemId, id: kernel::ReservationId, user: UserId) -> Option<Reservation> {
        let meta = self.metas.get(&item)?;
        let (queue, since) = self
            .board
            .with(|e| e.acd.item(item).map(|r| (r.item.queue, r.item.enqueued_at)))
            .unwrap_or((QueueId(0), 0));
        Some(Reservation {
            id,
            tenant: meta.tenant,
            line: meta.line,
            conversation: meta.id,
            contact: meta.contact,
            inbox: meta.inbox,
            queue,
            user,
            state: Rings::Active,
            reason: None,
            epoch: meta.epoch,
            charged: 0,
            why: vec![],
            waiting_since: since,
            offered_at: self.app.now(),
            expires_at: 0,
            ended_at: None,
        })
    }

    /// Writes what was decided; true if there was anything.
    async fn flush(&mut self) -> Result<bool> {
        let states = std::mem::take(&mut self.states);
        let mut plans = std::mem::take(&mut self.again);
        plans.extend(self.plans());
        let any = !states.is_empty() || !plans.is_empty();
        for mut state in states {
            let row = self.board.agent(state.user);
            state.wrap_up_until = row.and_then(|r| r.wrap_up_until);
            // Whatever comes of it, the row says how it stands then.
            self.touched_agents.insert(state.user);
            if let Err(e) = presence::set_by_engine(&self.app, state).await {
                self.again.append(&mut plans);
                return Err(e);
            }
        }
        let app = &self.app;
        let write = |plan: Plan| async move {
            let scope = authorize::inbox(plan.meta.tenant);
            let key = AggregateKey::new("conversation", plan.meta.id.0);
            let todo = plan.clone();
            let done =
                app.db().write(&scope, key, async move |tx: &mut Tx| plan::perform(tx, &todo).await).await;
            (plan, plan::outcome(done))
        };
        let results: Vec<_> = stream::iter(plans).map(write).buffer_unordered(WRITES_MAX).collect().await;
        let mut lost = None;
        for (plan, outcome) in results {
            match outcome {
                plan::Outcome::Done(epoch) => {
                    if let Some(meta) = self.metas.get_mut(&WorkItemId(plan.meta.id.0)) {
                        meta.epoch = epoch;
                    }
                }
                plan::Outcome::Overtaken => drop(self.touched.insert(plan.meta.id)),
                plan::Outcome::Again => self.again.push(plan),
                plan::Outcome::NotOwner(e) => lost = Some(e),
            }
        }
        for item in std::mem::take(&mut self.closed) {
            if self.board.with(|e| e.acd.item(item)).is_none() {
                self.metas.remove(&item);
            }
        }
        lost.map_or(Ok(any && self.again.is_empty()), Err)
    }

    fn plans(&mut self) -> Vec<Plan> {
        let mut plans: Vec<Plan> = vec![];
        let mut at: HashMap<WorkItemId, usize> = HashMap::new();
        for (item, act) in std::mem::take(&mut self.todo) {
            let Some(meta) = self.metas.get(&item) else { continue };
            let i = *at.entry(item).or_insert_with(|| {
                plans.push(Plan {
                    meta: meta.clone(),
                    acts: vec![],
                    owner_epoch: self.owner_epoch(),
                    now: self.app.now(),
                });
                plans.len() - 1
            });
            plans[i].acts.push((self.app.id(), act));
        }
        plans
    }

    /// How long until the next turn, if nothing happens before.
    pub fn sleep_ms(&self) -> Millis {
        let at = self.wake_at.into_iter().chain(self.hours_at).min();
        let due = at.map_or(SLEEP_MAX_MS, |at| at - self.app.now());
        let told = if self.moved.is_empty() { SLEEP_MAX_MS } else { super::tell::EVERY_MS };
        due.min(told).clamp(1, SLEEP_MAX_MS)
    }
}

/// The item that leaves somebody by this event.
fn named(event: &Event) -> Option<WorkItemId> {
    match event {
        Event::ItemClosed(id) | Event::ItemCancelled(id) => Some(*id),
        Event::ItemTransferred { item, .. }
        | Event::ItemTaken { item, .. }
        | Event::ItemTakenOver { item, .. } => Some(*item),
        _ => None,
    }
}

/// Who has it, or at whom it rings.
fn holder(row: &ItemRow) -> Option<UserId> {
    match row.status {
        ItemStatus::Held { agent } | ItemStatus::Offered { agent, .. } => Some(agent),
        ItemStatus::Waiting => None,
    }
}

fn requeue_word(reason: RequeueReason) -> Option<&'static str> {
    match reason {
        RequeueReason::AgentVanished => Some("agent_vanished"),
        RequeueReason::AgentSignedOut => Some("agent_signed_out"),
        RequeueReason::AgentForcedOut => Some("agent_forced_out"),
        RequeueReason::ReachLost => Some("rights_lost"),
        // The rows had it first; the engine was only told.
        RequeueReason::Transferred => None,
    }
}

/// Reads queues and states before the first request.
pub async fn on_start(app: App) -> Result<()> {
    let board = app.port::<Arc<Board>>().clone();
    board.set_clock(app.clock());
    decisions::schedule(&app, app.now()).await?;
    let read = async |tx: &mut Tx| Ok((crate::queues::all(tx).await?, presence::agents(tx).await?));
    let (queues, agents) = app.db().read(&authorize::reader(), read).await?;
    board.put_queues(queues);
    agents.into_iter().for_each(|a| board.note_agent(a));
    Ok(())
}

/// Turns until `stop` turns true.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut floor = Floor::new(&app, Settings::default());
    loop {
        let pause = match floor.turn().await {
            Ok(()) => Duration::from_millis(u64::try_from(floor.sleep_ms()).unwrap_or(1)),
            Err(e) => {
                tracing::warn!(error = %e, "a turn of the floor failed; it goes on");
                tokio::time::sleep(FAILED_PAUSE).await;
                Duration::ZERO
            }
        };
        tokio::select! {
            () = app.log().wait_after(floor.pos) => {}
            () = tokio::time::sleep(pause) => {}
            () = platform::web::stopped(&mut stop) => return,
        }
    }
}
