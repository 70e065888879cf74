//! A decision as people read it: structured, with names, so that the desk has words for each part in each language.

use super::model::Made;
use super::store::Became;
use crate::floor::Board;
use accounts::Directory;
use engines::acd::{Considered, Explanation, Reason, Standing, Verdict};
use kernel::{Millis, QueueId, ReservationId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// An agent by alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentMark {
    /// Who.
    pub id: UserId,
    /// The name customers see.
    pub alias: String,
}

/// Why an agent was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Why {
    /// `last_agent`, `passed_by_name`, `passed_to_team`, `own_crew`, `candidates`, `skill_fit`, `longest_idle`,
    /// `least_load`, `lower_id`, `taken_by_hand` or `taken_over`.
    pub reason: &'static str,
    /// What goes with it: candidates, levels, milliseconds idle, units in use.
    pub value: Option<i64>,
    /// Of how many units.
    pub of: Option<i64>,
}

/// How an agent stood to the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsideredView {
    /// Who.
    pub agent: AgentMark,
    /// `offered`, `holds`, `eligible`, `out_of_reach`, `other_line`, `queue_out_of_reach`, `queue_closed`,
    /// `seat_elsewhere`, `not_in_queue`, `helps_later`, `lacks_skill`, `not_connected`, `not_ready`, `full`,
    /// `cooling_down`, `kept_for_team` or `kept_for_other`.
    pub verdict: &'static str,
    /// The skill that is missing or too low.
    pub skill: Option<String>,
    /// The level needed, or the units the work takes.
    pub needed: Option<i64>,
    /// The level they have, or the units in use.
    pub has: Option<i64>,
    /// The units they have in all.
    pub of: Option<i64>,
    /// The state they were in.
    pub state: Option<&'static str>,
    /// Until when, or for helping later: after how many milliseconds of waiting.
    pub until: Option<i64>,
    /// For which colleague or team it was kept.
    pub kept_for: Option<String>,
    /// By which stage they serve the queue; 0 = its own crew. Of those who could have had it.
    pub stage: Option<i64>,
    /// The sum of their levels in what is needed.
    pub levels: Option<i64>,
    /// How long they had been idle, in milliseconds.
    pub idle_ms: Option<i64>,
    /// Units in use.
    pub load: Option<i64>,
}

/// What the place in the queue was made of, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandingView {
    /// The queue's priority.
    pub queue: i64,
    /// The conversation's own.
    pub item: i64,
    /// For the client's tier.
    pub client_tier: i64,
    /// For the contact's tier.
    pub contact_tier: i64,
    /// For coming again.
    pub repeat: i64,
    /// For being marked to reach a person at once.
    pub straight: i64,
    /// For the wait.
    pub waited: i64,
}

/// One offer or assignment, and why.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OfferView {
    /// Its id.
    pub id: String,
    /// The reservation, if it rang.
    pub reservation: Option<ReservationId>,
    /// `offered`, or `given` without asking.
    pub kind: &'static str,
    /// Who was chosen.
    pub agent: AgentMark,
    /// Where it waited.
    pub queue: QueueId,
    /// The queue's name.
    pub queue_name: String,
    /// When, ms since 1970.
    pub at: Millis,
    /// How long the customer had waited then, in milliseconds, where it rang.
    pub waited_ms: Option<i64>,
    /// What became of it: `active`, `accepted`, `declined`, `lapsed` or `withdrawn`; `null` where nothing rang.
    pub state: Option<&'static str>,
    /// Why it was declined or withdrawn.
    pub reason: Option<String>,
    /// When that was, ms since 1970.
    pub ended_at: Option<Millis>,
    /// Why this agent, most important first.
    pub why: Vec<Why>,
    /// How many could have had it.
    pub candidates: Option<i64>,
    /// How many may serve the queue at all; 0 where it was kept for somebody.
    pub able: Option<i64>,
    /// What its place was made of.
    pub standing: Option<StandingView>,
    /// The best candidates, best first, then some of those who could not have it; empty for who does not see the floor.
    pub considered: Vec<ConsideredView>,
}

/// Where a conversation that waits stands now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NowView {
    /// Where it waits.
    pub queue_name: String,
    /// Its place, from 1.
    pub place: Option<u32>,
    /// How long it will probably wait yet, in milliseconds.
    pub estimate_ms: Option<i64>,
    /// What its place is made of.
    pub standing: StandingView,
    /// How each agent who could serve it stands to it, or could but for something; at most 200. Empty for who does not
    /// see the floor.
    pub considered: Vec<ConsideredView>,
}

/// Names for the ids in a decision.
pub(super) struct Names<'a> {
    pub directory: &'a Directory,
    pub board: &'a Board,
}

