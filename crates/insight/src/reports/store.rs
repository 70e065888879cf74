//! The SQL of what stands behind figures.

use crate::metrics::{Behind, Slice};
use kernel::{ConversationId, LineId, Millis, QueueId, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};
use std::collections::BTreeMap;

/// The names of a line's queues.
pub(super) async fn queue_names(
    tx: &mut Tx,
    tenant: TenantId,
    line: LineId,
) -> Result<BTreeMap<QueueId, String>> {
    let sql = sql!("SELECT id, name FROM queue WHERE tenant_id = $1 AND line_id = $2 ORDER BY id");
    let rows = tx.all(sql, args![tenant, line], |r| Ok((r.id(0)?, r.text(1)?))).await?;
    Ok(rows.into_iter().collect())
}

/// A fact behind a figure.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub id: i64,
    pub conversation: ConversationId,
    pub number: i64,
    pub at: Millis,
    pub took_ms: Option<Millis>,
    pub outcome: Option<String>,
    pub queue: Option<QueueId>,
    pub user: Option<UserId>,
}

fn read(r: &Row<'_>) -> Result<Fact> {
    Ok(Fact {
        id: r.int(0)?,
        conversation: r.id(1)?,
        number: r.int(2)?,
        at: r.int(3)?,
        took_ms: r.opt_int(4)?,
        outcome: r.opt_text(5)?,
        queue: r.opt_id(6)?,
        user: r.opt_id(7)?,
    })
}

/// Which facts, and the part of their list.
#[derive(Debug, Clone)]
pub(super) struct Want {
    pub tenant: TenantId,
    pub line: LineId,
    pub from: Millis,
    pub to: Millis,
    pub now: Millis,
    pub slice: Slice,
    /// 0 for any.
    pub queue: QueueId,
    /// 0 for anybody.
    pub user: UserId,
    pub short_ms: Millis,
    pub after: i64,
    pub limit: i64,
}

