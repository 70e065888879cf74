//! The SQL of segments and of the facts they ask about.

use super::plan::{Facts, Source};
use super::view::Segment;
use crate::contacts::name_key;
use crate::handles::HandleKind;
use kernel::{ContactId, Error, Millis, Result, SegmentId, TenantId, TenantScope, args, sql};
use platform::store::{Row, Tx};

/// Ids of a window, newest first.
pub(super) async fn window(
    tx: &mut Tx,
    tenant: TenantId,
    source: &Source,
    before: i64,
    rows: i64,
) -> Result<Vec<ContactId>> {
    let id = |r: &Row<'_>| r.id(0);
    match source {
        Source::Everybody => {
            let s = sql!("SELECT id FROM contact WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
            tx.all(s, args![tenant, before, rows], id).await
        }
        Source::Tagged(tag) => {
            let s = sql!(
                "SELECT contact_id FROM contact_tag WHERE tenant_id = $1 AND tag = $2 AND contact_id < $3
                 ORDER BY contact_id DESC LIMIT $4"
            );
            tx.all(s, args![tenant, tag, before, rows], id).await
        }
        Source::Firm(firm) => {
            let s = sql!(
                "SELECT id FROM contact WHERE tenant_id = $1 AND organisation_id = $2 AND id < $3
                 ORDER BY id DESC LIMIT $4"
            );
            tx.all(s, args![tenant, *firm, before, rows], id).await
        }
    }
}

/// The contacts' own rows, newest first.
pub(super) async fn facts(tx: &mut Tx, tenant: TenantId, ids: &str) -> Result<Vec<Facts>> {
    tx.all(
        sql!(
            "SELECT id, name_key, tier, organisation_id, language, first_seen_at, last_seen_at FROM contact
             WHERE tenant_id = $1 AND id IN_IDS($2) ORDER BY id DESC"
        ),
        args![tenant, ids],
        |r| {
            Ok(Facts {
                id: r.id(0)?,
                name_key: r.text(1)?,
                tier: r.opt_text(2)?,
                organisation: r.opt_int(3)?,
                language: r.opt_text(4)?,
                first_seen_at: r.int(5)?,
                last_seen_at: r.int(6)?,
                ..Facts::default()
            })
        },
    )
    .await
}

/// (contact, tag).
pub(super) async fn tags(tx: &mut Tx, tenant: TenantId, ids: &str) -> Result<Vec<(ContactId, String)>> {
    tx.all(
        sql!("SELECT contact_id, tag FROM contact_tag WHERE tenant_id = $1 AND contact_id IN_IDS($2)"),
        args![tenant, ids],
        |r| Ok((r.id(0)?, r.text(1)?)),
    )
    .await
}

/// (contact, kind, spelling).
pub(super) async fn handles(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &str,
) -> Result<Vec<(ContactId, HandleKind, String)>> {
    tx.all(
        sql!(
            "SELECT contact_id, kind, norm FROM contact_handle WHERE tenant_id = $1 AND contact_id IN_IDS($2)"
        ),
        args![tenant, ids],
        |r| Ok((r.id(0)?, HandleKind::from_code(r.int(1)?)?, r.text(2)?)),
    )
    .await
}

/// (contact, attribute, value).
pub(super) async fn attributes(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &str,
) -> Result<Vec<(ContactId, i64, String)>> {
    tx.all(
        sql!(
            "SELECT contact_id, attribute_id, value FROM contact_attribute
             WHERE tenant_id = $1 AND contact_id IN_IDS($2)"
        ),
        args![tenant, ids],
        |r| Ok((r.id(0)?, r.int(1)?, r.text(2)?)),
    )
    .await
}

fn read(r: &Row<'_>) -> Result<Segment> {
    let filter =
        super::model::Filter::parse(&r.text(3)?).map_err(|e| Error::internal("a kept segment").cause(e))?;
    Ok(Segment {
        id: r.id(0)?,
        tenant: r.id(1)?,
        name: r.text(2)?,
        filter,
        created_at: r.int(4)?,
        changed_at: r.int(5)?,
        count: r.opt_int(6)?,
        counted_at: r.opt_int(7)?,
    })
}

/// Keeps a new segment; false where the name is taken.
pub(super) async fn insert(tx: &mut Tx, s: &Segment, filter: &str, by: i64) -> Result<bool> {
    let made = tx
        .exec(
            sql!(
                "INSERT INTO segment(id, tenant_id, name, name_key, filter, by_user, created_at, changed_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (tenant_id, name_key) DO NOTHING"
            ),
            args![s.id, s.tenant, s.name, name_key(&s.name), filter, by, s.created_at],
        )
        .await?;
    Ok(made > 0)
}

/// Writes name and filter; false where the name is another's.
pub(super) async fn update(tx: &mut Tx, s: &Segment, filter: &str, now: Millis) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE segment SET name = $3, name_key = $4, filter = $5, changed_at = $6, counted = NULL,
                   counted_at = NULL
                 WHERE tenant_id = $1 AND id = $2 AND NOT EXISTS (SELECT 1 FROM segment x
                   WHERE x.tenant_id = $1 AND x.name_key = $4 AND x.id <> $2)"
            ),
            args![s.tenant, s.id, s.name, name_key(&s.name), filter, now],
        )
        .await?;
    Ok(changed > 0)
}

/// Keeps how many it held.
pub(super) async fn counted(
    tx: &mut Tx,
    tenant: TenantId,
    id: SegmentId,
    count: i64,
    now: Millis,
) -> Result<()> {
    tx.exec(
        sql!("UPDATE segment SET counted = $3, counted_at = $4 WHERE tenant_id = $1 AND id = $2"),
        args![tenant, id, count, now],
    )
    .await
    .map(|_| ())
}

/// Removes a segment.
pub(super) async fn remove(tx: &mut Tx, tenant: TenantId, id: SegmentId) -> Result<bool> {
    let gone =
        tx.exec(sql!("DELETE FROM segment WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await?;
    Ok(gone > 0)
}

/// One segment within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: SegmentId) -> Result<Segment> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, name, filter, created_at, changed_at, counted, counted_at FROM segment
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// A page of segments, by id.
pub(super) async fn page(tx: &mut Tx, tenants: &str, after: i64, rows: i64) -> Result<Vec<Segment>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, name, filter, created_at, changed_at, counted, counted_at FROM segment
             WHERE tenant_id IN_IDS($1) AND id > $2 ORDER BY id LIMIT $3"
        ),
        args![tenants, after, rows],
        read,
    )
    .await
}
