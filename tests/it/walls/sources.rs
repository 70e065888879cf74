//! API inboxes: a source speaks for its own inbox alone.

use crate::house::{House, Person, Places, Reply, text};
use ::platform::web::signature::SigningKey;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

async fn deliver(house: &House, at: &Person, key: &str, secret: &str, body: &Value) -> Reply {
    let signing = SigningKey::parse(secret).expect("a secret");
    let (body, now) = (body.to_string(), house.running.app().now() / 1_000);
    let signature = signing.sign("d1", now, body.as_bytes());
    let now = now.to_string();
    let headers = [
        ("webhook-id", "d1"),
        ("webhook-timestamp", now.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    at.send(Method::POST, &format!("/in/v1/{key}"), Some(("application/json", body.into_bytes())), &headers)
        .await
}

async fn texts(house: &House, who: &str, conversation: &str) -> String {
    house.person(who).get(&format!("/api/v1/conversations/{conversation}/messages")).await.text
}

async fn same_names(engine: Engine) {
    let house = House::on(engine).await;
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let body = |say: &str| {
        json!({"external_id": "m1", "thread": "t1", "body": say,
            "contact": {"external_id": "customer-1", "name": say, "email": "same@example.com"}})
    };
    let a = deliver(&house, &public, &house.a1.api_key, &house.a1.api_secret, &body("for Alpha")).await;
    let b = deliver(&house, &public, &house.b1.api_key, &house.b1.api_secret, &body("for Bravo")).await;
    assert_eq!((a.status, b.status), (201, 201), "{} {}", a.text, b.text);
    let (a, b) = (text(&a.json, "conversation"), text(&b.json, "conversation"));
    assert_ne!(a, b);
    house.settle().await;
    let (at_a, at_b) = (texts(&house, "administrator@A", &a).await, texts(&house, "agent@B", &b).await);
    assert!(at_a.contains("for Alpha") && !at_a.contains("for Bravo"), "{at_a}");
    assert!(at_b.contains("for Bravo") && !at_b.contains("for Alpha"), "{at_b}");
    for (who, other) in [("administrator@A", &b), ("agent@B", &a)] {
        let r = house.person(who).get(&format!("/api/v1/conversations/{other}")).await;
        assert_eq!(r.status, 404, "{who}: {}", r.text);
    }
    let lookup = |p: &Places| json!({"tenant": p.id("tenant"), "kind": "email", "value": "same@example.com", "reason": "a call"});
    let found = house.person("administrator@A").make("/api/v1/contacts/lookup", lookup(&house.a1)).await;
    assert_eq!(found["contact"]["name"], "for Alpha");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_names_in_two_clients_are_two_people_on_sqlite() {
    same_names(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_names_in_two_clients_are_two_people_on_postgres() {
    same_names(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_opens_its_own_inbox_alone() {
    let house = House::on(Engine::Sqlite).await;
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let body = json!({"external_id": "m1", "body": "hello", "contact": {"external_id": "c1"}});
    let before = house.rows().await;
    for (key, secret) in
        [(&house.b1.api_key, &house.a1.api_secret), (&house.a2.api_key, &house.a1.api_secret)]
    {
        let r = deliver(&house, &public, key, secret, &body).await;
        assert_eq!(r.status, 401, "{}", r.text);
    }
    // A web chat is no API inbox, and the other way round.
    let r = deliver(&house, &public, &house.a1.chat_key, &house.a1.api_secret, &body).await;
    assert!(matches!(r.status, 401 | 404), "{}", r.text);
    let r = public.post("/w/v1/session", json!({"inbox": house.a1.api_key})).await;
    assert_eq!(r.status, 404, "{}", r.text);
    assert_eq!(crate::house::difference(&before, &house.rows().await), "");
    house.end().await;
}
