//! What the monitor shows.

use super::model::{AgentNow, Floor, LineNow, QueueNow, Tick};
use super::store::Waits;
use crate::counts::Sums;
use crate::metrics::{Figure, LIVE, by_id, figures};
use crate::targets::Target;
use accounts::Directory;
use kernel::{ConversationId, LineId, Millis, QueueId, TenantId, UserId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// What is shown of an agent's day so far.
const AGENT: &[&str] = &["answered", "handled", "handling", "within_3min"];
/// A turn is at risk when this much of three minutes has passed.
const REPLY_RISK_MS: Millis = 144_000;
/// The share of the target after which a waiting is at risk, in percent.
const WAIT_RISK: Millis = 80;

/// How the floor stands, as far as the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Monitor)]
pub struct MonitorView {
    /// When this was counted, ms since 1970.
    pub at: Millis,
    /// The lines.
    pub lines: Vec<LineNowView>,
    /// Who is signed in and serves them.
    pub agents: Vec<AgentNowView>,
    /// Conversations whose customers wait too long, or soon will; the longest first.
    pub at_risk: Vec<RiskView>,
}

/// A line now, and its day so far.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorLine)]
pub struct LineNowView {
    /// Which.
    pub line: LineId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// What it aims at.
    pub target: Target,
    /// When its day began.
    pub day_from: Millis,
    /// How many wait.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub oldest_since: Option<Millis>,
    /// Conversations in hand.
    pub serving: i64,
    /// Since when the first turn waits for an answer.
    pub unanswered_since: Option<Millis>,
    /// Agents who are ready and have nothing in hand.
    pub free: i64,
    /// Agents by state.
    pub states: BTreeMap<String, i64>,
    /// Today so far.
    pub figures: Vec<Figure>,
    /// Its queues.
    pub queues: Vec<QueueNowView>,
    /// The last hour, in columns of five minutes.
    pub hour: Vec<TickView>,
}

/// A queue now, and its day so far.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorQueue)]
pub struct QueueNowView {
    /// Which.
    pub queue: QueueId,
    /// Its name.
    pub name: String,
    /// How many wait.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub oldest_since: Option<Millis>,
    /// Today so far.
    pub figures: Vec<Figure>,
}

/// Five minutes of the last hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorTick)]
pub struct TickView {
    /// When they begin.
    pub at: Millis,
    /// Contacts that came.
    pub arrivals: i64,
    /// Waitings that began.
    pub offered: i64,
    /// Of these, answered so far.
    pub answered: i64,
    /// Of these, abandoned so far.
    pub abandoned: i64,
}

/// An agent now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorAgent)]
pub struct AgentNowView {
    /// Who.
    pub user: UserId,
    /// The name customers see.
    pub alias: String,
    /// The number customers see.
    pub number: String,
    /// The state; `serving` is ready with something in hand.
    pub state: String,
    /// The kind, of a break.
    pub kind: Option<String>,
    /// Since when.
    pub since: Millis,
    /// The lines shown that they serve.
    pub lines: Vec<LineId>,
    /// Conversations of these lines in hand.
    pub serving: i64,
    /// Today so far, in these lines.
    pub figures: Vec<Figure>,
}

/// A conversation at risk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorRisk)]
pub struct RiskView {
    /// Which.
    pub conversation: ConversationId,
    /// The number people say.
    pub number: i64,
    /// Whose.
    pub tenant: TenantId,
    /// Its line.
    pub line: LineId,
    /// Its queue.
    pub queue: Option<QueueId>,
    /// Waits for `agent` or for `reply`.
    pub waits_for: &'static str,
    /// Since when.
    pub since: Millis,
    /// By when it should have ended.
    pub due_at: Millis,
    /// Who has it.
    pub user: Option<UserId>,
}

fn live(sums: &Sums) -> Vec<Figure> {
    figures(&LIVE.iter().filter_map(|id| by_id(id)).collect::<Vec<_>>(), sums)
}

impl From<&QueueNow> for QueueNowView {
    fn from(q: &QueueNow) -> QueueNowView {
        QueueNowView {
            queue: q.id,
            name: q.name.clone(),
            waiting: q.waiting,
            oldest_since: q.oldest,
            figures: live(&q.sums),
        }
    }
}

impl From<&Tick> for TickView {
    fn from(t: &Tick) -> TickView {
        let Sums { arrivals, offered, answered, abandoned, .. } = t.sums;
        TickView { at: t.at, arrivals, offered, answered, abandoned }
    }
}

impl LineNowView {
    /// A line of the floor.
    pub(super) fn of(l: &LineNow, floor: &Floor, directory: &Directory) -> LineNowView {
        LineNowView {
            line: l.id,
            tenant: l.tenant,
            name: directory.line(l.id).map(|n| n.name.clone()).unwrap_or_default(),
            target: floor.target(l.id),
            day_from: l.day_from,
            waiting: l.waiting,
            oldest_since: l.oldest,
            serving: l.serving,
            unanswered_since: l.unanswered_since,
            free: l.free,
            states: l.states.clone(),
            figures: live(&l.sums),
            queues: l.queues.iter().map(QueueNowView::from).collect(),
            hour: l.hour.iter().map(TickView::from).collect(),
        }
    }
}

impl AgentNowView {
    /// An agent, as far as they serve these lines.
    pub(super) fn of(
        a: &AgentNow,
        floor: &Floor,
        shown: &BTreeSet<LineId>,
        directory: &Directory,
    ) -> Option<AgentNowView> {
        let lines: Vec<LineId> = a.lines.keys().filter(|l| shown.contains(l)).copied().collect();
        let name = directory.user(a.user).filter(|_| !lines.is_empty())?;
        let mut sums = Sums::default();
        lines.iter().filter_map(|l| floor.days.get(&(*l, a.user))).for_each(|s| sums += *s);
        Some(AgentNowView {
            user: a.user,
            alias: name.alias.clone(),
            number: name.number.clone(),
            state: a.state.clone(),
            kind: a.kind.clone(),
            since: a.since,
            serving: lines.iter().filter_map(|l| a.lines.get(l)).sum(),
            figures: figures(&AGENT.iter().filter_map(|id| by_id(id)).collect::<Vec<_>>(), &sums),
            lines,
        })
    }
}

impl RiskView {
    /// What waits, if it is at risk at this moment.
    pub(super) fn of(w: &Waits, target: Target, now: Millis) -> Option<RiskView> {
        let (limit, due) = if w.queued {
            (target.answer_within_ms * WAIT_RISK / 100, w.since + target.answer_within_ms)
        } else {
            (REPLY_RISK_MS, w.since + 180_000)
        };
        (now - w.since >= limit).then_some(RiskView {
            conversation: w.conversation,
            number: w.number,
            tenant: w.tenant,
            line: w.line,
            queue: w.queue,
            waits_for: if w.queued { "agent" } else { "reply" },
            since: w.since,
            due_at: due,
            user: w.agent,
        })
    }
}
