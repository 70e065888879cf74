//! `shift`: a full floor for as long as one likes: five hundred agents, each in a conversation, among five thousand
//! visitors, two hundred messages a second, and leads who read the list of the line. The figure is how late a visitor's
//! words are at their agent's socket; memory is read after the first minute and at the end.

use super::chat::{Pace, begin, floors, gathered, talk};
use super::idle::open_many;
use super::per_op;
use crate::args::Options;
use crate::driver::{Frame, Socket};
use crate::fault::{Fault, Outcome};
use crate::launcher::Launcher;
use crate::process;
use crate::report::{Better, Progress, Report, at_ms, percentiles, round};
use crate::stage::Stage;
use crate::texts::Texts;
use futures_util::future::try_join_all;
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Visitors there are unless told otherwise; those who do not talk have their window open.
const VISITORS: u32 = 5_000;
/// Agents, each with a visitor who asks once in `every` and is answered: two hundred messages a second.
const PACE: Pace = Pace { pairs: 500, every: Duration::from_secs(5) };
/// Conversations begin so many at a time, as people come to work.
const BEGIN_AT_ONCE: usize = 25;
/// Desks on which the line's list is open: every message changes a row of theirs.
const LISTS: usize = 50;
/// Later than this nothing may be on the screen, at the 99th percentile, in ms.
const GOAL_MS: f64 = 250.0;
/// Memory is read again after so long.
const WARM: Duration = Duration::from_secs(60);

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    progress.say("measuring one write to the disk and one echo");
    let floors = floors(o, launcher).await?;
    let stage = Rc::new(Stage::set(o, launcher, 0, &progress).await?);
    let visitors = (o.connections.unwrap_or(VISITORS) as usize).max(PACE.pairs);
    let idle = visitors - PACE.pairs;
    progress.say(format!("opening {idle} sockets of visitors who read"));
    let idle = open_many(idle, |k| stage.visitor_socket(k)).await?;
    progress.say(format!("opening {LISTS} lists"));
    let rows = Rc::new(Cell::new(0));
    for socket in try_join_all((0..LISTS).map(|k| list(&stage, k))).await? {
        tokio::task::spawn_local(read_on(socket, rows.clone()));
    }
    progress.say(format!("{} visitors begin to write", PACE.pairs));
    let mut pairs = Vec::with_capacity(PACE.pairs);
    while pairs.len() < PACE.pairs {
        let first = pairs.len();
        let some = first..(first + BEGIN_AT_ONCE).min(PACE.pairs);
        pairs.extend(try_join_all(some.map(|k| begin(&stage, visitors + k, k))).await?);
    }
    let texts = Rc::new(Texts::new(o.seed));
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
    let warm = tokio::task::spawn_local(memory_after(stage.clone(), began + WARM.min(time)));
    let (there, back) = gathered(tasks).await?;
    let cpu = stage.server.cpu_us()? - cpu;
    let warm_kb = warm.await??;
    let end_kb = stage.server.rss_kb()?;
    let line = Report::new("shift", at_ms(&there, 0.99), "ms", Better::Lower)
        .floor(floors.sync_ms + at_ms(&floors.echo, 0.99))
        .goal(GOAL_MS)
        .field("store", o.store.word())
        .field("agents", PACE.pairs)
        .field("connections", visitors + PACE.pairs + LISTS)
        .field("seed", o.seed)
        .field("seconds", o.seconds)
        .field("messages", there.len() + back.len())
        .field("messages_per_s", round((there.len() + back.len()) as f64 / began.elapsed().as_secs_f64()))
        .field("back_percentiles", percentiles(&back))
        .field("floor_sync_ms", floors.sync_ms)
        .field("cpu_us_per_op", per_op(cpu, there.len() + back.len()))
        .field("rss_kb_warm", warm_kb)
        .field("rss_kb", end_kb)
        .field("frames_at_lists", rows.get())
        .field("fill_s", round(stage.fill_s()))
        .latencies(&there)
        .floor_latencies(&floors.echo)
        .line(load);
    drop(idle);
    let stage = Rc::into_inner(stage).ok_or_else(|| Fault::new("the stage is still in use"))?;
    stage.clear().await?;
    Ok(line)
}

/// A desk with the line's list open.
async fn list(stage: &Stage, k: usize) -> Outcome<Socket> {
    let mut socket = stage.staff_socket(&stage.watcher_token(k as u64), k).await?;
    let topics = json!({ "op": "subscribe", "topics": [format!("line:{}", stage.line())] });
    socket.send(&topics.to_string()).await?;
    socket.keep_alive();
    Ok(socket)
}

/// Takes what comes, as a page does, and counts it.
async fn read_on(mut socket: Socket, frames: Rc<Cell<u64>>) {
    while let Ok(Frame::Text(_)) = socket.next().await {
        frames.set(frames.get() + 1);
    }
}

async fn memory_after(stage: Rc<Stage>, at: Instant) -> Outcome<u64> {
    tokio::time::sleep_until(at.into()).await;
    stage.server.rss_kb()
}
