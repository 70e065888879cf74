//! The SQL of arrivals.

use super::model::{Arrival, Envelope, Ids, Status, Via};
use kernel::{ArrivalId, ConversationId, Error, InboxId, MessageId, Millis, Result, TenantId, args, sql};
use platform::blobs::BlobHash;
use platform::store::{Row, Tx};
use serde::de::DeserializeOwned;

fn json<T: DeserializeOwned + Default>(text: Option<String>) -> Result<T> {
    text.map_or(Ok(T::default()), |t| {
        serde_json::from_str(&t).map_err(|e| Error::internal("a mail's row").cause(e))
    })
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("a mail's row").cause(e))
}

fn read(r: &Row<'_>) -> Result<Arrival> {
    Ok(Arrival {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        inbox: r.id(3)?,
        blob: BlobHash::try_from(r.blob(4)?)?,
        size: r.int(5)?,
        via: Via::from_word(&r.text(6)?)?,
        envelope: json::<Envelope>(r.opt_text(7)?)?,
        status: Status::from_word(&r.text(8)?)?,
        tries: r.int(9)?,
        fault: r.opt_text(10)?,
        detail: r.opt_text(11)?,
        kind: r.opt_text(12)?,
        conversation: r.opt_id(13)?,
        message: r.opt_id(14)?,
        ids: json::<Ids>(r.opt_text(15)?)?,
        judged: json(r.opt_text(16)?)?,
        received_at: r.int(17)?,
        settled_at: r.opt_int(18)?,
    })
}

/// Adds a mail; false where the same bytes came to this inbox before.
pub async fn insert(tx: &mut Tx, a: &Arrival) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO mail_arrival(id, tenant_id, line_id, inbox_id, blob, size, via, envelope, status, received_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (inbox_id, blob) DO NOTHING"
            ),
            args![
                a.id, a.tenant, a.line, a.inbox, a.blob, a.size, a.via.word(), text(&a.envelope)?, a.status.word(),
                a.received_at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// One mail of a client.
pub async fn by_id(tx: &mut Tx, tenants: &str, id: ArrivalId) -> Result<Option<Arrival>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, blob, size, via, envelope, status, tries, fault, detail, kind,
             conversation_id, message_id, threading, judged, received_at, settled_at
             FROM mail_arrival WHERE id = $1 AND AMONG(tenant_id, $2)"
        ),
        args![id, tenants],
        read,
    )
    .await
}

/// The mail that became a message.
pub async fn of_message(tx: &mut Tx, tenant: TenantId, message: MessageId) -> Result<Option<Arrival>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, blob, size, via, envelope, status, tries, fault, detail, kind,
             conversation_id, message_id, threading, judged, received_at, settled_at
             FROM mail_arrival WHERE message_id = $1 AND tenant_id = $2"
        ),
        args![message, tenant],
        read,
    )
    .await
}

/// The newest mail of a conversation that somebody wrote.
pub async fn last_of(tx: &mut Tx, tenant: TenantId, conversation: ConversationId) -> Result<Option<Arrival>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, blob, size, via, envelope, status, tries, fault, detail, kind,
             conversation_id, message_id, threading, judged, received_at, settled_at
             FROM mail_arrival WHERE conversation_id = $1 AND tenant_id = $2 AND kind IN ('human', 'list')
             ORDER BY id DESC LIMIT 1"
        ),
        args![conversation, tenant],
        read,
    )
    .await
}

/// Mails of these inboxes in a state, newest first, before an id.
pub async fn list(
    tx: &mut Tx,
    (tenants, inboxes): (&str, &str),
    status: Option<Status>,
    before: ArrivalId,
    limit: i64,
) -> Result<Vec<Arrival>> {
    let status = status.map(Status::word);
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, blob, size, via, envelope, status, tries, fault, detail, kind,
             conversation_id, message_id, threading, judged, received_at, settled_at
             FROM mail_arrival WHERE tenant_id IN_IDS($1) AND inbox_id IN_IDS($2)
             AND (CAST($3 AS TEXT) IS NULL OR status = $3) AND id < $4 ORDER BY id DESC LIMIT $5"
        ),
        args![tenants, inboxes, status, before, limit],
        read,
    )
    .await
}

/// Mails of an inbox that came before one and are not settled, oldest first.
pub async fn waiting(
    tx: &mut Tx,
    tenant: TenantId,
    inbox: InboxId,
    before: ArrivalId,
    limit: i64,
) -> Result<Vec<Arrival>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, blob, size, via, envelope, status, tries, fault, detail, kind,
             conversation_id, message_id, threading, judged, received_at, settled_at
             FROM mail_arrival WHERE tenant_id = $1 AND status = 'pending' AND inbox_id = $2 AND id < $3
             ORDER BY id LIMIT $4"
        ),
        args![tenant, inbox, before, limit],
        read,
    )
    .await
}

/// Counts a try and answers how many there were with it.
pub async fn begin_try(tx: &mut Tx, a: &Arrival) -> Result<i64> {
    let sql = sql!(
        "UPDATE mail_arrival SET tries = tries + 1 WHERE id = $1 AND tenant_id = $2 AND status = 'pending' RETURNING tries"
    );
    Ok(tx.one(sql, args![a.id, a.tenant], |r| r.int(0)).await?.unwrap_or(0))
}

/// A try that failed by no fault of the mail counts no more.
pub async fn forgive(tx: &mut Tx, a: &Arrival) -> Result<()> {
    tx.exec(sql!("UPDATE mail_arrival SET tries = 0 WHERE id = $1 AND tenant_id = $2"), args![a.id, a.tenant])
        .await
        .map(|_| ())
}

/// Writes down what became of a mail.
pub async fn settle(tx: &mut Tx, a: &Arrival, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE mail_arrival SET status = $3, tries = $4, fault = $5, detail = $6, kind = $7, conversation_id = $8,
             message_id = $9, threading = $10, judged = $11, settled_at = $12 WHERE id = $1 AND tenant_id = $2"
        ),
        args![
            a.id, a.tenant, a.status.word(), a.tries, a.fault, a.detail, a.kind, a.conversation, a.message,
            text(&a.ids)?,
            a.judged.as_ref().map(text).transpose()?, now
        ],
    )
    .await
    .map(|_| ())
}

/// How many wait, and how many are laid aside, of an inbox.
pub async fn counts(tx: &mut Tx, tenant: TenantId, inbox: InboxId) -> Result<(i64, i64)> {
    let sql = sql!(
        "SELECT CAST(COALESCE(SUM(CASE WHEN status = 'pending' THEN 1 ELSE 0 END), 0) AS BIGINT),
         CAST(COALESCE(SUM(CASE WHEN status = 'quarantined' THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM mail_arrival WHERE tenant_id = $1 AND inbox_id = $2 AND status IN ('pending', 'quarantined')"
    );
    let found = tx.one(sql, args![tenant, inbox], |r| Ok((r.int(0)?, r.int(1)?))).await?;
    Ok(found.unwrap_or((0, 0)))
}
