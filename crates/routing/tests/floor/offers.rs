//! Offers: made, answered, lapsed, raced for.

use crate::house::{House, LINE, QUEUE, TENANT, system, taker};
use conversations::ports::Work;
use conversations::threads::Target;
use kernel::{AggregateKey, args, sql};
use platform::store::Tx;
use routing::presence::State;
use routing::reservations;
use testkit::Engine;

async fn offered_answered_and_done(engine: Engine) {
    let mut h = House::on(engine).await;
    h.turn().await;
    let first = h.customer(1).await;
    let second = h.customer(2).await;
    h.turn().await;
    assert_eq!(h.ringing().await, [], "nobody is at work");
    assert_eq!((h.board().place(first), h.board().place(second)), (Some(1), Some(2)));

    let anna = h.agent(101).await;
    h.turn().await;
    let rings = h.ringing().await;
    assert_eq!(rings.len(), 2, "an agent has room for both");
    assert!(rings.iter().all(|r| r.2 == anna));
    let ring = rings.iter().find(|r| r.1 == first).expect("the first rings").0;
    assert_eq!(h.board().place(first), Some(1), "what rings keeps its place");

    h.accept(anna, ring).await.expect("in time");
    assert_eq!(h.row(first).await.assignee, Some(anna));
    h.turn().await;
    assert_eq!(h.board().place(first), None);
    assert_eq!(h.board().place(second), Some(1));
    assert_eq!(h.board().presence(anna).state, "serving");
    assert!(h.accept(anna, ring).await.is_err(), "answered already");

    h.resolve(first, kernel::Actor::user(anna)).await;
    h.turn().await;
    assert!(h.board().item(first).is_none());
    assert_eq!(h.board().presence(anna).load, 3, "the second still rings");
}

#[tokio::test]
async fn work_is_offered_within_a_turn_and_leaves_when_done() {
    for engine in Engine::ALL {
        offered_answered_and_done(engine).await;
    }
}

#[tokio::test]
async fn what_lapses_goes_to_the_next_and_who_misses_twice_is_busy() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    assert_eq!(h.ringing().await[0].2, anna);
    h.clock.advance(1_000);
    let ben = h.agent(102).await;
    h.pass(19_000).await;
    let rings = h.rings().await;
    assert_eq!(rings[0].3, "lapsed");
    assert_eq!((rings[1].1, rings[1].2, rings[1].3.as_str()), (work, ben, "active"));
    assert!(h.accept(anna, rings[0].0).await.is_err(), "too late");
    assert!(h.accept(anna, rings[1].0).await.is_err(), "not offered to her");
    h.decline(ben, rings[1].0).await.expect("declined");
    h.turn().await;
    assert_eq!(h.ringing().await, [], "both rest from it");
    h.pass(30_000).await;
    assert!(!h.ringing().await.is_empty(), "the rest is over");
    h.pass(120_000).await;
    assert_eq!(h.board().presence(anna).state, "busy", "missed twice in a row");
    assert_eq!(h.row(work).await.assignee, None, "and the customer keeps waiting");
    assert_eq!(h.board().place(work), Some(1));
}

#[tokio::test]
async fn of_many_acceptances_one_wins() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        let ben = h.agent(102).await;
        h.turn().await;
        let work = h.customer(1).await;
        h.turn().await;
        let ring = h.ringing().await.pop().expect("it rings");
        let epoch = h.row(work).await.epoch;
        let race = (0..32).map(|i| {
            let (app, h0) = (h.app.clone(), h.hand(work, kernel::Actor::user(ben)));
            tokio::spawn(async move {
                if i % 4 != 0 {
                    return reservations::accept(&app, &taker(ring.2), ring.0).await.is_ok();
                }
                // Somebody gives it to Ben by hand at the same moment, with the same screen before them.
                let give = conversations::threads::HandOver { epoch: Some(epoch), ..h0 };
                let a = conversations::threads::Assign { to: ben, why: vec![] };
                let write =
                    async move |tx: &mut Tx| conversations::threads::assign(tx, &give, &a).await.map(|_| ());
                let scope = kernel::TenantScope::tenant(TENANT);
                app.db().write(&scope, AggregateKey::new("conversation", work.0), write).await.is_ok()
            })
        });
        let won = futures_util::future::join_all(race.collect::<Vec<_>>()).await;
        let won = won.into_iter().filter(|w| *w.as_ref().expect("the task ends")).count();
        assert_eq!(won, 1, "on {engine:?}");
        let row = h.row(work).await;
        assert_eq!(row.epoch, epoch + 1);
        h.turn().await;
        assert_eq!(h.ringing().await, [], "nothing rings for what is taken");
        let held = h.board().item(work).expect("it is held").status;
        let agent = row.assignee.expect("somebody has it");
        assert_eq!(held, engines::acd::ItemStatus::Held { agent });
        assert!([anna, ben].contains(&agent));
    }
}

