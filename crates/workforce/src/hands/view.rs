//! Shapes of hands.

use super::store::Hand;
use accounts::Directory;
use kernel::{ConversationId, HandId, LineId, MessageId, Millis, TenantId, UserId};
use platform::App;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A raised hand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandView {
    /// The hand.
    pub id: HandId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The conversation it is about.
    pub conversation: ConversationId,
    /// Who raised it.
    pub user: UserId,
    /// Their alias.
    pub alias: String,
    /// Their number.
    pub number: String,
    /// Why, in their words.
    pub reason: String,
    /// `raised`, `taken` or `lowered`.
    pub state: String,
    /// Since when.
    pub raised_at: Millis,
    /// Who helps.
    pub taken_by: Option<UserId>,
    /// Their alias.
    pub taken_alias: Option<String>,
    /// Since when.
    pub taken_at: Option<Millis>,
    /// How long it took until somebody helped, in milliseconds.
    pub help_ms: Option<Millis>,
}

/// A hand as it is shown.
pub fn view(app: &App, h: &Hand) -> HandView {
    let directory = app.port::<Arc<Directory>>();
    let name = directory.user(h.user);
    HandView {
        id: h.id,
        tenant: h.tenant,
        line: h.line,
        conversation: h.conversation,
        user: h.user,
        alias: name.as_ref().map(|n| n.alias.clone()).unwrap_or_default(),
        number: name.map(|n| n.number.clone()).unwrap_or_default(),
        reason: h.reason.clone(),
        state: h.state.clone(),
        raised_at: h.raised_at,
        taken_by: h.taken_by,
        taken_alias: h.taken_by.and_then(|u| directory.user(u)).map(|n| n.alias.clone()),
        taken_at: h.taken_at,
        help_ms: h.taken_at.map(|at| at - h.raised_at),
    }
}

/// Somebody who reads along.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WatcherView {
    /// Who.
    pub user: UserId,
    /// Their alias.
    pub alias: String,
    /// Since when.
    pub since: Millis,
}

/// Who helps with a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HelpView {
    /// The hands raised for it.
    pub hands: Vec<HandView>,
    /// Who reads along; only shown to those who may.
    pub watchers: Vec<WatcherView>,
    /// Which of its notes were whispered.
    pub whispers: Vec<MessageId>,
    /// May the reader watch and whisper here?
    pub may_help: bool,
}
