//! The SQL of merging.

use super::model::{Kept, Whole};
use super::view::MergeView;
use crate::contacts::name_key;
use kernel::{BlockId, ContactId, Error, MergeId, Millis, Result, TenantId, TenantScope, UserId, args, sql};
use platform::store::{Row, Tx};
use std::collections::{BTreeMap, BTreeSet};

/// Merges that are followed from one id to the contact it leads to.
const STEPS_MAX: usize = 8;

/// The contact to whom an id leads: itself, or whoever it was merged into.
pub async fn current(tx: &mut Tx, tenant: TenantId, mut id: ContactId) -> Result<ContactId> {
    for _ in 0..STEPS_MAX {
        let next = tx
            .one(
                sql!(
                    "SELECT survivor_id FROM contact_merge
                     WHERE tenant_id = $1 AND merged_id = $2 AND undone_at IS NULL"
                ),
                args![tenant, id],
                |r| r.id(0),
            )
            .await?;
        match next {
            Some(next) => id = next,
            None => break,
        }
    }
    Ok(id)
}

/// Takes hold of both rows, so that nothing else writes them meanwhile.
pub(super) async fn hold(tx: &mut Tx, tenant: TenantId, ids: &str) -> Result<()> {
    tx.exec(
        sql!("UPDATE contact SET named = named WHERE tenant_id = $1 AND id IN_IDS($2)"),
        args![tenant, ids],
    )
    .await
    .map(|_| ())
}

/// A contact with everything in its own rows.
pub(super) async fn whole(tx: &mut Tx, tenant: TenantId, id: ContactId) -> Result<Whole> {
    let mut w = tx
        .get(
            sql!(
                "SELECT id, name, named, salutation, language, tier, organisation_id, preferences, note,
                   first_seen_at, last_seen_at FROM contact WHERE tenant_id = $1 AND id = $2"
            ),
            args![tenant, id],
            |r| {
                Ok(Whole {
                    id: r.int(0)?,
                    name: r.text(1)?,
                    named: r.bool(2)?,
                    salutation: r.opt_text(3)?,
                    language: r.opt_text(4)?,
                    tier: r.opt_text(5)?,
                    organisation: r.opt_int(6)?,
                    preferences: r.opt_text(7)?,
                    note: r.opt_text(8)?,
                    first_seen_at: r.int(9)?,
                    last_seen_at: r.int(10)?,
                    tags: BTreeSet::new(),
                    attributes: BTreeMap::new(),
                })
            },
        )
        .await?;
    let tags = sql!("SELECT tag FROM contact_tag WHERE tenant_id = $1 AND contact_id = $2");
    w.tags = tx.all(tags, args![tenant, id], |r| r.text(0)).await?.into_iter().collect();
    let values =
        sql!("SELECT attribute_id, value FROM contact_attribute WHERE tenant_id = $1 AND contact_id = $2");
    let values = tx.all(values, args![tenant, id], |r| Ok((r.int(0)?, r.text(1)?))).await?;
    w.attributes = values.into_iter().collect();
    Ok(w)
}

/// Writes a contact whole: over its row, or as a new one.
pub(super) async fn put_whole(tx: &mut Tx, tenant: TenantId, w: &Whole) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact(id, tenant_id, name, name_key, named, salutation, language, tier, organisation_id,
               preferences, note, first_seen_at, last_seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
               named = excluded.named, salutation = excluded.salutation, language = excluded.language,
               tier = excluded.tier, organisation_id = excluded.organisation_id, preferences = excluded.preferences,
               note = excluded.note, first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at
             WHERE contact.tenant_id = excluded.tenant_id"
        ),
        args![
            w.id, tenant, w.name, name_key(&w.name), w.named, w.salutation, w.language, w.tier, w.organisation,
            w.preferences, w.note, w.first_seen_at, w.last_seen_at
        ],
    )
    .await?;
    clear(tx, tenant, w.id).await?;
    for tag in &w.tags {
        tx.exec(
            sql!("INSERT INTO contact_tag(tenant_id, contact_id, tag) VALUES ($1, $2, $3)"),
            args![tenant, w.id, tag],
        )
        .await?;
    }
    for (attribute, value) in &w.attributes {
        tx.exec(
            sql!(
                "INSERT INTO contact_attribute(tenant_id, contact_id, attribute_id, value) VALUES ($1, $2, $3, $4)"
            ),
            args![tenant, w.id, *attribute, value],
        )
        .await?;
    }
    Ok(())
}

