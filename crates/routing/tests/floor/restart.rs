//! A start from the rows.

use crate::house::{House, RING_MS};
use engines::acd::{self, ItemRow, Snapshot};
use routing::floor::Floor;
use testkit::Engine;

/// What must be the same: all but the reasons of past decisions, the numbers of epochs, and how far numbering has come.
fn comparable(mut s: Snapshot) -> Snapshot {
    s.next_reservation = 0;
    let plain = |i: ItemRow| ItemRow { decision: None, item: acd::WorkItem { epoch: 0, ..i.item }, ..i };
    s.items = s.items.into_iter().map(plain).collect();
    s.cool_downs.sort();
    s
}

#[tokio::test]
async fn a_restart_builds_the_same_floor() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let first = h.customer(1).await;
        h.turn().await;
        h.pass(3_000).await;
        let ring = h.ringing().await.pop().expect("it rings");
        h.accept(anna, ring.0).await.expect("in time");
        h.turn().await;
        h.clock.advance(1_000);
        let ben = h.agent(102).await;
        h.turn().await;
        h.clock.advance(1_000);
        h.customer(2).await;
        h.turn().await;
        let ring = h.ringing().await.pop().expect("it rings");
        h.decline(ring.2, ring.0).await.expect("declined");
        h.turn().await;
        for contact in 3..9 {
            h.clock.advance(10);
            h.customer(contact).await;
            h.turn().await;
        }
        crate::facts::catch_up(&h).await;
        let before = comparable(h.board().snapshot());
        assert!(before.items.len() == 8 && !before.cool_downs.is_empty());

        let mut second = Floor::new(&h.app, acd::Settings::default());
        if engine == Engine::Postgres {
            h.clock.advance(11_000);
            second.turn().await.expect("it takes over when the lease has run out");
            assert!(h.floor.turn().await.is_ok(), "and the first only watches");
        } else {
            second.turn().await.expect("it takes over");
            let after = comparable(h.board().snapshot());
            assert_eq!(after, before, "on {engine:?}");
        }
        h.floor = second;
        h.pass(RING_MS).await;
        assert_eq!(h.row(first).await.assignee, Some(anna));
        assert_ne!(anna, ben);
    }
}

#[tokio::test]
async fn a_floor_that_was_replaced_writes_nothing() {
    let mut h = House::on(Engine::Sqlite).await;
    h.turn().await;
    let mut second = Floor::new(&h.app, acd::Settings::default());
    second.turn().await.expect("it takes over");
    h.agent(101).await;
    h.customer(1).await;
    let refused = h.floor.turn().await.expect_err("its epoch is over");
    assert_eq!(refused.code.code, "routing.not_owner");
    assert_eq!(h.rings().await, []);
}
