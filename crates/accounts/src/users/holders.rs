//! Who holds a skill, seen from the skill: a whole team is given it, or loses it, in one go.

use super::service::visible;
use super::store::{self, SkillOf};
use crate::audit::{Deed, Fact};
use crate::permissions::{SKILLS_MANAGE, USERS_READ};
use crate::{Accounts, Caller};
use axum::Json;
use axum::extract::State;
use kernel::{AggregateKey, Error, Millis, Result, SkillId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// People named in one change.
const NAMED_MAX: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_skill_holders, change_skill_holders))
}

/// Somebody who holds a skill.
#[derive(Debug, Serialize, ToSchema)]
struct SkillHolder {
    /// The user.
    user: UserId,
    /// The name customers see.
    alias: String,
    /// The number customers see.
    number: String,
    /// 1 (beginner) to 5 (expert).
    level: i64,
    /// Until when, ms since 1970.
    valid_until: Option<Millis>,
}

/// Who is given a skill, and who loses it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HoldersChange {
    /// Who gets it at this level, or keeps it at another; 500 at the most.
    #[serde(default)]
    give: Vec<UserId>,
    /// The level they get, 1 (beginner) to 5 (expert).
    level: Option<i64>,
    /// Who loses it; 500 at the most.
    #[serde(default)]
    take: Vec<UserId>,
}

fn holders(app: &App, caller: &Caller, skill: SkillId) -> Result<Listing<SkillHolder>> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    if !snapshot.skills.contains_key(&skill) {
        return Err(Error::not_found());
    }
    let seen = |u: UserId| {
        u == caller.user || [USERS_READ, SKILLS_MANAGE].iter().any(|p| snapshot.sees(&caller.grants, *p, u))
    };
    let held = snapshot.users.values().filter(|u| !u.name.disabled && seen(u.name.id)).filter_map(|u| {
        let k = u.skills.iter().find(|k| k.skill == skill)?;
        Some(SkillHolder {
            user: u.name.id,
            alias: u.name.alias.clone(),
            number: u.name.number.clone(),
            level: k.level,
            valid_until: k.valid_until,
        })
    });
    let mut all: Vec<SkillHolder> = held.collect();
    all.sort_by(|a, b| (&a.number, &a.alias).cmp(&(&b.number, &b.alias)));
    Ok(Listing::whole(all))
}

/// Who holds this skill, of those the caller may see.
#[utoipa::path(
    get, path = "/api/v1/skills/{skill}/holders", tag = "accounts", operation_id = "list_skill_holders",
    params(("skill" = SkillId, Path)), responses((status = 200, body = Listing<SkillHolder>))
)]
async fn list_skill_holders(
    State(app): State<App>,
    caller: Caller,
    PathId(skill): PathId<SkillId>,
) -> Answer<Json<Listing<SkillHolder>>> {
    caller.holds_any(&[SKILLS_MANAGE, USERS_READ])?;
    Ok(Json(holders(&app, &caller, skill)?))
}

/// Gives people this skill or takes it from them: all of them, or none where one is refused.
#[utoipa::path(
    patch, path = "/api/v1/skills/{skill}/holders", tag = "accounts", operation_id = "change_skill_holders",
    params(("skill" = SkillId, Path)), request_body = HoldersChange,
    responses((status = 200, body = Listing<SkillHolder>))
)]
async fn change_skill_holders(
    State(app): State<App>,
    caller: Caller,
    PathId(skill): PathId<SkillId>,
    Body(sent): Body<HoldersChange>,
) -> Answer<Json<Listing<SkillHolder>>> {
    change(&app, &caller, skill, sent).await?;
    Ok(Json(holders(&app, &caller, skill)?))
}

/// May the caller say what these people may handle?
fn check(app: &App, caller: &Caller, named: &[UserId], list: &str) -> Result<()> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    if named.len() > NAMED_MAX {
        return Err(Error::invalid(format!("/{list}"), "too_many"));
    }
    for user in named {
        if !snapshot.sees(&caller.grants, SKILLS_MANAGE, *user) {
            visible(app, caller, *user)?;
            caller.authorize_provider(SKILLS_MANAGE)?;
        }
    }
    Ok(())
}

