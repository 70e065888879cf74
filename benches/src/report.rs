//! What a bench prints: progress while it runs, and at the end one JSON object on one line.

use crate::process;
use hdrhistogram::Histogram;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// Tells on stderr what is happening and since when.
#[derive(Debug, Clone, Copy)]
pub struct Progress(Instant);

impl Progress {
    /// Starts the clock.
    pub fn start() -> Progress {
        Progress(Instant::now())
    }
    /// One line.
    pub fn say(&self, what: impl std::fmt::Display) {
        eprintln!("{:>6.1} s  {what}", self.0.elapsed().as_secs_f64());
    }
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is good: rates.
    Higher,
    /// Less is good: times, memory.
    Lower,
}

/// The percentiles of latencies that were recorded in µs, in ms.
pub fn percentiles(h: &Histogram<u64>) -> Value {
    let ms = |q: f64| round(h.value_at_quantile(q) as f64 / 1_000.0);
    json!({ "p50": ms(0.5), "p95": ms(0.95), "p99": ms(0.99) })
}

/// A latency at a quantile, in ms.
pub fn at_ms(h: &Histogram<u64>, q: f64) -> f64 {
    round(h.value_at_quantile(q) as f64 / 1_000.0)
}

/// Three figures behind the point say more than is known.
pub fn round(x: f64) -> f64 {
    (x * 1_000.0).round() / 1_000.0
}

/// The line.
#[derive(Debug)]
pub struct Report {
    fields: Map<String, Value>,
    figure: f64,
    better: Better,
}

impl Report {
    /// A figure with its unit.
    pub fn new(bench: &str, figure: f64, unit: &str, better: Better) -> Report {
        let word = if better == Better::Higher { "higher" } else { "lower" };
        let fields = json!({ "bench": bench, "figure": round(figure), "unit": unit, "better": word });
        let Value::Object(fields) = fields else { unreachable!("an object was written") };
        Report { fields, figure, better }.field("version", env!("CARGO_PKG_VERSION"))
    }

    /// Adds one more.
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Report {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// The floor in the same unit; the ratio is figure to floor.
    pub fn floor(self, floor: f64) -> Report {
        let ratio = if floor > 0.0 { round(self.figure / floor) } else { 0.0 };
        self.field("floor", round(floor)).field("ratio", ratio)
    }

    /// What the figure must reach, and whether it does.
    pub fn goal(self, goal: f64) -> Report {
        let met = match self.better {
            Better::Higher => self.figure >= goal,
            Better::Lower => self.figure <= goal,
        };
        self.field("goal", round(goal)).field("met", met)
    }

    /// Latencies.
    pub fn latencies(self, h: &Histogram<u64>) -> Report {
        let p = percentiles(h);
        self.field("percentiles", p)
    }

    /// The floor's latencies.
    pub fn floor_latencies(self, h: &Histogram<u64>) -> Report {
        let p = percentiles(h);
        self.field("floor_percentiles", p)
    }

    /// The finished line, with the state of the machine.
    pub fn line(self, load_before: f64) -> String {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let machine = json!({ "cores": cores, "load_before": load_before, "load_after": process::load() });
        Value::Object(self.field("machine", machine).fields).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_one_object_with_a_ratio() {
        let mut h = Histogram::new(3).expect("three figures");
        (1..=100).for_each(|i| h.record(i * 1_000).expect("in range"));
        let r = Report::new("ingest", 5_000.0, "messages/s", Better::Higher)
            .floor(20_000.0)
            .goal(4_000.0)
            .latencies(&h);
        let line: Value = serde_json::from_str(&r.line(0.5)).expect("reads");
        assert_eq!(line["ratio"], 0.25);
        assert_eq!((&line["met"], &line["better"]), (&json!(true), &json!("higher")));
        assert!((line["percentiles"]["p95"].as_f64().expect("a number") - 95.0).abs() < 0.1);
    }
}
