//! The SQL of decisions.

use super::model::{Kind, Made};
use crate::reservations::State;
use kernel::{ConversationId, LineId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// What became of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Became {
    pub state: State,
    pub reason: Option<String>,
    pub waiting_since: Millis,
    pub ended_at: Option<Millis>,
}

/// Keeps a decision.
pub(crate) async fn insert(tx: &mut Tx, m: &Made) -> Result<()> {
    let body = serde_json::json!(m.decision).to_string();
    tx.exec(
        sql!(
            "INSERT INTO decision(id, tenant_id, line_id, conversation_id, queue_id, user_id, reservation_id, kind, at, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
        ),
        args![
            m.id, m.tenant, m.line, m.conversation, m.queue, m.user, m.reservation, m.kind.word(), m.at, body
        ],
    )
    .await
    .map(|_| ())
}

/// Whose conversation it is: client and line, if the scope reaches it.
pub(super) async fn place(tx: &mut Tx, id: ConversationId) -> Result<Option<(TenantId, LineId)>> {
    let row = conversations::threads::routed(tx, &[id]).await?.pop();
    Ok(row.map(|r| (r.tenant, r.line)))
}

/// The decisions about a conversation before one, newest first.
pub(super) async fn page(
    tx: &mut Tx,
    tenant: TenantId,
    conversation: ConversationId,
    before: i64,
    rows: i64,
) -> Result<Vec<(Made, Option<Became>)>> {
    tx.all(
        sql!(
            "SELECT d.id, d.tenant_id, d.line_id, d.conversation_id, d.queue_id, d.user_id, d.reservation_id, d.kind, d.at,
             d.body, r.state, r.reason, r.waiting_since, r.ended_at
             FROM decision d LEFT JOIN reservation r ON r.id = d.reservation_id AND r.tenant_id = d.tenant_id
             WHERE d.conversation_id = $1 AND d.tenant_id = $2 AND d.id < $3 ORDER BY d.id DESC LIMIT $4"
        ),
        args![conversation, tenant, before, rows],
        |r| {
            let became = match r.opt_text(10)? {
                None => None,
                Some(word) => Some(Became {
                    state: State::from_word(&word)?,
                    reason: r.opt_text(11)?,
                    waiting_since: r.opt_int(12)?.unwrap_or(0),
                    ended_at: r.opt_int(13)?,
                }),
            };
            let made = Made {
                id: r.int(0)?,
                tenant: r.id(1)?,
                line: r.id(2)?,
                conversation: r.id(3)?,
                queue: r.id(4)?,
                user: r.id(5)?,
                reservation: r.opt_id(6)?,
                kind: Kind::from_word(&r.text(7)?)?,
                at: r.int(8)?,
                decision: serde_json::from_value(r.json(9)?).ok(),
            };
            Ok((made, became))
        },
    )
    .await
}

/// Removes up to `rows` decisions older than an id; how many went.
pub(super) async fn prune(tx: &mut Tx, before: i64, rows: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM decision WHERE id IN (SELECT id FROM decision WHERE id < $1 AND tenant_id > 0 ORDER BY id LIMIT $2)
             AND tenant_id > 0"
        ),
        args![before, rows],
    )
    .await
}
