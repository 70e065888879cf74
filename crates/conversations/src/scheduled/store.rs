//! The SQL of replies that wait.

use super::model::{Scheduled, State};
use crate::threads::Row;
use kernel::{
    AttachmentId, ConversationId, Error, MessageId, Millis, Result, ScheduledId, UserId, args, sql,
};
use platform::store::{Row as DbRow, Tx};

fn read(r: &DbRow<'_>) -> Result<Scheduled> {
    let files = r.text(6)?;
    Ok(Scheduled {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        conversation: r.id(3)?,
        author: r.id(4)?,
        body: r.text(5)?,
        attachments: files.split(',').filter_map(|f| f.parse().ok().map(AttachmentId)).collect(),
        due_at: r.int(7)?,
        zone: r.text(8)?,
        hold: r.bool(9)?,
        confirmed: r.bool(10)?,
        seen_seq: r.int(11)?,
        state: State::from_word(&r.text(12)?)?,
        reason: r.opt_text(13)?,
        message: r.opt_id(14)?,
        created_at: r.int(15)?,
        mail: match r.opt_text(16)? {
            None => None,
            Some(t) => {
                serde_json::from_str(&t).map_err(|e| Error::internal("the head of a mail").cause(e))?
            }
        },
    })
}

/// Writes a reply, new or changed.
pub async fn put(tx: &mut Tx, s: &Scheduled, now: Millis) -> Result<()> {
    let files = Tx::ids(s.attachments.iter().map(|a| a.0));
    let mail = s.mail.as_ref().map(serde_json::to_string).transpose();
    let mail = mail.map_err(|e| Error::internal("the head of a mail").cause(e))?;
    tx.exec(
        sql!(
            "INSERT INTO scheduled_message(id, tenant_id, line_id, conversation_id, author_id, body, attachments, due_at,
             zone, hold, confirmed, seen_seq, state, reason, message_id, created_at, changed_at, mail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             ON CONFLICT (id) DO UPDATE SET body = excluded.body, due_at = excluded.due_at, zone = excluded.zone,
             hold = excluded.hold, confirmed = excluded.confirmed, seen_seq = excluded.seen_seq, state = excluded.state,
             reason = excluded.reason, message_id = excluded.message_id, changed_at = excluded.changed_at
             WHERE scheduled_message.tenant_id = excluded.tenant_id"
        ),
        args![
            s.id, s.tenant, s.line, s.conversation, s.author, s.body, files, s.due_at, s.zone, s.hold, s.confirmed,
            s.seen_seq, s.state.word(), s.reason, s.message, s.created_at, now, mail
        ],
    )
    .await
    .map(|_| ())
}

/// Writes down into which conversation a reply goes now, and takes its files there.
pub async fn move_to(tx: &mut Tx, s: &Scheduled) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE scheduled_message SET conversation_id = $3, line_id = $4, seen_seq = $5
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![s.id, s.tenant, s.conversation, s.line, s.seen_seq],
    )
    .await?;
    let files = Tx::ids(s.attachments.iter().map(|a| a.0));
    tx.exec(
        sql!(
            "UPDATE attachment SET conversation_id = $3 WHERE tenant_id = $1 AND id IN_IDS($2) AND message_id IS NULL"
        ),
        args![s.tenant, files, s.conversation],
    )
    .await
    .map(|_| ())
}

/// A reply of a conversation that the scope reaches.
pub async fn get(tx: &mut Tx, conversation: ConversationId, id: ScheduledId) -> Result<Scheduled> {
    let row = crate::threads::by_id(tx, conversation).await?;
    tx.get(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, author_id, body, attachments, due_at, zone, hold, confirmed,
             seen_seq, state, reason, message_id, created_at, mail FROM scheduled_message
             WHERE id = $1 AND conversation_id = $2 AND tenant_id = $3"
        ),
        args![id, row.id, row.tenant],
        read,
    )
    .await
}

/// A reply by its id, for the job that sends it.
pub async fn due(tx: &mut Tx, id: ScheduledId) -> Result<Option<Scheduled>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, author_id, body, attachments, due_at, zone, hold, confirmed,
             seen_seq, state, reason, message_id, created_at, mail FROM scheduled_message WHERE id = $1 AND tenant_id > 0"
        ),
        args![id],
        read,
    )
    .await
}

/// What waits in a conversation, the next first.
pub async fn of_conversation(tx: &mut Tx, row: &Row, max: i64) -> Result<Vec<Scheduled>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, author_id, body, attachments, due_at, zone, hold, confirmed,
             seen_seq, state, reason, message_id, created_at, mail FROM scheduled_message
             WHERE conversation_id = $1 AND tenant_id = $2 AND state IN ('pending', 'held') ORDER BY due_at, id LIMIT $3"
        ),
        args![row.id, row.tenant, max],
        read,
    )
    .await
}

/// What waits of an author in these clients, the next first; not what only waits for its undo time.
pub async fn of_author(tx: &mut Tx, tenants: &str, author: UserId, max: i64) -> Result<Vec<Scheduled>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, author_id, body, attachments, due_at, zone, hold, confirmed,
             seen_seq, state, reason, message_id, created_at, mail FROM scheduled_message
             WHERE author_id = $1 AND tenant_id IN_IDS($2) AND state IN ('pending', 'held')
             AND (hold = 0 OR state = 'held') ORDER BY due_at, id LIMIT $3"
        ),
        args![author, tenants, max],
        read,
    )
    .await
}

/// How many wait in a conversation, and of an author.
pub async fn counts(tx: &mut Tx, row: &Row, author: UserId) -> Result<(i64, i64)> {
    let count = |n: Option<i64>| n.unwrap_or(0);
    let here = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM scheduled_message WHERE conversation_id = $1 AND tenant_id = $2
                 AND state IN ('pending', 'held')"
            ),
            args![row.id, row.tenant],
            |r| r.int(0),
        )
        .await?;
    let own = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM scheduled_message WHERE author_id = $1 AND tenant_id > 0
                 AND state IN ('pending', 'held')"
            ),
            args![author],
            |r| r.int(0),
        )
        .await?;
    Ok((count(here), count(own)))
}

/// Has somebody written since the author looked? Colleagues' answers count always, the contact's messages with `contact`.
pub async fn changed_since(tx: &mut Tx, s: &Scheduled, contact: bool) -> Result<bool> {
    let found = tx
        .one(
            sql!(
                "SELECT id FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND seq > $3 AND kind = 0 AND note = 0
                 AND NOT (author_kind = 1 AND author_id = $4) AND (author_kind <> 2 OR CAST($5 AS BIGINT) = 1) LIMIT 1"
            ),
            args![s.conversation, s.tenant, s.seen_seq, s.author, i64::from(contact)],
            |r| r.id::<MessageId>(0),
        )
        .await?;
    Ok(found.is_some())
}

/// Are these files the author's own, and free to be sent in this conversation?
pub async fn files_are_free(tx: &mut Tx, row: &Row, author: UserId, files: &[AttachmentId]) -> Result<bool> {
    if files.is_empty() {
        return Ok(true);
    }
    let ids = Tx::ids(files.iter().map(|a| a.0));
    let free = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM attachment WHERE tenant_id = $1 AND id IN_IDS($2) AND message_id IS NULL
                 AND (conversation_id IS NULL OR conversation_id = $3) AND uploader_kind = 1 AND uploader_id = $4"
            ),
            args![row.tenant, ids, row.id, author],
            |r| r.int(0),
        )
        .await?
        .ok_or_else(|| Error::internal("a count has a row"))?;
    Ok(free == files.len() as i64)
}
