//! The secrets of API inboxes, kept open in memory: unsealing one at each message would cost more than the message.

use super::store;
use conversations::inboxes::{Inbox, SECRET, SECRET_BEFORE};
use kernel::{Error, InboxId, Millis, Result};
use parking_lot::Mutex;
use platform::App;
use platform::store::Tx;
use platform::web::signature::SigningKey;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// After a change the secret before is good for this long.
pub const OVERLAP_MS: Millis = 86_400_000;
/// What is in memory is read again after this long, whatever was heard.
const FRESH_MS: Millis = 60_000;
/// Inboxes in memory at once.
const KEPT_MAX: usize = 10_000;

/// The keys of one inbox.
#[derive(Debug)]
pub struct Keys {
    /// The present one first.
    keys: Vec<SigningKey>,
    /// Until when the second is good.
    until: Millis,
    read_at: Millis,
}

impl Keys {
    /// Those that are good now.
    pub fn good(&self, now: Millis) -> &[SigningKey] {
        let n = if now < self.until { self.keys.len() } else { self.keys.len().min(1) };
        &self.keys[..n]
    }
}

/// The secrets in memory. Provided as a service.
#[derive(Default)]
pub struct SecretCache {
    open: Mutex<HashMap<InboxId, Arc<Keys>>>,
}

impl SecretCache {
    /// The keys of an inbox.
    pub async fn keys(&self, app: &App, inbox: &Inbox) -> Result<Arc<Keys>> {
        let now = app.now();
        if let Some(k) = self.open.lock().get(&inbox.id).filter(|k| now - k.read_at < FRESH_MS) {
            return Ok(k.clone());
        }
        let keys = Arc::new(read(app, inbox, now).await?);
        let mut open = self.open.lock();
        if open.len() >= KEPT_MAX {
            open.clear();
        }
        open.insert(inbox.id, keys.clone());
        Ok(keys)
    }

    /// Reads an inbox's secret anew at the next message.
    pub fn forget(&self, inbox: InboxId) {
        self.open.lock().remove(&inbox);
    }
}

async fn read(app: &App, inbox: &Inbox, now: Millis) -> Result<Keys> {
    let (secrets, tenant, id) = (app.secrets().clone(), inbox.tenant, inbox.id);
    let read = async move |tx: &mut Tx| {
        let made_at = store::secret_made_at(tx, tenant, id).await?.unwrap_or(0);
        let mut keys = vec![];
        for name in [SECRET, SECRET_BEFORE] {
            let Some(bytes) = secrets.open(tx, tenant, name, id.0).await? else { continue };
            let text = std::str::from_utf8(&bytes).map_err(|_| Error::internal("a secret is text"))?;
            keys.extend(SigningKey::parse(text));
        }
        Ok(Keys { keys, until: made_at + OVERLAP_MS, read_at: now })
    };
    app.db().read(&accounts::authorize::inbox(tenant), read).await
}

/// Forgets secrets that were changed, here or on another node.
pub async fn follow(app: App, mut stop: watch::Receiver<bool>) {
    let mut pos = app.log().head();
    loop {
        tokio::select! {
            () = app.log().wait_after(pos) => {}
            () = platform::web::stopped(&mut stop) => return,
        }
        // What cannot be read now is read again; until then a minute is the longest that an old secret is believed.
        let Ok(events) = app.log().after(pos, 512).await else {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        for e in events.iter().filter(|e| e.kind.starts_with("inbox.")) {
            app.port::<Arc<SecretCache>>().forget(InboxId(e.subject));
        }
        pos = events.last().map_or(pos, |e| e.pos);
    }
}
