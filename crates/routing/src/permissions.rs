//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// Be offered work of the line.
pub const TAKE: Permission = Permission("work.take");
/// Set up queues and capacities.
pub const QUEUES: Permission = Permission("queues.manage");
/// See the live floor.
pub const FLOOR: Permission = Permission("floor.read");

/// For the registry.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "routing",
    permissions: &[
        (TAKE, "Be offered work", "接收分配的工作"),
        (QUEUES, "Set up queues and capacities", "管理技能组与接待容量"),
        (FLOOR, "See the live floor", "查看现场实时数据"),
    ],
};
