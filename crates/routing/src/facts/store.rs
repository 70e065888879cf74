//! The SQL of legs.

use super::model::Step;
use crate::floor::PastWait;
use conversations::threads::Routed;
use kernel::{
    ContactId, ConversationId, Event, LineId, Millis, Result, TenantId, TenantScope, UserId, args, sql,
};
use platform::store::Tx;

/// One event with the conversation it happened in, its steps and ids for the legs they begin.
pub(super) struct Change {
    pub event: std::sync::Arc<Event>,
    pub row: Routed,
    pub steps: Vec<(i64, Step)>,
}

/// Applies what one event means.
pub(super) async fn apply(tx: &mut Tx, c: &Change) -> Result<()> {
    let (row, at, pos) = (&c.row, c.event.at, c.event.pos);
    for (id, step) in &c.steps {
        match step {
            Step::EndWaiting(outcome, user) => {
                tx.exec(
                    sql!(
                        "UPDATE queue_leg SET to_at = $3, outcome = $4, user_id = $5
                         WHERE conversation_id = $1 AND tenant_id = $2 AND to_at IS NULL AND from_pos < $6"
                    ),
                    args![row.id, row.tenant, at, *outcome, *user, pos],
                )
                .await?;
            }
            Step::EndServing(outcome) => {
                tx.exec(
                    sql!(
                        "UPDATE agent_leg SET to_at = $3, outcome = $4
                         WHERE conversation_id = $1 AND tenant_id = $2 AND to_at IS NULL AND from_pos < $5"
                    ),
                    args![row.id, row.tenant, at, *outcome, pos],
                )
                .await?;
            }
            Step::BeginWaiting { queue, since } => {
                tx.exec(
                    sql!(
                        "INSERT INTO queue_leg(id, tenant_id, line_id, queue_id, conversation_id, contact_id, since,
                         from_at, from_pos, simulated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                         ON CONFLICT DO NOTHING"
                    ),
                    args![*id, row.tenant, c.event.line, *queue, row.id, row.contact, *since, at, pos, row.simulated],
                )
                .await?;
            }
            Step::BeginServing { user, queue } => {
                tx.exec(
                    sql!(
                        "INSERT INTO agent_leg(id, tenant_id, line_id, queue_id, conversation_id, contact_id, user_id,
                         from_at, from_pos, simulated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                         ON CONFLICT DO NOTHING"
                    ),
                    args![*id, row.tenant, c.event.line, *queue, row.id, row.contact, *user, at, pos, row.simulated],
                )
                .await?;
            }
        }
    }
    Ok(())
}

/// Since when the customers of these conversations waited the last time.
pub(crate) async fn waiting_since(
    tx: &mut Tx,
    ids: &[ConversationId],
) -> Result<Vec<(ConversationId, Millis)>> {
    let ids = Tx::ids(ids.iter().map(|i| i.0));
    tx.all(
        sql!(
            "SELECT conversation_id, since FROM queue_leg WHERE conversation_id IN_IDS($1) AND tenant_id > 0
             ORDER BY from_pos"
        ),
        args![ids],
        |r| Ok((r.id(0)?, r.int(1)?)),
    )
    .await
}

/// Who served a contact last on a line, since a time. As everything here that asks by contact: by whose the conversations are
/// now, so that it follows a merge and its undoing; a leg names whose they were then.
pub(crate) async fn last_agent(tx: &mut Tx, row: &Routed, since: Millis) -> Result<Option<UserId>> {
    tx.one(
        sql!(
            "SELECT l.user_id FROM conversation c
             JOIN agent_leg l ON l.conversation_id = c.id AND l.tenant_id = c.tenant_id
             WHERE c.contact_id = $1 AND c.tenant_id = $2 AND l.line_id = $3 AND l.from_at >= $4
             ORDER BY l.from_at DESC, l.from_pos DESC LIMIT 1"
        ),
        args![row.contact, row.tenant, row.line, since],
        |r| r.id(0),
    )
    .await
}

