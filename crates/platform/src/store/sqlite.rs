//! SQLite: one writer thread with group commit, and read lanes on connections that cannot write.

use super::queue::FairQueue;
use super::row::Row;
use super::tx::{Conn, Tx};
use super::{Job, Options, Queue, dialect, migrate};
use crate::codes;
use crate::log::Tail;
use kernel::{Error, Event, Result, TenantScope, Value, sql};
use std::collections::HashMap;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// The oldest SQLite without the WAL-reset corruption (sqlite.org, 3.51.3 of 2026-03-13).
const OLDEST: i32 = 3_051_003;
/// A batch stops growing after this long, or four times the last commit where that is more.
const BATCH_TIME_MIN: Duration = Duration::from_millis(4);
/// Statements kept prepared per connection.
const STATEMENTS_MAX: usize = 1024;

/// A connection with its rewritten statements.
pub(super) struct Lite {
    c: rusqlite::Connection,
    texts: HashMap<(usize, usize), String>,
}

impl Lite {
    fn new(c: rusqlite::Connection) -> Lite {
        c.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Lite { c, texts: HashMap::new() }
    }

    fn statement(&mut self, sql: &'static str) -> Result<rusqlite::CachedStatement<'_>> {
        // A literal is known by its address, which is cheaper to hash than its text.
        let text =
            self.texts.entry((sql.as_ptr() as usize, sql.len())).or_insert_with(|| dialect::sqlite(sql));
        self.c.prepare_cached(text).map_err(|e| lite_error(e, sql))
    }

    pub fn exec(&mut self, sql: &'static str, args: &[Value<'_>]) -> Result<u64> {
        let mut s = self.statement(sql)?;
        bind(&mut s, args).map_err(|e| lite_error(e, sql))?;
        s.raw_execute().map(|n| n as u64).map_err(|e| lite_error(e, sql))
    }

    pub fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Value<'_>],
        map: fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut s = self.statement(sql)?;
        bind(&mut s, args).map_err(|e| lite_error(e, sql))?;
        let mut rows = s.raw_query();
        let mut out = vec![];
        while let Some(r) = rows.next().map_err(|e| lite_error(e, sql))? {
            out.push(map(&Row::Lite(r))?);
        }
        Ok(out)
    }

    fn raw(&mut self, sql: &'static str) -> Result<()> {
        let mut s = self.c.prepare_cached(sql).map_err(|e| lite_error(e, sql))?;
        s.execute([]).map(|_| ()).map_err(|e| lite_error(e, sql))
    }
}

fn bind(s: &mut rusqlite::CachedStatement<'_>, args: &[Value<'_>]) -> rusqlite::Result<()> {
    use rusqlite::types::{ToSqlOutput::Borrowed, ValueRef as V};
    for (i, v) in args.iter().enumerate() {
        let v = match v {
            Value::Int(i) => V::Integer(*i),
            Value::Text(t) => V::Text(t.as_bytes()),
            Value::Blob(b) => V::Blob(b),
            Value::Null => V::Null,
        };
        s.raw_bind_parameter(i + 1, Borrowed(v))?;
    }
    Ok(())
}

#[track_caller]
fn lite_error(e: rusqlite::Error, sql: &str) -> Error {
    use rusqlite::ErrorCode as C;
    let code = match e.sqlite_error_code() {
        Some(C::DiskFull) => &codes::STORE_FULL,
        Some(C::SystemIoFailure | C::DatabaseCorrupt | C::NotADatabase) => &codes::STORE_BROKEN,
        Some(C::ConstraintViolation) => &codes::CONSTRAINT,
        Some(C::DatabaseBusy | C::DatabaseLocked) => &codes::STORE_BUSY,
        _ => &kernel::INTERNAL,
    };
    let head: String = sql.chars().take(160).collect();
    Error::new(code).detail(format!("{e} in «{head}»")).cause(e)
}

