//! A mail as it came. Pure.

use crate::email::judging::Judgement;
use kernel::{ArrivalId, ConversationId, Error, InboxId, LineId, MessageId, Millis, Result, TenantId};
use platform::blobs::BlobHash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By which way a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ArrivalVia)]
pub enum Via {
    /// Fetched from a mailbox.
    Imap,
    /// Brought over SMTP.
    Smtp,
    /// Brought over LMTP.
    Lmtp,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ArrivalStatus)]
pub enum Status {
    /// Not read yet.
    Pending,
    /// Its words are where they belong.
    Done,
    /// Laid aside; can be read again.
    Quarantined,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ }) => {
        impl $name {
            /// The word stored.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// From the word stored.
            pub fn from_word(w: &str) -> Result<$name> {
                match w { $($word => Ok($name::$variant),)+ _ => Err(Error::internal(format!("{w} is no {}", stringify!($name)))) }
            }
        }
    };
}
words!(Via { Imap = "imap", Smtp = "smtp", Lmtp = "lmtp" });
words!(Status { Pending = "pending", Done = "done", Quarantined = "quarantined" });

/// What the one who brought a mail said about it (RFC 5321).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Envelope {
    /// Who sends it; empty for a bounce, absent where nobody said.
    pub from: Option<String>,
    /// To whom it was brought.
    pub to: Option<String>,
    /// Who brought it: a host's address.
    pub peer: Option<String>,
    /// Where it came into the house: the address of the host that sent it, where that is known.
    pub origin: Option<String>,
    /// How that host greeted.
    pub helo: Option<String>,
}

/// The ids that an answer to a mail names, without angle brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// Its own.
    pub id: Option<String>,
    /// The line it stands in, oldest first.
    #[serde(default)]
    pub references: Vec<String>,
}

/// A mail as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Its id.
    pub id: ArrivalId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The inbox.
    pub inbox: InboxId,
    /// Its bytes.
    pub blob: BlobHash,
    /// How many.
    pub size: i64,
    /// By which way it came.
    pub via: Via,
    /// What was said about it.
    pub envelope: Envelope,
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
    /// Which ids an answer names.
    pub ids: Ids,
    /// What we found out about its sender.
    pub judged: Option<Judgement>,
    /// When it came.
    pub received_at: Millis,
    /// When it was brought where it belongs, or laid aside.
    pub settled_at: Option<Millis>,
}
