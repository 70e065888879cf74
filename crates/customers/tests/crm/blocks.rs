//! The block list: asked by one, agreed to by another, ended by time.

use crate::desk::{Desk, on_both, text};
use axum::http::StatusCode;
use serde_json::{Value, json};

#[test]
fn nobody_is_blocked_by_one_person_alone() {
    on_both(async |desk: Desk| {
        let id = desk
            .contact(json!({ "name": "周敏", "handles": [{ "kind": "phone", "value": "13800136207" }] }))
            .await;
        let asked = json!({ "tenant": desk.tenant, "contact": id, "reason": "多次辱骂坐席" });
        let made = desk.post("/blocks", asked.clone()).await;
        assert_eq!((&made["state"], &made["own"]), (&json!("asked"), &json!(true)));
        let path = format!("/blocks/{}", text(&made["id"]));
        let (status, problem) = desk.call(&desk.admin, "POST", "/blocks", asked).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("block.open")));
        let agree = json!({ "agree": true });
        let (status, problem) =
            desk.call(&desk.admin, "POST", &format!("{path}/decision"), agree.clone()).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("block.own")));

        // The same person with a token is still the same person; somebody else agrees.
        let token = desk.token(&desk.tenant, &["contacts.read", "contacts.block_decide"]).await;
        let (status, _) = desk.call(&token, "POST", &format!("{path}/decision"), agree.clone()).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let other = desk.somebody("lead", "supervisor").await;
        let (status, decided) = desk.call(&other, "POST", &format!("{path}/decision"), agree).await;
        assert_eq!((status, &decided["state"]), (StatusCode::OK, &json!("active")), "{decided}");
        let around = desk.get(&format!("/contacts/{id}/around")).await;
        assert_eq!(around["blocks"][0]["state"], json!("active"));
        let held = json!({ "tenant": desk.tenant, "filter": { "join": "all", "groups": [{ "join": "all",
            "conditions": [{ "field": "blocked", "op": "set" }] }] } });
        assert_eq!(desk.post("/contacts/count", held).await["count"], json!(1));
        let (status, lifted) =
            desk.call(&other, "POST", &format!("{path}/lift"), json!({ "reason": "已道歉" })).await;
        assert_eq!((status, &lifted["state"]), (StatusCode::OK, &json!("lifted")));
    });
}

#[test]
fn an_entry_ends_at_its_time() {
    on_both(async |desk: Desk| {
        let until = desk.program.app.now() + 3_600_000;
        let asked = json!({ "tenant": desk.tenant, "kind": "phone", "value": "138 0013 6207", "reason": "骚扰电话",
            "expires_at": until });
        let made = desk.post("/blocks", asked).await;
        assert_eq!(made["value"], json!("138 **** 6207"));
        let path = format!("/blocks/{}", text(&made["id"]));
        desk.program.clock.advance(3_600_001);
        desk.until(&path, |b| b["state"] == "expired").await;
        for wrong in [
            json!({ "tenant": desk.tenant, "reason": "x" }),
            json!({ "tenant": desk.tenant, "kind": "phone",
            "value": "abc", "reason": "x" }),
        ] {
            let (status, _) = desk.call(&desk.admin, "POST", "/blocks", wrong).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let policy = json!({ "tenant": desk.tenant, "silent": true });
        desk.call(&desk.admin, "PUT", "/block-policy", policy).await;
        assert_eq!(desk.get(&format!("/block-policy?tenant={}", desk.tenant)).await["silent"], json!(true));
        let _: Value = made;
    });
}
