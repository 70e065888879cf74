//! Likely duplicates are found, shown with their reasons, and stay dismissed.

use crate::desk::{Desk, on_both, text};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn scan(desk: &Desk) -> Value {
    let path = format!("/duplicates/scan?tenant={}", desk.tenant);
    let before = desk.get(&path).await["ended_at"].clone();
    desk.program.clock.advance(1_000);
    desk.post("/duplicates/scan", json!({ "tenant": desk.tenant })).await;
    desk.until(&path, |s| s["ended_at"].is_i64() && (before.is_null() || s["ended_at"] != before)).await
}

#[test]
fn duplicates_are_found_dismissed_and_merged() {
    on_both(async |desk: Desk| {
        let phone = |v: &str| json!([{ "kind": "phone", "value": v }]);
        let mail = |v: &str| json!([{ "kind": "email", "value": v }]);
        let a = desk.contact(json!({ "name": "王小明", "handles": phone("+8613800136207") })).await;
        let b = desk.contact(json!({ "name": "王小明", "handles": phone("+8613911116207") })).await;
        let c = desk.contact(json!({ "name": "C", "handles": mail("li.wei@gmail.com") })).await;
        let d = desk.contact(json!({ "name": "D", "handles": mail("liwei+shop@gmail.com") })).await;
        desk.contact(json!({ "name": "孤独", "handles": phone("+8613711112222") })).await;
        let done = scan(&desk).await;
        assert_eq!((&done["contacts"], &done["open"]), (&json!(5), &json!(2)));
        let path = format!("/duplicates?tenant={}", desk.tenant);
        let found = desk.get(&path).await;
        let of = |i: usize| -> (Vec<String>, Value) {
            let ids = found["items"][i]["contacts"].as_array().expect("two").iter().map(|c| text(&c["id"]));
            (ids.collect(), found["items"][i]["reasons"].clone())
        };
        assert_eq!(of(0), (vec![c.clone(), d.clone()], json!(["mail"])));
        assert_eq!(of(1), (vec![a.clone(), b.clone()], json!(["name", "phone_tail"])));
        assert!(!found.to_string().contains("13800136207"), "addresses are masked");

        let pair = text(&found["items"][1]["id"]);
        let (status, _) =
            desk.call(&desk.admin, "POST", &format!("/duplicates/{pair}/dismiss"), Value::Null).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let around = desk.get(&format!("/contacts/{c}/around")).await;
        assert_eq!(around["duplicates"][0]["other"]["id"], json!(d));
        desk.post(&format!("/contacts/{c}/merge"), json!({ "with": d })).await;
        scan(&desk).await;
        assert_eq!(desk.get(&path).await["items"], json!([]), "what was decided is not asked again");
    });
}
