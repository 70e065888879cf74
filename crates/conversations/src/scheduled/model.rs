//! A reply that waits, and when it may. Pure.

use crate::messages::MailHead;
use kernel::{
    AttachmentId, ConversationId, Error, LineId, MessageId, Millis, Result, ScheduledId, TenantId, UserId,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The nearest time that can be chosen.
pub const AHEAD_MS_MIN: Millis = 10_000;
/// The farthest.
pub const AHEAD_MS_MAX: Millis = 90 * 24 * 3_600_000;
/// Replies that wait in one conversation at the most.
pub const WAITING_MAX: i64 = 20;
/// Replies that wait of one author at the most.
pub const OF_AUTHOR_MAX: i64 = 200;
/// The name of a time zone at the most, in bytes.
pub const ZONE_MAX: usize = 64;

/// Where a reply that waits stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ScheduledState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its time has not come.
    Pending,
    /// Its time came and something had changed: a person decides.
    Held,
    /// It was sent.
    Sent,
    /// It was taken back.
    Cancelled,
}

impl State {
    /// The word stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Held => "held",
            State::Sent => "sent",
            State::Cancelled => "cancelled",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<State> {
        let all = [State::Pending, State::Held, State::Sent, State::Cancelled];
        all.into_iter().find(|s| s.word() == w).ok_or_else(|| Error::internal(format!("{w} is no state")))
    }
}

/// A reply that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheduled {
    /// Its id.
    pub id: ScheduledId,
    /// Whose.
    pub tenant: TenantId,
    /// On which line.
    pub line: LineId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// By whom.
    pub author: UserId,
    /// The text.
    pub body: String,
    /// Files, already uploaded.
    pub attachments: Vec<AttachmentId>,
    /// To whom a mail goes, and about what.
    pub mail: Option<Arc<MailHead>>,
    /// When it goes.
    pub due_at: Millis,
    /// The time zone in which the time was chosen.
    pub zone: String,
    /// Does it only wait for its undo time?
    pub hold: bool,
    /// Has its author confirmed what was found in it?
    pub confirmed: bool,
    /// The newest message its author had seen.
    pub seen_seq: i64,
    /// Where it stands.
    pub state: State,
    /// Why it is held: an error code.
    pub reason: Option<String>,
    /// The message it became.
    pub message: Option<MessageId>,
    /// When it was written.
    pub created_at: Millis,
}

/// A time that can be chosen.
pub fn check_due(due_at: Millis, now: Millis) -> Result<()> {
    match due_at - now {
        ahead if ahead < AHEAD_MS_MIN => Err(Error::invalid("/due_at", "past")),
        ahead if ahead > AHEAD_MS_MAX => Err(Error::invalid("/due_at", "too_far")),
        _ => Ok(()),
    }
}

/// The name of a time zone, as far as its spelling tells: screens show times in it, nothing is reckoned by it.
pub fn check_zone(zone: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    match zone.is_empty() || zone.len() > ZONE_MAX || !zone.chars().all(fits) {
        true => Err(Error::invalid("/zone", "unfit")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_ahead_and_not_too_far() {
        assert!(check_due(1_000, 1_000).is_err() && check_due(12_000, 1_000).is_ok());
        assert!(check_due(AHEAD_MS_MAX + 2_000, 1_000).is_err());
    }

    #[test]
    fn a_zone_is_a_name() {
        assert!(check_zone("Asia/Shanghai").is_ok() && check_zone("Etc/GMT+8").is_ok());
        assert!(
            check_zone("").is_err() && check_zone("a b").is_err() && check_zone(&"x".repeat(65)).is_err()
        );
    }
}
