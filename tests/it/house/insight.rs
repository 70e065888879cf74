//! Thresholds of every line, and the alerts that they raise because somebody waits.

use super::House;
use serde_json::json;
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
