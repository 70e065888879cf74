//! For whom a mail is, and keeping it.

use crate::email::arrivals::{self, Arriving, Envelope, Via};
use crate::email::mailbox::{self, Awaited, Mailbox, mark};
use bytes::Bytes;
use conversations::inboxes::Cache;
use kernel::{Error, Kind, Result};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// Whom an address names.
pub enum Found {
    /// A mailbox of ours.
    Box(Box<Mailbox>),
    /// One whose inbox is switched off just now.
    Off,
    /// Nobody here.
    Nobody,
}

/// The mailbox of an address, with or without `+token`, in whatever case.
pub async fn find(app: &App, address: &str) -> Result<Found> {
    let exact = address.to_lowercase();
    let plain = exact.rsplit_once('@').and_then(|(local, host)| {
        let (name, _) = local.split_once('+')?;
        Some(format!("{name}@{host}"))
    });
    let read = async move |tx: &mut Tx| match mailbox::by_address(tx, &exact).await? {
        Some(found) => Ok(Some(found)),
        None => match &plain {
            Some(plain) => mailbox::by_address(tx, plain).await,
            None => Ok(None),
        },
    };
    let Some(found) = app.db().read(&accounts::authorize::reader(), read).await? else {
        return Ok(Found::Nobody);
    };
    let on = app.port::<Arc<Cache>>().get(found.inbox).is_some_and(|i| i.enabled);
    Ok(if on { Found::Box(Box::new(found)) } else { Found::Off })
}

/// Keeps a mail for one mailbox; when this returns it is committed. A mail of the test button is only told to who waits.
pub async fn keep(app: &App, to: &Mailbox, via: Via, envelope: Envelope, raw: Bytes) -> Result<()> {
    if let Some(mark) = mark::of(app, to.inbox, &raw, app.now()) {
        app.port::<Arc<Awaited>>().came(mark, &raw);
        return Ok(());
    }
    arrivals::keep(app, to, Arriving { via, envelope, raw }).await.map(|_| ())
}

/// What to say of an error: whoever brings a mail comes again where that helps.
pub fn answer(e: &Error) -> &'static str {
    match e.kind() {
        Kind::TooLarge => "552 5.3.4 The mail is too large",
        Kind::StorageFull => "452 4.3.1 No room just now, come again later",
        _ => "451 4.3.0 The mail could not be kept just now, come again later",
    }
}
