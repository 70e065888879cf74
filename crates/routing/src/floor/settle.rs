//! Reading what was touched and telling the engine the difference.

use super::known::{Known, Ways, at_work};
use super::plan::Meta;
use super::profile::profile;
use super::reconcile::{PassedOn, Want, moves, want};
use super::step::{BATCH, Floor};
use crate::presence::{self, AgentNow, State};
use crate::queues;
use crate::reservations::{self, State as Rings};
use accounts::authorize;
use conversations::threads::{self, HandOver, Routed, Status};
use engines::acd::{AgentState, Event, ItemStatus, TransferTo};
use kernel::{
    Actor, ActorKind, AggregateKey, ConversationId, Event as Fact, Kind, Millis, QueueId, ReservationId,
    Result, UserId, WorkItemId,
};
use platform::store::Tx;
use std::collections::HashMap;

/// Conversations read at once.
const READ_MAX: usize = 500;
/// Skills run out and grants change: profiles are looked at anew this often.
const PROFILES_EVERY_MS: Millis = 60_000;

type Standing = HashMap<ReservationId, (Rings, Option<String>)>;

/// What the newest event says of a conversation's hands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hands {
    /// How often it had changed hands then.
    epoch: i64,
    /// Who passed it on with this event.
    by: Option<UserId>,
}

/// What was read of some conversations.
struct Read {
    rows: HashMap<ConversationId, Routed>,
    rings: Standing,
    known: Known,
}

impl Floor {
    /// Notes what the next events touched; true if there were any.
    pub(super) async fn take_events(&mut self) -> Result<bool> {
        let events = self.app.log().after(self.pos, BATCH).await?;
        let mut rights = false;
        for e in &events {
            rights |= self.note(e);
        }
        if rights {
            self.directory.refresh(&self.app).await?;
            self.profiles_due = true;
        }
        if let Some(last) = events.last() {
            self.pos = last.pos;
        }
        Ok(!events.is_empty())
    }

    /// Notes what one event touched; true if it changed anybody's rights or skills.
    fn note(&mut self, e: &Fact) -> bool {
        let conversation = ConversationId(e.conversation);
        let (noun, verb) = e.kind.split_once('.').unwrap_or((&e.kind, ""));
        match noun {
            "conversation" if !matches!(verb, "tags" | "category") => {
                self.touched.insert(conversation);
                if matches!(verb, "reopened" | "woke") && e.actor.kind == ActorKind::Contact {
                    self.returned.insert(conversation, e.at);
                }
                self.note_hands(e);
            }
            "reservation" => drop(self.touched.insert(conversation)),
            // A contact who writes wakes what slept.
            "message" if e.actor.kind == ActorKind::Contact && self.sleeping.contains(&conversation) => {
                self.touched.insert(conversation);
            }
            "presence" => {
                self.touched_agents.insert(UserId(e.subject));
                self.note_forced(e);
            }
            "contact" if verb == "changed" || verb == "merged" => self.note_contact(e),
            "routing" if verb == "set" => self.anew = true,
            "routing" => self.clients_due = true,
            "capacity" => self.profiles_due = true,
            "queue" => self.queues_due = true,
            "user" | "role" | "grant" | "skill" | "line" | "tenant" | "team" | "calendar" => {
                self.hours_due |= matches!(noun, "line" | "calendar");
                if e.kind == "user.disabled" {
                    self.disabled.insert(UserId(e.subject));
                }
                return true;
            }
            _ => {}
        }
        false
    }

    /// What the newest event says of a conversation's hands: rows do not say who passed it on.
    fn note_hands(&mut self, e: &Fact) {
        let Some(epoch) = e.data["epoch"].as_i64() else { return };
        let from = serde_json::from_value(e.data["from"].clone()).ok().flatten();
        let by = from.filter(|_| e.kind == "conversation.transferred");
        let known = self.told_hands.entry(ConversationId(e.conversation)).or_insert(Hands { epoch, by });
        // What else is told of the same hands, such as that it waits now, says nothing of who passed it on.
        if epoch > known.epoch || by.is_some() {
            *known = Hands { epoch, by };
        }
    }

