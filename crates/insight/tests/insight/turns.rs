//! Turns of talk, kept from what was said.

use crate::house::House;
use insight::facts::Turns;
use kernel::{Actor, ActorKind, ContactId, ConversationId, Event, UserId, sql};
use platform::log::Reader;
use platform::store::Tx;
use serde_json::json;
use testkit::Engine;

async fn tell(h: &House, c: ConversationId, kind: &'static str, actor: Actor, note: bool) {
    let (now, tenant, line) = (h.app.now(), h.tenant, h.line);
    h.write(async move |tx: &mut Tx| {
        tx.emit(
            Event::new(tenant, kind, 1, actor, now).line(line).conversation(c).data(json!({ "note": note })),
        );
        Ok(())
    })
    .await;
}

async fn kept(h: &House) -> Vec<(i64, i64, Option<i64>, Option<String>)> {
    h.program.settle().await;
    let read = async |tx: &mut Tx| {
        tx.all(
            sql!("SELECT is_first, asked_at, ended_at, outcome FROM reply_turn ORDER BY asked_pos"),
            &[],
            |r| Ok((r.int(0)?, r.int(1)?, r.opt_int(2)?, r.opt_text(3)?)),
        )
        .await
    };
    h.app.db().read(&kernel::TenantScope::system(), read).await.expect("the turns")
}

#[tokio::test]
async fn what_a_contact_says_of_it_is_kept_once() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let (c, d) = (h.conversation(h.line, false).await, h.conversation(h.line, false).await);
        let (tenant, line, t) = (h.tenant, h.line, h.app.now());
        h.write(async move |tx: &mut Tx| {
            let told = |kind, c: ConversationId, facts| {
                Event::new(tenant, kind, 1, Actor::SYSTEM, t).line(line).conversation(c).data(facts)
            };
            for of in [c, d] {
                tx.emit(told("survey.invited", of, json!({ "by": "auto", "agent": UserId(7) })));
            }
            tx.emit(told("survey.answered", c, json!({ "score": 5 })));
            tx.emit(told("survey.answered", c, json!({ "score": 1 })));
            tx.emit(told("survey.answered", d, json!({ "score": 9 })));
            Ok(())
        })
        .await;
        h.program.settle().await;
        let day = h.get(&format!("/api/v1/reports/day?line={}", h.line)).await.ok();
        let figures = &day["total"]["figures"];
        let found = ["invited", "rated_rate", "csat"].map(|m| House::value(figures, m));
        assert_eq!(found, [Some(2.0), Some(0.5), Some(1.0)], "on {engine:?}");
        for (metric, n) in [("invited", 2), ("csat", 1)] {
            let path = format!("/api/v1/reports/day/conversations?line={}&metric={metric}", h.line);
            assert_eq!(h.get(&path).await.ok()["items"].as_array().map(Vec::len), Some(n), "{metric}");
        }
    }
}

#[tokio::test]
async fn each_turn_is_kept_once_from_the_first_word_to_a_humans_answer() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let c = h.conversation(h.line, false).await;
        let (contact, agent) = (Actor::contact(ContactId(3)), Actor::user(UserId(7)));
        let t = h.app.now();
        tell(&h, c, "message.created", contact, false).await;
        h.clock.advance(5_000);
        tell(&h, c, "message.created", Actor { kind: ActorKind::Bot, id: 1 }, false).await;
        tell(&h, c, "message.created", contact, false).await;
        tell(&h, c, "message.created", agent, true).await;
        h.clock.advance(5_000);
        tell(&h, c, "message.created", agent, false).await;
        h.clock.advance(1_000);
        tell(&h, c, "message.created", agent, false).await;
        tell(&h, c, "message.created", contact, false).await;
        h.clock.advance(1_000);
        tell(&h, c, "conversation.resolved", agent, false).await;
        h.clock.advance(60_000);
        tell(&h, c, "message.created", contact, false).await;
        let replied = |s: &str| Some(s.to_owned());
        let expected = vec![
            (1, t, Some(t + 10_000), replied("replied")),
            (0, t + 11_000, Some(t + 12_000), replied("unanswered")),
            (1, t + 72_000, None, None),
        ];
        assert_eq!(kept(&h).await, expected, "on {engine:?}");
        // The whole log once more, as after a crash: nothing changes.
        let mut reader = Turns::new(h.app.clone());
        let events = h.app.log().after(0, 1_000).await.expect("the log");
        reader.handle(&events).await.expect("again");
        assert_eq!(kept(&h).await, expected, "again on {engine:?}");
    }
}

/// The same with facts of its own.
async fn tell_of(h: &House, c: ConversationId, kind: &'static str, facts: serde_json::Value) {
    let (now, tenant, line) = (h.app.now(), h.tenant, h.line);
    h.write(async move |tx: &mut Tx| {
        let event = Event::new(tenant, kind, c.0, Actor::user(UserId(7)), now);
        tx.emit(event.line(line).conversation(c).data(facts.clone()));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_question_waits_on_where_its_conversation_goes_on_and_counts_once() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let (contact, agent) = (Actor::contact(ContactId(3)), Actor::user(UserId(7)));
        let (a, b, c, d) = (
            h.conversation(h.line, false).await,
            h.conversation(h.line, false).await,
            h.conversation(h.line, false).await,
            h.conversation(h.line, false).await,
        );
        let t = h.app.now();
        let gone_on = async |h: &House, from: ConversationId, into: ConversationId| {
            tell_of(h, from, "conversation.resolved", json!({ "merged_into": into })).await;
            tell_of(h, from, "conversation.merged", json!({ "into": into })).await;
        };
        // Asked in `a`, answered in `b`.
        tell(&h, a, "message.created", contact, false).await;
        h.clock.advance(1_000);
        gone_on(&h, a, b).await;
        h.clock.advance(1_000);
        tell(&h, b, "message.created", agent, false).await;
        // Asked in both: one answer.
        tell(&h, c, "message.created", contact, false).await;
        tell(&h, d, "message.created", contact, false).await;
        gone_on(&h, c, d).await;
        h.clock.advance(1_000);
        tell(&h, d, "message.created", agent, false).await;
        // Taken back before anybody answered: it waits where it was asked.
        h.clock.advance(1_000);
        tell(&h, a, "message.created", contact, false).await;
        gone_on(&h, a, b).await;
        tell_of(&h, a, "conversation.join_undone", json!({ "into": b })).await;
        tell(&h, b, "message.created", agent, false).await;
        h.clock.advance(1_000);
        tell(&h, a, "message.created", agent, false).await;
        let outcome = |s: &str| Some(s.to_owned());
        let expected = vec![
            (1, t, Some(t + 2_000), outcome("replied")),
            (1, t + 2_000, Some(t + 2_000), outcome("merged")),
            (1, t + 2_000, Some(t + 3_000), outcome("replied")),
            (0, t + 4_000, Some(t + 5_000), outcome("replied")),
        ];
        assert_eq!(kept(&h).await, expected, "on {engine:?}");
        let mut reader = Turns::new(h.app.clone());
        let events = h.app.log().after(0, 1_000).await.expect("the log");
        reader.handle(&events).await.expect("again");
        assert_eq!(kept(&h).await, expected, "again on {engine:?}");
    }
}
