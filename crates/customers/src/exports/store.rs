//! The SQL of exports.

use super::view::{ExportState, ExportView};
use crate::permissions::{PERSONAL, UNMASK};
use crate::segments::Filter;
use crate::sheets::{Charset, Format};
use kernel::{Error, ExportId, Millis, Permission, Result, TenantId, TenantScope, UserId, args, sql};
use platform::blobs::BlobHash;
use platform::store::{Row, Tx};
use serde::{Deserialize, Serialize};

/// How a file is written, as it is stored beside its columns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Shape {
    pub columns: Vec<String>,
    pub charset: Charset,
    /// Are personal data in names, notes and attributes written in full?
    #[serde(default)]
    pub personal: bool,
}

/// An export as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Export {
    pub id: ExportId,
    pub tenant: TenantId,
    pub name: String,
    pub filter: Filter,
    pub shape: Shape,
    pub format: Format,
    pub clear: bool,
    pub purpose: String,
    pub state: ExportState,
    pub rows: i64,
    pub hash: Option<BlobHash>,
    pub size: i64,
    pub fault: Option<String>,
    pub by: UserId,
    pub created_at: Millis,
    pub ended_at: Option<Millis>,
    pub expires_at: Millis,
}

impl Export {
    /// Does it hold no more in full than somebody with these rights may see?
    pub fn within(&self, may: impl Fn(Permission) -> bool) -> bool {
        (!self.clear || may(UNMASK)) && (!self.shape.personal || may(PERSONAL))
    }
    /// As it is shown; its address only to who exported.
    pub fn view(self, url: Option<String>) -> ExportView {
        ExportView {
            id: self.id,
            tenant: self.tenant,
            name: self.name,
            format: self.format,
            clear: self.clear,
            purpose: self.purpose,
            state: self.state,
            rows: self.rows,
            size: self.size,
            fault: self.fault,
            by: self.by,
            created_at: self.created_at,
            expires_at: self.expires_at,
            url,
        }
    }
}

fn text(v: &impl Serialize) -> Result<String> {
    serde_json::to_string(v).map_err(|e| Error::internal("an export as text").cause(e))
}

fn word(f: Format) -> &'static str {
    match f {
        Format::Csv => "csv",
        Format::Xlsx => "xlsx",
    }
}

/// Keeps a new export.
pub(super) async fn insert(tx: &mut Tx, e: &Export) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact_export(id, tenant_id, name, filter, columns, format, clear, purpose, state, rows, size,
               by_user, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12)"
        ),
        args![
            e.id, e.tenant, e.name, text(&e.filter)?, text(&e.shape)?, word(e.format), e.clear, e.purpose,
            e.state.word(), e.by, e.created_at, e.expires_at
        ],
    )
    .await
    .map(|_| ())
}

/// Writes where it stands.
pub(super) async fn save(tx: &mut Tx, e: &Export) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE contact_export SET state = $3, rows = $4, hash = $5, size = $6, fault = $7, ended_at = $8
             WHERE tenant_id = $1 AND id = $2"
        ),
        args![e.tenant, e.id, e.state.word(), e.rows, e.hash, e.size, e.fault, e.ended_at],
    )
    .await
    .map(|_| ())
}

/// One export within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: ExportId) -> Result<Export> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, name, filter, columns, format, clear, purpose, state, rows, hash, size, fault, by_user,
               created_at, ended_at, expires_at FROM contact_export
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// A page of exports, newest first.
pub(super) async fn page(tx: &mut Tx, tenants: &str, before: i64, rows: i64) -> Result<Vec<Export>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, name, filter, columns, format, clear, purpose, state, rows, hash, size, fault, by_user,
               created_at, ended_at, expires_at FROM contact_export
             WHERE tenant_id IN_IDS($1) AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        args![tenants, before, rows],
        read,
    )
    .await
}

fn read(r: &Row<'_>) -> Result<Export> {
    let bad = |e: serde_json::Error| Error::internal("a kept export").cause(e);
    Ok(Export {
        id: r.id(0)?,
        tenant: r.id(1)?,
        name: r.text(2)?,
        filter: serde_json::from_str(&r.text(3)?).map_err(bad)?,
        shape: serde_json::from_str(&r.text(4)?).map_err(bad)?,
        format: if r.text(5)? == "xlsx" { Format::Xlsx } else { Format::Csv },
        clear: r.bool(6)?,
        purpose: r.text(7)?,
        state: ExportState::from_word(&r.text(8)?),
        rows: r.int(9)?,
        hash: r.opt_blob(10)?.map(BlobHash::try_from).transpose()?,
        size: r.int(11)?,
        fault: r.opt_text(12)?,
        by: r.id(13)?,
        created_at: r.int(14)?,
        ended_at: r.opt_int(15)?,
        expires_at: r.int(16)?,
    })
}
