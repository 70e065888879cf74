//! The SQL of calendars.

use super::model::Definition;
use crate::directory::CalendarRow;
use kernel::{CalendarId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is stored of one calendar.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub id: CalendarId,
    pub tenant: TenantId,
    pub name: String,
    pub definition: Definition,
    pub imported: Option<String>,
    pub created_at: Millis,
}

fn read(r: &platform::store::Row<'_>) -> Result<Stored> {
    let definition = serde_json::from_value(r.json(3)?)
        .map_err(|e| kernel::Error::internal("a stored calendar cannot be read").cause(e))?;
    Ok(Stored {
        id: r.id(0)?,
        tenant: r.id(1)?,
        name: r.text(2)?,
        definition,
        imported: r.opt_text(4)?,
        created_at: r.int(5)?,
    })
}

/// All of them, ready to answer. One that cannot be read is left out and said so, for it must not keep others away.
pub(crate) async fn load(tx: &mut Tx) -> Result<BTreeMap<CalendarId, Arc<CalendarRow>>> {
    let rows = tx
        .all(
            sql!("SELECT id, tenant_id, name, definition, imported, created_at FROM calendar ORDER BY id"),
            &[],
            |r| Ok(read(r)),
        )
        .await?;
    let mut all = BTreeMap::new();
    for row in rows {
        let built = row.and_then(|s| {
            let calendar = s.definition.build(s.imported.as_deref());
            calendar.map(|c| (s, c)).map_err(|e| kernel::Error::internal("a stored calendar").cause(e))
        });
        match built {
            Ok((s, calendar)) => {
                let (definition, calendar) = (Arc::new(s.definition), Arc::new(calendar));
                let (id, tenant, name, created_at) = (s.id, s.tenant, s.name, s.created_at);
                all.insert(id, Arc::new(CalendarRow { id, tenant, name, definition, calendar, created_at }));
            }
            Err(e) => tracing::error!(error = %e, "a calendar cannot be used"),
        }
    }
    Ok(all)
}

pub(super) async fn get(tx: &mut Tx, tenant: TenantId, id: CalendarId) -> Result<Stored> {
    let sql = sql!(
        "SELECT id, tenant_id, name, definition, imported, created_at FROM calendar
         WHERE id = $1 AND tenant_id = $2"
    );
    tx.get(sql, args![id, tenant], read).await
}

pub(super) async fn put(tx: &mut Tx, s: &Stored, definition: &str) -> Result<u64> {
    tx.exec(
        sql!(
            "INSERT INTO calendar(id, tenant_id, name, definition, imported, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE
             SET name = excluded.name, definition = excluded.definition, imported = excluded.imported"
        ),
        args![s.id, s.tenant, s.name, definition, s.imported, s.created_at],
    )
    .await
}
