//! Macros: run as one or not at all, under the rights of who runs them, and say beforehand what they would do.

use super::{House, Value, conversation, json, row, text};
use reqwest::Method;

pub(super) async fn all(house: &House) {
    let (agent, supervisor) = (house.person("agent@A1"), house.person("supervisor@A1"));
    let audience = json!({"tenant": house.a1.id("tenant"), "line": house.a1.id("line")});
    let c = conversation(agent, &house.a1, "周敏").await;
    let actions = json!([
        {"do": "reply", "zh": "{{contact.name}}您好，已为您登记，编号 {{conversation.number}}。", "en": "Noted, {{contact.name}}."},
        {"do": "tags", "add": ["已登记"], "remove": []},
        {"do": "category", "category": house.a1.id("category")},
        {"do": "priority", "priority": "high"},
        {"do": "snooze", "preset": "three_hours"},
    ]);
    let body = json!({"audience": audience, "macro": {"name": "登记", "actions": actions, "slot": 1}});
    let refused = agent.post("/api/v1/macros", body.clone()).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let made = text(&supervisor.make("/api/v1/macros", body).await, "id");
    let path = format!("/api/v1/conversations/{c}/macros/{made}");
    let preview = agent.read(&format!("{path}?language=zh-CN")).await;
    assert_eq!(preview["ready"], true, "{preview}");
    assert!(text(&preview["steps"][0], "text").starts_with("周敏您好，已为您登记，编号 "), "{preview}");
    assert_eq!(row(agent, &c).await["tags"], json!([]), "a look changes nothing");
    let done = agent.make(&path, json!({"language": "en"})).await;
    assert_eq!(
        (&done["status"], &done["priority"], &done["tags"]),
        (&json!("snoozed"), &json!("high"), &json!(["已登记"]))
    );
    assert_eq!(done["last"]["text"], "Noted, 周敏.");
    assert_eq!(done["category"], json!(house.a1.id("category")));
    let offered = agent.read(&format!("/api/v1/conversations/{c}/macros")).await;
    let first = offered["items"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|m| m["id"] == made.as_str())
        .expect("offered");
    assert_eq!(first["used"], 1);
    not_at_all(house, &audience).await;
    to_a_team(house, &audience).await;
    elsewhere(house, &made).await;
}

/// One step that cannot be done takes back those before it.
async fn not_at_all(house: &House, audience: &Value) {
    let (agent, supervisor) = (house.person("agent@A1"), house.person("supervisor@A1"));
    let c = conversation(agent, &house.a1, "无称呼").await;
    let actions = json!([
        {"do": "tags", "add": ["half"], "remove": []},
        {"do": "reply", "zh": "尊敬的{{contact.tier}}客户", "en": ""},
    ]);
    let body = json!({"audience": audience, "macro": {"name": "半途", "actions": actions}});
    let made = text(&supervisor.make("/api/v1/macros", body).await, "id");
    let path = format!("/api/v1/conversations/{c}/macros/{made}");
    let preview = agent.read(&path).await;
    assert_eq!(
        (&preview["ready"], &preview["steps"][1]["missing"]),
        (&json!(false), &json!(["contact.tier"]))
    );
    let before = row(agent, &c).await;
    let r = agent.post(&path, json!({})).await;
    assert_eq!((r.status, r.code()), (422, "phrase.variable_missing"), "{}", r.text);
    let after = row(agent, &c).await;
    assert_eq!((&before["seq"], &before["tags"]), (&after["seq"], &after["tags"]), "nothing happened");
    // Who may look but not answer runs nothing.
    let r = house.person("client_staff@A1").post(&path, json!({})).await;
    assert_eq!(r.status, 403, "{}", r.text);
}

/// To a team: it waits in its queue, first for whoever of the team is at work; nothing happens while nobody is.
async fn to_a_team(house: &House, audience: &Value) {
    let (agent, supervisor) = (house.person("agent@A1"), house.person("supervisor@A1"));
    let new = json!({"name": "Second line", "members": [agent.user]});
    let team = text(&house.admin.make("/api/v1/teams", new).await, "id");
    let foreign = json!({"name": "Elsewhere", "members": [house.person("agent@B1").user]});
    let foreign = text(&house.admin.make("/api/v1/teams", foreign).await, "id");
    let macro_of = |team: &str| json!({"audience": audience, "macro": {"name": "二线", "actions": [{"do": "tags", "add": ["二线"], "remove": []}, {"do": "team", "team": team}]}});
    let r = supervisor.ask(Method::POST, "/api/v1/macros", Some(macro_of(&foreign))).await;
    assert_eq!(
        (r.status, r.json["fields"][0]["field"].as_str()),
        (422, Some("/actions/1/team")),
        "{}",
        r.text
    );
    let made = text(&supervisor.make("/api/v1/macros", macro_of(&team)).await, "id");

    let c = conversation(supervisor, &house.a1, "赵云").await;
    let to = json!({"to": {"queue": house.a1.id("queue")}, "reason": "to the queue"});
    supervisor.make(&format!("/api/v1/conversations/{c}/transfer"), to).await;
    let mine = json!({"user": supervisor.user});
    supervisor.make(&format!("/api/v1/conversations/{c}/assign"), mine).await;
    let state = async |state: &str| {
        let r = agent.ask(Method::PUT, "/api/v1/presence", Some(json!({"state": state}))).await;
        assert_eq!(r.status, 200, "{}", r.text);
    };
    let path = format!("/api/v1/conversations/{c}/macros/{made}");
    state("offline").await;
    let r = supervisor.post(&path, json!({})).await;
    assert_eq!((r.status, r.code()), (422, "conversation.away"), "{}", r.text);
    assert_eq!(row(supervisor, &c).await["tags"], json!([]), "nothing happened");
    state("busy").await;
    let done = supervisor.make(&path, json!({})).await;
    assert_eq!((&done["assignee"], &done["tags"]), (&Value::Null, &json!(["二线"])), "{done}");
    let thread = supervisor.read(&format!("/api/v1/conversations/{c}/messages")).await;
    let lines = thread["items"].as_array().into_iter().flatten();
    let passed = lines.filter(|m| m["event"]["data"]["to"]["team"] == team.as_str()).count();
    assert_eq!(passed, 1, "{thread}");
}

/// A macro is meant for its own line and client, and what it names must be theirs.
async fn elsewhere(house: &House, made: &str) {
    let there = house.a2.id("conversation");
    let r = house.admin.post(&format!("/api/v1/conversations/{there}/macros/{made}"), json!({})).await;
    assert_eq!((r.status, r.code()), (409, "macro.unfit"), "{}", r.text);
    let there = house.b1.id("conversation");
    let r = house.admin.post(&format!("/api/v1/conversations/{there}/macros/{made}"), json!({})).await;
    assert_eq!(r.status, 404, "{}", r.text);
    let supervisor = house.person("supervisor@A1");
    let audience = json!({"tenant": house.a1.id("tenant"), "line": house.a1.id("line")});
    for action in [
        json!({"do": "queue", "queue": house.b1.id("queue")}),
        json!({"do": "assign", "user": house.b1.id("user")}),
        json!({"do": "team", "team": "1"}),
        json!({"do": "category", "category": house.a2.id("category")}),
        json!({"do": "snooze_until", "until": 4_000_000_000_000_i64}),
    ] {
        let body = json!({"audience": audience, "macro": {"name": "x", "actions": [action]}});
        let r = supervisor.ask(Method::POST, "/api/v1/macros", Some(body)).await;
        assert_eq!(r.status, 422, "{action}: {}", r.text);
    }
}
