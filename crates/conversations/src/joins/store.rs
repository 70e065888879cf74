//! The SQL of joins.

use super::model::{BLOCK_MAX, Join, Kind};
use crate::messages::{self, MessageRow};
use crate::threads::{self, Row};
use kernel::{Actor, ActorKind, ConversationId, Error, JoinId, MessageId, Millis, Result, args, sql};
use platform::store::{Row as DbRow, Tx};

/// Joins of one conversation at the most.
const JOINS_MAX: i64 = 100;

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::internal("a join's row").cause(e))
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("a join's row").cause(e))
}

fn read(r: &DbRow<'_>) -> Result<Join> {
    Ok(Join {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        kind: Kind::from_word(&r.text(3)?)?,
        holder: r.id(4)?,
        origin: r.id(5)?,
        seqs: r.opt_text(6)?.map(|t| json(&t)).transpose()?,
        back: json(&r.text(7)?)?,
        at: r.int(8)?,
        by: Actor { kind: ActorKind::from_code(r.int(9)?), id: r.int(10)? },
        undone_at: r.opt_int(11)?,
    })
}

/// Keeps a join.
pub(super) async fn insert(tx: &mut Tx, j: &Join) -> Result<()> {
    let seqs = j.seqs.as_ref().map(text).transpose()?;
    tx.exec(
        sql!(
            "INSERT INTO conversation_join(id, tenant_id, line_id, kind, holder_id, origin_id, seqs, back, at, by_kind, by_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            j.id, j.tenant, j.line, j.kind.word(), j.holder, j.origin, seqs, text(&j.back)?, j.at, j.by.kind.code(), j.by.id
        ],
    )
    .await
    .map(|_| ())
}

/// One join of a line that the scope reaches; `not_found` otherwise.
pub(super) async fn get(tx: &mut Tx, id: JoinId) -> Result<Join> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, kind, holder_id, origin_id, seqs, back, at, by_kind, by_id, undone_at
             FROM conversation_join WHERE id = $1 AND AMONG(tenant_id, $2)"
        ),
        args![id, tenants],
        read,
    )
    .await?
    .filter(|j| scope.contains_line(j.tenant, j.line))
    .ok_or_else(Error::not_found)
}

/// Marks a join as taken back; false where somebody was faster.
pub(super) async fn undone(tx: &mut Tx, j: &Join, by: Actor, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE conversation_join SET undone_at = $3, undone_kind = $4, undone_id = $5
                 WHERE id = $1 AND tenant_id = $2 AND undone_at IS NULL"
            ),
            args![j.id, j.tenant, now, by.kind.code(), by.id],
        )
        .await?;
    Ok(n == 1)
}

/// The joins by which a conversation shows messages, its own and those of what was merged into it, or by which its own messages
/// went elsewhere; the oldest first, without what was taken back.
pub(super) async fn of(tx: &mut Tx, c: &Row) -> Result<Vec<Join>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, kind, holder_id, origin_id, seqs, back, at, by_kind, by_id, undone_at
             FROM conversation_join WHERE tenant_id = $2 AND undone_at IS NULL AND (origin_id = $1 OR holder_id IN (
               SELECT CAST($1 AS BIGINT) UNION ALL SELECT id FROM conversation WHERE merged_into = $1 AND tenant_id = $2))
             ORDER BY id LIMIT $3"
        ),
        args![c.id, c.tenant, JOINS_MAX],
        read,
    )
    .await
}

/// Did this conversation begin as a part of that one?
pub async fn split_off(tx: &mut Tx, part: ConversationId, origin: ConversationId) -> Result<bool> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    let sql = sql!(
        "SELECT 1 FROM conversation_join WHERE holder_id = $1 AND origin_id = $2 AND kind = 'split' AND undone_at IS NULL
         AND AMONG(tenant_id, $3)"
    );
    Ok(tx.one(sql, args![part, origin, tenants], |_| Ok(())).await?.is_some())
}

