//! The SQL of messages.

use super::model::{Extras, MessageRow};
use crate::threads::Row;
use kernel::{
    Actor, ActorKind, ConversationId, Error, MessageId, Millis, Result, TenantScope, UserId, args, sql,
};
use platform::store::{Row as DbRow, Tx};

fn read(r: &DbRow<'_>) -> Result<MessageRow> {
    let extras = match r.opt_text(9)? {
        None => Extras::default(),
        Some(t) => serde_json::from_str(&t).map_err(|e| Error::internal("a message's extras").cause(e))?,
    };
    Ok(MessageRow {
        id: r.id(0)?,
        tenant: r.id(1)?,
        conversation: r.id(2)?,
        seq: r.int(3)?,
        is_event: r.bool(4)?,
        note: r.bool(5)?,
        author: Actor { kind: ActorKind::from_code(r.int(6)?), id: r.int(7)? },
        body: r.text(8)?,
        extras,
        client_key: r.opt_text(10)?,
        failure: r.opt_text(11)?,
        at: r.int(12)?,
    })
}

/// Writes a message under its number.
pub async fn insert(tx: &mut Tx, m: &MessageRow) -> Result<()> {
    let data = (m.extras != Extras::default())
        .then(|| serde_json::to_string(&m.extras))
        .transpose()
        .map_err(|e| Error::internal("a message's extras").cause(e))?;
    tx.exec(
        sql!(
            "INSERT INTO message(id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data,
             client_key, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            m.id, m.tenant, m.conversation, m.seq, m.is_event, m.note, m.author.kind.code(), m.author.id, m.body, data,
            m.client_key, m.at
        ],
    )
    .await
    .map(|_| ())
}

/// The message with this sender's id: in the conversation, or in one that was merged into it since.
pub async fn by_client_key(
    tx: &mut Tx,
    scope: &TenantScope,
    conversation: ConversationId,
    key: &str,
) -> Result<Option<MessageRow>> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
             failure, at FROM message WHERE client_key = $2 AND AMONG(tenant_id, $3) AND conversation_id IN (
               SELECT CAST($1 AS BIGINT) UNION ALL SELECT id FROM conversation WHERE merged_into = $1 AND tenant_id > 0)"
        ),
        args![conversation, key, tenants],
        read,
    )
    .await
}

/// Messages of a conversation with numbers after `after` and before `before`, the newest `limit` of them, oldest first.
/// With `public`, without notes.
pub async fn between(
    tx: &mut Tx,
    conversation: &Row,
    after: i64,
    before: i64,
    limit: i64,
    public: bool,
) -> Result<Vec<MessageRow>> {
    let mut rows = tx
        .all(
            sql!(
                "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
                 failure, at FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND seq > $3 AND seq < $4
                 AND (note = 0 OR CAST($5 AS BIGINT) = 0) ORDER BY seq DESC LIMIT $6"
            ),
            args![conversation.id, conversation.tenant, after, before, i64::from(public), limit],
            read,
        )
        .await?;
    rows.reverse();
    Ok(rows)
}

/// The same from the old end: the oldest `limit` after `after`.
pub async fn following(
    tx: &mut Tx,
    conversation: &Row,
    after: i64,
    limit: i64,
    public: bool,
) -> Result<Vec<MessageRow>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
             failure, at FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND seq > $3
             AND (note = 0 OR CAST($4 AS BIGINT) = 0) ORDER BY seq LIMIT $5"
        ),
        args![conversation.id, conversation.tenant, after, i64::from(public), limit],
        read,
    )
    .await
}

/// The messages of a conversation with these numbers, in order.
pub async fn by_seqs(tx: &mut Tx, conversation: &Row, seqs: &[i64]) -> Result<Vec<MessageRow>> {
    let wanted = Tx::ids(seqs.iter().copied());
    tx.all(
        sql!(
            "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
             failure, at FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND seq IN_IDS($3) ORDER BY seq"
        ),
        args![conversation.id, conversation.tenant, wanted],
        read,
    )
    .await
}

