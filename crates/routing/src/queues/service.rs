//! Setting up queues.

use super::model::{Absence, Fit, Queue, SkillAsk};
use super::rules::Rules;
use super::store;
use crate::codes;
use crate::permissions::{QUEUES, TAKE};
use accounts::directory::LineName;
use accounts::packs::{Kept, mark_of};
use accounts::{Caller, Directory, audit};
use kernel::{
    AggregateKey, CalendarId, Error, Event, LineId, QueueId, Result, TeamId, TenantId, TenantScope, UserId,
};
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

/// What is recorded of a queue: all that a change can touch.
pub(super) fn facts(q: &Queue) -> Value {
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

/// What the rules of a queue of one line may name, as far as this caller reaches.
pub(super) struct Reach {
    directory: Arc<Directory>,
    queues: Vec<Queue>,
    scope: TenantScope,
    tenant: TenantId,
    line: LineId,
}

impl Reach {
    /// For the queues of this line.
    pub async fn of(app: &App, caller: &Caller, tenant: TenantId, line: LineId) -> Result<Reach> {
        let read = async |tx: &mut Tx| store::all(tx).await;
        let queues = app.db().read(&accounts::authorize::reader(), read).await?;
        let directory = app.port::<Arc<Directory>>().clone();
        Ok(Reach { directory, queues, scope: caller.authorize_any(QUEUES), tenant, line })
    }
    /// Is it a calendar of the client, or of everybody?
    pub fn calendar(&self, id: CalendarId) -> bool {
        self.directory.calendar_tenant(id).is_some_and(|t| t.is_none() || t == self.tenant)
    }
    /// Is there such a team?
    pub fn team(&self, id: TeamId) -> bool {
        self.directory.team_name(id).is_some()
    }
    /// Is it a queue of the client that the caller sets up?
    pub fn queue(&self, id: QueueId) -> bool {
        let ours = |o: &&Queue| o.tenant == self.tenant && self.scope.contains_line(o.tenant, o.line);
        self.queues.iter().filter(ours).any(|o| o.id == id)
    }
    /// Does this user serve the line?
    pub fn serves(&self, user: UserId) -> bool {
        self.directory.reaches(user, TAKE, self.tenant, self.line)
    }
    /// Does the caller answer for all the work of this user? A seat takes its agent from everything else.
    pub fn answers_for(&self, user: UserId) -> bool {
        let works = |o: &&Queue| self.directory.reaches(user, TAKE, o.tenant, o.line);
        self.queues.iter().filter(works).all(|o| self.scope.contains_line(o.tenant, o.line))
    }
}

/// Refuses rules that name what is not there for this client, or what the caller does not serve.
async fn references(app: &App, caller: &Caller, q: &Queue, seats_before: &[UserId]) -> Result<()> {
    let (reach, rules) = (Reach::of(app, caller, q.tenant, q.line).await?, &q.rules);
    if rules.calendar.is_some_and(|id| !reach.calendar(id)) {
        return Err(Error::invalid("/rules/calendar", "unknown"));
    }
    for (i, stage) in rules.stages.iter().enumerate() {
        let unknown = |field: &str| Error::invalid(format!("/rules/stages/{i}/{field}"), "unknown");
        if stage.teams.iter().any(|t| !reach.team(*t)) {
            return Err(unknown("teams"));
        }
        if stage.queue.is_some_and(|id| !reach.queue(id)) {
            return Err(unknown("queue"));
        }
    }
    if rules.seats.iter().any(|s| !reach.serves(*s)) {
        return Err(Error::invalid("/rules/seats", "unknown"));
    }
    // A seat takes its agent from everything else, so it is not given by who does not answer for that.
    let mut moved = rules.seats.iter().filter(|s| !seats_before.contains(s));
    let mut left = seats_before.iter().filter(|s| !rules.seats.contains(s));
    if moved.any(|s| !reach.answers_for(*s)) || left.any(|s| !reach.answers_for(*s)) {
        return Err(Error::new(&codes::SEAT_ELSEWHERE).field("/rules/seats", "elsewhere"));
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

/// Which of these queues can go together: as they were made, never used, and no other queue is helped by them.
async fn removable(tx: &mut Tx, tenant: TenantId, made: &[Kept]) -> Result<Vec<Queue>> {
    let all = store::of_tenant(tx, tenant).await?;
    let mut going = vec![];
    for q in &all {
        let as_made = |m: &Kept| m.id == q.id.0 && m.mark == mark_of(&facts(q));
        if made.iter().any(as_made) && store::is_unused(tx, q).await? {
            going.push(q.clone());
        }
    }
    loop {
        let stays = |o: &&Queue| going.iter().all(|g| g.id != o.id);
        let helped: Vec<QueueId> =
            all.iter().filter(stays).flat_map(|o| o.rules.stages.iter().filter_map(|s| s.queue)).collect();
        let before = going.len();
        going.retain(|g| !helped.contains(&g.id));
        if going.len() == before {
            return Ok(going);
        }
    }
}

/// Removes those of these queues of a line that stand as they were made and were never used. Answers how many.
pub(super) async fn remove_unused(app: &App, caller: &Caller, line: &LineName, made: &[Kept]) -> Result<i64> {
    let scope = caller.authorize(QUEUES, line.tenant, Some(line.id))?;
    let (actor, ip, now, tenant, id) = (caller.actor, caller.info.ip, app.now(), line.tenant, line.id);
    let made: Vec<Kept> = made.to_vec();
    let audit_ids: Vec<i64> = made.iter().map(|_| app.ids().next()).collect();
    let write = async move |tx: &mut Tx| {
        let going: Vec<Queue> =
            removable(tx, tenant, &made).await?.into_iter().filter(|q| q.line == id).collect();
        for (q, audit_id) in going.iter().zip(&audit_ids) {
            store::remove(tx, q).await?;
            let entry = audit::Change {
                tenant,
                actor,
                action: "queue.removed",
                subject: ("queue", q.id.0),
                before: Some(facts(q)),
                after: None,
                reason: None,
                ip: Some(ip),
            };
            audit::record(tx, *audit_id, now, &entry).await?;
            tx.emit(Event::new(tenant, "queue.removed", q.id.0, actor, now).line(q.line));
        }
        Ok(going.len() as i64)
    };
    app.db().write(&scope, AggregateKey::new("queue", line.id.0), write).await
}
