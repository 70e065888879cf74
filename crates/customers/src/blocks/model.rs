//! States of an entry, and their arrows. Pure.

use kernel::{Error, Millis, Result, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An entry lasts so long at the most: five years.
pub const LASTS_MAX_MS: Millis = 5 * 366 * 86_400_000;

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BlockState)]
pub enum State {
    /// Somebody asked for it.
    Asked,
    /// It holds.
    Active,
    /// It was not agreed to.
    Refused,
    /// It was taken back.
    Lifted,
    /// Its time came.
    Expired,
}

impl State {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Active => "active",
            State::Refused => "refused",
            State::Lifted => "lifted",
            State::Expired => "expired",
        }
    }

    /// From what is stored.
    pub fn from_word(word: &str) -> Result<State> {
        let all = [State::Asked, State::Active, State::Refused, State::Lifted, State::Expired];
        let found = all.into_iter().find(|s| s.word() == word);
        found.ok_or_else(|| Error::internal(format!("no state of a block is called {word}")))
    }

    /// After a decision by `who` on what `asker` asked for. Errors: `block.own`, `block.decided`.
    pub fn decide(self, agree: bool, who: UserId, asker: UserId) -> Result<State> {
        if self != State::Asked {
            return Err(Error::new(&crate::codes::BLOCK_DECIDED));
        }
        // Who asked may take it back, but not agree to it.
        match (agree, who == asker) {
            (true, true) => Err(Error::new(&crate::codes::BLOCK_OWN)),
            (true, false) => Ok(State::Active),
            (false, _) => Ok(State::Refused),
        }
    }

    /// After it was taken back. Error: `block.decided`.
    pub fn lift(self) -> Result<State> {
        if self == State::Active { Ok(State::Lifted) } else { Err(Error::new(&crate::codes::BLOCK_DECIDED)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_agrees_to_what_they_asked_for() {
        let (a, b) = (UserId(1), UserId(2));
        assert_eq!(State::Asked.decide(true, b, a).expect("agreed"), State::Active);
        assert_eq!(State::Asked.decide(false, a, a).expect("taken back"), State::Refused);
        assert!(State::Asked.decide(true, a, a).is_err());
        assert!(State::Active.decide(true, b, a).is_err());
        assert!(State::Refused.lift().is_err() && State::Active.lift().is_ok());
    }
}
