//! How roles and permissions are asked for and shown.

use crate::directory::RoleRow;
use kernel::{Language, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleView {
    /// Its id.
    pub id: RoleId,
    /// The key of a built-in role, such as `agent`.
    pub key: Option<String>,
    /// Its name in the reader's language.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// What it allows; `*` is everything.
    pub permissions: Vec<String>,
    /// Is it built in, so that it cannot be changed?
    pub builtin: bool,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

impl RoleView {
    pub(super) fn of(r: &RoleRow, language: Language) -> RoleView {
        RoleView {
            id: r.id,
            key: r.key.clone(),
            name: language.pick(&r.name_en, &r.name_zh).to_owned(),
            name_en: r.name_en.clone(),
            name_zh: r.name_zh.clone(),
            permissions: r.set.permissions.iter().cloned().collect(),
            builtin: r.key.is_some(),
            created_at: r.created_at,
        }
    }
}

/// A new role.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// In English; one of the two names is enough.
    pub name_en: Option<String>,
    /// In Chinese; one of the two names is enough.
    pub name_zh: Option<String>,
    /// What it allows.
    pub permissions: Vec<String>,
}

/// What to change of a role.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    /// In English.
    pub name_en: Option<String>,
    /// In Chinese.
    pub name_zh: Option<String>,
    /// What it allows.
    pub permissions: Option<Vec<String>>,
}

/// A permission with its words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PermissionView {
    /// Such as `conversations.reply`.
    pub key: String,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// The permissions of one area.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AreaPermissions {
    /// The area.
    pub area: String,
    /// Its permissions.
    pub permissions: Vec<PermissionView>,
}