#[tokio::test]
async fn the_index_refuses_a_second_active_reservation() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        h.agent(101).await;
        h.turn().await;
        h.customer(1).await;
        h.turn().await;
        let ring = h.ringing().await.pop().expect("it rings");
        let write = async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO reservation(id, tenant_id, line_id, conversation_id, contact_id, inbox_id, queue_id,
                     user_id, state, epoch, owner_epoch, charged, why, waiting_since, offered_at, expires_at)
                     VALUES (7, $1, $2, $3, 1, 1, $4, 102, 'active', 0, 0, 3, '', 0, 0, 0)"
                ),
                args![TENANT, LINE, ring.1, QUEUE],
            )
            .await
        };
        let refused = h.app.db().write(&system(), AggregateKey::new("seed", 2), write).await;
        assert!(refused.is_err(), "on {engine:?}");
    }
}

#[tokio::test]
async fn a_person_who_is_faster_than_the_floor_wins() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    h.clock.advance(1_000);
    let ben = h.agent(102).await;
    let cleo = h.agent(103).await;
    h.turn().await;
    // The offer to Anna lapses; at the same moment, before the floor's turn, it is given to Cleo by hand.
    h.clock.advance(25_000);
    h.give(work, Target::User(cleo), ben).await;
    h.turn().await;
    assert_eq!(h.row(work).await.assignee, Some(cleo));
    assert_eq!(h.ringing().await, [], "nobody is rung for it");
    assert_eq!(h.board().item(work).expect("held").status, engines::acd::ItemStatus::Held { agent: cleo });
    assert_eq!(h.board().presence(anna).load, 0);
    assert_eq!(h.board().presence(ben).load, 0);
}

#[tokio::test]
async fn a_change_of_which_nobody_told_is_found_when_it_matters() {
    let mut h = House::on(Engine::Sqlite).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    // Resolved without an event, as if it had been lost.
    let write = async move |tx: &mut Tx| {
        let sql = sql!(
            "UPDATE conversation SET status = 'resolved', queued_at = NULL, epoch = epoch + 1 WHERE id = $1"
        );
        tx.exec(sql, args![work]).await
    };
    h.app.db().write(&system(), AggregateKey::new("conversation", work.0), write).await.expect("written");
    h.agent(101).await;
    h.turn().await;
    assert_eq!(h.rings().await, [], "the offer was refused by the row");
    assert!(h.board().item(work).is_none(), "and the engine learned why");
}

#[tokio::test]
async fn the_last_agent_is_preferred_and_told_so() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    h.accept(anna, ring.0).await.expect("in time");
    h.resolve(work, kernel::Actor::user(anna)).await;
    crate::facts::catch_up(&h).await;
    h.turn().await;
    h.clock.advance(conversations::threads::REOPEN_MS + 1);
    h.agent(102).await;
    h.be(anna, State::Busy).await;
    h.turn().await;
    h.clock.advance(1_000);
    h.be(anna, State::Ready).await;
    h.turn().await;
    h.customer(1).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    assert_eq!(ring.2, anna, "though the other had been idle longer");
    let why = h.count(sql!("SELECT COUNT(*) FROM reservation WHERE why = 'why.last_agent'")).await;
    assert_eq!(why, 1);
}