/// The numbers of a conversation that went on elsewhere already.
pub(super) async fn gone(tx: &mut Tx, c: &Row) -> Result<Vec<i64>> {
    let joins = of(tx, c).await?;
    let split = joins.into_iter().filter(|j| j.kind == Kind::Split && j.origin == c.id);
    Ok(split.filter_map(|j| j.seqs).flatten().collect())
}

/// The messages of a block, the newest [`BLOCK_MAX`] in order, without thin lines; and whether there are older ones.
pub(super) async fn block(tx: &mut Tx, origin: &Row, j: &Join) -> Result<(Vec<MessageRow>, bool)> {
    let mut found = match &j.seqs {
        Some(seqs) => messages::by_seqs(tx, origin, seqs).await?,
        None => words(tx, origin, BLOCK_MAX + 1).await?,
    };
    found.retain(|m| !m.is_event);
    let surplus = found.len().saturating_sub(BLOCK_MAX as usize);
    Ok((found.split_off(surplus), surplus > 0))
}

/// The newest messages of a conversation that are no thin lines, in order.
async fn words(tx: &mut Tx, c: &Row, limit: i64) -> Result<Vec<MessageRow>> {
    let sql = sql!(
        "SELECT id FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND kind = 0 ORDER BY seq DESC LIMIT $3"
    );
    let ids: Vec<MessageId> = tx.all(sql, args![c.id, c.tenant, limit], |r| r.id(0)).await?;
    let scope = tx.scope().clone();
    let mut found = messages::by_ids(tx, &scope, &ids).await?;
    found.sort_by_key(|m| m.seq);
    Ok(found)
}

/// What stands behind a conversation: the newest messages, without notes and thin lines, of what was merged into it and of what
/// it began with as a part of another. For the channel, whose answers go on from there.
pub async fn behind(tx: &mut Tx, c: &Row, limit: i64) -> Result<Vec<MessageRow>> {
    let joins = of(tx, c).await?;
    let shown: Vec<Join> =
        joins.into_iter().filter(|j| j.origin != c.id && j.kind != Kind::Forwarded).collect();
    let mut out = vec![];
    for j in shown {
        let found = threads::by_ids(tx, &[j.origin]).await?;
        if let Some(origin) = found.first() {
            out.extend(block(tx, origin, &j).await?.0);
        }
    }
    out.retain(|m| !m.note && m.extras.withdrawn.is_none());
    out.sort_by_key(|m| (m.at, m.id));
    out.dedup_by_key(|m| m.id);
    let surplus = out.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
    Ok(out.split_off(surplus))
}

/// Has anybody written in a conversation?
pub(super) async fn is_written_in(tx: &mut Tx, c: &Row) -> Result<bool> {
    let sql =
        sql!("SELECT 1 FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND kind = 0 LIMIT 1");
    Ok(tx.one(sql, args![c.id, c.tenant], |_| Ok(())).await?.is_some())
}

/// Has the contact written something after `seq` that is not among these numbers, and is not by a program?
pub(super) async fn asks_besides(tx: &mut Tx, c: &Row, seq: i64, but: &[i64]) -> Result<bool> {
    let but = Tx::ids(but.iter().copied());
    let sql = sql!(
        "SELECT 1 FROM message WHERE conversation_id = $1 AND tenant_id = $2 AND seq > $3 AND kind = 0 AND note = 0
         AND author_kind = $4 AND NOT (seq IN_IDS($5)) LIMIT 1"
    );
    let found = tx.one(sql, args![c.id, c.tenant, seq, ActorKind::Contact.code(), but], |_| Ok(())).await?;
    Ok(found.is_some())
}

/// Is another conversation live where this one would be?
pub(super) async fn is_in_the_way(tx: &mut Tx, c: &Row) -> Result<bool> {
    let sql = sql!(
        "SELECT 1 FROM conversation WHERE contact_id = $1 AND inbox_id = $2 AND thread = $3 AND tenant_id = $4
         AND status <> 'resolved' AND id <> $5 LIMIT 1"
    );
    let found = tx.one(sql, args![c.contact, c.inbox, c.thread, c.tenant, c.id], |_| Ok(())).await?;
    Ok(found.is_some())
}

