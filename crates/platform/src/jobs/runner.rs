//! Takes due jobs under a lease and hands them to their handlers.

use super::{Job, TRIES_MAX, read_job};
use crate::App;
use crate::store::Tx;
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, Millis, Result, TenantScope, args, sql};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// What deals with jobs of one kind. Must bear being run twice for the same job.
pub type Handler = Arc<dyn Fn(App, Job) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// Jobs taken at once.
const TAKE: i64 = 64;
/// Jobs running at once.
const RUNNING_MAX: usize = 16;
/// A job that runs longer may be given to another.
const LEASE_MS: Millis = 120_000;
/// A handler is stopped a little before its lease ends.
const RUN_MAX: Duration = Duration::from_secs(110);
/// Without a wake-up the due times are looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs jobs until `stop` turns true.
pub async fn run_jobs(app: App, handlers: HashMap<&'static str, Handler>, mut stop: watch::Receiver<bool>) {
    let handlers = Arc::new(handlers);
    let places = Arc::new(Semaphore::new(RUNNING_MAX));
    if let Err(e) = release(&app).await {
        tracing::warn!(error = %e, "jobs of the program before wait for the end of their leases");
    }
    loop {
        let taken = match take(&app).await {
            Ok(jobs) => jobs,
            Err(e) => {
                tracing::warn!(error = %e, "due jobs could not be read; trying again");
                vec![]
            }
        };
        let full = taken.len() == TAKE as usize;
        for job in taken {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let (app, handlers) = (app.clone(), handlers.clone());
            tokio::spawn(async move {
                run_one(&app, &handlers, job).await;
                drop(place);
            });
        }
        if full && !*stop.borrow() {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = app.db().tail().wait_jobs() => {}
            () = crate::web::stopped(&mut stop) => break,
        }
    }
    // What runs is given its time; what does not finish comes again after its lease.
    let _ = tokio::time::timeout(Duration::from_secs(5), places.acquire_many(RUNNING_MAX as u32)).await;
}

/// What the program was doing when it was killed goes on at once. On SQLite alone: the folder's lock says that nobody else
/// runs; elsewhere another node may be at work, and the leases end by themselves.
async fn release(app: &App) -> Result<()> {
    if app.db().sqlite_path().is_none() {
        return Ok(());
    }
    let write = async move |tx: &mut Tx| {
        tx.exec(sql!("UPDATE job SET lease_until = 0 WHERE dead_at IS NULL AND lease_until > 0"), &[]).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("job", 0), write).await.map(|_| ())
}

async fn take(app: &App) -> Result<Vec<Job>> {
    let now = app.now();
    let none_due = async move |tx: &mut Tx| {
        let sql =
            sql!("SELECT id FROM job WHERE dead_at IS NULL AND due_at <= $1 AND lease_until <= $1 LIMIT 1");
        tx.one(sql, args![now], |r| r.int(0)).await
    };
    if app.db().read(&TenantScope::system(), none_due).await?.is_none() {
        return Ok(vec![]);
    }
    let take = async move |tx: &mut Tx| {
        let sql = sql!(
            "UPDATE job SET lease_until = CAST($1 AS BIGINT) + CAST($2 AS BIGINT), attempts = attempts + 1
             WHERE lease_until <= $1 AND dead_at IS NULL AND id IN (
               SELECT id FROM job WHERE dead_at IS NULL AND due_at <= $1 AND lease_until <= $1
               ORDER BY due_at, id LIMIT $3)
             RETURNING id, tenant_id, kind, subject, payload, due_at, attempts"
        );
        tx.all(sql, args![now, LEASE_MS, TAKE], read_job).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("job", 0), take).await
}

async fn run_one(app: &App, handlers: &HashMap<&'static str, Handler>, job: Job) {
    let (id, kind, attempts) = (job.id, job.kind.clone(), job.attempts);
    let ran = match handlers.get(kind.as_str()) {
        Some(h) => match tokio::time::timeout(RUN_MAX, h(app.clone(), job.clone())).await {
            Ok(r) => r,
            Err(_) => Err(kernel::Error::internal("the handler took too long")),
        },
        None => Err(kernel::Error::internal(format!("no handler for jobs of kind {kind}"))),
    };
    let settled = match ran {
        Ok(()) => done(app, &job).await,
        Err(e) => {
            tracing::warn!(job = %id, kind, attempts, error = %e, "a job failed");
            failed(app, &job, e.to_string()).await
        }
    };
    if let Err(e) = settled {
        tracing::warn!(job = %id, kind, error = %e, "the outcome of a job could not be kept; it will come again");
    }
}

/// Removes the job unless it was moved while it ran.
async fn done(app: &App, job: &Job) -> Result<()> {
    let (id, attempts, due) = (job.id, job.attempts, job.due_at);
    let write = async move |tx: &mut Tx| {
        let sql = sql!("DELETE FROM job WHERE id = $1 AND attempts = $2 AND due_at = $3");
        tx.exec(sql, args![id, attempts, due]).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("job", id.0), write).await.map(|_| ())
}

/// Sets the next try: 2 s, 4 s, 8 s … up to an hour, plus up to a fifth so that failures do not march in step.
/// A timer that was moved while it ran keeps its new time.
async fn failed(app: &App, job: &Job, error: String) -> Result<()> {
    let (id, attempts, due) = (job.id, job.attempts, job.due_at);
    let base = (1_000_i64 << attempts.clamp(1, 12)).min(3_600_000);
    let spread = (app.rng().u64() % (base as u64 / 5 + 1)) as i64;
    let now = app.now();
    let dead = (attempts >= TRIES_MAX).then_some(now);
    let error: String = error.chars().take(500).collect();
    let write = async move |tx: &mut Tx| {
        let sql = sql!(
            "UPDATE job SET due_at = $2, lease_until = 0, error = $3, dead_at = $4
             WHERE id = $1 AND attempts = $5 AND due_at = $6"
        );
        tx.exec(sql, args![id, now + base + spread, error, dead, attempts, due]).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("job", id.0), write).await.map(|_| ())
}
