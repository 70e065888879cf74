//! The SQL of queues.

use super::model::{Absence, Fit, Queue};
use super::rules::Rules;
use kernel::{Error, QueueId, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

fn rules(stored: serde_json::Value) -> Result<Rules> {
    serde_json::from_value(stored).map_err(|e| Error::internal("a stored queue's rules").cause(e))
}

fn read(r: &Row<'_>) -> Result<Queue> {
    Ok(Queue {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        name: r.text(3)?,
        skills: serde_json::from_value(r.json(4)?).unwrap_or_default(),
        priority: r.int(5)?,
        fit: Fit::from_word(&r.text(6)?),
        offer_ms: r.int(7)?,
        auto_accept: r.bool(8)?,
        wrap_up_ms: r.int(9)?,
        on_absence: Absence::from_word(&r.text(10)?),
        rules: rules(r.json(11)?)?,
        created_at: r.int(12)?,
    })
}

/// Every queue of every client, by id: what routing starts from.
pub async fn all(tx: &mut Tx) -> Result<Vec<Queue>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, name, skills, priority, fit, offer_ms, auto_accept, wrap_up_ms, on_absence,
             rules, created_at FROM queue WHERE tenant_id > 0 ORDER BY id"
        ),
        &[],
        read,
    )
    .await
}

/// Every queue of a client, by id.
pub async fn of_tenant(tx: &mut Tx, tenant: TenantId) -> Result<Vec<Queue>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, name, skills, priority, fit, offer_ms, auto_accept, wrap_up_ms, on_absence,
             rules, created_at FROM queue WHERE tenant_id = $1 ORDER BY id"
        ),
        args![tenant],
        read,
    )
    .await
}

/// Did nothing ever wait in this queue, and does no inbox lead to it?
pub async fn is_unused(tx: &mut Tx, q: &Queue) -> Result<bool> {
    let sql = sql!(
        "SELECT q.id FROM queue q WHERE q.id = $1 AND q.tenant_id = $2
         AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.tenant_id = $2 AND i.queue_id = $1)
         AND NOT EXISTS (SELECT 1 FROM queue_leg l WHERE l.tenant_id = $2 AND l.queue_id = $1 AND l.from_at >= $3
             AND l.line_id IN (SELECT n.id FROM service_line n WHERE n.tenant_id = $2))
         AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.tenant_id = $2 AND c.queue_id = $1
             AND c.status IN ('open', 'snoozed') AND c.line_id IN (SELECT n.id FROM service_line n WHERE n.tenant_id = $2))"
    );
    Ok(tx.one(sql, args![q.id, q.tenant, q.created_at], |r| r.int(0)).await?.is_some())
}

/// Removes a queue.
pub async fn remove(tx: &mut Tx, q: &Queue) -> Result<()> {
    tx.exec(sql!("DELETE FROM queue WHERE id = $1 AND tenant_id = $2"), args![q.id, q.tenant])
        .await
        .map(|_| ())
}

/// These queues, as far as the transaction's scope reaches.
pub async fn by_ids(tx: &mut Tx, ids: &[QueueId]) -> Result<Vec<Queue>> {
    let wanted = Tx::ids(ids.iter().map(|i| i.0));
    let rows = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, name, skills, priority, fit, offer_ms, auto_accept, wrap_up_ms,
                 on_absence, rules, created_at FROM queue WHERE id IN_IDS($1) AND tenant_id > 0 ORDER BY id"
            ),
            args![wanted],
            read,
        )
        .await?;
    let scope = tx.scope().clone();
    Ok(rows.into_iter().filter(|q| scope.contains_line(q.tenant, q.line)).collect())
}

/// Adds a queue; false when the line has one of that name.
pub async fn insert(tx: &mut Tx, q: &Queue) -> Result<bool> {
    let skills = serde_json::json!(q.skills).to_string();
    let rules = serde_json::json!(q.rules).to_string();
    let n = tx
        .exec(
            sql!(
                "INSERT INTO queue(id, tenant_id, line_id, name, name_key, skills, priority, fit, offer_ms, auto_accept,
                 wrap_up_ms, on_absence, rules, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING"
            ),
            args![
                q.id, q.tenant, q.line, q.name, q.name_key(), skills, q.priority, q.fit.word(), q.offer_ms,
                q.auto_accept, q.wrap_up_ms, q.on_absence.word(), rules, q.created_at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Writes a queue's settings back; false when another of the line has that name.
pub async fn update(tx: &mut Tx, q: &Queue) -> Result<bool> {
    let skills = serde_json::json!(q.skills).to_string();
    let rules = serde_json::json!(q.rules).to_string();
    let n = tx
        .exec(
            sql!(
                "UPDATE queue SET name = $3, name_key = $4, skills = $5, priority = $6, fit = $7, offer_ms = $8,
                 auto_accept = $9, wrap_up_ms = $10, on_absence = $11, rules = $13
                 WHERE id = $1 AND tenant_id = $2 AND NOT EXISTS (SELECT 1 FROM queue o WHERE o.tenant_id = $2
                 AND o.line_id = $12 AND o.name_key = $4 AND o.id <> $1)"
            ),
            args![
                q.id, q.tenant, q.name, q.name_key(), skills, q.priority, q.fit.word(), q.offer_ms, q.auto_accept,
                q.wrap_up_ms, q.on_absence.word(), q.line, rules
            ],
        )
        .await?;
    Ok(n == 1)
}
