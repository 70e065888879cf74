//! The SQL of identities.

use super::proof::Nonce;
use conversations::inboxes::{IDENTITY_SECRET, Inbox};
use kernel::{InboxId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// When an inbox's identity secret was made.
pub async fn secret_made_at(tx: &mut Tx, tenant: TenantId, inbox: InboxId) -> Result<Option<Millis>> {
    tx.one(
        sql!("SELECT at FROM secret WHERE tenant_id = $1 AND name = $2 AND owner = $3"),
        args![tenant, IDENTITY_SECRET, inbox],
        |r| r.int(0),
    )
    .await
}

/// Uses a proof up for a visitor's device. False when another device used it before.
pub async fn use_up(tx: &mut Tx, inbox: &Inbox, nonce: &Nonce, visitor: &str, now: Millis) -> Result<bool> {
    tx.exec(
        sql!("DELETE FROM visitor_nonce WHERE tenant_id = $1 AND inbox_id = $2 AND expires_at < $3"),
        args![inbox.tenant, inbox.id, now],
    )
    .await?;
    let first = tx
        .exec(
            sql!(
                "INSERT INTO visitor_nonce(inbox_id, nonce, tenant_id, visitor, expires_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (inbox_id, nonce) DO NOTHING"
            ),
            args![inbox.id, nonce.hash, inbox.tenant, visitor, nonce.expires],
        )
        .await?;
    if first == 1 {
        return Ok(true);
    }
    let by = tx
        .one(
            sql!("SELECT visitor FROM visitor_nonce WHERE inbox_id = $1 AND nonce = $2 AND tenant_id = $3"),
            args![inbox.id, nonce.hash, inbox.tenant],
            |r| r.text(0),
        )
        .await?;
    Ok(by.as_deref() == Some(visitor))
}
