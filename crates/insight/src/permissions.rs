//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// See the monitor, the wallboard and alerts of the line.
pub const MONITOR: Permission = Permission("monitor.read");
/// Set targets and thresholds of the line.
pub const ALERTS: Permission = Permission("alerts.manage");
/// Confirm alerts of the line.
pub const ACKNOWLEDGE: Permission = Permission("alerts.acknowledge");
/// See reports of the line.
pub const REPORTS: Permission = Permission("reports.read");
/// See the working day of the line's agents: signed in, breaks, occupancy. Not for a client's own staff, since the day of
/// an agent may hold work for others.
pub const PEOPLE: Permission = Permission("reports.people");
/// Be offered work; declared by routing under the same key.
pub const TAKE: Permission = Permission("work.take");

/// For the registry.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "insight",
    permissions: &[
        (MONITOR, "See the monitor, the wallboard and alerts", "查看现场监控、大屏与告警"),
        (ALERTS, "Set targets and thresholds", "设置目标与告警阈值"),
        (ACKNOWLEDGE, "Confirm alerts", "确认告警"),
        (REPORTS, "See reports", "查看报表"),
        (PEOPLE, "See the working day of agents", "查看坐席工时与小休"),
    ],
};
