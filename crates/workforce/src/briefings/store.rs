//! The SQL of briefings.

use super::model::{Attendance, Briefing};
use kernel::{BriefingId, LineId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// Sheets waiting for one person, listed at the most.
const OPEN_MAX: i64 = 50;

fn read(r: &Row<'_>) -> Result<Briefing> {
    Ok(Briefing {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        team: r.opt_id(3)?,
        day: r.text(4)?,
        title: r.text(5)?,
        points: serde_json::from_value(r.json(6)?).unwrap_or_default(),
        signed: r.text(7)? == "signed",
        created_by: r.id(8)?,
        created_at: r.int(9)?,
        signed_by: r.opt_id(10)?,
        signed_at: r.opt_int(11)?,
        hash: r.opt_blob(12)?,
        attendance: vec![],
    })
}

async fn with_attendance(tx: &mut Tx, mut sheets: Vec<Briefing>) -> Result<Vec<Briefing>> {
    for s in &mut sheets {
        s.attendance = tx
            .all(
                sql!(
                    "SELECT user_id, present, acknowledged_at FROM briefing_attendance
                     WHERE briefing_id = $1 AND tenant_id = $2 ORDER BY user_id"
                ),
                args![s.id, s.tenant],
                |r| Ok(Attendance { user: r.id(0)?, present: r.bool(1)?, acknowledged_at: r.opt_int(2)? }),
            )
            .await?;
    }
    Ok(sheets)
}

/// Adds a draft.
pub async fn insert(tx: &mut Tx, b: &Briefing) -> Result<()> {
    let points = serde_json::json!(b.points).to_string();
    tx.exec(
        sql!(
            "INSERT INTO briefing(id, tenant_id, line_id, team_id, day, title, points, state, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9)"
        ),
        args![b.id, b.tenant, b.line, b.team, b.day, b.title, points, b.created_by, b.created_at],
    )
    .await
    .map(|_| ())
}

/// Changes a draft; false when it is signed.
pub async fn update(tx: &mut Tx, b: &Briefing) -> Result<bool> {
    let points = serde_json::json!(b.points).to_string();
    let n = tx
        .exec(
            sql!(
                "UPDATE briefing SET day = $3, title = $4, points = $5
                 WHERE id = $1 AND tenant_id = $2 AND state = 'draft'"
            ),
            args![b.id, b.tenant, b.day, b.title, points],
        )
        .await?;
    Ok(n == 1)
}

/// Signs a draft with whom it concerns; false when it is signed.
pub async fn sign(tx: &mut Tx, b: &Briefing) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE briefing SET state = 'signed', signed_by = $3, signed_at = $4, hash = $5
                 WHERE id = $1 AND tenant_id = $2 AND state = 'draft'"
            ),
            args![b.id, b.tenant, b.signed_by, b.signed_at, b.hash],
        )
        .await?;
    if n != 1 {
        return Ok(false);
    }
    for a in &b.attendance {
        tx.exec(
            sql!(
                "INSERT INTO briefing_attendance(briefing_id, tenant_id, user_id, present) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING"
            ),
            args![b.id, b.tenant, a.user, a.present],
        )
        .await?;
    }
    Ok(true)
}

/// Notes that somebody acknowledged it; `None` when it does not concern them, false when they had.
pub async fn acknowledge(tx: &mut Tx, b: &Briefing, user: UserId, now: Millis) -> Result<Option<bool>> {
    let Some(own) = b.attendance.iter().find(|a| a.user == user) else { return Ok(None) };
    if own.acknowledged_at.is_some() {
        return Ok(Some(false));
    }
    tx.exec(
        sql!(
            "UPDATE briefing_attendance SET acknowledged_at = $4
             WHERE briefing_id = $1 AND tenant_id = $2 AND user_id = $3 AND acknowledged_at IS NULL"
        ),
        args![b.id, b.tenant, user, now],
    )
    .await
    .map(|n| Some(n == 1))
}

/// One sheet, if the transaction's scope reaches it.
pub async fn by_id(tx: &mut Tx, id: BriefingId) -> Result<Option<Briefing>> {
    let found = tx
        .one(
            sql!(
                "SELECT id, tenant_id, line_id, team_id, day, title, points, state, created_by, created_at, signed_by,
                 signed_at, hash FROM briefing WHERE id = $1 AND tenant_id > 0"
            ),
            args![id],
            read,
        )
        .await?;
    let scope = tx.scope().clone();
    let found = found.filter(|b| scope.contains_line(b.tenant, b.line));
    Ok(with_attendance(tx, found.into_iter().collect()).await?.pop())
}

/// A line's sheets, newest first, before an id; drafts only `with_drafts`.
pub async fn before(
    tx: &mut Tx,
    (tenant, line): (TenantId, LineId),
    id: BriefingId,
    with_drafts: bool,
    max: i64,
) -> Result<Vec<Briefing>> {
    let found = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, team_id, day, title, points, state, created_by, created_at, signed_by,
                 signed_at, hash FROM briefing WHERE tenant_id = $1 AND line_id = $2 AND id < $3
                 AND (state = 'signed' OR CAST($4 AS BIGINT) = 1) ORDER BY id DESC LIMIT $5"
            ),
            args![tenant, line, id, i64::from(with_drafts), max],
            read,
        )
        .await?;
    with_attendance(tx, found).await
}

/// The signed sheets that somebody has not acknowledged, oldest first.
pub async fn open_for(tx: &mut Tx, user: UserId) -> Result<Vec<Briefing>> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let mut found = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, team_id, day, title, points, state, created_by, created_at, signed_by,
                 signed_at, hash FROM briefing WHERE tenant_id IN_IDS($1) AND id IN (SELECT briefing_id
                 FROM briefing_attendance a WHERE a.user_id = $2 AND a.acknowledged_at IS NULL
                 AND a.tenant_id = briefing.tenant_id) ORDER BY id LIMIT $3"
            ),
            args![tenants, user, OPEN_MAX],
            read,
        )
        .await?;
    found.retain(|b| scope.contains_line(b.tenant, b.line));
    with_attendance(tx, found).await
}
