//! Passing on, taking over, signing off by force, decisions kept, and the estimate.

use crate::house::{House, QUEUE, TENANT, system};
use crate::rules::rule;
use conversations::ports::Work;
use conversations::threads::{Passed, Target};
use engines::acd::ItemStatus;
use kernel::{Actor, AggregateKey, ConversationId, Event, TeamId, TenantId, UserId, args, sql};
use platform::store::Tx;
use routing::floor::Floor;
use routing::presence::{self, State, Wish};
use serde_json::json;
use testkit::Engine;

async fn held_by(h: &mut House, user: UserId, contact: i64) -> ConversationId {
    let work = h.customer(contact).await;
    h.turn().await;
    let ring = h.ringing().await.into_iter().find(|r| r.1 == work).expect("it rings");
    assert_eq!(ring.2, user);
    h.accept(user, ring.0).await.expect("in time");
    h.turn().await;
    work
}

#[tokio::test]
async fn what_is_passed_by_name_rings_there_first_and_then_at_anybody() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        rule(&h, QUEUE, json!({ "passed_keep_ms": 30_000 })).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let work = held_by(&mut h, anna, 1).await;
        h.clock.advance(1_000);
        let ben = h.agent(102).await;
        h.clock.advance(1_000);
        let cleo = h.agent(103).await;
        h.turn().await;
        // Ben has been idle longer, but it is Cleo's by name.
        h.give(work, Target::Offered(Passed::User(cleo)), anna).await;
        assert_eq!(h.row(work).await.assignee, None);
        h.turn().await;
        let ring = h.ringing().await.pop().expect("it rings");
        assert_eq!((ring.1, ring.2), (work, cleo), "on {engine:?}");
        assert_eq!(h.count(sql!("SELECT COUNT(*) FROM reservation WHERE why = 'why.transferred'")).await, 1);
        h.decline(cleo, ring.0).await.expect("declined");
        h.turn().await;
        assert_eq!(h.ringing().await.pop().map(|r| r.2), Some(ben), "and not Cleo again");

        // A start in between keeps it so.
        let other = held_by_any(&mut h, 2).await;
        h.give(other.0, Target::Offered(Passed::User(cleo)), other.1).await;
        let mut second = Floor::new(&h.app, engines::acd::Settings::default());
        if engine == Engine::Postgres {
            h.clock.advance(11_000);
        }
        second.turn().await.expect("it takes over");
        h.floor = second;
        h.turn().await;
        let rings = h.ringing().await;
        assert!(rings.iter().any(|r| r.1 == other.0 && r.2 == cleo), "{rings:?} on {engine:?}");
    }
}

/// Somebody's, whoever it rings at.
async fn held_by_any(h: &mut House, contact: i64) -> (ConversationId, UserId) {
    let work = h.customer(contact).await;
    h.turn().await;
    let ring = h.ringing().await.into_iter().find(|r| r.1 == work).expect("it rings");
    h.accept(ring.2, ring.0).await.expect("in time");
    h.turn().await;
    (work, ring.2)
}

#[tokio::test]
async fn what_is_passed_to_a_team_rings_at_somebody_of_it() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let work = held_by(&mut h, anna, 1).await;
        h.agent(102).await;
        h.clock.advance(1_000);
        let cleo = h.agent(103).await;
        let write = async |tx: &mut Tx| {
            tx.exec(sql!("INSERT INTO team(id, name, name_key, created_at) VALUES (71, 'S', 's', 1)"), &[])
                .await?;
            tx.exec(sql!("INSERT INTO team_member(team_id, user_id) VALUES (71, 103)"), &[]).await?;
            tx.emit(Event::new(TenantId(0), "team.created", 71, Actor::SYSTEM, 1));
            Ok(())
        };
        h.app.db().write(&system(), AggregateKey::new("team", 71), write).await.expect("a team");
        h.turn().await;
        h.give(work, Target::Offered(Passed::Team(TeamId(71))), anna).await;
        h.turn().await;
        assert_eq!(h.ringing().await.pop().map(|r| (r.1, r.2)), Some((work, cleo)), "on {engine:?}");
        crate::facts::catch_up(&h).await;
        let open = h.count(sql!("SELECT COUNT(*) FROM agent_leg WHERE to_at IS NULL")).await;
        assert_eq!(open, 0, "nobody serves it while it rings");
    }
}

