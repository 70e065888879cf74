//! Housekeeping: what must go in time, done in small steps beside the work.
//!
//! | what | when |
//! |---|---|
//! | events older than 30 days that every cursor has passed | each hour |
//! | answers kept for idempotency, after 24 hours | each hour |
//! | files that no row names, after a day | each day |
//! | SQLite: the write-ahead log is folded in | after a minute without writes |
//! | SQLite: figures for the planner | each day |

use crate::store::{Tx, checkpoint, optimise, wal_bytes};
use crate::{App, Registry, blobs, log, secrets, web};
use kernel::{AggregateKey, Millis, Result, TenantScope};
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks at what is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);
const HOUR_MS: Millis = 3_600_000;
/// Steps of one task in one look; what is left waits for the next.
const STEPS_MAX: usize = 200;
/// A smaller write-ahead log is left alone.
const WAL_MIN: u64 = 256 * 1024;

pub(crate) fn register(reg: &mut Registry) {
    reg.on_start("secrets.reseal", async |app: App| secrets::enqueue_reseal(&app).await);
    reg.task("housekeeping", run);
}

#[derive(Default)]
struct Done {
    hourly_at: Millis,
    daily_at: Millis,
    head: i64,
}

async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut done = Done { daily_at: app.now(), ..Done::default() };
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = web::stopped(&mut stop) => return,
        }
        if let Err(e) = look(&app, &mut done).await {
            tracing::warn!(error = %e, "housekeeping failed and will be tried again");
        }
    }
}

async fn look(app: &App, done: &mut Done) -> Result<()> {
    let now = app.now();
    if now - done.hourly_at >= HOUR_MS {
        hourly(app).await?;
        done.hourly_at = now;
    }
    let daily = now - done.daily_at >= 24 * HOUR_MS;
    if daily {
        let gone = blobs::sweep(app).await?;
        if gone > 0 {
            tracing::info!(files = gone, "files that nothing names were removed");
        }
        done.daily_at = now;
    }
    let head = app.log().head();
    let quiet = head == done.head && app.db().waiting() == 0;
    done.head = head;
    match app.db().sqlite_path() {
        Some(path) => maintain(path, quiet, daily).await,
        None => Ok(()),
    }
}

/// Removes what is too old. Answers how many rows went.
pub async fn hourly(app: &App) -> Result<u64> {
    let (now, mut gone) = (app.now(), 0);
    for _ in 0..STEPS_MAX {
        match log::prune(app.db(), now).await? {
            0 => break,
            n => gone += n,
        }
    }
    for _ in 0..STEPS_MAX {
        let write = async move |tx: &mut Tx| web::forget_old(tx, now).await;
        match app.db().write(&TenantScope::system(), AggregateKey::new("idempotency", 0), write).await? {
            0 => break,
            n => gone += n,
        }
    }
    Ok(gone)
}

async fn maintain(path: &Path, quiet: bool, daily: bool) -> Result<()> {
    let path = path.to_owned();
    let work = tokio::task::spawn_blocking(move || {
        if daily {
            optimise(&path)?;
        }
        if quiet && wal_bytes(&path) > WAL_MIN {
            checkpoint(&path)?;
        }
        Ok(())
    });
    work.await.unwrap_or(Ok(()))
}
