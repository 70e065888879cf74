//! The work of an import: rows from a thread that reads, batch by batch into the store.

use super::apply::{self, Outcome, Prepared, Seen};
use super::model::{Plan, State};
use super::rows::{Draft, Fault, Reader};
use super::store::{self, Counts, Import};
use crate::attributes;
use crate::codes;
use crate::contacts::{Author, audit};
use crate::handles::country_of;
use crate::sheets;
use kernel::{Actor, AggregateKey, Error, Event, Result, TenantScope};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Rows of one transaction.
pub(super) const BATCH: usize = 500;
/// Batches that wait for the store.
const WAITING: usize = 3;
/// A job works for so long, then makes place for others and goes on.
const SLICE: Duration = Duration::from_secs(60);
/// Faults that are kept; further ones are only counted.
const FAULTS_MAX: i64 = 100_000;

type Batch = Vec<(u64, std::result::Result<Draft, Fault>)>;

/// How a slice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The table is through, or nothing is left to do.
    Through,
    /// Its time is up.
    Pause,
}

/// Works on an import that is being checked or taken in, for a slice of time.
pub(super) async fn slice(app: &App, scope: &TenantScope, import: Import) -> Result<Ended> {
    let tenant = import.tenant;
    let bytes = app.blobs().get(tenant, import.hash).await?;
    let read = async move |tx: &mut Tx| {
        Ok((attributes::of_tenant(tx, tenant).await?, country_of(tx, tenant).await?))
    };
    let (attributes, country) = app.db().read(scope, read).await?;
    let targets = import.plan.targets(&attributes)?;
    let reader = Reader { targets, attributes, plan: import.plan.clone(), country };
    let (send, mut batches) = mpsc::channel::<Batch>(WAITING);
    let skip = import.counts.done as u64;
    let reading = tokio::task::spawn_blocking(move || feed(&bytes, &reader, skip, &send));
    let mut work = Work { app, scope, import: Arc::new(import), from: skip as i64, seen: Seen::new() };
    let begun = Instant::now();
    while let Some(batch) = batches.recv().await {
        if !work.batch(batch).await? {
            return Ok(Ended::Through);
        }
        // What a check has seen is only in memory, so it runs to its end at once.
        if begun.elapsed() > SLICE && work.import.state == State::Running {
            return Ok(Ended::Pause);
        }
    }
    match reading.await {
        Ok(Ok(())) => finish(&work).await.map(|()| Ended::Through),
        Ok(Err(e)) => Err(e),
        Err(e) => Err(Error::new(&codes::TABLE_UNREADABLE).cause(e)),
    }
}

