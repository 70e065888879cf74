//! The SQL of roles.

use kernel::{Millis, Result, RoleId, args, sql};
use platform::store::{Row, Tx};
use std::collections::BTreeSet;

/// What is stored of a role.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub id: RoleId,
    pub name_en: String,
    pub name_zh: String,
    pub permissions: BTreeSet<String>,
}

fn keys(s: &Stored) -> String {
    serde_json::to_string(&s.permissions).unwrap_or_else(|_| String::from("[]"))
}

fn read(r: &Row<'_>) -> Result<(Stored, bool)> {
    let permissions = serde_json::from_value(r.json(3)?).unwrap_or_default();
    let row = Stored { id: r.id(0)?, name_en: r.text(1)?, name_zh: r.text(2)?, permissions };
    Ok((row, r.opt_text(4)?.is_some()))
}

/// Writes a built-in role, or brings it up to date.
pub(super) async fn put_built_in(tx: &mut Tx, key: &str, s: &Stored, now: Millis) -> Result<u64> {
    tx.exec(
        sql!(
            "INSERT INTO role(id, key, name_en, name_zh, permissions, created_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (key) DO UPDATE
             SET name_en = excluded.name_en, name_zh = excluded.name_zh, permissions = excluded.permissions"
        ),
        args![s.id, key, s.name_en, s.name_zh, keys(s), now],
    )
    .await
}

pub(super) async fn add(tx: &mut Tx, s: &Stored, now: Millis) -> Result<u64> {
    tx.exec(
        sql!("INSERT INTO role(id, name_en, name_zh, permissions, created_at) VALUES ($1, $2, $3, $4, $5)"),
        args![s.id, s.name_en, s.name_zh, keys(s), now],
    )
    .await
}

/// A role, and whether it is built in.
pub(super) async fn get(tx: &mut Tx, id: RoleId) -> Result<(Stored, bool)> {
    let sql = sql!("SELECT id, name_en, name_zh, permissions, key FROM role WHERE id = $1");
    tx.get(sql, args![id], read).await
}

pub(super) async fn set(tx: &mut Tx, s: &Stored) -> Result<u64> {
    let sql = sql!("UPDATE role SET name_en = $2, name_zh = $3, permissions = $4 WHERE id = $1");
    tx.exec(sql, args![s.id, s.name_en, s.name_zh, keys(s)]).await
}

/// Removes a role that nobody holds; false when somebody does.
pub(super) async fn remove(tx: &mut Tx, id: RoleId) -> Result<bool> {
    // every tenant: a role is the provider's, and stays while anybody anywhere holds it
    let sql = sql!(
        "DELETE FROM role WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.role_id = $1)"
    );
    Ok(tx.exec(sql, args![id]).await? > 0)
}
