//! The SQL of attributes and their values.

use super::model::AttributeKind;
use super::view::Attribute;
use kernel::{ContactId, Error, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

/// Defines an attribute; false where the key is taken.
pub(super) async fn insert(tx: &mut Tx, a: &Attribute) -> Result<bool> {
    let choices = a.choices.as_ref().map(|c| serde_json::json!(c).to_string());
    let made = tx
        .exec(
            sql!(
                "INSERT INTO attribute(id, tenant_id, key, label_en, label_zh, kind, choices, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, key) DO NOTHING"
            ),
            args![a.id, a.tenant, a.key, a.label_en, a.label_zh, a.kind.code(), choices, a.created_at],
        )
        .await?;
    Ok(made > 0)
}

/// A page of definitions, by id.
pub(super) async fn page(tx: &mut Tx, tenants: &str, after: i64, rows: i64) -> Result<Vec<Attribute>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, key, label_en, label_zh, kind, choices, created_at FROM attribute
             WHERE tenant_id IN_IDS($1) AND id > $2 ORDER BY id LIMIT $3"
        ),
        args![tenants, after, rows],
        read,
    )
    .await
}

/// All definitions of a client.
pub(crate) async fn of_tenant(tx: &mut Tx, tenant: TenantId) -> Result<Vec<Attribute>> {
    page(tx, &Tx::ids([tenant.0]), 0, super::model::ATTRIBUTES_MAX as i64).await
}

fn read(r: &Row<'_>) -> Result<Attribute> {
    let choices = r.opt_text(6)?.map(|t| serde_json::from_str(&t));
    Ok(Attribute {
        id: r.int(0)?,
        tenant: r.id(1)?,
        key: r.text(2)?,
        label_en: r.text(3)?,
        label_zh: r.text(4)?,
        kind: AttributeKind::from_code(r.int(5)?)?,
        choices: choices.transpose().map_err(|e| Error::internal("kept choices").cause(e))?,
        created_at: r.int(7)?,
    })
}

/// (contact, key, value) of these contacts.
pub(crate) async fn values(
    tx: &mut Tx,
    tenants: &str,
    contacts: &str,
) -> Result<Vec<(ContactId, String, String)>> {
    tx.all(
        sql!(
            "SELECT v.contact_id, a.key, v.value FROM contact_attribute v
             JOIN attribute a ON a.tenant_id = v.tenant_id AND a.id = v.attribute_id
             WHERE v.tenant_id IN_IDS($1) AND v.contact_id IN_IDS($2) ORDER BY v.contact_id, a.key"
        ),
        args![tenants, contacts],
        |r| Ok((r.id(0)?, r.text(1)?, r.text(2)?)),
    )
    .await
}

/// Sets a contact's value.
pub(super) async fn set(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    attribute: i64,
    v: &str,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact_attribute(tenant_id, contact_id, attribute_id, value) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, contact_id, attribute_id) DO UPDATE SET value = excluded.value"
        ),
        args![tenant, contact, attribute, v],
    )
    .await
    .map(|_| ())
}

/// Removes a contact's value.
pub(super) async fn unset(tx: &mut Tx, tenant: TenantId, contact: ContactId, attribute: i64) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM contact_attribute WHERE tenant_id = $1 AND contact_id = $2 AND attribute_id = $3"),
        args![tenant, contact, attribute],
    )
    .await
    .map(|_| ())
}
