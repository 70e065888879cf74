//! Use cases of clients.

use super::store::{self, Stored};
use super::view::{NewTenant, ProviderPatch, TenantPatch};
use crate::audit::{self, Deed, Fact};
use crate::permissions::TENANTS_MANAGE;
use crate::{Caller, codes, directory};
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, Error, Result, TenantId};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};

fn facts(t: &Stored) -> Value {
    json!({"name": t.name, "mark_color": t.mark_color, "archived": t.archived})
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewTenant) -> Result<TenantId> {
    let scope = caller.authorize_provider(TENANTS_MANAGE)?;
    let name = directory::name("/name", &new.name)?;
    let id: TenantId = app.id();
    let mark_color = match &new.mark_color {
        Some(c) => directory::color("/mark_color", c)?,
        None => directory::color_of(id.0).to_owned(),
    };
    let deed = Deed::by(app, caller);
    let row = Stored { id, name, mark_color, archived: false, created_at: deed.at };
    let write = async move |tx: &mut Tx| {
        if !store::add(tx, &row, &directory::key_of(&row.name)).await? {
            return Err(Error::new(&codes::NAME_TAKEN).field("/name", "taken"));
        }
        audit::begin_like_own(tx, id).await?;
        deed.done(tx, Fact::of(id, "tenant.created", id.0).after(facts(&row))).await
    };
    app.db().write(&scope, AggregateKey::new("tenant", id.0), write).await?;
    crate::settled(app).await?;
    Ok(id)
}

pub(super) async fn change(app: &App, caller: &Caller, id: TenantId, patch: TenantPatch) -> Result<()> {
    let scope = caller.authorize_whole(TENANTS_MANAGE, id)?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    let color = patch.mark_color.as_deref().map(|c| directory::color("/mark_color", c)).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::get(tx, id).await?;
        let mut new = old.clone();
        new.name = name.clone().unwrap_or(new.name);
        new.mark_color = color.clone().unwrap_or(new.mark_color);
        new.archived = patch.archived.unwrap_or(new.archived);
        if !store::set(tx, &new, &directory::key_of(&new.name)).await? {
            return Err(Error::new(&codes::NAME_TAKEN).field("/name", "taken"));
        }
        deed.done(tx, Fact::of(id, "tenant.changed", id.0).before(facts(&old)).after(facts(&new))).await
    };
    app.db().write(&scope, AggregateKey::new("tenant", id.0), write).await?;
    crate::settled(app).await
}

pub(super) async fn change_provider(app: &App, caller: &Caller, patch: ProviderPatch) -> Result<()> {
    let scope = caller.authorize_provider(TENANTS_MANAGE)?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let (old_name, old_mark) = store::provider(tx).await?;
        let name = name.clone().unwrap_or_else(|| old_name.clone());
        let mark = patch.watermark.unwrap_or(old_mark);
        store::set_provider(tx, &name, mark).await?;
        let fact = Fact::own("provider.changed", 1)
            .before(json!({"name": old_name, "watermark": old_mark}))
            .after(json!({"name": name, "watermark": mark}));
        deed.done(tx, fact).await
    };
    app.db().write(&scope, AggregateKey::new("provider", 1), write).await?;
    crate::settled(app).await
}

/// Says which of these changes can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    fn put_back(app: App, caller: Caller, id: i64, before: Value) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { change(&app, &caller, TenantId(id), audit::as_patch(before)?).await })
    }
    audit::undoable(reg, "tenant.changed", put_back);
    audit::undoable(reg, "provider.changed", |app, caller, _, before| {
        Box::pin(async move { change_provider(&app, &caller, audit::as_patch(before)?).await })
    });
}
