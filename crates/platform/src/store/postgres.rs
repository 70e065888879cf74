//! PostgreSQL: write lanes chosen by aggregate key, read lanes, and row-level security as the second lock.
//!
//! A batch runs in key order. When a member fails after it has written, or the engine reports a serialisation failure
//! or deadlock, the batch is rolled back and its members run one by one. When the connection is lost at COMMIT, the
//! outcome is asked of the engine by a mark that the transaction wrote, so that a write is never done twice nor
//! acknowledged in vain; where it cannot be had in time, the caller hears `store.in_doubt`.

use super::queue::FairQueue;
use super::row::Row;
use super::tx::{Conn, Tx};
use super::{Job, Options, Queue, dialect, migrate};
use crate::codes;
use crate::log::Tail;
use kernel::{Error, Event, Result, TenantScope, Value, sql};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type};

/// While the server is away, work waits this long before it is refused (503).
const OUTAGE_PATIENCE: Duration = Duration::from_secs(4);
/// Between attempts to connect.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);
/// Runs of one member that meets serialisation failures or deadlocks.
const CONFLICT_TRIES: usize = 8;

/// While several clients write, a batch lasts about this long at the most: who comes next waits for it.
const SHARED_BATCH: Duration = Duration::from_millis(8);

/// A connection with its prepared statements and what row-level security was last told.
pub(super) struct Pg {
    client: tokio_postgres::Client,
    statements: HashMap<(usize, usize), tokio_postgres::Statement>,
    reach: Option<String>,
    wrote: bool,
}

struct Arg<'a>(Value<'a>);

impl std::fmt::Debug for Arg<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("argument")
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (&self.0, ty) {
            (Value::Int(i), &Type::INT4) => i32::try_from(*i)?.to_sql(ty, out),
            (Value::Int(i), &Type::BOOL) => (*i != 0).to_sql(ty, out),
            (Value::Int(i), _) => i.to_sql(ty, out),
            (Value::Text(t), _) => t.to_sql(ty, out),
            (Value::Blob(b), _) => b.to_sql(ty, out),
            (Value::Null, _) => Ok(IsNull::Yes),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    tokio_postgres::types::to_sql_checked!();
}

#[track_caller]
fn pg_error(e: tokio_postgres::Error, sql: &str) -> Error {
    let code = match e.code() {
        Some(c) if *c == SqlState::T_R_SERIALIZATION_FAILURE || *c == SqlState::T_R_DEADLOCK_DETECTED => {
            &codes::STORE_CONFLICT
        }
        Some(c) if *c == SqlState::DISK_FULL => &codes::STORE_FULL,
        Some(c) if c.code().starts_with("23") => &codes::CONSTRAINT,
        Some(c) if c.code().starts_with("57P") || c.code().starts_with("08") => &codes::STORE_AWAY,
        Some(_) => &kernel::INTERNAL,
        None if e.is_closed() || std::error::Error::source(&e).is_some_and(|s| s.is::<std::io::Error>()) => {
            &codes::STORE_AWAY
        }
        None => &kernel::INTERNAL,
    };
    let head: String = sql.chars().take(160).collect();
    // The engine's own detail may quote values, so only its state and message head are kept.
    let state = e.code().map_or("", |c| c.code());
    let message = e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned());
    Error::new(code).detail(format!("{state} {message} in «{head}»"))
}

impl Pg {
    async fn connect(url: &str) -> Result<Pg> {
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(|e| pg_error(e, "connect"))?;
        tokio::spawn(async move {
            if let Err(e) = connection.await {
                tracing::debug!(error = %e, "a connection to the database ended");
            }
        });
        // Only a superuser may set the first; without it a deadlock is found after a second instead of 100 ms.
        let _ = client.batch_execute("SET deadlock_timeout = '100ms'").await;
        let setup =
            "SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '60s'; SET ROLE hark_app";
        client.batch_execute(setup).await.map_err(|e| pg_error(e, setup))?;
        Ok(Pg { client, statements: HashMap::new(), reach: None, wrote: false })
    }