/// Other conversations in which a contact waited since a time.
pub(crate) async fn came_since(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    but: ConversationId,
    since: Millis,
) -> Result<i64> {
    let n = tx
        .one(
            sql!(
                "SELECT COUNT(DISTINCT l.conversation_id) FROM conversation c
                 JOIN queue_leg l ON l.conversation_id = c.id AND l.tenant_id = c.tenant_id
                 WHERE c.contact_id = $1 AND c.tenant_id = $2 AND c.id <> $3 AND l.from_at >= $4"
            ),
            args![contact, tenant, but, since],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// When these contacts waited since a time: contact, line, conversation, from when.
pub(crate) async fn came(
    tx: &mut Tx,
    contacts: &[ContactId],
    since: Millis,
) -> Result<Vec<(ContactId, LineId, ConversationId, Millis)>> {
    let contacts = Tx::ids(contacts.iter().map(|c| c.0));
    tx.all(
        sql!(
            "SELECT c.contact_id, l.line_id, l.conversation_id, l.from_at FROM conversation c
             JOIN queue_leg l ON l.conversation_id = c.id AND l.tenant_id = c.tenant_id
             WHERE c.contact_id IN_IDS($1) AND l.from_at >= $2 AND c.tenant_id > 0
             ORDER BY c.contact_id, l.from_at LIMIT $3"
        ),
        args![contacts, since, CAME_MAX],
        |r| Ok((r.id(0)?, r.id(1)?, r.id(2)?, r.int(3)?)),
    )
    .await
}

/// Waits read at once for finding who comes again.
const CAME_MAX: i64 = 20_000;
/// Waits read for the estimate at a start.
const PAST_MAX: i64 = 3_000;
/// Who was rung for within this had not to wait.
const AT_ONCE_MS: Millis = 1_500;

/// The last waits in one client's queues since a time, oldest first, with whether an agent took it who was not free at
/// once.
pub(crate) async fn past_waits(tx: &mut Tx, tenant: TenantId, since: Millis) -> Result<Vec<PastWait>> {
    let mut rows = tx
        .all(
            sql!(
                "SELECT l.queue_id, l.from_at, l.to_at,
                 CASE WHEN l.outcome = 'assigned' AND r.id IS NOT NULL AND r.offered_at - l.from_at > $3 THEN 1 ELSE 0 END
                 FROM queue_leg l LEFT JOIN reservation r ON r.conversation_id = l.conversation_id
                 AND r.tenant_id = l.tenant_id AND r.state = 'accepted' AND r.user_id = l.user_id
                 AND r.ended_at = l.to_at
                 WHERE l.tenant_id = $1 AND l.from_at >= $2 AND l.simulated = 0 ORDER BY l.from_at DESC, l.id DESC LIMIT $4"
            ),
            args![tenant, since, AT_ONCE_MS, PAST_MAX],
            |r| Ok(PastWait { queue: r.id(0)?, from: r.int(1)?, to: r.opt_int(2)?, served: r.int(3)? == 1 }),
        )
        .await?;
    rows.reverse();
    Ok(rows)
}

/// How waitings went: how many were to be answered within a time, and how many were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// Taken by an agent, left by the customer, or still waiting beyond the time.
    pub due: i64,
    /// Of these, taken in time.
    pub in_time: i64,
}

/// How the waitings that began since a time went, for the lines that the scope reaches. Drills do not count.
pub async fn answered_since(
    tx: &mut Tx,
    scope: &TenantScope,
    since: Millis,
    within_ms: i64,
    now: Millis,
) -> Result<Answered> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let rows = tx
        .all(
            sql!(
                "SELECT tenant_id, line_id,
                 CAST(SUM(CASE WHEN to_at IS NOT NULL OR $3 - since > $4 THEN 1 ELSE 0 END) AS BIGINT),
                 CAST(SUM(CASE WHEN outcome = 'assigned' AND to_at - since <= $4 THEN 1 ELSE 0 END) AS BIGINT)
                 FROM queue_leg WHERE tenant_id IN_IDS($1) AND from_at >= $2 AND simulated = 0
                 GROUP BY tenant_id, line_id"
            ),
            args![tenants, since, now, within_ms],
            |r| Ok((r.id::<TenantId>(0)?, r.id::<LineId>(1)?, r.int(2)?, r.int(3)?)),
        )
        .await?;
    let mut sum = Answered::default();
    for (_, _, due, in_time) in rows.into_iter().filter(|(t, l, _, _)| scope.contains_line(*t, *l)) {
        sum.due += due;
        sum.in_time += in_time;
    }
    Ok(sum)
}
