//! `fanout`: two hundred agents watch one conversation into which messages come as fast as they are delivered. The
//! figure is copies delivered per second, durable first; the floor is a bare room with texts of the same size.

use super::per_op;
use crate::args::Options;
use crate::driver::{Connection, Frame, Socket, Voice};
use crate::fault::{Fault, Outcome};
use crate::launcher::{FloorServer, Launcher};
use crate::process;
use crate::report::{Better, Progress, Report, round};
use crate::stage::Stage;
use crate::texts::Texts;
use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Watchers unless told otherwise.
const WATCHERS: u32 = 200;
/// Messages on their way to the watchers at once.
const UNDER_WAY: u64 = 64;
/// Connections that send.
const SENDERS: usize = 16;
/// Sockets opened at once.
const OPENED_AT_ONCE: usize = 32;
/// Of the bare room's deliveries, the least that is aimed at.
const GOAL: f64 = 0.35;

/// What the watchers have seen, shared by all tasks of the one thread.
struct Room {
    members: u64,
    began: Instant,
    end: Instant,
    sent: Cell<u64>,
    delivered: Cell<u64>,
    missed: Cell<u64>,
    moved: Notify,
    latencies: RefCell<Histogram<u64>>,
}

impl Room {
    fn new(members: usize, time: Duration) -> Rc<Room> {
        Rc::new(Room {
            members: members as u64,
            began: Instant::now(),
            end: Instant::now() + time,
            sent: Cell::new(0),
            delivered: Cell::new(0),
            missed: Cell::new(0),
            moved: Notify::new(),
            latencies: RefCell::new(crate::driver::histogram()),
        })
    }

    /// Waits until fewer than [`UNDER_WAY`] are on their way; false once the time is over.
    async fn turn(&self) -> bool {
        while Instant::now() < self.end {
            if self.sent.get() < (self.delivered.get() + self.missed.get()) / self.members + UNDER_WAY {
                self.sent.set(self.sent.get() + 1);
                return true;
            }
            // Timed, so that a lost copy cannot hold the room for good.
            let _ = tokio::time::timeout(Duration::from_millis(50), self.moved.notified()).await;
        }
        false
    }

    fn stamp(&self) -> String {
        format!("~{}~", self.began.elapsed().as_micros())
    }

    /// Counts a copy; the first member also looks at how old it is.
    fn count(&self, member: usize, text: &str) {
        self.delivered.set(self.delivered.get() + 1);
        if member == 0 {
            let sent = text.split('~').nth(1).and_then(|n| n.parse::<u64>().ok());
            if let Some(sent) = sent {
                let now = self.began.elapsed().as_micros() as u64;
                self.latencies.borrow_mut().saturating_record(now.saturating_sub(sent).max(1));
            }
        }
        if self.delivered.get().is_multiple_of(self.members) {
            self.moved.notify_waiters();
        }
    }
}

struct Seen {
    per_s: f64,
    delivered: u64,
    missed: u64,
    cpu_us: u64,
    latencies: Histogram<u64>,
}

/// Runs it.
pub async fn run(o: &Options, launcher: &dyn Launcher) -> Outcome<String> {
    let progress = Progress::start();
    let load = process::load();
    let members = o.connections.unwrap_or(WATCHERS) as usize;
    progress.say(format!("measuring a bare room of {members}"));
    let floor = bare(o, launcher, members).await?;
    progress.say(format!("  {:.0} deliveries/s", floor.per_s));
    let stage = Stage::set(o, launcher, 0, &progress).await?;
    let stage = Rc::new(stage);
    let ours = watched(o, &stage, members, &progress).await?;
    let rss = stage.server.rss_kb()?;
    let line = Report::new("fanout", ours.per_s, "deliveries/s", Better::Higher)
        .floor(floor.per_s)
        .goal(floor.per_s * GOAL)
        .field("store", o.store.word())
        .field("connections", members)
        .field("seed", o.seed)
        .field("seconds", o.seconds)
        .field("deliveries", ours.delivered)
        .field("missed", ours.missed)
        .field("cpu_us_per_op", round(ours.cpu_us as f64 / ours.delivered.max(1) as f64))
        .field("cpu_us_per_message", per_op(ours.cpu_us, ours.delivered / members as u64))
        .field("floor_cpu_us_per_op", round(floor.cpu_us as f64 / floor.delivered.max(1) as f64))
        .field("rss_kb", rss)
        .field("fill_s", round(stage.fill_s()))
        .latencies(&ours.latencies)
        .floor_latencies(&floor.latencies)
        .line(load);
    let stage = Rc::try_unwrap(stage).map_err(|_| Fault::new("a sender outlived its room"))?;
    stage.clear().await?;
    Ok(line)
}

fn finish(room: &Room, cpu_us: u64) -> Seen {
    let elapsed = room.began.elapsed().as_secs_f64();
    Seen {
        per_s: room.delivered.get() as f64 / elapsed,
        delivered: room.delivered.get(),
        missed: room.missed.get(),
        cpu_us,
        latencies: room.latencies.borrow().clone(),
    }
}

