//! Queues as staff see them, with what goes on in them.

use super::model::{Absence, Fit, Queue, SkillAsk};
use super::rules::Rules;
use crate::floor::{OpenNow, QueueFigures};
use kernel::{LineId, QueueId, TenantId};
use serde::Serialize;
use utoipa::ToSchema;

/// A queue with its live figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueView {
    /// Its id.
    pub id: QueueId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Its name.
    pub name: String,
    /// What the work needs.
    pub skills: Vec<SkillAsk>,
    /// Larger goes first, -100 to 100.
    pub priority: i64,
    /// Which of several qualified agents it prefers.
    pub fit: Fit,
    /// How long an offer rings, in milliseconds.
    pub offer_ms: i64,
    /// Is work given without asking?
    pub auto_accept: bool,
    /// Time for the record after an agent's last item, in milliseconds.
    pub wrap_up_ms: i64,
    /// What becomes of held work when its agent is gone.
    pub on_absence: Absence,
    /// How it is served beyond that.
    pub rules: Rules,
    /// Is it within its hours?
    pub open: bool,
    /// When its hours begin or end next, ms since 1970; `null` where they never change.
    pub open_changes_at: Option<i64>,
    /// How long who comes now will probably wait, in milliseconds: four of five wait no longer. `null` while somebody is
    /// free, outside of the hours, or while fewer than five were served lately.
    pub estimate_ms: Option<i64>,
    /// How many wait, what rings included.
    pub waiting: u32,
    /// How long the first has waited, in milliseconds; 0 when nobody waits.
    pub longest_wait_ms: i64,
    /// Qualified agents who are ready.
    pub agents_ready: u32,
    /// Qualified agents who are signed in.
    pub agents_on: u32,
}

impl QueueView {
    /// A queue with its figures.
    pub fn of(q: &Queue, f: &QueueFigures, hours: OpenNow) -> QueueView {
        QueueView {
            id: q.id,
            tenant: q.tenant,
            line: q.line,
            name: q.name.clone(),
            skills: q.skills.clone(),
            priority: q.priority,
            fit: q.fit,
            offer_ms: q.offer_ms,
            auto_accept: q.auto_accept,
            wrap_up_ms: q.wrap_up_ms,
            on_absence: q.on_absence,
            rules: q.rules.clone(),
            open: hours.open,
            open_changes_at: hours.until,
            estimate_ms: f.estimate_ms.filter(|_| hours.open),
            waiting: f.waiting,
            longest_wait_ms: f.longest_wait_ms,
            agents_ready: f.agents_ready,
            agents_on: f.agents_on,
        }
    }
}
