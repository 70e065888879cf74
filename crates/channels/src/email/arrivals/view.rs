//! Mails as staff see them.

use super::model::{Arrival, Envelope, Status, Via};
use crate::email::deliveries;
use kernel::{ArrivalId, ConversationId, InboxId, LineId, MessageId, Millis, TenantId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A mail as it came.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArrivalView {
    /// Its id.
    pub id: ArrivalId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The inbox.
    pub inbox: InboxId,
    /// By which way it came.
    pub via: Via,
    /// What was said about it on the way.
    pub envelope: Envelope,
    /// Bytes.
    pub size: i64,
    /// What became of it.
    pub status: Status,
    /// How often it was looked into.
    pub tries: i64,
    /// Why it was laid aside: an error code.
    pub fault: Option<String>,
    /// More about that.
    pub detail: Option<String>,
    /// What kind of mail.
    pub kind: Option<String>,
    /// Where its words are.
    pub conversation: Option<ConversationId>,
    /// As which message.
    pub message: Option<MessageId>,
    /// When it came.
    pub received_at: Millis,
    /// When it was brought where it belongs, or laid aside.
    pub settled_at: Option<Millis>,
    /// The mail as it came, at an address that works for a while; `null` for who may not see personal data.
    pub raw_url: Option<String>,
}

impl ArrivalView {
    /// With the address of its bytes, for who may see them.
    pub fn of(a: Arrival, raw_url: Option<String>) -> ArrivalView {
        ArrivalView {
            raw_url,
            id: a.id,
            tenant: a.tenant,
            line: a.line,
            inbox: a.inbox,
            via: a.via,
            envelope: a.envelope,
            size: a.size,
            status: a.status,
            tries: a.tries,
            fault: a.fault,
            detail: a.detail,
            kind: a.kind,
            conversation: a.conversation,
            message: a.message,
            received_at: a.received_at,
            settled_at: a.settled_at,
        }
    }
}

/// One method by which a sender was judged.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// `spf`, `dkim`, `dmarc`, `arc`.
    pub method: String,
    /// What it found, such as `pass` or `fail`.
    pub outcome: String,
    /// The domain it speaks of.
    pub domain: String,
    /// Who found it: `server` (the mailbox's own) or `hark`.
    pub by: &'static str,
    /// Why, or what the domain asks for, as a word such as `altered`, `expired`, `no_key` or `p=reject`; may be empty.
    pub note: String,
}

/// What a mail holds beside the text of its message.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrittenMail {
    /// Quotes of earlier mails and the signature, as text.
    pub text_folded: String,
    /// What is new, as safe HTML for a page of its own without scripts. A picture from outside is
    /// `<img data-remote-src="…">`, one of the mail `<img data-attachment="…">`.
    pub html: Option<String>,
    /// The rest, the same way.
    pub html_folded: Option<String>,
    /// Pictures of the mail by their number, at addresses that work for a while.
    pub pictures: BTreeMap<String, String>,
    /// What was found out about its sender.
    pub findings: Vec<FindingView>,
    /// By which way it came.
    pub via: Via,
    /// The mail as it came, at an address that works for a while.
    pub raw_url: String,
}

/// How a mail of ours went out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailDelivery)]
pub struct DeliveryView {
    /// Where it stands.
    pub status: deliveries::Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// What went wrong: an error code.
    pub fault: Option<String>,
    /// What the server said.
    pub answer: Option<String>,
}

/// What stands behind a message of mail; both are `null` of any other.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageMail {
    /// Of one that came.
    pub written: Option<WrittenMail>,
    /// Of one of ours.
    pub delivery: Option<DeliveryView>,
}

/// Pictures from outside, fetched for the reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct FetchedPictures {
    /// By the address they had, where they can be had now; what could not be fetched is missing.
    pub pictures: BTreeMap<String, String>,
}
