//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// Be offered work of the line.
pub const TAKE: Permission = Permission("work.take");
/// Set up queues and capacities.
pub const QUEUES: Permission = Permission("queues.manage");
/// See the live floor.
pub const FLOOR: Permission = Permission("floor.read");
/// See everybody's state and breaks, and decide about breaks.
pub const LEAD: Permission = Permission("floor.lead");
/// Set somebody else's state, or sign them out of work.
pub const FORCE: Permission = Permission("floor.force");
/// Set up the kinds of break.
pub const BREAKS: Permission = Permission("breaks.manage");

/// For the registry.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "routing",
    permissions: &[
        (TAKE, "Be offered work", "接收分配的工作"),
        (QUEUES, "Set up queues and capacities", "管理技能组与接待容量"),
        (FLOOR, "See the live floor", "查看现场实时数据"),
        (
            LEAD,
            "Lead the floor: see everybody's state, decide about breaks",
            "现场带班：查看全员状态、审批小休",
        ),
        (FORCE, "Set somebody else's state, with a reason", "强制变更坐席状态"),
        (BREAKS, "Set up the kinds of break", "管理小休类型"),
    ],
};
