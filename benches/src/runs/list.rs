//! `list`: the open conversations, as an agent who serves two of twenty clients asks for them, on a full store; quiet,
//! and while messages come in. The floor reads the same page out of the same file.

use super::per_op;
use crate::args::{Options, Store};
use crate::driver::{Batch, Measured, Pace, Request, closed_loop, paced};
use crate::fault::{Fault, Outcome};
use crate::launcher::{FloorServer, Launcher};
use crate::process;
use crate::report::{Better, Progress, Report, at_ms, percentiles, round};
use crate::stage::Stage;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

/// Requests prepared; more than are asked for.
const PREPARED: usize = 400_000;
/// Messages per second that come in during the second half.
pub const INCOMING_PER_S: f64 = 500.0;
/// Over so many connections.
const INCOMING_CONNECTIONS: usize = 16;
/// Before the measuring begins, the same load runs for this long.
const WARM_UP: Duration = Duration::from_millis(500);
/// p95 at the most, in ms.
const GOAL_MS: f64 = 5.0;
/// While messages come in it may take so many times as long as quiet.
pub const BUSY_TIMES: f64 = 3.0;

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    let stage = Stage::set(o, launcher, o.size, &progress).await?;
    let half = Duration::from_secs(o.seconds).div_f64(2.0);
    let floor = floor(o, launcher, &stage, half, &progress).await?;
    let connections = o.connections.unwrap_or(1) as usize;
    let request =
        Request::new("GET", "/api/v1/conversations?view=open&limit=50").bearer(&stage.agent_token(0));
    let batch = repeated(&request, stage.desk());
    let rows = check(&stage, &request).await?;
    progress.say(format!("asking for {rows} rows, quiet, for {half:?}"));
    closed_loop(stage.desk(), connections, &batch, 0, WARM_UP).await?;
    let cpu = stage.server.cpu_us()?;
    let quiet = closed_loop(stage.desk(), connections, &batch, 0, half).await?;
    let cpu = stage.server.cpu_us()? - cpu;
    progress.say(format!(
        "  p95 {} ms; now while {INCOMING_PER_S} messages/s come in",
        at_ms(&quiet.latencies, 0.95)
    ));
    let (busy, incoming) = while_messages_come(&stage, half, |time| {
        let (batch, desk) = (batch.clone(), stage.desk());
        async move { closed_loop(desk, connections, &batch, 0, time).await }
    })
    .await?;
    progress.say(format!("  p95 {} ms", at_ms(&busy.latencies, 0.95)));
    let own = at_ms(&quiet.latencies, 0.95);
    let mut report = Report::new("list", own, "ms", Better::Lower).goal(GOAL_MS);
    if let Some(floor) = &floor {
        report = report.floor(at_ms(&floor.latencies, 0.95)).floor_latencies(&floor.latencies);
    }
    let line = report
        .field("store", o.store.word())
        .field("size", o.size)
        .field("connections", connections)
        .field("seed", o.seed)
        .field("seconds", o.seconds)
        .field("rows", rows)
        .field("busy_percentiles", percentiles(&busy.latencies))
        .field("busy_met", at_ms(&busy.latencies, 0.95) <= own * BUSY_TIMES)
        .field("incoming_per_s", incoming.rate().round())
        .field("cpu_us_per_op", per_op(cpu, quiet.done))
        .field("rss_kb", stage.server.rss_kb()?)
        .field("fill_s", round(stage.fill_s()))
        .latencies(&quiet.latencies)
        .line(load);
    stage.clear().await?;
    Ok(line)
}

/// Does something while messages come in at their pace; answers both.
pub async fn while_messages_come<T, F>(
    stage: &Stage,
    time: Duration,
    measure: impl FnOnce(Duration) -> F,
) -> Outcome<(T, Measured)>
where
    F: Future<Output = Outcome<T>>,
{
    let first = stage.introduce_contacts().await?;
    let lead = Duration::from_secs(1);
    let n = (INCOMING_PER_S * (time + lead * 3).as_secs_f64()) as usize;
    let batch = stage.inbound(first, first + n);
    let pace = Pace { per_s: INCOMING_PER_S, connections: INCOMING_CONNECTIONS };
    let (to, whole) = (stage.server.public, time + lead * 2);
    let incoming = tokio::task::spawn_local(async move { paced(to, pace, &batch, 0, whole).await });
    tokio::time::sleep(lead).await;
    let measured = measure(time).await?;
    Ok((measured, incoming.await??))
}

fn repeated(request: &Request, to: SocketAddr) -> Rc<Batch> {
    let bytes = request.bytes(to);
    let mut batch = Batch::default();
    (0..PREPARED).for_each(|_| batch.push(|out| out.extend_from_slice(&bytes)));
    Rc::new(batch)
}

/// Asks once and looks at what comes.
async fn check(stage: &Stage, request: &Request) -> Outcome<usize> {
    let mut connection = crate::driver::Connection::open(stage.desk()).await?;
    let answer = connection.call(&request.bytes(stage.desk())).await?;
    let page: serde_json::Value = serde_json::from_slice(answer.body)?;
    match page["items"].as_array() {
        Some(rows) if !rows.is_empty() => Ok(rows.len()),
        _ => Err(Fault::new(format!("the list was answered {}: {page}", answer.status))),
    }
}

/// The floor reads the file of our own server; there is none for PostgreSQL or a server elsewhere.
async fn floor(
    o: &Options,
    launcher: &dyn Launcher,
    stage: &Stage,
    time: Duration,
    progress: &Progress,
) -> Outcome<Option<Measured>> {
    let Some(world) = stage.world.as_ref().filter(|_| o.store == Store::Sqlite) else { return Ok(None) };
    progress.say("measuring the floor");
    let path = world.store_file().display().to_string();
    let floor = FloorServer::start(launcher, "list", &["--path".into(), path])?;
    let batch = repeated(&Request::new("GET", "/page"), floor.at);
    closed_loop(floor.at, 1, &batch, 0, WARM_UP).await?;
    Ok(Some(closed_loop(floor.at, 1, &batch, 0, time.min(Duration::from_secs(3))).await?))
}
