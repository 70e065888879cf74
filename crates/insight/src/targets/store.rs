//! The SQL of targets.

use super::model::Target;
use kernel::{LineId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;
use std::collections::HashMap;

/// The targets of these lines that have any of their own.
pub async fn of_lines(tx: &mut Tx, of: &[(TenantId, LineId)]) -> Result<HashMap<LineId, Target>> {
    let (tenants, lines) = (Tx::ids(of.iter().map(|(t, _)| t.0)), Tx::ids(of.iter().map(|(_, l)| l.0)));
    let rows = tx
        .all(
            sql!(
                "SELECT line_id, answer_within_ms, answer_share, short_abandon_ms FROM line_target
                 WHERE line_id IN_IDS($2) AND tenant_id IN_IDS($1) ORDER BY line_id"
            ),
            args![tenants, lines],
            |r| {
                let target = Target {
                    answer_within_ms: r.int(1)?,
                    answer_share: r.int(2)?,
                    short_abandon_ms: r.int(3)?,
                };
                Ok((r.id(0)?, target))
            },
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Sets a line's target.
pub(super) async fn put(tx: &mut Tx, tenant: TenantId, line: LineId, t: &Target, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO line_target(line_id, tenant_id, answer_within_ms, answer_share, short_abandon_ms, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (line_id) DO UPDATE SET answer_within_ms = excluded.answer_within_ms,
             answer_share = excluded.answer_share, short_abandon_ms = excluded.short_abandon_ms,
             changed_at = excluded.changed_at"
        ),
        args![line, tenant, t.answer_within_ms, t.answer_share, t.short_abandon_ms, now],
    )
    .await
    .map(|_| ())
}