fn connect(path: &Path, read_only: bool) -> Result<rusqlite::Connection> {
    use rusqlite::OpenFlags as F;
    let flags = if read_only {
        F::SQLITE_OPEN_READ_ONLY | F::SQLITE_OPEN_NO_MUTEX
    } else {
        F::SQLITE_OPEN_READ_WRITE | F::SQLITE_OPEN_CREATE | F::SQLITE_OPEN_NO_MUTEX
    };
    let c = rusqlite::Connection::open_with_flags(path, flags).map_err(|e| lite_error(e, "open"))?;
    let pragmas = if read_only {
        "PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA busy_timeout=5000;"
    } else {
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384;
         PRAGMA wal_autocheckpoint=4000; PRAGMA busy_timeout=5000; PRAGMA journal_size_limit=67108864;"
    };
    c.execute_batch(pragmas).map_err(|e| lite_error(e, "pragmas"))?;
    Ok(c)
}

/// Opens the file, migrates it and starts the writer and the read lanes.
pub(super) fn open(path: &Path, options: &Options, tail: Arc<Tail>, readers: Queue) -> Result<Vec<Queue>> {
    if rusqlite::version_number() < OLDEST {
        return Err(Error::internal(format!("SQLite {} is older than 3.51.3", rusqlite::version())));
    }
    let c = connect(path, false)?;
    migrate::sqlite(&c, path, options.skip_backup)?;
    let mut tx = Tx::new(Conn::Lite(Lite::new(c)));
    tail.start_at(now(tx.position())??);
    let queue = Arc::new(FairQueue::new(options.queue_max));
    let (q, max) = (queue.clone(), options.batch_max);
    spawn("hark-writer", move |rt| write_loop(&rt, &mut tx, &q, &tail, max))?;
    for i in 0..options.readers.max(1) {
        let mut tx = Tx::new(Conn::Lite(Lite::new(connect(path, true)?)));
        let q = readers.clone();
        spawn(&format!("hark-reader-{i}"), move |rt| {
            while let Some(job) = rt.block_on(q.pop()) {
                read_one(&mut tx, job);
            }
        })?;
    }
    Ok(vec![queue])
}

fn spawn(name: &str, f: impl FnOnce(tokio::runtime::Runtime) + Send + 'static) -> Result<()> {
    let rt = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|e| Error::internal("a runtime for the store").cause(e))?;
    std::thread::Builder::new()
        .name(name.into())
        .spawn(move || f(rt))
        .map(|_| ())
        .map_err(|e| Error::internal("a thread for the store").cause(e))
}

/// A future that touches only SQLite is ready at its first poll; one that is not awaited something else.
fn now<T>(f: impl Future<Output = T>) -> Result<T> {
    match pin!(f).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(t) => Ok(t),
        Poll::Pending => Err(Error::new(&codes::AWAITED_OUTSIDE)),
    }
}

fn lite(tx: &mut Tx) -> &mut Lite {
    match &mut tx.conn {
        Conn::Lite(l) => l,
        Conn::Pg(_) => unreachable!("invariant: a SQLite thread has a SQLite connection"),
    }
}

fn read_one(tx: &mut Tx, mut job: Box<dyn Job>) {
    tx.scope = job.scope().clone();
    let result = (|| -> Result<()> {
        lite(tx).raw("BEGIN")?;
        now(job.run(tx)).map(|_| ())
    })();
    tx.events.clear();
    // A read has nothing to lose; the rollback only ends the snapshot.
    let _ = lite(tx).raw("ROLLBACK");
    job.finish(result);
}

