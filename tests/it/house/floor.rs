//! What of the floor stands in a line: a break asked for, a raised hand, a briefing, a handover, an announcement.

use super::{House, Places, text};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;

/// The kind of break that a lead decides about; the provider's own.
pub(super) async fn kinds(house: &House) -> String {
    let body =
        json!({"key": "asked", "name_en": "Asked", "name_zh": "审批", "minutes_each": 10, "approval": true});
    text(&house.admin.make("/api/v1/break-kinds", body).await, "id")
}

/// What stands in this line, by kind.
pub(super) async fn fill(house: &House, p: &Places, kind: &str) -> BTreeMap<String, String> {
    let (admin, mut ids) = (&house.admin, BTreeMap::new());
    ids.insert("breakkind".to_owned(), kind.to_owned());
    let agent = house.person(&format!("agent@{}", p.name));
    let named = |what: &str| format!("{what} {}", p.mark);
    let r = agent.ask(Method::POST, "/api/v1/me/breaks", Some(json!({"kind": kind}))).await;
    assert_eq!(r.status, 201, "{}", r.text);
    ids.insert("break".into(), text(&r.json["current"], "id"));
    let line = p.id("line");
    let body = json!({"reason": named("help")});
    let hand = admin.make(&format!("/api/v1/conversations/{}/hand", p.id("conversation")), body).await;
    ids.insert("hand".into(), text(&hand, "id"));
    let points = json!([{"text": named("point")}]);
    let body = json!({"line": line, "day": "2026-11-29", "title": named("briefing"), "points": points});
    ids.insert("briefing".into(), text(&admin.make("/api/v1/briefings", body).await, "id"));
    let body = json!({"line": line, "to": p.id("user"), "note": named("handover")});
    ids.insert("handover".into(), text(&admin.make("/api/v1/handovers", body).await, "id"));
    let body = json!({"tenant": p.id("tenant"), "line": line, "title": named("announcement"), "body": named("body"), "must_read": true});
    ids.insert("announcement".into(), text(&admin.make("/api/v1/announcements", body).await, "id"));
    ids
}
