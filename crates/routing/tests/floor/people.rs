//! Agents who come, go, vanish, and lose their rights.

use crate::house::{House, OTHER_QUEUE, QUEUE, system};
use conversations::ports::Work;
use conversations::threads::Target;
use engines::acd::ItemStatus;
use kernel::{Actor, AggregateKey, Event, TenantId, args, sql};
use platform::store::Tx;
use routing::presence::State;
use testkit::Engine;

#[tokio::test]
async fn what_an_absent_agent_held_waits_again_with_its_first_waiting_time() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let began = h.app.now();
        let work = h.customer(1).await;
        h.turn().await;
        h.pass(5_000).await;
        let ring = h.ringing().await.pop().expect("it rings");
        h.accept(anna, ring.0).await.expect("in time");
        h.pass(2_000).await;
        let younger = h.customer(2).await;
        h.turn().await;

        h.disconnect(anna);
        // Where there are several nodes, another might have her socket; its word for that counts for a while.
        h.pass(20_000).await;
        assert_eq!(h.row(work).await.assignee, Some(anna), "kept for the grace");
        assert_eq!(h.ringing().await, [], "nothing rings where nobody hears");
        h.pass(50_000).await;
        let row = h.row(work).await;
        assert_eq!((row.assignee, row.queued_at), (None, Some(began)), "on {engine:?}");
        assert_eq!(h.board().presence(anna).state, "offline");
        assert_eq!((h.board().place(work), h.board().place(younger)), (Some(1), Some(2)));
    }
}

#[tokio::test]
async fn a_page_that_loads_again_takes_nothing_away() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    h.disconnect(anna);
    h.pass(2_000).await;
    h.connect(anna);
    h.pass(2_000).await;
    assert_eq!(h.ringing().await.len(), 1, "it rings on");
    let ring = h.ringing().await[0].0;
    h.accept(anna, ring).await.expect("in time");
    h.turn().await;
    h.disconnect(anna);
    h.pass(20_000).await;
    h.connect(anna);
    h.pass(60_000).await;
    assert_eq!(h.row(work).await.assignee, Some(anna), "back within the grace");
}

#[tokio::test]
async fn signing_out_gives_back_and_a_queue_passed_to_is_served() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    h.accept(anna, ring.0).await.expect("in time");
    h.turn().await;
    h.clock.advance(1_000);
    let ben = h.agent(102).await;
    h.turn().await;
    h.give(work, Target::Queue(OTHER_QUEUE), anna).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    assert_eq!((ring.1, ring.2), (work, ben), "not at once back to who passed it on");
    h.accept(ben, ring.0).await.expect("in time");
    h.turn().await;
    h.be(ben, State::Offline).await;
    h.turn().await;
    let row = h.row(work).await;
    assert_eq!((row.assignee, row.queue), (None, Some(OTHER_QUEUE)));
    let open =
        h.count(sql!("SELECT COUNT(*) FROM agent_interval WHERE user_id = 102 AND to_at IS NULL")).await;
    let kept = h.count(sql!("SELECT COUNT(*) FROM agent_interval WHERE user_id = 102")).await;
    assert_eq!((open, kept), (0, 1));
}

#[tokio::test]
async fn whoever_loses_the_right_loses_the_work() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    h.accept(anna, ring.0).await.expect("in time");
    h.turn().await;
    let write = async move |tx: &mut Tx| {
        tx.exec(sql!("UPDATE app_user SET disabled_at = 5 WHERE id = $1"), args![anna]).await?;
        tx.emit(Event::new(TenantId(0), "user.disabled", anna.0, Actor::SYSTEM, 5));
        Ok(())
    };
    h.app.db().write(&system(), AggregateKey::new("user", anna.0), write).await.expect("disabled");
    h.turn().await;
    assert_eq!(h.row(work).await.assignee, None);
    assert_eq!(h.board().presence(anna).state, "offline");
    assert_eq!(h.board().item(work).expect("it waits").status, ItemStatus::Waiting);
}

#[tokio::test]
async fn a_queue_with_time_for_the_record_gives_it_and_ends_it() {
    let mut h = House::on(Engine::Sqlite).await;
    let write = async move |tx: &mut Tx| {
        tx.exec(sql!("UPDATE queue SET wrap_up_ms = 10000, auto_accept = 1 WHERE id = $1"), args![QUEUE])
            .await
    };
    h.app.db().write(&system(), AggregateKey::new("queue", 1), write).await.expect("set");
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    assert_eq!(h.row(work).await.assignee, Some(anna), "given without asking");
    assert_eq!(h.rings().await, []);
    h.resolve(work, Actor::user(anna)).await;
    h.turn().await;
    assert_eq!(h.board().presence(anna).state, "wrap_up");
    h.pass(11_000).await;
    assert_eq!(h.board().presence(anna).state, "ready");
    let own = h
        .count(sql!("SELECT COUNT(*) FROM agent_interval WHERE state = 'wrap_up' AND line_id = 11 AND to_at IS NOT NULL"))
        .await;
    assert_eq!(own, 1, "wrapping up is time of the line");
}
