//! Shapes of presence that its own routes take and give; the state itself is the spine's `PresenceView`.

use super::model::State;
use engines::acd::Capacity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A state to go into.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceChange {
    /// Not `wrap_up`, which begins by itself.
    pub state: State,
    /// Of a break, such as `lunch`.
    pub kind: Option<String>,
}

/// A state that somebody else is put into.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForcedPresence {
    /// `ready`, `busy`, `training`, `meeting` or `offline`.
    pub state: State,
    /// Why, in at most 200 characters; the agent reads it.
    pub reason: String,
    /// How many minutes it holds, 0 to 600: until then the agent may not choose another state, but sign out. Left out, it
    /// holds until a lead ends it; 0 for not at all.
    pub minutes: Option<i64>,
}

/// How much at once: units in all, and what one piece of each sort of work takes. A sort that takes 0 is not given.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityView {
    /// What there is in all.
    pub units: u16,
    /// One chat.
    pub chat: u16,
    /// One mail.
    pub mail: u16,
    /// One call.
    pub voice: u16,
    /// One ticket.
    pub ticket: u16,
    /// One call-back, follow-up or other task.
    pub task: u16,
}

impl From<Capacity> for CapacityView {
    fn from(c: Capacity) -> CapacityView {
        let Capacity { units, chat, mail, voice, ticket, task } = c;
        CapacityView { units, chat, mail, voice, ticket, task }
    }
}

impl From<CapacityView> for Capacity {
    fn from(c: CapacityView) -> Capacity {
        let CapacityView { units, chat, mail, voice, ticket, task } = c;
        Capacity { units, chat, mail, voice, ticket, task }
    }
}
