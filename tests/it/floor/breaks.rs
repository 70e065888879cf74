//! Breaks: quota, places, approval, races, and being over time.

use super::rig::{Person, Rig, text, until};
use futures_util::future::join_all;
use kernel::sql;
use serde_json::{Value, json};
use testkit::Engine;

const MINUTE: i64 = 60_000;

async fn kind(rig: &Rig, key: &str, rest: Value) -> String {
    let mut body = json!({"key": key, "name_en": key, "name_zh": key, "minutes_each": 10});
    for (k, v) in rest.as_object().expect("fields") {
        body[k] = v.clone();
    }
    text(&rig.root("POST", "/api/v1/break-kinds", body).await["id"])
}

async fn ask(rig: &Rig, who: &Person, kind: &str) -> super::rig::Answer {
    rig.ask(who, "POST", "/api/v1/me/breaks", json!({"kind": kind})).await
}

async fn mine(rig: &Rig, who: &Person) -> Value {
    rig.get(who, "/api/v1/me/breaks").await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_allows_so_many_times_and_minutes_and_the_next_day_anew() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({"minutes_day": 25, "times_day": 3})).await;
        let anna = rig.agent("anna").await;
        let began = ask(&rig, &anna, &tea).await.ok();
        assert_eq!(
            (began["current"]["state"].as_str(), rig.state(&anna).await.as_str()),
            (Some("active"), "break")
        );
        assert_eq!(began["current"]["planned_ms"], 10 * MINUTE);
        ask(&rig, &anna, &tea).await.refused(409, "break.open");
        rig.pass(10 * MINUTE);
        rig.be(&anna, "ready").await.ok();
        ask(&rig, &anna, &tea).await.ok();
        rig.pass(9 * MINUTE);
        rig.be(&anna, "ready").await.ok();
        let own = mine(&rig, &anna).await;
        let left = own["kinds"].as_array().expect("kinds").iter().find(|k| k["kind"]["id"] == tea.as_str());
        let left = left.expect("tea");
        assert_eq!((&left["left_times"], &left["left_ms"]), (&json!(1), &json!(6 * MINUTE)));
        let last = ask(&rig, &anna, &tea).await.ok();
        assert_eq!(last["current"]["planned_ms"], 6 * MINUTE, "as long as what is left");
        rig.pass(MINUTE);
        rig.be(&anna, "ready").await.ok();
        ask(&rig, &anna, &tea).await.refused(409, "break.times_used");
        let cup = kind(&rig, "cup", json!({"minutes_day": 10})).await;
        ask(&rig, &anna, &cup).await.ok();
        rig.pass(11 * MINUTE);
        rig.be(&anna, "ready").await.ok();
        ask(&rig, &anna, &cup).await.refused(409, "break.minutes_used");
        rig.pass(7 * 60 * MINUTE);
        rig.be(&anna, "ready").await.ok();
        ask(&rig, &anna, &tea).await.ok();
        let kept = rig
            .count(sql!(
                "SELECT COUNT(*) FROM agent_interval WHERE state = 'break' AND kind = 'tea' AND tenant_id >= 0"
            ))
            .await;
        assert_eq!(kept, 4, "each is a fact with its kind, on {engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_has_a_place_and_the_next_begins_when_one_falls_free() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({"at_once": 1})).await;
        let (anna, ben, carl) = (rig.agent("anna").await, rig.agent("ben").await, rig.agent("carl").await);
        ask(&rig, &anna, &tea).await.ok();
        rig.pass(1_000);
        let second = ask(&rig, &ben, &tea).await.ok();
        rig.pass(1_000);
        let third = ask(&rig, &carl, &tea).await.ok();
        assert_eq!((&second["current"]["state"], &second["current"]["place"]), (&json!("queued"), &json!(1)));
        assert_eq!(third["current"]["place"], 2);
        assert_eq!(rig.state(&ben).await, "ready", "who waits works on");
        rig.be(&anna, "ready").await.ok();
        until("ben's break begins", async || rig.state(&ben).await == "break").await;
        assert_eq!(mine(&rig, &carl).await["current"]["place"], 1);
        rig.ask(&carl, "DELETE", "/api/v1/me/breaks", json!({})).await.ok();
        assert!(mine(&rig, &carl).await["current"].is_null());
        rig.be(&ben, "offline").await.ok();
        rig.be(&carl, "offline").await.ok();
        ask(&rig, &carl, &tea).await.refused(409, "break.offline");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_at_once_never_exceed_the_places() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({"at_once": 3, "approval": true})).await;
        let mut crew = vec![];
        for n in 0..32 {
            crew.push(rig.agent(&format!("agent{n}")).await);
        }
        for agent in &crew {
            assert_eq!(ask(&rig, agent, &tea).await.ok()["current"]["state"], "asked");
        }
        let waiting = rig.get(rig.lead(), "/api/v1/breaks").await.ok();
        let ids: Vec<String> =
            waiting["items"].as_array().expect("a list").iter().map(|b| text(&b["id"])).collect();
        assert_eq!(ids.len(), 32);
        let approve = |id: &String| {
            let path = format!("/api/v1/breaks/{id}/approve");
            let rig = &rig;
            async move { rig.ask(rig.lead(), "POST", &path, json!({})).await.ok() }
        };
        let decided = join_all(ids.iter().map(approve)).await;
        let active = decided.iter().filter(|b| b["state"] == "active").count();
        let queued = decided.iter().filter(|b| b["state"] == "queued").count();
        assert_eq!((active, queued), (3, 29), "on {engine:?}");
        let on = sql!("SELECT COUNT(*) FROM agent_state WHERE state = 'break'");
        assert_eq!(rig.count(on).await, 3);
        let path = format!("/api/v1/breaks/{}/approve", ids[0]);
        rig.ask(rig.lead(), "POST", &path, json!({})).await.refused(409, "break.decided");
        // The same person, asking many times at once, has one.
        let cup = kind(&rig, "cup", json!({})).await;
        let dora = rig.agent("dora").await;
        let asked = join_all((0..16).map(|_| ask(&rig, &dora, &cup))).await;
        assert_eq!(asked.iter().filter(|a| a.status == 201).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_decides_and_says_why_not_and_nobody_else_does() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({"approval": true})).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        let asked = ask(&rig, &anna, &tea).await.ok();
        let path = format!("/api/v1/breaks/{}", text(&asked["current"]["id"]));
        rig.ask(&ben, "POST", &format!("{path}/approve"), json!({}))
            .await
            .refused(403, "access.missing_permission");
        rig.ask(rig.lead(), "POST", &format!("{path}/refuse"), json!({"reason": " "}))
            .await
            .refused(422, "invalid");
        rig.ask(rig.lead(), "POST", &format!("{path}/refuse"), json!({"reason": "rush hour"})).await.ok();
        let own = mine(&rig, &anna).await;
        assert_eq!((&own["current"], &own["refused"]["reason"]), (&Value::Null, &json!("rush hour")));
        assert_eq!(rig.state(&anna).await, "ready");
        ask(&rig, &anna, &tea).await.ok();
        assert!(mine(&rig, &anna).await["refused"].is_null(), "asked anew");
        let seen = rig.seen(&anna).await;
        assert_eq!(seen["on_break"]["state"], "asked");
        assert!(rig.record("").await.contains(&"break.refused".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_over_time_is_seen_to_be() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({})).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        ask(&rig, &anna, &tea).await.ok();
        ask(&rig, &ben, &tea).await.ok();
        rig.pass(9 * MINUTE);
        rig.be(&ben, "ready").await.ok();
        let over = sql!("SELECT COUNT(*) FROM event WHERE kind = 'presence.break_overrun' AND tenant_id = 0");
        assert_eq!(rig.count(over).await, 0);
        rig.pass(2 * MINUTE);
        until("the alarm", async || rig.count(over).await == 1).await;
        assert_eq!(rig.seen(&anna).await["on_break"]["over"], true);
        assert_eq!(rig.seen(&ben).await["on_break"], Value::Null);
        assert_eq!(mine(&rig, &anna).await["current"]["over"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_are_the_providers_settings() {
    let rig = Rig::on(Engine::Sqlite).await;
    let tea = kind(&rig, "tea", json!({})).await;
    let path = format!("/api/v1/break-kinds/{tea}");
    let changed = rig.root("PATCH", &path, json!({"minutes_each": 5, "archived": true})).await;
    assert_eq!(
        (&changed["minutes_each"], &changed["archived"], &changed["key"]),
        (&json!(5), &json!(true), &json!("tea"))
    );
    let anna = rig.agent("anna").await;
    ask(&rig, &anna, &tea).await.refused(404, "not_found");
    rig.ask(rig.lead(), "PATCH", &path, json!({"minutes_each": 7}))
        .await
        .refused(403, "access.missing_permission");
    let put = json!({"state": "break", "kind": "siesta"});
    rig.ask(&anna, "PUT", "/api/v1/presence", put).await.refused(422, "invalid");
    let put = json!({"state": "break", "kind": "rest"});
    let presence = rig.ask(&anna, "PUT", "/api/v1/presence", put).await.ok();
    assert_eq!((&presence["state"], &presence["kind"]), (&json!("break"), &json!("rest")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_begins_with_the_end_of_the_last_conversation() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({"at_once": 1, "approval": true})).await;
        let anna = rig.agent("anna").await;
        let (first, second) = (rig.served_by(&anna).await, rig.served_by(&anna).await);
        let asked = ask(&rig, &anna, &tea).await.ok();
        let path = format!("/api/v1/breaks/{}/approve", text(&asked["current"]["id"]));
        let approved = rig.ask(rig.lead(), "POST", &path, json!({})).await.ok();
        assert_eq!((&approved["state"], &approved["began_at"]), (&json!("granted"), &Value::Null));
        assert_eq!(mine(&rig, &anna).await["current"]["state"], "granted");
        assert_eq!(rig.state(&anna).await, "serving", "in the middle of a conversation");
        // What comes now goes to others, though anna has room.
        let ben = rig.agent("ben").await;
        rig.waiting().await;
        let offers = sql!("SELECT COUNT(*) FROM reservation WHERE tenant_id > 0");
        until("an offer", async || rig.count(offers).await == 1).await;
        let path = "/api/v1/reservations";
        let of_anna = rig.get(&anna, path).await.ok();
        assert_eq!(of_anna, json!([]));
        assert_eq!(rig.seen(&anna).await["on_break"]["state"], "granted");
        // The place is kept: who asks after waits.
        let cup = rig.person("carl", "agent").await;
        rig.be(&cup, "ready").await.ok();
        let asked = ask(&rig, &cup, &tea).await.ok();
        let approve = format!("/api/v1/breaks/{}/approve", text(&asked["current"]["id"]));
        assert_eq!(rig.ask(rig.lead(), "POST", &approve, json!({})).await.ok()["state"], "queued");
        rig.pass(7 * MINUTE);
        rig.hand(&first, &ben).await;
        rig.hand(&second, &ben).await;
        until("the break begins", async || rig.state(&anna).await == "break").await;
        let own = mine(&rig, &anna).await;
        let begun = own["current"]["began_at"].as_i64().expect("began");
        assert_eq!(own["current"]["due_at"].as_i64(), Some(begun + 10 * MINUTE), "its time begins then");
        assert_eq!(mine(&rig, &cup).await["current"]["state"], "queued", "on {engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_can_be_taken_back_and_some_breaks_wait_for_nobody() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let tea = kind(&rig, "tea", json!({"at_once": 1})).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        rig.served_by(&anna).await;
        assert_eq!(ask(&rig, &anna, &tea).await.ok()["current"]["state"], "granted");
        assert_eq!(ask(&rig, &ben, &tea).await.ok()["current"]["state"], "queued");
        let own = rig.ask(&anna, "DELETE", "/api/v1/me/breaks", json!({})).await.ok();
        assert!(own["current"].is_null());
        until("the place falls free", async || rig.state(&ben).await == "break").await;
        rig.waiting().await;
        let offered = async || {
            let all = rig.get(&anna, "/api/v1/reservations").await.ok();
            all.as_array().is_some_and(|items| items.len() == 1)
        };
        until("anna is offered work again", offered).await;
        let put = json!({"state": "break", "kind": "toilet"});
        let presence = rig.ask(&anna, "PUT", "/api/v1/presence", put).await.ok();
        assert_eq!(presence["state"], "break", "with a conversation in hand, on {engine:?}");
    }
}
