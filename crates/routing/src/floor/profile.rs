//! What the engine must know of an agent: skills valid now, capacity, and the lines where they may be offered work.

use super::board::Board;
use crate::permissions::TAKE;
use crate::queues;
use accounts::Directory;
use engines::acd::{Agent, Capacity, QueueSet, SKILLS_MAX, SkillLevel, TEAMS_MAX};
use kernel::{LineId, LineSet, TenantId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// An agent as of now. The reach names lines that have queues, which are all that matter.
pub(super) fn profile(board: &Board, directory: &Directory, user: UserId, capacity: Capacity) -> Agent {
    let mut lines: BTreeMap<TenantId, BTreeSet<LineId>> = BTreeMap::new();
    let works = directory.user(user).is_some_and(|u| !u.disabled);
    if works {
        for q in board.queues() {
            if directory.reaches(user, TAKE, q.tenant, q.line) {
                lines.entry(q.tenant).or_default().insert(q.line);
            }
        }
    }
    let skills = directory.skills_of(user).into_iter().take(SKILLS_MAX);
    Agent {
        id: user,
        skills: skills.map(|(skill, l)| SkillLevel { skill, level: queues::level(l) }).collect(),
        capacity,
        queues: QueueSet::All,
        teams: directory.teams_of(user).into_iter().take(TEAMS_MAX).collect(),
        seats: vec![],
        reach: lines.into_iter().map(|(t, l)| (t, LineSet::Only(l.into_iter().collect()))).collect(),
    }
}