    /// Signed out by somebody else: what they held waits again, whatever their queues say of absence.
    fn note_forced(&mut self, e: &Fact) {
        let user = UserId(e.subject);
        let by_other = e.actor.kind == ActorKind::User && e.actor.id != e.subject;
        if by_other && e.data["state"] == "offline" {
            self.forced.insert(user);
        } else {
            self.forced.remove(&user);
        }
    }

    /// As a process that does not route: only keeps queues and states by name.
    pub(super) async fn watch_only(&mut self) -> Result<()> {
        while self.take_events().await? {
            self.touched.clear();
            self.returned.clear();
            self.told_hands.clear();
            self.contacts.clear();
            self.forced.clear();
        }
        (self.anew, self.clients_due, self.hours_due) = (false, false, false);
        if std::mem::take(&mut self.queues_due) {
            let read = async |tx: &mut Tx| queues::all(tx).await;
            self.board.put_queues(self.app.db().read(&authorize::reader(), read).await?);
        }
        let users: Vec<UserId> = std::mem::take(&mut self.touched_agents).into_iter().collect();
        if !users.is_empty() {
            let read = async move |tx: &mut Tx| presence::one(tx, &users).await;
            let rows = self.app.db().read(&authorize::reader(), read).await?;
            rows.into_iter().for_each(|a| self.board.note_agent(a));
        }
        self.heartbeat().await
    }

    pub(super) async fn settle_queues(&mut self) -> Result<()> {
        if !self.queues_due {
            return Ok(());
        }
        let read = async |tx: &mut Tx| queues::all(tx).await;
        let fresh = self.app.db().read(&authorize::reader(), read).await?;
        let changed: Vec<queues::Queue> = fresh
            .iter()
            .filter(|q| self.board.queue(q.id).is_none_or(|known| *known != **q))
            .cloned()
            .collect();
        let gone: Vec<QueueId> =
            self.board.queues().iter().map(|q| q.id).filter(|id| fresh.iter().all(|q| q.id != *id)).collect();
        self.board.put_queues(fresh);
        for queue in gone {
            self.apply(Event::QueueRemoved(queue));
        }
        for queue in changed {
            let queue = self.for_engine(&queue);
            self.apply(Event::QueueChanged(queue));
        }
        self.queues_due = false;
        self.profiles_due = true;
        Ok(())
    }

    pub(super) async fn settle_agents(&mut self) -> Result<()> {
        if self.touched_agents.is_empty() {
            return Ok(());
        }
        let users: Vec<UserId> = self.touched_agents.iter().copied().collect();
        let read = async move |tx: &mut Tx| presence::one(tx, &users).await;
        let rows = self.app.db().read(&authorize::reader(), read).await?;
        self.touched_agents.clear();
        for row in rows {
            self.settle_agent(row);
        }
        Ok(())
    }

    /// Begins the breaks of those who only waited for the end of their last conversation.
    pub(super) async fn settle_granted(&mut self) -> Result<()> {
        let granted = self.agents.values().filter(|a| a.granted && !self.board.serves(a.user));
        for user in granted.map(|a| a.user).collect::<Vec<_>>() {
            if crate::breaks::begin_granted(&self.app, user).await? {
                self.touched_agents.insert(user);
            }
        }
        Ok(())
    }

    fn settle_agent(&mut self, row: AgentNow) {
        let user = row.user;
        let state = row.for_engine();
        let known = self.board.agent(user).map(|a| a.state);
        if row.state == State::Offline {
            self.agents.remove(&user);
            self.missing.remove(&user);
            self.vanished.remove(&user);
        } else {
            self.agents.insert(user, row.clone());
        }
        self.board.note_agent(row);
        self.loads.insert(user);
        match known {
            None | Some(AgentState::Offline) if state == AgentState::Offline => {}
            Some(_) if state == AgentState::Offline && self.forced.remove(&user) => {
                self.apply(Event::AgentForcedOut(user));
            }
            Some(_) if state == AgentState::Offline => self.apply(Event::AgentSignedOut(user)),
            None | Some(AgentState::Offline) => {
                self.vanished.remove(&user);
                let agent = self.profile_now(user);
                self.apply(Event::AgentSignedIn { agent, state });
            }
            Some(known) if known != state => self.apply(Event::AgentStateChanged { agent: user, state }),
            Some(_) => {}
        }
    }

    fn profile_now(&self, user: UserId) -> engines::acd::Agent {
        let capacity = self.capacities.get(&user).copied().unwrap_or_default();
        let agent = profile(&self.board, &self.directory, user, capacity);
        self.board.put_profile(&agent);
        agent
    }

