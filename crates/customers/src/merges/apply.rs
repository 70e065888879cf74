//! The two transactions: becoming one, and parting.

use super::holder::{Holders, Moving};
use super::model::{self, Kept};
use super::store::{self, Stored};
use super::view::{MergeView, Side};
use super::{UNDO_MS, jobs};
use crate::codes;
use crate::contacts::{Author, audit};
use kernel::{ContactId, Error, Event, JobId, MergeId, Result, TenantId, TenantScope, UserId};
use platform::store::Tx;
use serde_json::json;
use std::collections::BTreeMap;

/// A merge with everything made before its transaction.
#[derive(Clone)]
pub(super) struct Doing {
    pub id: MergeId,
    pub job: JobId,
    pub tenant: TenantId,
    pub survivor: ContactId,
    pub merged: ContactId,
    pub choose: BTreeMap<String, Side>,
    pub user: UserId,
    pub by: Author,
    pub holders: Holders,
}

fn moving(tenant: TenantId, from: ContactId, to: ContactId, by: &Author) -> Moving {
    Moving { tenant, from, to, actor: by.actor, now: by.now }
}

/// Makes two contacts one. Errors: `not_found`, `invalid`, `contact.both_talking`.
pub(super) async fn merge(tx: &mut Tx, d: &Doing) -> Result<()> {
    let (tenant, to, from) = (d.tenant, d.survivor, d.merged);
    store::hold(tx, tenant, &Tx::ids([to.min(from).0, to.max(from).0])).await?;
    let (survivor, merged) = (store::whole(tx, tenant, to).await?, store::whole(tx, tenant, from).await?);
    let keys: Vec<(i64, String)> =
        crate::attributes::of_tenant(tx, tenant).await?.into_iter().map(|a| (a.id, a.key)).collect();
    let result = model::merge(&survivor, &merged, &keys, &d.choose)?;
    let m = moving(tenant, from, to, &d.by);
    let mut moved = BTreeMap::new();
    for holder in &d.holders {
        moved.insert(holder.name().to_owned(), holder.take(tx, &m).await?);
    }
    let kept = Kept {
        handles: store::take_handles(tx, tenant, from, to).await?,
        consents: store::take_consents(tx, tenant, from, to).await?,
        blocks: store::take_blocks(tx, tenant, from, to).await?,
        relations: store::take_relations(tx, tenant, from, to).await?,
        survivor,
        merged,
        result,
        moved,
    };
    store::remove(tx, tenant, from).await?;
    store::put_whole(tx, tenant, &kept.result).await?;
    store::settle_pairs(tx, tenant, to, from).await?;
    let counts: BTreeMap<&String, usize> = kept.moved.iter().map(|(k, v)| (k, v.len())).collect();
    let facts = json!({ "merged": from, "merge": d.id, "chosen": d.choose.keys().collect::<Vec<_>>(),
        "handles": kept.handles.len(), "moved": counts });
    let view = MergeView {
        id: d.id,
        survivor: to,
        merged: from,
        merged_name: kept.merged.name.clone(),
        by: d.user,
        at: d.by.now,
        undo_until: d.by.now + UNDO_MS,
        undone_at: None,
    };
    store::insert(tx, &Stored { tenant, view, kept }).await?;
    tx.enqueue(&jobs::timer(d.job, tenant, d.id, d.by.now)).await?;
    audit(tx, &d.by, tenant, "contact.merged", ("contact", to.0), None, Some(facts)).await?;
    let event = Event::new(tenant, "contact.merged", from.0, d.by.actor, d.by.now);
    tx.emit(event.data(json!({ "into": to, "merge": d.id })));
    changed(tx, tenant, to, &d.by);
    Ok(())
}

fn changed(tx: &mut Tx, tenant: TenantId, id: ContactId, by: &Author) {
    let event = Event::new(tenant, "contact.changed", id.0, by.actor, by.now);
    tx.emit(event.data(json!({ "fields": ["merged"] })));
}

/// Parts them again. Errors: `merge.too_late`, `merge.undone`, `merge.later_first` (409).
pub(super) async fn undo(
    tx: &mut Tx,
    scope: &TenantScope,
    id: MergeId,
    user: UserId,
    by: &Author,
    holders: &Holders,
) -> Result<()> {
    let Stored { tenant, view, kept } = store::get(tx, scope, id).await?;
    if by.now > view.undo_until {
        return Err(Error::new(&codes::MERGE_TOO_LATE));
    }
    if !store::undone(tx, tenant, id, user, by.now).await? {
        return Err(Error::new(&codes::MERGE_UNDONE));
    }
    let (survivor, merged) = (view.survivor, view.merged);
    store::hold(tx, tenant, &Tx::ids([survivor.0])).await?;
    let now = match store::whole(tx, tenant, survivor).await {
        Err(e) if e.code == &kernel::NOT_FOUND => return Err(Error::new(&codes::MERGE_LATER_FIRST)),
        other => other?,
    };
    store::put_whole(tx, tenant, &kept.merged).await?;
    store::put_whole(tx, tenant, &model::part(&kept, &now)).await?;
    store::give_handles(tx, tenant, survivor, merged, &Tx::ids(kept.handles.iter().copied())).await?;
    store::give_words(tx, tenant, survivor, merged, &kept).await?;
    store::give_relations(tx, tenant, &kept.relations).await?;
    let m = moving(tenant, survivor, merged, by);
    for holder in holders {
        let ids = kept.moved.get(holder.name()).map(Vec::as_slice).unwrap_or_default();
        holder.give_back(tx, &m, ids).await?;
    }
    store::dismiss_pair(tx, tenant, survivor, merged).await?;
    let facts = json!({ "merged": merged, "merge": id });
    audit(tx, by, tenant, "contact.merge_undone", ("contact", survivor.0), None, Some(facts)).await?;
    let event = Event::new(tenant, "contact.merge_undone", merged.0, by.actor, by.now);
    tx.emit(event.data(json!({ "from": survivor, "merge": id })));
    changed(tx, tenant, survivor, by);
    Ok(())
}

/// Fetches what arrived for the merged contact while it was being merged.
pub(super) async fn settle(
    tx: &mut Tx,
    scope: &TenantScope,
    id: MergeId,
    by: &Author,
    holders: &Holders,
) -> Result<()> {
    let Stored { tenant, view, mut kept } = match store::get(tx, scope, id).await {
        Err(e) if e.code == &kernel::NOT_FOUND => return Ok(()),
        other => other?,
    };
    if view.undone_at.is_some() {
        return Ok(());
    }
    let m = moving(tenant, view.merged, view.survivor, by);
    let mut late = 0;
    for holder in holders {
        let more = holder.take(tx, &m).await?;
        late += more.len();
        kept.moved.entry(holder.name().to_owned()).or_default().extend(more);
    }
    let more = store::take_handles(tx, tenant, view.merged, view.survivor).await?;
    late += more.len();
    kept.handles.extend(more);
    if late > 0 {
        store::set_kept(tx, tenant, id, &kept).await?;
        changed(tx, tenant, view.survivor, by);
    }
    Ok(())
}
