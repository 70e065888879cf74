//! The SQL of the record.

use super::chain::{self, Entry};
use kernel::{Result, TenantId, args, sql};
use platform::store::{Row, Tx};

/// The end of a series.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub tenant: TenantId,
    pub seq: i64,
    pub mac: Vec<u8>,
    pub root: i64,
}

fn read_head(r: &Row<'_>) -> Result<Head> {
    Ok(Head { tenant: r.id(0)?, seq: r.int(1)?, mac: r.blob(2)?, root: r.int(3)? })
}

/// Begins a series if there is none.
pub(super) async fn begin(tx: &mut Tx, tenant: TenantId, root: i64) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO audit_head(tenant_id, seq, mac, root) VALUES ($1, 0, $2, $3)
             ON CONFLICT (tenant_id) DO NOTHING"
        ),
        args![tenant, chain::FIRST, root],
    )
    .await?;
    Ok(())
}

/// Begins a new client's series under the key of the provider's own.
pub(crate) async fn begin_like_own(tx: &mut Tx, tenant: TenantId) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO audit_head(tenant_id, seq, mac, root)
             SELECT CAST($1 AS BIGINT), 0, $2, root FROM audit_head WHERE tenant_id = 0
             ON CONFLICT (tenant_id) DO NOTHING"
        ),
        args![tenant, chain::FIRST],
    )
    .await?;
    Ok(())
}

/// Takes the next place of a series; the row stays locked until the transaction ends.
async fn take(tx: &mut Tx, tenant: TenantId) -> Result<Option<Head>> {
    let sql =
        sql!("UPDATE audit_head SET seq = seq + 1 WHERE tenant_id = $1 RETURNING tenant_id, seq, mac, root");
    tx.one(sql, args![tenant], read_head).await
}

/// Writes an entry at the end of its series; its `seq` is set here.
pub(super) async fn append(tx: &mut Tx, mut e: Entry) -> Result<()> {
    let head = match take(tx, e.tenant).await? {
        Some(head) => head,
        None => {
            begin(tx, e.tenant, chain::any_root()).await?;
            take(tx, e.tenant).await?.ok_or_else(|| kernel::Error::internal("a series cannot begin"))?
        }
    };
    e.seq = head.seq;
    let mac = e.mac(&chain::key_of(head.root, e.tenant)?, &head.mac);
    tx.exec(
        sql!(
            "INSERT INTO audit(id, tenant_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, fact, ip, mac)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            e.id, e.tenant, e.seq, e.at, e.actor_kind, e.actor_id, e.action, e.subject_kind, e.subject_id, e.fact,
            e.ip, mac
        ],
    )
    .await?;
    tx.exec(sql!("UPDATE audit_head SET mac = $2 WHERE tenant_id = $1"), args![e.tenant, mac]).await?;
    Ok(())
}

/// Was this object opened by this person since then?
pub(super) async fn opened_since(tx: &mut Tx, e: &Entry, since: i64) -> Result<bool> {
    let found = tx
        .one(
            sql!(
                "SELECT id FROM audit WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3
                 AND actor_kind = $4 AND actor_id = $5 AND action = $6 AND at > $7 LIMIT 1"
            ),
            args![e.tenant, e.subject_kind, e.subject_id, e.actor_kind, e.actor_id, e.action, since],
            |r| r.int(0),
        )
        .await?;
    Ok(found.is_some())
}

/// The ends of all series.
pub(super) async fn heads(tx: &mut Tx) -> Result<Vec<Head>> {
    tx.all(sql!("SELECT tenant_id, seq, mac, root FROM audit_head ORDER BY tenant_id"), &[], read_head).await
}

fn read_entry(r: &Row<'_>) -> Result<(Entry, Vec<u8>)> {
    let entry = Entry {
        id: r.int(0)?,
        tenant: r.id(1)?,
        seq: r.int(2)?,
        at: r.int(3)?,
        actor_kind: r.int(4)?,
        actor_id: r.int(5)?,
        action: r.text(6)?,
        subject_kind: r.text(7)?,
        subject_id: r.int(8)?,
        fact: r.opt_text(9)?,
        ip: r.opt_text(10)?,
    };
    Ok((entry, r.blob(11)?))
}

/// A stretch of one series, in its order.
pub(super) async fn stretch(
    tx: &mut Tx,
    tenant: TenantId,
    after: i64,
    max: i64,
) -> Result<Vec<(Entry, Vec<u8>)>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, fact, ip, mac
             FROM audit WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
        args![tenant, after, max],
        read_entry,
    )
    .await
}

/// The series of entries whose head row is missing.
pub(super) async fn headless(tx: &mut Tx) -> Result<Vec<TenantId>> {
    tx.all(
        sql!(
            "SELECT DISTINCT tenant_id FROM audit
             WHERE tenant_id NOT IN (SELECT tenant_id FROM audit_head) ORDER BY tenant_id"
        ),
        &[],
        |r| r.id(0),
    )
    .await
}

/// One entry of these series.
pub(super) async fn entry(tx: &mut Tx, tenants: &str, id: i64) -> Result<Option<Entry>> {
    let sql = sql!(
        "SELECT id, tenant_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, fact, ip, mac
         FROM audit WHERE id = $1 AND tenant_id IN_IDS($2)"
    );
    Ok(tx.one(sql, args![id, tenants], read_entry).await?.map(|(e, _)| e))
}

/// What a reader of the record asks for.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub tenants: String,
    pub actor: Option<i64>,
    pub action: Option<String>,
    pub subject_kind: Option<String>,
    pub subject_id: Option<i64>,
    pub from: i64,
    pub to: i64,
    pub before: i64,
    pub rows: i64,
}

/// Entries, newest first.
pub(super) async fn list(tx: &mut Tx, f: &Filter) -> Result<Vec<Entry>> {
    let rows = tx
        .all(
            sql!(
                "SELECT id, tenant_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, fact, ip, mac
                 FROM audit
                 WHERE tenant_id IN_IDS($1) AND id < $2 AND at >= $3 AND at < $4
                   AND (CAST($5 AS BIGINT) IS NULL OR actor_id = $5)
                   AND (CAST($6 AS TEXT) IS NULL OR action = $6)
                   AND (CAST($7 AS TEXT) IS NULL OR subject_kind = $7)
                   AND (CAST($8 AS BIGINT) IS NULL OR subject_id = $8)
                 ORDER BY id DESC LIMIT $9"
            ),
            args![
                f.tenants, f.before, f.from, f.to, f.actor, f.action, f.subject_kind, f.subject_id, f.rows
            ],
            read_entry,
        )
        .await?;
    Ok(rows.into_iter().map(|(e, _)| e).collect())
}
