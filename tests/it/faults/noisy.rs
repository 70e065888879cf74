//! One client sends ten times its share: it is held back, and the others are served.

use super::rig::{Inbox, Rig};
use super::ways::{Came, Way, came};
use super::{asked, run};
use benches::Connection;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use testkit::Engine;

/// Clients that keep to their share.
const OTHERS: usize = 3;
/// Connections of each of them.
const CONNECTIONS: usize = 8;
/// The noisy client has so many times as many, and does not pause.
const TIMES: usize = 10;
/// Writes that may wait, all clients together; small, so that a small machine's load reaches it.
const QUEUE: &str = "store.queue_max=64";
/// Messages of each connection in the short form.
const MESSAGES: usize = 25;
/// Between two messages of a connection that keeps to its share.
const PACE: Duration = Duration::from_millis(20);
/// What the others may lose by the noise: as much again and a half, or this.
const LOST_MAX: Duration = Duration::from_millis(10);

/// What a client's connections came to.
#[derive(Default)]
struct Tally {
    done: Cell<usize>,
    ids: RefCell<Vec<String>>,
    refused: RefCell<BTreeMap<String, usize>>,
    took: RefCell<Vec<Duration>>,
}

impl Tally {
    fn p95(&self) -> Duration {
        let mut all = self.took.borrow().clone();
        all.sort_unstable();
        all.get(all.len() * 95 / 100).copied().unwrap_or_default()
    }
}

/// One connection: sends until told to stop, or until it has so many through.
async fn chatter(
    rig: Rc<Rig>,
    way: Way,
    pace: Option<Duration>,
    stop: Rc<Cell<bool>>,
    most: usize,
    tally: Rc<Tally>,
) {
    let (to, _) = way.request(rig.place(), 0, "");
    let mut connection = Connection::open(to).await.expect("connects");
    let mut k = 0;
    while !stop.get() && k < most {
        let (_, bytes) = way.request(rig.place(), k, &format!("message {k}"));
        let began = Instant::now();
        let answer = connection.call(&bytes).await.expect("answers");
        match came(answer.status, answer.body) {
            Came::Done(id, _) => {
                tally.took.borrow_mut().push(began.elapsed());
                tally.ids.borrow_mut().push(id);
                tally.done.set(tally.done.get() + 1);
                k += 1;
            }
            Came::Refused(status, code) => {
                assert!(matches!(status, 429 | 503), "{status} {code}");
                *tally.refused.borrow_mut().entry(format!("{status} {code}")).or_default() += 1;
            }
            Came::Broken(why) => panic!("{why}"),
        }
        if let Some(p) = pace {
            tokio::time::sleep(p).await;
        }
    }
}

/// The others talk; `noise` beside them.
async fn talk(
    rig: &Rc<Rig>,
    others: &[Inbox],
    noise: Option<&Inbox>,
    round: &str,
    most: usize,
    tallies: &[Rc<Tally>],
) {
    let stop = Rc::new(Cell::new(false));
    let mut quiet = vec![];
    let mut loud = vec![];
    for c in 0..CONNECTIONS * TIMES {
        let Some(inbox) = noise else { break };
        let way = Way::Source { inbox: inbox.clone(), contact: format!("{round}-{c}") };
        let tally = tallies[OTHERS].clone();
        loud.push(tokio::task::spawn_local(chatter(rig.clone(), way, None, stop.clone(), usize::MAX, tally)));
    }
    for (t, inbox) in others.iter().enumerate() {
        for c in 0..CONNECTIONS {
            let way = Way::Source { inbox: inbox.clone(), contact: format!("{round}-{c}") };
            let tally = tallies[t].clone();
            let never = Rc::new(Cell::new(false));
            quiet.push(tokio::task::spawn_local(chatter(rig.clone(), way, Some(PACE), never, most, tally)));
        }
    }
    for task in quiet {
        task.await.expect("talks");
    }
    stop.set(true);
    for task in loud {
        task.await.expect("talks");
    }
}

async fn noisy(engine: Engine) {
    let most = asked("HARK_NOISY_MESSAGES", MESSAGES);
    let database = (engine == Engine::Postgres).then(|| testkit::Cluster::shared().database());
    let rig = Rc::new(Rig::with(None, database, &[QUEUE]).await);
    let mut inboxes = vec![];
    for name in ["Quiet One", "Quiet Two", "Quiet Three", "Noisy"] {
        inboxes.push(rig.client(name).await);
    }
    let (others, noise): (Vec<Inbox>, Inbox) =
        (inboxes[..OTHERS].iter().map(|(_, i)| i.clone()).collect(), inboxes[OTHERS].1.clone());
    let fresh = || (0..=OTHERS).map(|_| Rc::new(Tally::default())).collect::<Vec<_>>();
    let (alone, beside) = (fresh(), fresh());
    talk(&rig, &others, None, "warm", 5, &fresh()).await;
    talk(&rig, &others, None, "alone", most, &alone).await;
    talk(&rig, &others, Some(&noise), "beside", most, &beside).await;
    for (t, tally) in beside[..OTHERS].iter().enumerate() {
        let refused = tally.refused.borrow().clone();
        assert_eq!(tally.done.get(), CONNECTIONS * most, "client {t} is served");
        assert!(refused.is_empty(), "client {t} is not held back for another's noise: {refused:?}");
        println!("client {t}: p95 {:?} alone, {:?} beside the noise", alone[t].p95(), tally.p95());
    }
    let loud = &beside[OTHERS];
    let refused = loud.refused.borrow().clone();
    println!(
        "{engine:?}: the noisy one: {} taken, p95 {:?}, refused {refused:?}",
        loud.done.get(),
        loud.p95()
    );
    assert!(refused.values().sum::<usize>() > 0, "the noisy one is held back");
    let stored = rig.admin().wait_for_readers(Duration::from_secs(60)).await;
    stored.expect("readers catch up");
    let distinct: std::collections::BTreeSet<String> = loud.ids.borrow().iter().cloned().collect();
    assert_eq!(distinct.len(), loud.done.get(), "every message has an id of its own");
    for (t, (tenant, _)) in inboxes.iter().enumerate() {
        let told = beside[t].ids.borrow().len()
            + alone[t].ids.borrow().len()
            + if t < OTHERS { 5 * CONNECTIONS } else { 0 };
        assert_eq!(stored_of(&rig, tenant).await, told, "what was acknowledged to client {t} is there");
    }
    if std::env::var_os("HARK_NOISY_MESSAGES").is_some() {
        for t in 0..OTHERS {
            let (a, b) = (alone[t].p95(), beside[t].p95());
            assert!(
                b <= (a + a / 2).max(a + LOST_MAX),
                "client {t}: p95 {a:?} alone, {b:?} beside the noise"
            );
        }
    }
}

/// Messages of a client, by the last numbers of its conversations.
async fn stored_of(rig: &Rig, tenant: &str) -> usize {
    let rows =
        super::book::all(&rig.admin(), &format!("/api/v1/conversations?view=all&tenant={tenant}")).await;
    let mut n = 0;
    for row in rows {
        // One line says that it was opened; all others are messages.
        n += row["seq"].as_u64().expect("a number") as usize;
    }
    n
}

#[test]
fn a_noisy_client_is_held_back_and_the_others_are_served_sqlite() {
    run(noisy(Engine::Sqlite));
}

#[test]
fn a_noisy_client_is_held_back_and_the_others_are_served_postgres() {
    run(noisy(Engine::Postgres));
}
