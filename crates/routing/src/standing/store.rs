//! The SQL of what counts.

use super::model::{ClientRules, Installation};
use kernel::{Error, Millis, Result, TenantId, args, sql};
use platform::store::Tx;
use std::collections::HashMap;

/// How the installation routes; `None` where nothing was set.
pub async fn installation(tx: &mut Tx) -> Result<Option<Installation>> {
    let found = tx.one(sql!("SELECT rules FROM routing_settings WHERE id = 1"), &[], |r| r.json(0)).await?;
    let read = |v| serde_json::from_value(v).map_err(|e| Error::internal("stored routing settings").cause(e));
    found.map(read).transpose()
}

/// Sets how the installation routes.
pub(super) async fn set_installation(tx: &mut Tx, i: &Installation, now: Millis) -> Result<()> {
    let rules = serde_json::json!(i).to_string();
    tx.exec(
        sql!(
            "INSERT INTO routing_settings(id, rules, changed_at) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET rules = excluded.rules, changed_at = excluded.changed_at"
        ),
        args![rules, now],
    )
    .await
    .map(|_| ())
}

fn client_rules(v: serde_json::Value) -> Result<ClientRules> {
    serde_json::from_value(v).map_err(|e| Error::internal("a client's stored routing rules").cause(e))
}

/// The rules of every client that has some.
pub async fn clients(tx: &mut Tx) -> Result<HashMap<TenantId, ClientRules>> {
    let rows = tx
        .all(
            sql!("SELECT tenant_id, rules FROM tenant_routing WHERE tenant_id > 0 ORDER BY tenant_id"),
            &[],
            |r| Ok((r.id(0)?, r.json(1)?)),
        )
        .await?;
    rows.into_iter().map(|(t, v)| Ok((t, client_rules(v)?))).collect()
}

/// One client's rules.
pub(super) async fn client(tx: &mut Tx, tenant: TenantId) -> Result<ClientRules> {
    let sql = sql!("SELECT rules FROM tenant_routing WHERE tenant_id = $1");
    let found = tx.one(sql, args![tenant], |r| r.json(0)).await?;
    Ok(found.map(client_rules).transpose()?.unwrap_or_default())
}

/// Sets one client's rules.
pub(super) async fn set_client(
    tx: &mut Tx,
    tenant: TenantId,
    rules: &ClientRules,
    now: Millis,
) -> Result<()> {
    let rules = serde_json::json!(rules).to_string();
    tx.exec(
        sql!(
            "INSERT INTO tenant_routing(tenant_id, rules, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id) DO UPDATE SET rules = excluded.rules, changed_at = excluded.changed_at"
        ),
        args![tenant, rules, now],
    )
    .await
    .map(|_| ())
}
