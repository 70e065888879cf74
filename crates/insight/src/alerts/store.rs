//! The SQL of thresholds and alerts.

use super::model::{Alert, LiveMetric, Operator, Threshold};
use kernel::{AlertId, LineId, Millis, Result, TenantId, ThresholdId, UserId, args, sql};
use platform::store::{Row, Tx};

fn read_threshold(r: &Row<'_>) -> Result<Threshold> {
    Ok(Threshold {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        metric: LiveMetric::from_word(&r.text(3)?)?,
        operator: Operator::from_word(&r.text(4)?)?,
        value: r.int(5)?,
        for_ms: r.int(6)?,
        quiet: r.opt_int(7)?.zip(r.opt_int(8)?),
        escalate_ms: r.opt_int(9)?,
        enabled: r.bool(10)?,
        crossed_at: r.opt_int(11)?,
        created_by: r.id(12)?,
        created_at: r.int(13)?,
    })
}

fn read_alert(r: &Row<'_>) -> Result<Alert> {
    Ok(Alert {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        threshold: r.id(3)?,
        metric: LiveMetric::from_word(&r.text(4)?)?,
        operator: Operator::from_word(&r.text(5)?)?,
        value: r.int(6)?,
        seen: r.int(7)?,
        crossed_at: r.int(8)?,
        raised_at: r.int(9)?,
        acknowledged_by: r.opt_id(10)?,
        acknowledged_at: r.opt_int(11)?,
        note: r.opt_text(12)?,
        escalated_at: r.opt_int(13)?,
        over_at: r.opt_int(14)?,
    })
}

/// The thresholds of all lines that are watched, or were when they last crossed; for the watch.
pub(super) async fn watched(tx: &mut Tx) -> Result<Vec<Threshold>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, metric, operator, value, for_ms, quiet_from, quiet_to, escalate_ms, enabled,
             crossed_at, created_by, created_at FROM threshold
             WHERE (enabled = 1 OR crossed_at IS NOT NULL) AND tenant_id > 0 ORDER BY id"
        ),
        &[],
        read_threshold,
    )
    .await
}

/// The alerts of all lines that are not over; for the watch.
pub(super) async fn open(tx: &mut Tx) -> Result<Vec<Alert>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, threshold_id, metric, operator, value, seen, crossed_at, raised_at,
             acknowledged_by, acknowledged_at, note, escalated_at, over_at FROM alert
             WHERE over_at IS NULL AND tenant_id > 0 ORDER BY id"
        ),
        &[],
        read_alert,
    )
    .await
}

/// The thresholds of the clients that the transaction's scope reaches, in the order of their ids, after one.
pub(super) async fn thresholds(
    tx: &mut Tx,
    lines: &str,
    after: ThresholdId,
    limit: i64,
) -> Result<Vec<Threshold>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, metric, operator, value, for_ms, quiet_from, quiet_to, escalate_ms, enabled,
             crossed_at, created_by, created_at FROM threshold
             WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND id > $3 ORDER BY id LIMIT $4"
        ),
        args![tenants, lines, after, limit],
        read_threshold,
    )
    .await
}

/// One threshold, of the clients that the transaction's scope reaches.
pub(super) async fn threshold(tx: &mut Tx, id: ThresholdId) -> Result<Option<Threshold>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, metric, operator, value, for_ms, quiet_from, quiet_to, escalate_ms, enabled,
             crossed_at, created_by, created_at FROM threshold WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read_threshold,
    )
    .await
}

/// Thresholds that a line has.
pub(super) async fn count(tx: &mut Tx, tenant: TenantId, line: LineId) -> Result<i64> {
    let sql = sql!("SELECT COUNT(*) FROM threshold WHERE tenant_id = $1 AND line_id = $2");
    Ok(tx.one(sql, args![tenant, line], |r| r.int(0)).await?.unwrap_or(0))
}

/// Adds a threshold.
pub(super) async fn insert(tx: &mut Tx, t: &Threshold) -> Result<()> {
    let quiet = t.quiet.unzip();
    tx.exec(
        sql!(
            "INSERT INTO threshold(id, tenant_id, line_id, metric, operator, value, for_ms, quiet_from, quiet_to,
             escalate_ms, enabled, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            t.id, t.tenant, t.line, t.metric.word(), t.operator.word(), t.value, t.for_ms, quiet.0, quiet.1, t.escalate_ms,
            t.enabled, t.created_by, t.created_at
        ],
    )
    .await
    .map(|_| ())
}