#[tokio::test]
async fn passed_by_name_to_who_left_it_waits_for_anybody() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = held_by(&mut h, anna, 1).await;
    h.clock.advance(1_000);
    let ben = h.agent(102).await;
    h.turn().await;
    h.give(work, Target::Offered(Passed::User(UserId(555))), anna).await;
    h.turn().await;
    assert_eq!(h.ringing().await.pop().map(|r| r.2), Some(ben));
}

#[tokio::test]
async fn a_supervisor_takes_over_even_with_full_hands() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let work = held_by(&mut h, anna, 1).await;
        let chief = h.agent(109).await;
        h.turn().await;
        for contact in 2..6 {
            let one = h.customer(contact).await;
            h.give(one, Target::User(chief), chief).await;
        }
        h.turn().await;
        h.give(work, Target::TakenOver(chief), chief).await;
        h.turn().await;
        assert_eq!(h.row(work).await.assignee, Some(chief));
        assert_eq!(h.board().item(work).expect("held").status, ItemStatus::Held { agent: chief });
        assert_eq!((h.board().presence(anna).load, h.board().presence(chief).load), (0, 15), "on {engine:?}");
        crate::facts::catch_up(&h).await;
        let ended = h
            .count(sql!("SELECT COUNT(*) FROM agent_leg WHERE outcome = 'taken_over' AND user_id = 101"))
            .await;
        let begun =
            h.count(sql!("SELECT COUNT(*) FROM agent_leg WHERE to_at IS NULL AND user_id = 109")).await;
        assert_eq!((ended, begun), (1, 5));
    }
}

#[tokio::test]
async fn taken_over_and_passed_on_between_two_looks_it_rings_at_whom_it_was_taken_from() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        let chief = h.agent(109).await;
        h.be(chief, State::Busy).await;
        h.turn().await;
        let work = held_by(&mut h, anna, 1).await;
        h.give(work, Target::TakenOver(chief), chief).await;
        h.give(work, Target::Queue(QUEUE), chief).await;
        h.turn().await;
        let ring = h.ringing().await.pop().map(|r| (r.1, r.2));
        assert_eq!(ring, Some((work, anna)), "she did not pass it on, on {engine:?}");
    }
}

#[tokio::test]
async fn whoever_is_signed_out_by_somebody_else_keeps_nothing() {
    let mut h = House::on(Engine::Sqlite).await;
    let write = async move |tx: &mut Tx| {
        tx.exec(sql!("UPDATE queue SET on_absence = 'keep' WHERE id = $1"), args![QUEUE]).await
    };
    h.app.db().write(&system(), AggregateKey::new("queue", 1), write).await.expect("set");
    let anna = h.agent(101).await;
    h.turn().await;
    let work = held_by(&mut h, anna, 1).await;
    h.be(anna, State::Offline).await;
    h.turn().await;
    assert_eq!(h.row(work).await.assignee, Some(anna), "the queue keeps it with her");
    h.be(anna, State::Ready).await;
    h.turn().await;
    let out = Wish { state: State::Offline, kind: None };
    presence::set(&h.app, anna, Actor::user(UserId(109)), out).await.expect("signed out");
    h.turn().await;
    assert_eq!(h.row(work).await.assignee, None, "by somebody else's hand it waits again");
    assert_eq!(h.board().place(work), Some(1));
}

#[tokio::test]
async fn who_writes_again_to_somebody_who_has_gone_home_waits_for_anybody() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let (ended, slept) = (held_by(&mut h, anna, 1).await, held_by(&mut h, anna, 2).await);
        h.resolve(ended, Actor::user(anna)).await;
        h.turn().await;
        h.sleep(slept, Actor::user(anna)).await;
        h.be(anna, State::Offline).await;
        h.turn().await;
        let ben = h.agent(102).await;
        h.be(ben, State::Busy).await;
        h.turn().await;
        h.reopen(ended, Actor::contact(kernel::ContactId(1))).await;
        h.wake(slept, Actor::contact(kernel::ContactId(2))).await;
        h.turn().await;
        for work in [ended, slept] {
            assert_eq!(h.row(work).await.assignee, None, "nobody answers for who is gone, on {engine:?}");
            assert!(h.board().place(work).is_some());
        }
        // To who is at work it comes back, and what its agent opens again is the agent's.
        h.be(ben, State::Ready).await;
        h.turn().await;
        let back = held_by(&mut h, ben, 3).await;
        h.resolve(back, Actor::user(ben)).await;
        h.reopen(back, Actor::contact(kernel::ContactId(3))).await;
        h.turn().await;
        assert_eq!(h.row(back).await.assignee, Some(ben));
        h.resolve(back, Actor::user(ben)).await;
        h.be(ben, State::Offline).await;
        h.turn().await;
        h.reopen(back, Actor::user(ben)).await;
        h.turn().await;
        assert_eq!(h.row(back).await.assignee, Some(ben), "on {engine:?}");
    }
}