    /// Tells the engine of agents whose skills, capacity or reach changed.
    pub(super) async fn settle_profiles(&mut self) -> Result<()> {
        let now = self.app.now();
        if !self.profiles_due && now < self.profiles_at {
            return Ok(());
        }
        let read = async |tx: &mut Tx| presence::capacities(tx).await;
        self.capacities = self.app.db().read(&authorize::reader(), read).await?.into_iter().collect();
        for user in self.board.profiled() {
            let before = self.board.profile(user);
            let agent = self.profile_now(user);
            if before.is_none_or(|b| *b != agent) && self.board.agent(user).is_some() {
                self.apply(Event::AgentChanged(agent));
            }
        }
        self.profiles_due = false;
        self.profiles_at = now + PROFILES_EVERY_MS;
        Ok(())
    }

    /// Signs out whoever was disabled, and lets wait again what they held outside of routing.
    pub(super) async fn settle_disabled(&mut self) -> Result<()> {
        for user in self.disabled.clone() {
            let wish = presence::Wish { state: State::Offline, kind: None };
            presence::set(&self.app, user, Actor::SYSTEM, wish).await?;
            let read = async move |tx: &mut Tx| threads::routed_held_by(tx, user).await;
            for row in self.app.db().read(&authorize::reader(), read).await? {
                let tracked = self.board.item(row.id);
                let held = tracked.is_some_and(|i| i.status == ItemStatus::Held { agent: user });
                if !held && row.status == Status::Open {
                    let since = row.assigned_at.unwrap_or(row.created_at);
                    self.give_back(&row, since, "agent_disabled").await?;
                }
            }
            if self.board.agent(user).is_some() {
                self.apply(Event::AgentSignedOut(user));
            }
            self.disabled.remove(&user);
        }
        Ok(())
    }

    /// What a contact's words brought back to an agent who is not at work waits for somebody, where its queue says so.
    pub(super) async fn settle_returned(&mut self) -> Result<()> {
        if self.returned.is_empty() {
            return Ok(());
        }
        let back: Vec<(ConversationId, Millis)> = self.returned.iter().map(|(id, at)| (*id, *at)).collect();
        let ids: Vec<ConversationId> = back.iter().map(|b| b.0).collect();
        let read = async move |tx: &mut Tx| threads::routed(tx, &ids).await;
        let rows = self.app.db().read(&authorize::reader(), read).await?;
        for (id, at) in back {
            let row = rows.iter().find(|r| r.id == id && r.status == Status::Open && !r.is_queued());
            let absent = |r: &&Routed| r.assignee.is_some_and(|u| !self.agents.contains_key(&u));
            let waits = |r: &&Routed| {
                let queue = r.queue.and_then(|q| self.board.queue(q));
                queue.is_some_and(|q| q.on_absence == queues::Absence::Requeue)
            };
            if let Some(row) = row.filter(absent).filter(waits) {
                self.give_back(row, at, "agent_signed_out").await?;
            }
            self.returned.remove(&id);
        }
        Ok(())
    }

    async fn give_back(&self, row: &Routed, since: Millis, reason: &'static str) -> Result<()> {
        let h = HandOver {
            id: row.id,
            event_id: self.app.id(),
            actor: Actor::SYSTEM,
            epoch: Some(row.epoch),
            now: self.app.now(),
        };
        let write = async move |tx: &mut Tx| threads::requeue(tx, &h, since, reason).await.map(|_| ());
        let key = AggregateKey::new("conversation", row.id.0);
        match self.app.db().write(&authorize::inbox(row.tenant), key, write).await {
            // It changed hands meanwhile.
            Err(e) if e.kind() == Kind::Conflict => Ok(()),
            other => other,
        }
    }

    /// Compares the touched conversations with the engine.
    pub(super) async fn settle_items(&mut self) -> Result<()> {
        while !self.touched.is_empty() {
            let ids: Vec<ConversationId> = self.touched.iter().take(READ_MAX).copied().collect();
            let read = self.read_items(&ids).await?;
            let ways = Ways::of(self);
            for id in ids {
                self.touched.remove(&id);
                self.settle_item(id, &read, &ways);
            }
        }
        Ok(())
    }

