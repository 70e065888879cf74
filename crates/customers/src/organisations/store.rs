//! The SQL of organisations.

use super::view::Organisation;
use crate::contacts::name_key;
use kernel::{OrganisationId, Result, TenantId, TenantScope, args, sql};
use platform::store::{Row, Tx};

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

/// The organisation of this name, made where there is none.
pub(crate) async fn find_or_make(
    tx: &mut Tx,
    tenant: TenantId,
    id: OrganisationId,
    name: &str,
    now: kernel::Millis,
) -> Result<OrganisationId> {
    let made = Organisation { id, tenant, name: name.to_owned(), note: None, created_at: now };
    insert(tx, &made).await?;
    tx.get(
        sql!("SELECT id FROM organisation WHERE tenant_id = $1 AND name_key = $2"),
        args![tenant, name_key(name)],
        |r| r.id(0),
    )
    .await
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
