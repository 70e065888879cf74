//! A queue and which of its settings are allowed.

use super::rules::Rules;
use engines::acd;
use kernel::{Error, LineId, Millis, QueueId, Result, SkillId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name at the most, in characters.
pub const NAME_MAX: usize = 100;
/// Skills one queue may ask for.
pub const SKILLS_MAX: usize = 20;
/// The highest level of a skill.
pub const LEVEL_MAX: i64 = 100;
/// Priorities lie between minus this and this; an item's own priority always weighs more.
pub const PRIORITY_ABS_MAX: i64 = 100;
/// How long an offer may ring, in milliseconds.
pub const OFFER_MS: std::ops::RangeInclusive<i64> = 5_000..=600_000;
/// How long wrapping up may take, in milliseconds.
pub const WRAP_UP_MS_MAX: i64 = 3_600_000;

/// A skill that the work needs, with the lowest level that will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillAsk {
    /// The skill.
    pub skill: SkillId,
    /// The lowest level that will do, 1 to 100.
    pub level: i64,
}

/// Which of several qualified agents is preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// The most skilled.
    #[default]
    Best,
    /// The least over-qualified.
    Closest,
}

/// What becomes of held work when its agent is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// It waits again, with the age it had.
    #[default]
    Requeue,
    /// It stays with its agent.
    Keep,
}

impl Fit {
    /// The word stored.
    pub fn word(self) -> &'static str {
        if self == Fit::Best { "best" } else { "closest" }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Fit {
        if w == "closest" { Fit::Closest } else { Fit::Best }
    }
}

impl Absence {
    /// The word stored.
    pub fn word(self) -> &'static str {
        if self == Absence::Requeue { "requeue" } else { "keep" }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Absence {
        if w == "keep" { Absence::Keep } else { Absence::Requeue }
    }
}

/// A queue as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Its name.
    pub name: String,
    /// What every item of it needs.
    pub skills: Vec<SkillAsk>,
    /// Larger goes first.
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
    /// When it was made.
    pub created_at: Millis,
}

impl Queue {
    /// A name as it is compared: two queues of a line may not differ by case or space alone.
    pub fn name_key(&self) -> String {
        self.name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    }

    /// Refuses what cannot be, naming the field.
    pub fn check(&self) -> Result<()> {
        if self.name_key().is_empty() {
            return Err(Error::invalid("/name", "required"));
        }
        if self.name.chars().count() > NAME_MAX {
            return Err(Error::invalid("/name", "too_long"));
        }
        if self.skills.len() > SKILLS_MAX {
            return Err(Error::invalid("/skills", "too_many"));
        }
        for (i, ask) in self.skills.iter().enumerate() {
            if !(1..=LEVEL_MAX).contains(&ask.level) {
                return Err(Error::invalid(format!("/skills/{i}/level"), "out_of_range"));
            }
            if self.skills[..i].iter().any(|s| s.skill == ask.skill) {
                return Err(Error::invalid(format!("/skills/{i}/skill"), "repeated"));
            }
        }
        if self.priority.abs() > PRIORITY_ABS_MAX {
            return Err(Error::invalid("/priority", "out_of_range"));
        }
        if !OFFER_MS.contains(&self.offer_ms) {
            return Err(Error::invalid("/offer_ms", "out_of_range"));
        }
        if !(0..=WRAP_UP_MS_MAX).contains(&self.wrap_up_ms) {
            return Err(Error::invalid("/wrap_up_ms", "out_of_range"));
        }
        self.rules.check(self.id)
    }

    /// What its work needs, as the engine takes it.
    pub fn needs(&self) -> Vec<acd::SkillNeed> {
        self.skills.iter().map(|s| need(s.skill, s.level)).collect()
    }

    /// As the engine takes it: open or not just now, and with its client's tier.
    pub fn for_engine(&self, open: bool, tier: u8) -> acd::Queue {
        acd::Queue {
            open,
            tier,
            stages: self.rules.stages_for_engine(),
            skills: self.needs(),
            priority: i32::try_from(self.priority).unwrap_or(0),
            fit: if self.fit == Fit::Best { acd::SkillFit::Best } else { acd::SkillFit::Closest },
            offer_ms: self.offer_ms,
            auto_accept: self.auto_accept,
            wrap_up_ms: self.wrap_up_ms,
            on_absence: match self.on_absence {
                Absence::Requeue => acd::OnAbsence::Requeue,
                Absence::Keep => acd::OnAbsence::Keep,
            },
            ..acd::Queue::new(self.id, self.tenant, self.line)
        }
    }
}

/// A level as the engine counts it.
pub(crate) fn level(level: i64) -> u8 {
    u8::try_from(level.clamp(0, 255)).unwrap_or(u8::MAX)
}

fn need(skill: SkillId, lowest: i64) -> acd::SkillNeed {
    acd::SkillNeed { skill, level_min: level(lowest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> Queue {
        Queue {
            id: QueueId(1),
            tenant: TenantId(1),
            line: LineId(1),
            name: "售后".into(),
            skills: vec![],
            priority: 0,
            fit: Fit::Best,
            offer_ms: 20_000,
            auto_accept: false,
            wrap_up_ms: 0,
            on_absence: Absence::Requeue,
            rules: Rules::default(),
            created_at: 0,
        }
    }

    #[test]
    fn what_cannot_be_is_refused_by_field() {
        assert!(queue().check().is_ok());
        let cases: [(&str, Queue); 5] = [
            ("/name", Queue { name: "  ".into(), ..queue() }),
            ("/offer_ms", Queue { offer_ms: 10, ..queue() }),
            ("/priority", Queue { priority: 101, ..queue() }),
            ("/wrap_up_ms", Queue { wrap_up_ms: -1, ..queue() }),
            ("/skills/0/level", Queue { skills: vec![SkillAsk { skill: SkillId(3), level: 0 }], ..queue() }),
        ];
        for (field, q) in cases {
            let refused = q.check().expect_err(field);
            assert_eq!(refused.fields[0].field, field);
        }
        let twice = vec![SkillAsk { skill: SkillId(3), level: 1 }; 2];
        assert!(Queue { skills: twice, ..queue() }.check().is_err());
    }

    #[test]
    fn names_are_compared_without_case_and_space() {
        let q = Queue { name: "  After   Sales ".into(), ..queue() };
        assert_eq!(q.name_key(), "after sales");
    }
}