fn write_loop(
    rt: &tokio::runtime::Runtime,
    tx: &mut Tx,
    queue: &FairQueue<Box<dyn Job>>,
    tail: &Tail,
    max: usize,
) {
    let mut budget = BATCH_TIME_MIN;
    while let Some(first) = rt.block_on(queue.pop()) {
        let mut jobs = Vec::with_capacity(16);
        let outcome = batch(tx, first, queue, max, budget, &mut jobs);
        let committed = match outcome {
            Ok((events, took)) => {
                budget = BATCH_TIME_MIN.max(took * 4);
                tail.append(events);
                Ok(())
            }
            Err(e) => {
                tx.events.clear();
                let _ = lite(tx).raw("ROLLBACK");
                if e.code == &codes::STORE_BROKEN {
                    // What is on the disk is not known any more: acknowledging anything further would be a lie.
                    tracing::error!(error = %e, "the disk failed on commit; ending");
                    std::process::exit(74);
                }
                Err(e)
            }
        };
        for (job, refused) in jobs {
            job.finish(refused.map_or_else(|| committed.clone(), Err));
        }
        if committed.is_ok() {
            tail.announce();
            if std::mem::take(&mut tx.jobs_added) {
                tail.jobs_added();
            }
        }
    }
}

type Ran = (Box<dyn Job>, Option<Error>);

/// One group commit. Members are run as they are taken; each has a savepoint, and a failing one goes back to it.
fn batch(
    tx: &mut Tx,
    first: Box<dyn Job>,
    queue: &FairQueue<Box<dyn Job>>,
    max: usize,
    budget: Duration,
    jobs: &mut Vec<Ran>,
) -> Result<(Vec<Event>, Duration)> {
    let start = Instant::now();
    let mut next = Some(first);
    let begun = lite(tx).raw("BEGIN IMMEDIATE");
    while let Some(mut job) = next.take() {
        let ran = begun.clone().and_then(|()| member(tx, &mut *job));
        match ran {
            Ok(refused) => jobs.push((job, refused)),
            Err(e) => {
                jobs.push((job, None));
                return Err(e);
            }
        }
        if jobs.len() < max && start.elapsed() < budget {
            next = queue.try_pop();
        }
    }
    flush_events(tx)?;
    let events = std::mem::take(&mut tx.events);
    let commit = Instant::now();
    lite(tx).raw("COMMIT")?;
    Ok((events, commit.elapsed()))
}

/// Runs one member. `Ok(Some(e))`: it failed alone and was rolled back. `Err`: the whole batch must go.
fn member(tx: &mut Tx, job: &mut dyn Job) -> Result<Option<Error>> {
    let keep = tx.events.len();
    tx.scope = job.scope().clone();
    lite(tx).raw("SAVEPOINT m")?;
    let ran = now(job.run(tx));
    let refused = match ran {
        Ok(true) => None,
        Ok(false) => Some(job.failure().cloned().unwrap_or_else(|| Error::internal("no failure kept"))),
        Err(e) => Some(e),
    };
    if let Some(e) = refused {
        tx.events.truncate(keep);
        if e.code == &codes::STORE_FULL || e.code == &codes::STORE_BROKEN {
            return Err(e);
        }
        lite(tx).raw("ROLLBACK TO m")?;
        lite(tx).raw("RELEASE m")?;
        return Ok(Some(e));
    }
    lite(tx).raw("RELEASE m")?;
    Ok(None)
}

/// The tail of every commit: positions from the head row, then the events.
fn flush_events(tx: &mut Tx) -> Result<()> {
    if tx.events.is_empty() {
        return Ok(());
    }
    tx.scope = TenantScope::system();
    let n = tx.events.len() as i64;
    let mut events = std::mem::take(&mut tx.events);
    let c = lite(tx);
    let top = c.all(
        sql!("UPDATE log_head SET pos = pos + $1 WHERE id = 1 RETURNING pos"),
        &[Value::Int(n)],
        |r| r.int(0),
    )?[0];
    for (i, e) in events.iter_mut().enumerate() {
        e.pos = top - n + 1 + i as i64;
        let data = if e.data.is_null() { None } else { Some(e.data.to_string()) };
        c.exec(
            sql!(
                "INSERT INTO event(pos, tenant_id, line_id, kind, subject, conversation_id, actor_kind, actor_id, at, data)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            kernel::args![
                e.pos, e.tenant, e.line, *e.kind, e.subject, e.conversation, e.actor.kind.code(), e.actor.id, e.at, data
            ],
        )?;
    }
    tx.events = events;
    Ok(())
}
