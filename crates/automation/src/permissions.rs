//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// Set up a client's webhooks and look at their deliveries.
pub const WEBHOOKS: Permission = Permission("webhooks.manage");

/// Set up whom staff notices are told outside the desk.
pub const BOTS: Permission = Permission("bots.manage");

/// For the registry.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "automation",
    permissions: &[
        (WEBHOOKS, "Set up webhooks", "管理 Webhook"),
        (BOTS, "Set up notices to staff groups", "设置通知机器人"),
    ],
};
