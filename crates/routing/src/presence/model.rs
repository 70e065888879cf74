//! The states, as stored, sent and told to the engine.

use engines::acd::AgentState;
use kernel::{Error, Millis, Result, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The name of a kind of break at the most, in bytes.
pub const KIND_MAX: usize = 64;

/// A state somebody can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// May be offered work.
    Ready,
    /// Finishing the record of the last contact.
    WrapUp,
    /// On a break of some kind.
    Break,
    /// Not to be disturbed.
    Busy,
    /// In training.
    Training,
    /// In a meeting.
    Meeting,
    /// Not at work.
    Offline,
}

const WORDS: [(State, &str); 7] = [
    (State::Ready, "ready"),
    (State::WrapUp, "wrap_up"),
    (State::Break, "break"),
    (State::Busy, "busy"),
    (State::Training, "training"),
    (State::Meeting, "meeting"),
    (State::Offline, "offline"),
];

impl State {
    /// The word stored and sent.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(s, _)| *s == self).map_or("offline", |(_, w)| w)
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<State> {
        let known = WORDS.iter().find(|(_, word)| *word == w);
        known.map(|(s, _)| *s).ok_or_else(|| Error::internal(format!("{w} is no state of an agent")))
    }
    /// As the engine takes it.
    pub fn for_engine(self, kind: Option<&str>) -> AgentState {
        match self {
            State::Ready => AgentState::Ready,
            State::WrapUp => AgentState::WrapUp,
            State::Break => AgentState::Break { kind: kind.unwrap_or_default().to_owned() },
            State::Busy => AgentState::Busy,
            State::Training => AgentState::Training,
            State::Meeting => AgentState::Meeting,
            State::Offline => AgentState::Offline,
        }
    }
    /// As the engine says it.
    pub fn of_engine(state: &AgentState) -> State {
        match state {
            AgentState::Ready => State::Ready,
            AgentState::WrapUp => State::WrapUp,
            AgentState::Break { .. } => State::Break,
            AgentState::Busy => State::Busy,
            AgentState::Training => State::Training,
            AgentState::Meeting => State::Meeting,
            AgentState::Offline => State::Offline,
        }
    }
}

/// Who set the state that somebody is in, and for how long it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forced {
    /// Whose state.
    pub user: UserId,
    /// The lead.
    pub by: UserId,
    /// Why.
    pub reason: String,
    /// Until when: `None` until a lead ends it, 0 for not at all.
    pub until: Option<Millis>,
    /// Since when the state is what it is.
    pub since: Millis,
}

impl Forced {
    /// Must it not be left yet?
    pub fn holds(&self, now: Millis) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// Somebody's state now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentNow {
    /// Who.
    pub user: UserId,
    /// The state.
    pub state: State,
    /// The kind, of a break.
    pub kind: Option<String>,
    /// Since when.
    pub since: Millis,
    /// When the wrapping up that the engine began ends.
    pub wrap_up_until: Option<Millis>,
    /// Grows with each change.
    pub version: i64,
    /// When a node with a socket of theirs last said so, where there are several nodes.
    pub seen_at: Millis,
    /// Has a break of theirs its place, so that they get no new work until it begins?
    pub granted: bool,
}

impl AgentNow {
    /// Somebody who never signed in.
    pub fn absent(user: UserId) -> AgentNow {
        AgentNow {
            user,
            state: State::Offline,
            kind: None,
            since: 0,
            wrap_up_until: None,
            version: 0,
            seen_at: 0,
            granted: false,
        }
    }
    /// As the engine takes it: whose break waits for the end of the last conversation is offered nothing more.
    pub fn for_engine(&self) -> AgentState {
        if self.granted && self.state == State::Ready {
            return AgentState::Busy;
        }
        self.state.for_engine(self.kind.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_store_and_engine() {
        for (state, word) in WORDS {
            assert_eq!(State::from_word(word).expect("a word"), state);
            assert_eq!(State::of_engine(&state.for_engine(Some("lunch"))), state);
        }
        assert!(State::from_word("serving").is_err(), "serving is derived, never stored");
    }
}
