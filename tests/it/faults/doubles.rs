//! The same message 32 times at once, and messages that come out of order.

use super::book::{Threads, words};
use super::rig::{Rig, text};
use super::run;
use super::ways::{Came, Way, came, visitor};
use benches::Connection;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;
use testkit::{Engine, SeededRng};

/// At once.
const AT_ONCE: usize = 32;
/// Messages that are sent so, by each way in.
const ROUNDS: usize = 6;
/// After a refusal for now it is asked again.
const AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Sends prepared requests at once, each on a connection of its own that is open already; the answers in their order. A
/// sender that may not send so fast is told so, and that answer is taken too.
async fn at_once(to: std::net::SocketAddr, requests: &[Vec<u8>]) -> Vec<Option<(String, Value)>> {
    let open = join_all(requests.iter().map(|_| Connection::open(to))).await;
    let calls = open.into_iter().zip(requests).map(async |(connection, bytes)| {
        let mut connection = connection.expect("connects");
        loop {
            let answer = connection.call(bytes).await.expect("answers");
            match came(answer.status, answer.body) {
                Came::Done(id, v) => return Some((id, v)),
                Came::Refused(429, code) if code == "visitor.throttled" => return None,
                Came::Refused(_, code) if code == "store.tenant_busy" => {
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
                other => panic!("neither taken nor held back: {other:?}"),
            }
        }
    });
    join_all(calls).await
}

/// All of `AT_ONCE` equal requests get the same answer; what it was.
async fn one_of_many(rig: &Rig, way: &Way, k: usize, body: &str) -> Value {
    let (to, bytes) = way.request(rig.place(), k, body);
    let answers = at_once(to, &vec![bytes.clone(); AT_ONCE]).await;
    let taken: Vec<_> = answers.into_iter().flatten().collect();
    let ids: BTreeSet<&str> = taken.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids.len(), 1, "{}: one message, {} answers", way.name(), taken.len());
    assert!(taken.len() >= AT_ONCE / 2, "{}: {} of {AT_ONCE} were answered", way.name(), taken.len());
    let seqs: BTreeSet<i64> = taken.iter().filter_map(|(_, v)| v["seq"].as_i64()).collect();
    assert!(seqs.len() <= 1, "{}: {seqs:?}", way.name());
    taken[0].1.clone()
}

async fn doubled(engine: Engine) {
    let rig = Rc::new(Rig::on(engine).await);
    let (inbox, web) = rig.inboxes().await;
    let mut conversation = String::new();
    for round in 0..ROUNDS {
        // Everybody is new, so that contact, conversation and message are made in the same race.
        let source = Way::Source { inbox: inbox.clone(), contact: format!("double{round}") };
        let made = one_of_many(&rig, &source, 0, &words(0, round)).await;
        conversation = text(&made, "conversation").to_owned();
        let visitor = Way::Visitor { token: visitor(rig.place(), &web).await };
        one_of_many(&rig, &visitor, 0, &words(1, round)).await;
        let agent =
            Way::Agent { token: rig.seats.watcher_token(round as u64), conversation: conversation.clone() };
        one_of_many(&rig, &agent, round, &words(2, round)).await;
    }
    let mut threads = Threads::default();
    threads.read_on(&rig.admin()).await;
    assert_eq!(threads.written(), 3 * ROUNDS);
    assert_eq!(
        threads.conversations(),
        2 * ROUNDS,
        "a conversation for each customer; the last: {conversation}"
    );
    rig.is_whole().await;
}

async fn reordered(engine: Engine) {
    let rng = SeededRng::from_env();
    let rig = Rc::new(Rig::on(engine).await);
    let (inbox, _) = rig.inboxes().await;
    let mut first: Vec<Option<String>> = vec![None; AT_ONCE];
    let mut places = BTreeSet::new();
    for _ in 0..3 {
        let mut order: Vec<usize> = (0..AT_ONCE).collect();
        for i in (1..AT_ONCE).rev() {
            order.swap(i, rng.below(i as u64 + 1) as usize);
        }
        let way = Way::Source { inbox: inbox.clone(), contact: "out of order".into() };
        let requests: Vec<_> = order.iter().map(|k| way.request(rig.place(), *k, &words(0, *k)).1).collect();
        let answers = at_once(rig.place().public, &requests).await;
        for (k, answer) in order.iter().zip(answers) {
            let (id, v) = answer.expect("another source is not held back");
            places.insert(text(&v, "conversation").to_owned());
            let known = first[*k].get_or_insert_with(|| id.clone());
            assert_eq!(*known, id, "message {k} sent again");
        }
    }
    assert_eq!(places.len(), 1, "one conversation: {places:?}");
    let mut threads = Threads::default();
    threads.read_on(&rig.admin()).await;
    assert_eq!((threads.written(), threads.conversations()), (AT_ONCE, 1));
}

#[test]
fn the_same_message_32_times_at_once_is_one_sqlite() {
    run(doubled(Engine::Sqlite));
}

#[test]
fn the_same_message_32_times_at_once_is_one_postgres() {
    run(doubled(Engine::Postgres));
}

#[test]
fn messages_out_of_order_are_one_conversation_sqlite() {
    run(reordered(Engine::Sqlite));
}

#[test]
fn messages_out_of_order_are_one_conversation_postgres() {
    run(reordered(Engine::Postgres));
}