/// Reads the table and hands its rows over, batch by batch.
fn feed(bytes: &[u8], reader: &Reader, skip: u64, send: &mpsc::Sender<Batch>) -> Result<()> {
    let mut batch: Batch = Vec::with_capacity(BATCH);
    sheets::read(bytes, &reader.plan.reading, &mut |number, row| {
        if number <= skip {
            return ControlFlow::Continue(());
        }
        batch.push((number, reader.draft(number, &row)));
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        match send.blocking_send(std::mem::take(&mut batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    if !batch.is_empty() {
        // Nobody listens any more where the import was turned meanwhile.
        let _ = send.blocking_send(batch);
    }
    Ok(())
}

struct Work<'a> {
    app: &'a App,
    scope: &'a TenantScope,
    import: Arc<Import>,
    /// Rows done before the next batch.
    from: i64,
    seen: Seen,
}

impl Work<'_> {
    /// Deals with a batch; false where the import was turned meanwhile.
    async fn batch(&mut self, batch: Batch) -> Result<bool> {
        let to = batch.last().map_or(self.from, |b| b.0 as i64);
        let mut wrong: Vec<(u64, Fault)> = vec![];
        let mut rows: Vec<Prepared> = vec![];
        for (number, row) in batch {
            match row {
                Ok(draft) => rows.push(self.prepare(draft)),
                Err(fault) => wrong.push((number, fault)),
            }
        }
        let done = match self.import.state {
            State::Checking => self.check(rows, wrong, to).await,
            _ => self.take(rows, wrong, to).await,
        };
        match done {
            Err(e) if e.code == &codes::IMPORT_STATE => Ok(false),
            Err(e) => Err(e),
            Ok(()) => {
                self.from = to;
                Ok(true)
            }
        }
    }

    fn prepare(&self, draft: Draft) -> Prepared {
        Prepared {
            contact: self.app.id(),
            handles: draft.handles.iter().map(|_| self.app.id()).collect(),
            organisation: self.app.id(),
            consents: draft.consents.iter().map(|_| self.app.ids().next()).collect(),
            draft,
        }
    }

    async fn check(&mut self, rows: Vec<Prepared>, wrong: Vec<(u64, Fault)>, to: i64) -> Result<()> {
        let (tenant, plan) = (self.import.tenant, self.import.plan.clone());
        let met = apply::met(&rows, &mut self.seen);
        let read = async move |tx: &mut Tx| apply::check(tx, tenant, &plan, &rows, &met).await;
        let outcome = self.app.db().read(self.scope, read).await?;
        let (import, from) = (self.import.clone(), self.from);
        let write = async move |tx: &mut Tx| advance(tx, &import, from, to, &outcome, &wrong).await;
        self.app.db().write(self.scope, AggregateKey::new("import", self.import.id.0), write).await
    }

    async fn take(&mut self, rows: Vec<Prepared>, wrong: Vec<(u64, Fault)>, to: i64) -> Result<()> {
        let (import, from, now) = (self.import.clone(), self.from, self.app.now());
        let plan: Plan = import.plan.clone();
        let write = async move |tx: &mut Tx| {
            let outcome = apply::take(tx, import.tenant, &plan, &rows, &import.name, now).await?;
            advance(tx, &import, from, to, &outcome, &wrong).await?;
            if !outcome.contacts.is_empty() {
                let event =
                    Event::new(import.tenant, "contacts.imported", import.id.0, Actor::user(import.by), now);
                tx.emit(event.data(json!({ "contacts": outcome.contacts })));
            }
            Ok(())
        };
        self.app.db().write(self.scope, AggregateKey::new("import", self.import.id.0), write).await
    }
}

/// Writes how far it has come, and what was wrong. Error: `import.state` where somebody else was there first.
async fn advance(
    tx: &mut Tx,
    import: &Import,
    from: i64,
    to: i64,
    outcome: &Outcome,
    wrong: &[(u64, Fault)],
) -> Result<()> {
    let counts = Counts { done: to, failed: outcome.counts.failed + wrong.len() as i64, ..outcome.counts };
    if !store::advance(tx, import, from, &counts).await? {
        return Err(Error::new(&codes::IMPORT_STATE));
    }
    let faults: Vec<Value> =
        outcome.faults.iter().chain(wrong).map(|(n, f)| json!([n, f.place, f.fault])).collect();
    if !faults.is_empty() && from < FAULTS_MAX {
        store::keep_faults(tx, import.tenant, import.id, &Value::from(faults).to_string()).await?;
    }
    Ok(())
}

/// Ends an import whose table is through.
async fn finish(work: &Work<'_>) -> Result<()> {
    let (id, epoch, scope) = (work.import.id, work.import.epoch, work.scope.clone());
    let (now, entry) = (work.app.now(), work.app.ids().next());
    let write = async move |tx: &mut Tx| {
        let mut import = store::get(tx, &scope, id).await?;
        if import.epoch != epoch {
            return Ok(());
        }
        let taken = import.state == State::Running;
        import.state = if taken { State::Done } else { State::Checked };
        import.ended_at = taken.then_some(now);
        store::turn(tx, &import).await?;
        end(tx, &import, now, entry).await
    };
    work.app.db().write(work.scope, AggregateKey::new("import", id.0), write).await
}

/// Says and records that an import ended.
pub(super) async fn end(tx: &mut Tx, import: &Import, now: kernel::Millis, entry: i64) -> Result<()> {
    let c = import.counts;
    let facts = json!({ "state": import.state, "rows": import.total, "made": c.made, "changed": c.changed,
        "skipped": c.skipped, "failed": c.failed, "fault": import.fault });
    if import.state != State::Checked {
        let by = Author { actor: Actor::user(import.by), ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), now, entry };
        let subject = ("import", import.id.0);
        audit(tx, &by, import.tenant, "import.ended", subject, None, Some(facts.clone())).await?;
    }
    let event = Event::new(import.tenant, "import.ended", import.id.0, Actor::user(import.by), now);
    tx.emit(event.data(facts));
    Ok(())
}
