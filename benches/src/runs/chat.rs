//! `chat`: a visitor writes on their socket and the agent's socket shows it; the agent answers over HTTP and the
//! visitor's socket shows that, at a gentle pace beside thousands of idle sockets. The floor is one write to the disk
//! and one way through a bare echo.

use super::idle::open_many;
use super::per_op;
use crate::args::Options;
use crate::driver::{Connection, Request, Socket, histogram};
use crate::fault::{Fault, Outcome, While};
use crate::launcher::{FloorServer, Launcher, measure_floor};
use crate::process;
use crate::report::{Better, Progress, Report, at_ms, percentiles, round};
use crate::stage::Stage;
use crate::texts::Texts;
use crate::world::RunFolder;
use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Idle sockets unless told otherwise.
const IDLE: u32 = 5_000;
/// Visitors who write, each to an agent. Each writes once in this time: what the limit of one visitor allows for long.
const PACE: Pace = Pace { pairs: 40, every: Duration::from_millis(1_050) };
/// A message that takes longer is lost.
const WITHIN: Duration = Duration::from_secs(20);
/// How long the floors are measured, in seconds.
const FLOOR_S: u64 = 2;
/// Above one write to the disk, a message may take so much longer, in ms.
const GOAL_MS: f64 = 2.0;

pub(super) struct Floors {
    pub(super) sync_ms: f64,
    pub(super) echo: Histogram<u64>,
}

/// How many talk, and how often each visitor writes.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    pub(super) pairs: usize,
    pub(super) every: Duration,
}

/// One visitor, their agent, and how long each message took.
pub(super) struct Pair {
    visitor: Socket,
    agent: Socket,
    replies: Connection,
    conversation: String,
    token: String,
    there: Histogram<u64>,
    back: Histogram<u64>,
}

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    progress.say("measuring one write to the disk and one echo");
    let floors = floors(o, launcher).await?;
    let stage = Stage::set(o, launcher, 0, &progress).await?;
    let n = o.connections.unwrap_or(IDLE) as usize;
    progress.say(format!("opening {n} idle sockets"));
    let idle = open_many(n, |k| stage.visitor_socket(k)).await?;
    progress.say(format!("{} visitors begin to write", PACE.pairs));
    let texts = Rc::new(Texts::new(o.seed));
    let pairs = try_join_all((0..PACE.pairs).map(|k| begin(&stage, n + k, k))).await?;
    let time = Duration::from_secs(o.seconds);
    progress.say(format!("measuring for {time:?}"));
    let (cpu, began) = (stage.server.cpu_us()?, Instant::now());
    let tasks: Vec<_> = pairs
        .into_iter()
        .enumerate()
        .map(|(k, pair)| {
            tokio::task::spawn_local(talk(pair, k, PACE, texts.clone(), began, time, stage.desk()))
        })
        .collect();
    let (there, back) = gathered(tasks).await?;
    let cpu = stage.server.cpu_us()? - cpu;
    let line = Report::new("chat", at_ms(&there, 0.5), "ms", Better::Lower)
        .floor(floors.sync_ms + at_ms(&floors.echo, 0.5))
        .goal(floors.sync_ms + GOAL_MS)
        .field("store", o.store.word())
        .field("connections", n)
        .field("seed", o.seed)
        .field("seconds", o.seconds)
        .field("messages", there.len() + back.len())
        .field("back_percentiles", percentiles(&back))
        .field("floor_sync_ms", floors.sync_ms)
        .field("cpu_us_per_op", per_op(cpu, there.len() + back.len()))
        .field("rss_kb", stage.server.rss_kb()?)
        .field("fill_s", round(stage.fill_s()))
        .latencies(&there)
        .floor_latencies(&floors.echo)
        .line(load);
    drop(idle);
    stage.clear().await?;
    Ok(line)
}

/// How long words took there, and back.
pub(super) type Turns = (Histogram<u64>, Histogram<u64>);

/// What all pairs measured, together: there, and back.
pub(super) async fn gathered(tasks: Vec<JoinHandle<Outcome<Turns>>>) -> Outcome<Turns> {
    let (mut there, mut back) = (histogram(), histogram());
    for task in tasks {
        let (t, b) = task.await??;
        there.add(t)?;
        back.add(b)?;
    }
    Ok((there, back))
}

pub(super) async fn floors(o: &Options, launcher: &dyn Launcher) -> Outcome<Floors> {
    let folder = RunFolder::make(o.folder.as_deref())?;
    let path = folder.path().display().to_string();
    let sync =
        measure_floor(launcher, "sync", &["--path".into(), path, "--seconds".into(), FLOOR_S.to_string()])?;
    let sync_ms =
        sync["percentiles"]["p50"].as_f64().ok_or_else(|| Fault::new("the disk's floor has no p50"))?;
    let floor = FloorServer::start(launcher, "sockets", &[])?;
    let mut socket = Socket::open(floor.at, "/echo", None, None, 0).await?;
    let (text, mut echo, began) = (Texts::new(o.seed).text(1), histogram(), Instant::now());
    while began.elapsed() < Duration::from_secs(FLOOR_S) {
        let at = Instant::now();
        socket.send(&text).await?;
        socket.next().await?;
        echo.saturating_record(at.elapsed().as_micros() as u64);
    }
    Ok(Floors { sync_ms, echo })
}

