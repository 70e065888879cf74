//! Routes of teams.

use super::service;
use super::view::{NewTeam, TeamPatch, TeamView};
use crate::directory::TeamRow;
use crate::permissions::{TEAMS_MANAGE, USERS_READ};
use crate::{Accounts, Caller, directory};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{Error, Permission, Result, TeamId};
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The provider's own, shown to those who see people, hand work on, or set up queues.
const MAY_READ: [Permission; 4] =
    [TEAMS_MANAGE, USERS_READ, Permission("conversations.assign"), Permission("queues.manage")];

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_teams, create_team)).routes(routes!(
        get_team,
        change_team,
        remove_team
    ))
}

fn shown(r: &TeamRow) -> TeamView {
    TeamView { id: r.id, name: r.name.clone(), members: r.members.clone(), created_at: r.created_at }
}

fn view(app: &App, id: TeamId) -> Result<TeamView> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    snapshot.teams.get(&id).map(|r| shown(r)).ok_or_else(Error::not_found)
}

/// The teams.
#[utoipa::path(
    get, path = "/api/v1/teams", tag = "accounts", operation_id = "list_teams", params(Page),
    responses((status = 200, body = Listing<TeamView>))
)]
async fn list_teams(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<TeamView>>> {
    caller.holds_any(&MAY_READ)?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    Ok(Json(directory::page_of(snapshot.teams.values().map(|r| (r.id.0, shown(r))), &page)?))
}

/// Makes a team.
#[utoipa::path(
    post, path = "/api/v1/teams", tag = "accounts", operation_id = "create_team", request_body = NewTeam,
    responses((status = 201, body = TeamView))
)]
async fn create_team(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewTeam>,
) -> Answer<(StatusCode, Json<TeamView>)> {
    let id = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(view(&app, id)?)))
}

/// One team.
#[utoipa::path(
    get, path = "/api/v1/teams/{team}", tag = "accounts", operation_id = "get_team",
    params(("team" = TeamId, Path)), responses((status = 200, body = TeamView))
)]
async fn get_team(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TeamId>,
) -> Answer<Json<TeamView>> {
    caller.holds_any(&MAY_READ)?;
    Ok(Json(view(&app, id)?))
}

/// Changes a team.
#[utoipa::path(
    patch, path = "/api/v1/teams/{team}", tag = "accounts", operation_id = "change_team",
    params(("team" = TeamId, Path)), request_body = TeamPatch, responses((status = 200, body = TeamView))
)]
async fn change_team(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TeamId>,
    Body(patch): Body<TeamPatch>,
) -> Answer<Json<TeamView>> {
    service::change(&app, &caller, id, patch).await?;
    Ok(Json(view(&app, id)?))
}

/// Removes a team.
#[utoipa::path(
    delete, path = "/api/v1/teams/{team}", tag = "accounts", operation_id = "remove_team",
    params(("team" = TeamId, Path)), responses((status = 204))
)]
async fn remove_team(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TeamId>,
) -> Answer<StatusCode> {
    service::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
