//! The SQL of API inboxes.

use kernel::{InboxId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// When an inbox's secret was made; the one before it is good for a while from then.
pub async fn secret_made_at(tx: &mut Tx, tenant: TenantId, inbox: InboxId) -> Result<Option<Millis>> {
    tx.one(
        sql!("SELECT at FROM secret WHERE tenant_id = $1 AND name = $2 AND owner = $3"),
        args![tenant, conversations::inboxes::SECRET, inbox],
        |r| r.int(0),
    )
    .await
}
