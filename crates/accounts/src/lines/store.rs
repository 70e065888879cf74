//! The SQL of lines.

use kernel::{CalendarId, LineId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// What is stored of a line.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub id: LineId,
    pub tenant: TenantId,
    pub name: String,
    pub calendar: Option<CalendarId>,
    pub disposition_required: bool,
    pub signature: String,
    pub created_at: Millis,
}

/// Writes a new line; false when its name is taken.
pub(super) async fn add(tx: &mut Tx, l: &Stored, key: &str) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO service_line(id, tenant_id, name, name_key, calendar_id, disposition_required, created_at,
                 signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, name_key) DO NOTHING"
            ),
            args![l.id, l.tenant, l.name, key, l.calendar, l.disposition_required, l.created_at, l.signature],
        )
        .await?;
    Ok(n > 0)
}

pub(super) async fn get(tx: &mut Tx, tenant: TenantId, line: LineId) -> Result<Stored> {
    let sql = sql!(
        "SELECT id, tenant_id, name, calendar_id, disposition_required, created_at, signature FROM service_line
         WHERE id = $1 AND tenant_id = $2"
    );
    tx.get(sql, args![line, tenant], |r| {
        Ok(Stored {
            id: r.id(0)?,
            tenant: r.id(1)?,
            name: r.text(2)?,
            calendar: r.opt_id(3)?,
            disposition_required: r.bool(4)?,
            created_at: r.int(5)?,
            signature: r.opt_text(6)?.unwrap_or_default(),
        })
    })
    .await
}

/// Changes a line; false when the name is another's.
pub(super) async fn set(tx: &mut Tx, l: &Stored, key: &str) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE service_line SET name = $3, name_key = $4, calendar_id = $5, disposition_required = $6,
                 signature = $7
                 WHERE id = $1 AND tenant_id = $2 AND NOT EXISTS (
                   SELECT 1 FROM service_line o WHERE o.tenant_id = $2 AND o.name_key = $4 AND o.id <> $1)"
            ),
            args![l.id, l.tenant, l.name, key, l.calendar, l.disposition_required, l.signature],
        )
        .await?;
    Ok(n > 0)
}
