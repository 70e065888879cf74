//! Briefings and handovers: signed, acknowledged, countersigned, and never changed.

use super::rig::{Rig, text};
use serde_json::json;
use testkit::Engine;

#[tokio::test(flavor = "multi_thread")]
async fn a_briefing_is_signed_and_everybody_acknowledges() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        let body = json!({"line": rig.line, "day": "2026-11-29", "title": "Early shift", "points": [
            {"text": "Refunds take a day from today", "link": "https://example.com/refunds"}]});
        rig.ask(&anna, "POST", "/api/v1/briefings", body.clone())
            .await
            .refused(403, "access.missing_permission");
        let sheet = rig.ask(rig.lead(), "POST", "/api/v1/briefings", body).await.ok();
        let path = format!("/api/v1/briefings/{}", text(&sheet["id"]));
        rig.get(&anna, &path).await.refused(404, "not_found");
        rig.ask(&anna, "POST", &format!("{path}/acknowledge"), json!({})).await.refused(404, "not_found");
        let signed =
            rig.ask(rig.lead(), "POST", &format!("{path}/sign"), json!({"present": [anna.id]})).await.ok();
        assert_eq!((&signed["signed"], &signed["intact"]), (&json!(true), &json!(true)));
        rig.ask(rig.lead(), "PATCH", &path, json!({"title": "Late"})).await.refused(409, "sheet.signed");
        rig.ask(rig.lead(), "POST", &format!("{path}/sign"), json!({"present": []}))
            .await
            .refused(409, "sheet.signed");
        for who in [&anna, &ben] {
            assert_eq!(rig.get(who, "/api/v1/me/floor").await.ok()["briefings"][0]["id"], sheet["id"]);
            rig.ask(who, "POST", &format!("{path}/acknowledge"), json!({})).await.ok();
            assert_eq!(rig.get(who, "/api/v1/me/floor").await.ok()["briefings"], json!([]));
        }
        let seen = rig.get(rig.lead(), &path).await.ok();
        let of = |id: &str| {
            seen["attendance"].as_array().expect("a list").iter().find(|a| a["user"] == id).cloned()
        };
        let (a, b) = (of(&anna.id).expect("anna"), of(&ben.id).expect("ben"));
        assert_eq!((&a["present"], &b["present"]), (&json!(true), &json!(false)));
        assert!(a["acknowledged_at"].is_i64() && b["acknowledged_at"].is_i64(), "on {engine:?}");
        assert_eq!((&seen["intact"], &seen["hash"]), (&json!(true), &signed["hash"]));
        let own = rig.get(&ben, &path).await.ok();
        assert_eq!(own["attendance"].as_array().map(Vec::len), Some(1), "an agent sees their own line");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_collects_is_countersigned_and_gives_what_is_still_held() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let (anna, ben, carl) = (rig.agent("anna").await, rig.agent("ben").await, rig.agent("carl").await);
        let given = rig.served_by(&anna).await;
        let kept = rig.served_by(&anna).await;
        let moved = rig.served_by(&anna).await;
        let asleep = rig.served_by(&anna).await;
        let until = rig.program.app.now() + 3_600_000;
        rig.ask(&anna, "POST", &format!("/api/v1/conversations/{asleep}/snooze"), json!({"until": until}))
            .await
            .ok();
        let body = json!({"line": rig.line, "to": ben.id, "note": "an upgrade at six"});
        let sheet = rig.ask(&anna, "POST", "/api/v1/handovers", body).await.ok();
        assert_eq!(sheet["items"].as_array().map(Vec::len), Some(4));
        let path = format!("/api/v1/handovers/{}", text(&sheet["id"]));
        let said = json!({"items": [{"conversation": given, "comment": "waits for the store"},
                                    {"conversation": kept, "reassign": false}]});
        rig.ask(&anna, "PATCH", &path, said).await.ok();
        rig.get(&ben, &path).await.refused(404, "not_found");
        rig.ask(&anna, "POST", &format!("{path}/sign"), json!({})).await.ok();
        rig.ask(&anna, "PATCH", &path, json!({"note": "x"})).await.refused(409, "sheet.signed");
        rig.ask(&anna, "POST", &format!("{path}/countersign"), json!({}))
            .await
            .refused(403, "access.missing_permission");
        rig.get(&carl, &path).await.refused(404, "not_found");
        // Somebody else got one of them in the meantime.
        rig.ask(
            rig.lead(),
            "POST",
            &format!("/api/v1/conversations/{moved}/assign"),
            json!({"user": carl.id}),
        )
        .await
        .ok();
        assert_eq!(rig.get(&ben, "/api/v1/me/floor").await.ok()["handovers"][0]["id"], sheet["id"]);
        let done = rig.ask(&ben, "POST", &format!("{path}/countersign"), json!({})).await.ok();
        rig.ask(&ben, "POST", &format!("{path}/countersign"), json!({})).await.refused(409, "sheet.signed");
        assert_eq!(
            (&done["state"], &done["intact"]),
            (&json!("countersigned"), &json!(true)),
            "on {engine:?}"
        );
        for (id, who) in [(&given, &ben), (&kept, &anna), (&moved, &carl)] {
            let row = rig.get(rig.lead(), &format!("/api/v1/conversations/{id}")).await.ok();
            assert_eq!(row["assignee"]["id"], who.id.as_str(), "{id}");
        }
        let outcome = |id: &String| {
            let all = done["items"].as_array().expect("items");
            text(&all.iter().find(|i| i["conversation"] == id.as_str()).expect("an item")["outcome"])
        };
        assert_eq!(
            (outcome(&given), outcome(&kept), outcome(&moved)),
            ("given".into(), "kept".into(), "kept".into())
        );
        let body = json!({"line": rig.line, "to": ben.id});
        let drafted = rig.ask(&ben, "POST", "/api/v1/handovers", body).await;
        drafted.refused(422, "invalid");
    }
}
