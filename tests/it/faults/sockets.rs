//! Many sockets cut at once: by the network, then by the end of the program. All come back by themselves with `since`, as
//! the documented protocol has it, and none misses or repeats an event while messages go on.

use super::book::{mark, words};
use super::rig::Rig;
use super::ways::{Came, Way};
use super::{asked, run, until};
use benches::{Api, Connection, Frame, Socket};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use testkit::{Engine, SeededRng};
use tokio::sync::{Semaphore, watch};

/// Sockets of the short form.
const SOCKETS: usize = 300;
/// Deliveries a second that the load is meant to cause, all sockets together; the pace of messages follows from it.
const DELIVERIES: usize = 12_000;
/// Upgrades under way at once when all begin.
const BEGIN_AT_ONCE: usize = 64;
/// A client that could not connect tries again after up to this, in ms, twice as long each time.
const AGAIN_MS: u64 = 100;
/// And at the longest after this.
const AGAIN_MAX_MS: u64 = 3_000;
/// All must be back, or have heard all, within this.
const WITHIN: Duration = Duration::from_secs(240);

/// What all clients share.
struct Room {
    rig: Rc<Rig>,
    line: String,
    /// The conversation that is written to.
    conversation: RefCell<String>,
    rng: Rc<SeededRng>,
    gates: Semaphore,
    /// Counts the cuts; a client that sees it change drops its socket.
    cuts: watch::Sender<usize>,
    /// Clients whose present life has heard `ready`.
    ready: Cell<usize>,
    resyncs: Cell<usize>,
    lives: Cell<usize>,
}

/// One agent's client: what it knows, over all its lives.
struct Client {
    room: Rc<Room>,
    n: usize,
    /// The newest position it knows of.
    pos: Option<i64>,
    /// The messages it has heard, in order.
    heard: Rc<RefCell<Vec<usize>>>,
    /// The number of the newest message it knows of.
    seq: i64,
}

impl Client {
    async fn live(mut self) {
        let mut cuts = self.room.cuts.subscribe();
        let mut tries = 0;
        loop {
            cuts.mark_unchanged();
            let was_ready = Cell::new(false);
            let life = self.one_life(&was_ready);
            tokio::select! {
                ended = life => drop(ended),
                _ = cuts.changed() => {}
            }
            if was_ready.get() {
                self.room.ready.set(self.room.ready.get() - 1);
                tries = 0;
            }
            let most = (AGAIN_MS << tries).min(AGAIN_MAX_MS);
            tokio::time::sleep(Duration::from_millis(self.room.rng.below(most))).await;
            tries = (tries + 1).min(10);
        }
    }

