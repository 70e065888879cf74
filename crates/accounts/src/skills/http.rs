//! Routes of skills.

use super::service;
use super::view::{NewSkill, SkillPatch, SkillView};
use crate::directory::NamedSkill;
use crate::permissions::{SKILLS_MANAGE, USERS_READ};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{Error, Permission, Result, SkillId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The provider's own, shown to those who see people, hand work on, or set up queues.
const MAY_READ: [Permission; 4] =
    [SKILLS_MANAGE, USERS_READ, Permission("conversations.assign"), Permission("queues.manage")];

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_skills, create_skill)).routes(routes!(
        get_skill,
        change_skill,
        remove_skill
    ))
}

fn shown(r: &NamedSkill) -> SkillView {
    SkillView { id: r.id, name: r.name.clone(), created_at: r.created_at }
}

fn view(app: &App, id: SkillId) -> Result<SkillView> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    snapshot.skills.get(&id).map(|r| shown(r)).ok_or_else(Error::not_found)
}

/// The skills.
#[utoipa::path(
    get, path = "/api/v1/skills", tag = "accounts", operation_id = "list_skills", params(Page),
    responses((status = 200, body = Listing<SkillView>))
)]
async fn list_skills(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<SkillView>>> {
    caller.holds_any(&MAY_READ)?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    Ok(Json(directory::page_of(snapshot.skills.values().map(|r| (r.id.0, shown(r))), &page)?))
}

/// Makes a skill.
#[utoipa::path(
    post, path = "/api/v1/skills", tag = "accounts", operation_id = "create_skill", request_body = NewSkill,
    responses((status = 201, body = SkillView))
)]
async fn create_skill(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewSkill>,
) -> Answer<(StatusCode, Json<SkillView>)> {
    let id = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(view(&app, id)?)))
}

/// One skill.
#[utoipa::path(
    get, path = "/api/v1/skills/{skill}", tag = "accounts", operation_id = "get_skill",
    params(("skill" = SkillId, Path)), responses((status = 200, body = SkillView))
)]
async fn get_skill(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SkillId>,
) -> Answer<Json<SkillView>> {
    caller.holds_any(&MAY_READ)?;
    Ok(Json(view(&app, id)?))
}

/// Changes a skill.
#[utoipa::path(
    patch, path = "/api/v1/skills/{skill}", tag = "accounts", operation_id = "change_skill",
    params(("skill" = SkillId, Path)), request_body = SkillPatch, responses((status = 200, body = SkillView))
)]
async fn change_skill(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SkillId>,
    Body(patch): Body<SkillPatch>,
) -> Answer<Json<SkillView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, id)?))
}

/// Removes a skill that nobody has.
#[utoipa::path(
    delete, path = "/api/v1/skills/{skill}", tag = "accounts", operation_id = "remove_skill",
    params(("skill" = SkillId, Path)), responses((status = 204))
)]
async fn remove_skill(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<SkillId>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