/// What pointed at a conversation points at another one.
pub(super) async fn repoint(tx: &mut Tx, from: &Row, to: &Row) -> Result<Vec<ConversationId>> {
    tx.all(
        sql!(
            "UPDATE conversation SET merged_into = $3 WHERE merged_into = $1 AND tenant_id = $2 RETURNING id"
        ),
        args![from.id, from.tenant, to.id],
        |r| r.id(0),
    )
    .await
}

/// The same of these alone, back again.
pub(super) async fn repoint_these(tx: &mut Tx, these: &[ConversationId], from: &Row, to: &Row) -> Result<()> {
    let ids = Tx::ids(these.iter().map(|c| c.0));
    tx.exec(
        sql!(
            "UPDATE conversation SET merged_into = $3 WHERE merged_into = $1 AND tenant_id = $2 AND id IN_IDS($4)"
        ),
        args![from.id, from.tenant, to.id, ids],
    )
    .await
    .map(|_| ())
}

/// What people had begun to write goes along, unless they have begun something there too; so do files that were uploaded for it.
pub(super) async fn move_begun(tx: &mut Tx, from: &Row, to: &Row) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE draft SET conversation_id = $3, base_seq = $4 WHERE conversation_id = $1 AND tenant_id = $2 AND note < 2
             AND NOT EXISTS (SELECT 1 FROM draft o WHERE o.conversation_id = $3 AND o.tenant_id = $2
               AND o.user_id = draft.user_id AND o.note = draft.note)"
        ),
        args![from.id, from.tenant, to.id, to.last_seq + 1],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE attachment SET conversation_id = $3 WHERE conversation_id = $1 AND tenant_id = $2 AND message_id IS NULL"
        ),
        args![from.id, from.tenant, to.id],
    )
    .await
    .map(|_| ())
}

/// Mentions that nobody has looked at are seen where the message is shown now.
pub(super) async fn move_mentions(tx: &mut Tx, from: &Row, to: &Row) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE mention SET conversation_id = $3 WHERE conversation_id = $1 AND tenant_id = $2 AND seen_at IS NULL"
        ),
        args![from.id, from.tenant, to.id],
    )
    .await
    .map(|_| ())
}

/// The same, back to where the messages stand.
pub(super) async fn return_mentions(tx: &mut Tx, from: &Row, to: &Row) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE mention SET conversation_id = $3 WHERE conversation_id = $1 AND tenant_id = $2 AND seen_at IS NULL
             AND message_id IN (SELECT id FROM message WHERE conversation_id = $3 AND tenant_id = $2)"
        ),
        args![from.id, from.tenant, to.id],
    )
    .await
    .map(|_| ())
}

/// Writes what a new conversation shows of itself before anybody has written in it.
pub(super) async fn set_last(tx: &mut Tx, c: &Row) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE conversation SET last_text = $3, last_by = $4, last_note = $5, waiting = $6, waiting_since = $7
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![c.id, c.tenant, c.last_text, c.last_by.code(), c.last_note, c.waiting.word(), c.waiting_since],
    )
    .await
    .map(|_| ())
}

/// Files of messages once more, as rows of their own for somebody's new message: the bytes are the same blobs.
pub(super) async fn copy_file(
    tx: &mut Tx,
    (from, to): (kernel::AttachmentId, kernel::AttachmentId),
    c: &Row,
    by: Actor,
    now: Millis,
) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO attachment(id, tenant_id, conversation_id, hash, name, mime, size, width, height, preview_hash,
                 uploader_kind, uploader_id, at)
                 SELECT CAST($1 AS BIGINT), tenant_id, CAST($2 AS BIGINT), hash, name, mime, size, width, height, preview_hash,
                 CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT)
                 FROM attachment WHERE id = $3 AND tenant_id = $4 AND message_id IS NOT NULL"
            ),
            args![to, c.id, from, c.tenant, by.kind.code(), by.id, now],
        )
        .await?;
    Ok(n == 1)
}