    async fn one_life(&mut self, was_ready: &Cell<bool>) -> Result<(), String> {
        let words = |e: benches::Fault| e.to_string();
        let room = self.room.clone();
        let gate = room.gates.acquire().await.map_err(|e| e.to_string())?;
        let (at, token) = (room.rig.place(), room.rig.seats.watcher_token(self.n as u64));
        let mut socket = Socket::open(at.desk, "/api/v1/live", Some("hark.v1"), Some(&token), self.n)
            .await
            .map_err(words)?;
        // First the rooms, then what was missed in them.
        let rooms = json!({ "op": "subscribe", "topics": [format!("line:{}", room.line)] });
        socket.send(&rooms.to_string()).await.map_err(words)?;
        socket.send(&json!({ "op": "hello", "since": self.pos }).to_string()).await.map_err(words)?;
        drop(gate);
        room.lives.set(room.lives.get() + 1);
        loop {
            let frame = match socket.next().await.map_err(words)? {
                Frame::Text(t) if t.contains(r#""op":"signal""#) => continue,
                Frame::Text(t) => serde_json::from_str::<Value>(t).expect("frames are JSON"),
                Frame::Close => return Err("closed".into()),
            };
            match frame["op"].as_str() {
                Some("event") => self.hear(&frame),
                Some("resync") => self.reload(&Api::new(at.desk, &token), &frame).await?,
                Some("ready") => self.pos = self.pos.max(frame["pos"].as_i64()),
                Some("bye") => return Err(format!("bye {}", frame["reason"])),
                other => panic!("a frame that the protocol does not have: {other:?}: {frame}"),
            }
            let begun = matches!(frame["op"].as_str(), Some("ready" | "resync"));
            if begun && !was_ready.replace(true) {
                room.ready.set(room.ready.get() + 1);
            }
        }
    }

    fn hear(&mut self, frame: &Value) {
        self.pos = self.pos.max(frame["pos"].as_i64());
        if frame["kind"] == "message.created" {
            self.keep(&frame["data"]["message"]);
        }
    }

    fn keep(&mut self, message: &Value) {
        self.seq = self.seq.max(message["seq"].as_i64().unwrap_or(0));
        let body = message["body"].as_str().unwrap_or_default();
        let word = body.split(' ').next().and_then(|w| w.strip_prefix("fs0k")?.strip_suffix('z'));
        self.heard.borrow_mut().extend(word.and_then(|w| w.parse::<usize>().ok()));
    }

    /// As the protocol has it: read again what is shown, then go on from the position of that reading.
    async fn reload(&mut self, api: &Api, frame: &Value) -> Result<(), String> {
        self.room.resyncs.set(self.room.resyncs.get() + 1);
        self.pos = self.pos.max(frame["pos"].as_i64());
        let conversation = self.room.conversation.borrow().clone();
        loop {
            let path = format!("/api/v1/conversations/{conversation}/messages?after={}&limit=100", self.seq);
            let page = api.get(&path).await.map_err(|e| e.to_string())?;
            let items = page["items"].as_array().expect("a list");
            if items.is_empty() {
                return Ok(());
            }
            items.iter().for_each(|m| self.keep(m));
        }
    }
}

/// Writes on until told to stop; how many messages were acknowledged.
async fn write(room: Rc<Room>, mut way: Way, pace: Duration, stop: Rc<Cell<bool>>, written: Rc<Cell<usize>>) {
    let mut kept: Option<Connection> = None;
    while !stop.get() {
        let k = written.get();
        let place = room.rig.place();
        let came = way.attempt(place, &mut kept, k, &words(0, k)).await;
        match came {
            Came::Done(_, v) => {
                written.set(k + 1);
                room.conversation.replace(super::rig::text(&v, "conversation").to_owned());
            }
            Came::Broken(_) => {}
            Came::Refused(status, code) => panic!("message {k} was refused: {status} {code}"),
        }
        tokio::time::sleep(pace).await;
    }
}

async fn dropped() {
    let rng = Rc::new(SeededRng::from_env());
    let n = asked("HARK_SOCKETS", SOCKETS);
    let rig = Rc::new(Rig::on(Engine::Sqlite).await);
    let (inbox, _) = rig.inboxes().await;
    let room = Rc::new(Room {
        line: rig.seats.first_line().1,
        rig: rig.clone(),
        conversation: RefCell::default(),
        rng,
        gates: Semaphore::new(BEGIN_AT_ONCE),
        cuts: watch::Sender::new(0),
        ready: Cell::new(0),
        resyncs: Cell::new(0),
        lives: Cell::new(0),
    });
    let heard: Vec<_> = (0..n).map(|_| Rc::new(RefCell::new(vec![]))).collect();
    for (n, heard) in heard.iter().enumerate() {
        let client = Client { room: room.clone(), n, pos: None, heard: heard.clone(), seq: 0 };
        tokio::task::spawn_local(client.live());
    }
    let all_ready = || room.ready.get() == n;
    until("all sockets are ready", WITHIN, all_ready).await;
    let (stop, written) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    let pace = Duration::from_secs_f64(n as f64 / DELIVERIES as f64);
    let way = Way::Source { inbox, contact: "everybody's".into() };
    let writer = tokio::task::spawn_local(write(room.clone(), way, pace, stop.clone(), written.clone()));
    until("messages go on", WITHIN, || written.get() >= 10).await;
    // Nobody waits for another when all come back.
    room.gates.add_permits(n);

    let cut = Instant::now();
    room.cuts.send_modify(|c| *c += 1);
    until("all sockets were dropped", WITHIN, || room.ready.get() == 0 || !all_ready()).await;
    until("all sockets are back after the cut", WITHIN, all_ready).await;
    let back = cut.elapsed();
    let goal = written.get() + 10;
    until("messages go on", WITHIN, || written.get() >= goal).await;

    let killed = Instant::now();
    rig.kill();
    until("no socket outlives the program", WITHIN, || room.ready.get() == 0).await;
    let started = rig.start().await;
    until("all sockets are back after the kill", WITHIN, all_ready).await;
    let back_again = killed.elapsed();
    let goal = written.get() + 10;
    until("messages go on", WITHIN, || written.get() >= goal).await;
    stop.set(true);
    writer.await.expect("writes");

    let written = written.get();
    // Whoever has heard the last one has heard, or missed, all before it.
    let everybody = || heard.iter().all(|h| h.borrow().last().is_some_and(|k| k + 1 >= written));
    until(&format!("everybody hears {}", mark(0, written - 1)), WITHIN, everybody).await;
    for (n, heard) in heard.iter().enumerate() {
        let heard = heard.borrow();
        let ordered = heard.iter().copied().eq(0..written);
        assert!(ordered, "client {n} misses, repeats or disorders: {heard:?} of {written}");
    }
    println!(
        "{n} sockets, {written} messages; back after the cut within {back:?}, after the kill within {back_again:?} \
         (start {started:?}); {} lives, {} resyncs; 0 missed, 0 repeated",
        room.lives.get(),
        room.resyncs.get()
    );
}

#[test]
fn sockets_cut_at_once_come_back_and_miss_nothing() {
    run(dropped());
}
