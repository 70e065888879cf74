//! The picture of the floor.

use super::store;
use crate::counts::{self, Ask, Cell, Sums};
use crate::days::{Day, zone_of};
use crate::permissions::TAKE;
use crate::targets::{self, Target};
use accounts::{Directory, authorize};
use kernel::{LineId, Millis, QueueId, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A picture is good for this long.
const FRESH_MS: Millis = 1_000;
/// A column of the last hour.
const TICK_MS: Millis = 300_000;
/// Columns of the last hour.
const TICKS: i64 = 12;

/// A queue now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QueueNow {
    /// Which.
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// How many wait.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub oldest: Option<Millis>,
    /// Today so far.
    pub sums: Sums,
}

/// Five minutes of the last hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Tick {
    /// When they begin.
    pub at: Millis,
    /// What arrived in them.
    pub sums: Sums,
}

/// A line now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LineNow {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub id: LineId,
    /// When its day began.
    pub day_from: Millis,
    /// How many wait.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub oldest: Option<Millis>,
    /// Conversations that agents have in hand.
    pub serving: i64,
    /// Since when the first turn waits for an answer.
    pub unanswered_since: Option<Millis>,
    /// Agents of the line who are ready and have nothing in hand.
    pub free: i64,
    /// Agents of the line by state; `serving` is ready with something in hand.
    pub states: BTreeMap<String, i64>,
    /// Today so far.
    pub sums: Sums,
    /// Its queues.
    pub queues: Vec<QueueNow>,
    /// The last hour.
    pub hour: Vec<Tick>,
}

impl LineNow {
    /// Changes whenever anything of it has changed.
    pub fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// An agent who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentNow {
    /// Who.
    pub user: UserId,
    /// The state; `serving` is ready with something in hand.
    pub state: String,
    /// The kind, of a break.
    pub kind: Option<String>,
    /// Since when.
    pub since: Millis,
    /// The lines they serve, with what they have in hand of each.
    pub lines: BTreeMap<LineId, i64>,
}

/// The whole floor at one moment.
#[derive(Debug, Default)]
pub struct Floor {
    /// The moment.
    pub at: Millis,
    /// Every line.
    pub lines: BTreeMap<LineId, LineNow>,
    /// What each line aims at, where it differs from the usual.
    pub targets: HashMap<LineId, Target>,
    /// Everybody who is signed in.
    pub agents: Vec<AgentNow>,
    /// Today so far, by line and agent.
    pub days: HashMap<(LineId, UserId), Sums>,
}

/// The newest picture. Provided as a service.
#[derive(Default)]
pub struct Now {
    last: Mutex<Option<Arc<Floor>>>,
}

impl Now {
    /// The floor as it is, or was less than a second ago.
    pub async fn look(&self, app: &App) -> Result<Arc<Floor>> {
        let mut last = self.last.lock().await;
        let now = app.now();
        if let Some(floor) = last.as_ref().filter(|f| (0..FRESH_MS).contains(&(now - f.at))) {
            return Ok(floor.clone());
        }
        let floor = Arc::new(Floor::read(app).await?);
        *last = Some(floor.clone());
        Ok(floor)
    }
}

impl Floor {
    /// Counts everything anew.
    pub async fn read(app: &App) -> Result<Floor> {
        let (directory, now) = (app.port::<Arc<Directory>>().clone(), app.now());
        let read = async move |tx: &mut Tx| Floor::count(tx, &directory, now).await;
        app.db().read(&authorize::reader(), read).await
    }

