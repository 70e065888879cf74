//! The log: everything that happened, in one gap-free series, and the readers that turn it into effects.
//!
//! The committing thread feeds a bounded in-memory [`Tail`], decoded once; readers use it and go to the database only to
//! catch up. Every durable side effect is a [`Reader`] with its own cursor, saved at most once a second; effects are
//! idempotent by position, so that what lies between the saved cursor and a crash may be done again without harm.

mod prune;
mod reader;
mod standing;
mod tail;

pub use prune::{KEEP_MS, prune};
pub use reader::{Reader, run_reader};
pub use standing::Standing;
pub use tail::Tail;

use crate::store::{Db, Row, Tx};
use kernel::{Actor, ActorKind, Event, Result, TenantScope, args, sql};
use std::borrow::Cow;
use std::sync::Arc;

/// Events read from the database at once.
pub const PAGE: usize = 1000;

/// The log of one store.
#[derive(Clone)]
pub struct Log {
    db: Db,
}

impl Log {
    /// The log of this store.
    pub fn new(db: Db) -> Log {
        Log { db }
    }

    /// The newest position known to this process.
    pub fn head(&self) -> i64 {
        self.db.tail().head()
    }

    /// Up to `max` events after `pos`, oldest first: from memory, or from the database where memory does not reach back.
    pub async fn after(&self, pos: i64, max: usize) -> Result<Vec<Arc<Event>>> {
        if let Some(events) = self.db.tail().after(pos, max) {
            return Ok(events);
        }
        let max = max.min(PAGE) as i64;
        self.db.read(&TenantScope::system(), async move |tx: &mut Tx| events_after(tx, pos, max).await).await
    }

    /// Waits until there is an event after `pos`.
    pub async fn wait_after(&self, pos: i64) {
        self.db.tail().wait_after(pos).await;
    }

    /// The oldest position still in the database; what is before it needs a `resync`.
    pub async fn oldest(&self) -> Result<i64> {
        let read = async |tx: &mut Tx| {
            tx.one(sql!("SELECT COALESCE(MIN(pos), 0) FROM event"), &[], |r| r.int(0)).await
        };
        Ok(self.db.read(&TenantScope::system(), read).await?.unwrap_or(0))
    }

    /// On PostgreSQL: fetches what other nodes committed, and what a lost connection kept from the tail. Runs for ever.
    pub async fn follow(&self, every: std::time::Duration) {
        loop {
            tokio::time::sleep(every).await;
            if let Err(e) = self.fill_gap().await {
                tracing::debug!(error = %e, "the log could not be followed just now");
            }
        }
    }

    async fn fill_gap(&self) -> Result<()> {
        let seen = self.head();
        let read = async move |tx: &mut Tx| events_after(tx, seen, PAGE as i64).await;
        let found = self.db.read(&TenantScope::system(), read).await?;
        self.db.tail().fill(found);
        Ok(())
    }
}

async fn events_after(tx: &mut Tx, pos: i64, max: i64) -> Result<Vec<Arc<Event>>> {
    tx.all(
        sql!(
            "SELECT pos, tenant_id, line_id, kind, subject, conversation_id, actor_kind, actor_id, at, data
             FROM event WHERE pos > $1 ORDER BY pos LIMIT $2"
        ),
        args![pos, max],
        |r| read_event(r).map(Arc::new),
    )
    .await
}

fn read_event(r: &Row<'_>) -> Result<Event> {
    Ok(Event {
        pos: r.int(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        kind: Cow::Owned(r.text(3)?),
        subject: r.int(4)?,
        conversation: r.int(5)?,
        actor: Actor { kind: ActorKind::from_code(r.int(6)?), id: r.int(7)? },
        at: r.int(8)?,
        data: r.json(9)?,
        hot: None,
    })
}
