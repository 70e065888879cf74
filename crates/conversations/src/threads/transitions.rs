//! The arrows as use cases: read, change by the pure rule, save, tell the thread and the log. All in the caller's
//! transaction, so that routing and rules can put them beside their own writes.

use super::model::{Priority, Row};
use super::routed::Passed;
use super::service::queued_event;
use super::{jobs, store};
use crate::codes;
use crate::labels::{self, DispositionInput};
use crate::messages::{self, ThreadEvent};
use crate::permissions::REPLY;
use crate::ports::Work;
use accounts::Directory;
use kernel::{Actor, CategoryId, ConversationId, Error, Event, MessageId, Millis, QueueId, Result, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

/// A snooze at the most.
const SNOOZE_MAX_MS: Millis = 90 * 24 * 3_600_000;
/// Tags one conversation may carry.
pub(crate) const TAGS_MAX: usize = 20;
/// A tag at the most, in characters.
const TAG_LENGTH_MAX: usize = 40;

/// What every arrow needs.
#[derive(Debug, Clone, Copy)]
pub struct HandOver {
    /// The conversation.
    pub id: ConversationId,
    /// The id of the line in the thread.
    pub event_id: MessageId,
    /// Who does it.
    pub actor: Actor,
    /// Only if nothing was handed over since; `None` where a person decides with the screen before them.
    pub epoch: Option<i64>,
    /// Now.
    pub now: Millis,
}

/// Where a conversation is handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To a colleague, who must have been checked to be able to take it.
    User(UserId),
    /// To a queue of the same line's client.
    Queue(QueueId),
    /// To a colleague or a team, where it rings; it waits in its queue, first for them.
    Offered(Passed),
    /// To a supervisor, who takes it from whoever holds it.
    TakenOver(UserId),
}

/// Who gets it, and why.
#[derive(Debug, Clone)]
pub struct Assign {
    /// The agent.
    pub to: UserId,
    /// Reason keys, shown as "why me".
    pub why: Vec<String>,
}

async fn finish(tx: &mut Tx, row: Row, h: &HandOver, what: &'static str, data: Value) -> Result<Row> {
    store::save(tx, &row).await?;
    let scope = tx.scope().clone();
    let short = what.strip_prefix("conversation.").unwrap_or(what);
    let line = ThreadEvent { id: h.event_id, kind: short, data: data.clone() };
    let row = messages::append_event(tx, &scope, row.id, h.actor, line, h.now).await?;
    emit(tx, &row, h.actor, h.now, what, data);
    Ok(row)
}

pub(crate) fn emit(tx: &mut Tx, row: &Row, actor: Actor, now: Millis, kind: &'static str, mut data: Value) {
    if let Value::Object(o) = &mut data {
        o.insert("assignee".into(), json!(row.assignee));
        o.insert("queue".into(), json!(row.queue));
        o.insert("epoch".into(), json!(row.epoch));
        o.insert("followers".into(), json!(row.followers));
    }
    tx.emit(
        Event::new(row.tenant, kind, row.id.0, actor, now).line(row.line).conversation(row.id).data(data),
    );
}

/// Gives it to an agent.
pub async fn assign(tx: &mut Tx, h: &HandOver, a: &Assign) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.check_epoch(h.epoch)?;
    let from = row.assignee;
    row.assign(a.to, a.why.clone(), h.now)?;
    let by = (h.actor.kind == kernel::ActorKind::User).then_some(UserId(h.actor.id));
    let data = json!({ "from": from, "to": a.to, "by": by, "why": a.why });
    finish(tx, row, h, "conversation.assigned", data).await
}

/// Hands it on with a reason: into somebody's hands, to a queue, or to ring at somebody.
pub async fn hand_over(tx: &mut Tx, h: &HandOver, to: Target, reason: &str) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.check_epoch(h.epoch)?;
    let from = row.assignee;
    let data = match to {
        Target::User(u) => {
            row.assign(u, vec!["why.transferred".into()], h.now)?;
            json!({ "from": from, "to": { "user": u }, "reason": reason })
        }
        Target::Queue(q) => {
            row.enqueue(Some(q), h.now)?;
            json!({ "from": from, "to": { "queue": q }, "reason": reason })
        }
        Target::Offered(to) => {
            row.enqueue(None, h.now)?;
            let to = match to {
                Passed::User(u) => json!({ "user": u }),
                Passed::Team(t) => json!({ "team": t }),
            };
            json!({ "from": from, "to": to, "reason": reason, "waits": true })
        }
        Target::TakenOver(u) => {
            row.assign(u, vec!["why.taken_over".into()], h.now)?;
            json!({ "from": from, "to": { "user": u }, "reason": reason, "taken_over": true })
        }
    };
    let row = finish(tx, row, h, "conversation.transferred", data).await?;
    if let Target::Offered(to) = to {
        let (user, team) = match to {
            Passed::User(u) => (Some(u), None),
            Passed::Team(t) => (None, Some(t)),
        };
        store::keep(tx, &row, user, team, h.now).await?;
    }
    if row.is_queued() {
        queued_event(tx, &row, h.actor, h.now);
    }
    Ok(row)
}

