//! A decision as it is kept.

use engines::acd::Decision;
use kernel::{ConversationId, Error, LineId, Millis, QueueId, ReservationId, Result, TenantId, UserId};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To ring at somebody.
    Offered,
    /// To put it into somebody's hands without asking.
    Given,
}

impl Kind {
    /// The word stored and sent.
    pub fn word(self) -> &'static str {
        if self == Kind::Offered { "offered" } else { "given" }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Kind> {
        match w {
            "offered" => Ok(Kind::Offered),
            "given" => Ok(Kind::Given),
            _ => Err(Error::internal(format!("{w} is no kind of decision"))),
        }
    }
}

/// A decision with whom it concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Its id; grows with time.
    pub id: i64,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// What was to be given.
    pub conversation: ConversationId,
    /// Where it waited.
    pub queue: QueueId,
    /// Who was chosen.
    pub user: UserId,
    /// The offer, if it rang.
    pub reservation: Option<ReservationId>,
    /// What was decided.
    pub kind: Kind,
    /// When.
    pub at: Millis,
    /// Why, and who else; `None` where it cannot be read any more.
    pub decision: Option<Decision>,
}
