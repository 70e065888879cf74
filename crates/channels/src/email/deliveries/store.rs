//! The SQL of deliveries.

use super::model::{Delivery, Status};
use kernel::{Error, InboxId, MessageId, Millis, Result, TenantId, args, sql};
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
        taken: match r.opt_text(9)? {
            Some(text) => {
                serde_json::from_str(&text).map_err(|e| Error::internal("a delivery's row").cause(e))?
            }
            None => vec![],
        },
        created_at: r.int(10)?,
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
            "SELECT message_id, tenant_id, inbox_id, conversation_id, status, attempts, next_at, fault, answer, taken, created_at
             FROM mail_delivery WHERE message_id = $1 AND tenant_id = $2"
        ),
        args![message, tenant],
        read,
    )
    .await
}

/// Writes down what came of a try.
pub async fn update(tx: &mut Tx, d: &Delivery, now: Millis) -> Result<()> {
    let taken = (!d.taken.is_empty()).then(|| serde_json::json!(d.taken).to_string());
    tx.exec(
        sql!(
            "UPDATE mail_delivery SET status = $3, attempts = $4, next_at = $5, fault = $6, answer = $7, tried_at = $8,
             taken = $9 WHERE message_id = $1 AND tenant_id = $2"
        ),
        args![d.message, d.tenant, d.status.word(), d.attempts, d.next_at, d.fault, d.answer, now, taken],
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

/// Notes that a reply waits, without a try.
pub async fn wait(tx: &mut Tx, d: &Delivery) -> Result<()> {
    let sql =
        sql!("UPDATE mail_delivery SET next_at = $3, fault = $4 WHERE message_id = $1 AND tenant_id = $2");
    tx.exec(sql, args![d.message, d.tenant, d.next_at, d.fault]).await.map(|_| ())
}

/// Notes to whom a mail goes.
pub async fn note_sent(tx: &mut Tx, d: &Delivery, hashes: &[[u8; 32]], now: Millis) -> Result<()> {
    for hash in hashes {
        let sql = sql!(
            "INSERT INTO mail_sent_to(tenant_id, address_hash, message_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
        );
        tx.exec(sql, args![d.tenant, hash, d.message, now]).await?;
    }
    Ok(())
}

/// Mails of a client, each recipient counted, since two times; one message left out.
pub async fn sent_by(
    tx: &mut Tx,
    tenant: TenantId,
    except: MessageId,
    hour: Millis,
    day: Millis,
) -> Result<(i64, i64)> {
    let sql = sql!(
        "SELECT CAST(COALESCE(SUM(CASE WHEN at > $3 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) FROM mail_sent_to
         WHERE tenant_id = $1 AND message_id <> $2 AND at > $4"
    );
    Ok(tx.one(sql, args![tenant, except, hour, day], |r| Ok((r.int(0)?, r.int(1)?))).await?.unwrap_or((0, 0)))
}

/// The same to one address.
pub async fn sent_to(
    tx: &mut Tx,
    (tenant, except): (TenantId, MessageId),
    hash: &[u8; 32],
    hour: Millis,
    day: Millis,
) -> Result<(i64, i64)> {
    let sql = sql!(
        "SELECT CAST(COALESCE(SUM(CASE WHEN at > $4 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) FROM mail_sent_to
         WHERE tenant_id = $1 AND address_hash = $2 AND message_id <> $3 AND at > $5"
    );
    let found = tx.one(sql, args![tenant, hash, except, hour, day], |r| Ok((r.int(0)?, r.int(1)?))).await?;
    Ok(found.unwrap_or((0, 0)))
}

/// Forgets to whom mail went before a time, and whom an inbox answered by itself; a part at a time.
pub async fn forget_sent(tx: &mut Tx, before: Millis, step: i64) -> Result<u64> {
    let sent = sql!(
        "DELETE FROM mail_sent_to WHERE (tenant_id, address_hash, message_id) IN (
           SELECT tenant_id, address_hash, message_id FROM mail_sent_to WHERE at < $1 AND tenant_id > 0 LIMIT $2)"
    );
    let answered = sql!(
        "DELETE FROM mail_answered WHERE (inbox_id, address_hash) IN (
           SELECT inbox_id, address_hash FROM mail_answered WHERE at < $1 AND tenant_id > 0 LIMIT $2) AND tenant_id > 0"
    );
    Ok(tx.exec(sent, args![before, step]).await? + tx.exec(answered, args![before, step]).await?)
}

/// Counts a program's mail that was not sent.
pub async fn count_dropped(tx: &mut Tx, tenant: TenantId, inbox: InboxId, now: Millis) -> Result<()> {
    let sql = sql!(
        "UPDATE mailbox SET dropped = dropped + 1, dropped_at = $3 WHERE inbox_id = $1 AND tenant_id = $2"
    );
    tx.exec(sql, args![inbox, tenant, now]).await.map(|_| ())
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
