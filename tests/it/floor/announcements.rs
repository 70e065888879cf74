//! Must-read announcements: whom they are for, receipts, and going ready.

use super::rig::{Rig, text};
use futures_util::future::join_all;
use serde_json::json;
use testkit::Engine;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_not_read_does_not_go_ready() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        let team = text(&rig.root("POST", "/api/v1/teams", json!({"name": "early"})).await["id"]);
        rig.root("PATCH", &format!("/api/v1/teams/{team}"), json!({"members": [anna.id]})).await;
        let now = rig.program.app.now();
        let body = json!({"tenant": rig.tenant, "line": rig.line, "team": team, "title": "New return rules",
            "body": "Thirty days from today.", "must_read": true, "bars_ready": true, "until_at": now + 3_600_000});
        rig.ask(&anna, "POST", "/api/v1/announcements", body.clone())
            .await
            .refused(403, "access.missing_permission");
        let announcement = rig.ask(rig.lead(), "POST", "/api/v1/announcements", body).await.ok();
        let path = format!("/api/v1/announcements/{}", text(&announcement["id"]));
        rig.be(&anna, "busy").await.ok();
        rig.be(&ben, "busy").await.ok();
        let refused = rig.be(&anna, "ready").await.refused(409, "announcement.unread");
        assert_eq!(refused["detail"], announcement["id"], "it says which");
        rig.be(&ben, "ready").await.ok();
        rig.get(&ben, &path).await.refused(404, "not_found");
        assert_eq!(
            rig.get(&anna, "/api/v1/me/floor").await.ok()["announcements"][0]["title"],
            "New return rules"
        );
        let readers = format!("{path}/readers");
        let before = rig.get(rig.lead(), &readers).await.ok();
        assert_eq!(
            (&before["items"][0]["user"], &before["items"][0]["read_at"]),
            (&json!(anna.id), &json!(null))
        );
        rig.get(&anna, &readers).await.refused(403, "access.missing_permission");
        let read = format!("{path}/read");
        join_all((0..8).map(|_| rig.ask(&anna, "POST", &read, json!({}))))
            .await
            .into_iter()
            .for_each(|a| drop(a.ok()));
        rig.be(&anna, "ready").await.ok();
        let after = rig.get(rig.lead(), &readers).await.ok();
        assert_eq!(after["items"][0]["read_at"], json!(now), "on {engine:?}");
        let signed = rig.record("").await.into_iter().filter(|a| a == "announcement.read").count();
        assert_eq!(signed, 1, "signed once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_bars_only_while_it_is_valid() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let anna = rig.agent("anna").await;
        let now = rig.program.app.now();
        let body = |from: i64, until: i64| {
            json!({"tenant": rig.tenant, "line": rig.line, "title": "t", "body": "b", "must_read": true,
                "bars_ready": true, "from_at": from, "until_at": until})
        };
        rig.ask(rig.lead(), "POST", "/api/v1/announcements", body(now, now)).await.refused(422, "invalid");
        rig.ask(rig.lead(), "POST", "/api/v1/announcements", body(now + 60_000, now + 120_000)).await.ok();
        let go = async || {
            rig.be(&anna, "busy").await.ok();
            rig.be(&anna, "ready").await.status
        };
        assert_eq!(go().await, 200, "not yet");
        rig.pass(60_000);
        assert_eq!(go().await, 409);
        rig.pass(60_000);
        assert_eq!(go().await, 200, "over");
        let now = rig.program.app.now();
        let announcement =
            rig.ask(rig.lead(), "POST", "/api/v1/announcements", body(now, now + 60_000)).await.ok();
        assert_eq!(go().await, 409);
        let path = format!("/api/v1/announcements/{}/withdraw", text(&announcement["id"]));
        rig.ask(rig.lead(), "POST", &path, json!({})).await.ok();
        rig.ask(rig.lead(), "POST", &path, json!({})).await.refused(409, "announcement.withdrawn");
        assert_eq!(go().await, 200, "withdrawn, on {engine:?}");
        // One for the whole client is not for who manages one line to publish.
        let whole = json!({"tenant": rig.tenant, "title": "t", "body": "b"});
        rig.ask(rig.lead(), "POST", "/api/v1/announcements", whole)
            .await
            .refused(403, "access.missing_permission");
    }
}
