//! The store: one [`Db`] over SQLite and PostgreSQL, on which a write is a re-runnable async closure.
//!
//! A closure is *sent* to the store's own thread and its future is made and polled there, so it need not be `Send`, an
//! axum handler using it is, and a write once submitted runs to its end whatever becomes of its caller.
//!
//! ```text
//! caller ── write(scope, key, f) ──▶ fair queue ──▶ SQLite: one writer thread, group commit, a savepoint per member
//!                                              └──▶ PostgreSQL: four lanes by hash(key), a batch in key order
//!                                                   BEGIN · members · log positions · COMMIT ──▶ tail of the log
//! ```
//!
//! Invariants (tests/it/store.rs holds each on both engines):
//! * a caller hears `Ok` only after the commit;
//! * a failing member of a batch leaves nothing behind and fails nobody else;
//! * events take positions at the end of the commit: gap-free and in commit order;
//! * a closure on SQLite that awaits anything but its `Tx` is refused and rolled back;
//! * a full disk refuses the batch and the store goes on; any other disk error on commit ends the process.
//!
//! Statements are literals in `sql!`, written in the SQL that both engines share: `$N`, `RETURNING`, `ON CONFLICT`,
//! row-value comparisons, ids and times as 64-bit integers. [`dialect`] lists the little that is rewritten.

mod backup;
mod check;
mod dialect;
mod maintain;
mod mark;
mod migrate;
mod postgres;
mod queue;
mod row;
mod sqlite;
mod tx;
mod undo;

pub use backup::backup_sqlite;
pub use check::check;
pub use dialect::{postgres as postgres_text, sqlite as sqlite_text};
pub use maintain::{checkpoint, optimise, wal_bytes};
pub(crate) use mark::MADE;
pub use mark::{Mark, made_before, marked};
pub use migrate::{MIGRATIONS, Migration, latest_version};
pub use row::Row;
pub use tx::Tx;
pub use undo::{Undo, undoing};

use crate::codes;
use crate::log::Tail;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use kernel::{AggregateKey, Error, Result, TenantId, TenantScope};
use queue::FairQueue;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Which engine holds the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file in the data folder.
    Sqlite(PathBuf),
    /// A libpq-style URL or key-value string.
    Postgres(String),
}

/// Sizes and limits of the store.
#[derive(Debug, Clone)]
pub struct Options {
    /// Members of one commit at the most.
    pub batch_max: usize,
    /// Writes waiting at the most, all clients together.
    pub queue_max: usize,
    /// Read lanes.
    pub readers: usize,
    /// Write lanes on PostgreSQL.
    pub lanes: usize,
    /// Skip the backup that an upgrade makes first (for an operator who has made one).
    pub skip_backup: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { batch_max: 512, queue_max: 4096, readers: 2, lanes: 4, skip_backup: false }
    }
}

/// A handle to the store. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

type Queue = Arc<FairQueue<Box<dyn Job>>>;

struct Inner {
    writers: Vec<Queue>,
    readers: Queue,
    tail: Arc<Tail>,
    location: Location,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    fn close(&self) {
        self.writers.iter().for_each(|q| q.close());
        self.readers.close();
    }
}

impl Db {
    /// Opens the store, brings its tables to the latest version (after a backup, if there is anything to back up) and
    /// starts its threads.
    pub fn open(location: &Location, options: &Options) -> Result<Db> {
        let tail = Arc::new(Tail::default());
        let readers = Arc::new(FairQueue::new(options.queue_max));
        let writers = match location {
            Location::Sqlite(path) => sqlite::open(path, options, tail.clone(), readers.clone())?,
            Location::Postgres(url) => postgres::open(url, options, tail.clone(), readers.clone())?,
        };
        Ok(Db { inner: Arc::new(Inner { writers, readers, tail, location: location.clone() }) })
    }

    /// Runs `f` in a transaction and returns its result after the commit.
    ///
    /// `f` may run more than once; ids, times and random values are made before. `key` names the aggregate written.
    /// Errors: `store.tenant_busy` (429) when the client has more than its share waiting, `store.busy` (503),
    /// `store.full` (507), and whatever `f` returns.
    pub async fn write<T, F>(&self, scope: &TenantScope, key: AggregateKey, f: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let Some(undo) = undo::pending() else { return self.write_plain(scope, key, f).await };
        let undoes = async move |tx: &mut Tx| {
            tx.undo = Some(undo.clone());
            f(tx).await
        };
        self.write_plain(scope, key, undoes).await
    }