/// A visitor writes for the first time; an agent finds the conversation and opens it.
pub(super) async fn begin(stage: &Stage, place: usize, k: usize) -> Outcome<Pair> {
    let mut visitor = stage.visitor_socket(place).await?;
    let token = stage.watcher_token(k as u64);
    let mut agent = stage.staff_socket(&token, place).await?;
    agent
        .send(&json!({ "op": "subscribe", "topics": [format!("line:{}", stage.line())] }).to_string())
        .await?;
    // Operations are answered in order, so after the pong the agent hears the line.
    agent.send(r#"{"op":"ping"}"#).await?;
    agent.wait(WITHIN, |t| t.contains("pong").then_some(())).await.while_("an agent hears the line")?;
    let mark = format!("begin-{k}-");
    visitor.send(&said(k, 0, &mark)).await?;
    let found = agent.wait(WITHIN, |t| conversation_with(t, &mark)).await;
    let conversation = found.while_("the agent sees a new visitor's first words")?;
    agent
        .send(&json!({ "op": "unsubscribe", "topics": [format!("line:{}", stage.line())] }).to_string())
        .await?;
    agent.send(&json!({ "op": "watch", "conversation": conversation }).to_string()).await?;
    agent.wait(WITHIN, |t| t.contains(r#""kind":"looking""#).then_some(())).await.while_("an agent looks")?;
    // Whoever only listens says now and then that they are there.
    agent.keep_alive();
    let replies = Connection::open(stage.desk()).await?;
    Ok(Pair { visitor, agent, replies, conversation, token, there: histogram(), back: histogram() })
}

fn conversation_with(frame: &str, mark: &str) -> Option<String> {
    if !frame.contains(mark) {
        return None;
    }
    let frame: Value = serde_json::from_str(frame).ok()?;
    frame["conversation"].as_str().map(str::to_owned)
}

/// A sender's id, in the form of a UUID.
fn client_id(k: usize, n: usize, side: u64) -> String {
    let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos()
        as u64;
    format!("{:08x}-{:04x}-4000-8{side:03x}-{:012x}", at as u32, k & 0xffff, n as u64 & 0xffff_ffff_ffff)
}

fn said(k: usize, n: usize, body: &str) -> String {
    json!({ "op": "send", "client_id": client_id(k, n, 0), "body": body }).to_string()
}

/// They talk until the time is over.
pub(super) async fn talk(
    mut pair: Pair,
    k: usize,
    pace: Pace,
    texts: Rc<Texts>,
    began: Instant,
    time: Duration,
    desk: SocketAddr,
) -> Outcome<Turns> {
    // Spread over the pace, so that not all write in the same moment.
    let mut due = pace.every.mul_f64(k as f64 / pace.pairs as f64);
    let mut n = 1;
    while due < time {
        tokio::time::sleep_until((began + due).into()).await;
        let text = texts.text((k * 100_000 + n) as u64);
        turn(&mut pair, k, n, &text, desk).await.while_("a visitor and an agent talk")?;
        n += 1;
        due += pace.every;
    }
    Ok((pair.there, pair.back))
}

/// There and back once.
async fn turn(pair: &mut Pair, k: usize, n: usize, text: &str, desk: SocketAddr) -> Outcome<()> {
    let (ask, mark) = (format!("ask-{k}-{n}. {text}"), format!("ask-{k}-{n}."));
    let at = Instant::now();
    pair.visitor.send(&said(k, n, &ask)).await?;
    let seen = |t: &str| {
        let frame: Value =
            (t.contains("message.created") && t.contains(&mark)).then(|| serde_json::from_str(t).ok())??;
        frame["data"]["message"]["seq"].as_i64()
    };
    let seq = pair.agent.wait(WITHIN, seen).await.while_("waiting for the visitor's words at the agent's")?;
    pair.there.saturating_record(at.elapsed().as_micros() as u64);
    let answer = format!("answer-{k}-{n}. {text}");
    let body = json!({ "client_id": client_id(k, n, 1), "mode": "reply", "body": answer, "seen_seq": seq });
    let path = format!("/api/v1/conversations/{}/messages", pair.conversation);
    let request = Request::new("POST", path).bearer(&pair.token).json(body.to_string()).bytes(desk);
    let at = Instant::now();
    let taken = pair.replies.call(&request).await?;
    if taken.status != 201 {
        let (status, body) = (taken.status, String::from_utf8_lossy(taken.body).into_owned());
        return Err(Fault::new(format!("a reply was answered {status}: {body}")));
    }
    let mark = format!("answer-{k}-{n}.");
    let seen = |t: &str| (t.contains(r#""op":"message""#) && t.contains(&mark)).then_some(());
    pair.visitor.wait(WITHIN, seen).await.while_("waiting for the agent's words at the visitor's")?;
    pair.back.saturating_record(at.elapsed().as_micros() as u64);
    Ok(())
}
