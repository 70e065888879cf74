//! The SQL of lists: each statement walks one index and answers ids with their sorting key.

use kernel::{ConversationId, LineId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// A conversation with its place in the list.
pub type Place = (Millis, ConversationId);

/// What narrows a list.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Only this inbox.
    pub inbox: Option<i64>,
    /// Only this queue.
    pub queue: Option<i64>,
    /// Only this agent's.
    pub assignee: Option<i64>,
    /// Only with this tag.
    pub tag: Option<String>,
}

fn read(r: &Row<'_>) -> Result<Place> {
    Ok((r.int(0)?, r.id(1)?))
}

/// Of one line and status, the most recently active first, after `(at, id)`.
pub async fn recent(
    tx: &mut Tx,
    (tenant, line): (TenantId, LineId),
    status: &str,
    after: Place,
    narrow: &Narrow,
    limit: i64,
) -> Result<Vec<Place>> {
    tx.all(
        sql!(
            "SELECT last_at, id FROM conversation WHERE line_id = $1 AND tenant_id = $2 AND status = $3
             AND (last_at, id) < ($4, $5)
             AND (CAST($6 AS BIGINT) IS NULL OR inbox_id = $6) AND (CAST($7 AS BIGINT) IS NULL OR queue_id = $7)
             AND (CAST($8 AS BIGINT) IS NULL OR assignee_id = $8)
             AND (CAST($9 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM conversation_tag t
               WHERE t.tenant_id = $2 AND t.name = $9 AND t.conversation_id = conversation.id))
             ORDER BY last_at DESC, id DESC LIMIT $10"
        ),
        args![
            line, tenant, status, after.0, after.1, narrow.inbox, narrow.queue, narrow.assignee, narrow.tag, limit
        ],
        read,
    )
    .await
}

/// Of one line, what waits for an agent, the longest first, after `(since, id)`.
pub async fn queued(
    tx: &mut Tx,
    (tenant, line): (TenantId, LineId),
    after: Place,
    narrow: &Narrow,
    limit: i64,
) -> Result<Vec<Place>> {
    tx.all(
        sql!(
            "SELECT queued_at, id FROM conversation WHERE line_id = $1 AND tenant_id = $2 AND queued_at IS NOT NULL
             AND (queued_at, id) > ($3, $4)
             AND (CAST($5 AS BIGINT) IS NULL OR inbox_id = $5) AND (CAST($6 AS BIGINT) IS NULL OR queue_id = $6)
             ORDER BY queued_at, id LIMIT $7"
        ),
        args![line, tenant, after.0, after.1, narrow.inbox, narrow.queue, limit],
        read,
    )
    .await
}

/// All live conversations of an agent in these clients: at most as many as one can hold, so they are read whole.
pub async fn mine(tx: &mut Tx, tenants: &str, user: UserId, limit: i64) -> Result<Vec<ConversationId>> {
    tx.all(
        sql!(
            "SELECT id FROM conversation WHERE assignee_id = $1 AND status <> 'resolved' AND tenant_id IN_IDS($2)
             ORDER BY id DESC LIMIT $3"
        ),
        args![user, tenants, limit],
        |r| r.id(0),
    )
    .await
}

/// Conversations in which a user was mentioned and has not looked.
pub async fn mentioned(tx: &mut Tx, tenants: &str, user: UserId, limit: i64) -> Result<Vec<ConversationId>> {
    tx.all(
        sql!(
            "SELECT DISTINCT conversation_id FROM mention WHERE user_id = $1 AND seen_at IS NULL AND tenant_id IN_IDS($2)
             ORDER BY conversation_id DESC LIMIT $3"
        ),
        args![user, tenants, limit],
        |r| r.id(0),
    )
    .await
}

/// Conversations a user follows, the newest first.
pub async fn followed(tx: &mut Tx, tenants: &str, user: UserId, limit: i64) -> Result<Vec<ConversationId>> {
    tx.all(
        sql!(
            "SELECT conversation_id FROM follower WHERE user_id = $1 AND tenant_id IN_IDS($2)
             ORDER BY conversation_id DESC LIMIT $3"
        ),
        args![user, tenants, limit],
        |r| r.id(0),
    )
    .await
}

/// How many wait for an agent on these lines, up to a bound.
pub async fn count_queued(tx: &mut Tx, (tenant, line): (TenantId, LineId), limit: i64) -> Result<i64> {
    let n = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM (SELECT id FROM conversation WHERE line_id = $1 AND tenant_id = $2
                 AND queued_at IS NOT NULL LIMIT $3) AS counted"
            ),
            args![line, tenant, limit],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// A reader's own marks on these conversations: contact messages read.
pub async fn readings(
    tx: &mut Tx,
    tenants: &str,
    user: UserId,
    ids: &str,
) -> Result<Vec<(ConversationId, i64)>> {
    tx.all(
        sql!(
            "SELECT conversation_id, contact_count FROM reading WHERE user_id = $1 AND conversation_id IN_IDS($2)
             AND tenant_id IN_IDS($3)"
        ),
        args![user, ids, tenants],
        |r| Ok((r.id(0)?, r.int(1)?)),
    )
    .await
}

/// A reader's own reply drafts in these conversations.
pub async fn drafts(
    tx: &mut Tx,
    tenants: &str,
    user: UserId,
    ids: &str,
) -> Result<Vec<(ConversationId, String)>> {
    tx.all(
        sql!(
            "SELECT conversation_id, body FROM draft WHERE user_id = $1 AND conversation_id IN_IDS($2)
             AND tenant_id IN_IDS($3) AND note < 2 ORDER BY note DESC"
        ),
        args![user, ids, tenants],
        |r| Ok((r.id(0)?, r.text(1)?)),
    )
    .await
}
