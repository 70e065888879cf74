//! How a queue is served beyond what its work needs: its hours, who helps after what wait, dedicated seats, and for whom
//! work is kept for a while. Saved as a whole. Pure.

use engines::acd::{self, CapacityClass, Crew, HOLD_MS_MAX, STAGE_MS_MAX, STAGES_MAX, TEAMS_MAX};
use kernel::{CalendarId, Error, Millis, QueueId, Result, TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Dedicated seats of one queue.
pub const SEATS_MAX: usize = 500;
/// How far back somebody may have served a contact to count as the last agent, at the most: 90 days.
pub const LAST_AGENT_WITHIN_MS_MAX: Millis = 90 * DAY_MS;
/// Within what a contact comes again, at the most: a week.
pub const REPEAT_WITHIN_MS_MAX: Millis = 7 * DAY_MS;
const DAY_MS: Millis = 24 * 3_600_000;

/// By which calendar a queue is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hours {
    /// Day and night.
    #[default]
    Always,
    /// By its line's calendar; a line without one is always open.
    Line,
    /// By a calendar of its own.
    Calendar,
}

/// What each piece of its work counts as in an agent's capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkClass {
    /// A chat: answered at once.
    #[default]
    Chat,
    /// A mail, or what is answered within hours.
    Mail,
    /// A task.
    Task,
}

impl WorkClass {
    /// As the engine takes it.
    pub fn for_engine(self) -> CapacityClass {
        match self {
            WorkClass::Chat => CapacityClass::Chat,
            WorkClass::Mail => CapacityClass::Mail,
            WorkClass::Task => CapacityClass::Task,
        }
    }
}

/// Who serves from a stage on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CrewKind {
    /// Everybody of the line who has the skills.
    Members,
    /// Those with a dedicated seat here.
    Seats,
    /// Those of these teams who have the skills; a site is the teams that sit there.
    Teams,
    /// Those who serve another queue of the client at once, by that queue's skills.
    Queue,
}

/// From what wait on who else may serve the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageRule {
    /// The wait, in milliseconds; 0 for the first stage, then rising, at most a week.
    pub after_ms: i64,
    /// Who.
    pub crew: CrewKind,
    /// The teams, where it is teams.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// The other queue, where it is a queue.
    #[serde(default)]
    pub queue: Option<QueueId>,
}

/// How a queue is served. What is left out is as usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = QueueRules)]
pub struct Rules {
    /// By which calendar it is open. Outside its hours it takes work in and offers none.
    pub hours: Hours,
    /// The calendar of its own, where it has one.
    pub calendar: Option<CalendarId>,
    /// Who serves it and after what wait others help; empty = its members at once. At most 8.
    pub stages: Vec<StageRule>,
    /// Who works for this queue alone (with the other queues where they have a seat).
    pub seats: Vec<UserId>,
    /// What each piece of its work counts as.
    pub work: WorkClass,
    /// For how long new work is kept for whoever served the contact last, in milliseconds, up to an hour; 0 = not.
    pub last_agent_keep_ms: i64,
    /// How long ago that may have been, in milliseconds, up to 90 days.
    pub last_agent_within_ms: i64,
    /// For how long it is kept instead when the contact comes again soon, in milliseconds, up to an hour; 0 = not longer.
    pub repeat_keep_ms: i64,
    /// How soon is again, in milliseconds, up to a week.
    pub repeat_within_ms: i64,
    /// For how long work that was passed on is kept for whom it was passed to, in milliseconds, up to an hour.
    pub passed_keep_ms: i64,
}

impl Default for Rules {
    /// Always open, served by its members at once, kept 20 s for the last agent of a week, a minute when the contact
    /// comes again within two days, two minutes for whom it is passed to.
    fn default() -> Rules {
        Rules {
            hours: Hours::Always,
            calendar: None,
            stages: vec![],
            seats: vec![],
            work: WorkClass::Chat,
            last_agent_keep_ms: 20_000,
            last_agent_within_ms: 7 * DAY_MS,
            repeat_keep_ms: 60_000,
            repeat_within_ms: 2 * DAY_MS,
            passed_keep_ms: 120_000,
        }
    }
}

