//! Insight: what is measured, from the facts that other areas leave behind.
//!
//! ```text
//!  log ──▶ facts (turns of talk) ──┐
//!  routing's legs, intervals ──────┼──▶ counts ──▶ metrics ──▶ monitor, wallboard, thresholds and alerts
//!  dispositions, offers ───────────┘                      └──▶ the day's file: screen, CSV, Excel
//! ```
//! * [`metrics`]: the one catalogue: every figure anywhere is one of its entries;
//! * [`facts`]: a reader of the log that keeps who was answered after how long;
//! * [`counts`]: sums over facts, and nothing else makes figures;
//! * [`targets`]: what a line aims at;
//! * [`monitor`]: how it stands now;
//! * [`alerts`]: limits of a line's figures, and the alerts that somebody confirms;
//! * [`reports`]: one day of one line;
//! * [`mine`]: one's own figures of today.
//!
//! Sums are added and only then divided: a share of two queues is never the mean of their shares. What has nothing to be
//! divided by is nothing (`null`), neither 0 nor 100 %.

pub mod alerts;
pub mod codes;
pub mod counts;
pub mod days;
pub mod facts;
pub mod metrics;
pub mod mine;
pub mod monitor;
pub mod permissions;
pub mod reports;
pub mod targets;

use platform::Registry;
use std::sync::Arc;

/// Adds everything that insight brings.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    reg.desk(metrics::routes());
    reg.desk(targets::routes());
    reg.desk(monitor::routes());
    reg.desk(alerts::routes());
    reg.desk(reports::routes());
    reg.desk(mine::routes());
    reg.notice_kinds(alerts::KINDS);
    reg.present(alerts::Shown);
    reg.provide(Arc::new(monitor::Now::default()));
    reg.reader(facts::NAME, |app| facts::Turns::new(app.clone()));
    reg.task("insight.watch", alerts::run);
}
