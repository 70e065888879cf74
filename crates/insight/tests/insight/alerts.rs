//! Thresholds and alerts, by a clock turned by hand.

use crate::house::{HOUR, House, MIDNIGHT};
use insight::alerts::Watch;
use serde_json::{Value, json};
use testkit::Engine;

async fn alerts(h: &House, query: &str) -> Vec<Value> {
    let all = h.get(&format!("/api/v1/alerts{query}")).await.ok();
    all["items"].as_array().cloned().unwrap_or_default()
}

async fn raised_confirmed_and_over(engine: Engine) {
    let mut h = House::on(engine).await;
    let mut watch = Watch::new(&h.app);
    let body = json!({
        "line": h.line, "metric": "waiting", "operator": "at_least", "value": 2, "for_ms": 60_000,
        "escalate_ms": 300_000,
    });
    let made = h.post("/api/v1/thresholds", body).await.ok();
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, h.app.now(), None, "", 0).await;
    h.clock.advance(120_000);
    watch.turn().await.expect("a turn");
    assert_eq!(alerts(&h, "").await.len(), 0, "one waits, that is not too much");
    let d = h.conversation(h.line, false).await;
    h.waited(d, h.queue, h.app.now(), None, "", 0).await;
    h.clock.advance(2_000);
    watch.turn().await.expect("a turn");
    assert_eq!(alerts(&h, "").await.len(), 0, "it has not lasted yet");
    h.clock.advance(61_000);
    // Two nodes see it at once: one alert.
    let mut twin = Watch::new(&h.app);
    watch.turn().await.expect("a turn");
    twin.turn().await.expect("a turn");
    let open = alerts(&h, "?open=true").await;
    assert_eq!(open.len(), 1, "on {engine:?}");
    assert_eq!((open[0]["seen"].as_i64(), open[0]["metric"].as_str()), (Some(2), Some("waiting")));
    h.clock.advance(300_000);
    watch.turn().await.expect("a turn");
    let open = alerts(&h, "?open=true").await;
    assert!(open[0]["escalated_at"].is_i64(), "nobody confirmed it: {open:?}");
    let path = format!("/api/v1/alerts/{}/acknowledge", open[0]["id"].as_str().expect("an id"));
    let seen = h.post(&path, json!({ "note": "加人了" })).await.ok();
    assert_eq!((seen["acknowledged_name"].as_str(), seen["note"].as_str()), (Some("Root"), Some("加人了")));
    h.post(&path, json!({})).await.refused(409, "alert.acknowledged");
    let now = h.app.now();
    h.write(async move |tx: &mut platform::store::Tx| {
        let sql = kernel::sql!("UPDATE queue_leg SET to_at = $1, outcome = 'abandoned' WHERE to_at IS NULL");
        tx.exec(sql, kernel::args![now]).await
    })
    .await;
    h.clock.advance(2_000);
    watch.turn().await.expect("a turn");
    assert_eq!(alerts(&h, "?open=true").await.len(), 0);
    let history = alerts(&h, "").await;
    assert!(history[0]["over_at"].is_i64() && history[0]["note"] == "加人了", "the history stays");
    h.post(&path, json!({})).await.refused(409, "alert.over");
    let kinds: Vec<String> = h
        .app
        .log()
        .after(0, 1_000)
        .await
        .expect("the log")
        .iter()
        .filter(|e| e.kind.starts_with("alert."))
        .map(|e| e.kind.to_string())
        .collect();
    assert_eq!(kinds, ["alert.raised", "alert.escalated", "alert.acknowledged", "alert.over"]);
    let told = async |tx: &mut platform::store::Tx| {
        tx.all(kernel::sql!("SELECT kind FROM staff_notice ORDER BY id"), &[], |r| r.text(0)).await
    };
    let told = h.app.db().read(&kernel::TenantScope::system(), told).await.expect("notices");
    assert_eq!(told, ["alert.raised", "alert.escalated"], "and staff are told outside the desk");
    let record = h.get("/api/v1/audit?action=alert.acknowledged").await.ok();
    assert_eq!(record["items"].as_array().map(Vec::len), Some(1), "{record}");
    h.ask("DELETE", &format!("/api/v1/thresholds/{}", made["id"].as_str().expect("an id")), None).await;
    assert_eq!(alerts(&h, "").await.len(), 1, "its alerts outlive a threshold");
}

#[tokio::test]
async fn an_alert_is_raised_once_confirmed_by_name_and_over_by_itself() {
    for engine in Engine::ALL {
        raised_confirmed_and_over(engine).await;
    }
}

#[tokio::test]
async fn nothing_is_raised_in_quiet_hours() {
    let mut h = House::on(Engine::of_run()).await;
    let mut watch = Watch::new(&h.app);
    let body = json!({
        "line": h.line, "metric": "longest_wait", "operator": "at_least", "value": 60_000, "quiet_from": 1320,
        "quiet_to": 480,
    });
    h.post("/api/v1/thresholds", body).await.ok();
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, MIDNIGHT + 22 * HOUR, None, "", 0).await;
    for (at, n) in [(23 * HOUR, 0), (31 * HOUR, 0), (32 * HOUR, 1)] {
        h.at(MIDNIGHT + at).await;
        watch.turn().await.expect("a turn");
        assert_eq!(alerts(&h, "?open=true").await.len(), n, "{} o'clock", at / HOUR % 24);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_who_may_not_is_too() {
    let h = House::on(Engine::of_run()).await;
    let good = json!({ "line": h.line, "metric": "waiting", "operator": "at_least", "value": 1 });
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("value", json!(-1)),
        ("for_ms", json!(90_000_000)),
        ("quiet_from", json!(10)),
        ("escalate_ms", json!(5)),
        ("metric", json!("weather")),
        ("colour", json!("red")),
    ] {
        let answer = h.post("/api/v1/thresholds", with(field, value)).await;
        assert_eq!(answer.status.as_u16(), 422, "{field}");
    }
    let (agent, _) = h.person("anna", "agent", h.tenant, h.line).await;
    let (staff, _) = h.person("staff", "client_staff", h.tenant, h.line).await;
    for who in [&agent, &staff] {
        h.by(who, "POST", "/api/v1/thresholds", Some(good.clone()))
            .await
            .refused(403, "access.missing_permission");
    }
    let foreign = json!({ "line": h.other, "metric": "waiting", "operator": "at_least", "value": 1 });
    let (lead, _) = h.person("lead", "supervisor", h.tenant, h.line).await;
    h.by(&lead, "POST", "/api/v1/thresholds", Some(foreign)).await.refused(404, "not_found");
    for _ in 0..50 {
        h.by(&lead, "POST", "/api/v1/thresholds", Some(good.clone())).await.ok();
    }
    h.by(&lead, "POST", "/api/v1/thresholds", Some(good.clone())).await.refused(409, "threshold.too_many");
    let listed = h.by(&lead, "GET", "/api/v1/thresholds?limit=100", None).await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(50));
    let one = listed["items"][0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "metric": "agents_free", "operator": "below", "value": 1, "enabled": false });
    let after = h.by(&lead, "PUT", &format!("/api/v1/thresholds/{one}"), Some(body)).await.ok();
    assert_eq!((after["metric"].as_str(), after["enabled"].as_bool()), (Some("agents_free"), Some(false)));
}