#[tokio::test]
async fn with_each_offer_stands_who_was_considered() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.clock.advance(1_000);
        let ben = h.agent(102).await;
        h.turn().await;
        h.be(ben, State::Busy).await;
        h.turn().await;
        let work = h.customer(1).await;
        h.turn().await;
        let read = async move |tx: &mut Tx| {
            let sql = sql!("SELECT body FROM decision WHERE conversation_id = $1 AND tenant_id = $2");
            tx.all(sql, args![work, TENANT], |r| r.json(0)).await
        };
        let kept = h.app.db().read(&system(), read).await.expect("read");
        assert_eq!(kept.len(), 1);
        let decision: engines::acd::Decision = serde_json::from_value(kept[0].clone()).expect("a decision");
        assert_eq!((decision.agent, decision.candidates, decision.able), (anna, 1, 2), "on {engine:?}");
        let of =
            |user| decision.considered.iter().find(|c| c.agent == user).expect("considered").verdict.clone();
        assert_eq!(of(ben), engines::acd::Verdict::NotReady { state: engines::acd::AgentState::Busy });
        // A hundred days later the daily job takes it away.
        h.clock.advance(100 * 24 * 3_600_000);
        let job = platform::jobs::Job {
            id: h.app.id(),
            tenant: TenantId(0),
            kind: routing::decisions::PRUNE.into(),
            subject: 0,
            payload: serde_json::Value::Null,
            due_at: 0,
            attempts: 0,
        };
        routing::decisions::prune_job(h.app.clone(), job).await.expect("pruned");
        assert_eq!(h.count(sql!("SELECT COUNT(*) FROM decision")).await, 0);
    }
}

#[tokio::test]
async fn after_five_were_served_who_waits_is_told_how_long_also_after_a_start() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.agent(101).await;
        h.turn().await;
        // One at a time: her hands are made small.
        let one = engines::acd::Capacity { units: 3, ..engines::acd::Capacity::default() };
        let write = async move |tx: &mut Tx| {
            tx.exec(
                sql!("INSERT INTO agent_capacity(user_id, units, chat, mail, voice, ticket, task) VALUES ($1, $2, 3, 3, 3, 3, 3)"),
                args![anna, i64::from(one.units)],
            )
            .await?;
            tx.emit(Event::new(TenantId(0), "capacity.changed", anna.0, Actor::SYSTEM, 1));
            Ok(())
        };
        h.app.db().write(&system(), AggregateKey::new("agent", 101), write).await.expect("set");
        h.turn().await;
        let mut waiting = vec![];
        for contact in 1..=9 {
            waiting.push(h.customer(contact).await);
            h.turn().await;
        }
        let last = waiting[8];
        assert_eq!(h.board().estimate_ms(last), None, "nobody was served yet");
        for work in &waiting[..6] {
            let ring = h.ringing().await.into_iter().find(|r| r.1 == *work).expect("in order");
            h.accept(anna, ring.0).await.expect("in time");
            h.turn().await;
            h.pass(10_000).await;
            h.resolve(*work, Actor::user(anna)).await;
            h.turn().await;
        }
        let told = h.board().estimate_ms(last).expect("five were served");
        assert!((15_000..=60_000).contains(&told), "two before it at ten seconds each: {told} on {engine:?}");
        let figures = h.board().queue_figures(&h.board().queue(QUEUE).expect("there"), h.app.now());
        assert!(figures.estimate_ms.is_some_and(|ms| ms >= told), "who comes now waits longer");
        crate::facts::catch_up(&h).await;
        let mut second = Floor::new(&h.app, engines::acd::Settings::default());
        if engine == Engine::Postgres {
            h.clock.advance(11_000);
        }
        second.turn().await.expect("it takes over");
        h.floor = second;
        let again = h.board().estimate_ms(last);
        assert!(again.is_some_and(|ms| (10_000..=90_000).contains(&ms)), "{again:?} on {engine:?}");
    }
}