    async fn write_plain<T, F>(&self, scope: &TenantScope, key: AggregateKey, f: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let lane = &self.inner.writers[lane_of(key, self.inner.writers.len())];
        let Some(mark) = mark::pending() else { return submit(lane, scope, key, f).await };
        let leaves = mark.clone();
        let both = async move |tx: &mut Tx| {
            leaves.leave(tx).await?;
            tx.made = None;
            let done = f(tx).await?;
            if let Some(made) = tx.made.take() {
                leaves.leave_made(tx, made).await?;
            }
            Ok(done)
        };
        let done = submit(lane, scope, key, both).await;
        if done.is_ok() {
            mark.was_left();
        }
        done
    }

    /// Would a client's write be refused just now because it sends more than its share? Asked before anything costly is
    /// done for it, so that a flood is turned away cheaply. Error: `store.tenant_busy`.
    pub fn admit(&self, tenant: TenantId) -> Result<()> {
        if self.inner.writers.iter().all(|q| q.is_full_for(tenant)) {
            return Err(Error::new(&codes::TENANT_BUSY).retry_after(1));
        }
        Ok(())
    }

    /// Runs `f` on a read lane, in one snapshot. Statements that write are refused by the engine.
    pub async fn read<T, F>(&self, scope: &TenantScope, f: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        submit(&self.inner.readers, scope, AggregateKey::new("", 0), f).await
    }

    /// The in-memory end of the log, fed by the commits of this process.
    pub fn tail(&self) -> &Arc<Tail> {
        &self.inner.tail
    }

    /// Where the data is.
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// The file, when the engine is SQLite.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.inner.location {
            Location::Sqlite(p) => Some(p),
            Location::Postgres(_) => None,
        }
    }

    /// Writes waiting just now.
    pub fn waiting(&self) -> usize {
        self.inner.writers.iter().map(|q| q.len()).sum()
    }

    /// Takes no further work; what waits is still done.
    pub fn close(&self) {
        self.inner.close();
    }
}

fn lane_of(key: AggregateKey, lanes: usize) -> usize {
    if lanes == 1 {
        return 0;
    }
    let mut h = key.id as u64 ^ (key.kind.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^= h >> 33;
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^= h >> 33;
    (h % lanes as u64) as usize
}

async fn submit<T, F>(
    queue: &FairQueue<Box<dyn Job>>,
    scope: &TenantScope,
    key: AggregateKey,
    f: F,
) -> Result<T>
where
    F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let job = Call { scope: scope.clone(), key, f, out: None, reply };
    queue.push(scope.payer(), Box::new(job))?;
    answer.await.map_err(|_| Error::new(&codes::STORE_CLOSED))?
}

/// One submitted closure, as the engines see it.
trait Job: Send {
    fn key(&self) -> AggregateKey;
    fn scope(&self) -> &TenantScope;
    /// Runs the closure and keeps its result; true if it succeeded.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, bool>;
    /// The error it kept, if it failed.
    fn failure(&self) -> Option<&Error>;
    /// Answers the caller: with the kept result if the commit went well.
    fn finish(self: Box<Self>, commit: Result<()>);
}

struct Call<F, T> {
    scope: TenantScope,
    key: AggregateKey,
    f: F,
    out: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Job for Call<F, T>
where
    F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    fn key(&self) -> AggregateKey {
        self.key
    }
    fn scope(&self) -> &TenantScope {
        &self.scope
    }
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, bool> {
        Box::pin(async move {
            // A closure that panics is a failing member like any other; the lane and everybody else's writes live on.
            let caught = AssertUnwindSafe((self.f)(tx)).catch_unwind().await;
            tx.undo = None;
            let result = caught.unwrap_or_else(|_| Err(Error::internal("a closure panicked")));
            let ok = result.is_ok();
            self.out = Some(result);
            ok
        })
    }
    fn failure(&self) -> Option<&Error> {
        self.out.as_ref().and_then(|r| r.as_ref().err())
    }
    fn finish(self: Box<Self>, commit: Result<()>) {
        let result = match (self.out, commit) {
            (Some(Err(e)), _) | (_, Err(e)) => Err(e),
            (Some(Ok(v)), Ok(())) => Ok(v),
            (None, Ok(())) => Err(Error::new(&codes::STORE_CLOSED)),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(result);
    }
}