    async fn count(tx: &mut Tx, directory: &Directory, now: Millis) -> Result<Floor> {
        let mut floor = Floor { at: now, ..Floor::default() };
        let all = store::lines(tx).await?;
        let mut by_day: BTreeMap<Millis, Vec<(TenantId, LineId)>> = BTreeMap::new();
        for (tenant, line) in &all {
            let day = Day::at(now, &zone_of(directory, *line))?;
            by_day.entry(day.from).or_default().push((*tenant, *line));
            floor.lines.insert(*line, LineNow::quiet(*tenant, *line, day.from));
        }
        floor.targets = targets::of_lines(tx, &all).await?;
        for q in store::queues(tx).await? {
            if let Some(line) = floor.lines.get_mut(&q.0) {
                line.queues.push(q.1);
            }
        }
        for (from, lines) in &by_day {
            let ask = Ask::whole(lines, *from, now + 1, now);
            floor.add_day(&counts::cells(tx, &ask).await?);
        }
        let first = (now.div_euclid(TICK_MS) - TICKS + 1) * TICK_MS;
        let ask = Ask { step: TICK_MS, ..Ask::whole(&all, first, now + 1, now) };
        floor.add_hour(first, &counts::cells(tx, &ask).await?);
        for (line, queue, waiting, oldest) in store::waiting(tx).await? {
            floor.add_waiting(line, queue, waiting, oldest);
        }
        for (line, since) in store::unanswered(tx).await? {
            if let Some(l) = floor.lines.get_mut(&line) {
                l.unanswered_since = Some(since);
            }
        }
        let held = store::serving(tx).await?;
        floor.add_people(directory, store::states(tx).await?, &held);
        Ok(floor)
    }

    fn add_day(&mut self, cells: &[Cell]) {
        for c in cells {
            let Some(line) = self.lines.get_mut(&c.line) else { continue };
            line.sums += c.sums;
            if let Some(queue) = line.queues.iter_mut().find(|q| q.id == c.queue) {
                queue.sums += c.sums;
            }
            if c.user.some().is_some() {
                *self.days.entry((c.line, c.user)).or_default() += c.sums;
            }
        }
    }

    fn add_hour(&mut self, first: Millis, cells: &[Cell]) {
        for line in self.lines.values_mut() {
            line.hour = (0..TICKS).map(|i| Tick { at: first + i * TICK_MS, sums: Sums::default() }).collect();
        }
        for c in cells {
            let slot = usize::try_from(c.slot).unwrap_or(usize::MAX);
            if let Some(tick) = self.lines.get_mut(&c.line).and_then(|l| l.hour.get_mut(slot)) {
                tick.sums += c.sums;
            }
        }
    }

    fn add_waiting(&mut self, line: LineId, queue: QueueId, waiting: i64, oldest: Millis) {
        let Some(l) = self.lines.get_mut(&line) else { return };
        l.waiting += waiting;
        l.oldest = Some(l.oldest.map_or(oldest, |o| o.min(oldest)));
        if let Some(q) = l.queues.iter_mut().find(|q| q.id == queue) {
            q.waiting += waiting;
            q.oldest = Some(q.oldest.map_or(oldest, |o| o.min(oldest)));
        }
    }

    fn add_people(
        &mut self,
        directory: &Directory,
        mut agents: Vec<AgentNow>,
        held: &[(LineId, UserId, i64)],
    ) {
        let mut load: HashMap<UserId, i64> = HashMap::new();
        for (line, user, n) in held {
            *load.entry(*user).or_default() += n;
            if let Some(l) = self.lines.get_mut(line) {
                l.serving += n;
            }
        }
        for agent in &mut agents {
            let total = load.get(&agent.user).copied().unwrap_or(0);
            if agent.state == "ready" && total > 0 {
                agent.state = "serving".into();
            }
            for line in self.lines.values_mut() {
                if !directory.reaches(agent.user, TAKE, line.tenant, line.id) {
                    continue;
                }
                let mine = held.iter().filter(|(l, u, _)| *l == line.id && *u == agent.user).map(|(.., n)| n);
                agent.lines.insert(line.id, mine.sum());
                *line.states.entry(agent.state.clone()).or_default() += 1;
                line.free += i64::from(agent.state == "ready");
            }
        }
        self.agents = agents;
    }

    /// What a line aims at.
    pub fn target(&self, line: LineId) -> Target {
        self.targets.get(&line).copied().unwrap_or_default()
    }
}

impl LineNow {
    fn quiet(tenant: TenantId, id: LineId, day_from: Millis) -> LineNow {
        LineNow {
            tenant,
            id,
            day_from,
            waiting: 0,
            oldest: None,
            serving: 0,
            unanswered_since: None,
            free: 0,
            states: BTreeMap::new(),
            sums: Sums::default(),
            queues: vec![],
            hour: vec![],
        }
    }
}