impl Rules {
    /// Refuses what cannot be, naming the field. `own`: the queue they are of.
    pub fn check(&self, own: QueueId) -> Result<()> {
        if (self.hours == Hours::Calendar) != self.calendar.is_some() {
            return Err(Error::invalid("/rules/calendar", "unfit"));
        }
        if self.seats.len() > SEATS_MAX {
            return Err(Error::invalid("/rules/seats", "too_many"));
        }
        if self.seats.iter().enumerate().any(|(i, s)| self.seats[..i].contains(s)) {
            return Err(Error::invalid("/rules/seats", "repeated"));
        }
        let times = [
            ("last_agent_keep_ms", self.last_agent_keep_ms, HOLD_MS_MAX),
            ("last_agent_within_ms", self.last_agent_within_ms, LAST_AGENT_WITHIN_MS_MAX),
            ("repeat_keep_ms", self.repeat_keep_ms, HOLD_MS_MAX),
            ("repeat_within_ms", self.repeat_within_ms, REPEAT_WITHIN_MS_MAX),
            ("passed_keep_ms", self.passed_keep_ms, HOLD_MS_MAX),
        ];
        for (name, value, max) in times {
            if !(0..=max).contains(&value) {
                return Err(Error::invalid(format!("/rules/{name}"), "out_of_range"));
            }
        }
        self.check_stages(own)
    }

    fn check_stages(&self, own: QueueId) -> Result<()> {
        if self.stages.len() > STAGES_MAX {
            return Err(Error::invalid("/rules/stages", "too_many"));
        }
        let mut last = 0;
        for (i, stage) in self.stages.iter().enumerate() {
            let fault = |field: &str, word| Err(Error::invalid(format!("/rules/stages/{i}/{field}"), word));
            let rises = if i == 0 { stage.after_ms == 0 } else { stage.after_ms > last };
            if !rises || stage.after_ms > STAGE_MS_MAX {
                return fault("after_ms", "out_of_range");
            }
            last = stage.after_ms;
            if (stage.crew == CrewKind::Teams) == stage.teams.is_empty() || stage.teams.len() > TEAMS_MAX {
                return fault("teams", "unfit");
            }
            if (stage.crew == CrewKind::Queue) != stage.queue.is_some() || stage.queue == Some(own) {
                return fault("queue", "unfit");
            }
            if stage.crew == CrewKind::Seats && self.seats.is_empty() {
                return fault("crew", "no_seats");
            }
        }
        Ok(())
    }

    /// The stages as the engine takes them.
    pub fn stages_for_engine(&self) -> Vec<acd::Stage> {
        let crew = |s: &StageRule| match s.crew {
            CrewKind::Members => Crew::Members,
            CrewKind::Seats => Crew::Seats,
            CrewKind::Teams => Crew::Teams { teams: s.teams.clone() },
            CrewKind::Queue => Crew::Queue { queue: s.queue.unwrap_or_default() },
        };
        self.stages.iter().map(|s| acd::Stage { after_ms: s.after_ms, crew: crew(s) }).collect()
    }

    /// For how long new work is kept for the last agent.
    pub fn keep_ms(&self, repeat: bool) -> Millis {
        if repeat { self.last_agent_keep_ms.max(self.repeat_keep_ms) } else { self.last_agent_keep_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(after_ms: i64, crew: CrewKind) -> StageRule {
        StageRule { after_ms, crew, teams: vec![], queue: None }
    }

    #[test]
    fn what_cannot_be_is_refused_by_field() {
        let usual = Rules::default;
        assert!(usual().check(QueueId(1)).is_ok());
        let other = StageRule { queue: Some(QueueId(1)), ..stage(5, CrewKind::Queue) };
        let cases = [
            ("/rules/calendar", Rules { hours: Hours::Calendar, ..usual() }),
            ("/rules/calendar", Rules { calendar: Some(CalendarId(2)), ..usual() }),
            ("/rules/last_agent_keep_ms", Rules { last_agent_keep_ms: HOLD_MS_MAX + 1, ..usual() }),
            ("/rules/seats", Rules { seats: vec![UserId(1); 2], ..usual() }),
            ("/rules/stages/0/after_ms", Rules { stages: vec![stage(5, CrewKind::Members)], ..usual() }),
            ("/rules/stages/0/teams", Rules { stages: vec![stage(0, CrewKind::Teams)], ..usual() }),
            ("/rules/stages/0/crew", Rules { stages: vec![stage(0, CrewKind::Seats)], ..usual() }),
            ("/rules/stages/1/queue", Rules { stages: vec![stage(0, CrewKind::Members), other], ..usual() }),
        ];
        for (field, rules) in cases {
            assert_eq!(rules.check(QueueId(1)).expect_err(field).fields[0].field, field);
        }
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let read: Rules = serde_json::from_str("{}").expect("nothing is needed");
        assert_eq!(read, Rules::default());
        assert_eq!((read.keep_ms(false), read.keep_ms(true)), (20_000, 60_000));
    }
}
