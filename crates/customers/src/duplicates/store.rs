//! The SQL of pairs.

use super::model::{Card, Found};
use crate::handles::HandleKind;
use kernel::{ContactId, Error, Millis, PairId, Result, TenantId, TenantScope, UserId, args, sql};
use platform::store::{Row, Tx};
use std::collections::HashMap;

/// A page of cards, newest first.
pub(super) async fn cards(tx: &mut Tx, tenant: TenantId, before: i64, rows: i64) -> Result<Vec<Card>> {
    let mut all = tx
        .all(
            sql!(
                "SELECT id, CASE WHEN named = 1 THEN name_key ELSE '' END, organisation_id FROM contact
                 WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
            ),
            args![tenant, before, rows],
            |r| {
                let firm = r.opt_int(2)?.unwrap_or(0);
                let name = r.text(1)?.chars().map(platform::search::fold).collect();
                Ok(Card { id: r.int(0)?, name, firm, ..Card::default() })
            },
        )
        .await?;
    let place: HashMap<i64, usize> = all.iter().enumerate().map(|(i, c)| (c.id, i)).collect();
    let last = all.last().map_or(before, |c| c.id);
    let handles = tx
        .all(
            sql!(
                "SELECT contact_id, kind, norm FROM contact_handle
                 WHERE tenant_id = $1 AND contact_id < $2 AND contact_id >= $3"
            ),
            args![tenant, before, last],
            |r| Ok((r.int(0)?, HandleKind::from_code(r.int(1)?)?, r.text(2)?)),
        )
        .await?;
    for (contact, kind, norm) in handles {
        let Some(card) = place.get(&contact).map(|i| &mut all[*i]) else { continue };
        match kind {
            HandleKind::Phone => card.phones.push(norm),
            HandleKind::Email => card.mails.push(norm),
            HandleKind::External => card.externals.push(norm),
            HandleKind::Visitor => {}
        }
    }
    Ok(all)
}

/// Proposes a pair, or says of an open one that it was found again. A dismissed one stays dismissed.
pub(super) async fn propose(tx: &mut Tx, tenant: TenantId, id: i64, f: &Found, now: Millis) -> Result<()> {
    let reasons = serde_json::json!(f.reasons).to_string();
    tx.exec(
        sql!(
            "INSERT INTO contact_pair(id, tenant_id, a_id, b_id, score, reasons, state, found_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'open', $7)
             ON CONFLICT (tenant_id, a_id, b_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons,
               found_at = excluded.found_at WHERE contact_pair.state = 'open'"
        ),
        args![id, tenant, f.a, f.b, f.score, reasons, now],
    )
    .await
    .map(|_| ())
}

/// Removes open pairs that were not found again.
pub(super) async fn forget_stale(tx: &mut Tx, tenant: TenantId, since: Millis) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM contact_pair WHERE tenant_id = $1 AND state = 'open' AND found_at < $2"),
        args![tenant, since],
    )
    .await
    .map(|_| ())
}

/// A pair as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub id: PairId,
    pub tenant: TenantId,
    pub a: ContactId,
    pub b: ContactId,
    pub score: i64,
    pub reasons: Vec<String>,
    pub found_at: Millis,
}

/// A page of open pairs, the surest first.
pub(super) async fn page(tx: &mut Tx, tenant: TenantId, after: (i64, i64), rows: i64) -> Result<Vec<Pair>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, a_id, b_id, score, reasons, found_at FROM contact_pair
             WHERE tenant_id = $1 AND state = 'open' AND (score, id) < ($2, $3) ORDER BY score DESC, id DESC LIMIT $4"
        ),
        args![tenant, after.0, after.1, rows],
        read,
    )
    .await
}

/// The open pairs of a contact, the surest first.
pub(crate) async fn open_of(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    rows: i64,
) -> Result<Vec<Pair>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, a_id, b_id, score, reasons, found_at FROM contact_pair
             WHERE tenant_id = $1 AND state = 'open' AND (a_id = $2 OR b_id = $2) ORDER BY score DESC, id DESC LIMIT $3"
        ),
        args![tenant, contact, rows],
        read,
    )
    .await
}

/// How many are open.
pub(super) async fn count_open(tx: &mut Tx, tenant: TenantId) -> Result<i64> {
    tx.get(
        sql!("SELECT COUNT(*) FROM contact_pair WHERE tenant_id = $1 AND state = 'open'"),
        args![tenant],
        |r| r.int(0),
    )
    .await
}

/// One pair within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: PairId) -> Result<Pair> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, a_id, b_id, score, reasons, found_at FROM contact_pair
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// Dismisses a pair for good; false where it is not open.
pub(super) async fn dismiss(
    tx: &mut Tx,
    tenant: TenantId,
    id: PairId,
    by: UserId,
    now: Millis,
) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE contact_pair SET state = 'dismissed', decided_by = $3, decided_at = $4
                 WHERE tenant_id = $1 AND id = $2 AND state = 'open'"
            ),
            args![tenant, id, by, now],
        )
        .await?;
    Ok(changed > 0)
}

/// Notes that a scan began; false while one that began less than `patience` ago still runs.
pub(super) async fn begin(tx: &mut Tx, tenant: TenantId, now: Millis, patience: Millis) -> Result<bool> {
    let begun = tx
        .exec(
            sql!(
                "INSERT INTO contact_pair_scan(tenant_id, started_at, contacts, pairs) VALUES ($1, $2, 0, 0)
                 ON CONFLICT (tenant_id) DO UPDATE SET started_at = excluded.started_at, ended_at = NULL
                 WHERE contact_pair_scan.ended_at IS NOT NULL OR contact_pair_scan.started_at < $3"
            ),
            args![tenant, now, now - patience],
        )
        .await?;
    Ok(begun > 0)
}

/// Notes that it ended.
pub(super) async fn end(tx: &mut Tx, tenant: TenantId, now: Millis, contacts: i64, pairs: i64) -> Result<()> {
    tx.exec(
        sql!("UPDATE contact_pair_scan SET ended_at = $2, contacts = $3, pairs = $4 WHERE tenant_id = $1"),
        args![tenant, now, contacts, pairs],
    )
    .await
    .map(|_| ())
}

/// The newest scan: began, ended, contacts, pairs.
pub(super) async fn scan(
    tx: &mut Tx,
    tenant: TenantId,
) -> Result<Option<(Millis, Option<Millis>, i64, i64)>> {
    tx.one(
        sql!("SELECT started_at, ended_at, contacts, pairs FROM contact_pair_scan WHERE tenant_id = $1"),
        args![tenant],
        |r| Ok((r.int(0)?, r.opt_int(1)?, r.int(2)?, r.int(3)?)),
    )
    .await
}

/// The clients that have contacts, after an id.
pub(super) async fn tenants(tx: &mut Tx, after: i64, rows: i64) -> Result<Vec<TenantId>> {
    tx.all(
        sql!("SELECT tenant_id FROM contact WHERE tenant_id > $1 GROUP BY tenant_id ORDER BY tenant_id LIMIT $2"),
        args![after, rows],
        |r| r.id(0),
    )
    .await
}

fn read(r: &Row<'_>) -> Result<Pair> {
    Ok(Pair {
        id: r.id(0)?,
        tenant: r.id(1)?,
        a: r.id(2)?,
        b: r.id(3)?,
        score: r.int(4)?,
        reasons: serde_json::from_str(&r.text(5)?).map_err(|e| Error::internal("kept reasons").cause(e))?,
        found_at: r.int(6)?,
    })
}
