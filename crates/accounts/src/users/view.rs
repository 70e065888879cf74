//! How users, grants and skills are asked for and shown.

use crate::directory::{GrantRow, SkillRow, UserRow};
use kernel::{GrantId, Language, LineId, RoleId, SkillId, TeamId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A user, as administration shows them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// Its id.
    pub id: UserId,
    /// What they sign in with.
    pub login: String,
    /// The legal name.
    pub name: String,
    /// The name customers see.
    pub alias: String,
    /// The number customers see.
    pub number: String,
    /// The language of the interface.
    pub language: Language,
    /// May they not sign in any more?
    pub disabled: bool,
    /// Their teams.
    pub teams: Vec<TeamId>,
    /// When the account was made, ms since 1970.
    pub created_at: i64,
    /// Is a second factor asked for?
    pub totp: bool,
    /// Where letters reach them.
    pub email: Option<String>,
}

pub(crate) fn user_view(u: &UserRow) -> UserView {
    UserView {
        id: u.name.id,
        login: u.login.clone(),
        name: u.name.name.clone(),
        alias: u.name.alias.clone(),
        number: u.name.number.clone(),
        language: u.name.language,
        disabled: u.name.disabled,
        teams: u.teams.clone(),
        created_at: u.created_at,
        totp: u.totp,
        email: u.email.clone(),
    }
}

/// A user just made. Without a password there is a link, shown once, with which they choose one within 24 hours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreatedUser {
    /// The user.
    #[serde(flatten)]
    pub user: UserView,
    /// The one-time link.
    pub invite_url: Option<String>,
    /// Was it sent to their address as well?
    pub mailed: bool,
}

/// A one-time link with which somebody chooses a new password within 24 hours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResetLink {
    /// Shown once.
    pub invite_url: String,
    /// Was it sent to their address as well?
    pub mailed: bool,
}

/// A new user.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What they sign in with: letters, digits and `._@-+`, up to 64.
    pub login: String,
    /// The legal name.
    pub name: String,
    /// The name customers see; the legal name without one.
    pub alias: Option<String>,
    /// The number customers see.
    pub number: Option<String>,
    /// The language of the interface.
    pub language: Option<Language>,
    /// At least 10 characters; without one the answer holds a link.
    pub password: Option<String>,
    /// Where letters reach them: the invitation, if mail is set up, and links for a new password.
    pub email: Option<String>,
}

/// What to change of a user.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// What they sign in with.
    pub login: Option<String>,
    /// The legal name.
    pub name: Option<String>,
    /// The name customers see.
    pub alias: Option<String>,
    /// The number customers see.
    pub number: Option<String>,
    /// The language of the interface.
    pub language: Option<Language>,
    /// May they not sign in any more?
    pub disabled: Option<bool>,
    /// Where letters reach them; empty for nowhere.
    pub email: Option<String>,
}

/// One grant of a role.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// Its id.
    pub id: GrantId,
    /// The role.
    pub role: RoleId,
    /// The client; `null` for everywhere.
    pub tenant: Option<TenantId>,
    /// The line; `null` for the whole client.
    pub line: Option<LineId>,
    /// When it was given, ms since 1970.
    pub created_at: i64,
}

impl From<&GrantRow> for GrantView {
    fn from(g: &GrantRow) -> GrantView {
        let (tenant, line) = (g.tenant.some(), g.line.some());
        GrantView { id: g.id, role: g.role, tenant, line, created_at: g.created_at }
    }
}

/// A role to grant.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The role.
    pub role: RoleId,
    /// The client; left out for everywhere.
    pub tenant: Option<TenantId>,
    /// The line; left out for the whole client.
    pub line: Option<LineId>,
}

/// A skill that a user has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SkillGrant {
    /// The skill.
    pub skill: SkillId,
    /// 1 (beginner) to 5 (expert).
    pub level: i64,
    /// By what proof: `manual`, or the area that granted it.
    pub source: String,
    /// Until when, ms since 1970.
    pub valid_until: Option<i64>,
}

impl From<&SkillRow> for SkillGrant {
    fn from(k: &SkillRow) -> SkillGrant {
        let (source, valid_until) = (k.source.clone(), k.valid_until);
        SkillGrant { skill: k.skill, level: k.level, source, valid_until }
    }
}

/// A skill to grant.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSkillGrant {
    /// The skill.
    pub skill: SkillId,
    /// 1 (beginner) to 5 (expert).
    pub level: i64,
    /// Until when, ms since 1970.
    pub valid_until: Option<i64>,
}

/// All the skills that a user is to have.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillGrants {
    /// At most 100.
    pub skills: Vec<NewSkillGrant>,
}

/// Which users to show.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UserQuery {
    /// Only those who hold something in this client.
    pub tenant: Option<TenantId>,
    /// Only those whose login, name, alias or number holds this.
    pub q: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}
