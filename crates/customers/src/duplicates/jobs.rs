//! When scans run: each night for every client, and when somebody asks.

use super::{scan, store};
use kernel::{AggregateKey, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;

/// The kind of one client's scan.
pub(crate) const SCAN: &str = "contact.duplicates";
/// The kind of the nightly round.
pub(crate) const DAILY: &str = "contact.duplicates_daily";
const DAY_MS: Millis = 86_400_000;
/// Clients of a step of the round.
const TENANTS: i64 = 200;

/// A scan of one client.
pub(super) fn job(id: JobId, tenant: TenantId, at: Millis) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: SCAN,
        subject: tenant.0,
        payload: serde_json::Value::Null,
        due_at: at,
        unique_key: Some(format!("{SCAN}:{tenant}")),
    }
}

/// Scans one client.
pub(crate) async fn scan(app: App, job: Job) -> Result<()> {
    scan::run(&app, job.tenant).await
}

fn round(id: JobId, at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: TenantId(0),
        kind: DAILY,
        subject: 0,
        payload: serde_json::Value::Null,
        due_at: at,
        unique_key: Some(DAILY.to_owned()),
    }
}

/// Sets the nightly round going: at 19:00 UTC, three in the morning in China.
pub(crate) async fn enqueue_daily(app: &App) -> Result<()> {
    const AT_MS: Millis = 19 * 3_600_000;
    let now = app.now();
    let today = now - now.rem_euclid(DAY_MS) + AT_MS;
    let next = round(app.id(), if today > now { today } else { today + DAY_MS });
    let write = async move |tx: &mut Tx| tx.enqueue(&next).await;
    app.db().write(&accounts::authorize::reader(), AggregateKey::new("job", 0), write).await
}

/// Sets every client's scan going, and the next night's round.
pub(crate) async fn daily(app: App, _job: Job) -> Result<()> {
    let (scope, now) = (accounts::authorize::reader(), app.now());
    let mut after = 0;
    loop {
        let from = after;
        let read = async move |tx: &mut Tx| store::tenants(tx, from, TENANTS).await;
        let some = app.db().read(&scope, read).await?;
        let full = some.len() == TENANTS as usize;
        after = some.last().map_or(after, |t| t.0);
        let jobs: Vec<NewJob> = some.into_iter().map(|t| job(app.id(), t, now)).collect();
        let write = async move |tx: &mut Tx| {
            for j in &jobs {
                tx.enqueue(j).await?;
            }
            Ok(())
        };
        app.db().write(&scope, AggregateKey::new("job", 0), write).await?;
        if !full {
            break;
        }
    }
    enqueue_daily(&app).await
}