async fn clear(tx: &mut Tx, tenant: TenantId, id: i64) -> Result<()> {
    tx.exec(sql!("DELETE FROM contact_tag WHERE tenant_id = $1 AND contact_id = $2"), args![tenant, id])
        .await?;
    tx.exec(sql!("DELETE FROM contact_attribute WHERE tenant_id = $1 AND contact_id = $2"), args![tenant, id])
        .await
        .map(|_| ())
}

/// Removes a merged contact's own rows.
pub(super) async fn remove(tx: &mut Tx, tenant: TenantId, id: ContactId) -> Result<()> {
    clear(tx, tenant, id.0).await?;
    tx.exec(sql!("DELETE FROM contact WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await.map(|_| ())
}

/// Moves every address; answers which.
pub(super) async fn take_handles(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
) -> Result<Vec<i64>> {
    tx.all(
        sql!(
            "UPDATE contact_handle SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 RETURNING id"
        ),
        args![tenant, from, to],
        |r| r.int(0),
    )
    .await
}

/// Moves these addresses back.
pub(super) async fn give_handles(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
    ids: &str,
) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE contact_handle SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 AND id IN_IDS($4)"
        ),
        args![tenant, from, to, ids],
    )
    .await
    .map(|_| ())
}

/// Moves every word of consent; answers which.
pub(super) async fn take_consents(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
) -> Result<Vec<i64>> {
    tx.all(
        sql!("UPDATE consent SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 RETURNING id"),
        args![tenant, from, to],
        |r| r.int(0),
    )
    .await
}

/// Moves these words and entries of the block list back.
pub(super) async fn give_words(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
    kept: &Kept,
) -> Result<()> {
    let (consents, blocks) = (Tx::ids(kept.consents.iter().copied()), Tx::ids(kept.blocks.iter().copied()));
    tx.exec(
        sql!("UPDATE consent SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 AND id IN_IDS($4)"),
        args![tenant, from, to, consents],
    )
    .await?;
    tx.exec(
        sql!("UPDATE contact_block SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2 AND id IN_IDS($4)"),
        args![tenant, from, to, blocks],
    )
    .await
    .map(|_| ())
}

/// Moves the block list's entries; answers which.
pub(super) async fn take_blocks(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
) -> Result<Vec<i64>> {
    let moved: Vec<BlockId> = crate::blocks::reassign(tx, tenant, from, to).await?;
    Ok(moved.into_iter().map(|b| b.0).collect())
}

type RelationRow = (i64, i64, i64, String, Option<String>, Millis);

/// Moves the relations of a contact, but for those to the survivor itself; answers them as they were.
pub(super) async fn take_relations(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
) -> Result<Vec<RelationRow>> {
    let was: Vec<RelationRow> = tx
        .all(
            sql!(
                "DELETE FROM contact_relation WHERE tenant_id = $1 AND (contact_id = $2 OR other_id = $2)
                 RETURNING id, contact_id, other_id, kind, note, created_at"
            ),
            args![tenant, from],
            |r| Ok((r.int(0)?, r.int(1)?, r.int(2)?, r.text(3)?, r.opt_text(4)?, r.int(5)?)),
        )
        .await?;
    for (id, contact, other, kind, note, at) in &was {
        let turned = |c: i64| if c == from.0 { to.0 } else { c };
        let (contact, other) = (turned(*contact), turned(*other));
        if contact != other {
            put_relation(tx, tenant, &(*id, contact, other, kind.clone(), note.clone(), *at)).await?;
        }
    }
    Ok(was)
}

async fn put_relation(tx: &mut Tx, tenant: TenantId, r: &RelationRow) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact_relation(id, tenant_id, contact_id, other_id, kind, note, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
        ),
        args![r.0, tenant, r.1, r.2, r.3, r.4, r.5],
    )
    .await
    .map(|_| ())
}

/// Puts relations back as they were.
pub(super) async fn give_relations(tx: &mut Tx, tenant: TenantId, was: &[RelationRow]) -> Result<()> {
    let ids = Tx::ids(was.iter().map(|r| r.0));
    tx.exec(sql!("DELETE FROM contact_relation WHERE tenant_id = $1 AND id IN_IDS($2)"), args![tenant, ids])
        .await?;
    for r in was {
        put_relation(tx, tenant, r).await?;
    }
    Ok(())
}

