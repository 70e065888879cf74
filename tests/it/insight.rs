//! From a visitor's first word to the day's file, through the whole program: what the screens and files say is what happened.

use crate::house::{House, text};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

#[track_caller]
fn value(figures: &Value, metric: &str) -> Option<f64> {
    let found = figures.as_array().into_iter().flatten().find(|f| f["metric"] == metric);
    found.unwrap_or_else(|| panic!("no {metric} in {figures}"))["value"].as_f64()
}

async fn one_visit(engine: Engine) {
    let house = House::on(engine).await;
    let (p, agent) = (&house.a1, house.person("agent@A1"));
    let (line, conversation) = (p.id("line"), p.id("conversation"));
    let monitor = format!("/api/v1/monitor?line={line}");
    let before = house.admin.read(&monitor).await;
    assert_eq!(before["lines"][0]["waiting"].as_i64(), Some(1));
    // The house's administrator holds what they began themselves.
    let held = before["lines"][0]["serving"].as_i64().expect("a number");
    let mut socket = house.socket(house.person("supervisor@A1")).await;
    socket.say(json!({"op": "subscribe", "topics": [format!("line:{line}")]})).await;
    socket.say(json!({"op": "hello"})).await;
    socket.until(|f| f["kind"] == "monitor.changed" && f["line"] == line.as_str()).await;

    agent.make(&format!("/api/v1/reservations/{}/accept", p.id("reservation")), json!({})).await;
    let reply = json!({"client_id": "r1", "mode": "reply", "body": "I am here", "seen_seq": 99});
    agent.make(&format!("/api/v1/conversations/{conversation}/messages"), reply).await;
    house.settle().await;
    socket.until(|f| f["kind"] == "monitor.changed").await;
    // A picture may be a second old.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let during = house.admin.read(&monitor).await;
    let now = &during["lines"][0];
    assert_eq!((now["waiting"].as_i64(), now["serving"].as_i64()), (Some(0), Some(held + 1)), "{now}");
    assert_eq!(now["unanswered_since"], Value::Null);
    let shown = during["agents"].as_array().into_iter().flatten().find(|a| a["user"] == agent.user.as_str());
    assert_eq!(shown.expect("the agent")["state"], "serving");

    let end = json!({"disposition": {"kind": "consult", "outcome": "solved"}});
    agent.make(&format!("/api/v1/conversations/{conversation}/resolve"), end).await;
    house.settle().await;
    let day = house.admin.read(&format!("/api/v1/reports/day?line={line}")).await;
    let figures = &day["total"]["figures"];
    // What the house's administrator began and merged before is handled too, by nobody's asking.
    for (metric, expected) in [
        ("arrivals", 1.0),
        ("offered", 1.0),
        ("answered", 1.0),
        ("connect_rate", 1.0),
        ("service_level", 1.0),
        ("abandoned", 0.0),
        ("within_3min", 1.0),
        ("handled", 2.0),
        ("resolved", 1.0),
        ("recorded", 1.0),
        ("solved_rate", 1.0),
    ] {
        assert_eq!(value(figures, metric), Some(expected), "{metric} on {engine:?}");
    }
    let behind =
        house.admin.read(&format!("/api/v1/reports/day/conversations?line={line}&metric=handled")).await;
    let mut behind = behind["items"].as_array().expect("a list").iter().map(|i| text(i, "conversation"));
    assert!(behind.any(|id| id == conversation), "the figure opens what it counts");
    let other = house.admin.read(&format!("/api/v1/reports/day?line={}", house.a2.id("line"))).await;
    assert_eq!(
        value(&other["total"]["figures"], "answered"),
        Some(0.0),
        "the other line's visitor still waits"
    );
    let file = house.admin.ask(Method::GET, &format!("/api/v1/reports/day/csv?line={line}"), None).await;
    assert!(file.status == 200 && file.text.contains("[arrivals]"), "{}", file.text);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_what_is_shown_on_sqlite() {
    one_visit(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_what_is_shown_on_postgres() {
    one_visit(Engine::Postgres).await;
}
