//! The channel, for sending again what failed, and for what moves when conversations are joined.

use super::{deliveries, threading};
use conversations::joins::Joining;
use conversations::messages::MessageRow;
use conversations::ports::Outbound;
use conversations::threads::Channel;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use kernel::Result;
use platform::App;
use platform::store::Tx;
use serde_json::Value;

/// The channel.
pub struct Email;

impl Outbound for Email {
    fn channel(&self) -> Channel {
        Channel::Email
    }
    fn join<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        joining: &'a Joining,
    ) -> LocalBoxFuture<'a, Result<Value>> {
        Box::pin(threading::join(app, tx, joining))
    }
    fn part<'a>(
        &'a self,
        tx: &'a mut Tx,
        joining: &'a Joining,
        kept: &'a Value,
    ) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(threading::part(tx, joining, kept))
    }
    fn retry<'a>(&'a self, app: &'a App, m: &'a MessageRow) -> BoxFuture<'a, Result<()>> {
        Box::pin(deliveries::again(app, m))
    }
}