    async fn read_items(&self, ids: &[ConversationId]) -> Result<Read> {
        let rung = |id: &ConversationId| match self.board.item(*id)?.status {
            ItemStatus::Offered { reservation, .. } => Some(reservation),
            _ => None,
        };
        let rung: Vec<ReservationId> = ids.iter().filter_map(rung).collect();
        let (ids, ways) = (ids.to_vec(), Ways::of(self));
        let read = async move |tx: &mut Tx| {
            let rows = threads::routed(tx, &ids).await?;
            let rings = if rung.is_empty() { vec![] } else { reservations::ended_states(tx, &rung).await? };
            let known = Known::read(tx, &rows, &ways).await?;
            Ok(Read {
                rows: rows.into_iter().map(|r| (r.id, r)).collect(),
                rings: rings.into_iter().map(|(id, s, w)| (id, (s, w))).collect(),
                known,
            })
        };
        self.app.db().read(&authorize::reader(), read).await
    }

    fn settle_item(&mut self, id: ConversationId, read: &Read, ways: &Ways) {
        let row = read.rows.get(&id);
        let have = self.board.item(id);
        match row {
            Some(r) if r.status == Status::Snoozed => drop(self.sleeping.insert(id)),
            _ => drop(self.sleeping.remove(&id)),
        }
        let told = self.told_hands.remove(&id);
        let mut passed = PassedOn::default();
        if let Some(r) = row {
            let before = self.metas.get(&WorkItemId(id.0)).map(|m| m.epoch);
            let told = told.filter(|h| h.epoch == r.epoch);
            let held = have.as_ref().is_some_and(|h| matches!(h.status, ItemStatus::Held { .. }));
            if held && r.is_queued() && before != Some(r.epoch) && told.is_none() {
                // The row is ahead of the events. The one that says who passed it on comes, and has it looked at again.
                return;
            }
            // What was compared in this epoch is not passed on once more.
            if before != Some(r.epoch) {
                passed = PassedOn { kept: r.kept.is_some(), by: told.and_then(|h| h.by) };
            }
            let meta = Meta {
                id,
                tenant: r.tenant,
                line: r.line,
                inbox: r.inbox,
                contact: r.contact,
                epoch: r.epoch,
            };
            self.metas.insert(WorkItemId(id.0), meta);
        }
        let queue_known = row.and_then(|r| r.queue).is_some_and(|q| self.board.queue(q).is_some());
        let mut wanted = want(row, queue_known, |user| {
            row.is_some_and(|r| self.directory.reaches(user, crate::permissions::TAKE, r.tenant, r.line))
        });
        if let (Some(r), Want::Waiting(item) | Want::Held(item, _)) = (row, &mut wanted) {
            read.known.add(item, r, ways);
            if item.preferred.is_some_and(|p| p.by_name && !at_work(&self.board, p.agent)) {
                item.preferred = None;
            }
        }
        let waits = matches!(wanted, Want::Waiting(_));
        let rings = have.as_ref().and_then(|h| match h.status {
            ItemStatus::Offered { reservation, .. } => read.rings.get(&reservation).cloned(),
            _ => None,
        });
        let holder = match &wanted {
            Want::Held(_, user) => Some(*user),
            _ => None,
        };
        for user in holder.into_iter().chain(passed.by) {
            if self.board.agent(user).is_none() {
                let agent = self.profile_now(user);
                self.apply(Event::AgentSignedIn { agent, state: AgentState::Offline });
            }
        }
        for event in moves(have.as_ref(), wanted, rings, passed, ways.now) {
            self.apply(event);
        }
        let is = self.board.item(id);
        if let (true, Some(item)) = (waits, is.as_ref())
            && matches!(item.status, ItemStatus::Held { .. })
        {
            // Whom it was passed to cannot have it, so it waits for anybody.
            let to = TransferTo::Queue(item.item.queue);
            self.apply(Event::ItemTransferred { item: WorkItemId(id.0), to });
        }
        match (holder, is.map(|i| i.status)) {
            // The engine will not have it there, so it is not routed at all.
            (Some(agent), Some(status)) if status != (ItemStatus::Held { agent }) => {
                self.apply(Event::ItemCancelled(WorkItemId(id.0)));
            }
            (None, None) if have.is_none() => drop(self.metas.remove(&WorkItemId(id.0))),
            _ => {}
        }
    }
}
