//! What is counted, in Prometheus' text form.

use crate::App;
use crate::store::Tx;
use kernel::{Result, TenantScope, args, sql};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Something that only grows. Cheap to clone; keep it rather than asking for it again.
#[derive(Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds one.
    pub fn up(&self) {
        self.add(1);
    }
    /// Adds some.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }
    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

struct Named {
    help: &'static str,
    counter: Counter,
}

/// The counters of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Metrics {
    counters: Arc<Mutex<BTreeMap<&'static str, Named>>>,
    answers: Arc<[AtomicU64; 6]>,
}

impl Metrics {
    /// The counter of this name, such as `hark_messages_total`; the first help text stays.
    pub fn counter(&self, name: &'static str, help: &'static str) -> Counter {
        let mut counters = self.counters.lock();
        counters.entry(name).or_insert_with(|| Named { help, counter: Counter::default() }).counter.clone()
    }

    /// Counts an answer over HTTP by the class of its status.
    pub fn count_answer(&self, status: u16) {
        if let Some(n) = self.answers.get(usize::from(status / 100)) {
            n.fetch_add(1, Relaxed);
        }
    }

    fn write_counters(&self, out: &mut String) {
        for (name, c) in self.counters.lock().iter() {
            metric(out, name, "counter", c.help, &[(String::new(), c.counter.get() as f64)]);
        }
        let by_class: Vec<_> =
            (1..6).map(|c| (format!("{{class=\"{c}xx\"}}"), self.answers[c].load(Relaxed) as f64)).collect();
        metric(out, "hark_http_answers_total", "counter", "Answers over HTTP by class of status.", &by_class);
    }
}

fn metric(out: &mut String, name: &str, kind: &str, help: &str, values: &[(String, f64)]) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in values {
        let _ = writeln!(out, "{name}{labels} {value}");
    }
}

struct Jobs {
    due: i64,
    dead: i64,
    oldest: i64,
}

async fn jobs(app: &App) -> Result<Jobs> {
    let now = app.now();
    let read = async move |tx: &mut Tx| {
        // every tenant: a count over the installation
        let due = sql!(
            "SELECT COUNT(*), COALESCE(MIN(due_at), $1) FROM job WHERE dead_at IS NULL AND due_at <= $1"
        );
        let (due, oldest) = tx.get(due, args![now], |r| Ok((r.int(0)?, r.int(1)?))).await?;
        // every tenant: a count over the installation
        let dead = sql!("SELECT COUNT(*) FROM job WHERE dead_at IS NOT NULL");
        Ok(Jobs { due, oldest, dead: tx.get(dead, &[], |r| r.int(0)).await? })
    };
    app.db().read(&TenantScope::system(), read).await
}

/// Every figure as text.
pub async fn render(app: &App) -> String {
    let mut out = String::new();
    let o = &mut out;
    app.metrics().write_counters(o);
    let one = |v: f64| [(String::new(), v)];
    let head = app.log().head();
    metric(
        o,
        "hark_store_writes_waiting",
        "gauge",
        "Writes waiting for the store.",
        &one(app.db().waiting() as f64),
    );
    metric(o, "hark_log_head", "gauge", "Position of the newest event.", &one(head as f64));
    let lags: Vec<_> = app
        .readers()
        .all()
        .into_iter()
        .map(|(n, p)| (format!("{{reader=\"{n}\"}}"), (head - p).max(0) as f64))
        .collect();
    metric(o, "hark_reader_lag_events", "gauge", "Events a reader of the log is behind.", &lags);
    metric(o, "hark_sockets", "gauge", "Sockets connected.", &one(app.live().len() as f64));
    let live = (head - app.live().delivered()).max(0) as f64;
    metric(o, "hark_live_lag_events", "gauge", "Events the live screens are behind.", &one(live));
    let search = (head - app.search().durable()).max(0) as f64;
    metric(o, "hark_search_lag_events", "gauge", "Events the search index is behind.", &one(search));
    if let Some(n) = app.search().documents() {
        metric(o, "hark_search_documents", "gauge", "Documents in the search index.", &one(n as f64));
    }
    // A store that is away leaves its own figures out; the rest still tells what is the matter.
    if let Ok(j) = jobs(app).await {
        metric(o, "hark_jobs_due", "gauge", "Jobs that are due.", &one(j.due as f64));
        metric(o, "hark_jobs_dead", "gauge", "Jobs laid aside after their last try.", &one(j.dead as f64));
        let late = (app.now() - j.oldest).max(0) as f64 / 1000.0;
        metric(o, "hark_jobs_late_seconds", "gauge", "How long the oldest due job waits.", &one(late));
    }
    out
}
