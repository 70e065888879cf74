//! `boot`: from the start of the process to its first answer that it is ready, on a full store; memory at rest a minute
//! later, and after the first search. The floor is a process that opens the same store and answers.

use crate::args::{Options, Store};
use crate::driver::histogram;
use crate::fault::{Fault, Outcome};
use crate::launcher::{FloorServer, Launcher};
use crate::process;
use crate::report::{Better, Progress, Report, at_ms, round};
use crate::texts::Texts;
use crate::world::{RunFolder, World};
use std::time::Duration;

/// Starts of which the median counts.
const STARTS: usize = 5;
/// At rest after this long.
const REST: Duration = Duration::from_secs(60);
/// Ready within, in ms.
const GOAL_MS: f64 = 300.0;
/// Memory at rest, at the most, in kB.
const REST_KB: u64 = 40 * 1_024;
/// Memory after the first search, at the most, in kB.
const SEARCHED_KB: u64 = 100 * 1_024;

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    if o.url.is_some() {
        return Err(Fault::new("boot starts a server of its own: leave out --url"));
    }
    let progress = Progress::start();
    let load = process::load();
    let world = World::prepare(o, launcher, o.size, &progress).await?;
    let least = floor(o, launcher, &world).await?;
    let mut ready = histogram();
    for _ in 1..STARTS {
        let server = world.serve(launcher).await?;
        ready.saturating_record(server.ready_after.as_micros() as u64);
        progress.say(format!("ready after {:?}", server.ready_after));
        server.stop()?;
    }
    let server = world.serve(launcher).await?;
    ready.saturating_record(server.ready_after.as_micros() as u64);
    progress.say(format!("ready after {:?}; resting for {REST:?}", server.ready_after));
    tokio::time::sleep(REST).await;
    let (rest_kb, cpu_us) = (server.rss_kb()?, server.cpu_us()?);
    let api = server.api(&world.seats.admin_token());
    let word =
        Texts::new(o.seed).two_characters(1).bytes().fold(String::new(), |q, b| format!("{q}%{b:02X}"));
    api.get(&format!("/api/v1/search?q={word}")).await?;
    let searched_kb = server.rss_kb()?;
    let line = Report::new("boot", at_ms(&ready, 0.5), "ms", Better::Lower)
        .floor(least)
        .goal(GOAL_MS)
        .field("store", o.store.word())
        .field("size", o.size)
        .field("seed", o.seed)
        .field("cpu_us_per_op", cpu_us)
        .field("rss_kb", rest_kb)
        .field("rss_goal_kb", REST_KB)
        .field("rss_searched_kb", searched_kb)
        .field("rss_searched_goal_kb", SEARCHED_KB)
        .field("rss_met", rest_kb <= REST_KB && searched_kb <= SEARCHED_KB)
        .field("fill_s", round(world.fill_s))
        .latencies(&ready)
        .line(load);
    server.stop()?;
    world.clear().await?;
    Ok(line)
}

/// Milliseconds until the least process is ready. On PostgreSQL it opens an empty file: the server is another's.
async fn floor(o: &Options, launcher: &dyn Launcher, world: &World) -> Outcome<f64> {
    let folder = RunFolder::make(o.folder.as_deref())?;
    let path = if o.store == Store::Sqlite {
        world.store_file()
    } else {
        let path = folder.path().join("empty.db");
        let empty = rusqlite::Connection::open(&path)?;
        empty.execute_batch("CREATE TABLE log_head(pos INT); INSERT INTO log_head VALUES (0);")?;
        path
    };
    let mut ready = histogram();
    for _ in 0..STARTS {
        let floor = FloorServer::start(launcher, "ready", &["--path".into(), path.display().to_string()])?;
        ready.saturating_record(floor.ready_after.as_micros() as u64);
    }
    Ok(at_ms(&ready, 0.5))
}
