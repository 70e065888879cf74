//! The SQL of deliveries.

use super::model::{Delivery, Status};
use kernel::{InboxId, MessageId, Millis, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

fn read(r: &Row<'_>) -> Result<Delivery> {
    Ok(Delivery {
        message: r.id(0)?,
        tenant: r.id(1)?,
        inbox: r.id(2)?,
        conversation: r.id(3)?,
        status: Status::from_word(&r.text(4)?)?,
        attempts: r.int(5)?,
        next_at: r.opt_int(6)?,
        fault: r.opt_text(7)?,
        answer: r.opt_text(8)?,
        created_at: r.int(9)?,
    })
}

/// Adds a delivery; false where the message has one.
pub async fn insert(tx: &mut Tx, d: &Delivery) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO mail_delivery(message_id, tenant_id, inbox_id, conversation_id, status, attempts, next_at, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (message_id) DO NOTHING"
            ),
            args![d.message, d.tenant, d.inbox, d.conversation, d.status.word(), d.attempts, d.next_at, d.created_at],
        )
        .await?;
    Ok(n == 1)
}

/// The delivery of a message.
pub async fn of_message(tx: &mut Tx, tenant: TenantId, message: MessageId) -> Result<Option<Delivery>> {
    tx.one(
        sql!(
            "SELECT message_id, tenant_id, inbox_id, conversation_id, status, attempts, next_at, fault, answer, created_at
             FROM mail_delivery WHERE message_id = $1 AND tenant_id = $2"
        ),
        args![message, tenant],
        read,
    )
    .await
}

/// Writes down what came of a try.
pub async fn update(tx: &mut Tx, d: &Delivery, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE mail_delivery SET status = $3, attempts = $4, next_at = $5, fault = $6, answer = $7, tried_at = $8
             WHERE message_id = $1 AND tenant_id = $2"
        ),
        args![d.message, d.tenant, d.status.word(), d.attempts, d.next_at, d.fault, d.answer, now],
    )
    .await
    .map(|_| ())
}

/// Tries of an inbox since a time: its share of the minute.
pub async fn tried_since(tx: &mut Tx, tenant: TenantId, inbox: InboxId, since: Millis) -> Result<i64> {
    let sql =
        sql!("SELECT COUNT(*) FROM mail_delivery WHERE inbox_id = $1 AND tenant_id = $2 AND tried_at > $3");
    Ok(tx.one(sql, args![inbox, tenant, since], |r| r.int(0)).await?.unwrap_or(0))
}

/// Counts a try towards its inbox's share before it is made.
pub async fn begin_try(tx: &mut Tx, d: &Delivery, now: Millis) -> Result<()> {
    let sql = sql!("UPDATE mail_delivery SET tried_at = $3 WHERE message_id = $1 AND tenant_id = $2");
    tx.exec(sql, args![d.message, d.tenant, now]).await.map(|_| ())
}

/// Notes that an inbox answered an address by itself; false where it did so after `since`.
pub async fn answered(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    address_hash: &[u8],
    since: Millis,
    now: Millis,
) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO mail_answered(inbox_id, address_hash, tenant_id, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (inbox_id, address_hash) DO UPDATE SET at = excluded.at
                 WHERE mail_answered.at <= $5 AND mail_answered.tenant_id = excluded.tenant_id"
            ),
            args![inbox, address_hash, tenant, now, since],
        )
        .await?;
    Ok(n == 1)
}

/// Answers that an inbox gave by itself since a time.
pub async fn answered_since(tx: &mut Tx, tenant: TenantId, since: Millis) -> Result<i64> {
    let sql = sql!("SELECT COUNT(*) FROM mail_answered WHERE tenant_id = $1 AND at > $2");
    Ok(tx.one(sql, args![tenant, since], |r| r.int(0)).await?.unwrap_or(0))
}