    async fn statement(&mut self, sql: &'static str) -> Result<tokio_postgres::Statement> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(s) = self.statements.get(&key) {
            return Ok(s.clone());
        }
        let s = self.client.prepare(&dialect::postgres(sql)).await.map_err(|e| pg_error(e, sql))?;
        self.statements.insert(key, s.clone());
        Ok(s)
    }

    pub async fn exec(&mut self, sql: &'static str, args: &[Value<'_>]) -> Result<u64> {
        self.wrote = true;
        let s = self.statement(sql).await?;
        let args: Vec<Arg> = args.iter().map(|v| Arg(*v)).collect();
        self.client.execute_raw(&s, &args).await.map_err(|e| pg_error(e, sql))
    }

    pub async fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Value<'_>],
        map: fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.wrote |= !sql.trim_start().starts_with("SELECT");
        let s = self.statement(sql).await?;
        let args: Vec<Arg> = args.iter().map(|v| Arg(*v)).collect();
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|a| a as _).collect();
        let rows = self.client.query(&s, &args).await.map_err(|e| pg_error(e, sql))?;
        rows.iter().map(|r| map(&Row::Pg(r))).collect()
    }

    async fn raw(&mut self, sql: &'static str) -> Result<()> {
        self.client.batch_execute(sql).await.map_err(|e| pg_error(e, sql))
    }

    /// Tells row-level security whom the next statements may touch.
    async fn reach(&mut self, scope: &TenantScope) -> Result<()> {
        let reach = if scope.is_system() {
            String::from("system")
        } else {
            dialect::id_list(std::iter::once(0).chain(scope.tenants().map(|t| t.0)))
        };
        if self.reach.as_deref() == Some(&reach) {
            return Ok(());
        }
        if scope.is_system() {
            self.raw("SET LOCAL ROLE hark_system").await?;
        } else {
            if self.reach.as_deref() == Some("system") {
                self.raw("SET LOCAL ROLE hark_app").await?;
            }
            let sql = sql!("SELECT set_config('hark.tenants', $1, true)");
            self.all(sql, &[Value::Text(&reach)], |_| Ok(())).await?;
        }
        self.reach = Some(reach);
        Ok(())
    }
}

/// Migrates and starts the lanes.
pub(super) fn open(url: &str, options: &Options, tail: Arc<Tail>, readers: Queue) -> Result<Vec<Queue>> {
    let lanes = options.lanes.max(1);
    let queues: Vec<_> = (0..lanes).map(|_| Arc::new(FairQueue::new(options.queue_max / lanes))).collect();
    let (ready, wait) = std::sync::mpsc::channel();
    let (qs, o, u) = (queues.clone(), options.clone(), url.to_owned());
    thread("hark-lanes", move || async move {
        let head = match migrate::postgres(&u, o.skip_backup).await {
            Ok(head) => head,
            Err(e) => return drop(ready.send(Err(e))),
        };
        tail.start_at(head);
        let _ = ready.send(Ok(()));
        let mut tasks = tokio::task::JoinSet::new();
        for q in qs {
            let (u, tail, max) = (u.clone(), tail.clone(), o.batch_max);
            tasks.spawn_local(async move { write_lane(Lane::new(u), &q, &tail, max).await });
        }
        while tasks.join_next().await.is_some() {}
    })?;
    wait.recv().map_err(|_| Error::new(&codes::STORE_CLOSED))??;
    let (u, n) = (url.to_owned(), options.readers.max(1) * 2);
    thread("hark-reads", move || async move {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..n {
            let (u, q) = (u.clone(), readers.clone());
            tasks.spawn_local(async move { read_lane(Lane::new(u), &q).await });
        }
        while tasks.join_next().await.is_some() {}
    })?;
    Ok(queues)
}

fn thread<F: Future<Output = ()>>(name: &str, f: impl FnOnce() -> F + Send + 'static) -> Result<()> {
    let rt = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::internal("a runtime for the store").cause(e))?;
    std::thread::Builder::new()
        .name(name.into())
        .spawn(move || tokio::task::LocalSet::new().block_on(&rt, f()))
        .map(|_| ())
        .map_err(|e| Error::internal("a thread for the store").cause(e))
}

/// A connection that is made anew when it is lost.
struct Lane {
    url: String,
    tx: Option<Tx>,
    /// The lane's own row of `commit_mark`, chosen at random.
    own: i64,
    /// The mark of its newest transaction.
    mark: i64,
}

