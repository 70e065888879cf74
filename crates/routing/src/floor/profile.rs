//! What the engine must know of an agent: skills valid now, capacity, and the lines where they may be offered work.

use super::board::Board;
use crate::permissions::TAKE;
use crate::queues;
use accounts::Directory;
use engines::acd::{Agent, Capacity, QueueSet, SKILLS_MAX, SkillLevel, TEAMS_MAX};
use kernel::{LineId, LineSet, TenantId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// An agent as of now. The reach names the lines of clients that have queues: what waits in a queue may be of a line that
/// has none itself.
pub(super) fn profile(board: &Board, directory: &Directory, user: UserId, capacity: Capacity) -> Agent {
    let mut lines: BTreeMap<TenantId, BTreeSet<LineId>> = BTreeMap::new();
    let works = directory.user(user).is_some_and(|u| !u.disabled);
    if works {
        let tenants: BTreeSet<TenantId> = board.queues().iter().map(|q| q.tenant).collect();
        for tenant in tenants {
            let taken = |line: &LineId| directory.reaches(user, TAKE, tenant, *line);
            let reached: BTreeSet<LineId> = directory.lines_of(tenant).into_iter().filter(taken).collect();
            if !reached.is_empty() {
                lines.insert(tenant, reached);
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
        seats: board.queues().iter().filter(|q| q.rules.seats.contains(&user)).map(|q| q.id).collect(),
        reach: lines.into_iter().map(|(t, l)| (t, LineSet::Only(l.into_iter().collect()))).collect(),
    }
}
