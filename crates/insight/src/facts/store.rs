//! The SQL of turns.

use super::model::Step;
use conversations::threads::Routed;
use kernel::{ConversationId, Event, Result, args, sql};
use platform::store::Tx;
use std::sync::Arc;

/// One event with the conversation it happened in, what it means, and an id for the turn it may begin.
pub(super) struct Change {
    pub id: i64,
    pub event: Arc<Event>,
    pub row: Routed,
    pub step: Step,
}

/// Applies what one event means.
pub(super) async fn apply(tx: &mut Tx, c: &Change) -> Result<()> {
    let (row, at, pos) = (&c.row, c.event.at, c.event.pos);
    match c.step {
        Step::Asked => asked(tx, c).await,
        Step::Replied(user) => tx
            .exec(
                sql!(
                    "UPDATE reply_turn SET ended_at = $3, ended_pos = $4, outcome = 'replied', user_id = $5
                     WHERE (conversation_id = $1 OR waits_in = $1) AND tenant_id = $2 AND ended_pos IS NULL AND asked_pos < $4"
                ),
                args![row.id, row.tenant, at, pos, user],
            )
            .await
            .map(|_| ()),
        Step::Invited(agent) => tx
            .exec(
                sql!(
                    "INSERT INTO satisfaction(conversation_id, tenant_id, line_id, queue_id, user_id, asked_at, simulated)
                     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
                ),
                args![
                    row.id, row.tenant, c.event.line, row.queue.unwrap_or_default(), agent, at, row.simulated
                ],
            )
            .await
            .map(|_| ()),
        Step::Rated(score) => tx
            .exec(
                sql!(
                    "UPDATE satisfaction SET answered_at = $3, score = $4
                     WHERE conversation_id = $1 AND tenant_id = $2 AND answered_at IS NULL"
                ),
                args![row.id, row.tenant, at, score],
            )
            .await
            .map(|_| ()),
        Step::WentOn(into) => went_on(tx, c, into).await,
        Step::CameBack => tx
            .exec(
                sql!(
                    "UPDATE reply_turn SET waits_in = NULL
                     WHERE conversation_id = $1 AND tenant_id = $2 AND ended_pos IS NULL AND asked_pos < $3"
                ),
                args![row.id, row.tenant, pos],
            )
            .await
            .map(|_| ()),
        Step::Ended => {
            tx.exec(
                sql!(
                    "UPDATE reply_turn SET ended_at = $3, ended_pos = $4, outcome = 'unanswered'
                     WHERE (conversation_id = $1 OR waits_in = $1) AND tenant_id = $2 AND ended_pos IS NULL AND asked_pos < $4"
                ),
                args![row.id, row.tenant, at, pos],
            )
            .await?;
            tx.exec(
                sql!(
                    "UPDATE reply_turn SET closed = 1
                     WHERE conversation_id = $1 AND tenant_id = $2 AND closed = 0 AND asked_pos < $3"
                ),
                args![row.id, row.tenant, pos],
            )
            .await
            .map(|_| ())
        }
    }
}

/// What is asked here is waited for in another conversation; where a question is open there already, both wait for one answer.
async fn went_on(tx: &mut Tx, c: &Change, into: ConversationId) -> Result<()> {
    let (row, at, pos) = (&c.row, c.event.at, c.event.pos);
    tx.exec(
        sql!(
            "UPDATE reply_turn SET waits_in = $3 WHERE (conversation_id = $1 OR waits_in = $1) AND tenant_id = $2
             AND ended_pos IS NULL AND asked_pos < $4 AND NOT EXISTS (SELECT 1 FROM reply_turn o
               WHERE o.conversation_id = $3 AND o.tenant_id = $2 AND o.ended_pos IS NULL AND o.asked_pos < $4)"
        ),
        args![row.id, row.tenant, into, pos],
    )
    .await?;
    tx.exec(
        sql!(
            "UPDATE reply_turn SET ended_at = $3, ended_pos = $4, outcome = 'merged'
             WHERE conversation_id = $1 AND tenant_id = $2 AND ended_pos IS NULL AND asked_pos < $4 AND waits_in IS NULL"
        ),
        args![row.id, row.tenant, at, pos],
    )
    .await
    .map(|_| ())
}

/// Begins a turn, unless one covers this place in the log.
async fn asked(tx: &mut Tx, c: &Change) -> Result<()> {
    let row = &c.row;
    let covered = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM reply_turn WHERE conversation_id = $1 AND tenant_id = $2 AND asked_pos <= $3
                 AND (ended_pos IS NULL OR ended_pos > $3)"
            ),
            args![row.id, row.tenant, c.event.pos],
            |r| r.int(0),
        )
        .await?;
    if covered != Some(0) {
        return Ok(());
    }
    tx.exec(
        sql!(
            "INSERT INTO reply_turn(id, tenant_id, line_id, queue_id, conversation_id, contact_id, is_first, asked_at,
             asked_pos, simulated)
             SELECT $1, $2, $3, $4, $5, $6,
                 CASE WHEN EXISTS (SELECT 1 FROM reply_turn o WHERE o.conversation_id = $5 AND o.tenant_id = $2
                     AND o.closed = 0) THEN 0 ELSE 1 END,
                 $7, $8, $9
             ON CONFLICT DO NOTHING"
        ),
        args![
            c.id, row.tenant, c.event.line, row.queue.unwrap_or_default(), row.id, row.contact, c.event.at, c.event.pos,
            row.simulated
        ],
    )
    .await
    .map(|_| ())
}
