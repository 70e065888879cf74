//! Rotation: every row sealed by an older version of the master key is sealed anew.

use super::store::place;
use crate::jobs::{Job, NewJob};
use crate::store::Tx;
use crate::{App, Registry};
use kernel::{AggregateKey, Result, TenantId, TenantScope, args, sql};

/// The kind of the job.
pub const RESEAL: &str = "secrets.reseal";
/// Rows sealed anew in one write.
const PAGE: i64 = 100;

pub(crate) fn register(reg: &mut Registry) {
    reg.job(RESEAL, reseal);
}

/// Sets the job that seals every row anew; the server does so at a start that finds rows of an older version.
pub async fn enqueue_reseal(app: &App) -> Result<()> {
    let current = app.secrets().version();
    let (id, now) = (app.id(), app.now());
    let write = async move |tx: &mut Tx| {
        // every tenant: rotation seals every row anew
        let old = tx
            .one(sql!("SELECT id FROM secret WHERE key_version < $1 LIMIT 1"), args![current], |r| r.int(0))
            .await?;
        if old.is_none() {
            return Ok(());
        }
        let job = NewJob {
            id,
            tenant: TenantId(0),
            kind: RESEAL,
            subject: current,
            payload: serde_json::Value::Null,
            due_at: now,
            unique_key: Some(RESEAL.to_owned()),
        };
        tx.enqueue(&job).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("secret", 0), write).await
}

struct Old {
    id: i64,
    tenant: TenantId,
    name: String,
    owner: i64,
    version: i64,
    sealed: Vec<u8>,
}

async fn reseal(app: App, _: Job) -> Result<()> {
    let current = app.secrets().version();
    let mut after = 0_i64;
    loop {
        let read = async move |tx: &mut Tx| {
            tx.all(
                sql!(
                    "SELECT id, tenant_id, name, owner, key_version, sealed FROM secret
                     WHERE key_version < $1 AND id > $2 ORDER BY id LIMIT $3"
                ),
                args![current, after, PAGE],
                |r| {
                    let (id, tenant, name) = (r.int(0)?, r.id(1)?, r.text(2)?);
                    Ok(Old { id, tenant, name, owner: r.int(3)?, version: r.int(4)?, sealed: r.blob(5)? })
                },
            )
            .await
        };
        let rows = app.db().read(&TenantScope::system(), read).await?;
        let Some(last) = rows.last().map(|r| r.id) else { return Ok(()) };
        reseal_page(&app, rows, current).await?;
        after = last;
    }
}

/// A row that was replaced in the meantime carries the current version already and is left alone.
async fn reseal_page(app: &App, rows: Vec<Old>, current: i64) -> Result<()> {
    let mut sealed = Vec::with_capacity(rows.len());
    for r in rows {
        let plain =
            app.secrets().open_bytes(&place(r.tenant, &r.name, r.owner, r.version), r.version, &r.sealed)?;
        let mut nonce = [0; 24];
        app.rng().fill(&mut nonce);
        let at = place(r.tenant, &r.name, r.owner, current);
        sealed.push((r.id, r.tenant, r.version, app.secrets().seal_bytes(nonce, &at, current, &plain)?));
    }
    let write = async move |tx: &mut Tx| {
        for (id, tenant, version, bytes) in &sealed {
            tx.exec(
                sql!(
                    "UPDATE secret SET key_version = $1, sealed = $2
                     WHERE id = $3 AND tenant_id = $4 AND key_version = $5"
                ),
                args![current, bytes, *id, *tenant, *version],
            )
            .await?;
        }
        Ok(())
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("secret", 0), write).await
}
