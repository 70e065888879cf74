//! One client sends ten times its share: it is held back, and the others are served.
//!
//! What the program takes in a second is found first; a quarter of it is the share of each of four clients. Three of them
//! send a part of theirs. The fourth sends ten times its share from a thread of its own, with requests prepared and
//! signed before, so that the driver's work is little beside the program's.

use super::rig::{Inbox, Place, Rig};
use super::ways::{Came, Way, came};
use super::{asked, run};
use benches::Connection;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use testkit::{Cluster, Engine};

/// Clients that keep to their share.
const OTHERS: usize = 3;
/// Connections of each of them.
const CONNECTIONS: usize = 4;
/// They send this part of their share, in percent.
const PART: f64 = 25.0;
/// Connections of the noisy client: more than may wait on all lanes of either store together.
const NOISY_CONNECTIONS: usize = 256;
/// So many times its share the noisy client sends.
const TIMES: f64 = 10.0;
/// Writes that may wait, all clients together; small, so that a small machine's load reaches it.
const QUEUE: &str = "store.queue_max=64";
/// Seconds of each part in the short form.
const SECONDS: usize = 2;
/// What the others may lose by the noise, where times are asserted: as much again and a half, or this.
const LOST_MAX: Duration = Duration::from_millis(10);

/// What a client's connections came to.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    refused: BTreeMap<String, usize>,
    took: Vec<Duration>,
}

impl Tally {
    fn count(&mut self, status: u16, body: &[u8], took: Duration) {
        match came(status, body) {
            Came::Done(..) => {
                self.done += 1;
                self.took.push(took);
            }
            Came::Refused(status, code) => {
                assert!(matches!(status, 429 | 503), "{status} {code}");
                *self.refused.entry(format!("{status} {code}")).or_default() += 1;
            }
            Came::Broken(why) => panic!("{why}"),
        }
    }
    fn add(mut self, other: Tally) -> Tally {
        self.done += other.done;
        self.took.extend(other.took);
        for (code, n) in other.refused {
            *self.refused.entry(code).or_default() += n;
        }
        self
    }
    fn p95(&self) -> Duration {
        let mut all = self.took.clone();
        all.sort_unstable();
        all.get(all.len() * 95 / 100).copied().unwrap_or_default()
    }
}

/// What one client sends: to which inbox, over how many connections, how much a second in all.
#[derive(Clone)]
struct Speech {
    inbox: Inbox,
    /// Makes ids and contacts differ from those of another part.
    part: &'static str,
    connections: usize,
    per_s: f64,
    time: Duration,
}

impl Speech {
    /// The requests of one connection, prepared.
    fn requests(&self, place: Place, c: usize) -> Vec<Vec<u8>> {
        let way = Way::Source { inbox: self.inbox.clone(), contact: format!("{}-{c}", self.part) };
        let n = (self.per_s * self.time.as_secs_f64() / self.connections as f64).ceil() as usize;
        (0..n).map(|k| way.request(place, k, &format!("message {k}")).1).collect()
    }

    /// Sends them at their pace; an answer that is late delays the connection's next ones and no others.
    async fn speak(self, place: Place, prepared: Vec<Vec<Vec<u8>>>, stop: Arc<AtomicBool>) -> Tally {
        let gap = Duration::from_secs_f64(self.connections as f64 / self.per_s);
        let mut tasks = vec![];
        for (c, requests) in prepared.into_iter().enumerate() {
            let stop = stop.clone();
            let first = gap.mul_f64(c as f64 / self.connections as f64);
            tasks.push(tokio::task::spawn_local(async move {
                let mut connection = Connection::open(place.public).await.expect("connects");
                let (mut tally, began) = (Tally::default(), Instant::now());
                for (k, bytes) in requests.iter().enumerate() {
                    tokio::time::sleep_until((began + first + gap.mul_f64(k as f64)).into()).await;
                    if stop.load(Relaxed) || began.elapsed() > self.time {
                        break;
                    }
                    let asked = Instant::now();
                    let answer = connection.call(bytes).await.expect("answers");
                    tally.count(answer.status, answer.body, asked.elapsed());
                }
                tally
            }));
        }
        let mut all = Tally::default();
        for task in tasks {
            all = all.add(task.await.expect("speaks"));
        }
        all
    }

    fn prepared(&self, place: Place) -> Vec<Vec<Vec<u8>>> {
        (0..self.connections).map(|c| self.requests(place, c)).collect()
    }

    /// The same on a thread of its own.
    fn elsewhere(self, place: Place, stop: &Arc<AtomicBool>) -> std::thread::JoinHandle<Tally> {
        let (prepared, stop) = (self.prepared(place), stop.clone());
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            tokio::task::LocalSet::new().block_on(&runtime, self.speak(place, prepared, stop))
        })
    }
}

