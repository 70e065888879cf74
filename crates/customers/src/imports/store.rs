//! The SQL of imports and their templates.

use super::model::{Plan, State};
use super::view::{FaultRow, Template};
use crate::contacts::name_key;
use kernel::{Error, ImportId, Millis, Result, TemplateId, TenantId, TenantScope, UserId, args, sql};
use platform::blobs::BlobHash;
use platform::store::{Row, Tx};

/// An import as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub id: ImportId,
    pub tenant: TenantId,
    pub name: String,
    pub hash: BlobHash,
    pub size: i64,
    pub plan: Plan,
    pub state: State,
    pub epoch: i64,
    pub total: i64,
    pub counts: Counts,
    pub fault: Option<String>,
    pub by: UserId,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub ended_at: Option<Millis>,
    pub expires_at: Millis,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub done: i64,
    pub made: i64,
    pub changed: i64,
    pub skipped: i64,
    pub failed: i64,
}

fn as_text(plan: &Plan) -> Result<String> {
    serde_json::to_string(plan).map_err(|e| Error::internal("a plan as text").cause(e))
}

/// Keeps a new import.
pub(super) async fn insert(tx: &mut Tx, i: &Import) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact_import(id, tenant_id, name, hash, size, plan, state, epoch, total, done, made, changed,
               skipped, failed, by_user, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0, 0, 0, 0, 0, $9, $10, $11)"
        ),
        args![
            i.id, i.tenant, i.name, i.hash, i.size, as_text(&i.plan)?, i.state.word(), i.total, i.by, i.created_at,
            i.expires_at
        ],
    )
    .await
    .map(|_| ())
}

/// Writes plan, state and counts; the epoch grows, so that whoever works for the old one stops.
pub(super) async fn turn(tx: &mut Tx, i: &Import) -> Result<bool> {
    let c = i.counts;
    let changed = tx
        .exec(
            sql!(
                "UPDATE contact_import SET plan = $3, state = $4, epoch = epoch + 1, total = $5, done = $6, made = $7,
                   changed = $8, skipped = $9, failed = $10, fault = $11, started_at = $12, ended_at = $13
                 WHERE tenant_id = $1 AND id = $2 AND epoch = $14"
            ),
            args![
                i.tenant, i.id, as_text(&i.plan)?, i.state.word(), i.total, c.done, c.made, c.changed, c.skipped,
                c.failed, i.fault, i.started_at, i.ended_at, i.epoch
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Moves on by a batch; false where it was done already, or the import was turned meanwhile.
pub(super) async fn advance(tx: &mut Tx, i: &Import, from: i64, c: &Counts) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE contact_import SET done = $4, made = made + CAST($5 AS BIGINT),
                   changed = changed + CAST($6 AS BIGINT), skipped = skipped + CAST($7 AS BIGINT),
                   failed = failed + CAST($8 AS BIGINT)
                 WHERE tenant_id = $1 AND id = $2 AND done = $3 AND epoch = $9"
            ),
            args![i.tenant, i.id, from, c.done, c.made, c.changed, c.skipped, c.failed, i.epoch],
        )
        .await?;
    Ok(changed > 0)
}

/// Keeps what is wrong with rows: `[[number, place, fault], …]`.
pub(super) async fn keep_faults(tx: &mut Tx, tenant: TenantId, id: ImportId, rows: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact_import_fault(tenant_id, import_id, number, place, fault)
             SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST(r.value ->> 0 AS BIGINT), CAST(r.value ->> 1 AS BIGINT),
               r.value ->> 2 FROM ROWS_OF($3) WHERE 1 = 1 ON CONFLICT DO NOTHING"
        ),
        args![tenant, id, rows],
    )
    .await
    .map(|_| ())
}

/// Forgets what was wrong.
pub(super) async fn drop_faults(tx: &mut Tx, tenant: TenantId, id: ImportId) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM contact_import_fault WHERE tenant_id = $1 AND import_id = $2"),
        args![tenant, id],
    )
    .await
    .map(|_| ())
}

/// A page of what is wrong, by row.
pub(super) async fn faults(
    tx: &mut Tx,
    tenant: TenantId,
    id: ImportId,
    after: i64,
    rows: i64,
) -> Result<Vec<FaultRow>> {
    tx.all(
        sql!(
            "SELECT number, place, fault FROM contact_import_fault
             WHERE tenant_id = $1 AND import_id = $2 AND number > $3 ORDER BY number LIMIT $4"
        ),
        args![tenant, id, after, rows],
        |r| Ok(FaultRow { number: r.int(0)?, place: r.int(1)?, fault: r.text(2)? }),
    )
    .await
}

