//! Colleagues: who can be handed a conversation or mentioned, and whether they are at work.

use crate::permissions::{READ, REPLY};
use crate::ports::Work;
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use kernel::{LineId, Permission, Result, TeamId, TenantId, UserId};
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
    /// Only who may answer in this line of it.
    line: Option<LineId>,
}

impl Of {
    /// The lines that count, and what must be held in one of them. Only those who share a line with the caller can take or
    /// read anything the caller sees. Errors: 403, `not_found`.
    fn lines(&self, caller: &Caller, directory: &Directory) -> Result<(Vec<LineId>, Permission)> {
        caller.authorize(READ, self.tenant, self.line)?;
        Ok(match self.line {
            Some(line) => (vec![line], REPLY),
            None => {
                let all = directory.lines_of(self.tenant).into_iter();
                (all.filter(|l| caller.may(READ, self.tenant, Some(*l))).collect(), READ)
            }
        })
    }
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

/// Colleagues who may see conversations of a client, or answer in a line of it, those at work first.
#[utoipa::path(get, path = "/api/v1/colleagues", tag = "conversations", operation_id = "list_colleagues",
    params(Of), responses((status = 200, body = Listing<Colleague>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<Colleague>>> {
    let directory = app.port::<Arc<Directory>>();
    let work = app.try_port::<Arc<dyn Work>>();
    let (lines, right) = q.lines(&caller, directory)?;
    let able = |u: UserId| lines.iter().any(|l| directory.reaches(u, right, q.tenant, *l));
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
    /// How many of its members may see conversations of the client, or answer in the line.
    members: i64,
    /// How many of these are at work.
    at_work: i64,
}

/// Teams with members who may see conversations of a client, and so can be mentioned; or answer in a line of it.
#[utoipa::path(get, path = "/api/v1/colleagues/teams", tag = "conversations", operation_id = "list_colleague_teams",
    params(Of), responses((status = 200, body = Listing<ColleagueTeam>)))]
async fn teams(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Of>,
) -> Answer<Json<Listing<ColleagueTeam>>> {
    let directory = app.port::<Arc<Directory>>();
    let (lines, right) = q.lines(&caller, directory)?;
    let able = |u: &UserId| lines.iter().any(|l| directory.reaches(*u, right, q.tenant, *l));
    let work = app.try_port::<Arc<dyn Work>>();
    let is_here = |u: &UserId| work.is_some_and(|w| w.presence(*u).state != "offline");
    let counted = directory.teams().into_iter().map(|(id, name, members)| {
        let able: Vec<_> = members.into_iter().filter(able).collect();
        let at_work = able.iter().filter(|u| is_here(u)).count() as i64;
        ColleagueTeam { id, name, members: able.len() as i64, at_work }
    });
    let items = counted.filter(|t| t.members > 0).take(LISTED_MAX).collect();
    Ok(Json(Listing::whole(items)))
}
