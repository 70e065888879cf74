//! A day counted: the line, its queues, its agents, its hours, its dispositions.

use crate::counts::{self, Ask, Cell, Record, Sums};
use crate::days::{Day, HOUR_MS};
use crate::metrics::{AGENT_DAY, LINE_DAY, Metric, OWN_DAY, by_id};
use crate::permissions::TAKE;
use accounts::{Directory, authorize};
use kernel::{LineId, Millis, QueueId, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sums under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The queue or agent; 0 for the line.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What was counted.
    pub sums: Sums,
    /// How many other lines an agent serves: their own day stands whole in the day of each.
    pub elsewhere: i64,
}

/// A day of a line.
#[derive(Debug)]
pub struct DayReport {
    /// The day.
    pub day: Day,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The client's name.
    pub client: String,
    /// The line's name.
    pub name: String,
    /// Until when it was counted: the end of the day, or now.
    pub until: Millis,
    /// The whole line.
    pub total: Sums,
    /// Its queues, by id.
    pub queues: Vec<Named>,
    /// The agents who had anything to do, and those of the line who were signed in, by number and name.
    pub agents: Vec<Named>,
    /// Its hours from the first moment of the day.
    pub hours: Vec<(Millis, Sums)>,
    /// Dispositions, the most frequent first.
    pub records: Vec<Record>,
    /// Is the working day of agents part of it?
    pub with_people: bool,
}

/// What is read for a day.
struct Counted {
    cells: Vec<Cell>,
    names: BTreeMap<QueueId, String>,
    people: BTreeMap<UserId, Sums>,
    records: Vec<Record>,
}

impl DayReport {
    /// Counts a day. `with_people` adds what the agents' own day was made of.
    pub async fn read(
        app: &App,
        tenant: TenantId,
        line: LineId,
        day: Day,
        with_people: bool,
    ) -> Result<DayReport> {
        let (now, from, to) = (app.now(), day.from, day.to);
        let ask = Ask { step: HOUR_MS, ..Ask::whole(&[(tenant, line)], from, to, now) };
        let directory = app.port::<Arc<Directory>>();
        // Who serves the line had a day of their own, also without a contact.
        let users = if with_people { directory.users() } else { vec![] };
        let serving: Vec<UserId> =
            users.iter().map(|u| u.id).filter(|u| directory.reaches(*u, TAKE, tenant, line)).collect();
        let read = async move |tx: &mut Tx| {
            let cells = counts::cells(tx, &ask).await?;
            let mut users: Vec<UserId> =
                cells.iter().filter_map(|c| c.user.some()).chain(serving.iter().copied()).collect();
            users.sort_unstable();
            users.dedup();
            let mut people = match with_people {
                true => counts::people(tx, &users, from, to, now).await?,
                false => BTreeMap::new(),
            };
            people.retain(|_, own| *own != Sums::default());
            let names = super::store::queue_names(tx, tenant, line).await?;
            let records = counts::records(tx, tenant, line, from, to).await?;
            Ok(Counted { cells, names, people, records })
        };
        // The own day of agents holds what they did for others too; whoever may not see it stays within the client.
        let scope = if with_people { authorize::reader() } else { authorize::job(tenant) };
        let counted = app.db().read(&scope, read).await?;
        let name = directory.line(line).map(|l| l.name.clone()).unwrap_or_default();
        let client = directory.tenant(tenant).map(|t| t.name.clone()).unwrap_or_default();
        let mut report = DayReport {
            tenant,
            line,
            client,
            name,
            until: to.min(now).max(from),
            total: Sums::default(),
            queues: vec![],
            agents: vec![],
            hours: vec![],
            records: vec![],
            with_people,
            day,
        };
        report.fill(counted, directory);
        Ok(report)
    }

    fn fill(&mut self, counted: Counted, directory: &Directory) {
        self.total = counts::total(&counted.cells);
        let hours = (self.day.to - self.day.from).div_euclid(HOUR_MS);
        self.hours = (0..hours).map(|i| (self.day.from + i * HOUR_MS, Sums::default())).collect();
        let mut queues: BTreeMap<QueueId, Sums> =
            counted.names.keys().map(|q| (*q, Sums::default())).collect();
        let mut agents: BTreeMap<UserId, Sums> = BTreeMap::new();
        for c in &counted.cells {
            if let Some(hour) = usize::try_from(c.slot).ok().and_then(|i| self.hours.get_mut(i)) {
                hour.1 += c.sums;
            }
            if c.queue.some().is_some() {
                *queues.entry(c.queue).or_default() += c.sums;
            }
            if c.user.some().is_some() {
                *agents.entry(c.user).or_default() += c.sums;
            }
        }
        for (user, own) in &counted.people {
            self.total += *own;
            *agents.entry(*user).or_default() += *own;
        }
        let named = |(id, sums): (QueueId, Sums)| {
            // A queue of another line of the client may have held a conversation of this one.
            let name = counted.names.get(&id).cloned().unwrap_or_else(|| format!("#{id}"));
            Named { id: id.0, name, sums, elsewhere: 0 }
        };
        self.queues = queues.into_iter().map(named).collect();
        let person = |(id, sums): (UserId, Sums)| {
            let name = directory.user(id).map(|u| format!("{} {}", u.number, u.alias)).unwrap_or_default();
            let here = directory.reaches(id, TAKE, self.tenant, self.line);
            let elsewhere = directory.lines_reached(id, TAKE) as i64 - i64::from(here);
            Named { id: id.0, name: name.trim().to_owned(), sums, elsewhere }
        };
        let agents = agents.into_iter().map(person).collect();
        self.agents = agents;
        self.agents.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        self.records = counted.records;
    }

    fn columns(&self, of: &'static [&'static str]) -> Vec<&'static Metric> {
        let shown = |id: &&&str| self.with_people || !OWN_DAY.contains(*id);
        of.iter().filter(shown).filter_map(|id| by_id(id)).collect()
    }

    /// The columns of the line and its queues.
    pub fn line_columns(&self) -> Vec<&'static Metric> {
        self.columns(LINE_DAY)
    }

    /// The columns of a queue and of an hour: nobody's own day belongs to one.
    pub fn queue_columns(&self) -> Vec<&'static Metric> {
        LINE_DAY.iter().filter(|id| !OWN_DAY.contains(id)).filter_map(|id| by_id(id)).collect()
    }

    /// The columns of an agent.
    pub fn agent_columns(&self) -> Vec<&'static Metric> {
        self.columns(AGENT_DAY)
    }
}
