//! The SQL of threads: keys and who takes part.

use super::Party;
use kernel::{ConversationId, InboxId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// People answered of one conversation.
const PARTIES_MAX: i64 = 200;

/// The conversation that left this key, and whether it only awaits it.
pub async fn of_key(
    tx: &mut Tx,
    tenant: TenantId,
    inbox: InboxId,
    key: &str,
) -> Result<Option<(ConversationId, bool)>> {
    let sql = sql!(
        "SELECT conversation_id, awaited FROM mail_key WHERE inbox_id = $1 AND key = $2 AND tenant_id = $3"
    );
    tx.one(sql, args![inbox, key, tenant], |r| Ok((r.id(0)?, r.bool(1)?))).await
}

/// Is it a conversation that lives, or ended after `since`? Its key says that mails of the inbox stand in it, wherever it
/// began.
pub async fn is_within(tx: &mut Tx, tenant: TenantId, id: ConversationId, since: Millis) -> Result<bool> {
    let sql = sql!(
        "SELECT 1 FROM conversation WHERE id = $1 AND tenant_id = $2 AND (status <> 'resolved' OR resolved_at > $3)"
    );
    Ok(tx.one(sql, args![id, tenant, since], |_| Ok(())).await?.is_some())
}

/// Does this address take part?
pub async fn takes_part(tx: &mut Tx, tenant: TenantId, id: ConversationId, address: &str) -> Result<bool> {
    let sql = sql!("SELECT 1 FROM mail_party WHERE conversation_id = $1 AND address = $2 AND tenant_id = $3");
    Ok(tx.one(sql, args![id, address, tenant], |_| Ok(())).await?.is_some())
}

/// Leaves a key. What is there stays, but what was awaited has come.
pub async fn put_key(
    tx: &mut Tx,
    tenant: TenantId,
    inbox: InboxId,
    key: &str,
    conversation: ConversationId,
    awaited: bool,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO mail_key(inbox_id, key, tenant_id, conversation_id, awaited) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (inbox_id, key) DO UPDATE SET awaited = 0, conversation_id = excluded.conversation_id
             WHERE mail_key.awaited = 1 AND excluded.awaited = 0 AND mail_key.tenant_id = excluded.tenant_id"
        ),
        args![inbox, key, tenant, conversation, awaited],
    )
    .await
    .map(|_| ())
}

/// Keeps who takes part.
pub async fn put_party(
    tx: &mut Tx,
    tenant: TenantId,
    conversation: ConversationId,
    address: &str,
    name: &str,
    role: &str,
    now: Millis,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO mail_party(conversation_id, address, tenant_id, name, role, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (conversation_id, address) DO UPDATE SET
             name = CASE WHEN excluded.name = '' THEN mail_party.name ELSE excluded.name END,
             role = excluded.role, at = excluded.at WHERE mail_party.tenant_id = excluded.tenant_id"
        ),
        args![conversation, address, tenant, name, role, now],
    )
    .await
    .map(|_| ())
}

/// Lets who takes part in one conversation take part in another; answers who did not before.
pub async fn copy_parties(
    tx: &mut Tx,
    tenant: TenantId,
    from: ConversationId,
    to: ConversationId,
) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "INSERT INTO mail_party(conversation_id, address, tenant_id, name, role, at)
             SELECT CAST($3 AS BIGINT), address, tenant_id, name, role, at FROM mail_party
             WHERE conversation_id = $2 AND tenant_id = $1
             ON CONFLICT (conversation_id, address) DO NOTHING RETURNING address"
        ),
        args![tenant, from, to],
        |r| r.text(0),
    )
    .await
}

/// Ends somebody's part in a conversation, unless they have written there since.
pub async fn drop_party(
    tx: &mut Tx,
    tenant: TenantId,
    conversation: ConversationId,
    address: &str,
    since: Millis,
) -> Result<()> {
    tx.exec(
        sql!(
            "DELETE FROM mail_party WHERE conversation_id = $1 AND address = $2 AND tenant_id = $3 AND at <= $4"
        ),
        args![conversation, address, tenant, since],
    )
    .await
    .map(|_| ())
}

/// Lets a key lead to another conversation.
pub async fn lead_to(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    key: &str,
    to: ConversationId,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO mail_key(inbox_id, key, tenant_id, conversation_id, awaited) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (inbox_id, key) DO UPDATE SET conversation_id = excluded.conversation_id, awaited = 0
             WHERE mail_key.tenant_id = excluded.tenant_id"
        ),
        args![inbox, key, tenant, to],
    )
    .await
    .map(|_| ())
}

/// Who takes part in a conversation, the last who wrote first.
pub async fn parties(tx: &mut Tx, tenant: TenantId, conversation: ConversationId) -> Result<Vec<Party>> {
    tx.all(
        sql!(
            "SELECT name, address, role FROM mail_party WHERE conversation_id = $1 AND tenant_id = $2
             ORDER BY CASE WHEN role = 'from' THEN 0 ELSE 1 END, at DESC, address LIMIT $3"
        ),
        args![conversation, tenant, PARTIES_MAX],
        |r| Ok(Party { name: r.text(0)?, address: r.text(1)?, role: r.text(2)? }),
    )
    .await
}
