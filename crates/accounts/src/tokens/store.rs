//! The SQL of tokens.

use super::view::TokenView;
use kernel::{Millis, Result, TokenId, UserId, args, sql};
use platform::store::{Row, Tx};
use std::collections::{BTreeSet, HashMap};

pub(super) async fn add(tx: &mut Tx, t: &TokenView, hash: &[u8; 32]) -> Result<u64> {
    let permissions = serde_json::to_string(&t.permissions).unwrap_or_else(|_| String::from("[]"));
    let (tenant, line) = (t.tenant.unwrap_or_default(), t.line.unwrap_or_default());
    tx.exec(
        sql!(
            "INSERT INTO api_token(id, user_id, name, hash, permissions, tenant_id, line_id, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![t.id, t.user, t.name, hash, permissions, tenant, line, t.created_at, t.expires_at],
    )
    .await
}

fn read(r: &Row<'_>) -> Result<TokenView> {
    Ok(TokenView {
        id: r.id(0)?,
        name: r.text(1)?,
        user: r.id(2)?,
        permissions: serde_json::from_value(r.json(3)?).unwrap_or_default(),
        tenant: r.id::<kernel::TenantId>(4)?.some(),
        line: r.id::<kernel::LineId>(5)?.some(),
        created_at: r.int(6)?,
        expires_at: r.opt_int(7)?,
        used_at: r.opt_int(8)?,
    })
}

/// What these tokens are called and whose they are, revoked ones too: the record names them.
pub(crate) async fn names(tx: &mut Tx, ids: BTreeSet<TokenId>) -> Result<HashMap<TokenId, (String, UserId)>> {
    // every tenant: whoever acted in a client is named in its record, also by a token of the provider's.
    let sql = sql!("SELECT id, name, user_id FROM api_token WHERE id IN_IDS($1)");
    let ids = Tx::ids(ids.iter().map(|t| t.0));
    let found = tx.all(sql, args![ids], |r| Ok((r.id(0)?, (r.text(1)?, r.id(2)?)))).await?;
    Ok(found.into_iter().collect())
}

/// Tokens that were not revoked: the user's own, those of the clients named, or all.
pub(super) async fn list(
    tx: &mut Tx,
    user: UserId,
    all: bool,
    tenants: &str,
    after: i64,
    rows: i64,
) -> Result<Vec<TokenView>> {
    tx.all(
        sql!(
            "SELECT id, name, user_id, permissions, tenant_id, line_id, created_at, expires_at, used_at
             FROM api_token WHERE revoked_at IS NULL AND id > $4
               AND ($2 = 1 OR user_id = $1 OR tenant_id IN_IDS($3))
             ORDER BY id LIMIT $5"
        ),
        args![user, all, tenants, after, rows],
        read,
    )
    .await
}

pub(super) async fn get(tx: &mut Tx, id: TokenId) -> Result<TokenView> {
    tx.get(
        sql!(
            "SELECT id, name, user_id, permissions, tenant_id, line_id, created_at, expires_at, used_at
             FROM api_token WHERE id = $1 AND revoked_at IS NULL"
        ),
        args![id],
        read,
    )
    .await
}

/// Revokes a token; false when it was before.
pub(super) async fn revoke(tx: &mut Tx, id: TokenId, now: Millis) -> Result<bool> {
    // every tenant: tokens belong to the provider; the caller may manage them all
    let sql = sql!("UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    Ok(tx.exec(sql, args![id, now]).await? > 0)
}
