//! The SQL of hands, watches and whispers.

use kernel::{ConversationId, HandId, LineId, MessageId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// Hands listed at the most.
pub const LISTED_MAX: i64 = 500;
/// Whispers of a conversation marked at the most.
const WHISPERS_MAX: i64 = 200;

/// A hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    pub id: HandId,
    pub tenant: TenantId,
    pub line: LineId,
    pub conversation: ConversationId,
    pub user: UserId,
    pub reason: String,
    pub state: String,
    pub raised_at: Millis,
    pub taken_by: Option<UserId>,
    pub taken_at: Option<Millis>,
    pub lowered_at: Option<Millis>,
}

fn read(r: &Row<'_>) -> Result<Hand> {
    Ok(Hand {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        conversation: r.id(3)?,
        user: r.id(4)?,
        reason: r.text(5)?,
        state: r.text(6)?,
        raised_at: r.int(7)?,
        taken_by: r.opt_id(8)?,
        taken_at: r.opt_int(9)?,
        lowered_at: r.opt_int(10)?,
    })
}

/// Raises a hand; false when it is up.
pub async fn insert(tx: &mut Tx, h: &Hand) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO hand(id, tenant_id, line_id, conversation_id, user_id, reason, state, raised_at)
                 VALUES ($1, $2, $3, $4, $5, $6, 'raised', $7) ON CONFLICT DO NOTHING"
            ),
            args![h.id, h.tenant, h.line, h.conversation, h.user, h.reason, h.raised_at],
        )
        .await?;
    Ok(n == 1)
}

/// One hand, if the transaction's scope reaches it.
pub async fn by_id(tx: &mut Tx, id: HandId) -> Result<Option<Hand>> {
    let found = tx
        .one(
            sql!(
                "SELECT id, tenant_id, line_id, conversation_id, user_id, reason, state, raised_at, taken_by, taken_at,
                 lowered_at FROM hand WHERE id = $1 AND tenant_id > 0"
            ),
            args![id],
            read,
        )
        .await?;
    let scope = tx.scope().clone();
    Ok(found.filter(|h| scope.contains_line(h.tenant, h.line)))
}

/// The raised and taken hands that the transaction's scope reaches, oldest first.
pub async fn open(tx: &mut Tx) -> Result<Vec<Hand>> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let rows = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, conversation_id, user_id, reason, state, raised_at, taken_by, taken_at,
                 lowered_at FROM hand WHERE tenant_id IN_IDS($1) AND state <> 'lowered' ORDER BY id LIMIT $2"
            ),
            args![tenants, LISTED_MAX],
            read,
        )
        .await?;
    Ok(rows.into_iter().filter(|h| scope.contains_line(h.tenant, h.line)).collect())
}

/// One's own raised and taken hands.
pub async fn mine(tx: &mut Tx, user: UserId) -> Result<Vec<Hand>> {
    Ok(open(tx).await?.into_iter().filter(|h| h.user == user).collect())
}

/// The raised and taken hands of a conversation.
pub async fn of_conversation(tx: &mut Tx, tenant: TenantId, id: ConversationId) -> Result<Vec<Hand>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, user_id, reason, state, raised_at, taken_by, taken_at,
             lowered_at FROM hand WHERE tenant_id = $1 AND conversation_id = $2 AND state <> 'lowered' ORDER BY id"
        ),
        args![tenant, id],
        read,
    )
    .await
}

/// Takes a raised hand; false when it is not raised any more.
pub async fn take(tx: &mut Tx, h: &Hand, by: UserId, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE hand SET state = 'taken', taken_by = $3, taken_at = $4
                 WHERE id = $1 AND tenant_id = $2 AND state = 'raised'"
            ),
            args![h.id, h.tenant, by, now],
        )
        .await?;
    Ok(n == 1)
}

/// Lowers a hand; false when it is down. `by` is 0 when the conversation ended.
pub async fn lower(tx: &mut Tx, h: &Hand, by: UserId, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE hand SET state = 'lowered', lowered_by = $3, lowered_at = $4
                 WHERE id = $1 AND tenant_id = $2 AND state <> 'lowered'"
            ),
            args![h.id, h.tenant, by, now],
        )
        .await?;
    Ok(n == 1)
}

/// Begins watching; false when it goes on.
pub async fn begin_watch(
    tx: &mut Tx,
    id: i64,
    (tenant, line, conversation): (TenantId, LineId, ConversationId),
    user: UserId,
    now: Millis,
) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO watch(id, tenant_id, line_id, conversation_id, user_id, from_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
            ),
            args![id, tenant, line, conversation, user, now],
        )
        .await?;
    Ok(n == 1)
}

/// Ends watching; false when it had not begun.
pub async fn end_watch(
    tx: &mut Tx,
    tenant: TenantId,
    conversation: ConversationId,
    user: UserId,
    now: Millis,
) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE watch SET to_at = $4
                 WHERE tenant_id = $1 AND conversation_id = $2 AND user_id = $3 AND to_at IS NULL"
            ),
            args![tenant, conversation, user, now],
        )
        .await?;
    Ok(n == 1)
}

/// Ends everybody's watching of a conversation that ended.
pub async fn end_watches(tx: &mut Tx, tenant: TenantId, id: ConversationId, now: Millis) -> Result<()> {
    let sql =
        sql!("UPDATE watch SET to_at = $3 WHERE tenant_id = $1 AND conversation_id = $2 AND to_at IS NULL");
    tx.exec(sql, args![tenant, id, now]).await.map(|_| ())
}

/// Who watches a conversation, and since when; `since` leaves out those who never said that they left.
pub async fn watchers(
    tx: &mut Tx,
    tenant: TenantId,
    id: ConversationId,
    since: Millis,
) -> Result<Vec<(UserId, Millis)>> {
    tx.all(
        sql!(
            "SELECT user_id, from_at FROM watch
             WHERE tenant_id = $1 AND conversation_id = $2 AND to_at IS NULL AND from_at > $3 ORDER BY from_at, user_id"
        ),
        args![tenant, id, since],
        |r| Ok((r.id(0)?, r.int(1)?)),
    )
    .await
}

/// Keeps that a note was whispered.
pub async fn whispered(
    tx: &mut Tx,
    message: MessageId,
    (tenant, conversation): (TenantId, ConversationId),
    (from, to): (UserId, UserId),
    now: Millis,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO whisper(message_id, tenant_id, conversation_id, from_user, to_user, at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
        ),
        args![message, tenant, conversation, from, to, now],
    )
    .await
    .map(|_| ())
}

/// The newest whispers of a conversation.
pub async fn whispers(tx: &mut Tx, tenant: TenantId, id: ConversationId) -> Result<Vec<MessageId>> {
    tx.all(
        sql!(
            "SELECT message_id FROM whisper WHERE tenant_id = $1 AND conversation_id = $2
             ORDER BY message_id DESC LIMIT $3"
        ),
        args![tenant, id, WHISPERS_MAX],
        |r| r.id(0),
    )
    .await
}
