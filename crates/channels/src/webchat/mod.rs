//! Web chat: the widget on a client's page. Owns `/w/v1` and the visitor principal.
//!
//! ```text
//! page ── hark.js ──▶ frame (sandboxed, our origin, only on allowed sites)
//!                       │ POST session ──▶ signed token: inbox, visitor, contact, until when
//!                       ├─ messages, files, read, end over HTTP, or
//!                       └─ WS live: auth · ready · message · state · conversation · typing · resync
//! ```
//! A visitor is nobody until they write: the session makes a token and no row; the first message makes the contact, the
//! conversation and the message in one transaction. The token names its inbox and is signed with a key of that inbox,
//! so it opens nothing else. What leaves the house is made in [`view`] alone: no notes, no legal names, no ids of staff, no
//! positions of the log; only numbers within the visitor's own conversation.
//!
//! Invariants: a visitor reads their own conversation and no other; a message is acknowledged after its commit; the same
//! `client_id` is one message; a socket that cannot follow is told to ask again (`resync`), never served with a hole.

mod events;
mod frame;
mod history;
mod http;
mod limits;
mod live;
mod model;
mod presenter;
mod service;
mod token;
mod view;
mod visitor;

pub use limits::{Limits, Rate, block_of};
pub(crate) use limits::{READS, TRANSCRIPTS};
pub use model::{BODY_MAX, MIMES};
pub use presenter::Presenter;
pub use service::{Post, Seen, conversation_of, end, identify, post, read_marks, session, since};
pub(crate) use service::{page_of, row_of};
pub use token::{Identity, TOKEN_MS, VisitorToken};
pub use view::{
    AgentView, ConfigView, PastList, PastView, SessionView, VisitorBrand, VisitorConversation, VisitorEvent,
    VisitorLimits, VisitorMessage, VisitorPage,
};
pub use visitor::{Principal, Visitor};

use conversations::messages::MessageRow;
use conversations::ports::Outbound;
use conversations::threads::Channel;
use futures_util::future::BoxFuture;
use kernel::Result;
use platform::{App, Registry};
use std::sync::Arc;

/// The channel. Its customers fetch what is new themselves, so there is nothing to send again.
pub struct Webchat;

impl Outbound for Webchat {
    fn channel(&self) -> Channel {
        Channel::Webchat
    }
    fn retry<'a>(&'a self, _: &'a App, _: &'a MessageRow) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

pub(crate) fn register(reg: &mut Registry) {
    reg.provide(Arc::new(Limits::default()));
    reg.public(http::routes());
    reg.public(frame::routes());
    reg.public(live::routes());
    reg.task("visitors", events::follow);
    reg.task("webchat: agents", events::follow_agents);
}
