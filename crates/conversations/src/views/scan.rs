//! Reading a view's list: places from several walks, merged in the order of the list, each row asked.

use super::filter::{Field, Filter, Seen};
use super::plan::Plan;
use super::saved::ViewOrder;
use super::store::{self, Line};
use crate::lists::{self, BAND};
use crate::threads::{self, Row, Status};
use kernel::{ConversationId, LineId, Millis, Result, TeamId, TenantId, UserId};
use platform::store::Tx;
use std::collections::HashMap;

/// Rows looked at for one page at the most.
pub const LOOKED_MAX: usize = 3_000;
/// Rows looked at between two looks at the page.
const STEP: usize = 200;
/// Conversations of one agent, and of one line's queue, that are read whole.
const HELD_MAX: i64 = 500;

/// A place in a list: the key it is sorted by, then the id (negative where the newest comes first).
pub type Place = (Millis, i64);

/// Which walks make a part of the list, in the order of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Walk {
    Woke,
    Due,
    Waits,
    Calm,
    Recent(Status),
}

impl Walk {
    /// The key of a time in this walk.
    fn key(self, order: ViewOrder, at: Millis) -> Millis {
        match (self, order) {
            (Walk::Woke | Walk::Due, _) => at,
            (Walk::Waits, _) => BAND + at,
            (Walk::Calm, _) => 3 * BAND - at,
            (Walk::Recent(_), ViewOrder::Recent) => 6 * BAND - at,
            (Walk::Recent(Status::Snoozed), _) => 4 * BAND - at,
            (Walk::Recent(_), _) => 5 * BAND - at,
        }
    }

    fn falls(self) -> bool {
        matches!(self, Walk::Calm | Walk::Recent(_))
    }
}

/// The parts of a list: each is sorted before the next.
fn parts(order: ViewOrder, statuses: &[Status]) -> Vec<Vec<Walk>> {
    let has = |s| statuses.contains(&s);
    match order {
        ViewOrder::Recent => vec![statuses.iter().map(|s| Walk::Recent(*s)).collect()],
        ViewOrder::Due => {
            let mut all = vec![];
            if has(Status::Open) {
                all.extend([vec![Walk::Woke, Walk::Due], vec![Walk::Waits], vec![Walk::Calm]]);
            }
            for s in [Status::Snoozed, Status::Resolved] {
                if has(s) {
                    all.push(vec![Walk::Recent(s)]);
                }
            }
            all
        }
    }
}

/// Where a row stands in the list.
pub fn place_of(order: ViewOrder, r: &Row) -> Place {
    match order {
        ViewOrder::Recent => (6 * BAND - r.last_at, -r.id.0),
        ViewOrder::Due => {
            let key = lists::due_key(r);
            (key, if key < 2 * BAND { r.id.0 } else { -r.id.0 })
        }
    }
}

/// Who reads a view, and what they may see of others' work.
pub struct Viewer {
    /// Who.
    pub user: UserId,
    /// Now.
    pub now: Millis,
    /// Lines where everything is seen.
    pub whole: Vec<Line>,
    /// Lines of which one's own work and the queue are seen.
    pub part: Vec<Line>,
    /// The teams of the filter with their members; the reader's own under 0.
    pub members: HashMap<TeamId, Vec<UserId>>,
}

/// A part of a list.
pub struct Found {
    /// The rows that match, in order.
    pub ids: Vec<ConversationId>,
    /// Where to go on; nothing at the end.
    pub next: Option<Place>,
}