/// Writes back what can be changed. What it has crossed is judged anew.
pub(super) async fn update(tx: &mut Tx, t: &Threshold) -> Result<()> {
    let quiet = t.quiet.unzip();
    tx.exec(
        sql!(
            "UPDATE threshold SET metric = $3, operator = $4, value = $5, for_ms = $6, quiet_from = $7, quiet_to = $8,
             escalate_ms = $9, enabled = $10 WHERE id = $1 AND tenant_id = $2"
        ),
        args![
            t.id, t.tenant, t.metric.word(), t.operator.word(), t.value, t.for_ms, quiet.0, quiet.1, t.escalate_ms,
            t.enabled
        ],
    )
    .await
    .map(|_| ())
}

/// Removes a threshold; its alerts stay in the history.
pub(super) async fn remove(tx: &mut Tx, t: &Threshold, now: Millis) -> Result<Vec<AlertId>> {
    let over = tx
        .all(
            sql!(
                "UPDATE alert SET over_at = $3 WHERE threshold_id = $1 AND tenant_id = $2 AND over_at IS NULL RETURNING id"
            ),
            args![t.id, t.tenant, now],
            |r| r.id(0),
        )
        .await?;
    tx.exec(sql!("DELETE FROM threshold WHERE id = $1 AND tenant_id = $2"), args![t.id, t.tenant]).await?;
    Ok(over)
}

/// Remembers since when it is too much, if nobody did.
pub(super) async fn crossed(tx: &mut Tx, t: &Threshold, at: Option<Millis>) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE threshold SET crossed_at = $3 WHERE id = $1 AND tenant_id = $2
             AND (CAST($3 AS BIGINT) IS NULL OR crossed_at IS NULL)"
        ),
        args![t.id, t.tenant, at],
    )
    .await
    .map(|_| ())
}

/// Adds an alert; false when the threshold has one that is not over, or is gone.
pub(super) async fn raise(tx: &mut Tx, a: &Alert) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO alert(id, tenant_id, line_id, threshold_id, metric, operator, value, seen, crossed_at, raised_at)
                 SELECT $1, t.tenant_id, t.line_id, t.id, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT),
                 CAST($8 AS BIGINT), CAST($9 AS BIGINT) FROM threshold t WHERE t.id = $3 AND t.tenant_id = $2
                 ON CONFLICT DO NOTHING"
            ),
            args![
                a.id, a.tenant, a.threshold, a.metric.word(), a.operator.word(), a.value, a.seen, a.crossed_at,
                a.raised_at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Marks that it went upwards; false when it did already, or was confirmed or over.
pub(super) async fn escalate(tx: &mut Tx, a: &Alert, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE alert SET escalated_at = $3 WHERE id = $1 AND tenant_id = $2 AND escalated_at IS NULL
                 AND acknowledged_at IS NULL AND over_at IS NULL"
            ),
            args![a.id, a.tenant, now],
        )
        .await?;
    Ok(n == 1)
}

/// Ends an alert; false when it was over.
pub(super) async fn end(tx: &mut Tx, a: &Alert, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!("UPDATE alert SET over_at = $3 WHERE id = $1 AND tenant_id = $2 AND over_at IS NULL"),
            args![a.id, a.tenant, now],
        )
        .await?;
    Ok(n == 1)
}

/// One alert, of the clients that the transaction's scope reaches.
pub(super) async fn alert(tx: &mut Tx, id: AlertId) -> Result<Option<Alert>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, threshold_id, metric, operator, value, seen, crossed_at, raised_at,
             acknowledged_by, acknowledged_at, note, escalated_at, over_at FROM alert
             WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read_alert,
    )
    .await
}

/// A page of alerts of these lines, newest first, before one; only those that are not over, if asked.
pub(super) async fn alerts(
    tx: &mut Tx,
    lines: &str,
    only_open: bool,
    before: AlertId,
    limit: i64,
) -> Result<Vec<Alert>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, threshold_id, metric, operator, value, seen, crossed_at, raised_at,
             acknowledged_by, acknowledged_at, note, escalated_at, over_at FROM alert
             WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND id < $3 AND (over_at IS NULL OR CAST($4 AS BIGINT) = 0)
             ORDER BY id DESC LIMIT $5"
        ),
        args![tenants, lines, before, i64::from(only_open), limit],
        read_alert,
    )
    .await
}

/// Confirms an alert; false when somebody did already, or it is over.
pub(super) async fn acknowledge(
    tx: &mut Tx,
    a: &Alert,
    by: UserId,
    note: Option<&str>,
    now: Millis,
) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE alert SET acknowledged_by = $3, acknowledged_at = $4, note = $5
                 WHERE id = $1 AND tenant_id = $2 AND acknowledged_at IS NULL AND over_at IS NULL"
            ),
            args![a.id, a.tenant, by, now, note],
        )
        .await?;
    Ok(n == 1)
}
