//! Bulk edits: done once each, under the rights of their author, told item by item, and taken back.

use super::{House, Person, Value, conversation, ended, json, row, text};
use reqwest::Method;

async fn start(who: &Person, body: Value) -> Value {
    let r = who.ask(Method::POST, "/api/v1/bulk", Some(body)).await;
    assert_eq!(r.status, 202, "{}", r.text);
    ended(who, &text(&r.json, "id")).await
}

pub(super) async fn all(house: &House) {
    let agent = house.person("agent@A1");
    let mut ids = vec![];
    for n in 0..5 {
        ids.push(conversation(agent, &house.a1, &format!("Bulk {n}")).await);
    }
    // One ended before: what cannot be done to it is told, the others are done.
    agent.make(&format!("/api/v1/conversations/{}/resolve", ids[4]), json!({})).await;
    let actions = json!([
        {"do": "tags", "add": ["batch"], "remove": []},
        {"do": "priority", "priority": "urgent"},
        {"do": "snooze", "preset": "one_hour"},
    ]);
    let done = start(agent, json!({"conversations": ids, "actions": actions})).await;
    assert_eq!((&done["total"], &done["done"], &done["failed"]), (&json!(5), &json!(4), &json!(1)), "{done}");
    assert_eq!(done["failures"][0]["conversation"], json!(ids[4]));
    assert_eq!(done["failures"][0]["code"], "conversation.state");
    assert_eq!(row(agent, &ids[4]).await["tags"], json!([]), "an item is done whole or not at all");
    let one = row(agent, &ids[0]).await;
    assert_eq!(
        (&one["tags"], &one["priority"], &one["status"]),
        (&json!(["batch"]), &json!("urgent"), &json!("snoozed"))
    );
    // Somebody hands one over meanwhile: it is left as it is.
    agent.make(&format!("/api/v1/conversations/{}/assign", ids[1]), json!({"user": null})).await;
    let id = text(&done, "id");
    let r = agent.post(&format!("/api/v1/bulk/{id}/undo"), json!({})).await;
    assert_eq!(r.status, 202, "{}", r.text);
    let back = ended(agent, &id).await;
    assert_eq!(
        (&back["state"], &back["undone"], &back["failed"]),
        (&json!("undone"), &json!(3), &json!(2)),
        "{back}"
    );
    let one = row(agent, &ids[0]).await;
    assert_eq!(
        (&one["tags"], &one["priority"], &one["status"]),
        (&json!([]), &json!("normal"), &json!("open"))
    );
    assert_eq!(row(agent, &ids[1]).await["tags"], json!(["batch"]));
    let r = agent.post(&format!("/api/v1/bulk/{id}/undo"), json!({})).await;
    assert_eq!((r.status, r.code()), (409, "bulk.not_undoable"), "{}", r.text);
    rights(house, &ids).await;
    twice(house, &ids).await;
}

/// Nobody does to many what they may not do to one; others' runs are not there.
async fn rights(house: &House, ids: &[String]) {
    let tag = json!([{"do": "tags", "add": ["no"], "remove": []}]);
    let reader = house.person("client_staff@A1");
    let r =
        reader.ask(Method::POST, "/api/v1/bulk", Some(json!({"conversations": ids, "actions": tag}))).await;
    assert_eq!(r.status, 403, "{}", r.text);
    let agent = house.person("agent@A1");
    let mixed = [ids[0].clone(), house.b1.id("conversation"), house.a2.id("conversation")];
    let done = start(agent, json!({"conversations": mixed, "actions": tag})).await;
    assert_eq!((&done["total"], &done["left_out"]), (&json!(1), &json!(2)), "{done}");
    assert_eq!(row(&house.admin, &mixed[1]).await["tags"], json!([]));
    let r = house.person("supervisor@A1").get(&format!("/api/v1/bulk/{}", text(&done, "id"))).await;
    assert_eq!(r.status, 404);
    let none = json!({"conversations": [house.b1.id("conversation")], "actions": tag});
    assert_eq!(agent.ask(Method::POST, "/api/v1/bulk", Some(none)).await.status, 422);
    let many: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let many = json!({"conversations": many, "actions": tag});
    assert_eq!(agent.ask(Method::POST, "/api/v1/bulk", Some(many)).await.status, 422);
}

/// The same request sent twice is one edit.
async fn twice(house: &House, ids: &[String]) {
    let agent = house.person("agent@A1");
    let note = json!({"conversations": [ids[2]], "actions": [{"do": "note", "text": "once"}]}).to_string();
    let headers = [("idempotency-key", "bulk-once")];
    let before = row(agent, &ids[2]).await["seq"].as_i64();
    let mut runs = vec![];
    for _ in 0..2 {
        let body = Some(("application/json", note.clone().into_bytes()));
        let r = agent.send(Method::POST, "/api/v1/bulk", body, &headers).await;
        assert_eq!(r.status, 202, "{}", r.text);
        runs.push(text(&r.json, "id"));
    }
    assert_eq!(runs[0], runs[1]);
    ended(agent, &runs[0]).await;
    let after = row(agent, &ids[2]).await["seq"].as_i64();
    assert_eq!(after, before.map(|n| n + 1), "one note");
}