/// Puts back into its queue what an agent cannot serve any more. `since` is when it first waited.
pub async fn requeue(tx: &mut Tx, h: &HandOver, since: Millis, reason: &'static str) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.check_epoch(h.epoch)?;
    let from = row.assignee;
    row.enqueue(None, since)?;
    let row = finish(tx, row, h, "conversation.requeued", json!({ "from": from, "reason": reason })).await?;
    queued_event(tx, &row, h.actor, h.now);
    Ok(row)
}

/// Ends it.
pub async fn resolve(tx: &mut Tx, h: &HandOver) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.check_epoch(h.epoch)?;
    row.resolve(h.now)?;
    finish(tx, row, h, "conversation.resolved", json!({})).await
}

/// Opens it again, for whoever held it if `keep_assignee`.
pub async fn reopen(tx: &mut Tx, h: &HandOver, keep_assignee: bool) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.reopen(h.now, keep_assignee)?;
    let row = finish(tx, row, h, "conversation.reopened", json!({})).await?;
    if row.is_queued() {
        queued_event(tx, &row, h.actor, h.now);
    }
    Ok(row)
}

/// Lets it sleep until a time.
pub async fn snooze(tx: &mut Tx, h: &HandOver, until: Millis) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.snooze(until, h.now)?;
    finish(tx, row, h, "conversation.snoozed", json!({ "until": until })).await
}

/// Wakes it when its time has come; nothing happens when it was woken or ended before.
pub async fn wake_when_due(tx: &mut Tx, h: &HandOver) -> Result<()> {
    let mut row = store::by_id(tx, h.id).await?;
    if row.snoozed_until.is_none_or(|t| t > h.now) {
        return Ok(());
    }
    row.wake_in_time(h.now);
    finish(tx, row, h, "conversation.woke", json!({})).await.map(|_| ())
}

/// Wakes a sleeping conversation: its time has come, or the contact wrote.
pub async fn wake(tx: &mut Tx, h: &HandOver) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    row.wake();
    finish(tx, row, h, "conversation.woke", json!({})).await
}

/// Changes how urgent it is.
pub async fn set_priority(tx: &mut Tx, h: &HandOver, to: Priority) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    if row.priority == to {
        return Ok(row);
    }
    let from = std::mem::replace(&mut row.priority, to);
    finish(tx, row, h, "conversation.priority", json!({ "from": from, "to": to })).await
}

/// Sets what it is about; the category must be one of the line's. Error: `invalid`.
pub async fn set_category(tx: &mut Tx, h: &HandOver, to: Option<CategoryId>) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    if row.category == to {
        return Ok(row);
    }
    let names = match to {
        Some(id) => crate::labels::category_names(tx, row.tenant, row.line, id).await?,
        None => None,
    };
    if to.is_some() && names.is_none() {
        return Err(Error::invalid("/category", "unknown"));
    }
    let (zh, en) = names.unwrap_or_default();
    let from = std::mem::replace(&mut row.category, to);
    let data = json!({ "from": from, "category": to, "name_zh": zh, "name_en": en });
    finish(tx, row, h, "conversation.category", data).await
}

/// Adds and removes tags. Errors: `invalid` for an empty or over-long tag, or too many.
pub async fn set_tags(tx: &mut Tx, h: &HandOver, add: &[String], remove: &[String]) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    let fits = |t: &String| !t.trim().is_empty() && t.chars().count() <= TAG_LENGTH_MAX && !t.contains('\n');
    if !add.iter().all(fits) {
        return Err(Error::invalid("/add", "unfit"));
    }
    let gone: Vec<String> = row.tags.iter().filter(|t| remove.contains(t)).cloned().collect();
    let come: Vec<String> = add.iter().filter(|t| !row.tags.contains(t)).cloned().collect();
    if gone.is_empty() && come.is_empty() {
        return Ok(row);
    }
    row.tags.retain(|t| !gone.contains(t));
    row.tags.extend(come.iter().cloned());
    if row.tags.len() > TAGS_MAX {
        return Err(Error::invalid("/add", "too_many"));
    }
    store::retag(tx, &row, &gone, &come).await?;
    finish(tx, row, h, "conversation.tags", json!({ "added": come, "removed": gone })).await
}