/// The messages of these ids that the scope reaches.
pub async fn by_ids(tx: &mut Tx, scope: &TenantScope, ids: &[MessageId]) -> Result<Vec<MessageRow>> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let wanted = Tx::ids(ids.iter().map(|i| i.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
             failure, at FROM message WHERE id IN_IDS($1) AND tenant_id IN_IDS($2)"
        ),
        args![wanted, tenants],
        read,
    )
    .await
}

/// The messages of these ids, for readers of the log.
pub async fn all_by_ids(tx: &mut Tx, ids: &str) -> Result<Vec<MessageRow>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
             failure, at FROM message WHERE id IN_IDS($1) AND tenant_id > 0"
        ),
        args![ids],
        read,
    )
    .await
}

/// Replies by colleagues of `author` with numbers after `seen`.
pub async fn newer_replies(tx: &mut Tx, row: &Row, seen: i64, author: Actor) -> Result<Vec<MessageRow>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, conversation_id, seq, kind, note, author_kind, author_id, body, data, client_key,
             failure, at FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND seq > $3 AND kind = 0
             AND note = 0 AND author_kind IN (1, 3, 4) AND NOT (author_kind = $4 AND author_id = $5)
             ORDER BY seq LIMIT 20"
        ),
        args![row.id, row.tenant, seen, author.kind.code(), author.id],
        read,
    )
    .await
}

/// Notes who was mentioned.
pub async fn mention(tx: &mut Tx, m: &MessageRow, user: UserId) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO mention(tenant_id, user_id, conversation_id, message_id, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING"
        ),
        args![m.tenant, user, m.conversation, m.id, m.at],
    )
    .await
    .map(|_| ())
}

/// Moves a mark forward; false when it was there already.
pub async fn set_mark(tx: &mut Tx, row: &Row, mark: super::service::Mark, seq: i64) -> Result<bool> {
    use super::service::Mark;
    let sql = match mark {
        Mark::Delivered => sql!(
            "UPDATE conversation SET contact_delivered = $3 WHERE id = $1 AND tenant_id = $2 AND contact_delivered < $3"
        ),
        Mark::ReadByContact => sql!(
            "UPDATE conversation SET contact_read = $3 WHERE id = $1 AND tenant_id = $2 AND contact_read < $3"
        ),
        Mark::ReadByStaff => sql!(
            "UPDATE conversation SET staff_read = $3 WHERE id = $1 AND tenant_id = $2 AND staff_read < $3"
        ),
    };
    Ok(tx.exec(sql, args![row.id, row.tenant, seq]).await? == 1)
}

/// Remembers how far a member of staff has read, and that their mentions were seen.
pub async fn set_reading(tx: &mut Tx, row: &Row, user: UserId, seq: i64, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO reading(tenant_id, conversation_id, user_id, seq, contact_count) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (conversation_id, user_id) DO UPDATE SET seq = excluded.seq, contact_count = excluded.contact_count
             WHERE reading.seq < excluded.seq"
        ),
        args![row.tenant, row.id, user, seq, row.contact_count],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE mention SET seen_at = $4 WHERE user_id = $1 AND conversation_id = $2 AND tenant_id = $3
             AND seen_at IS NULL"
        ),
        args![user, row.id, row.tenant, now],
    )
    .await
    .map(|_| ())
}

/// Binds uploaded files to the message they came with and answers how many were bound: only files of the same client that
/// are free, or were uploaded for this conversation.
pub async fn bind_attachments(tx: &mut Tx, m: &MessageRow, ids: &str) -> Result<u64> {
    tx.exec(
        sql!(
            "UPDATE attachment SET conversation_id = $1, message_id = $2 WHERE tenant_id = $3 AND id IN_IDS($4)
             AND message_id IS NULL AND (conversation_id IS NULL OR conversation_id = $1)
             AND uploader_kind = $5 AND uploader_id = $6"
        ),
        args![m.conversation, m.id, m.tenant, ids, m.author.kind.code(), m.author.id],
    )
    .await
}

