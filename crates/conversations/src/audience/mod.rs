//! For whom something stored is: one person, a team, a line, or all of a client. Phrases and macros share it.
//!
//! Invariant: what is one person's own is seen by nobody else, whatever their rights. What is a line's is changed by who
//! holds the right there; what is a team's or the client's, by who holds it for the whole client.

use crate::permissions::REPLY;
use accounts::{Caller, Directory};
use kernel::{Error, LineId, LineSet, Permission, Result, TeamId, TenantId, TenantScope, UserId};
use platform::App;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// For whom something is stored, as it is given.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceInput {
    /// The client.
    pub tenant: TenantId,
    /// Only for this line.
    pub line: Option<LineId>,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// Only for oneself.
    #[serde(default)]
    pub own: bool,
}

/// For whom something is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Audience {
    /// The client.
    pub tenant: TenantId,
    /// Only for this line.
    pub line: Option<LineId>,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// Only for this person.
    pub owner: Option<UserId>,
}

impl AudienceInput {
    /// As it is stored. Errors: `invalid` for a team that is not there, or a team's that is also one's own.
    pub fn resolved(&self, app: &App, caller: &Caller) -> Result<Audience> {
        if let Some(team) = self.team
            && (self.own || app.port::<Arc<Directory>>().team_name(team).is_none())
        {
            return Err(Error::invalid("/audience/team", "unknown"));
        }
        let owner = self.own.then_some(caller.user);
        Ok(Audience { tenant: self.tenant, line: self.line, team: self.team, owner })
    }
}

impl Audience {
    /// The scope in which the caller may change this. Errors: `not_found` for what they do not see,
    /// `access.missing_permission`.
    pub fn authorize(&self, caller: &Caller, manage: Permission) -> Result<TenantScope> {
        match (self.owner, self.team, self.line) {
            (Some(owner), ..) if owner != caller.user => Err(Error::not_found()),
            (Some(_), _, line) => caller.authorize(REPLY, self.tenant, line),
            (None, None, Some(line)) => caller.authorize(manage, self.tenant, Some(line)),
            (None, _, line) => {
                let scope = caller.authorize_whole(manage, self.tenant)?;
                match line {
                    Some(l) if !caller.may(manage, self.tenant, Some(l)) => Err(Error::not_found()),
                    _ => Ok(scope),
                }
            }
        }
    }

    /// Does this reader see it?
    pub fn shows(&self, r: &Reader) -> bool {
        match self.owner {
            Some(owner) => owner == r.user && r.scope.contains(self.tenant),
            None => {
                let here = match self.line {
                    Some(line) => r.scope.contains_line(self.tenant, line),
                    None => r.scope.contains(self.tenant),
                };
                here && self.team.is_none_or(|t| r.teams.contains(&t) || r.manages.contains(&self.tenant))
            }
        }
    }

    /// Is it meant for conversations of this line?
    pub fn serves(&self, tenant: TenantId, line: LineId) -> bool {
        self.tenant == tenant && self.line.is_none_or(|l| l == line)
    }
}

/// Who reads, and what they reach.
pub struct Reader {
    user: UserId,
    teams: Vec<TeamId>,
    scope: TenantScope,
    manages: Vec<TenantId>,
}

impl Reader {
    /// The caller, under this right; `manage` shows also other teams' things.
    pub fn of(app: &App, caller: &Caller, p: Permission, manage: Permission) -> Reader {
        let manages = caller.authorize_any(manage);
        let whole = manages.reach().iter().filter(|(_, set)| *set == LineSet::All).map(|(t, _)| *t);
        Reader {
            user: caller.user,
            teams: app.port::<Arc<Directory>>().teams_of(caller.user),
            scope: caller.authorize_any(p),
            manages: whole.collect(),
        }
    }

    /// What is reached.
    pub fn scope(&self) -> &TenantScope {
        &self.scope
    }
}