/// What of a view is read whole: an agent's own work has an end, a line's history has none.
async fn held(tx: &mut Tx, v: &Viewer, plan: &Plan) -> Result<Vec<Row>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    let mut ids = vec![];
    if let Some(agents) = &plan.agents {
        for agent in agents {
            ids.extend(lists::mine(tx, &tenants, *agent, HELD_MAX).await?);
        }
    } else if !v.part.is_empty() {
        ids.extend(lists::mine(tx, &tenants, v.user, HELD_MAX).await?);
        ids.extend(lists::followed(tx, &tenants, v.user, HELD_MAX).await?);
        for line in &v.part {
            let from = (0, ConversationId(0));
            let queued = lists::queued(tx, *line, from, &lists::Narrow::default(), HELD_MAX).await?;
            ids.extend(queued.into_iter().map(|(_, id)| id));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    let rows = threads::by_ids(tx, &ids).await?;
    let walked = |r: &Row| plan.agents.is_none() && v.whole.contains(&(r.tenant, r.line));
    Ok(rows.into_iter().filter(|r| plan.statuses.contains(&r.status) && !walked(r)).collect())
}

/// May this reader see it in a list?
fn seen_by(v: &Viewer, r: &Row) -> bool {
    v.whole.contains(&(r.tenant, r.line))
        || r.assignee == Some(v.user)
        || r.followers.contains(&v.user)
        || r.is_queued()
}

async fn walk(
    tx: &mut Tx,
    w: Walk,
    line: (TenantId, LineId),
    order: ViewOrder,
    after: Option<Place>,
) -> Result<Vec<(Place, ConversationId)>> {
    // The time after which to go on, from the key; before the part begins, and at its end.
    let from = match after {
        Some((key, tie)) => {
            let at = if w.falls() { w.key(order, 0) - key } else { key - w.key(order, 0) };
            (at, tie.abs())
        }
        None if w.falls() => (i64::MAX, i64::MAX),
        None => (i64::MIN, 0),
    };
    let limit = STEP as i64;
    let found = match w {
        Walk::Woke => store::woke(tx, line, from, limit).await?,
        Walk::Due => store::due(tx, line, from, limit).await?,
        Walk::Waits => store::waits(tx, line, from, limit).await?,
        Walk::Calm => store::calm(tx, line, from, limit).await?,
        Walk::Recent(s) => store::recent(tx, line, s.word(), from, limit).await?,
    };
    let tie = |id: ConversationId| if w.falls() { -id.0 } else { id.0 };
    Ok(found.into_iter().map(|(at, id)| ((w.key(order, at), tie(id)), id)).collect())
}

/// Reads up to `page` matching conversations after a place, looking at [`LOOKED_MAX`] rows at the most.
pub async fn scan(
    tx: &mut Tx,
    v: &Viewer,
    filter: &Filter,
    order: ViewOrder,
    plan: &Plan,
    mut after: Option<Place>,
    (page, looked_max): (usize, usize),
) -> Result<Found> {
    let fixed = held(tx, v, plan).await?;
    let lines: Vec<Line> = match plan.agents {
        Some(_) => vec![],
        None => plan.lines.iter().copied().filter(|l| v.whole.contains(l)).collect(),
    };
    let mut ids = vec![];
    let mut looked = 0;
    for part in parts(order, &plan.statuses) {
        // What lies beyond this part ends above its keys, what lies before begins below them.
        let last =
            part.iter().map(|w| if w.falls() { w.key(order, 0) } else { w.key(order, BAND - 1) }).max();
        if after.zip(last).is_some_and(|(a, last)| a.0 > last) {
            continue;
        }
        let first =
            part.iter().map(|w| if w.falls() { w.key(order, BAND - 1) } else { w.key(order, 0) }).min();
        loop {
            let within = after.filter(|a| first.is_none_or(|f| a.0 >= f));
            let mut places: Vec<(Place, ConversationId)> = vec![];
            for w in &part {
                for line in &lines {
                    places.extend(walk(tx, *w, *line, order, within).await?);
                }
            }
            let range = first.unwrap_or(i64::MIN)..=last.unwrap_or(i64::MAX);
            let own = fixed.iter().map(|r| (place_of(order, r), r.id));
            places.extend(own.filter(|(p, _)| range.contains(&p.0) && within.is_none_or(|a| *p > a)));
            places.sort_unstable();
            places.truncate(STEP);
            let Some(&(end, _)) = places.last() else { break };
            let whole = places.len() == STEP;
            let wanted: Vec<ConversationId> = places.iter().map(|(_, id)| *id).collect();
            let matching = matching(tx, v, filter, &wanted).await?;
            for (p, id) in &places {
                looked += 1;
                if matching.contains(id) {
                    ids.push(*id);
                    if ids.len() == page {
                        return Ok(Found { ids, next: Some(*p) });
                    }
                }
            }
            after = Some(end);
            if looked >= looked_max {
                return Ok(Found { ids, next: after });
            }
            if !whole {
                break;
            }
        }
    }
    Ok(Found { ids, next: None })
}

/// Of these conversations, those that the reader may see and the filter takes.
async fn matching(
    tx: &mut Tx,
    v: &Viewer,
    filter: &Filter,
    ids: &[ConversationId],
) -> Result<Vec<ConversationId>> {
    let rows = threads::by_ids(tx, ids).await?;
    let scope = tx.scope().clone();
    let contacts = if filter.asks(Field::Tier) || filter.asks(Field::Text) {
        let mut people: Vec<_> = rows.iter().map(|r| r.contact).collect();
        people.sort_unstable();
        people.dedup();
        customers::brief(tx, &scope, &people).await?
    } else {
        vec![]
    };
    let contacts: HashMap<_, _> = contacts.iter().map(|c| (c.id, c)).collect();
    let reads: HashMap<_, _> = if filter.asks(Field::Unread) {
        let tenants = Tx::ids(scope.tenants().map(|t| t.0));
        let list = Tx::ids(ids.iter().map(|i| i.0));
        lists::readings(tx, &tenants, v.user, &list).await?.into_iter().collect()
    } else {
        HashMap::new()
    };
    let takes = |r: &&Row| {
        let seen = Seen {
            row: r,
            contact: contacts.get(&r.contact).copied(),
            read_count: reads.get(&r.id).copied().unwrap_or(0),
            now: v.now,
            me: v.user,
            members: &v.members,
        };
        seen_by(v, r) && filter.matches(&seen)
    };
    Ok(rows.iter().filter(takes).map(|r| r.id).collect())
}
