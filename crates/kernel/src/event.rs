//! What happened, as it is written into the log together with the state that it changed.

use crate::{LineId, Millis, TenantId};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// What kind of party did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// The program itself: a timer, a rule, a reader of the log.
    System,
    /// A human with an account.
    User,
    /// A contact, through a channel.
    Contact,
    /// A program that answers.
    Bot,
    /// A program of somebody else's, with a token.
    Token,
}

impl ActorKind {
    /// The number stored in the database.
    pub fn code(self) -> i64 {
        self as i64
    }
    /// From the number stored in the database; what is unknown counts as the system.
    pub fn from_code(code: i64) -> ActorKind {
        match code {
            1 => ActorKind::User,
            2 => ActorKind::Contact,
            3 => ActorKind::Bot,
            4 => ActorKind::Token,
            _ => ActorKind::System,
        }
    }
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The kind of party.
    pub kind: ActorKind,
    /// The id within the kind: user, contact, bot or token; 0 for the system.
    pub id: i64,
}

impl Actor {
    /// The program itself.
    pub const SYSTEM: Actor = Actor { kind: ActorKind::System, id: 0 };
    /// A human with an account.
    pub fn user(id: crate::UserId) -> Actor {
        Actor { kind: ActorKind::User, id: id.0 }
    }
    /// A contact.
    pub fn contact(id: crate::ContactId) -> Actor {
        Actor { kind: ActorKind::Contact, id: id.0 }
    }
    /// A program with a token.
    pub fn token(id: crate::TokenId) -> Actor {
        Actor { kind: ActorKind::Token, id: id.0 }
    }
}

/// Something that travels with a fresh event in memory and is never stored: the view already rendered by the writer,
/// so that readers in the same process need not read it back. Absent when a reader catches up from the database.
pub type Hot = Arc<dyn Any + Send + Sync>;

/// One fact. Holds ids and facts, never message text or personal data.
#[derive(Clone)]
pub struct Event {
    /// Place in the installation's one series: gap-free, in commit order. 0 until the commit gives it.
    pub pos: i64,
    /// The client, 0 for the provider's own.
    pub tenant: TenantId,
    /// The line, 0 where the fact belongs to none.
    pub line: LineId,
    /// Such as `message.created`: the noun in the singular, then what happened to it.
    pub kind: Cow<'static, str>,
    /// The id of the thing it happened to.
    pub subject: i64,
    /// The conversation it happened in, 0 if none.
    pub conversation: i64,
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub at: Millis,
    /// Further facts as JSON, `null` if there are none.
    pub data: serde_json::Value,
    /// See [`Hot`].
    pub hot: Option<Hot>,
}

impl Event {
    /// An event without line, conversation or further facts.
    pub fn new(tenant: TenantId, kind: &'static str, subject: i64, actor: Actor, at: Millis) -> Event {
        Event {
            pos: 0,
            tenant,
            line: LineId(0),
            kind: Cow::Borrowed(kind),
            subject,
            conversation: 0,
            actor,
            at,
            data: serde_json::Value::Null,
            hot: None,
        }
    }
    /// Names the line.
    pub fn line(mut self, line: LineId) -> Event {
        self.line = line;
        self
    }
    /// Names the conversation.
    pub fn conversation(mut self, id: crate::ConversationId) -> Event {
        self.conversation = id.0;
        self
    }
    /// Adds further facts.
    pub fn data(mut self, data: serde_json::Value) -> Event {
        self.data = data;
        self
    }
    /// Adds what travels in memory only.
    pub fn hot(mut self, hot: Hot) -> Event {
        self.hot = Some(hot);
        self
    }
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{} {} {} of tenant {}", self.pos, self.kind, self.subject, self.tenant)
    }
}
