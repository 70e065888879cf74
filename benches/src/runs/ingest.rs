//! `ingest`: signed messages to an API inbox over many connections. The clock runs from the first request until the
//! readers of the log (search, webhooks and the rest) and the live screens have reached the last message. With one
//! connection the figure is how long a lone message takes.

use super::per_op;
use crate::args::Options;
use crate::driver::{Batch, Frame, Measured, Request, Socket, closed_loop};
use crate::fault::Outcome;
use crate::launcher::{FloorServer, Launcher};
use crate::process;
use crate::report::{Better, Progress, Report, at_ms};
use crate::stage::{READERS_WITHIN, Stage};
use crate::texts::Texts;
use crate::world::RunFolder;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Connections unless told otherwise.
const CONNECTIONS: u32 = 256;
/// Requests prepared at the most.
const PREPARED_MAX: usize = 900_000;
/// Requests prepared per second of the floor, more than it can take.
const FLOOR_PER_S: usize = 60_000;
/// Requests prepared at the least, so that a server that is quicker than its floor is seen to be.
const PREPARED_MIN: usize = 20_000;
/// Before the measuring begins, the same load runs for this long.
const WARM_UP: Duration = Duration::from_secs(1);
/// Agents whose sockets are open and hear every message of the line.
const LISTENERS: u64 = 4;
/// Of the sum that messages reach on the floor, this part is the least that is aimed at.
const GOAL: f64 = 0.25;
/// A lone message may take so many times the floor's.
const LONE_GOAL: f64 = 2.0;

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    let connections = o.connections.unwrap_or(CONNECTIONS) as usize;
    let (floor, floor_cpu) = floor(o, launcher, connections, &progress).await?;
    let stage = Stage::set(o, launcher, 0, &progress).await?;
    stage.add_webhook().await?;
    progress.say("letting every contact write once");
    let next = stage.introduce_contacts().await?;
    let ours = measure(o, &stage, connections, next, &floor, &progress).await?;
    let lone = connections == 1;
    let report = if lone {
        let (own, least) = (at_ms(&ours.load.latencies, 0.5), at_ms(&floor.latencies, 0.5));
        Report::new("ingest", own, "ms", Better::Lower).floor(least).goal(least * LONE_GOAL)
    } else {
        let rate = ours.load.done as f64 / ours.until_read.as_secs_f64();
        Report::new("ingest", rate, "messages/s", Better::Higher)
            .floor(floor.rate())
            .goal(floor.rate() * GOAL)
    };
    let line = report
        .field("store", o.store.word())
        .field("connections", connections)
        .field("seed", o.seed)
        .field("seconds", o.seconds)
        .field("messages", ours.load.done)
        .field("refused", ours.load.refused)
        .field("acknowledged_per_s", ours.load.rate().round())
        .field("cpu_us_per_op", per_op(ours.cpu_us, ours.load.done))
        .field("floor_cpu_us_per_op", per_op(floor_cpu, floor.done))
        .field("rss_kb", ours.rss_kb)
        .field("readers_behind", ours.behind)
        .field("readers_after_s", crate::report::round((ours.until_read - ours.load.elapsed).as_secs_f64()))
        .field("fill_s", crate::report::round(stage.fill_s()))
        .latencies(&ours.load.latencies)
        .floor_latencies(&floor.latencies)
        .line(load);
    stage.clear().await?;
    Ok(line)
}

/// The same texts as JSON to the floor.
async fn floor(
    o: &Options,
    launcher: &dyn Launcher,
    connections: usize,
    progress: &Progress,
) -> Outcome<(Measured, u64)> {
    progress.say("measuring the floor");
    let folder = RunFolder::make(o.folder.as_deref())?;
    let floor =
        FloorServer::start(launcher, "ingest", &["--path".into(), folder.path().display().to_string()])?;
    let seconds = o.seconds.min(10);
    let prepared = (FLOOR_PER_S * (seconds as usize + 1)).min(PREPARED_MAX);
    let batch = floor_batch(o.seed, prepared, floor.at);
    let warm = closed_loop(floor.at, connections, &batch, 0, WARM_UP).await?;
    let cpu = process::cpu_us(floor.pid())?;
    let done =
        closed_loop(floor.at, connections, &batch, warm.done as usize, Duration::from_secs(seconds)).await?;
    let cpu = process::cpu_us(floor.pid())? - cpu;
    progress.say(format!("  {:.0} messages/s, p50 {} ms", done.rate(), at_ms(&done.latencies, 0.5)));
    Ok((done, cpu))
}

fn floor_batch(seed: u64, n: usize, to: SocketAddr) -> Rc<Batch> {
    let texts = Texts::new(seed);
    let mut batch = Batch::default();
    for k in 0..n {
        let body =
            json!({ "conv": k * 7_919 % 10_000, "author": 3, "body": texts.text(k as u64) }).to_string();
        batch.push(|out| Request::new("POST", "/m").json(body).write(to, out));
    }
    Rc::new(batch)
}

struct Ours {
    load: Measured,
    until_read: Duration,
    cpu_us: u64,
    rss_kb: u64,
    behind: Value,
}

async fn measure(
    o: &Options,
    stage: &Stage,
    connections: usize,
    next: usize,
    floor: &Measured,
    progress: &Progress,
) -> Outcome<Ours> {
    for a in 0..LISTENERS {
        let mut socket = stage.staff_socket(&stage.watcher_token(a), a as usize).await?;
        socket
            .send(&json!({ "op": "subscribe", "topics": [format!("line:{}", stage.line())] }).to_string())
            .await?;
        socket.keep_alive();
        tokio::task::spawn_local(async move { listen(&mut socket).await });
    }
    let time = Duration::from_secs(o.seconds);
    let wanted = (floor.rate() * (o.seconds + 1) as f64) as usize;
    let wanted = if connections == 1 { wanted.min(PREPARED_MIN * 4) } else { wanted }
        .clamp(PREPARED_MIN, PREPARED_MAX);
    progress.say(format!("signing {wanted} messages"));
    let batch = stage.inbound(next, next + wanted);
    let warm = closed_loop(stage.server.public, connections, &batch, 0, WARM_UP).await?;
    stage.api.wait_for_readers(READERS_WITHIN).await?;
    progress.say(format!("measuring for {time:?} over {connections} connections"));
    let (cpu, began) = (stage.server.cpu_us()?, Instant::now());
    let load = closed_loop(stage.server.public, connections, &batch, warm.done as usize, time).await?;
    let behind = stage.api.wait_for_readers(READERS_WITHIN).await?;
    let until_read = began.elapsed();
    let cpu_us = stage.server.cpu_us()? - cpu;
    progress.say(format!("  {:.0} acknowledged/s, p50 {} ms", load.rate(), at_ms(&load.latencies, 0.5)));
    Ok(Ours { load, until_read, cpu_us, rss_kb: stage.server.rss_kb()?, behind })
}

/// Reads until the server ends.
async fn listen(socket: &mut Socket) {
    while let Ok(Frame::Text(_)) = socket.next().await {}
}