/// Begins or ends following. Leaves no line in the thread: it concerns nobody else.
pub async fn follow(tx: &mut Tx, h: &HandOver, user: UserId, on: bool) -> Result<Row> {
    let mut row = store::by_id(tx, h.id).await?;
    if row.followers.contains(&user) == on {
        return Ok(row);
    }
    if on {
        row.followers.push(user);
        store::followers_add(tx, &row, user).await?;
    } else {
        row.followers.retain(|f| *f != user);
        store::followers_remove(tx, &row, user).await?;
    }
    store::save(tx, &row).await?;
    emit(tx, &row, h.actor, h.now, "conversation.changed", json!({}));
    Ok(row)
}

/// Who can be given a conversation of this line: enabled, with the right to answer there. Error:
/// `conversation.assignee`.
pub(crate) fn must_be_able(directory: &Directory, user: UserId, row: &Row) -> Result<()> {
    let enabled = directory.user(user).is_some_and(|u| !u.disabled);
    if enabled && directory.reaches(user, REPLY, row.tenant, row.line) {
        Ok(())
    } else {
        Err(Error::new(&codes::ASSIGNEE))
    }
}

/// Ends it with its record, where the line asks for one. Errors: `conversation.disposition_required`, `invalid` for a
/// category that is not the line's.
pub(crate) async fn resolve_with(
    tx: &mut Tx,
    h: &HandOver,
    directory: &Directory,
    disposition: Option<&DispositionInput>,
    by: UserId,
) -> Result<Row> {
    let row = store::by_id(tx, h.id).await?;
    match disposition {
        None => {
            let required = directory.line(row.line).is_some_and(|l| l.disposition_required);
            if required && labels::disposition(tx, &row).await?.is_none() {
                return Err(Error::new(&codes::DISPOSITION_REQUIRED).field("/disposition", "required"));
            }
        }
        Some(d) => {
            if let Some(c) = d.category
                && !labels::category_is_of(tx, row.tenant, row.line, c).await?
            {
                return Err(Error::invalid("/disposition/category", "unknown"));
            }
            labels::record(tx, &row, d, by, h.now).await?;
        }
    }
    labels::remove_begun(tx, &row, by).await?;
    tx.cancel_job(&jobs::key(h.id)).await?;
    resolve(tx, h).await
}

/// Who answers what waits for somebody has it, if they are at work: nobody else is to be offered it.
pub(crate) async fn take_by_answering(tx: &mut Tx, row: Row, h: &HandOver, by: UserId) -> Result<Row> {
    if !row.is_queued() {
        return Ok(row);
    }
    assign(tx, h, &Assign { to: by, why: vec!["why.answered".into()] }).await
}

/// Is this user signed in to work?
pub(crate) fn is_at_work(app: &App, user: UserId) -> bool {
    app.try_port::<Arc<dyn Work>>().is_some_and(|w| w.presence(user).state != "offline")
}

/// Opens a resolved one again for whoever held it, unless the contact has begun another meanwhile. Error:
/// `conversation.state`.
pub(crate) async fn reopen_for_staff(tx: &mut Tx, h: &HandOver) -> Result<Row> {
    let row = store::by_id(tx, h.id).await?;
    row.must_stand()?;
    let scope = tx.scope().clone();
    let live = store::live_or_recent(tx, &scope, row.inbox, row.contact, &row.thread, i64::MAX).await?;
    if live.is_some_and(|other| other != row.id) {
        return Err(Error::new(&codes::STATE).detail("the contact has a live conversation in this inbox"));
    }
    reopen(tx, h, true).await
}

/// Lets it sleep until a time, with the timer that wakes it.
pub(crate) async fn snooze_with_timer(
    tx: &mut Tx,
    h: &HandOver,
    job: kernel::JobId,
    until: Millis,
) -> Result<Row> {
    if until > h.now + SNOOZE_MAX_MS {
        return Err(Error::invalid("/until", "too_far"));
    }
    let row = snooze(tx, h, until).await?;
    tx.enqueue(&jobs::timer(job, row.tenant, row.id, until)).await?;
    Ok(row)
}
