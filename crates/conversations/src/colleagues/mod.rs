//! Colleagues: who can be handed a conversation or mentioned, and whether they are at work.

use crate::permissions::READ;
use crate::ports::Work;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use kernel::{TeamId, TenantId, UserId};
use platform::App;
use platform::web::{Answer, Listing, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Colleagues listed at the most.
const LISTED_MAX: usize = 500;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(teams))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Of {
    /// Who may work for this client.
    tenant: TenantId,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
struct Colleague {
    /// The user.
    id: UserId,
    /// The name customers see.
    alias: String,
    /// The number customers see.
    number: String,
    /// The state, such as `ready`.
    state: String,
    /// At work?
    online: bool,
}

/// Colleagues who may see conversations of a client, those at work first.
#[utoipa::path(get, path = "/api/v1/colleagues", tag = "conversations", operation_id = "list_colleagues",
    params(Of), responses((status = 200, body = Listing<Colleague>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<Colleague>>> {
    caller.authorize(READ, q.tenant, None)?;
    let directory = app.port::<Arc<Directory>>();
    let work = app.try_port::<Arc<dyn Work>>();
    // Only those who share a line with the caller can take or read anything the caller sees.
    let lines: Vec<_> =
        directory.lines_of(q.tenant).into_iter().filter(|l| caller.may(READ, q.tenant, Some(*l))).collect();
    let able = |u: UserId| lines.iter().any(|l| directory.reaches(u, READ, q.tenant, *l));
    let mut items: Vec<Colleague> = directory
        .users()
        .iter()
        .filter(|u| !u.disabled && able(u.id))
        .map(|u| {
            let state = work.map_or_else(|| "offline".into(), |w| w.presence(u.id).state);
            let online = state != "offline";
            Colleague { id: u.id, alias: u.alias.clone(), number: u.number.clone(), state, online }
        })
        .collect();
    items.sort_by(|a, b| b.online.cmp(&a.online).then_with(|| a.alias.cmp(&b.alias)));
    items.truncate(LISTED_MAX);
    Ok(Json(Listing::whole(items)))
}

/// A team that can be mentioned.
#[derive(Debug, Serialize, ToSchema)]
struct ColleagueTeam {
    /// The team.
    id: TeamId,
    /// Its name.
    name: String,
    /// How many of its members may see conversations of the client.
    members: i64,
}

/// Teams with members who may see conversations of a client, and so can be mentioned.
#[utoipa::path(get, path = "/api/v1/colleagues/teams", tag = "conversations", operation_id = "list_colleague_teams",
    params(Of), responses((status = 200, body = Listing<ColleagueTeam>)))]
async fn teams(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<ColleagueTeam>>> {
    caller.authorize(READ, q.tenant, None)?;
    let directory = app.port::<Arc<Directory>>();
    let lines: Vec<_> =
        directory.lines_of(q.tenant).into_iter().filter(|l| caller.may(READ, q.tenant, Some(*l))).collect();
    let able = |u: &UserId| lines.iter().any(|l| directory.reaches(*u, READ, q.tenant, *l));
    let counted = directory.teams().into_iter().map(|(id, name, members)| {
        let members = members.iter().filter(|u| able(u)).count() as i64;
        ColleagueTeam { id, name, members }
    });
    let items = counted.filter(|t| t.members > 0).take(LISTED_MAX).collect();
    Ok(Json(Listing::whole(items)))
}
