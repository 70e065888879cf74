//! Thresholds of every line, and the alerts that they raise because somebody waits.

use super::House;
use serde_json::{Value, json};
use std::time::Duration;

/// Looks for the alert of a line at the most.
const LOOKS_MAX: usize = 1_000;

/// A threshold in every line, crossed by the visitor who waits there, and its alert.
pub(super) async fn alerts(house: &mut House) {
    let admin = house.admin.clone();
    for p in [&mut house.a1, &mut house.a2, &mut house.b1, &mut house.b2] {
        let body = json!({"line": p.id("line"), "metric": "waiting", "operator": "at_least", "value": 1});
        let made = admin.make("/api/v1/thresholds", body).await;
        p.keep("threshold", &made);
    }
    for p in [&mut house.a1, &mut house.a2, &mut house.b1, &mut house.b2] {
        let path = format!("/api/v1/alerts?line={}", p.id("line"));
        let mut looks = 0;
        let raised = loop {
            let found = admin.read(&path).await["items"][0].clone();
            if found.is_object() {
                break found;
            }
            looks += 1;
            assert!(looks < LOOKS_MAX, "no alert in {}", p.name);
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        p.keep("alert", &raised);
    }
}

/// Has the watch, which looks every two seconds, written down what it will see? Each threshold of those who wait is
/// crossed while they wait, and then has its alert.
pub(super) async fn watched(house: &House) -> bool {
    let admin = &house.admin;
    let monitor = admin.read("/api/v1/monitor").await;
    let open = admin.read("/api/v1/alerts?open=true&limit=100").await;
    let thresholds = admin.read("/api/v1/thresholds?limit=100").await;
    let all = |v: &Value, list: &str| v[list].as_array().cloned().unwrap_or_default();
    let waiting =
        |line: &Value| all(&monitor, "lines").iter().find(|l| l["line"] == *line)?["waiting"].as_i64();
    all(&thresholds, "items").iter().filter(|t| t["metric"] == "waiting").all(|t| {
        let crosses = waiting(&t["line"]).is_some_and(|n| match t["operator"].as_str() {
            Some("below") => n < t["value"].as_i64().unwrap_or(0),
            _ => n >= t["value"].as_i64().unwrap_or(0),
        });
        let crosses = crosses && t["enabled"] == true;
        let raised = all(&open, "items").iter().any(|a| a["threshold"] == t["id"]);
        let silent = !t["quiet_from"].is_null();
        crosses != t["crossed_at"].is_null() && (silent || crosses == raised)
    })
}
