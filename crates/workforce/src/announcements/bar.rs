//! Going ready waits for what must be read.

use super::service::unread_of;
use crate::codes;
use conversations::ports::ReadyBar;
use futures_util::future::BoxFuture;
use kernel::{Error, Result, UserId};
use platform::App;

/// Bars whoever has an announcement unread that says so.
pub struct Unread;

impl ReadyBar for Unread {
    fn check<'a>(&'a self, app: &'a App, user: UserId) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match unread_of(app, user).await?.iter().find(|n| n.bars_ready) {
                Some(n) => Err(Error::new(&codes::ANNOUNCEMENT_UNREAD).detail(n.id.to_string())),
                None => Ok(()),
            }
        })
    }
}
