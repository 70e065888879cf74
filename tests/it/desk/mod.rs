//! What makes an agent fast, through the public interface, on both stores: phrases, macros, views, bulk edits, keys.

mod bulk;
mod macros;
mod phrases;
mod views;

use crate::house::{House, Person, Places, text};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Engine;

/// A conversation with a new contact over the line's API inbox, held by who makes it.
async fn conversation(who: &Person, p: &Places, name: &str) -> String {
    let body = json!({"name": name, "tenant": p.id("tenant"), "handles": []});
    let contact = text(&who.make("/api/v1/contacts", body).await, "id");
    let body = json!({"tenant": p.id("tenant"), "inbox": p.id("inbox"), "contact": contact});
    text(&who.make("/api/v1/conversations", body).await, "id")
}

async fn row(who: &Person, id: &str) -> Value {
    who.read(&format!("/api/v1/conversations/{id}")).await
}

/// Waits until a bulk edit has come to its end.
async fn ended(who: &Person, bulk: &str) -> Value {
    for _ in 0..400 {
        let b = who.read(&format!("/api/v1/bulk/{bulk}")).await;
        if b["state"] != "running" && b["state"] != "undoing" {
            return b;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the bulk edit does not end");
}

/// One's keys follow the person, and refuse what belongs to somebody else.
async fn keys(house: &House) {
    let agent = house.person("agent@A1");
    assert_eq!(agent.read("/api/v1/me/keys").await, json!({"keys": {}}));
    let put =
        async |keys: Value| agent.ask(Method::PUT, "/api/v1/me/keys", Some(json!({"keys": keys}))).await;
    assert_eq!(put(json!({"transfer": "Alt+KeyG"})).await.status, 200);
    assert_eq!(agent.read("/api/v1/me/keys").await["keys"]["transfer"], "Alt+KeyG");
    for bad in
        [json!({"transfer": "KeyG"}), json!({"a": "Alt+KeyG", "b": "Alt+KeyG"}), json!({"a": "Ctrl+Space"})]
    {
        let r = put(bad).await;
        assert_eq!((r.status, r.code()), (422, "keys.unfit"), "{}", r.text);
    }
    assert_eq!(house.person("agent@A2").read("/api/v1/me/keys").await, json!({"keys": {}}));
}

/// The times offered are worked out on the line's calendar; one that woke stands on top until somebody acts.
async fn snoozes(house: &House) {
    let agent = house.person("agent@A1");
    let c = conversation(agent, &house.a1, "Sleeper").await;
    let times = agent.read(&format!("/api/v1/conversations/{c}/snooze-times")).await;
    let times = times["items"].as_array().expect("times").clone();
    // The line has no calendar: it is always open, so there is no next opening to wait for.
    assert_eq!(times.len(), 4, "{times:?}");
    assert!(times.windows(2).all(|w| w[0]["at"].as_i64() <= w[1]["at"].as_i64()), "soonest first");
    let soon = house.running.app().now() + 1_500;
    let r = agent.make(&format!("/api/v1/conversations/{c}/snooze"), json!({"until": soon})).await;
    assert_eq!(r["status"], "snoozed");
    let mut woke = Value::Null;
    for _ in 0..200 {
        let now = row(agent, &c).await;
        if now["status"] == "open" {
            woke = now["woke_at"].clone();
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(woke.as_i64().is_some_and(|at| at >= soon), "{woke}");
    let mine = agent.read("/api/v1/conversations?view=mine").await;
    assert_eq!(mine["items"][0]["id"], json!(c), "what woke is on top");
    let say = json!({"client_id": "w1", "mode": "reply", "body": "again", "seen_seq": 99});
    agent.make(&format!("/api/v1/conversations/{c}/messages"), say).await;
    assert_eq!(row(agent, &c).await["woke_at"], Value::Null);
}

/// What is filled in during the talk is there on every machine of its author, and goes with the end.
async fn begun(house: &House) {
    let agent = house.person("agent@A1");
    let c = conversation(agent, &house.a1, "Talk").await;
    let path = format!("/api/v1/conversations/{c}/disposition-draft");
    assert_eq!(agent.read(&path).await, json!({"disposition": null}));
    let mut d = json!({"kind": "query", "category": house.a1.id("category"), "cause": "卡号 4111 1111 1111 1111", "outcome": "follow_up", "note": ""});
    let put = async |d: &Value| agent.ask(Method::PUT, &path, Some(json!({"disposition": d}))).await.status;
    assert_eq!(put(&d).await, 204);
    let kept = agent.read(&path).await;
    assert_eq!(
        (&kept["disposition"]["kind"], &kept["disposition"]["outcome"]),
        (&json!("query"), &json!("follow_up"))
    );
    assert!(!kept.to_string().contains("1111 1111 1111"), "card numbers are masked: {kept}");
    assert_eq!(house.person("supervisor@A1").read(&path).await, json!({"disposition": null}), "one's own");
    let list = agent.read("/api/v1/conversations?view=mine").await;
    let found =
        list["items"].as_array().into_iter().flatten().find(|r| r["id"] == c.as_str()).expect("listed");
    assert_eq!(found["draft"], Value::Null, "it is no draft of an answer");
    d["category"] = json!(house.a2.id("category"));
    assert_eq!(put(&d).await, 422);
    agent
        .make(&format!("/api/v1/conversations/{c}/resolve"), json!({"disposition": kept["disposition"]}))
        .await;
    assert_eq!(agent.read(&path).await, json!({"disposition": null}));
}

async fn all(engine: Engine) {
    let house = House::on(engine).await;
    keys(&house).await;
    snoozes(&house).await;
    begun(&house).await;
    phrases::all(&house).await;
    macros::all(&house).await;
    bulk::all(&house).await;
    views::all(&house).await;
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_fast_on_sqlite() {
    all(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_fast_on_postgres() {
    all(Engine::Postgres).await;
}
