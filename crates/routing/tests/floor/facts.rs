//! The legs that reports and bills are made of.

use crate::house::{House, system};
use kernel::{Actor, sql};
use platform::log::Reader;
use platform::store::Tx;
use routing::facts::Legs;
use testkit::Engine;

/// Lets the reader of the legs deal with the whole log, from its beginning.
pub async fn catch_up(h: &House) {
    let mut legs = Legs::new(h.app.clone());
    let mut pos = 0;
    loop {
        let events = h.app.log().after(pos, 200).await.expect("the log");
        let Some(last) = events.last() else { return };
        pos = last.pos;
        legs.handle(&events).await.expect("the legs");
    }
}

async fn legs(h: &House) -> Vec<(String, i64, Option<i64>, Option<String>)> {
    let read = async |tx: &mut Tx| {
        tx.all(
            sql!(
                "SELECT 'waiting', from_at, to_at, outcome, from_pos FROM queue_leg
                 UNION ALL SELECT 'serving', from_at, to_at, outcome, from_pos FROM agent_leg ORDER BY 5, 1"
            ),
            &[],
            |r| Ok((r.text(0)?, r.int(1)?, r.opt_int(2)?, r.opt_text(3)?)),
        )
        .await
    };
    h.app.db().read(&system(), read).await.expect("read")
}

#[tokio::test]
async fn each_waiting_and_each_serving_is_kept_once() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let t0 = h.app.now();
        let work = h.customer(1).await;
        h.turn().await;
        h.clock.advance(4_000);
        let ring = h.ringing().await.pop().expect("it rings");
        h.accept(anna, ring.0).await.expect("in time");
        h.turn().await;
        h.clock.advance(6_000);
        h.resolve(work, Actor::user(anna)).await;
        h.turn().await;
        // Twice, as after a crash: the second time changes nothing.
        catch_up(&h).await;
        let once = legs(&h).await;
        catch_up(&h).await;
        assert_eq!(legs(&h).await, once, "on {engine:?}");
        let expected = [
            ("waiting".to_owned(), t0, Some(t0 + 4_000), Some("assigned".to_owned())),
            ("serving".to_owned(), t0 + 4_000, Some(t0 + 10_000), Some("resolved".to_owned())),
        ];
        assert_eq!(once, expected);
    }
}
