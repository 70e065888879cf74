//! What is known of waiting conversations beyond their rows: who served the contact last, whether it comes again, its tier
//! and marks. Read for those that wait, and turned into what the engine counts.

use super::board::{Board, Queues};
use super::step::Floor;
use crate::facts;
use crate::queues::Queue;
use crate::standing::{self, ClientRules};
use accounts::authorize;
use conversations::threads::{Passed, Routed};
use customers::ContactMarks;
use engines::acd::{Marks, Preferred, TeamHold, WorkItem};
use kernel::{ContactId, ConversationId, Event, LineId, Millis, Result, TenantId, UserId};
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;

/// What was read beside the rows.
#[derive(Debug, Default)]
pub(super) struct Known {
    last_agents: HashMap<ConversationId, UserId>,
    /// When a contact came: line, conversation, time.
    came: HashMap<ContactId, Vec<(LineId, ConversationId, Millis)>>,
    contacts: HashMap<ContactId, ContactMarks>,
}

/// By what is looked: the queues and the clients' rules as of now.
#[derive(Clone)]
pub(super) struct Ways {
    pub queues: Queues,
    pub clients: Arc<HashMap<TenantId, ClientRules>>,
    pub now: Millis,
}

impl Ways {
    pub fn of(floor: &Floor) -> Ways {
        Ways { queues: floor.board.all_queues(), clients: floor.clients.clone(), now: floor.app.now() }
    }

    fn queue(&self, row: &Routed) -> Option<&Queue> {
        row.queue.and_then(|q| self.queues.get(&q)).map(Arc::as_ref)
    }
}

impl Known {
    /// Reads what counts for those of these rows that wait.
    pub async fn read(tx: &mut Tx, rows: &[Routed], ways: &Ways) -> Result<Known> {
        let waiting: Vec<(&Routed, &Queue)> =
            rows.iter().filter(|r| r.is_queued()).filter_map(|r| Some((r, ways.queue(r)?))).collect();
        let mut known = Known::default();
        let contacts: Vec<ContactId> = waiting.iter().map(|(r, _)| r.contact).collect();
        if contacts.is_empty() {
            return Ok(known);
        }
        let within = waiting.iter().map(|(_, q)| q.rules.repeat_within_ms).max().unwrap_or(0);
        for (contact, line, conversation, at) in facts::came(tx, &contacts, ways.now - within).await? {
            known.came.entry(contact).or_default().push((line, conversation, at));
        }
        let looked: Vec<ContactId> = waiting
            .iter()
            .filter(|(r, _)| ways.clients.get(&r.tenant).is_some_and(ClientRules::looks_at_contacts))
            .map(|(r, _)| r.contact)
            .collect();
        if !looked.is_empty() {
            known.contacts = customers::marks(tx, &looked).await?;
        }
        for (row, queue) in waiting {
            let keep = queue.rules.keep_ms(known.is_repeat(row, queue));
            if row.queued_at.is_some_and(|t| ways.now < t + keep) {
                let since = ways.now - queue.rules.last_agent_within_ms;
                known.last_agents.extend(facts::last_agent(tx, row, since).await?.map(|user| (row.id, user)));
            }
        }
        Ok(known)
    }

    /// Does the contact come again about the same line of work within the queue's time?
    fn is_repeat(&self, row: &Routed, queue: &Queue) -> bool {
        let since = row.created_at - queue.rules.repeat_within_ms;
        let again = |(line, conversation, at): &(LineId, ConversationId, Millis)| {
            *line == row.line && *conversation != row.id && *at >= since && *at <= row.created_at
        };
        self.came.get(&row.contact).is_some_and(|all| all.iter().any(again))
    }

    /// What counts of the contact.
    pub fn marks(&self, row: &Routed, ways: &Ways) -> Marks {
        let Some(queue) = ways.queue(row) else { return Marks::default() };
        let repeat = self.is_repeat(row, queue);
        let Some(rules) = ways.clients.get(&row.tenant) else {
            return Marks { repeat, ..Marks::default() };
        };
        let none = ContactMarks::default();
        rules.marks(self.contacts.get(&row.contact).unwrap_or(&none), repeat, ways.now)
    }

    /// Adds what is known to an item: its class, its marks, and for whom it is kept.
    pub fn add(&self, item: &mut WorkItem, row: &Routed, ways: &Ways) {
        let Some(queue) = ways.queue(row) else { return };
        item.class = queue.rules.work.for_engine();
        if !row.is_queued() {
            return;
        }
        item.set_marks(self.marks(row, ways));
        if let Some(kept) = row.kept {
            let until = kept.at + queue.rules.passed_keep_ms;
            match kept.by {
                Passed::User(agent) => item.preferred = Some(Preferred { agent, until, by_name: true }),
                Passed::Team(team) => item.team = Some(TeamHold { team, until }),
            }
            return;
        }
        let keep = queue.rules.keep_ms(item.repeat);
        let last = self.last_agents.get(&row.id).zip(row.queued_at);
        item.preferred =
            last.map(|(agent, at)| Preferred { agent: *agent, until: at + keep, by_name: false });
    }
}

impl Floor {
    /// Notes a contact of whom something changed.
    pub(super) fn note_contact(&mut self, e: &Event) {
        // Whoever became one with somebody, or was parted, has another past.
        let merged = e.data["fields"].as_array().is_some_and(|all| all.iter().any(|f| f == "merged"));
        if merged || self.clients.get(&e.tenant).is_some_and(ClientRules::looks_at_contacts) {
            self.contacts.insert(ContactId(e.subject));
        }
    }

    /// Reads clients' rules anew where they changed, and has what waits looked at again; also what waits of contacts who
    /// changed.
    pub(super) async fn settle_clients(&mut self) -> Result<()> {
        if self.clients_due {
            let read = async |tx: &mut Tx| standing::clients(tx).await;
            self.clients = Arc::new(self.app.db().read(&authorize::reader(), read).await?);
            self.clients_due = false;
            let queues: Vec<Arc<Queue>> = self.board.queues();
            for q in queues {
                let queue = self.for_engine(&q);
                self.apply(engines::acd::Event::QueueChanged(queue));
            }
            self.touched.extend(self.metas.values().map(|m| m.id));
        }
        if !self.contacts.is_empty() {
            let changed = std::mem::take(&mut self.contacts);
            let theirs = self.metas.values().filter(|m| changed.contains(&m.contact)).map(|m| m.id);
            let theirs: Vec<ConversationId> = theirs.collect();
            self.touched.extend(theirs);
        }
        Ok(())
    }
}

/// Is somebody known to the engine who could be rung by name?
pub(super) fn at_work(board: &Board, user: UserId) -> bool {
    board.agent(user).is_some_and(|a| a.state != engines::acd::AgentState::Offline)
}
