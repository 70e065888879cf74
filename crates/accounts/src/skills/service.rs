//! Use cases of skills.

use super::store;
use super::view::{NewSkill, SkillPatch};
use crate::audit::{Deed, Fact};
use crate::permissions::SKILLS_MANAGE;
use crate::{Accounts, Caller, codes, directory};
use kernel::{AggregateKey, Error, Result, SkillId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

fn taken() -> Error {
    Error::new(&codes::NAME_TAKEN).field("/name", "taken")
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewSkill) -> Result<SkillId> {
    let scope = caller.authorize_provider(SKILLS_MANAGE)?;
    let name = directory::name("/name", &new.name)?;
    let id: SkillId = app.id();
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::add(tx, id, &name, &directory::key_of(&name), deed.at).await? {
            return Err(taken());
        }
        deed.done(tx, Fact::own("skill.created", id.0).after(json!({"name": name}))).await
    };
    app.db().write(&scope, AggregateKey::new("skill", id.0), write).await?;
    crate::settled(app).await?;
    Ok(id)
}

/// The skill of this name; made where it is not there and the caller may make skills, else none.
pub async fn found_or_made(app: &App, caller: &Caller, name: &str) -> Result<Option<SkillId>> {
    let key = directory::key_of(name);
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    if let Some(found) = snapshot.skills.values().find(|s| directory::key_of(&s.name) == key) {
        return Ok(Some(found.id));
    }
    if caller.authorize_provider(SKILLS_MANAGE).is_err() {
        return Ok(None);
    }
    create(app, caller, NewSkill { name: name.to_owned() }).await.map(Some)
}

pub(super) async fn change(app: &App, caller: &Caller, id: SkillId, patch: SkillPatch) -> Result<()> {
    let scope = caller.authorize_provider(SKILLS_MANAGE)?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::name_of(tx, id).await?;
        let new = name.clone().unwrap_or_else(|| old.clone());
        if !store::rename(tx, id, &new, &directory::key_of(&new)).await? {
            return Err(taken());
        }
        let fact = Fact::own("skill.changed", id.0).before(json!({"name": old}));
        deed.done(tx, fact.after(json!({"name": new}))).await
    };
    app.db().write(&scope, AggregateKey::new("skill", id.0), write).await?;
    crate::settled(app).await
}

pub(super) async fn remove(app: &App, caller: &Caller, id: SkillId) -> Result<()> {
    let scope = caller.authorize_provider(SKILLS_MANAGE)?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::name_of(tx, id).await?;
        if !store::remove(tx, id).await? {
            return Err(Error::new(&codes::IN_USE));
        }
        deed.done(tx, Fact::own("skill.removed", id.0).before(json!({"name": old}))).await
    };
    app.db().write(&scope, AggregateKey::new("skill", id.0), write).await?;
    crate::settled(app).await
}