impl Lane {
    fn new(url: String) -> Lane {
        let own = (getrandom::u64().unwrap_or_else(|_| u64::from(std::process::id())) >> 1) as i64;
        Lane { url, tx: None, own, mark: 0 }
    }

    /// One transaction over these members, under a mark of its own. The connection stands.
    async fn run(&mut self, jobs: &mut [Box<dyn Job>]) -> std::result::Result<Vec<Event>, Failed> {
        self.mark += 1;
        let mark = (self.own, self.mark);
        let tx = self.tx.as_mut().expect("invariant: a lane runs a batch only when it is connected");
        run(tx, jobs, mark).await
    }

    /// The connection, trying until the deadline where there is none.
    async fn tx(&mut self, deadline: Instant) -> Result<&mut Tx> {
        while self.tx.is_none() {
            match Pg::connect(&self.url).await {
                Ok(pg) => self.tx = Some(Tx::new(Conn::Pg(pg))),
                Err(e) if Instant::now() >= deadline => return Err(Error::new(&codes::STORE_AWAY).cause(e)),
                Err(_) => tokio::time::sleep(RECONNECT_PAUSE).await,
            }
        }
        self.tx.as_mut().ok_or_else(|| Error::new(&codes::STORE_AWAY))
    }

    /// Ends what the last transaction left; drops a connection that does not answer.
    async fn tidy_up(&mut self, failed: &Error) {
        let Some(tx) = &mut self.tx else { return };
        tx.events.clear();
        if failed.code == &codes::STORE_AWAY || pg(tx).raw("ROLLBACK").await.is_err() {
            self.tx = None;
        }
    }
}

fn pg(tx: &mut Tx) -> &mut Pg {
    match &mut tx.conn {
        Conn::Pg(p) => p,
        Conn::Lite(_) => unreachable!("invariant: a PostgreSQL lane has a PostgreSQL connection"),
    }
}

async fn read_lane(mut lane: Lane, queue: &FairQueue<Box<dyn Job>>) {
    while let Some(mut job) = queue.pop().await {
        let deadline = Instant::now() + OUTAGE_PATIENCE;
        let outcome = loop {
            let ran = match lane.tx(deadline).await {
                Ok(tx) => read_one(tx, &mut *job).await,
                Err(e) => break Err(e),
            };
            match ran {
                Err(e) if e.code == &codes::STORE_AWAY && Instant::now() < deadline => lane.tx = None,
                Err(e) => {
                    lane.tidy_up(&e).await;
                    break Err(e);
                }
                Ok(()) => break Ok(()),
            }
        };
        job.finish(outcome);
    }
}

