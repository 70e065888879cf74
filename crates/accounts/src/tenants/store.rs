//! The SQL of clients and of the provider.

use kernel::{Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// What is stored of a client.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub id: TenantId,
    pub name: String,
    pub mark_color: String,
    pub archived: bool,
    pub created_at: Millis,
}

/// Writes a new client; false when its name is taken.
pub(super) async fn add(tx: &mut Tx, t: &Stored, key: &str) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO tenant(id, name, name_key, mark_color, archived, created_at)
                 VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (name_key) DO NOTHING"
            ),
            args![t.id, t.name, key, t.mark_color, t.created_at],
        )
        .await?;
    Ok(n > 0)
}

pub(super) async fn get(tx: &mut Tx, tenant: TenantId) -> Result<Stored> {
    let sql = sql!("SELECT id, name, mark_color, archived, created_at FROM tenant WHERE id = $1");
    tx.get(sql, args![tenant], |r| {
        let (name, mark_color) = (r.text(1)?, r.text(2)?);
        Ok(Stored { id: r.id(0)?, name, mark_color, archived: r.bool(3)?, created_at: r.int(4)? })
    })
    .await
}

/// Changes a client; false when the name is another's.
pub(super) async fn set(tx: &mut Tx, t: &Stored, key: &str) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE tenant SET name = $2, name_key = $3, mark_color = $4, archived = $5
                 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM tenant o WHERE o.name_key = $3 AND o.id <> $1)"
            ),
            args![t.id, t.name, key, t.mark_color, t.archived],
        )
        .await?;
    Ok(n > 0)
}

pub(super) async fn provider(tx: &mut Tx) -> Result<(String, bool)> {
    let sql = sql!("SELECT name, watermark FROM provider WHERE id = 1");
    tx.get(sql, &[], |r| Ok((r.text(0)?, r.bool(1)?))).await
}

pub(super) async fn set_provider(tx: &mut Tx, name: &str, watermark: bool) -> Result<u64> {
    tx.exec(sql!("UPDATE provider SET name = $1, watermark = $2 WHERE id = 1"), args![name, watermark]).await
}
