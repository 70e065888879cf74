//! Use cases of grants: roles and skills of a user.

use super::service::visible;
use super::store::{self, GrantOf, SkillOf};
use super::view::{NewGrant, SkillGrants};
use crate::audit::{Deed, Fact};
use crate::permissions::{SKILLS_MANAGE, USERS_MANAGE};
use crate::sessions;
use crate::{Accounts, Caller, Via, codes};
use kernel::{AggregateKey, Error, GrantId, LineId, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Skills of one user.
pub(super) const SKILLS_MAX: usize = 100;
/// The levels of a skill.
pub(super) const LEVELS: std::ops::RangeInclusive<i64> = 1..=5;

/// May the caller grant and take away roles here?
fn place(caller: &Caller, tenant: TenantId, line: LineId) -> Result<()> {
    match (tenant.some(), line.some()) {
        (None, None) => caller.authorize_provider(USERS_MANAGE).map(|_| ()),
        (None, Some(_)) => Err(Error::invalid("/tenant", "required")),
        (Some(t), None) => caller.authorize_whole(USERS_MANAGE, t).map(|_| ()),
        (Some(t), line) => caller.authorize(USERS_MANAGE, t, line).map(|_| ()),
    }
}

/// The acting session stays when somebody's own rights change.
fn kept(caller: &Caller, user: UserId) -> i64 {
    match caller.via {
        Via::Session(id) if user == caller.user => id.0,
        _ => 0,
    }
}

/// What follows from changed rights, in the same transaction: sessions end, also on other nodes.
async fn end_sessions(tx: &mut Tx, deed: &Deed, user: UserId, kept: i64) -> Result<()> {
    sessions::store::remove_sessions(tx, user, kept).await?;
    deed.tell(tx, Fact::own("user.signed_out", user.0).data(json!({"kept": kept.to_string()})));
    Ok(())
}

async fn settle(app: &App, user: UserId, kept: i64) -> Result<()> {
    app.port::<Arc<Accounts>>().access.end_user(user, Some(kept));
    crate::settled(app).await
}

pub(super) async fn add(app: &App, caller: &Caller, user: UserId, new: NewGrant) -> Result<GrantId> {
    let (tenant, line) = (new.tenant.unwrap_or_default(), new.line.unwrap_or_default());
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    place(caller, tenant, line)?;
    // Whoever manages people of one client must be able to bring in somebody who holds nothing yet.
    let fresh = snapshot.user(user).is_some_and(|u| u.grants.is_empty());
    if !fresh {
        visible(app, caller, user)?;
    }
    let role = snapshot.roles.get(&new.role).ok_or_else(Error::not_found)?;
    if !caller.grants.covers(&role.set, tenant, line) {
        return Err(Error::new(&codes::BEYOND_OWN));
    }
    let (deed, kept) = (Deed::by(app, caller), kept(caller, user));
    let grant = GrantOf { id: app.id(), user, role: new.role, tenant, line };
    let held = snapshot.user(user).into_iter().flat_map(|u| &u.grants);
    let mut same = held.filter(|g| g.role == grant.role && g.tenant == tenant && g.line == line);
    if let Some(there) = same.next() {
        return Ok(there.id);
    }
    let write = async move |tx: &mut Tx| {
        if !store::add_grant(tx, &grant, deed.at).await? {
            return Ok(());
        }
        end_sessions(tx, &deed, user, kept).await?;
        let fact = Fact::of(tenant, "grant.added", grant.id.0)
            .line(line)
            .after(json!({"user": user, "role": grant.role, "tenant": tenant, "line": line}))
            .data(json!({"user": user}));
        deed.done(tx, fact).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    settle(app, user, kept).await?;
    Ok(grant.id)
}

pub(super) async fn remove(app: &App, caller: &Caller, user: UserId, id: GrantId) -> Result<()> {
    let (snapshot, row) = visible(app, caller, user)?;
    let grant = row.grants.iter().find(|g| g.id == id).cloned().ok_or_else(Error::not_found)?;
    place(caller, grant.tenant, grant.line)?;
    if user == caller.user {
        return Err(Error::new(&codes::USER_SELF));
    }
    let role = snapshot.roles.get(&grant.role).ok_or_else(Error::not_found)?;
    if !caller.grants.covers(&role.set, grant.tenant, grant.line) {
        return Err(Error::new(&codes::BEYOND_OWN));
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::remove_grant(tx, user, grant.tenant, id).await? {
            return Err(Error::not_found());
        }
        if store::administrators(tx).await? == 0 {
            return Err(Error::new(&codes::LAST_ADMINISTRATOR));
        }
        end_sessions(tx, &deed, user, 0).await?;
        let fact = Fact::of(grant.tenant, "grant.removed", id.0)
            .line(grant.line)
            .before(json!({"user": user, "role": grant.role, "tenant": grant.tenant, "line": grant.line}))
            .data(json!({"user": user}));
        deed.done(tx, fact).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    settle(app, user, 0).await
}

/// Skills as they are recorded.
pub(super) fn shown(skills: &[SkillOf]) -> Value {
    let one = |k: &SkillOf| json!({"skill": k.skill, "level": k.level, "valid_until": k.valid_until});
    skills.iter().map(one).collect()
}

/// Replaces a user's skills. What stays as it was keeps its source.
pub(super) async fn set_skills(app: &App, caller: &Caller, user: UserId, sent: SkillGrants) -> Result<()> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    if !snapshot.sees(&caller.grants, SKILLS_MANAGE, user) {
        visible(app, caller, user)?;
        caller.authorize_provider(SKILLS_MANAGE)?;
    }
    if sent.skills.len() > SKILLS_MAX {
        return Err(Error::invalid("/skills", "too_many"));
    }
    let mut seen = BTreeSet::new();
    for k in &sent.skills {
        if !snapshot.skills.contains_key(&k.skill) {
            return Err(Error::not_found());
        }
        if !LEVELS.contains(&k.level) || !seen.insert(k.skill) {
            return Err(Error::invalid("/skills", "unfit"));
        }
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::skills(tx, user).await?;
        let new: Vec<SkillOf> = sent
            .skills
            .iter()
            .map(|k| {
                let same = old
                    .iter()
                    .find(|o| o.skill == k.skill && o.level == k.level && o.valid_until == k.valid_until);
                let source = same.map_or_else(|| String::from("manual"), |o| o.source.clone());
                SkillOf { skill: k.skill, level: k.level, source, valid_until: k.valid_until }
            })
            .collect();
        store::set_skills(tx, user, &new, deed.at).await?;
        let fact = Fact::own("skill.granted", user.0).before(shown(&old)).after(shown(&new));
        deed.done(tx, fact.data(json!({"user": user}))).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    crate::settled(app).await
}