/// Pairs that named the merged contact are settled.
pub(super) async fn settle_pairs(
    tx: &mut Tx,
    tenant: TenantId,
    survivor: ContactId,
    merged: ContactId,
) -> Result<()> {
    let (a, b) = (survivor.min(merged), survivor.max(merged));
    tx.exec(
        sql!("UPDATE contact_pair SET state = 'merged' WHERE tenant_id = $1 AND a_id = $2 AND b_id = $3"),
        args![tenant, a, b],
    )
    .await?;
    tx.exec(
        sql!("DELETE FROM contact_pair WHERE tenant_id = $1 AND state = 'open' AND (a_id = $2 OR b_id = $2)"),
        args![tenant, merged],
    )
    .await
    .map(|_| ())
}

/// Whoever parts two contacts says that they are not one.
pub(super) async fn dismiss_pair(tx: &mut Tx, tenant: TenantId, x: ContactId, y: ContactId) -> Result<()> {
    tx.exec(
        sql!("UPDATE contact_pair SET state = 'dismissed' WHERE tenant_id = $1 AND a_id = $2 AND b_id = $3"),
        args![tenant, x.min(y), x.max(y)],
    )
    .await
    .map(|_| ())
}

/// A merge as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub tenant: TenantId,
    pub view: MergeView,
    pub kept: Kept,
}

/// Keeps a merge.
pub(super) async fn insert(tx: &mut Tx, m: &Stored) -> Result<()> {
    let kept = as_text(&m.kept)?;
    let v = &m.view;
    tx.exec(
        sql!(
            "INSERT INTO contact_merge(id, tenant_id, survivor_id, merged_id, kept, by_user, at, undo_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![v.id, m.tenant, v.survivor, v.merged, kept, v.by, v.at, v.undo_until],
    )
    .await
    .map(|_| ())
}

fn as_text(kept: &Kept) -> Result<String> {
    serde_json::to_string(kept).map_err(|e| Error::internal("a merge as text").cause(e))
}

/// Writes what a merge keeps anew.
pub(super) async fn set_kept(tx: &mut Tx, tenant: TenantId, id: MergeId, kept: &Kept) -> Result<()> {
    let text = as_text(kept)?;
    tx.exec(
        sql!("UPDATE contact_merge SET kept = $3 WHERE tenant_id = $1 AND id = $2"),
        args![tenant, id, text],
    )
    .await
    .map(|_| ())
}

/// Marks a merge as undone; false where it was already.
pub(super) async fn undone(
    tx: &mut Tx,
    tenant: TenantId,
    id: MergeId,
    by: UserId,
    now: Millis,
) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE contact_merge SET undone_at = $3, undone_by = $4
                 WHERE tenant_id = $1 AND id = $2 AND undone_at IS NULL"
            ),
            args![tenant, id, now, by],
        )
        .await?;
    Ok(changed > 0)
}

/// One merge within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: MergeId) -> Result<Stored> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, survivor_id, merged_id, kept, by_user, at, undo_until, undone_at FROM contact_merge
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// What was merged into a contact, newest first.
pub(crate) async fn of_survivor(
    tx: &mut Tx,
    tenant: TenantId,
    id: ContactId,
    rows: i64,
) -> Result<Vec<MergeView>> {
    let found = tx
        .all(
            sql!(
                "SELECT id, tenant_id, survivor_id, merged_id, kept, by_user, at, undo_until, undone_at
                 FROM contact_merge WHERE tenant_id = $1 AND survivor_id = $2 ORDER BY id DESC LIMIT $3"
            ),
            args![tenant, id, rows],
            read,
        )
        .await?;
    Ok(found.into_iter().map(|s| s.view).collect())
}

fn read(r: &Row<'_>) -> Result<Stored> {
    let kept: Kept =
        serde_json::from_str(&r.text(4)?).map_err(|e| Error::internal("a kept merge").cause(e))?;
    let view = MergeView {
        id: r.id(0)?,
        survivor: r.id(2)?,
        merged: r.id(3)?,
        merged_name: kept.merged.name.clone(),
        by: r.id(5)?,
        at: r.int(6)?,
        undo_until: r.int(7)?,
        undone_at: r.opt_int(8)?,
    };
    Ok(Stored { tenant: r.id(1)?, view, kept })
}