/// Lets a member listen until told to stop by being dropped.
fn listen(
    room: &Rc<Room>,
    member: usize,
    mut socket: Socket,
    mark: &'static str,
) -> tokio::task::JoinHandle<()> {
    let room = room.clone();
    tokio::task::spawn_local(async move {
        while let Ok(Frame::Text(text)) = socket.next().await {
            if text.contains(mark) {
                room.count(member, text);
            } else if text.contains(r#""op":"resync""#) {
                room.missed.set(room.missed.get() + 1);
            }
        }
    })
}

async fn bare(o: &Options, launcher: &dyn Launcher, members: usize) -> Outcome<Seen> {
    let floor = FloorServer::start(launcher, "sockets", &[])?;
    let mut sockets = Vec::with_capacity(members);
    for k in 0..members {
        sockets.push(Socket::open(floor.at, "/room", None, None, k).await?);
    }
    let voice: Voice = sockets.first().ok_or_else(|| Fault::new("a room without members"))?.voice();
    let room = Room::new(members, Duration::from_secs(o.seconds.min(5)));
    let tasks: Vec<_> = sockets.into_iter().enumerate().map(|(k, s)| listen(&room, k, s, "~")).collect();
    let text = Texts::new(o.seed).text(1);
    let cpu = process::cpu_us(floor.pid())?;
    while room.turn().await {
        voice.send(&format!("{}{text}", room.stamp())).await?;
    }
    let seen = finish(&room, process::cpu_us(floor.pid())? - cpu);
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(seen)
}

async fn watched(o: &Options, stage: &Rc<Stage>, members: usize, progress: &Progress) -> Outcome<Seen> {
    let conversation = first_message(stage).await?;
    progress.say(format!("{members} agents open conversation {conversation}"));
    let watch = json!({ "op": "watch", "conversation": conversation }).to_string();
    let mut sockets = Vec::with_capacity(members);
    while sockets.len() < members {
        let some = (members - sockets.len()).min(OPENED_AT_ONCE);
        let (first, watch) = (sockets.len(), &watch);
        let open = (first..first + some).map(|k| async move {
            let mut socket = stage.staff_socket(&stage.watcher_token(k as u64), k).await?;
            socket.keep_alive();
            socket.send(watch).await?;
            // Who watches is told that they do; without that the first messages would not reach everybody.
            socket.wait(Duration::from_secs(30), |t| t.contains(r#""kind":"looking""#).then_some(())).await?;
            Ok::<Socket, Fault>(socket)
        });
        sockets.extend(try_join_all(open).await?);
    }
    progress.say(format!("measuring for {} s", o.seconds));
    let room = Room::new(members, Duration::from_secs(o.seconds));
    let mark = r#""kind":"message.created""#;
    let tasks: Vec<_> = sockets.into_iter().enumerate().map(|(k, s)| listen(&room, k, s, mark)).collect();
    let cpu = stage.server.cpu_us()?;
    let text = Rc::new(Texts::new(o.seed).text(1));
    try_join_all((0..SENDERS).map(|_| send(stage.clone(), room.clone(), text.clone()))).await?;
    let seen = finish(&room, stage.server.cpu_us()? - cpu);
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    for task in tasks {
        // Aborted is how it ends.
        let _ = task.await;
    }
    Ok(seen)
}

/// The contact of whom the room is.
const CONTACT: usize = 0;

async fn first_message(stage: &Stage) -> Outcome<String> {
    let mut connection = Connection::open(stage.server.public).await?;
    let mut request = vec![];
    stage.write_inbound(&mut request, usize::MAX, CONTACT, "first");
    let answer = connection.call(&request).await?;
    let body = String::from_utf8_lossy(answer.body).into_owned();
    let taken: serde_json::Value = serde_json::from_str(&body)?;
    let id = taken["conversation"].as_str().map(str::to_owned);
    id.ok_or_else(|| Fault::new(format!("the first message was answered {body}")))
}

async fn send(stage: Rc<Stage>, room: Rc<Room>, text: Rc<String>) -> Outcome<()> {
    let mut connection = Connection::open(stage.server.public).await?;
    let mut request = vec![];
    while room.turn().await {
        request.clear();
        let k = room.sent.get() as usize;
        stage.write_inbound(&mut request, k, CONTACT, &format!("{}{text}", room.stamp()));
        let answer = connection.call(&request).await?;
        if matches!(answer.status, 429 | 503) {
            // It will reach nobody, so it is not on its way.
            room.sent.set(room.sent.get() - 1);
        } else if answer.status >= 400 {
            let body = String::from_utf8_lossy(answer.body);
            return Err(Fault::new(format!("a message was answered {}: {body}", answer.status)));
        }
    }
    Ok(())
}
