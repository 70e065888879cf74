//! The API inbox: any other source sends its customers' messages here, and gets replies at the inbox's `webhook_url`.
//!
//! `POST /in/v1/{key}` takes a JSON body whose raw bytes are signed as Standard Webhooks has it, with the inbox's secret.
//! The body is read only after the signature has been found good. `external_id` is the source's own name for the
//! message: sent again, out of order or many times at once, it is one message and the answer is the same.
//!
//! Replies leave by the webhooks of `automation`, which listens for `message.created` and [`RETRIED`].

mod http;
mod model;
mod secrets;
mod service;
mod store;

pub use model::{Inbound, InboundContact, InboundFile};
pub use secrets::{Keys, SecretCache};
pub use service::{Received, receive};

use conversations::messages::MessageRow;
use conversations::ports::Outbound;
use conversations::threads::Channel;
use futures_util::future::BoxFuture;
use kernel::{Actor, AggregateKey, Event, Result};
use platform::store::Tx;
use platform::{App, Registry};
use std::sync::Arc;

/// The event that asks for a reply to be sent again.
pub const RETRIED: &str = "message.retried";

/// The channel.
pub struct Api;

impl Outbound for Api {
    fn channel(&self) -> Channel {
        Channel::Api
    }
    fn retry<'a>(&'a self, app: &'a App, m: &'a MessageRow) -> BoxFuture<'a, Result<()>> {
        let event =
            Event::new(m.tenant, RETRIED, m.id.0, Actor::SYSTEM, app.now()).conversation(m.conversation);
        let (scope, key) = (accounts::authorize::job(m.tenant), AggregateKey::new("message", m.id.0));
        Box::pin(async move {
            let write = async move |tx: &mut Tx| {
                tx.emit(event.clone());
                Ok(())
            };
            app.db().write(&scope, key, write).await
        })
    }
}

pub(crate) fn register(reg: &mut Registry) {
    reg.provide(Arc::new(SecretCache::default()));
    reg.public(http::routes());
    reg.task("inbox secrets", secrets::follow);
}
