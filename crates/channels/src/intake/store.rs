//! The SQL of intake: what other systems have sent, under their own names.

use super::model::Taken;
use conversations::inboxes::Inbox;
use kernel::{ContactId, Result, args, sql};
use platform::store::Tx;

/// The first outcome of a delivery, if there was one.
pub async fn seen(tx: &mut Tx, inbox: &Inbox, external_id: &str) -> Result<Option<Taken>> {
    tx.one(
        sql!(
            "SELECT message_id, conversation_id, seq FROM inbound
             WHERE inbox_id = $1 AND external_id = $2 AND tenant_id = $3"
        ),
        args![inbox.id, external_id, inbox.tenant],
        |r| {
            Ok(Taken {
                message: r.id(0)?,
                conversation: r.id(1)?,
                seq: r.int(2)?,
                contact: ContactId(0),
                opened: false,
                repeated: true,
                whole: None,
            })
        },
    )
    .await
}

/// Keeps the outcome of a delivery; false when another transaction kept one in the meantime.
pub async fn keep(tx: &mut Tx, inbox: &Inbox, external_id: &str, taken: &Taken) -> Result<bool> {
    let kept = tx
        .exec(
            sql!(
                "INSERT INTO inbound(inbox_id, external_id, tenant_id, conversation_id, message_id, seq)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (inbox_id, external_id) DO NOTHING"
            ),
            args![inbox.id, external_id, inbox.tenant, taken.conversation, taken.message, taken.seq],
        )
        .await?;
    Ok(kept == 1)
}
