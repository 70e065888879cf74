//! A reply on its way, and what follows from a try. Pure.

use kernel::{ConversationId, Error, InboxId, MessageId, Millis, Result, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The pauses before the second, third … try; two days in all.
const PAUSES_MS: &[Millis] =
    &[60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000, 24 * 3_600_000];

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailDeliveryStatus)]
pub enum Status {
    /// Waits for a try.
    Pending,
    /// A server has taken it.
    Accepted,
    /// Laid aside; can be sent again.
    Failed,
}

impl Status {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Accepted => "accepted",
            Status::Failed => "failed",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Status> {
        [Status::Pending, Status::Accepted, Status::Failed]
            .into_iter()
            .find(|s| s.word() == w)
            .ok_or_else(|| Error::internal(format!("{w} is no state of a delivery")))
    }
}

/// A reply on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The message.
    pub message: MessageId,
    /// The client.
    pub tenant: TenantId,
    /// Through which inbox.
    pub inbox: InboxId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// What went wrong: an error code.
    pub fault: Option<String>,
    /// What the server said.
    pub answer: Option<String>,
    /// Who has it already, in lower case: where the server refused others.
    pub taken: Vec<String>,
    /// When it was written.
    pub created_at: Millis,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The server took it and said this.
    Accepted(String),
    /// It did not: an error code, what it said, and whether another try would end alike.
    Failed(&'static str, String, bool),
}

/// What follows from a try.
pub fn after(d: Delivery, outcome: Outcome, now: Millis) -> Delivery {
    let attempts = d.attempts + 1;
    match outcome {
        Outcome::Accepted(answer) => Delivery {
            status: Status::Accepted,
            attempts,
            next_at: None,
            fault: None,
            answer: Some(answer),
            ..d
        },
        Outcome::Failed(code, answer, lasting) => {
            let pause = usize::try_from(attempts - 1).ok().and_then(|i| PAUSES_MS.get(i));
            let next_at = pause.filter(|_| !lasting).map(|ms| now + ms);
            let status = if next_at.is_some() { Status::Pending } else { Status::Failed };
            let answer = Some(answer).filter(|a| !a.is_empty());
            Delivery { status, attempts, next_at, fault: Some(code.to_owned()), answer, ..d }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery() -> Delivery {
        Delivery {
            message: MessageId(1),
            tenant: TenantId(1),
            inbox: InboxId(1),
            conversation: ConversationId(1),
            status: Status::Pending,
            attempts: 0,
            next_at: Some(0),
            fault: None,
            answer: None,
            taken: vec![],
            created_at: 0,
        }
    }

    #[test]
    fn what_passes_is_tried_again_and_what_lasts_is_laid_aside() {
        let busy = after(delivery(), Outcome::Failed("mail.later", "451".into(), false), 5);
        assert_eq!((busy.status, busy.next_at), (Status::Pending, Some(60_005)));
        let refused = after(delivery(), Outcome::Failed("mail.recipient_refused", "550 no".into(), true), 5);
        assert_eq!((refused.status, refused.next_at), (Status::Failed, None));
        let worn = Delivery { attempts: PAUSES_MS.len() as i64, ..delivery() };
        assert_eq!(
            after(worn, Outcome::Failed("mail.later", String::new(), false), 5).status,
            Status::Failed
        );
        let done = after(busy, Outcome::Accepted("250 ok".into()), 9);
        assert_eq!((done.status, done.fault, done.attempts), (Status::Accepted, None, 2));
    }
}
