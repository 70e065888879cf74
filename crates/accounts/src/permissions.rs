//! The rights that accounts declares.

use kernel::{Permission, PermissionGroup};

/// Create and change clients.
pub const TENANTS_MANAGE: Permission = Permission("tenants.manage");
/// Create and change service lines.
pub const LINES_MANAGE: Permission = Permission("lines.manage");
/// Create, change and disable users, and grant roles.
pub const USERS_MANAGE: Permission = Permission("users.manage");
/// See users.
pub const USERS_READ: Permission = Permission("users.read");
/// Draw up roles.
pub const ROLES_MANAGE: Permission = Permission("roles.manage");
/// Create teams and choose their members.
pub const TEAMS_MANAGE: Permission = Permission("teams.manage");
/// Create skills and grant them.
pub const SKILLS_MANAGE: Permission = Permission("skills.manage");
/// Create and change business calendars.
pub const CALENDARS_MANAGE: Permission = Permission("calendars.manage");
/// Create and revoke API tokens.
pub const TOKENS_MANAGE: Permission = Permission("tokens.manage");
/// Set up outgoing mail and look at its letters.
pub const MAIL_MANAGE: Permission = Permission("mail.manage");
/// Read the record of changes and looks.
pub const AUDIT_READ: Permission = Permission("audit.read");

/// All of them, with the words shown when a role is drawn up.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "accounts",
    permissions: &[
        (TENANTS_MANAGE, "Create and change clients", "新建和修改甲方"),
        (LINES_MANAGE, "Create and change lines", "新建和修改业务线"),
        (USERS_MANAGE, "Create, change and disable users, grant roles", "新建、修改、停用人员并授予角色"),
        (USERS_READ, "See users", "查看人员"),
        (ROLES_MANAGE, "Draw up roles", "管理角色"),
        (TEAMS_MANAGE, "Create teams and choose their members", "管理班组及成员"),
        (SKILLS_MANAGE, "Create skills and grant them", "管理技能并授予"),
        (CALENDARS_MANAGE, "Create and change business calendars", "管理工作日历"),
        (TOKENS_MANAGE, "Create and revoke API tokens", "创建和吊销 API 令牌"),
        (MAIL_MANAGE, "Set up outgoing mail", "设置发信"),
        (AUDIT_READ, "Read the record of changes and looks", "查看审计记录"),
    ],
};

/// The permissions of every area; the server provides it as a port once all areas have registered.
#[derive(Debug, Clone, Default)]
pub struct PermissionCatalogue(pub Vec<PermissionGroup>);

impl PermissionCatalogue {
    /// Is there such a permission?
    pub fn knows(&self, key: &str) -> bool {
        self.0.iter().any(|g| g.permissions.iter().any(|(p, _, _)| p.0 == key))
    }
}