impl Names<'_> {
    fn agent(&self, id: UserId) -> AgentMark {
        let alias = self.directory.user(id).map(|u| u.alias.clone()).unwrap_or_default();
        AgentMark { id, alias }
    }

    /// One decision; `whole`: with the others who were considered.
    pub fn offer(&self, m: &Made, became: Option<&Became>, whole: bool) -> OfferView {
        let d = m.decision.as_ref();
        let considered = d.filter(|_| whole).map_or(&[][..], |d| &d.considered);
        OfferView {
            id: m.id.to_string(),
            reservation: m.reservation,
            kind: m.kind.word(),
            agent: self.agent(m.user),
            queue: m.queue,
            queue_name: self.board.queue(m.queue).map(|q| q.name.clone()).unwrap_or_default(),
            at: m.at,
            waited_ms: became.map(|b| (m.at - b.waiting_since).max(0)),
            state: became.map(|b| b.state.word()),
            reason: became.and_then(|b| b.reason.clone()),
            ended_at: became.and_then(|b| b.ended_at),
            why: d.map(|d| d.why.iter().map(why).collect()).unwrap_or_default(),
            candidates: d.map(|d| d.candidates.into()),
            able: d.map(|d| d.able.into()),
            standing: d.map(|d| standing(&d.standing)),
            considered: considered.iter().map(|c| self.considered(c)).collect(),
        }
    }

    /// Where it stands now.
    pub fn now(&self, e: &Explanation, estimate_ms: Option<i64>, whole: bool) -> NowView {
        let told = |c: &&Considered| {
            whole
                && !matches!(c.verdict, Verdict::OutOfReach | Verdict::OtherLine { .. } | Verdict::NotInQueue)
        };
        NowView {
            queue_name: self.board.queue(e.queue).map(|q| q.name.clone()).unwrap_or_default(),
            place: e.place,
            estimate_ms,
            standing: standing(&e.standing),
            considered: e.considered.iter().filter(told).take(NOW_MAX).map(|c| self.considered(c)).collect(),
        }
    }

    fn considered(&self, c: &Considered) -> ConsideredView {
        let mut v = ConsideredView {
            agent: self.agent(c.agent),
            verdict: word(&c.verdict),
            skill: None,
            needed: None,
            has: None,
            of: None,
            state: None,
            until: None,
            kept_for: None,
            stage: c.figures.map(|f| f.stage.into()),
            levels: c.figures.map(|f| f.levels.into()),
            idle_ms: c.figures.map(|f| f.idle_ms),
            load: c.figures.map(|f| f.load.into()),
        };
        v.of = c.figures.map(|f| f.units.into());
        match &c.verdict {
            Verdict::LacksSkill { skill, level_min, level } => {
                v.skill = Some(self.directory.skill_name(*skill).unwrap_or_default());
                (v.needed, v.has) = (Some((*level_min).into()), Some((*level).into()));
            }
            Verdict::NotReady { state } => v.state = Some(crate::presence::State::of_engine(state).word()),
            Verdict::Full { load, units, weight } => {
                (v.has, v.of, v.needed) =
                    (Some((*load).into()), Some((*units).into()), Some((*weight).into()));
            }
            Verdict::HelpsLater { after_ms } => v.until = Some(*after_ms),
            Verdict::CoolingDown { until } => v.until = Some(*until),
            Verdict::KeptForTeam { team, until } => {
                v.kept_for = self.directory.team_name(*team);
                v.until = Some(*until);
            }
            Verdict::KeptForOther { agent, until } => {
                v.kept_for = Some(self.agent(*agent).alias);
                v.until = Some(*until);
            }
            _ => {}
        }
        v
    }
}

/// Agents told of for a conversation that waits.
const NOW_MAX: usize = 200;

fn standing(s: &Standing) -> StandingView {
    let Standing { queue, item, client_tier, contact_tier, repeat, straight, waited } = *s;
    StandingView { queue, item, client_tier, contact_tier, repeat, straight, waited }
}

fn why(r: &Reason) -> Why {
    let (reason, value, of) = match *r {
        Reason::LastAgent => ("last_agent", None, None),
        Reason::PassedByName => ("passed_by_name", None, None),
        Reason::PassedToTeam => ("passed_to_team", None, None),
        Reason::TakenByHand => ("taken_by_hand", None, None),
        Reason::TakenOver => ("taken_over", None, None),
        Reason::OwnCrew => ("own_crew", None, None),
        Reason::Candidates { count } => ("candidates", Some(count.into()), None),
        Reason::SkillFit { levels } => ("skill_fit", Some(levels.into()), None),
        Reason::LongestIdle { idle_ms } => ("longest_idle", Some(idle_ms), None),
        Reason::LeastLoad { load, units } => ("least_load", Some(load.into()), Some(units.into())),
        Reason::LowerId => ("lower_id", None, None),
    };
    Why { reason, value, of }
}

fn word(v: &Verdict) -> &'static str {
    match v {
        Verdict::Offered => "offered",
        Verdict::Holds => "holds",
        Verdict::Eligible => "eligible",
        Verdict::OutOfReach => "out_of_reach",
        Verdict::OtherLine { .. } => "other_line",
        Verdict::QueueOutOfReach => "queue_out_of_reach",
        Verdict::QueueClosed => "queue_closed",
        Verdict::SeatElsewhere => "seat_elsewhere",
        Verdict::NotInQueue => "not_in_queue",
        Verdict::HelpsLater { .. } => "helps_later",
        Verdict::LacksSkill { .. } => "lacks_skill",
        Verdict::NotConnected => "not_connected",
        Verdict::NotReady { .. } => "not_ready",
        Verdict::Full { .. } => "full",
        Verdict::CoolingDown { .. } => "cooling_down",
        Verdict::KeptForTeam { .. } => "kept_for_team",
        Verdict::KeptForOther { .. } => "kept_for_other",
    }
}
