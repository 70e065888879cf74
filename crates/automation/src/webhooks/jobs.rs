//! What runs later: tries, and forgetting what is old.

use super::events::key_of;
use super::explain::{Outcome, Step, next_step};
use super::model::{Delivery, Status, Target, Webhook};
use super::service::{self, Flights};
use super::store;
use crate::codes;
use accounts::audit;
use conversations::messages::{self, Mark};
use conversations::threads;
use kernel::{
    Actor, AggregateKey, ConversationId, DeliveryId, Event, JobId, LineId, MessageId, Millis, Result, TeamId,
    TenantId, WebhookId,
};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::notices::{self, Both, Notice, Posted};
use platform::store::Tx;
use std::sync::Arc;

/// The kind of a try's job.
pub const DELIVER: &str = "webhook.deliver";
/// The kind of the job that forgets.
pub const PRUNE: &str = "webhook.prune";
/// While a target is busy with others, a try waits this long.
const CROWDED_MS: Millis = 1_000;
/// A webhook through which nothing has come for this long is switched off.
pub const FAILING_MAX_MS: Millis = 5 * 86_400_000;
/// Deliveries that are done with are kept this long.
pub const KEEP_MS: Millis = 30 * 86_400_000;
/// Deliveries forgotten in one transaction.
const PRUNE_STEP: i64 = 1_000;
/// Transactions of one run.
const PRUNE_STEPS_MAX: usize = 100;
/// What is old is looked for this often.
const PRUNE_EVERY_MS: Millis = 6 * 3_600_000;
/// After a start, old things wait for this long.
const PRUNE_AFTER_START_MS: Millis = 600_000;

/// The job of a delivery's next try; writing it again moves it.
pub fn job(id: JobId, d: &Delivery, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: d.tenant,
        kind: DELIVER,
        subject: d.id.0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(key_of(d.id)),
    }
}

/// Makes a try and keeps what came of it.
pub async fn deliver(app: App, j: Job) -> Result<()> {
    let (scope, id) = (accounts::authorize::job(j.tenant), DeliveryId(j.subject));
    let read = async move |tx: &mut Tx| store::delivery(tx, id).await;
    let Some(d) = app.db().read(&scope, read).await?.filter(|d| d.status == Status::Pending) else {
        return Ok(());
    };
    let (job_id, now) = (app.id::<JobId>(), app.now());
    let Some(flight) = app.port::<Arc<Flights>>().take(d.target) else {
        let later = job(job_id, &d, now + CROWDED_MS);
        let write = async move |tx: &mut Tx| tx.enqueue(&later).await;
        return app.db().write(&scope, AggregateKey::new("delivery", id.0), write).await;
    };
    let (outcome, took_ms) = service::attempt(&app, &d).await?;
    drop(flight);
    let stopped = Posted::new(&app, stopped(d.tenant));
    let tried = Tried { outcome, took_ms, now: app.now(), job: job_id, audit: app.id(), stopped };
    let write = async move |tx: &mut Tx| settle(tx, &d, &tried).await;
    app.db().write(&scope, AggregateKey::new("delivery", id.0), write).await
}

struct Tried {
    outcome: Outcome,
    took_ms: Millis,
    now: Millis,
    job: JobId,
    audit: i64,
    /// What staff are told where the webhook is switched off.
    stopped: Posted,
}

fn stopped(tenant: TenantId) -> Notice {
    Notice {
        tenant,
        line: LineId(0),
        team: TeamId(0),
        kind: "webhook.stopped",
        title: Both::new("A webhook was switched off", "Webhook 已自动停用"),
        text: Both::new(
            "Nothing comes through to it any more, or its receiver says that the address is gone. Look at its deliveries, then switch it on again.",
            "连续推送失败，或接收方表示地址已停用。请查看推送记录，处理后重新启用。",
        ),
        path: "/settings/webhooks".to_owned(),
    }
}

/// What can never come through, however often it is tried.
fn is_final(o: &Outcome) -> bool {
    [&codes::OFF, &codes::VANISHED].iter().any(|c| o.fault.is_some_and(|f| f.code == c.code))
}

