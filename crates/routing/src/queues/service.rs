//! Setting up queues.

use super::model::{Absence, Fit, Queue, SkillAsk};
use super::rules::Rules;
use super::store;
use crate::codes;
use crate::permissions::{QUEUES, TAKE};
use accounts::{Caller, Directory, audit};
use kernel::{AggregateKey, Error, Event, LineId, QueueId, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

/// A queue to be made. What is left out is as usual: no skills, priority 0, offers ring 20 s, no wrapping up.
#[derive(Debug, Clone)]
pub struct New {
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Its name.
    pub name: String,
    /// The rest.
    pub rest: Change,
}

/// What may be changed; `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are explained with the queue")]
pub struct Change {
    pub name: Option<String>,
    pub skills: Option<Vec<SkillAsk>>,
    pub priority: Option<i64>,
    pub fit: Option<Fit>,
    pub offer_ms: Option<i64>,
    pub auto_accept: Option<bool>,
    pub wrap_up_ms: Option<i64>,
    pub on_absence: Option<Absence>,
    pub rules: Option<Rules>,
}

impl Change {
    fn apply(self, q: &mut Queue) {
        fn put<T>(to: &mut T, from: Option<T>) {
            if let Some(v) = from {
                *to = v;
            }
        }
        put(&mut q.name, self.name.map(|n| n.trim().to_owned()));
        put(&mut q.skills, self.skills);
        put(&mut q.priority, self.priority);
        put(&mut q.fit, self.fit);
        put(&mut q.offer_ms, self.offer_ms);
        put(&mut q.auto_accept, self.auto_accept);
        put(&mut q.wrap_up_ms, self.wrap_up_ms);
        put(&mut q.on_absence, self.on_absence);
        put(&mut q.rules, self.rules);
    }
}

fn facts(q: &Queue) -> Value {
    json!({
        "name": q.name, "skills": q.skills, "priority": q.priority, "fit": q.fit, "offer_ms": q.offer_ms,
        "auto_accept": q.auto_accept, "wrap_up_ms": q.wrap_up_ms, "on_absence": q.on_absence, "rules": q.rules,
    })
}

fn check_line(app: &App, tenant: TenantId, line: LineId) -> Result<()> {
    match app.port::<Arc<Directory>>().line(line) {
        Some(l) if l.tenant == tenant => Ok(()),
        _ => Err(Error::not_found()),
    }
}

/// Refuses rules that name what is not there for this client, or what the caller does not serve.
async fn references(app: &App, caller: &Caller, q: &Queue, seats_before: &[UserId]) -> Result<()> {
    let (directory, rules) = (app.port::<Arc<Directory>>(), &q.rules);
    if let Some(id) = rules.calendar {
        let usable = directory.calendar_tenant(id).is_some_and(|t| t.is_none() || t == q.tenant);
        if !usable {
            return Err(Error::invalid("/rules/calendar", "unknown"));
        }
    }
    let read = async |tx: &mut Tx| store::all(tx).await;
    let queues = app.db().read(&accounts::authorize::reader(), read).await?;
    let reach = caller.authorize_any(QUEUES);
    let served = |id: QueueId| {
        let ours = |o: &&Queue| o.tenant == q.tenant && reach.contains_line(o.tenant, o.line);
        queues.iter().filter(ours).any(|o| o.id == id)
    };
    for (i, stage) in rules.stages.iter().enumerate() {
        let unknown = |field: &str| Error::invalid(format!("/rules/stages/{i}/{field}"), "unknown");
        if stage.teams.iter().any(|t| directory.team_name(*t).is_none()) {
            return Err(unknown("teams"));
        }
        if stage.queue.is_some_and(|id| !served(id)) {
            return Err(unknown("queue"));
        }
    }
    if rules.seats.iter().any(|s| !directory.reaches(*s, TAKE, q.tenant, q.line)) {
        return Err(Error::invalid("/rules/seats", "unknown"));
    }
    // A seat takes its agent from everything else, so it is not given by who does not answer for that.
    let moved = rules.seats.iter().filter(|s| !seats_before.contains(s));
    let moved = moved.chain(seats_before.iter().filter(|s| !rules.seats.contains(s)));
    for user in moved {
        let works = |o: &&Queue| directory.reaches(*user, TAKE, o.tenant, o.line);
        if queues.iter().filter(works).any(|o| !reach.contains_line(o.tenant, o.line)) {
            return Err(Error::new(&codes::SEAT_ELSEWHERE).field("/rules/seats", "elsewhere"));
        }
    }
    Ok(())
}

/// Makes a queue. Errors: `not_found` for a foreign line, `invalid`, `queue.name_taken`.
pub async fn create(app: &App, caller: &Caller, new: New) -> Result<Queue> {
    let scope = caller.authorize(QUEUES, new.tenant, Some(new.line))?;
    check_line(app, new.tenant, new.line)?;
    let mut queue = Queue {
        id: app.id(),
        tenant: new.tenant,
        line: new.line,
        name: new.name.trim().to_owned(),
        skills: vec![],
        priority: 0,
        fit: Fit::Best,
        offer_ms: 20_000,
        auto_accept: false,
        wrap_up_ms: 0,
        on_absence: Absence::Requeue,
        rules: Rules::default(),
        created_at: app.now(),
    };
    new.rest.apply(&mut queue);
    queue.check()?;
    references(app, caller, &queue, &[]).await?;
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.ids().next(), app.now());
    let write = async move |tx: &mut Tx| {
        if !store::insert(tx, &queue).await? {
            return Err(Error::new(&codes::QUEUE_NAME));
        }
        let change = audit::Change {
            tenant: queue.tenant,
            actor,
            action: "queue.created",
            subject: ("queue", queue.id.0),
            before: None,
            after: Some(facts(&queue)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(queue.tenant, "queue.created", queue.id.0, actor, now).line(queue.line));
        Ok(queue.clone())
    };
    app.db().write(&scope, AggregateKey::new("queue", new.line.0), write).await
}

/// Changes a queue. Errors: `not_found`, `invalid`, `queue.name_taken`.
pub async fn change(app: &App, caller: &Caller, id: QueueId, change: Change) -> Result<Queue> {
    let reach = caller.authorize_any(QUEUES);
    let find = async move |tx: &mut Tx| Ok(store::by_ids(tx, &[id]).await?.pop());
    let found = app.db().read(&reach, find).await?.ok_or_else(Error::not_found)?;
    let scope = caller.authorize(QUEUES, found.tenant, Some(found.line))?;
    let mut planned = found.clone();
    change.clone().apply(&mut planned);
    planned.check()?;
    if planned.rules != found.rules {
        references(app, caller, &planned, &found.rules.seats).await?;
    }
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.ids().next(), app.now());
    let write = async move |tx: &mut Tx| {
        let before = store::by_ids(tx, &[id]).await?.pop().ok_or_else(Error::not_found)?;
        let mut queue = before.clone();
        change.clone().apply(&mut queue);
        queue.check()?;
        if queue == before {
            return Ok(queue);
        }
        if !store::update(tx, &queue).await? {
            return Err(Error::new(&codes::QUEUE_NAME));
        }
        let entry = audit::Change {
            tenant: queue.tenant,
            actor,
            action: "queue.changed",
            subject: ("queue", queue.id.0),
            before: Some(facts(&before)),
            after: Some(facts(&queue)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &entry).await?;
        tx.emit(Event::new(queue.tenant, "queue.set", queue.id.0, actor, now).line(queue.line));
        Ok(queue)
    };
    app.db().write(&scope, AggregateKey::new("queue", found.line.0), write).await
}