async fn read_one(tx: &mut Tx, job: &mut dyn Job) -> Result<()> {
    tx.scope = job.scope().clone();
    pg(tx).reach = None;
    pg(tx).raw("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    pg(tx).reach(job.scope()).await?;
    if !job.run(tx).await {
        let e = job.failure().cloned().unwrap_or_else(|| Error::internal("no failure kept"));
        if e.code == &codes::STORE_AWAY {
            return Err(e);
        }
    }
    tx.events.clear();
    pg(tx).raw("ROLLBACK").await
}

/// How an attempt at a batch ended when it did not commit.
struct Failed {
    error: Error,
    /// What a transaction wrote into the log whose COMMIT was on its way when the connection was lost.
    in_doubt: Option<Vec<Event>>,
    /// Members run before the one that failed, it included.
    ran: usize,
}

/// How many members of such a length a batch of this time holds; one at the least.
fn fits(time: Duration, member: Duration) -> usize {
    (time.as_micros() / member.as_micros().max(1)).max(1) as usize
}

async fn write_lane(mut lane: Lane, queue: &FairQueue<Box<dyn Job>>, tail: &Tail, max: usize) {
    let mut member = SHARED_BATCH / 4;
    while let Some(first) = queue.pop().await {
        let most = if queue.is_shared() { fits(SHARED_BATCH, member).min(max) } else { max };
        let mut jobs = vec![first];
        while jobs.len() < most
            && let Some(job) = queue.try_pop()
        {
            jobs.push(job);
        }
        jobs.sort_by_key(|j| j.key());
        let (began, members) = (Instant::now(), jobs.len() as u32);
        let deadline = began + OUTAGE_PATIENCE;
        let together = attempt(&mut lane, &mut jobs, tail, deadline).await;
        match together {
            Ok(()) => {
                jobs.into_iter().for_each(|j| j.finish(Ok(())));
                member = (member * 7 + began.elapsed() / members) / 8;
            }
            // Whether it is stored is not known, so that doing it again might store it twice.
            Err(e) if e.code == &codes::STORE_IN_DOUBT => {
                jobs.into_iter().for_each(|j| j.finish(Err(e.clone())));
            }
            Err(_) => {
                for job in jobs {
                    let mut one = [job];
                    let outcome = retry_alone(&mut lane, &mut one, tail, deadline).await;
                    let [job] = one;
                    job.finish(outcome);
                }
            }
        }
    }
}

async fn retry_alone(
    lane: &mut Lane,
    one: &mut [Box<dyn Job>; 1],
    tail: &Tail,
    deadline: Instant,
) -> Result<()> {
    let mut conflicts = 0;
    loop {
        match attempt(lane, one, tail, deadline).await {
            Err(e) if e.code == &codes::STORE_CONFLICT && conflicts < CONFLICT_TRIES => conflicts += 1,
            Err(e) if e.code == &codes::STORE_AWAY && Instant::now() < deadline => {}
            outcome => return outcome,
        }
    }
}

/// One transaction over these members; what was in doubt is cleared up before it returns.
async fn attempt(lane: &mut Lane, jobs: &mut [Box<dyn Job>], tail: &Tail, deadline: Instant) -> Result<()> {
    let ran = match lane.tx(deadline).await {
        Ok(_) => lane.run(jobs).await,
        Err(e) => return Err(e),
    };
    let failed = match ran {
        Ok(events) => {
            tail.push(events);
            if lane.tx.as_mut().is_some_and(|tx| std::mem::take(&mut tx.jobs_added)) {
                tail.jobs_added();
            }
            return Ok(());
        }
        Err(f) => f,
    };
    lane.tidy_up(&failed.error).await;
    if let Some(events) = failed.in_doubt {
        let in_doubt = |e: Error| Error::new(&codes::STORE_IN_DOUBT).cause(e);
        if settled(lane, deadline).await.map_err(in_doubt)? {
            tail.push(events);
            tail.jobs_added();
            return Ok(());
        }
    }
    tracing::debug!(error = %failed.error, ran = failed.ran, of = jobs.len(), "a batch was rolled back");
    Err(failed.error)
}

/// Asks the engine whether the lane's last transaction committed: it did if the lane's row holds its mark. Touching the
/// row waits for a transaction that is still under way on a connection we lost, also for one that first made the row,
/// which a mere SELECT … FOR UPDATE would not see. (The status of a transaction id does not
/// do: ids that a crash forgot are given out again.)
async fn settled(lane: &mut Lane, deadline: Instant) -> Result<bool> {
    let sql = "INSERT INTO commit_mark(lane, mark) VALUES ($1, 0)
        ON CONFLICT (lane) DO UPDATE SET lane = excluded.lane RETURNING mark";
    let (own, mark) = ([Value::Int(lane.own)], lane.mark);
    loop {
        let tx = lane.tx(deadline).await?;
        let asked = pg(tx).all(sql, &own, |r| r.int(0));
        match tokio::time::timeout_at(deadline.into(), asked).await {
            Ok(Ok(found)) => return Ok(found == [mark]),
            Ok(Err(_)) => lane.tx = None,
            Err(_) => {
                lane.tx = None;
                return Err(Error::new(&codes::STORE_AWAY).detail("a transaction is still under way"));
            }
        }
    }
}

async fn run(
    tx: &mut Tx,
    jobs: &mut [Box<dyn Job>],
    (own, mark): (i64, i64),
) -> std::result::Result<Vec<Event>, Failed> {
    let fail = |ran| move |error| Failed { error, in_doubt: None, ran };
    tx.events.clear();
    pg(tx).reach = None;
    pg(tx).raw("BEGIN").await.map_err(fail(0))?;
    let mut wrote = false;
    for (i, job) in jobs.iter_mut().enumerate() {
        let keep = tx.events.len();
        tx.scope = job.scope().clone();
        pg(tx).reach(job.scope()).await.map_err(fail(i))?;
        pg(tx).wrote = false;
        if !job.run(tx).await {
            let e = job.failure().cloned().unwrap_or_else(|| Error::internal("no failure kept"));
            let engine_refused = e.source.is_none() && is_store(&e) || e.code == &kernel::INTERNAL;
            if pg(tx).wrote || engine_refused {
                return Err(Failed { error: e, in_doubt: None, ran: i + 1 });
            }
            // It failed before it wrote: the transaction is as if it had not run.
            tx.events.truncate(keep);
        }
        wrote |= pg(tx).wrote;
    }
    wrote |= !tx.events.is_empty();
    if wrote {
        flush(tx, own, mark).await.map_err(fail(jobs.len()))?;
    }
    let events = std::mem::take(&mut tx.events);
    match pg(tx).raw("COMMIT").await {
        Ok(()) => Ok(events),
        Err(error) => {
            let lost = error.code == &codes::STORE_AWAY;
            let in_doubt = (lost && wrote).then_some(events);
            Err(Failed { error, in_doubt, ran: jobs.len() })
        }
    }
}

fn is_store(e: &Error) -> bool {
    [&codes::STORE_CONFLICT, &codes::STORE_AWAY, &codes::STORE_FULL, &codes::CONSTRAINT]
        .iter()
        .any(|c| **c == *e.code)
}

/// The tail of every commit: the lane's mark, positions under the head row's lock, then the events.
async fn flush(tx: &mut Tx, own: i64, mark: i64) -> Result<()> {
    pg(tx).reach(&TenantScope::system()).await?;
    let sql = sql!(
        "INSERT INTO commit_mark(lane, mark) VALUES ($1, $2) ON CONFLICT (lane) DO UPDATE SET mark = excluded.mark"
    );
    pg(tx).exec(sql, &[Value::Int(own), Value::Int(mark)]).await?;
    if tx.events.is_empty() {
        return Ok(());
    }
    let n = tx.events.len() as i64;
    let top = pg(tx)
        .all(sql!("UPDATE log_head SET pos = pos + $1 WHERE id = 1 RETURNING pos"), &[Value::Int(n)], |r| {
            r.int(0)
        })
        .await?[0];
    for (i, e) in tx.events.iter_mut().enumerate() {
        e.pos = top - n + 1 + i as i64;
    }
    insert_events(tx, top - n + 1).await
}

/// All events of a batch in one statement: a column each, unnested.
async fn insert_events(tx: &mut Tx, first: i64) -> Result<()> {
    let sql = "INSERT INTO event(pos, tenant_id, line_id, kind, subject, conversation_id, actor_kind, actor_id, at, data)
        SELECT $1::bigint + o - 1, a, b, c, d, e, f, g, h, i FROM unnest($2::bigint[], $3::bigint[], $4::text[],
        $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[])
        WITH ORDINALITY AS u(a, b, c, d, e, f, g, h, i, o)";
    let ev = std::mem::take(&mut tx.events);
    let ints = |f: fn(&Event) -> i64| ev.iter().map(f).collect::<Vec<i64>>();
    let kinds: Vec<&str> = ev.iter().map(|e| e.kind.as_ref()).collect();
    let data: Vec<Option<String>> =
        ev.iter().map(|e| (!e.data.is_null()).then(|| e.data.to_string())).collect();
    let p = pg(tx);
    let statement = p.statement(sql).await?;
    let (tenants, lines, subjects) = (ints(|e| e.tenant.0), ints(|e| e.line.0), ints(|e| e.subject));
    let (conversations, kinds_of, actors, ats) =
        (ints(|e| e.conversation), ints(|e| e.actor.kind.code()), ints(|e| e.actor.id), ints(|e| e.at));
    let args: [&(dyn ToSql + Sync); 10] =
        [&first, &tenants, &lines, &kinds, &subjects, &conversations, &kinds_of, &actors, &ats, &data];
    p.client.execute(&statement, &args).await.map_err(|e| pg_error(e, sql))?;
    tx.events = ev;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_batch_holds_what_fits_its_time_and_one_at_the_least() {
        let fitting = |us| fits(SHARED_BATCH, Duration::from_micros(us));
        assert_eq!((fitting(2_000), fitting(8_001), fitting(4_000_000)), (4, 1, 1));
        assert_eq!(fitting(0), 8_000, "a member that took no time counts as a microsecond");
    }
}
