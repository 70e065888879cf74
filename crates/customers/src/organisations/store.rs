//! The SQL of organisations.

use super::view::Organisation;
use crate::contacts::name_key;
use kernel::{OrganisationId, Result, TenantId, TenantScope, args, sql};
use platform::store::{Row, Tx};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Enters an organisation; false where the name is taken.
pub(super) async fn insert(tx: &mut Tx, o: &Organisation) -> Result<bool> {
    let made = tx
        .exec(
            sql!(
                "INSERT INTO organisation(id, tenant_id, name, name_key, note, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, name_key) DO NOTHING"
            ),
            args![o.id, o.tenant, o.name, name_key(&o.name), o.note, o.created_at],
        )
        .await?;
    Ok(made > 0)
}

/// Writes name and note; false where the name is another's.
pub(super) async fn update(tx: &mut Tx, o: &Organisation) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE organisation SET name = $3, name_key = $4, note = $5 WHERE tenant_id = $1 AND id = $2
                   AND NOT EXISTS (SELECT 1 FROM organisation x
                     WHERE x.tenant_id = $1 AND x.name_key = $4 AND x.id <> $2)"
            ),
            args![o.tenant, o.id, o.name, name_key(&o.name), o.note],
        )
        .await?;
    Ok(changed > 0)
}

fn reach(scope: &TenantScope) -> (bool, String) {
    (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)))
}

/// One organisation within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: OrganisationId) -> Result<Organisation> {
    let (all, tenants) = reach(scope);
    tx.get(
        sql!(
            "SELECT id, tenant_id, name, note, created_at FROM organisation
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// Does this client have it?
pub(super) async fn exists(tx: &mut Tx, tenant: TenantId, id: OrganisationId) -> Result<bool> {
    let found = tx
        .one(sql!("SELECT id FROM organisation WHERE tenant_id = $1 AND id = $2"), args![tenant, id], |r| {
            r.int(0)
        })
        .await?;
    Ok(found.is_some())
}

/// The organisations of these names by key, made under these ids where there are none: a handful of statements, however many.
pub(crate) async fn find_or_make(
    tx: &mut Tx,
    tenant: TenantId,
    wanted: &BTreeMap<String, (OrganisationId, &str)>,
    now: kernel::Millis,
) -> Result<HashMap<String, i64>> {
    let mut known = by_keys(tx, tenant, wanted.keys()).await?;
    let missing = || wanted.iter().filter(|(key, _)| !known.contains_key(*key));
    let rows: Vec<Value> = missing().map(|(key, (id, name))| json!([id.0, name, key])).collect();
    if rows.is_empty() {
        return Ok(known);
    }
    tx.exec(
        sql!(
            "INSERT INTO organisation(id, tenant_id, name, name_key, created_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), CAST($1 AS BIGINT), r.value ->> 1, r.value ->> 2, CAST($2 AS BIGINT)
             FROM ROWS_OF($3) WHERE 1 = 1 ON CONFLICT (tenant_id, name_key) DO NOTHING"
        ),
        args![tenant, now, Value::from(rows).to_string()],
    )
    .await?;
    // Somebody else may have been faster, so that what is there counts.
    let made: Vec<String> = missing().map(|(key, _)| key.clone()).collect();
    known.extend(by_keys(tx, tenant, made.iter()).await?);
    Ok(known)
}

async fn by_keys(
    tx: &mut Tx,
    tenant: TenantId,
    keys: impl Iterator<Item = &String>,
) -> Result<HashMap<String, i64>> {
    let keys: Vec<Value> = keys.map(|k| json!([k])).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // CROSS JOIN keeps the order in SQLite: each name is looked up.
    let found = tx
        .all(
            sql!(
                "SELECT o.name_key, o.id FROM ROWS_OF($2) CROSS JOIN organisation o
                 WHERE o.tenant_id = $1 AND o.name_key = r.value ->> 0"
            ),
            args![tenant, Value::from(keys).to_string()],
            |r| Ok((r.text(0)?, r.int(1)?)),
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// The name of one of this client.
pub(crate) async fn name_of(tx: &mut Tx, tenant: TenantId, id: i64) -> Result<Option<String>> {
    tx.one(sql!("SELECT name FROM organisation WHERE tenant_id = $1 AND id = $2"), args![tenant, id], |r| {
        r.text(0)
    })
    .await
}

/// A page by name.
pub(super) async fn page(
    tx: &mut Tx,
    tenants: &str,
    prefix: &str,
    after: &(String, i64),
    rows: i64,
) -> Result<Vec<Organisation>> {
    // The greatest character there is ends the range of the prefix.
    let end = format!("{prefix}\u{10ffff}");
    tx.all(
        sql!(
            "SELECT id, tenant_id, name, note, created_at FROM organisation
             WHERE tenant_id IN_IDS($1) AND name_key >= $2 AND name_key < $3 AND (name_key, id) > ($4, $5)
             ORDER BY name_key, id LIMIT $6"
        ),
        args![tenants, prefix, end, after.0, after.1, rows],
        read,
    )
    .await
}

fn read(r: &Row<'_>) -> Result<Organisation> {
    Ok(Organisation {
        id: r.id(0)?,
        tenant: r.id(1)?,
        name: r.text(2)?,
        note: r.opt_text(3)?,
        created_at: r.int(4)?,
    })
}
