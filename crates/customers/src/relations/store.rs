//! The SQL of relations.

use kernel::{ContactId, Millis, RelationId, Result, TenantId, TenantScope, args, sql};
use platform::store::{Row, Tx};

/// A relation as it is stored: `other` is `kind` to `contact`.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub id: RelationId,
    pub tenant: TenantId,
    pub contact: ContactId,
    pub other: ContactId,
    pub kind: String,
    pub note: Option<String>,
    pub created_at: Millis,
}

/// Keeps a relation; false where it is there already.
pub(super) async fn insert(tx: &mut Tx, r: &Relation) -> Result<bool> {
    let made = tx
        .exec(
            sql!(
                "INSERT INTO contact_relation(id, tenant_id, contact_id, other_id, kind, note, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, contact_id, other_id, kind) DO NOTHING"
            ),
            args![r.id, r.tenant, r.contact, r.other, r.kind, r.note, r.created_at],
        )
        .await?;
    Ok(made > 0)
}

/// The relations of a contact, from either side.
pub(crate) async fn of_contact(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    rows: i64,
) -> Result<Vec<Relation>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, contact_id, other_id, kind, note, created_at FROM contact_relation
             WHERE tenant_id = $1 AND (contact_id = $2 OR other_id = $2) ORDER BY id LIMIT $3"
        ),
        args![tenant, contact, rows],
        read,
    )
    .await
}

/// One relation within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: RelationId) -> Result<Relation> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, contact_id, other_id, kind, note, created_at FROM contact_relation
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// Removes a relation.
pub(super) async fn remove(tx: &mut Tx, tenant: TenantId, id: RelationId) -> Result<()> {
    tx.exec(sql!("DELETE FROM contact_relation WHERE tenant_id = $1 AND id = $2"), args![tenant, id])
        .await
        .map(|_| ())
}

fn read(r: &Row<'_>) -> Result<Relation> {
    Ok(Relation {
        id: r.id(0)?,
        tenant: r.id(1)?,
        contact: r.id(2)?,
        other: r.id(3)?,
        kind: r.text(4)?,
        note: r.opt_text(5)?,
        created_at: r.int(6)?,
    })
}
