//! A queue's rules as they fit another line: what they name is named there by its like, or stays behind. Pure.

use super::rules::{CrewKind, Hours, Rules, StageRule};
use kernel::{CalendarId, Language, QueueId, TeamId, UserId};

/// What the rules of one line's queues may name in another.
pub struct Ground<'a> {
    /// The calendar to use instead.
    pub calendar: Option<CalendarId>,
    /// The queue to which a stage leads instead.
    pub queue: &'a dyn Fn(QueueId) -> Option<QueueId>,
    /// Is there such a team?
    pub team: &'a dyn Fn(TeamId) -> bool,
    /// May this agent have a seat?
    pub seat: &'a dyn Fn(UserId) -> bool,
}

/// What stayed behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Dedicated seats.
    pub seats: usize,
    /// Stages.
    pub stages: usize,
    /// Its own calendar.
    pub calendar: bool,
}

/// The rules as they fit there, and what stayed behind.
pub fn fitted(rules: &Rules, to: &Ground<'_>) -> (Rules, Lost) {
    let seats: Vec<UserId> = rules.seats.iter().copied().filter(|s| (to.seat)(*s)).collect();
    let mut stages: Vec<StageRule> = rules.stages.iter().filter_map(|s| stage(s, to, &seats)).collect();
    if let Some(first) = stages.first_mut() {
        first.after_ms = 0;
    }
    let lost = Lost {
        seats: rules.seats.len() - seats.len(),
        stages: rules.stages.len() - stages.len(),
        calendar: rules.hours == Hours::Calendar && to.calendar.is_none(),
    };
    let hours = if lost.calendar { Hours::Line } else { rules.hours };
    let calendar = if hours == Hours::Calendar { to.calendar } else { None };
    (Rules { hours, calendar, stages, seats, ..rules.clone() }, lost)
}

fn stage(s: &StageRule, to: &Ground<'_>, seats: &[UserId]) -> Option<StageRule> {
    let teams: Vec<TeamId> = s.teams.iter().copied().filter(|t| (to.team)(*t)).collect();
    let queue = s.queue.and_then(to.queue);
    let stands = match s.crew {
        CrewKind::Members => true,
        CrewKind::Seats => !seats.is_empty(),
        CrewKind::Teams => !teams.is_empty(),
        CrewKind::Queue => queue.is_some(),
    };
    stands.then(|| StageRule { teams, queue, ..s.clone() })
}

impl Lost {
    /// Told of a queue by name; a sentence each.
    pub fn remarks(self, queue: &str, language: Language) -> Vec<String> {
        let mut out = vec![];
        let (seats, stages) = (self.seats, self.stages);
        if seats > 0 {
            out.push(match language {
                Language::En => format!(
                    "{queue}: {seats} dedicated seats stayed behind; these agents do not serve this line, or work where you do not set up queues"
                ),
                Language::Zh => {
                    format!("「{queue}」有 {seats} 个专席未带入：坐席不服务本项目，或还在您管理范围以外的技能组工作")
                }
            });
        }
        if stages > 0 {
            out.push(match language {
                Language::En => format!(
                    "{queue}: {stages} stages of overflow stayed behind; who helps there cannot help this line"
                ),
                Language::Zh => format!("「{queue}」有 {stages} 级溢出未带入：原来的支援方不能支援本项目"),
            });
        }
        if self.calendar {
            out.push(match language {
                Language::En => {
                    format!("{queue}: its own calendar stayed behind; it is open by the line's calendar")
                }
                Language::Zh => format!("「{queue}」的专用工作日历未带入，改按项目工作日历开放"),
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(after_ms: i64, crew: CrewKind) -> StageRule {
        StageRule { after_ms, crew, teams: vec![], queue: None }
    }

    fn rules() -> Rules {
        Rules {
            hours: Hours::Calendar,
            calendar: Some(CalendarId(1)),
            seats: vec![UserId(1), UserId(2)],
            stages: vec![
                stage(0, CrewKind::Seats),
                stage(10_000, CrewKind::Members),
                StageRule { queue: Some(QueueId(7)), ..stage(20_000, CrewKind::Queue) },
                StageRule { teams: vec![TeamId(3)], ..stage(30_000, CrewKind::Teams) },
            ],
            repeat_keep_ms: 5,
            ..Rules::default()
        }
    }

    #[test]
    fn what_has_its_like_comes_along() {
        let ground = Ground {
            calendar: Some(CalendarId(2)),
            queue: &|q| Some(QueueId(q.0 + 1)),
            team: &|_| true,
            seat: &|_| true,
        };
        let (there, lost) = fitted(&rules(), &ground);
        assert_eq!(lost, Lost::default());
        assert_eq!((there.calendar, there.stages[2].queue), (Some(CalendarId(2)), Some(QueueId(8))));
        assert_eq!((there.seats.len(), there.stages.len(), there.repeat_keep_ms), (2, 4, 5));
        assert!(there.check(QueueId(9)).is_ok() && lost.remarks("售后", Language::Zh).is_empty());
    }

    #[test]
    fn what_has_none_stays_behind_and_the_rest_still_stands() {
        let nowhere =
            Ground { calendar: None, queue: &|_| None, team: &|_| false, seat: &|u| u == UserId(2) };
        let (there, lost) = fitted(&rules(), &nowhere);
        assert_eq!(lost, Lost { seats: 1, stages: 2, calendar: true });
        assert_eq!(
            (there.hours, there.calendar, there.seats.as_slice()),
            (Hours::Line, None, &[UserId(2)][..])
        );
        assert!(there.check(QueueId(9)).is_ok());
        let nobody = Ground { seat: &|_| false, ..nowhere };
        let (there, lost) = fitted(&rules(), &nobody);
        assert_eq!((lost.seats, lost.stages), (2, 3));
        assert_eq!(there.stages, vec![stage(0, CrewKind::Members)], "who remains serves at once");
        assert!(there.check(QueueId(9)).is_ok());
        assert_eq!(lost.remarks("After-sales", Language::En).len(), 3);
    }
}
