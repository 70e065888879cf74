//! The SQL of what is open now.

use super::model::{AgentNow, QueueNow};
use crate::counts::Sums;
use kernel::{ConversationId, LineId, Millis, QueueId, Result, TenantId, UserId, args, sql};
use platform::store::Tx;
use std::collections::BTreeMap;

/// Every line with its client.
pub(super) async fn lines(tx: &mut Tx) -> Result<Vec<(TenantId, LineId)>> {
    tx.all(sql!("SELECT tenant_id, id FROM service_line WHERE tenant_id > 0 ORDER BY id"), &[], |r| {
        Ok((r.id(0)?, r.id(1)?))
    })
    .await
}

/// Every queue with its line.
pub(super) async fn queues(tx: &mut Tx) -> Result<Vec<(LineId, QueueNow)>> {
    tx.all(sql!("SELECT line_id, id, name FROM queue WHERE tenant_id > 0 ORDER BY id"), &[], |r| {
        let queue =
            QueueNow { id: r.id(1)?, name: r.text(2)?, waiting: 0, oldest: None, sums: Sums::default() };
        Ok((r.id(0)?, queue))
    })
    .await
}

/// How many wait in each line and queue, and since when the first.
pub(super) async fn waiting(tx: &mut Tx) -> Result<Vec<(LineId, QueueId, i64, Millis)>> {
    tx.all(
        sql!(
            "SELECT line_id, queue_id, COUNT(*), MIN(since) FROM queue_leg
             WHERE tenant_id > 0 AND to_at IS NULL AND simulated = 0 GROUP BY line_id, queue_id"
        ),
        &[],
        |r| Ok((r.id(0)?, r.id(1)?, r.int(2)?, r.int(3)?)),
    )
    .await
}

/// How many conversations each agent has in hand, by line.
pub(super) async fn serving(tx: &mut Tx) -> Result<Vec<(LineId, UserId, i64)>> {
    tx.all(
        sql!(
            "SELECT line_id, user_id, COUNT(*) FROM agent_leg
             WHERE tenant_id > 0 AND to_at IS NULL AND simulated = 0 GROUP BY line_id, user_id"
        ),
        &[],
        |r| Ok((r.id(0)?, r.id(1)?, r.int(2)?)),
    )
    .await
}

/// Since when the first turn of each line waits for an answer.
pub(super) async fn unanswered(tx: &mut Tx) -> Result<Vec<(LineId, Millis)>> {
    tx.all(
        sql!(
            "SELECT line_id, MIN(asked_at) FROM reply_turn
             WHERE tenant_id > 0 AND ended_pos IS NULL AND simulated = 0 GROUP BY line_id"
        ),
        &[],
        |r| Ok((r.id(0)?, r.int(1)?)),
    )
    .await
}

/// Everybody who is signed in, with their state.
pub(super) async fn states(tx: &mut Tx) -> Result<Vec<AgentNow>> {
    tx.all(
        sql!(
            "SELECT user_id, state, kind, from_at FROM agent_interval
             WHERE to_at IS NULL AND tenant_id >= 0 AND simulated = 0 ORDER BY user_id"
        ),
        &[],
        |r| {
            Ok(AgentNow {
                user: r.id(0)?,
                state: r.text(1)?,
                kind: r.opt_text(2)?,
                since: r.int(3)?,
                lines: BTreeMap::new(),
            })
        },
    )
    .await
}

/// A conversation in which the customer waits: for an agent, or for an answer.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    pub conversation: ConversationId,
    pub number: i64,
    pub tenant: TenantId,
    pub line: LineId,
    pub queue: Option<QueueId>,
    pub agent: Option<UserId>,
    /// Waits for an agent?
    pub queued: bool,
    pub since: Millis,
}

/// The conversations of these lines whose customers have waited longest, at most `max`.
pub(super) async fn longest(tx: &mut Tx, of: &[(TenantId, LineId)], max: i64) -> Result<Vec<Waits>> {
    let (tenants, lines) = (Tx::ids(of.iter().map(|(t, _)| t.0)), Tx::ids(of.iter().map(|(_, l)| l.0)));
    tx.all(
        sql!(
            "SELECT id, number, tenant_id, line_id, queue_id, assignee_id,
             CASE WHEN queued_at IS NOT NULL THEN 1 ELSE 0 END, COALESCE(queued_at, waiting_since)
             FROM conversation WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND status = 'open' AND simulated = 0
             AND (queued_at IS NOT NULL OR (waiting = 'agent' AND waiting_since IS NOT NULL))
             ORDER BY 8, id LIMIT $3"
        ),
        args![tenants, lines, max],
        |r| {
            Ok(Waits {
                conversation: r.id(0)?,
                number: r.int(1)?,
                tenant: r.id(2)?,
                line: r.id(3)?,
                queue: r.opt_id(4)?,
                agent: r.opt_id(5)?,
                queued: r.bool(6)?,
                since: r.int(7)?,
            })
        },
    )
    .await
}