/// The three others at once.
async fn quiet(rig: &Rig, inboxes: &[Inbox], part: &'static str, per_s: f64, time: Duration) -> Vec<Tally> {
    let mut speaking = vec![];
    for inbox in inboxes {
        let speech = Speech { inbox: inbox.clone(), part, connections: CONNECTIONS, per_s, time };
        let prepared = speech.prepared(rig.place());
        speaking.push(tokio::task::spawn_local(speech.speak(rig.place(), prepared, Arc::default())));
    }
    let mut all = vec![];
    for task in speaking {
        all.push(task.await.expect("speaks"));
    }
    all
}

async fn noisy(engine: Engine) {
    let time = Duration::from_secs(asked("HARK_NOISY_S", SECONDS) as u64);
    let database = (engine == Engine::Postgres).then(|| Cluster::shared().database());
    let rig = Rc::new(Rig::with(None, database, &[QUEUE]).await);
    let (mut tenants, mut inboxes) = (vec![], vec![]);
    for name in ["Quiet One", "Quiet Two", "Quiet Three", "Noisy"] {
        let (tenant, inbox) = rig.client(name).await;
        tenants.push(tenant);
        inboxes.push(inbox);
    }
    let noise = |part, per_s, time| Speech {
        inbox: inboxes[OTHERS].clone(),
        part,
        connections: NOISY_CONNECTIONS,
        per_s,
        time,
    };
    let place = rig.place();
    let probe = Duration::from_secs(2);
    let stop = Arc::new(AtomicBool::new(false));
    let found = noise("probe", 6_000.0, probe).elsewhere(place, &stop);
    let found = tokio::task::spawn_blocking(|| found.join()).await.expect("joins").expect("speaks");
    let share = found.done as f64 / probe.as_secs_f64() / 4.0;
    let (pace, loud_pace) = (share * PART / 100.0, share * TIMES);

    let alone = quiet(&rig, &inboxes[..OTHERS], "alone", pace, time).await;
    let loud = noise("loud", loud_pace, time * 2).elsewhere(place, &stop);
    let beside = quiet(&rig, &inboxes[..OTHERS], "beside", pace, time).await;
    stop.store(true, Relaxed);
    let loud = tokio::task::spawn_blocking(|| loud.join()).await.expect("joins").expect("speaks");
    println!(
        "{engine:?}: a share is {share:.0}/s; the noisy client sent {loud_pace:.0}/s: {} taken, p95 {:?}, refused {:?}",
        loud.done,
        loud.p95(),
        loud.refused
    );
    for (t, (a, b)) in alone.iter().zip(&beside).enumerate() {
        println!("client {t} at {pace:.0}/s: p95 {:?} alone, {:?} beside the noise", a.p95(), b.p95());
        assert!(b.done > 0 && b.refused.is_empty(), "client {t} is served all the same: {:?}", b.refused);
    }
    assert!(!loud.refused.is_empty(), "the noisy client is held back");
    rig.admin().wait_for_readers(Duration::from_secs(60)).await.expect("readers catch up");
    for (t, tenant) in tenants.iter().enumerate() {
        let told = match t {
            OTHERS => found.done + loud.done,
            t => alone[t].done + beside[t].done,
        };
        assert_eq!(
            stored_of(&rig, tenant).await,
            told,
            "what was acknowledged to client {t} is there, and no more"
        );
    }
    if std::env::var_os("HARK_NOISY_S").is_some() {
        for (t, (a, b)) in alone.iter().map(Tally::p95).zip(beside.iter().map(Tally::p95)).enumerate() {
            assert!(
                b <= (a + a / 2).max(a + LOST_MAX),
                "client {t}: p95 {a:?} alone, {b:?} beside the noise"
            );
        }
    }
}

/// Messages of a client, by the last numbers of its conversations.
async fn stored_of(rig: &Rig, tenant: &str) -> usize {
    let path = format!("/api/v1/conversations?view=all&tenant={tenant}");
    let rows = super::book::all(&rig.admin(), &path).await;
    // The first line of each says that it was opened; all others are messages.
    rows.iter().map(|row| row["seq"].as_u64().expect("a number") as usize - 1).sum()
}

#[test]
fn a_noisy_client_is_held_back_and_the_others_are_served_sqlite() {
    run(noisy(Engine::Sqlite));
}

#[test]
fn a_noisy_client_is_held_back_and_the_others_are_served_postgres() {
    run(noisy(Engine::Postgres));
}