/// The files of these ids, for a client.
pub async fn attachments(
    tx: &mut Tx,
    tenant: kernel::TenantId,
    ids: &str,
) -> Result<Vec<super::model::AttachmentMeta>> {
    tx.all(
        sql!(
            "SELECT id, name, mime, size, width, height, hash, preview_hash FROM attachment
             WHERE tenant_id = $1 AND id IN_IDS($2) ORDER BY id"
        ),
        args![tenant, ids],
        |r| {
            Ok(super::model::AttachmentMeta {
                id: r.id(0)?,
                name: r.text(1)?,
                mime: r.text(2)?,
                size: r.int(3)?,
                width: r.opt_int(4)?,
                height: r.opt_int(5)?,
                hash: hex::encode(r.blob(6)?),
                preview: r.opt_blob(7)?.map(hex::encode),
            })
        },
    )
    .await
}

/// Marks a reply as one that could not be delivered, and says so.
pub async fn set_failure(tx: &mut Tx, m: &MessageRow, row: &Row, code: &str, now: Millis) -> Result<()> {
    tx.exec(
        sql!("UPDATE message SET failure = $3 WHERE id = $1 AND tenant_id = $2"),
        args![m.id, m.tenant, code],
    )
    .await?;
    failed_event(tx, m, row, Actor::SYSTEM, now);
    Ok(())
}

/// Takes the mark away, because it is being sent again.
pub async fn clear_failure(
    tx: &mut Tx,
    m: &MessageRow,
    row: &Row,
    by: Actor,
    now: Millis,
) -> Result<MessageRow> {
    tx.exec(
        sql!("UPDATE message SET failure = NULL WHERE id = $1 AND tenant_id = $2"),
        args![m.id, m.tenant],
    )
    .await?;
    failed_event(tx, m, row, by, now);
    Ok(MessageRow { failure: None, ..m.clone() })
}

fn failed_event(tx: &mut Tx, m: &MessageRow, row: &Row, by: Actor, now: Millis) {
    tx.emit(
        kernel::Event::new(m.tenant, "message.failed", m.id.0, by, now)
            .line(row.line)
            .conversation(row.id)
            .data(serde_json::json!({ "seq": m.seq, "assignee": row.assignee })),
    );
}

/// Brings a conversation back to what it was before a message, unless the contact has read up to it: false then. Marks and
/// this meet in the one row, so one of them comes first.
pub(super) async fn take_back(tx: &mut Tx, was: &Row, m: &MessageRow) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE conversation SET last_text = $4, last_by = $5, last_note = $6, waiting = $7, waiting_since = $8,
                 user_seq = $9, first_reply_at = $10 WHERE id = $1 AND tenant_id = $2 AND contact_read < $3"
            ),
            args![
                was.id, was.tenant, m.seq, was.last_text, was.last_by.code(), was.last_note, was.waiting.word(),
                was.waiting_since, was.user_seq, was.first_reply_at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Takes a withdrawn message's text and files away.
pub(super) async fn blank(tx: &mut Tx, m: &MessageRow) -> Result<()> {
    let data =
        serde_json::to_string(&m.extras).map_err(|e| Error::internal("a message's extras").cause(e))?;
    tx.exec(
        sql!("UPDATE message SET body = '', data = $3 WHERE id = $1 AND tenant_id = $2"),
        args![m.id, m.tenant, data],
    )
    .await?;
    tx.exec(sql!("DELETE FROM attachment WHERE message_id = $1 AND tenant_id = $2"), args![m.id, m.tenant])
        .await?;
    tx.exec(sql!("DELETE FROM mention WHERE message_id = $1 AND tenant_id = $2"), args![m.id, m.tenant])
        .await
        .map(|_| ())
}
