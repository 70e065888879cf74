//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// Hear raised hands, watch conversations, whisper to agents.
pub const HELP: Permission = Permission("hands.help");
/// Hold briefings, and hand over for others.
pub const BRIEF: Permission = Permission("briefings.manage");
/// Publish what must be read, and see who has read it.
pub const ANNOUNCEMENTS: Permission = Permission("announcements.manage");

/// For the registry.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "workforce",
    permissions: &[
        (HELP, "Hear raised hands, watch conversations, whisper", "接收举手求助、旁听会话、悄悄话"),
        (BRIEF, "Hold briefings, hand over for others", "主持班前会、代为交接班"),
        (ANNOUNCEMENTS, "Publish must-read announcements", "发布公告并查看签收"),
    ],
};
