//! The channel, for sending again what failed.

use super::deliveries;
use conversations::messages::MessageRow;
use conversations::ports::Outbound;
use conversations::threads::Channel;
use futures_util::future::BoxFuture;
use kernel::Result;
use platform::App;

/// The channel.
pub struct Email;

impl Outbound for Email {
    fn channel(&self) -> Channel {
        Channel::Email
    }
    fn retry<'a>(&'a self, app: &'a App, m: &'a MessageRow) -> BoxFuture<'a, Result<()>> {
        Box::pin(deliveries::again(app, m))
    }
}
