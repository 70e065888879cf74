//! `search`: four classes of questions over a full store, quiet and while messages come in. The figure is the p95 of the
//! slowest class; the floor asks an index of the same texts the same.

use super::list::{BUSY_TIMES, INCOMING_PER_S, while_messages_come};
use super::per_op;
use crate::args::Options;
use crate::driver::{Batch, Measured, Request, closed_loop};
use crate::fault::{Fault, Outcome};
use crate::launcher::{FloorServer, Launcher};
use crate::process;
use crate::report::{Better, Progress, Report, at_ms, percentiles, round};
use crate::stage::Stage;
use crate::texts::Texts;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

/// Questions of a class; asked over and over.
const QUESTIONS: u64 = 500;
/// Each is prepared so many times.
const TIMES: usize = 40;
/// Before a class is measured it is asked for this long.
const WARM_UP: Duration = Duration::from_millis(300);
/// p95 at the most, in ms.
const GOAL_MS: f64 = 10.0;
/// The classes.
const CLASSES: [&str; 4] = ["two_words", "rare", "common", "two_characters"];

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    let stage = Rc::new(Stage::set(o, launcher, o.size, &progress).await?);
    let texts = Texts::new(o.seed);
    let each = Duration::from_secs(o.seconds).div_f64(2.0 * CLASSES.len() as f64);
    let floor = floor(o, launcher, &stage, &texts, each, &progress).await?;
    check(&stage, &texts).await?;
    progress.say(format!("asking each class for {each:?}, quiet"));
    let ask = |words: &str| Request::new("GET", format!("/api/v1/search?q={words}")).bearer(stage.token());
    let batches = batches(&texts, stage.desk(), ask);
    let cpu = stage.server.cpu_us()?;
    let quiet = classes(stage.desk(), &batches, each).await?;
    let cpu = stage.server.cpu_us()? - cpu;
    tell(&progress, &quiet);
    progress.say(format!("and while {INCOMING_PER_S} messages/s come in"));
    let whole = (each + WARM_UP) * CLASSES.len() as u32;
    let (busy, incoming) =
        while_messages_come(&stage, whole, |_| classes(stage.desk(), &batches, each)).await?;
    tell(&progress, &busy);
    let (own, own_busy) = (slowest(&quiet), slowest(&busy));
    let done: u64 = quiet.iter().map(|m| m.done).sum();
    let mut report = Report::new("search", own, "ms", Better::Lower).goal(GOAL_MS);
    if let Some(floor) = &floor {
        report = report.floor(slowest(floor)).field("floor_percentiles", by_class(floor));
    }
    let line = report
        .field("store", o.store.word())
        .field("size", o.size)
        .field("seed", o.seed)
        .field("seconds", o.seconds)
        .field("percentiles", by_class(&quiet))
        .field("busy_percentiles", by_class(&busy))
        .field("busy_figure", own_busy)
        .field("busy_met", own_busy <= own * BUSY_TIMES)
        .field("incoming_per_s", incoming.rate().round())
        // The seconds of warming up are asked as well, so this is an upper bound.
        .field("cpu_us_per_op", per_op(cpu, done))
        .field("rss_kb", stage.server.rss_kb()?)
        .field("fill_s", round(stage.fill_s()))
        .line(load);
    drop(batches);
    let stage = Rc::try_unwrap(stage).map_err(|_| Fault::new("a question outlived its bench"))?;
    stage.clear().await?;
    Ok(line)
}

fn question(texts: &Texts, class: &str, k: u64) -> Option<String> {
    match class {
        "two_words" => texts.two_words(k),
        "rare" => Some(texts.rare(k).to_owned()),
        "common" => Some(texts.frequent(k).to_owned()),
        _ => Some(texts.two_characters(k).to_owned()),
    }
}

fn encoded(words: &str) -> String {
    words.bytes().fold(String::new(), |q, b| {
        if b.is_ascii_alphanumeric() { format!("{q}{}", b as char) } else { format!("{q}%{b:02X}") }
    })
}

fn batches(texts: &Texts, to: SocketAddr, ask: impl Fn(&str) -> Request) -> Vec<Rc<Batch>> {
    let of_class = |class: &str| {
        let questions: Vec<Vec<u8>> = (0..QUESTIONS)
            .filter_map(|k| question(texts, class, k))
            .map(|q| ask(&encoded(&q)).bytes(to))
            .collect();
        let mut batch = Batch::default();
        for _ in 0..TIMES {
            questions.iter().for_each(|q| batch.push(|out| out.extend_from_slice(q)));
        }
        Rc::new(batch)
    };
    CLASSES.into_iter().map(of_class).collect()
}

async fn classes(to: SocketAddr, batches: &[Rc<Batch>], each: Duration) -> Outcome<Vec<Measured>> {
    let mut all = vec![];
    for batch in batches {
        closed_loop(to, 1, batch, 0, WARM_UP).await?;
        all.push(closed_loop(to, 1, batch, 0, each).await?);
    }
    Ok(all)
}

fn slowest(all: &[Measured]) -> f64 {
    all.iter().map(|m| at_ms(&m.latencies, 0.95)).fold(0.0, f64::max)
}

fn by_class(all: &[Measured]) -> Value {
    let of = |(class, m): (&&str, &Measured)| ((*class).to_owned(), percentiles(&m.latencies));
    Value::Object(CLASSES.iter().zip(all).map(of).collect::<Map<_, _>>())
}

fn tell(progress: &Progress, all: &[Measured]) {
    let of = |(class, m): (&&str, &Measured)| format!("{class} {} ms", at_ms(&m.latencies, 0.95));
    let all: Vec<String> = CLASSES.iter().zip(all).map(of).collect();
    progress.say(format!("  p95: {}", all.join(", ")));
}

/// A class that finds nothing would be quick for the wrong reason.
async fn check(stage: &Stage, texts: &Texts) -> Outcome<()> {
    for class in CLASSES {
        let mut found = 0;
        for q in (0..20).filter_map(|k| question(texts, class, k)) {
            let answer = stage.api.get(&format!("/api/v1/search?q={}", encoded(&q))).await?;
            found += answer["messages"].as_array().map_or(0, Vec::len);
        }
        if found == 0 {
            return Err(Fault::new(format!("twenty questions of the class {class} found nothing")));
        }
    }
    Ok(())
}

async fn floor(
    o: &Options,
    launcher: &dyn Launcher,
    stage: &Stage,
    texts: &Texts,
    each: Duration,
    progress: &Progress,
) -> Outcome<Option<Vec<Measured>>> {
    let Some(world) = &stage.world else { return Ok(None) };
    world.build_floor_index(o, progress)?;
    progress.say("measuring the floor");
    let path = world.floor_index.display().to_string();
    let floor = FloorServer::start(launcher, "search", &["--path".into(), path])?;
    let batches = batches(texts, floor.at, |words| Request::new("GET", format!("/search?{words}")));
    let all = classes(floor.at, &batches, each.min(Duration::from_secs(1))).await?;
    tell(progress, &all);
    Ok(Some(all))
}
