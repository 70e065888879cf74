//! Health, figures, the node number and housekeeping.

use super::{get, get_from};
use kernel::{Actor, AggregateKey, Event, TenantId, TenantScope};
use platform::nodes::{LEASE_MS, hold};
use platform::store::Tx;
use testkit::{Engine, SeededRng, TestProgram, TestStore};

#[tokio::test]
async fn health_is_for_all_and_figures_are_for_this_machine() {
    let mut p = TestProgram::new(Engine::Sqlite, |_| {});
    let write = async |tx: &mut Tx| {
        tx.emit(Event::new(TenantId(1), "thing.made", 1, Actor::SYSTEM, 0));
        Ok(())
    };
    p.app.db().write(&TenantScope::system(), AggregateKey::new("x", 1), write).await.expect("writes");
    p.app.metrics().counter("hark_test_total", "A test.").add(3);
    let desk = p.routes().desk;
    assert_eq!(get(&desk, "/healthz").await.0, 200);
    assert_eq!(get(&desk, "/readyz").await.0, 200);
    let (status, _, body) = get_from(&desk, "/metrics", "127.0.0.1", &[]).await;
    let text = String::from_utf8(body).expect("is text");
    assert_eq!(status, 200);
    for line in [
        "hark_log_head 1",
        "hark_test_total 3",
        "hark_http_answers_total{class=\"2xx\"} 2",
        "hark_jobs_due 0",
        "hark_sockets 0",
        "# TYPE hark_store_writes_waiting gauge",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert_eq!(get_from(&desk, "/metrics", "203.0.113.9", &[]).await.0, 404);
    assert_eq!(get_from(&desk, "/metrics", "127.0.0.1", &[("x-forwarded-for", "203.0.113.9")]).await.0, 404);
    assert_eq!(get_from(&desk, "/metrics", "203.0.113.9", &[("authorization", "Bearer x")]).await.0, 404);
    p.app.db().close();
    assert_eq!(get(&desk, "/healthz").await.0, 200);
    assert_eq!(get(&desk, "/readyz").await.0, 503);
}

async fn node_numbers_are_held_by_one_at_a_time(engine: Engine) {
    let store = TestStore::open(engine);
    let rng = SeededRng::from_env();
    let now = 1_000_000;
    let first = hold(&store.db, &rng, now).await.expect("is free");
    let second = hold(&store.db, &rng, now).await.expect("is free");
    let later = hold(&store.db, &rng, now + 2 * LEASE_MS).await.expect("is free");
    match engine {
        // The folder's lock makes it the only one.
        Engine::Sqlite => assert_eq!((first.node, second.node, later.node), (0, 0, 0)),
        Engine::Postgres => {
            assert_eq!((first.node, second.node, later.node), (0, 1, 0));
            let all =
                futures_util::future::join_all((0..8).map(|_| hold(&store.db, &rng, now + 2 * LEASE_MS)))
                    .await;
            let mut nodes: Vec<_> = all.into_iter().map(|l| l.expect("is free").node).collect();
            nodes.sort_unstable();
            nodes.dedup();
            assert_eq!(nodes.len(), 8);
        }
    }
}

#[tokio::test]
async fn node_numbers_on_sqlite() {
    node_numbers_are_held_by_one_at_a_time(Engine::Sqlite).await;
}

#[tokio::test]
async fn node_numbers_on_postgres() {
    node_numbers_are_held_by_one_at_a_time(Engine::Postgres).await;
}

#[tokio::test]
async fn the_write_ahead_log_is_folded_in() {
    let store = TestStore::open(Engine::Sqlite);
    for n in 0..50 {
        crate::store::write_row(&store.db, 1, n).await.expect("writes");
    }
    let path = store.db.sqlite_path().expect("is a file");
    assert!(platform::store::wal_bytes(path) > 0);
    assert!(platform::store::checkpoint(path).expect("folds in"));
    assert_eq!(platform::store::wal_bytes(path), 0);
    platform::store::optimise(path).expect("plans");
    crate::store::write_row(&store.db, 1, 99).await.expect("the writer goes on");
    assert_eq!(crate::store::rows(&store.db, 1).await.len(), 51);
}
