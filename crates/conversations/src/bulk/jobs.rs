//! The job that does a bulk edit, and takes it back.

use super::store::{self, DONE, FAILED, Item, Run, UNDOING, UNDONE, WAITING};
use crate::actions::{self, Doer};
use crate::codes;
use crate::threads;
use accounts::Directory;
use kernel::{AggregateKey, BulkId, Error, Kind, LineId, Permission, Result, TenantId, UserId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;
use std::sync::Arc;

/// The kind of the job.
pub const RUN: &str = "conversations.bulk";
/// Items read at once.
const TAKE: i64 = 50;
/// Rounds of one job; a run has at most a thousand items.
const ROUNDS: usize = 40;

/// The job of a run.
pub fn job(app: &App, run: BulkId, payload: serde_json::Value) -> NewJob {
    NewJob {
        id: app.id(),
        tenant: TenantId(0),
        kind: RUN,
        subject: run.0,
        payload,
        due_at: app.now(),
        unique_key: Some(format!("{RUN}:{run}")),
    }
}

/// Does what is still to be done of a run.
pub async fn run(app: App, job: Job) -> Result<()> {
    let id = BulkId(job.subject);
    let read = async move |tx: &mut Tx| store::get(tx, UserId(0), id).await;
    let run = app.db().read(&accounts::authorize::reader(), read).await?;
    let state = if run.undoing { UNDOING } else { WAITING };
    for _ in 0..ROUNDS {
        let read = async move |tx: &mut Tx| store::standing(tx, id, state, TAKE).await;
        let items = app.db().read(&accounts::authorize::reader(), read).await?;
        if items.is_empty() {
            return Ok(());
        }
        for item in items {
            one(&app, &run, item).await?;
        }
    }
    Ok(())
}

/// One item in a transaction of its own. What the store cannot do just now comes again with the job; everything else is
/// the item's outcome.
async fn one(app: &App, run: &Run, item: Item) -> Result<()> {
    let scope = accounts::authorize::job(item.tenant);
    let key = AggregateKey::new("conversation", item.conversation.0);
    let done = match run.undoing {
        false => forward(app, run, &item).await,
        true => backward(app, run, &item).await,
    };
    let Err(e) = done else { return Ok(()) };
    if matches!(e.kind(), Kind::Unavailable | Kind::RateLimited | Kind::StorageFull) {
        return Err(e);
    }
    let (id, from, code) = (run.id, if run.undoing { UNDOING } else { WAITING }, e.code.code);
    let fail = async move |tx: &mut Tx| {
        store::settle(tx, id, &item, (from, FAILED), Some(code), None).await.map(|_| ())
    };
    app.db().write(&scope, key, fail).await
}

fn doer(app: &App, run: &Run, actions: usize) -> Doer {
    let (directory, user) = (app.port::<Arc<Directory>>().clone(), run.user);
    let may = move |p: Permission, t: TenantId, l: LineId| directory.reaches(user, p, t, l);
    Doer::new(app, run.user, run.actor, run.language, actions, may)
}

async fn forward(app: &App, run: &Run, item: &Item) -> Result<()> {
    let who = doer(app, run, run.actions.len());
    let (run, item) = (run.clone(), item.clone());
    let (scope, c) = (accounts::authorize::job(item.tenant), item.conversation);
    let write = async move |tx: &mut Tx| {
        let (row, back) = actions::perform_all(tx, &who, c, &run.actions).await?;
        let kept = Some((back.as_slice(), row.epoch));
        match store::settle(tx, run.id, &item, (WAITING, DONE), None, kept).await? {
            true => Ok(()),
            // Done before, by a job whose end was not heard of: this one must leave nothing.
            false => Err(Error::new(&codes::STATE)),
        }
    };
    app.db().write(&scope, AggregateKey::new("conversation", c.0), write).await
}

async fn backward(app: &App, run: &Run, item: &Item) -> Result<()> {
    let who = doer(app, run, item.back.len());
    let (id, item) = (run.id, item.clone());
    let (scope, c) = (accounts::authorize::job(item.tenant), item.conversation);
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, c).await?;
        if item.epoch.is_some_and(|e| e != row.epoch) {
            return Err(Error::new(&codes::STALE_EPOCH));
        }
        actions::perform_all(tx, &who, c, &item.back).await?;
        store::settle(tx, id, &item, (UNDOING, UNDONE), None, None).await.map(|_| ())
    };
    app.db().write(&scope, AggregateKey::new("conversation", c.0), write).await
}
