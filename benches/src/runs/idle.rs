//! `idle`: memory per socket on which nothing happens, of visitors and of staff; the floor is a bare socket.

use super::per_op;
use crate::args::Options;
use crate::driver::Socket;
use crate::fault::{Fault, Outcome};
use crate::launcher::{FloorServer, Launcher};
use crate::process;
use crate::report::{Better, Progress, Report, round};
use crate::stage::Stage;
use futures_util::future::try_join_all;
use std::time::Duration;

/// Sockets unless told otherwise.
const SOCKETS: u32 = 5_000;
/// Sockets opened at once.
const OPENED_AT_ONCE: usize = 64;
/// What the server does after the last socket was opened is over after this.
const SETTLES_IN: Duration = Duration::from_secs(3);
/// kB per socket, at the most.
const GOAL_KB: f64 = 12.0;

/// Opens many sockets, some at a time.
pub async fn open_many<F>(n: usize, open: impl Fn(usize) -> F) -> Outcome<Vec<Socket>>
where
    F: Future<Output = Outcome<Socket>>,
{
    let mut all = Vec::with_capacity(n);
    while all.len() < n {
        let some = (n - all.len()).min(OPENED_AT_ONCE);
        let first = all.len();
        let mut opened = try_join_all((first..first + some).map(&open)).await?;
        opened.iter_mut().for_each(Socket::rest);
        all.extend(opened);
    }
    Ok(all)
}

/// What each of `n` sockets takes, and the sockets, which stay open: memory given back would be counted for the next.
async fn kb_each<F>(pid: u32, n: usize, open: impl Fn(usize) -> F) -> Outcome<(f64, Vec<Socket>)>
where
    F: Future<Output = Outcome<Socket>>,
{
    // The first few make what all share; they are not counted.
    let mut first = open_many(OPENED_AT_ONCE, &open).await?;
    tokio::time::sleep(SETTLES_IN).await;
    let before = process::pss_kb(pid)?;
    let all = open_many(n, |k| open(OPENED_AT_ONCE + k)).await?;
    tokio::time::sleep(SETTLES_IN).await;
    let after = process::pss_kb(pid)?;
    first.extend(all);
    Ok((after.saturating_sub(before) as f64 / n as f64, first))
}

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    let n = o.connections.unwrap_or(SOCKETS) as usize;
    progress.say(format!("opening {n} bare sockets"));
    let floor = FloorServer::start(launcher, "sockets", &[])?;
    let (least, bare) = kb_each(floor.pid(), n, |k| Socket::open(floor.at, "/echo", None, None, k)).await?;
    drop((bare, floor));
    progress.say(format!("  {least:.1} kB each"));
    let stage = Stage::set(o, launcher, 0, &progress).await?;
    let pid =
        stage.server.pid().ok_or_else(|| Fault::new("idle measures a server of its own: leave out --url"))?;
    let cpu = stage.server.cpu_us()?;
    progress.say(format!("opening {n} visitors' sockets"));
    let (visitor, visitors) = kb_each(pid, n, |k| stage.visitor_socket(k)).await?;
    let cpu = stage.server.cpu_us()? - cpu;
    progress.say(format!("  {visitor:.1} kB each; {n} sockets of staff"));
    let (staff, members) = kb_each(pid, n, |k| {
        let (token, stage) = (stage.watcher_token(k as u64), &stage);
        async move { stage.staff_socket(&token, k).await }
    })
    .await?;
    progress.say(format!("  {staff:.1} kB each"));
    drop((visitors, members));
    let line = Report::new("idle", visitor.max(staff), "kB", Better::Lower)
        .floor(least)
        .goal(GOAL_KB)
        .field("store", o.store.word())
        .field("connections", n)
        .field("seed", o.seed)
        .field("visitor_kb", round(visitor))
        .field("staff_kb", round(staff))
        .field("cpu_us_per_op", per_op(cpu, n as u64))
        .field("rss_kb", stage.server.rss_kb()?)
        .field("percentiles", serde_json::Value::Null)
        .field("fill_s", round(stage.fill_s()))
        .line(load);
    stage.clear().await?;
    Ok(line)
}