async fn change(app: &App, caller: &Caller, skill: SkillId, sent: HoldersChange) -> Result<()> {
    caller.holds_any(&[SKILLS_MANAGE])?;
    if !app.port::<Arc<Accounts>>().directory.snapshot().skills.contains_key(&skill) {
        return Err(Error::not_found());
    }
    check(app, caller, &sent.give, "give")?;
    check(app, caller, &sent.take, "take")?;
    let level = match sent.level {
        Some(level) if super::grants::LEVELS.contains(&level) => level,
        None if sent.give.is_empty() => 0,
        None => return Err(Error::invalid("/level", "required")),
        Some(_) => return Err(Error::invalid("/level", "out_of_range")),
    };
    let give: BTreeSet<UserId> = sent.give.into_iter().collect();
    let take: BTreeSet<UserId> = sent.take.into_iter().collect();
    if let Some(twice) = give.intersection(&take).next() {
        return Err(Error::invalid("/take", "repeated").detail(twice.to_string()));
    }
    let each = give.iter().map(|u| (*u, Some(level))).chain(take.iter().map(|u| (*u, None)));
    let deeds: Vec<_> = each.map(|(user, level)| (user, level, Deed::by(app, caller))).collect();
    let write = async move |tx: &mut Tx| {
        for (user, level, deed) in &deeds {
            let old = store::skills(tx, *user).await?;
            let Some(new) = changed(&old, skill, *level)? else { continue };
            store::set_skills(tx, *user, &new, deed.at).await?;
            let fact = Fact::own("skill.granted", user.0);
            let fact = fact.before(super::grants::shown(&old)).after(super::grants::shown(&new));
            deed.done(tx, fact.data(json!({"user": user}))).await?;
        }
        Ok(())
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("skill", skill.0), write).await?;
    crate::settled(app).await
}

/// What somebody may handle once the skill is given at this level, or taken; none where that changes nothing.
fn changed(old: &[SkillOf], skill: SkillId, level: Option<i64>) -> Result<Option<Vec<SkillOf>>> {
    let had = old.iter().find(|k| k.skill == skill);
    let mut new: Vec<SkillOf> = old.iter().filter(|k| k.skill != skill).cloned().collect();
    match (had, level) {
        (None, None) => return Ok(None),
        (Some(k), Some(level)) if k.level == level && k.valid_until.is_none() => return Ok(None),
        (_, None) => {}
        (_, Some(level)) => {
            if new.len() >= super::grants::SKILLS_MAX {
                return Err(Error::invalid("/give", "too_many"));
            }
            new.push(SkillOf { skill, level, source: "manual".into(), valid_until: None });
        }
    }
    Ok(Some(new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(skill: i64, level: i64, valid_until: Option<i64>) -> SkillOf {
        SkillOf { skill: SkillId(skill), level, source: "exam".into(), valid_until }
    }

    #[test]
    fn a_skill_is_given_changed_and_taken_and_the_others_stay() {
        let old = [held(1, 3, None), held(2, 2, Some(9))];
        let levels = |of: Option<Vec<SkillOf>>| {
            of.map(|all| all.iter().map(|k| (k.skill.0, k.level, k.valid_until)).collect::<Vec<_>>())
        };
        let at = |skill, level| levels(changed(&old, SkillId(skill), level).expect("fits"));
        assert_eq!(at(3, Some(1)), Some(vec![(1, 3, None), (2, 2, Some(9)), (3, 1, None)]));
        assert_eq!(at(1, Some(3)), None, "it is so already");
        assert_eq!(at(2, Some(2)), Some(vec![(1, 3, None), (2, 2, None)]), "for good, not until then");
        assert_eq!(at(1, None), Some(vec![(2, 2, Some(9))]));
        assert_eq!(at(7, None), None);
    }
}