/// A page of the facts behind a figure, by id.
pub(super) async fn facts(tx: &mut Tx, w: &Want) -> Result<Vec<Fact>> {
    let (over, up_to) = match w.slice.short {
        true => (-1, w.short_ms - 1),
        false => (w.slice.over_ms, w.slice.up_to_ms),
    };
    let first = i64::from(w.slice.first);
    let (a, b) = w.slice.outcomes;
    let sql = match w.slice.behind {
        Behind::Waitings => sql!(
            "SELECT q.id, q.conversation_id, c.number, q.from_at, q.to_at - q.from_at, q.outcome, q.queue_id, q.user_id
             FROM queue_leg q JOIN conversation c ON c.id = q.conversation_id AND c.tenant_id = q.tenant_id
             WHERE q.tenant_id = $1 AND q.line_id = $2 AND q.from_at >= $3 AND q.from_at < $4 AND q.simulated = 0
             AND (CAST($5 AS TEXT) = '' OR q.outcome = $5 OR q.outcome = $6)
             AND COALESCE(q.to_at, $13) - q.from_at > $7 AND COALESCE(q.to_at, $13) - q.from_at <= $8
             AND (CAST($9 AS BIGINT) = 0 OR q.queue_id = $9) AND (CAST($10 AS BIGINT) = 0 OR q.user_id = $10)
             AND q.id > $11 AND CAST($14 AS BIGINT) >= 0 ORDER BY q.id LIMIT $12"
        ),
        Behind::Turns => sql!(
            "SELECT q.id, q.conversation_id, c.number, q.asked_at, q.ended_at - q.asked_at, q.outcome, q.queue_id, q.user_id
             FROM reply_turn q JOIN conversation c ON c.id = q.conversation_id AND c.tenant_id = q.tenant_id
             WHERE q.tenant_id = $1 AND q.line_id = $2 AND q.asked_at >= $3 AND q.asked_at < $4 AND q.simulated = 0
             AND (CAST($5 AS TEXT) = '' OR COALESCE(q.outcome, 'unanswered') = $5 OR q.outcome = $6)
             AND COALESCE(q.ended_at, $13) - q.asked_at > $7 AND COALESCE(q.ended_at, $13) - q.asked_at <= $8
             AND (CAST($9 AS BIGINT) = 0 OR q.queue_id = $9) AND (CAST($10 AS BIGINT) = 0 OR q.user_id = $10)
             AND q.id > $11 AND q.is_first >= $14 ORDER BY q.id LIMIT $12"
        ),
        Behind::Servings => sql!(
            "SELECT q.id, q.conversation_id, c.number, q.from_at, q.to_at - q.from_at, q.outcome, q.queue_id, q.user_id
             FROM agent_leg q JOIN conversation c ON c.id = q.conversation_id AND c.tenant_id = q.tenant_id
             WHERE q.tenant_id = $1 AND q.line_id = $2 AND q.from_at >= $3 AND q.from_at < $4 AND q.simulated = 0
             AND q.to_at IS NOT NULL AND (CAST($5 AS TEXT) = '' OR q.outcome = $5 OR q.outcome = $6)
             AND COALESCE(q.to_at, $13) - q.from_at > $7 AND COALESCE(q.to_at, $13) - q.from_at <= $8
             AND (CAST($9 AS BIGINT) = 0 OR q.queue_id = $9) AND (CAST($10 AS BIGINT) = 0 OR q.user_id = $10)
             AND q.id > $11 AND CAST($14 AS BIGINT) >= 0 ORDER BY q.id LIMIT $12"
        ),
        Behind::Ratings => sql!(
            "SELECT q.conversation_id, q.conversation_id, c.number, q.asked_at, q.answered_at - q.asked_at,
             CASE WHEN q.score IS NULL THEN 'silent' WHEN q.score >= 4 THEN 'satisfied' ELSE 'unsatisfied' END,
             q.queue_id, q.user_id
             FROM satisfaction q JOIN conversation c ON c.id = q.conversation_id AND c.tenant_id = q.tenant_id
             WHERE q.tenant_id = $1 AND q.line_id = $2 AND q.asked_at >= $3 AND q.asked_at < $4 AND q.simulated = 0
             AND (CAST($5 AS TEXT) = '' OR $5 = CASE WHEN q.score IS NULL THEN 'silent' WHEN q.score >= 4 THEN 'satisfied'
                 ELSE 'unsatisfied' END OR CAST($6 AS TEXT) = CASE WHEN q.score IS NULL THEN 'silent'
                 WHEN q.score >= 4 THEN 'satisfied' ELSE 'unsatisfied' END)
             AND CAST($7 AS BIGINT) <= CAST($8 AS BIGINT) AND CAST($13 AS BIGINT) > 0 AND CAST($14 AS BIGINT) >= 0
             AND (CAST($9 AS BIGINT) = 0 OR q.queue_id = $9) AND (CAST($10 AS BIGINT) = 0 OR q.user_id = $10)
             AND q.conversation_id > $11 ORDER BY q.conversation_id LIMIT $12"
        ),
        Behind::Records => sql!(
            "SELECT q.conversation_id, q.conversation_id, c.number, q.at, CAST(NULL AS BIGINT), q.outcome, c.queue_id,
             q.by_user FROM disposition q JOIN conversation c ON c.id = q.conversation_id AND c.tenant_id = q.tenant_id
             WHERE q.tenant_id = $1 AND q.line_id = $2 AND q.at >= $3 AND q.at < $4 AND c.simulated = 0
             AND (CAST($5 AS TEXT) = '' OR q.outcome = $5 OR q.outcome = $6)
             AND CAST($7 AS BIGINT) <= CAST($8 AS BIGINT) AND CAST($13 AS BIGINT) > 0 AND CAST($14 AS BIGINT) >= 0
             AND (CAST($9 AS BIGINT) = 0 OR c.queue_id = $9) AND (CAST($10 AS BIGINT) = 0 OR q.by_user = $10)
             AND q.conversation_id > $11 ORDER BY q.conversation_id LIMIT $12"
        ),
    };
    let args = args![
        w.tenant, w.line, w.from, w.to, *a, *b, over, up_to, w.queue, w.user, w.after, w.limit, w.now, first
    ];
    tx.all(sql, args, read).await
}