/// One import within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: ImportId) -> Result<Import> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, name, hash, size, plan, state, epoch, total, done, made, changed, skipped, failed,
               fault, by_user, created_at, started_at, ended_at, expires_at FROM contact_import
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// A page of imports, newest first.
pub(super) async fn page(tx: &mut Tx, tenants: &str, before: i64, rows: i64) -> Result<Vec<Import>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, name, hash, size, plan, state, epoch, total, done, made, changed, skipped, failed,
               fault, by_user, created_at, started_at, ended_at, expires_at FROM contact_import
             WHERE tenant_id IN_IDS($1) AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        args![tenants, before, rows],
        read,
    )
    .await
}

/// Imports of a client.
pub(super) async fn count(tx: &mut Tx, tenant: TenantId) -> Result<i64> {
    tx.get(sql!("SELECT COUNT(*) FROM contact_import WHERE tenant_id = $1"), args![tenant], |r| r.int(0))
        .await
}

/// Removes an import with what was wrong with its rows.
pub(super) async fn remove(tx: &mut Tx, tenant: TenantId, id: ImportId) -> Result<()> {
    drop_faults(tx, tenant, id).await?;
    tx.exec(sql!("DELETE FROM contact_import WHERE tenant_id = $1 AND id = $2"), args![tenant, id])
        .await
        .map(|_| ())
}

/// Do other imports or exports of the client hold the same file?
pub(super) async fn holds_file(tx: &mut Tx, tenant: TenantId, hash: BlobHash) -> Result<bool> {
    let found = tx
        .one(
            sql!("SELECT id FROM contact_import WHERE tenant_id = $1 AND hash = $2 LIMIT 1"),
            args![tenant, hash],
            |r| r.int(0),
        )
        .await?;
    Ok(found.is_some())
}

fn read(r: &Row<'_>) -> Result<Import> {
    let plan = serde_json::from_str(&r.text(5)?).map_err(|e| Error::internal("a kept plan").cause(e))?;
    Ok(Import {
        id: r.id(0)?,
        tenant: r.id(1)?,
        name: r.text(2)?,
        hash: BlobHash::try_from(r.blob(3)?)?,
        size: r.int(4)?,
        plan,
        state: State::from_word(&r.text(6)?)?,
        epoch: r.int(7)?,
        total: r.int(8)?,
        counts: Counts {
            done: r.int(9)?,
            made: r.int(10)?,
            changed: r.int(11)?,
            skipped: r.int(12)?,
            failed: r.int(13)?,
        },
        fault: r.opt_text(14)?,
        by: r.id(15)?,
        created_at: r.int(16)?,
        started_at: r.opt_int(17)?,
        ended_at: r.opt_int(18)?,
        expires_at: r.int(19)?,
    })
}

/// Keeps a template; false where the name is taken.
pub(super) async fn insert_template(tx: &mut Tx, t: &Template) -> Result<bool> {
    let made = tx
        .exec(
            sql!(
                "INSERT INTO contact_import_template(id, tenant_id, name, name_key, plan, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, name_key) DO NOTHING"
            ),
            args![t.id, t.tenant, t.name, name_key(&t.name), as_text(&t.plan)?, t.created_at],
        )
        .await?;
    Ok(made > 0)
}

/// A page of templates, by id.
pub(super) async fn templates(tx: &mut Tx, tenants: &str, after: i64, rows: i64) -> Result<Vec<Template>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, name, plan, created_at FROM contact_import_template
             WHERE tenant_id IN_IDS($1) AND id > $2 ORDER BY id LIMIT $3"
        ),
        args![tenants, after, rows],
        read_template,
    )
    .await
}

/// One template within the scope.
pub(super) async fn template(tx: &mut Tx, scope: &TenantScope, id: TemplateId) -> Result<Template> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, name, plan, created_at FROM contact_import_template
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read_template,
    )
    .await
}

/// Removes a template.
pub(super) async fn remove_template(tx: &mut Tx, tenant: TenantId, id: TemplateId) -> Result<()> {
    tx.exec(sql!("DELETE FROM contact_import_template WHERE tenant_id = $1 AND id = $2"), args![tenant, id])
        .await
        .map(|_| ())
}

fn read_template(r: &Row<'_>) -> Result<Template> {
    let plan = serde_json::from_str(&r.text(3)?).map_err(|e| Error::internal("a kept plan").cause(e))?;
    Ok(Template { id: r.id(0)?, tenant: r.id(1)?, name: r.text(2)?, plan, created_at: r.int(4)? })
}
