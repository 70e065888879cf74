//! Every inbox in memory: the public origin asks for one at each request.

use super::model::Inbox;
use super::store;
use kernel::{InboxId, LineId, Result, TenantId};
use parking_lot::RwLock;
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;

/// Events looked at together.
const EVENTS_AT_ONCE: usize = 500;
/// After a failure the log is looked at again.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_millis(500);

/// The inboxes, by id and by key. Provided as a port; refreshed on `inbox.*` events, and at once by the process that
/// changed one.
#[derive(Default)]
pub struct Cache {
    all: RwLock<Arc<Index>>,
}

#[derive(Default)]
struct Index {
    by_id: HashMap<InboxId, Arc<Inbox>>,
    by_key: HashMap<String, Arc<Inbox>>,
}

impl Cache {
    /// The inbox of this id.
    pub fn get(&self, id: InboxId) -> Option<Arc<Inbox>> {
        self.all.read().by_id.get(&id).cloned()
    }

    /// The inbox with this public name.
    pub fn by_key(&self, key: &str) -> Option<Arc<Inbox>> {
        self.all.read().by_key.get(key).cloned()
    }

    /// Every inbox, oldest first.
    pub fn list(&self) -> Vec<Arc<Inbox>> {
        let index = self.all.read().clone();
        let mut list: Vec<_> = index.by_id.values().cloned().collect();
        list.sort_by_key(|i| i.id);
        list
    }

    /// Reads them all again.
    pub async fn refresh(&self, app: &App) -> Result<()> {
        let read = async |tx: &mut Tx| store::all(tx).await;
        let inboxes = app.db().read(&accounts::authorize::reader(), read).await?;
        let mut index = Index::default();
        for i in inboxes.into_iter().map(Arc::new) {
            index.by_key.insert(i.key.clone(), i.clone());
            index.by_id.insert(i.id, i);
        }
        *self.all.write() = Arc::new(index);
        Ok(())
    }
}

/// Tells customers where an inbox stands.
pub struct Lines;

impl customers::InboxLines for Lines {
    fn line_of(&self, app: &App, inbox: InboxId) -> Option<(TenantId, LineId)> {
        app.port::<Arc<Cache>>().get(inbox).map(|i| (i.tenant, i.line))
    }
}

/// Keeps the cache right when another node changes an inbox.
pub async fn follow(app: App, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut pos = app.log().head();
    loop {
        tokio::select! {
            () = app.log().wait_after(pos) => {}
            () = platform::web::stopped(&mut stop) => return,
        }
        match news(&app, pos).await {
            Ok(last) => pos = last,
            Err(e) => {
                tracing::warn!(error = %e, "inboxes could not be read again; trying again");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

/// Reads the inboxes again if one changed after `pos`, and answers how far the log was looked at.
async fn news(app: &App, pos: i64) -> Result<i64> {
    let events = app.log().after(pos, EVENTS_AT_ONCE).await?;
    if events.iter().any(|e| e.kind.starts_with("inbox.")) {
        app.port::<Arc<Cache>>().refresh(app).await?;
    }
    Ok(events.last().map_or(pos, |e| e.pos))
}
