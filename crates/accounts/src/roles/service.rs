//! Use cases of roles.

use super::store::{self, Stored};
use super::view::{NewRole, RolePatch};
use crate::audit::{self, Deed, Fact};
use crate::authorize::RoleSet;
use crate::permissions::{GROUP, PermissionCatalogue, ROLES_MANAGE, TOKENS_MANAGE, USERS_MANAGE, USERS_READ};
use crate::{Caller, codes, directory};
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, Error, LineId, Result, RoleId, TenantId};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Permissions in one role.
const PERMISSIONS_MAX: usize = 200;

fn facts(s: &Stored) -> Value {
    json!({"name_en": s.name_en, "name_zh": s.name_zh, "permissions": s.permissions})
}

/// Every permission there is, by area.
pub(crate) fn catalogue(app: &App) -> PermissionCatalogue {
    app.try_port::<PermissionCatalogue>().cloned().unwrap_or_else(|| PermissionCatalogue(vec![GROUP]))
}

/// Roles are the provider's own: shown to those who see or manage people or tokens anywhere.
pub(super) fn may_read(caller: &Caller) -> Result<()> {
    let reasons = [USERS_READ, USERS_MANAGE, ROLES_MANAGE, TOKENS_MANAGE];
    caller.holds_any(&reasons)
}

/// Refuses what is unknown.
pub(crate) fn permitted(app: &App, keys: &[String], field: &str) -> Result<BTreeSet<String>> {
    if keys.len() > PERMISSIONS_MAX {
        return Err(Error::invalid(field, "too_many"));
    }
    let known = catalogue(app);
    if let Some(unknown) = keys.iter().find(|k| !known.knows(k)) {
        return Err(Error::invalid(field, "unknown").detail(unknown.chars().take(80).collect::<String>()));
    }
    Ok(keys.iter().cloned().collect())
}

fn within_own(caller: &Caller, keys: &BTreeSet<String>) -> Result<()> {
    let set = RoleSet::of(keys.iter().cloned());
    if caller.grants.covers(&set, TenantId(0), LineId(0)) {
        Ok(())
    } else {
        Err(Error::new(&codes::BEYOND_OWN))
    }
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewRole) -> Result<RoleId> {
    let scope = caller.authorize_provider(ROLES_MANAGE)?;
    let permissions = permitted(app, &new.permissions, "/permissions")?;
    within_own(caller, &permissions)?;
    let (en, zh) = (new.name_en.or_else(|| new.name_zh.clone()), new.name_zh);
    let name_en = directory::name("/name_en", en.as_deref().unwrap_or(""))?;
    let name_zh = directory::name("/name_zh", zh.as_deref().unwrap_or(&name_en))?;
    let deed = Deed::by(app, caller);
    let row = Stored { id: app.id(), name_en, name_zh, permissions };
    let id = row.id;
    let write = async move |tx: &mut Tx| {
        store::add(tx, &row, deed.at).await?;
        deed.done(tx, Fact::own("role.created", id.0).after(facts(&row))).await
    };
    app.db().write(&scope, AggregateKey::new("role", id.0), write).await?;
    crate::settled(app).await?;
    Ok(id)
}

pub(super) async fn change(app: &App, caller: &Caller, id: RoleId, patch: RolePatch) -> Result<()> {
    let scope = caller.authorize_provider(ROLES_MANAGE)?;
    let permissions = patch.permissions.as_deref().map(|p| permitted(app, p, "/permissions")).transpose()?;
    permissions.iter().try_for_each(|p| within_own(caller, p))?;
    let name_en = patch.name_en.as_deref().map(|n| directory::name("/name_en", n)).transpose()?;
    let name_zh = patch.name_zh.as_deref().map(|n| directory::name("/name_zh", n)).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let (old, built_in) = store::get(tx, id).await?;
        if built_in {
            return Err(Error::new(&codes::ROLE_BUILT_IN));
        }
        let mut new = old.clone();
        new.name_en = name_en.clone().unwrap_or(new.name_en);
        new.name_zh = name_zh.clone().unwrap_or(new.name_zh);
        new.permissions = permissions.clone().unwrap_or(new.permissions);
        store::set(tx, &new).await?;
        deed.done(tx, Fact::own("role.changed", id.0).before(facts(&old)).after(facts(&new))).await
    };
    app.db().write(&scope, AggregateKey::new("role", id.0), write).await?;
    crate::settled(app).await
}

pub(super) async fn remove(app: &App, caller: &Caller, id: RoleId) -> Result<()> {
    let scope = caller.authorize_provider(ROLES_MANAGE)?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let (old, built_in) = store::get(tx, id).await?;
        if built_in {
            return Err(Error::new(&codes::ROLE_BUILT_IN));
        }
        if !store::remove(tx, id).await? {
            return Err(Error::new(&codes::IN_USE));
        }
        deed.done(tx, Fact::own("role.removed", id.0).before(facts(&old))).await
    };
    app.db().write(&scope, AggregateKey::new("role", id.0), write).await?;
    crate::settled(app).await
}

/// Says which of these changes can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    fn put_back(app: App, caller: Caller, id: i64, before: Value) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { change(&app, &caller, RoleId(id), audit::as_patch(before)?).await })
    }
    audit::undoable(reg, "role.changed", put_back);
}
