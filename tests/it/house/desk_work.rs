//! What makes an agent fast, in each line: a phrase, a macro, a shared view, and a bulk edit.

use super::Person;
use super::build::Places;
use serde_json::json;

/// Fills a line.
pub(super) async fn fill(admin: &Person, p: &mut Places) {
    let named = |what: &str| format!("{what} {} {}", p.name, p.mark);
    let audience = json!({"tenant": p.id("tenant"), "line": p.id("line")});
    let phrase =
        json!({"folder": named("Folder"), "title": named("Phrase"), "zh": "您好", "en": named("Hello")});
    let made = admin.make("/api/v1/phrases", json!({"audience": audience, "phrase": phrase})).await;
    let stored =
        json!({"name": named("Macro"), "actions": [{"do": "tags", "add": [named("tag")], "remove": []}]});
    let stored = admin.make("/api/v1/macros", json!({"audience": audience, "macro": stored})).await;
    let filter = json!({"conditions": [{"field": "text", "op": "contains", "values": [named("word")]}]});
    let view = json!({"name": named("View"), "filter": filter});
    let view = admin.make("/api/v1/views", json!({"audience": audience, "view": view})).await;
    let bulk = json!({"conversations": [p.id("conversation")], "actions": [{"do": "follow"}]});
    let bulk = admin.ask(reqwest::Method::POST, "/api/v1/bulk", Some(bulk)).await;
    assert_eq!(bulk.status, 202, "{}", bulk.text);
    for (kind, made) in [("phrase", &made), ("macro", &stored), ("view", &view), ("bulk", &bulk.json)] {
        p.keep(kind, made);
    }
}
