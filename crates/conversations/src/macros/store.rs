//! The SQL of macros.

use super::model::Definition;
use crate::audience::Audience;
use kernel::{Error, MacroId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// A macro as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its id.
    pub id: MacroId,
    /// For whom.
    pub audience: Audience,
    /// What it is.
    pub definition: Definition,
    /// How often it ran.
    pub used: i64,
    /// When it was last changed.
    pub changed_at: Millis,
}

fn read(r: &Row<'_>) -> Result<Stored> {
    let definition: Definition = serde_json::from_value(r.json(5)?)
        .map_err(|e| Error::internal("a stored macro cannot be read").cause(e))?;
    Ok(Stored {
        id: r.id(0)?,
        audience: Audience { tenant: r.id(1)?, line: r.opt_id(2)?, team: r.opt_id(3)?, owner: r.opt_id(4)? },
        definition,
        used: r.int(6)?,
        changed_at: r.int(7)?,
    })
}

/// The macros of these clients that are everybody's or this person's own, the most used first.
pub async fn all(tx: &mut Tx, tenants: &str, user: UserId, limit: i64) -> Result<Vec<Stored>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, owner_id, definition, used, changed_at FROM macro
             WHERE tenant_id IN_IDS($1) AND (owner_id IS NULL OR owner_id = $2) ORDER BY used DESC, id LIMIT $3"
        ),
        args![tenants, user, limit],
        read,
    )
    .await
}

/// One macro of these clients; `not_found` otherwise.
pub async fn get(tx: &mut Tx, tenants: &str, id: MacroId) -> Result<Stored> {
    tx.get(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, owner_id, definition, used, changed_at FROM macro
             WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read,
    )
    .await
}

/// How many a client has that are shared, or one person's own there, up to a bound.
pub async fn count(tx: &mut Tx, tenant: TenantId, owner: Option<UserId>, limit: i64) -> Result<i64> {
    let n = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM (SELECT id FROM macro WHERE tenant_id = $1
                 AND COALESCE(owner_id, 0) = COALESCE(CAST($2 AS BIGINT), 0) LIMIT $3) AS counted"
            ),
            args![tenant, owner, limit],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// Keeps a macro, new or changed.
pub async fn put(tx: &mut Tx, s: &Stored) -> Result<()> {
    let definition = serde_json::to_string(&s.definition)
        .map_err(|e| Error::internal("a macro cannot be stored").cause(e))?;
    let a = &s.audience;
    tx.exec(
        sql!(
            "INSERT INTO macro(id, tenant_id, line_id, team_id, owner_id, name, definition, slot, used, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition,
             slot = excluded.slot, changed_at = excluded.changed_at"
        ),
        args![
            s.id, a.tenant, a.line, a.team, a.owner, s.definition.name, definition, s.definition.slot, s.used,
            s.changed_at
        ],
    )
    .await
    .map(|_| ())
}

/// Takes a macro away.
pub async fn remove(tx: &mut Tx, tenant: TenantId, id: MacroId) -> Result<()> {
    tx.exec(sql!("DELETE FROM macro WHERE id = $1 AND tenant_id = $2"), args![id, tenant]).await.map(|_| ())
}

/// Counts runs.
pub async fn count_use(tx: &mut Tx, tenant: TenantId, id: MacroId) -> Result<()> {
    tx.exec(sql!("UPDATE macro SET used = used + 1 WHERE id = $1 AND tenant_id = $2"), args![id, tenant])
        .await
        .map(|_| ())
}
