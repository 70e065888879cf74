//! What can be done with merges.

use super::apply::{self, Doing};
use super::holder::Holders;
use super::model;
use super::store;
use super::view::{MergeInput, MergeView, Merged, Parted, Preview};
use crate::contacts::{self, Author};
use crate::permissions::{MERGE, READ};
use crate::relations;
use accounts::Caller;
use kernel::{AggregateKey, ContactId, Error, MergeId, Result, TenantId, TenantScope};
use platform::App;
use platform::store::{Tx, made_before};

/// Both contacts' client, and the right to merge there. The other must be of the same client.
async fn both(app: &App, caller: &Caller, id: ContactId, with: ContactId) -> Result<(TenantId, TenantScope)> {
    let (tenant, scope) = contacts::reach(app, caller, id, MERGE).await?;
    let inner = scope.clone();
    let read = async move |tx: &mut Tx| contacts::briefs(tx, &inner, &Tx::ids([with.0])).await;
    let other = app.db().read(&scope, read).await?;
    if id == with || other.first().is_none_or(|o| o.tenant != tenant) {
        return Err(Error::invalid("with", "unknown"));
    }
    Ok((tenant, scope))
}

/// What a merge would do.
pub(super) async fn preview(app: &App, caller: &Caller, id: ContactId, with: ContactId) -> Result<Preview> {
    let (tenant, scope) = both(app, caller, id, with).await?;
    let mut shown = contacts::shown(app, &scope, tenant, &[id, with]).await?;
    let (Some(merged), Some(survivor)) = (shown.pop(), shown.pop()) else { return Err(Error::not_found()) };
    let read = async move |tx: &mut Tx| {
        let (a, b) = (store::whole(tx, tenant, id).await?, store::whole(tx, tenant, with).await?);
        let keys: Vec<(i64, String)> =
            crate::attributes::of_tenant(tx, tenant).await?.into_iter().map(|a| (a.id, a.key)).collect();
        let related = relations::of_contact(tx, tenant, with, relations::RELATIONS_MAX as i64).await?;
        let mut conflicts = model::conflicts(&a, &b, &keys);
        name_firms(&mut conflicts, tx, tenant).await?;
        let tags: Vec<String> = b.tags.difference(&a.tags).cloned().collect();
        Ok((conflicts, tags, related.len() as i64))
    };
    let (conflicts, tags, related) = app.db().read(&scope, read).await?;
    Ok(Preview {
        conflicts,
        tags,
        handles: merged.handles.len() as i64,
        conversations: merged.conversations.total,
        relations: related,
        survivor,
        merged,
    })
}

/// Firms are shown by name.
async fn name_firms(conflicts: &mut [super::view::Conflict], tx: &mut Tx, tenant: TenantId) -> Result<()> {
    for c in conflicts.iter_mut().filter(|c| c.field == "organisation") {
        for side in [&mut c.survivor, &mut c.merged] {
            if let Some(id) = side.as_deref().and_then(|t| t.parse().ok()) {
                *side = crate::organisations::name_of(tx, tenant, id).await?;
            }
        }
    }
    Ok(())
}

async fn stored(app: &App, scope: &TenantScope, id: MergeId) -> Result<store::Stored> {
    let inner = scope.clone();
    app.db().read(scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await
}

pub(super) async fn open(app: &App, caller: &Caller, id: MergeId) -> Result<MergeView> {
    Ok(stored(app, &caller.authorize_any(READ), id).await?.view)
}

/// Makes two contacts one. Errors: `contact.both_talking` (409), `invalid`, `not_found`.
pub(super) async fn merge(app: &App, caller: &Caller, id: ContactId, input: MergeInput) -> Result<Merged> {
    if let Some(before) = made_before::<MergeId>() {
        let (tenant, scope) = contacts::reach(app, caller, id, MERGE).await?;
        return merged(app, &scope, tenant, before).await;
    }
    let (tenant, scope) = both(app, caller, id, input.with).await?;
    let doing = Doing {
        id: app.id(),
        job: app.id(),
        tenant,
        survivor: id,
        merged: input.with,
        choose: input.choose,
        user: caller.user,
        by: Author::of(caller, app),
        holders: app.try_port::<Holders>().cloned().unwrap_or_default(),
    };
    let done = doing.id;
    let write = async move |tx: &mut Tx| {
        apply::merge(tx, &doing).await?;
        tx.made(doing.id.0);
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact_merge", tenant.0), write).await?;
    merged(app, &scope, tenant, done).await
}

async fn merged(app: &App, scope: &TenantScope, tenant: TenantId, id: MergeId) -> Result<Merged> {
    let merge = stored(app, scope, id).await?.view;
    let contact = contacts::shown_now(app, scope, tenant, merge.survivor).await?;
    Ok(Merged { merge, contact })
}

/// Parts two contacts again. Errors: `merge.too_late`, `merge.undone`, `merge.later_first` (409).
pub(super) async fn undo(app: &App, caller: &Caller, id: MergeId) -> Result<Parted> {
    let tenant = stored(app, &caller.authorize_any(READ), id).await?.tenant;
    let scope = caller.authorize(MERGE, tenant, None)?;
    let (user, by) = (caller.user, Author::of(caller, app));
    let holders = app.try_port::<Holders>().cloned().unwrap_or_default();
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| apply::undo(tx, &inner, id, user, &by, &holders).await;
    app.db().write(&scope, AggregateKey::new("contact_merge", tenant.0), write).await?;
    let merge = stored(app, &scope, id).await?.view;
    let (inner, ids) = (scope.clone(), Tx::ids([merge.survivor.0, merge.merged.0]));
    let mut contacts =
        app.db().read(&scope, async move |tx: &mut Tx| contacts::briefs(tx, &inner, &ids).await).await?;
    contacts.sort_by_key(|c| c.id != merge.survivor);
    Ok(Parted { merge, contacts })
}
