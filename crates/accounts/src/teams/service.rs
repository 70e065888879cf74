//! Use cases of teams.

use super::store;
use super::view::{NewTeam, TeamPatch};
use crate::audit::{Deed, Fact};
use crate::permissions::TEAMS_MANAGE;
use crate::{Accounts, Caller, codes, directory};
use kernel::{AggregateKey, Error, Result, TeamId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Members of one team.
const MEMBERS_MAX: usize = 500;

fn taken() -> Error {
    Error::new(&codes::NAME_TAKEN).field("/name", "taken")
}

/// The members, each once and known. Errors: `too_many`; `not_found` for one who is not there.
fn known(app: &App, members: Option<Vec<UserId>>) -> Result<Option<Vec<UserId>>> {
    let Some(mut members) = members else { return Ok(None) };
    members.sort_unstable();
    members.dedup();
    if members.len() > MEMBERS_MAX {
        return Err(Error::invalid("/members", "too_many"));
    }
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    if members.iter().any(|m| snapshot.user(*m).is_none()) {
        return Err(Error::not_found());
    }
    Ok(Some(members))
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewTeam) -> Result<TeamId> {
    let scope = caller.authorize_provider(TEAMS_MANAGE)?;
    let name = directory::name("/name", &new.name)?;
    let members = known(app, new.members)?.unwrap_or_default();
    let id: TeamId = app.id();
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::add(tx, id, &name, &directory::key_of(&name), deed.at).await? {
            return Err(taken());
        }
        store::set_members(tx, id, &members).await?;
        deed.done(tx, Fact::own("team.created", id.0).after(json!({"name": name, "members": members}))).await
    };
    app.db().write(&scope, AggregateKey::new("team", id.0), write).await?;
    crate::settled(app).await?;
    Ok(id)
}

pub(super) async fn change(app: &App, caller: &Caller, id: TeamId, patch: TeamPatch) -> Result<()> {
    let scope = caller.authorize_provider(TEAMS_MANAGE)?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    let members = known(app, patch.members)?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::name_of(tx, id).await?;
        let new = name.clone().unwrap_or_else(|| old.clone());
        if !store::rename(tx, id, &new, &directory::key_of(&new)).await? {
            return Err(taken());
        }
        let old_members = store::members(tx, id).await?;
        let new_members = members.clone().unwrap_or_else(|| old_members.clone());
        store::set_members(tx, id, &new_members).await?;
        let fact = Fact::own("team.changed", id.0).before(json!({"name": old, "members": old_members}));
        deed.done(tx, fact.after(json!({"name": new, "members": new_members}))).await
    };
    app.db().write(&scope, AggregateKey::new("team", id.0), write).await?;
    crate::settled(app).await
}

pub(super) async fn remove(app: &App, caller: &Caller, id: TeamId) -> Result<()> {
    let scope = caller.authorize_provider(TEAMS_MANAGE)?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::name_of(tx, id).await?;
        let old_members = store::members(tx, id).await?;
        if !store::remove(tx, id).await? {
            return Err(Error::new(&codes::IN_USE));
        }
        deed.done(tx, Fact::own("team.removed", id.0).before(json!({"name": old, "members": old_members})))
            .await
    };
    app.db().write(&scope, AggregateKey::new("team", id.0), write).await?;
    crate::settled(app).await
}
