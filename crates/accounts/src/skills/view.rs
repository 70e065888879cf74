//! How skills are asked for and shown.

use kernel::SkillId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A skill.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Skill)]
pub struct SkillView {
    /// Its id.
    pub id: SkillId,
    /// Its name.
    pub name: String,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

/// A new skill.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSkill {
    /// Up to 120 characters; no two skills share one.
    pub name: String,
}

/// What to change of a skill.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillPatch {
    /// Up to 120 characters; no two skills share one.
    pub name: Option<String>,
}
