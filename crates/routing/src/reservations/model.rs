//! A reservation, its ends, and the reasons an agent is told.

use engines::acd::{DeclineReason, Reason, WithdrawReason};
use kernel::{
    ContactId, ConversationId, Error, InboxId, LineId, Millis, QueueId, ReservationId, Result, TenantId,
    UserId,
};

/// A reason for declining at the most, in bytes.
pub const REASON_MAX: usize = 64;

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It rings.
    Active,
    /// The agent took it.
    Accepted,
    /// The agent refused.
    Declined,
    /// Nobody answered in time.
    Lapsed,
    /// It was taken back.
    Withdrawn,
}

impl State {
    /// The word stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Accepted => "accepted",
            State::Declined => "declined",
            State::Lapsed => "lapsed",
            State::Withdrawn => "withdrawn",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<State> {
        match w {
            "active" => Ok(State::Active),
            "accepted" => Ok(State::Accepted),
            "declined" => Ok(State::Declined),
            "lapsed" => Ok(State::Lapsed),
            "withdrawn" => Ok(State::Withdrawn),
            _ => Err(Error::internal(format!("{w} is no state of a reservation"))),
        }
    }
}

/// A reservation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// What is offered.
    pub conversation: ConversationId,
    /// Who waits.
    pub contact: ContactId,
    /// Where it came in.
    pub inbox: InboxId,
    /// Where it waits.
    pub queue: QueueId,
    /// To whom it is offered.
    pub user: UserId,
    /// Where it stands.
    pub state: State,
    /// Why it was declined or withdrawn.
    pub reason: Option<String>,
    /// The conversation's epoch when it was offered.
    pub epoch: i64,
    /// The units it takes.
    pub charged: i64,
    /// Why this agent: keys.
    pub why: Vec<String>,
    /// Since when the customer waits.
    pub waiting_since: Millis,
    /// When it was offered.
    pub offered_at: Millis,
    /// From when on acceptance is too late.
    pub expires_at: Millis,
    /// When it ended.
    pub ended_at: Option<Millis>,
}

/// How the floor ends a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// `Declined`, `Lapsed` or `Withdrawn`.
    pub state: State,
    /// Why, as a word.
    pub reason: Option<&'static str>,
}

impl From<WithdrawReason> for End {
    fn from(r: WithdrawReason) -> End {
        let withdrawn = |reason| End { state: State::Withdrawn, reason: Some(reason) };
        match r {
            WithdrawReason::Lapsed => End { state: State::Lapsed, reason: None },
            WithdrawReason::Declined(_) => End { state: State::Declined, reason: None },
            WithdrawReason::AgentNotReady => withdrawn("agent_not_ready"),
            WithdrawReason::AgentGone => withdrawn("agent_gone"),
            WithdrawReason::ItemGone => withdrawn("item_gone"),
            WithdrawReason::Taken => withdrawn("taken"),
            WithdrawReason::Transferred => withdrawn("transferred"),
            WithdrawReason::NoLongerFits => withdrawn("no_longer_fits"),
        }
    }
}

/// What a word for declining means to the engine.
pub fn decline_reason(word: Option<&str>) -> DeclineReason {
    match word {
        Some("busy" | "break") => DeclineReason::Overloaded,
        Some("skill") => DeclineReason::NotMine,
        _ => DeclineReason::Other,
    }
}

/// Why this agent, as keys that the desk has words for, most important first.
pub fn why_keys(why: &[Reason]) -> Vec<String> {
    let key = |r: &Reason| match r {
        Reason::LastAgent => Some("why.last_agent"),
        Reason::PassedByName | Reason::PassedToTeam => Some("why.transferred"),
        Reason::TakenByHand => Some("why.manual"),
        Reason::TakenOver => Some("why.taken_over"),
        Reason::SkillFit { .. } => Some("why.skill"),
        Reason::LongestIdle { .. } => Some("why.longest_idle"),
        Reason::LeastLoad { .. } => Some("why.least_load"),
        Reason::Candidates { count: 1 } => Some("why.only_one"),
        Reason::OwnCrew => Some("why.own_crew"),
        Reason::Candidates { .. } | Reason::LowerId => None,
    };
    why.iter().filter_map(key).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_become_keys_in_their_order() {
        let why = [Reason::SkillFit { levels: 7 }, Reason::Candidates { count: 3 }];
        assert_eq!(why_keys(&why), ["why.skill"]);
        assert_eq!(why_keys(&[Reason::Candidates { count: 1 }]), ["why.only_one"]);
        assert_eq!(why_keys(&[Reason::LastAgent]), ["why.last_agent"]);
    }

    #[test]
    fn ends_keep_what_happened() {
        assert_eq!(End::from(WithdrawReason::Lapsed).state, State::Lapsed);
        assert_eq!(End::from(WithdrawReason::Taken).reason, Some("taken"));
        assert_eq!(decline_reason(Some("busy")), DeclineReason::Overloaded);
        assert_eq!(decline_reason(None), DeclineReason::Other);
    }
}
