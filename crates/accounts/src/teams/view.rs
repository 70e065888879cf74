//! How teams are asked for and shown.

use kernel::{TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A team.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Team)]
pub struct TeamView {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<UserId>,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

/// A new team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    /// Up to 120 characters; no two teams share one.
    pub name: String,
    /// Its members; at most 500.
    pub members: Option<Vec<UserId>>,
}

/// What to change of a team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamPatch {
    /// Up to 120 characters; no two teams share one.
    pub name: Option<String>,
    /// Its members; at most 500.
    pub members: Option<Vec<UserId>>,
}
