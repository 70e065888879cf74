//! The SQL of protection.

use kernel::{ConversationId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::Tx;
use std::collections::HashMap;

/// How a client wants its screens protected, and by which further names it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protection {
    /// Names of the client besides its own, such as those of its brands.
    pub aliases: Vec<String>,
    /// Are screens that show its conversations marked with who looks at them?
    pub watermark: bool,
    /// Are copying, dragging and printing held back and recorded?
    pub copy_control: bool,
}

/// Of every client that asked for something.
pub async fn all(tx: &mut Tx) -> Result<HashMap<TenantId, Protection>> {
    let rows = tx
        .all(
            sql!("SELECT tenant_id, aliases, watermark, copy_control FROM protection WHERE tenant_id > 0"),
            &[],
            |r| {
                let aliases = r.text(1)?.lines().map(str::to_owned).collect();
                Ok((r.id(0)?, Protection { aliases, watermark: r.bool(2)?, copy_control: r.bool(3)? }))
            },
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Of one client.
pub(super) async fn of(tx: &mut Tx, tenant: TenantId) -> Result<Protection> {
    let found = tx
        .one(
            sql!("SELECT aliases, watermark, copy_control FROM protection WHERE tenant_id = $1"),
            args![tenant],
            |r| {
                let aliases = r.text(0)?.lines().map(str::to_owned).collect();
                Ok(Protection { aliases, watermark: r.bool(1)?, copy_control: r.bool(2)? })
            },
        )
        .await?;
    Ok(found.unwrap_or_default())
}

pub(super) async fn set(tx: &mut Tx, tenant: TenantId, p: &Protection, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO protection(tenant_id, aliases, watermark, copy_control, changed_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id) DO UPDATE SET aliases = excluded.aliases, watermark = excluded.watermark,
             copy_control = excluded.copy_control, changed_at = excluded.changed_at"
        ),
        args![tenant, p.aliases.join("\n"), p.watermark, p.copy_control, now],
    )
    .await
    .map(|_| ())
}

/// Opens a conversation to a person until a time.
pub(super) async fn unmask(
    tx: &mut Tx,
    (tenant, conversation): (TenantId, ConversationId),
    user: UserId,
    until: Millis,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO unmasking(tenant_id, conversation_id, user_id, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (conversation_id, user_id) DO UPDATE SET until = excluded.until"
        ),
        args![tenant, conversation, user, until],
    )
    .await
    .map(|_| ())
}

/// What is open to whom at this moment.
pub(super) async fn unmasked(tx: &mut Tx, now: Millis) -> Result<Vec<(UserId, ConversationId, Millis)>> {
    tx.all(
        sql!("SELECT user_id, conversation_id, until FROM unmasking WHERE until > $1 AND tenant_id > 0"),
        args![now],
        |r| Ok((r.id(0)?, r.id(1)?, r.int(2)?)),
    )
    .await
}
