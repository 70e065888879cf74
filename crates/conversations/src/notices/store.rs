//! The SQL of notices.

use super::model::{KEPT_MAX, Notice};
use kernel::{Actor, ActorKind, Event, Millis, Result, UserId, args, sql};
use platform::store::{Row as DbRow, Tx};
use serde_json::json;

fn read(r: &DbRow<'_>) -> Result<Notice> {
    Ok(Notice {
        user: r.id(0)?,
        kind: r.text(1)?,
        subject: r.int(2)?,
        tenant: r.id(3)?,
        line: r.id(4)?,
        conversation: r.id(5)?,
        actor: Actor { kind: ActorKind::from_code(r.int(6)?), id: r.int(7)? },
        data: r.json(8)?,
        at: r.int(9)?,
        read_at: r.opt_int(10)?,
    })
}

/// Tells somebody something, and their screens. The same kind and subject again is the same notice, unread once more; one
/// that is not newer changes nothing.
pub async fn give(tx: &mut Tx, n: &Notice) -> Result<()> {
    let data = (!n.data.is_null()).then(|| n.data.to_string());
    let written = tx
        .exec(
            sql!(
                "INSERT INTO personal_notice(user_id, kind, subject, tenant_id, line_id, conversation_id, actor_kind, actor_id, data, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (user_id, kind, subject)
                 DO UPDATE SET at = excluded.at, read_at = NULL, actor_kind = excluded.actor_kind,
                 actor_id = excluded.actor_id, data = excluded.data WHERE personal_notice.at < excluded.at"
            ),
            args![
                n.user, n.kind, n.subject, n.tenant, n.line, n.conversation, n.actor.kind.code(), n.actor.id, data, n.at
            ],
        )
        .await?;
    if written == 0 {
        return Ok(());
    }
    trim(tx, n.user).await?;
    let facts = json!({ "user": n.user, "kind": n.kind, "subject": n.subject.to_string() });
    let told = Event::new(n.tenant, "personal_notice.created", n.user.0, n.actor, n.at);
    tx.emit(told.line(n.line).conversation(n.conversation).data(facts));
    Ok(())
}

/// Removes what is more than is kept.
async fn trim(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.exec(
        sql!(
            "DELETE FROM personal_notice WHERE user_id = $1 AND tenant_id >= 0 AND at < (
               SELECT at FROM personal_notice WHERE user_id = $1 AND tenant_id >= 0 ORDER BY at DESC, subject DESC LIMIT 1 OFFSET $2)"
        ),
        args![user, KEPT_MAX - 1],
    )
    .await
    .map(|_| ())
}

/// A person's notices, the newest first, after a place.
pub async fn page(
    tx: &mut Tx,
    user: UserId,
    before: (Millis, i64),
    unread: bool,
    max: i64,
) -> Result<Vec<Notice>> {
    tx.all(
        sql!(
            "SELECT user_id, kind, subject, tenant_id, line_id, conversation_id, actor_kind, actor_id, data, at, read_at
             FROM personal_notice WHERE user_id = $1 AND tenant_id >= 0 AND (at, subject) < ($2, $3)
             AND (CAST($4 AS BIGINT) = 0 OR read_at IS NULL) ORDER BY at DESC, subject DESC LIMIT $5"
        ),
        args![user, before.0, before.1, i64::from(unread), max],
        read,
    )
    .await
}

/// How many of a person's notices are unread.
pub async fn unread(tx: &mut Tx, user: UserId) -> Result<i64> {
    let n = tx
        .one(
            sql!("SELECT COUNT(*) FROM personal_notice WHERE user_id = $1 AND read_at IS NULL AND tenant_id >= 0"),
            args![user],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// One notice.
pub async fn one(tx: &mut Tx, user: UserId, kind: &str, subject: i64) -> Result<Option<Notice>> {
    tx.one(
        sql!(
            "SELECT user_id, kind, subject, tenant_id, line_id, conversation_id, actor_kind, actor_id, data, at, read_at
             FROM personal_notice WHERE user_id = $1 AND kind = $2 AND subject = $3 AND tenant_id >= 0"
        ),
        args![user, kind, subject],
        read,
    )
    .await
}

/// Marks what came up to a time as read; of one conversation, or all. Answers how many were unread.
pub async fn read_until(
    tx: &mut Tx,
    user: UserId,
    until: Millis,
    conversation: i64,
    now: Millis,
) -> Result<u64> {
    tx.exec(
        sql!(
            "UPDATE personal_notice SET read_at = $5 WHERE user_id = $1 AND at <= $2 AND read_at IS NULL AND tenant_id >= 0
             AND (CAST($3 AS BIGINT) = 0 OR conversation_id = $4)"
        ),
        args![user, until, conversation, conversation, now],
    )
    .await
}
