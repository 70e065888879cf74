//! The SQL of staff notices.

use super::{Both, Notice};
use crate::store::{Row, Tx};
use kernel::{LineId, Millis, NoticeId, Result, TeamId, TenantId, args, sql};

/// A notice as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are explained with the notice")]
pub struct NoticeRow {
    pub id: NoticeId,
    pub tenant: TenantId,
    pub line: LineId,
    pub team: TeamId,
    pub kind: String,
    pub title: Both,
    pub text: Both,
    pub path: String,
    pub at: Millis,
}

pub(super) async fn insert(tx: &mut Tx, id: NoticeId, n: &Notice, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO staff_notice(id, tenant_id, line_id, team_id, kind, title_en, title_zh, text_en, text_zh, path, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            id, n.tenant, n.line, n.team, n.kind, n.title.en, n.title.zh, n.text.en, n.text.zh, n.path, now
        ],
    )
    .await
    .map(|_| ())
}

fn read(r: &Row<'_>) -> Result<NoticeRow> {
    Ok(NoticeRow {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        team: r.id(3)?,
        kind: r.text(4)?,
        title: Both::new(r.text(5)?, r.text(6)?),
        text: Both::new(r.text(7)?, r.text(8)?),
        path: r.text(9)?,
        at: r.int(10)?,
    })
}

/// One notice of a client.
pub async fn notice(tx: &mut Tx, tenant: TenantId, id: NoticeId) -> Result<Option<NoticeRow>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, kind, title_en, title_zh, text_en, text_zh, path, at
             FROM staff_notice WHERE id = $1 AND tenant_id = $2"
        ),
        args![id, tenant],
        read,
    )
    .await
}

/// Removes a step's worth of old notices; answers how many.
pub async fn prune(tx: &mut Tx, before: Millis, limit: i64) -> Result<u64> {
    // every tenant: what is old goes for all alike
    tx.exec(
        sql!("DELETE FROM staff_notice WHERE id IN (SELECT id FROM staff_notice WHERE at < $1 ORDER BY at, id LIMIT $2)"),
        args![before, limit],
    )
    .await
}
