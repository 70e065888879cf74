//! Load: many connections that each ask again as soon as they were answered, or that keep a pace.

use super::Connection;
use crate::fault::{Fault, Outcome};
use hdrhistogram::Histogram;
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Latencies are told apart up to a minute, in µs.
const LATENCY_MAX_US: u64 = 60_000_000;
/// Connections opened at once; a listener's queue is shorter than what some benches ask for.
const OPENED_AT_ONCE: usize = 64;
/// An answer that refuses for now is not a fault until so many came in a row on one connection.
const REFUSED_MAX: u32 = 1_000;

/// Requests, prepared as bytes one behind the other.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    /// Adds one: `write` appends its bytes.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    fn get(&self, k: usize) -> Option<&[u8]> {
        let end = *self.ends.get(k)?;
        let start = k.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.bytes[start..end])
    }
}

/// What a load came to.
#[derive(Debug)]
pub struct Measured {
    /// Requests that were done.
    pub done: u64,
    /// Requests that were refused for now (429, 503) and asked again.
    pub refused: u64,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Latencies in µs of those done.
    pub latencies: Histogram<u64>,
}

impl Measured {
    /// Done per second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// An empty record of latencies in µs.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_MAX_US, 3)
        .expect("invariant: bounds and figures are constants that fit")
}

async fn open_all(to: SocketAddr, n: usize) -> Outcome<Vec<Connection>> {
    let mut all = Vec::with_capacity(n);
    while all.len() < n {
        let some = (n - all.len()).min(OPENED_AT_ONCE);
        all.extend(futures_util::future::try_join_all((0..some).map(|_| Connection::open(to))).await?);
    }
    Ok(all)
}

struct Shared {
    batch: Rc<Batch>,
    next: Cell<usize>,
    refused: Cell<u64>,
    latencies: RefCell<Histogram<u64>>,
}

impl Shared {
    fn new(batch: &Rc<Batch>, from: usize) -> Rc<Shared> {
        let latencies = RefCell::new(histogram());
        Rc::new(Shared { batch: batch.clone(), next: Cell::new(from), refused: Cell::new(0), latencies })
    }

    fn take(&self) -> Option<usize> {
        let k = self.next.get();
        (k < self.batch.len()).then(|| {
            self.next.set(k + 1);
            k
        })
    }

    /// Asks until it is done, and notes how long it took since `since`.
    async fn ask(&self, connection: &mut Connection, k: usize, since: Instant) -> Outcome<()> {
        let Some(request) = self.batch.get(k) else { return Ok(()) };
        for _ in 0..REFUSED_MAX {
            let answer = connection.call(request).await?;
            match answer.status {
                200..=299 => {
                    let us = since.elapsed().as_micros() as u64;
                    self.latencies.borrow_mut().saturating_record(us.max(1));
                    return Ok(());
                }
                429 | 503 => {
                    self.refused.set(self.refused.get() + 1);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                status => {
                    let body = String::from_utf8_lossy(answer.body);
                    return Err(Fault::new(format!("a request was answered {status}: {body}")));
                }
            }
        }
        Err(Fault::new("the server refused the same request too often"))
    }

    fn measured(&self, elapsed: Duration) -> Measured {
        let latencies = self.latencies.borrow().clone();
        Measured { done: latencies.len(), refused: self.refused.get(), elapsed, latencies }
    }
}

async fn join(mut tasks: JoinSet<Outcome<()>>) -> Outcome<()> {
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

/// Sends requests `from` and on over `connections`, each as soon as the one before was answered, until the time is over
/// or all are done.
pub async fn closed_loop(
    to: SocketAddr,
    connections: usize,
    batch: &Rc<Batch>,
    from: usize,
    time: Duration,
) -> Outcome<Measured> {
    let all = open_all(to, connections).await?;
    let shared = Shared::new(batch, from);
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for mut connection in all {
        let shared = shared.clone();
        tasks.spawn_local(async move {
            while began.elapsed() < time {
                let Some(k) = shared.take() else { break };
                shared.ask(&mut connection, k, Instant::now()).await?;
            }
            Ok(())
        });
    }
    join(tasks).await?;
    Ok(shared.measured(began.elapsed()))
}

/// How fast, over how many connections.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Requests per second in all.
    pub per_s: f64,
    /// Over so many connections, in turn.
    pub connections: usize,
}

/// Sends requests `from` and on at a pace for a time; latencies count from when a request was due, so that a server that
/// stalls cannot hide it.
pub async fn paced(
    to: SocketAddr,
    pace: Pace,
    batch: &Rc<Batch>,
    from: usize,
    time: Duration,
) -> Outcome<Measured> {
    let all = open_all(to, pace.connections).await?;
    let shared = Shared::new(batch, from);
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for (i, mut connection) in all.into_iter().enumerate() {
        let shared = shared.clone();
        tasks.spawn_local(async move {
            let mut turn = i as f64;
            loop {
                let due = Duration::from_secs_f64(turn / pace.per_s);
                if due >= time {
                    return Ok(());
                }
                tokio::time::sleep_until((began + due).into()).await;
                let Some(k) = shared.take() else { return Ok(()) };
                shared.ask(&mut connection, k, began + due).await?;
                turn += pace.connections as f64;
            }
        });
    }
    join(tasks).await?;
    Ok(shared.measured(began.elapsed()))
}
