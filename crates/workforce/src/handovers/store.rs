//! The SQL of handovers.

use super::model::{Handover, Item};
use kernel::{ConversationId, HandoverId, LineId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// Sheets waiting for one person, listed at the most.
const OPEN_MAX: i64 = 50;

fn read(r: &Row<'_>) -> Result<Handover> {
    Ok(Handover {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        from: r.id(3)?,
        to: r.id(4)?,
        note: r.text(5)?,
        state: r.text(6)?,
        created_by: r.id(7)?,
        created_at: r.int(8)?,
        signed_at: r.opt_int(9)?,
        countersigned_at: r.opt_int(10)?,
        hash: r.opt_blob(11)?,
        items: vec![],
    })
}

async fn with_items(tx: &mut Tx, mut sheets: Vec<Handover>) -> Result<Vec<Handover>> {
    for s in &mut sheets {
        s.items = tx
            .all(
                sql!(
                    "SELECT conversation_id, kind, due_at, comment, reassign, outcome FROM handover_item
                     WHERE handover_id = $1 AND tenant_id = $2 ORDER BY conversation_id"
                ),
                args![s.id, s.tenant],
                |r| {
                    Ok(Item {
                        conversation: r.id(0)?,
                        kind: r.text(1)?,
                        due_at: r.opt_int(2)?,
                        comment: r.text(3)?,
                        reassign: r.bool(4)?,
                        outcome: r.opt_text(5)?,
                    })
                },
            )
            .await?;
    }
    Ok(sheets)
}

/// Adds a draft with what it collected.
pub async fn insert(tx: &mut Tx, h: &Handover) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO handover(id, tenant_id, line_id, from_user, to_user, note, state, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8)"
        ),
        args![h.id, h.tenant, h.line, h.from, h.to, h.note, h.created_by, h.created_at],
    )
    .await?;
    for i in &h.items {
        tx.exec(
            sql!(
                "INSERT INTO handover_item(handover_id, tenant_id, conversation_id, kind, due_at, comment, reassign)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            args![h.id, h.tenant, i.conversation, i.kind, i.due_at, i.comment, i.reassign],
        )
        .await?;
    }
    Ok(())
}

/// Changes a draft; false when it is signed.
pub async fn update(tx: &mut Tx, h: &Handover) -> Result<bool> {
    let n = tx
        .exec(
            sql!("UPDATE handover SET note = $3 WHERE id = $1 AND tenant_id = $2 AND state = 'draft'"),
            args![h.id, h.tenant, h.note],
        )
        .await?;
    if n != 1 {
        return Ok(false);
    }
    for i in &h.items {
        tx.exec(
            sql!(
                "UPDATE handover_item SET comment = $4, reassign = $5
                 WHERE handover_id = $1 AND tenant_id = $2 AND conversation_id = $3"
            ),
            args![h.id, h.tenant, i.conversation, i.comment, i.reassign],
        )
        .await?;
    }
    Ok(true)
}

/// Signs a draft; false when it is signed.
pub async fn sign(tx: &mut Tx, h: &Handover) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE handover SET state = 'signed', signed_at = $3, hash = $4
                 WHERE id = $1 AND tenant_id = $2 AND state = 'draft'"
            ),
            args![h.id, h.tenant, h.signed_at, h.hash],
        )
        .await?;
    Ok(n == 1)
}

/// Countersigns a signed sheet; false when it is not signed, or was countersigned.
pub async fn countersign(tx: &mut Tx, h: &Handover, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE handover SET state = 'countersigned', countersigned_at = $3
                 WHERE id = $1 AND tenant_id = $2 AND state = 'signed'"
            ),
            args![h.id, h.tenant, now],
        )
        .await?;
    Ok(n == 1)
}

/// Keeps what became of an item.
pub async fn set_outcome(tx: &mut Tx, h: &Handover, item: ConversationId, outcome: &str) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE handover_item SET outcome = $4 WHERE handover_id = $1 AND tenant_id = $2 AND conversation_id = $3"
        ),
        args![h.id, h.tenant, item, outcome],
    )
    .await
    .map(|_| ())
}

/// One sheet, if the transaction's scope reaches it.
pub async fn by_id(tx: &mut Tx, id: HandoverId) -> Result<Option<Handover>> {
    let found = tx
        .one(
            sql!(
                "SELECT id, tenant_id, line_id, from_user, to_user, note, state, created_by, created_at, signed_at,
                 countersigned_at, hash FROM handover WHERE id = $1 AND tenant_id > 0"
            ),
            args![id],
            read,
        )
        .await?;
    let scope = tx.scope().clone();
    let found = found.filter(|h| scope.contains_line(h.tenant, h.line));
    Ok(with_items(tx, found.into_iter().collect()).await?.pop())
}

/// A line's sheets, newest first, before an id; only those of `own`, where one is named.
pub async fn before(
    tx: &mut Tx,
    (tenant, line): (TenantId, LineId),
    id: HandoverId,
    own: Option<UserId>,
    max: i64,
) -> Result<Vec<Handover>> {
    let found = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, from_user, to_user, note, state, created_by, created_at, signed_at,
                 countersigned_at, hash FROM handover WHERE tenant_id = $1 AND line_id = $2 AND id < $3
                 AND (CAST($4 AS BIGINT) IS NULL OR from_user = $4 OR created_by = $4
                 OR (to_user = $4 AND state <> 'draft')) ORDER BY id DESC LIMIT $5"
            ),
            args![tenant, line, id, own, max],
            read,
        )
        .await?;
    with_items(tx, found).await
}

/// The sheets that somebody is to countersign, oldest first.
pub async fn open_for(tx: &mut Tx, user: UserId) -> Result<Vec<Handover>> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let mut found = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, from_user, to_user, note, state, created_by, created_at, signed_at,
                 countersigned_at, hash FROM handover WHERE tenant_id IN_IDS($1) AND to_user = $2 AND state = 'signed'
                 ORDER BY id LIMIT $3"
            ),
            args![tenants, user, OPEN_MAX],
            read,
        )
        .await?;
    found.retain(|h| scope.contains_line(h.tenant, h.line));
    with_items(tx, found).await
}
