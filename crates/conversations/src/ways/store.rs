//! The SQL of ways.

use crate::threads::Row;
use kernel::{ContactId, ConversationId, InboxId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// In which widget a conversation goes on too.
pub async fn chat_of(tx: &mut Tx, row: &Row) -> Result<Option<InboxId>> {
    tx.one(
        sql!("SELECT inbox_id FROM conversation_chat WHERE conversation_id = $1 AND tenant_id = $2"),
        args![row.id, row.tenant],
        |r| r.id(0),
    )
    .await
}

/// The conversation that a contact, proved, goes on with in this widget: of those that live or ended after `since`, the one
/// that was offered last.
pub async fn in_chat(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    contact: ContactId,
    since: Millis,
) -> Result<Option<ConversationId>> {
    tx.one(
        sql!(
            "SELECT c.id FROM conversation c JOIN conversation_chat g ON g.conversation_id = c.id
             WHERE c.contact_id = $1 AND c.tenant_id = $2 AND g.inbox_id = $3
             AND (c.status <> 'resolved' OR c.resolved_at > $4)
             ORDER BY CASE WHEN c.status <> 'resolved' THEN 0 ELSE 1 END, g.at DESC, c.id DESC LIMIT 1"
        ),
        args![contact, tenant, inbox, since],
        |r| r.id(0),
    )
    .await
}

/// Offers a conversation in a widget; false where it was offered there before.
pub async fn offer(tx: &mut Tx, row: &Row, inbox: InboxId, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO conversation_chat(conversation_id, tenant_id, inbox_id, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (conversation_id) DO UPDATE SET inbox_id = excluded.inbox_id, at = excluded.at
                 WHERE conversation_chat.tenant_id = excluded.tenant_id AND conversation_chat.inbox_id <> excluded.inbox_id"
            ),
            args![row.id, row.tenant, inbox, now],
        )
        .await?;
    Ok(n == 1)
}

/// Takes the offer back; false where there was none.
pub async fn withdraw(tx: &mut Tx, row: &Row) -> Result<bool> {
    let sql = sql!("DELETE FROM conversation_chat WHERE conversation_id = $1 AND tenant_id = $2");
    Ok(tx.exec(sql, args![row.id, row.tenant]).await? == 1)
}
