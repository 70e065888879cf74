//! A start from the rows: the engine as it would be had nothing happened.

use super::board::Engine;
use super::known::{Known, Ways};
use super::plan::Meta;
use super::profile::profile;
use super::reconcile::{Want, want};
use super::step::Floor;
use super::waits::PastWait;
use crate::presence::{self, AgentNow};
use crate::queues::Queue;
use crate::reservations::{self, Reservation, State as Rings};
use crate::standing::{self, ClientRules, Installation};
use crate::{facts, permissions, queues};
use accounts::authorize;
use conversations::threads::{self, Routed, Status};
use engines::acd::{
    AgentRow, AgentState, Capacity, CoolDown, Event, ItemRow, ItemStatus, Settings, Snapshot, WorkItem,
};
use engines::estimate::LOOK_BACK_MS;
use kernel::{ConversationId, Millis, Result, TenantId, UserId, WorkItemId};
use platform::store::Tx;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Conversations read at once.
const PAGE: i64 = 2_000;

/// Everything that a start needs, of one moment.
struct Rows {
    pos: i64,
    queues: Vec<Queue>,
    agents: Vec<AgentNow>,
    idle: HashMap<UserId, (Millis, u32)>,
    capacities: HashMap<UserId, Capacity>,
    items: Vec<Routed>,
    active: HashMap<ConversationId, Reservation>,
    taken: HashMap<ConversationId, (UserId, Millis, i64)>,
    since: HashMap<ConversationId, Millis>,
    settings: Option<Installation>,
    clients: Arc<HashMap<TenantId, ClientRules>>,
    past: Vec<PastWait>,
    known: Vec<Known>,
    ways: Ways,
    cool_downs: Vec<(UserId, ConversationId, Millis)>,
}

async fn read(tx: &mut Tx, now: Millis, usual: Settings) -> Result<Rows> {
    let pos = tx.position().await?;
    let queues = queues::all(tx).await?;
    let settings = standing::installation(tx).await?;
    let clients = Arc::new(standing::clients(tx).await?);
    let by_id = Arc::new(queues.iter().map(|q| (q.id, Arc::new(q.clone()))).collect());
    let ways = Ways { queues: by_id, clients: clients.clone(), now };
    let tenants: BTreeSet<TenantId> = queues.iter().map(|q| q.tenant).collect();
    let mut past = vec![];
    for tenant in tenants {
        past.extend(facts::past_waits(tx, tenant, now - LOOK_BACK_MS).await?);
    }
    let agents = presence::agents(tx).await?;
    let mut idle = HashMap::new();
    for a in &agents {
        idle.insert(a.user, idleness(a, &reservations::last_of_users(tx, a.user).await?));
    }
    let capacities = presence::capacities(tx).await?.into_iter().collect();
    let mut items: Vec<Routed> = vec![];
    let (mut taken, mut since, mut known) = (HashMap::new(), HashMap::new(), vec![]);
    loop {
        let after = items.last().map_or(ConversationId(0), |r| r.id);
        let page = threads::routed_live(tx, after, PAGE).await?;
        let ids: Vec<ConversationId> = page.iter().map(|r| r.id).collect();
        taken.extend(reservations::taken(tx, &ids).await?.into_iter().map(|(c, u, t, n)| (c, (u, t, n))));
        since.extend(facts::waiting_since(tx, &ids).await?);
        known.push(Known::read(tx, &page, &ways).await?);
        let more = page.len() as i64 == PAGE;
        items.extend(page);
        if !more {
            break;
        }
    }
    let active = reservations::active(tx).await?.into_iter().map(|r| (r.conversation, r)).collect();
    let cool_down_ms = settings.map_or(usual.cool_down_ms, |s| s.cool_down_ms);
    let cool_downs = reservations::cool_downs(tx, now - cool_down_ms).await?;
    Ok(Rows {
        pos,
        queues,
        agents,
        idle,
        capacities,
        items,
        active,
        taken,
        since,
        settings,
        clients,
        past,
        known,
        ways,
        cool_downs,
    })
}

/// Since when an agent is idle, and how many offers they missed in a row, from their last reservations, newest first.
fn idleness(a: &AgentNow, last: &[(Rings, Millis, Option<Millis>)]) -> (Millis, u32) {
    let mut idle = a.since;
    for (state, offered, ended) in last {
        idle = idle.max(*offered);
        if *state == Rings::Accepted {
            idle = idle.max(ended.unwrap_or(0));
        }
    }
    let since_ready = last.iter().filter(|(_, offered, _)| *offered >= a.since);
    let missed =
        since_ready.take_while(|(s, ..)| *s != Rings::Accepted).filter(|(s, ..)| *s == Rings::Lapsed);
    (idle, u32::try_from(missed.count()).unwrap_or(0))
}