async fn settle(tx: &mut Tx, d: &Delivery, t: &Tried) -> Result<()> {
    let attempts = d.attempts + 1;
    let step = if is_final(&t.outcome) { Step::GiveUp } else { next_step(&t.outcome, attempts) };
    let (status, next_at) = match step {
        Step::Done => (Status::Delivered, None),
        Step::Again(ms) => (Status::Pending, Some(t.now + ms)),
        Step::GiveUp | Step::Stop => (Status::Failed, None),
    };
    let after = Delivery {
        status,
        attempts,
        next_at,
        tried_at: Some(t.now),
        took_ms: Some(t.took_ms),
        code: t.outcome.status.map(i64::from),
        fault: t.outcome.fault.map(|f| f.code.to_owned()),
        response: Some(t.outcome.response.clone()).filter(|r| !r.is_empty()),
        ..d.clone()
    };
    store::update_delivery(tx, &after).await?;
    if let Some(at) = next_at {
        tx.enqueue(&job(t.job, d, at)).await?;
    }
    match d.target {
        Target::Webhook(id) => of_webhook(tx, d.tenant, id, step, t).await,
        Target::Inbox(_) => of_reply(tx, d, step, t).await,
    }
}

async fn of_webhook(tx: &mut Tx, tenant: TenantId, id: WebhookId, step: Step, t: &Tried) -> Result<()> {
    match step {
        Step::Done => store::came_through(tx, tenant, id).await,
        _ if is_final(&t.outcome) => Ok(()),
        Step::Stop => stop(tx, id, "gone", t).await,
        Step::Again(_) | Step::GiveUp => {
            let since = store::did_not(tx, tenant, id, t.now).await?;
            if t.now - since > FAILING_MAX_MS { stop(tx, id, "failing", t).await } else { Ok(()) }
        }
    }
}

/// Switches a webhook off, on record and with a notice.
async fn stop(tx: &mut Tx, id: WebhookId, why: &'static str, t: &Tried) -> Result<()> {
    let w = store::by_id(tx, id).await?;
    if !w.enabled {
        return Ok(());
    }
    let w = Webhook { enabled: false, stopped: Some(why.to_owned()), ..w };
    store::update(tx, &w, t.now).await?;
    let change = audit::Change {
        tenant: w.tenant,
        actor: Actor::SYSTEM,
        action: "webhook.stopped",
        subject: ("webhook", id.0),
        before: None,
        after: Some(serde_json::json!({ "enabled": false, "stopped": why })),
        reason: None,
        ip: None,
    };
    audit::record(tx, t.audit, t.now, &change).await?;
    let event = Event::new(w.tenant, "webhook.stopped", id.0, Actor::SYSTEM, t.now);
    tx.emit(event.data(serde_json::json!({ "why": why, "created_by": w.created_by })));
    notices::post(tx, &t.stopped).await
}

/// A reply that came through is delivered; one that never will is marked, so that its agent sees it.
async fn of_reply(tx: &mut Tx, d: &Delivery, step: Step, t: &Tried) -> Result<()> {
    let scope = tx.scope().clone();
    let (message, conversation) = (MessageId(d.subject), ConversationId(d.conversation));
    let Some(m) = messages::by_ids(tx, &scope, &[message]).await?.pop() else { return Ok(()) };
    match step {
        Step::Done => messages::mark(tx, conversation, Mark::Delivered, Actor::SYSTEM, m.seq, t.now).await,
        Step::Again(_) => Ok(()),
        Step::GiveUp | Step::Stop => {
            let row = threads::by_id(tx, conversation).await?;
            let code = t.outcome.fault.map_or(codes::FAILED.code, |f| f.code);
            messages::set_failure(tx, &m, &row, code, t.now).await
        }
    }
}

/// Sets the job that forgets. Done before the first request.
pub async fn begin(app: App) -> Result<()> {
    let job = prune_job(app.id(), app.now() + PRUNE_AFTER_START_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&job).await;
    app.db().write(&accounts::authorize::reader(), AggregateKey::new("delivery", 0), write).await
}

fn prune_job(id: JobId, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: TenantId(0),
        kind: PRUNE,
        subject: 0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(PRUNE.to_owned()),
    }
}

/// Forgets deliveries that are done with and old, and sets itself again.
pub async fn prune(app: App, _: Job) -> Result<()> {
    let scope = accounts::authorize::reader();
    let before = app.now() - KEEP_MS;
    for _ in 0..PRUNE_STEPS_MAX {
        let write = async move |tx: &mut Tx| store::prune(tx, before, PRUNE_STEP).await;
        let n = app.db().write(&scope, AggregateKey::new("delivery", 0), write).await?;
        if n < PRUNE_STEP as u64 {
            break;
        }
    }
    let again = prune_job(app.id(), app.now() + PRUNE_EVERY_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&again).await;
    app.db().write(&scope, AggregateKey::new("delivery", 0), write).await
}
