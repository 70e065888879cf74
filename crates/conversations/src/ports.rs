//! What the spine asks of the ring: routing answers about work, channels carry replies outwards.

use axum::extract::ws::Utf8Bytes;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use kernel::{ContactId, ConversationId, InboxId, Language, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An agent's state, as the desk shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PresenceView {
    /// `ready`, `serving`, `wrap_up`, `break`, `busy`, `training`, `meeting` or `offline`.
    pub state: String,
    /// The kind, such as `lunch` of a break.
    pub kind: Option<String>,
    /// Since when.
    pub since: kernel::Millis,
    /// Units in use.
    pub load: i64,
    /// Units there are.
    pub capacity: i64,
}

/// What routing answers. Provided as a port `Arc<dyn Work>`.
pub trait Work: Send + Sync + 'static {
    /// The place in the queue, from 1; `None` when it does not wait.
    fn place(&self, conversation: ConversationId) -> Option<u32>;
    /// How long it will probably wait yet, in milliseconds: four of five wait no longer. `None` when it does not wait,
    /// or too few were served lately to say.
    fn estimate_ms(&self, conversation: ConversationId) -> Option<i64>;
    /// An agent's state.
    fn presence(&self, user: UserId) -> PresenceView;
    /// Tells of agents who sign out or come back, once [`Work::presence`] says so. Who listens slowly misses some.
    fn comings(&self) -> tokio::sync::broadcast::Receiver<UserId>;
    /// A queue's name, for those who may read the conversation.
    fn queue_name(&self, queue: kernel::QueueId) -> Option<String>;
}

/// What a channel does with replies. A channel is one folder in `channels/` and one entry in the port
/// `Vec<Arc<dyn Outbound>>`; it passes the contract suite.
pub trait Outbound: Send + Sync + 'static {
    /// The channel it carries.
    fn channel(&self) -> crate::threads::Channel;
    /// Sends a reply again after a failure. Channels whose contact fetches messages (the widget) have nothing to do.
    fn retry<'a>(
        &'a self,
        app: &'a App,
        message: &'a crate::messages::MessageRow,
    ) -> BoxFuture<'a, Result<()>>;
    /// Takes along what the channel keeps beside a conversation, in the transaction that joins two; answers what it needs to
    /// know to take it back. Channels that keep nothing there have nothing to do.
    fn join<'a>(
        &'a self,
        _app: &'a App,
        _tx: &'a mut Tx,
        _joining: &'a crate::joins::Joining,
    ) -> LocalBoxFuture<'a, Result<Value>> {
        Box::pin(async { Ok(Value::Null) })
    }
    /// Takes back what [`Outbound::join`] did, with what it answered.
    fn part<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _joining: &'a crate::joins::Joining,
        _kept: &'a Value,
    ) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// How the widget's side of a conversation is shown to its visitor; implemented by the web chat channel and provided as a
/// port `Arc<dyn VisitorPresenter>`. Each answer is a whole frame; `None` where the visitor is not to see it.
pub trait VisitorPresenter: Send + Sync + 'static {
    /// A message or thin line.
    fn message(
        &self,
        app: &App,
        names: &crate::messages::Names,
        message: &crate::messages::MessageRow,
        row: &crate::threads::Row,
    ) -> Option<Utf8Bytes>;
    /// Where the conversation stands.
    fn conversation(
        &self,
        app: &App,
        names: &crate::messages::Names,
        row: &crate::threads::Row,
    ) -> Option<Utf8Bytes>;
    /// How far the visitor's own messages have come.
    fn marked(&self, seq: i64, state: &str) -> Option<Utf8Bytes>;
    /// A member of staff is typing.
    fn typing(&self, alias: &str, on: bool) -> Option<Utf8Bytes>;
}

/// Who tells visitors their place in the queue. Provided as a port `Arc<dyn TellPlace>` by the channel whose visitors watch;
/// called by routing for conversations in whose visitor room somebody is.
pub trait TellPlace: Send + Sync + 'static {
    /// The place changed; `None` when it waits no more. May be lost.
    fn changed(&self, app: &App, conversation: ConversationId, place: Option<u32>);
}

/// Whoever a visitor's request proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitorOf {
    /// The client.
    pub tenant: TenantId,
    /// The inbox; the proof opens no other.
    pub inbox: InboxId,
    /// Who.
    pub contact: ContactId,
    /// The language they read.
    pub language: Language,
}

/// Who says who a visitor is, for areas with something to say to visitors. Provided as a port `Arc<dyn Visitors>` by the
/// channel that has visitors; counts each request against the visitor's share.
pub trait Visitors: Send + Sync + 'static {
    /// Errors: those of the channel for what proves nobody, comes from a foreign page, or is too much.
    fn prove(&self, app: &App, parts: &axum::http::request::Parts) -> Result<VisitorOf>;
}

/// What keeps somebody from going ready, such as a notice they have not read. Provided as a port `Arc<dyn ReadyBar>`.
pub trait ReadyBar: Send + Sync + 'static {
    /// Refuses with the reason, where there is one.
    fn check<'a>(&'a self, app: &'a App, user: UserId) -> BoxFuture<'a, Result<()>>;
}