/// Forgets what was known and builds it from the rows; then the log goes on from their moment.
pub(super) async fn rebuild(floor: &mut Floor) -> Result<()> {
    floor.directory.refresh(&floor.app).await?;
    let (now, usual) = (floor.app.now(), floor.settings);
    let load = async move |tx: &mut Tx| read(tx, now, usual).await;
    let rows = floor.app.db().read(&authorize::reader(), load).await?;
    if let Some(set) = rows.settings {
        floor.settings = set.for_engine();
    }
    let settings = floor.settings;
    floor.clients.clone_from(&rows.clients);
    let first = floor.app.ids().next();
    floor.board.put_queues(rows.queues.clone());
    floor.board.clear_profiles();
    floor.board.with(|e| {
        *e = Engine::new(settings, first);
        e.waits.begin(&rows.past);
    });
    floor.pos = rows.pos;
    floor.capacities.clone_from(&rows.capacities);
    floor.agents = rows.agents.iter().map(|a| (a.user, a.clone())).collect();
    // Sockets need a moment to come back after a start; whoever does not is found missing by the next looks.
    floor.vanished.clear();
    rows.agents.iter().for_each(|a| floor.board.note_agent(a.clone()));
    floor.forget_pending();
    let snapshot = snapshot(floor, &rows);
    floor.apply(Event::Restore(Box::new(snapshot)));
    floor.built = true;
    floor.moved.extend(rows.queues.iter().map(|q| q.id));
    tracing::info!(
        queues = rows.queues.len(),
        agents = rows.agents.len(),
        items = rows.items.len(),
        "the floor stands"
    );
    Ok(())
}

fn snapshot(floor: &mut Floor, rows: &Rows) -> Snapshot {
    let mut agents: BTreeMap<UserId, AgentRow> = BTreeMap::new();
    for a in &rows.agents {
        let (idle_since, missed) = rows.idle.get(&a.user).copied().unwrap_or((a.since, 0));
        let row = AgentRow {
            missed,
            wrap_up_until: a.wrap_up_until,
            ..agent_row(floor, a.user, a.for_engine(), idle_since)
        };
        agents.insert(a.user, row);
    }
    floor.hours_at = None;
    let queues = rows.queues.iter().map(|q| floor.for_engine(q)).collect();
    let mut items = vec![];
    for (n, row) in rows.items.iter().enumerate() {
        let Some(item) = item_row(floor, rows, row, &rows.known[n / PAGE as usize]) else { continue };
        if let ItemStatus::Held { agent } | ItemStatus::Offered { agent, .. } = item.status {
            let now = floor.app.now();
            agents.entry(agent).or_insert_with(|| agent_row(floor, agent, AgentState::Offline, now));
        }
        items.push(item);
    }
    let rest = |(agent, conversation, at): &(UserId, ConversationId, Millis)| CoolDown {
        agent: *agent,
        item: WorkItemId(conversation.0),
        until: at + floor.settings.cool_down_ms,
    };
    Snapshot {
        queues,
        agents: agents.into_values().collect(),
        items,
        cool_downs: rows.cool_downs.iter().map(rest).collect(),
        next_reservation: 0,
    }
}

fn agent_row(floor: &Floor, user: UserId, state: AgentState, idle_since: Millis) -> AgentRow {
    let capacity = floor.capacities.get(&user).copied().unwrap_or_default();
    let agent = profile(&floor.board, &floor.directory, user, capacity);
    floor.board.put_profile(&agent);
    AgentRow {
        agent,
        state,
        connected: true,
        gone_until: None,
        wrap_up_until: None,
        idle_since,
        missed: 0,
        load: 0,
    }
}

fn item_row(floor: &mut Floor, rows: &Rows, row: &Routed, beside: &Known) -> Option<ItemRow> {
    if row.status == Status::Snoozed {
        floor.sleeping.insert(row.id);
        return None;
    }
    let known = row.queue.is_some_and(|q| floor.board.queue(q).is_some());
    let directory = floor.directory.clone();
    let reaches = |user| directory.reaches(user, permissions::TAKE, row.tenant, row.line);
    let mut wanted = want(Some(row), known, reaches);
    if let Want::Waiting(item) | Want::Held(item, _) = &mut wanted {
        beside.add(item, row, &rows.ways);
    }
    let (item, status, charged) = match wanted {
        Want::Gone { .. } => return None,
        Want::Waiting(item) => match rows.active.get(&row.id) {
            Some(r) => {
                let (reservation, agent, expires_at) = (r.id, r.user, r.expires_at);
                (item, ItemStatus::Offered { reservation, agent, expires_at }, units(r.charged))
            }
            None => (item, ItemStatus::Waiting, 0),
        },
        Want::Held(item, agent) => {
            let taken = rows.taken.get(&row.id).filter(|(user, ..)| *user == agent);
            let since = taken.map(|t| t.1).or(rows.since.get(&row.id).copied()).unwrap_or(item.enqueued_at);
            let usual = floor.capacities.get(&agent).copied().unwrap_or_default().weight(item.class);
            let charged = taken.map_or(usual, |t| units(t.2));
            (WorkItem { enqueued_at: since, ..item }, ItemStatus::Held { agent }, charged)
        }
    };
    let meta = Meta {
        id: row.id,
        tenant: row.tenant,
        line: row.line,
        inbox: row.inbox,
        contact: row.contact,
        epoch: row.epoch,
    };
    floor.metas.insert(item.id, meta);
    Some(ItemRow { item, status, charged, decision: None })
}

fn units(stored: i64) -> u16 {
    u16::try_from(stored).unwrap_or(0)
}
