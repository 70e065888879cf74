//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// See what customers answered.
pub const RESULTS: Permission = Permission("surveys.read");
/// Set up what customers are asked.
pub const SURVEYS: Permission = Permission("surveys.manage");

/// For the registry.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "quality",
    permissions: &[
        (RESULTS, "See survey results", "查看满意度结果"),
        (SURVEYS, "Set up surveys", "管理满意度调查"),
    ],
};
