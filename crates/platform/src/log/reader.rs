//! A reader of the log: one durable side effect with its own cursor.

use super::Log;
use crate::store::{Db, Tx};
use kernel::{AggregateKey, Clock, Event, Millis, Result, TenantScope, args, sql};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::watch;

/// Events handed over at once.
const BATCH: usize = 512;
/// Between two batches. What comes one by one is taken together, which spares a wake-up for each.
const PACE: Duration = Duration::from_millis(10);
/// A cursor is saved at most this often.
const SAVE_EVERY_MS: Millis = 1_000;
/// After a failure the same batch is tried again, at the latest after this long.
const BACKOFF_MAX: Duration = Duration::from_secs(5);

/// A side effect of events. Must be idempotent by position.
pub trait Reader: Send + 'static {
    /// The name of its cursor.
    fn name(&self) -> &'static str;

    /// Deals with a batch, oldest first. On an error the whole batch comes again. What it has done must be durable when
    /// it returns, or [`Reader::durable`] must say up to where it is.
    fn handle(&mut self, events: &[Arc<Event>]) -> impl Future<Output = Result<()>> + Send;

    /// Up to where the effect is durable, for readers that write their own position (the search index). `None`: all that was handled.
    fn durable(&self) -> Option<i64> {
        None
    }

    /// Where to begin when there is no cursor: 0 is the oldest event; `None` the end.
    fn begin(&self) -> Option<i64> {
        Some(0)
    }

    /// Called when nothing has come for a while, so that what is held back can be finished.
    fn idle(&mut self) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// How long "a while" is.
    fn idle_after(&self) -> Duration {
        Duration::from_secs(1)
    }
}

/// Reads the saved cursor.
async fn load(db: &Db, name: &'static str) -> Result<Option<i64>> {
    let read = async move |tx: &mut Tx| {
        tx.one(sql!("SELECT pos FROM cursor WHERE name = $1"), args![name], |r| r.int(0)).await
    };
    db.read(&TenantScope::system(), read).await
}

async fn save(db: &Db, name: &'static str, pos: i64, at: Millis) -> Result<()> {
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!(
                "INSERT INTO cursor(name, pos, at) VALUES ($1, $2, $3)
                 ON CONFLICT (name) DO UPDATE SET pos = excluded.pos, at = excluded.at"
            ),
            args![name, pos, at],
        )
        .await
    };
    db.write(&TenantScope::system(), AggregateKey::new("cursor", name.len() as i64), write).await.map(|_| ())
}

/// Runs a reader until `stop` turns true; then saves its cursor. `seen` shows how far it has come.
pub async fn run_reader<R: Reader>(
    mut reader: R,
    db: Db,
    clock: Arc<dyn Clock>,
    seen: Arc<AtomicI64>,
    mut stop: watch::Receiver<bool>,
) {
    let log = Log::new(db.clone());
    let name = reader.name();
    let mut pos = loop {
        match load(&db, name).await {
            Ok(found) => break found.or(reader.begin()).unwrap_or_else(|| log.head()),
            Err(e) => tracing::warn!(reader = name, error = %e, "the cursor could not be read; trying again"),
        }
        tokio::time::sleep(BACKOFF_MAX / 5).await;
    };
    if let Some(durable) = reader.durable() {
        pos = pos.min(durable);
    }
    seen.store(pos, Relaxed);
    let (mut saved, mut saved_at) = (pos, clock.now());
    let mut backoff = Duration::from_millis(50);
    loop {
        tokio::select! {
            () = log.wait_after(pos) => {}
            () = tokio::time::sleep(reader.idle_after()) => {
                if let Err(e) = reader.idle().await {
                    tracing::warn!(reader = name, error = %e, "what was held back could not be finished");
                }
            }
            () = crate::web::stopped(&mut stop) => break,
        }
        match step(&mut reader, &log, pos).await {
            Ok(to) => {
                pos = to;
                seen.store(pos, Relaxed);
                backoff = Duration::from_millis(50);
            }
            Err(e) => {
                tracing::warn!(reader = name, pos, error = %e, "a batch failed and will come again");
                tokio::time::sleep(backoff).await;
                backoff = (backoff * 2).min(BACKOFF_MAX);
            }
        }
        let durable = reader.durable().unwrap_or(pos);
        if durable > saved
            && clock.now() - saved_at >= SAVE_EVERY_MS
            && save(&db, name, durable, clock.now()).await.is_ok()
        {
            (saved, saved_at) = (durable, clock.now());
        }
        if log.head() - pos < BATCH as i64 {
            tokio::time::sleep(PACE).await;
        }
    }
    // The effects are done; a cursor that cannot be saved only means that some are done again.
    let _ = reader.idle().await;
    let durable = reader.durable().unwrap_or(pos);
    if durable > saved {
        let _ = save(&db, name, durable, clock.now()).await;
    }
}

async fn step<R: Reader>(reader: &mut R, log: &Log, pos: i64) -> Result<i64> {
    let events = log.after(pos, BATCH).await?;
    let Some(last) = events.last().map(|e| e.pos) else { return Ok(pos) };
    reader.handle(&events).await?;
    Ok(last)
}
