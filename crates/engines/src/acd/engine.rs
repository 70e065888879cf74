//! The engine's state and its one entrance.

use super::{AgentRow, Command, Event, Explanation, ItemRow, Settings, Snapshot};
use kernel::{Millis, QueueId, UserId, WorkItemId};

/// Most agents listed in one explanation.
pub const EXPLAINED_MAX: usize = 500;

/// The routing engine.
pub struct Acd {
    settings: Settings,
}

impl Acd {
    /// An empty engine. Reservations are numbered from `first_reservation` on; give a fresh id of the `IdMaker` at
    /// each start: the engine counts one by one and so never catches up with the ids of a later start.
    pub fn new(settings: Settings, first_reservation: i64) -> Acd {
        let _ = first_reservation;
        Acd { settings }
    }
    /// Handles what is due by `now`, then the event, then matches. See the head of the module.
    pub fn apply(&mut self, event: Event, now: Millis) -> Vec<Command> {
        let _ = (event, now, self.settings);
        vec![]
    }
    /// When the next timer is due: call with [`Event::TimerFired`] then.
    pub fn next_due(&self) -> Option<Millis> {
        None
    }
    /// The item's place in its queue, counted from 1 over what waits and rings; `None` once held or gone.
    pub fn position(&self, item: WorkItemId) -> Option<u32> {
        let _ = item;
        None
    }
    /// All places of a queue in order: what waits and what rings, at most `limit`.
    pub fn positions(&self, queue: QueueId, limit: usize) -> Vec<(WorkItemId, u32)> {
        let _ = (queue, limit);
        vec![]
    }
    /// How many wait or ring in a queue.
    pub fn queue_len(&self, queue: QueueId) -> usize {
        let _ = queue;
        0
    }
    /// An agent as the engine sees them.
    pub fn agent(&self, agent: UserId) -> Option<AgentRow> {
        let _ = agent;
        None
    }
    /// An item as the engine sees it.
    pub fn item(&self, item: WorkItemId) -> Option<ItemRow> {
        let _ = item;
        None
    }
    /// Where an item stands, why, and how every agent stands to it.
    pub fn explain(&self, item: WorkItemId) -> Option<Explanation> {
        let _ = item;
        None
    }
    /// The whole of what is known; [`Event::Restore`] of it goes on from here.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::default()
    }
}
