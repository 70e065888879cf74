//! States that a lead sets, and the people of the floor.

use super::rig::{Rig, text, until};
use serde_json::json;
use testkit::Engine;

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_state_says_who_and_why_until_it_ends() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        let path = format!("/api/v1/users/{}/presence", anna.id);
        let busy = json!({"state": "busy", "reason": "headset is broken"});
        rig.ask(&ben, "PUT", &path, busy.clone()).await.refused(403, "access.missing_permission");
        rig.ask(rig.lead(), "PUT", &path, json!({"state": "busy", "reason": ""}))
            .await
            .refused(422, "invalid");
        rig.ask(rig.lead(), "PUT", &path, json!({"state": "break", "reason": "x"}))
            .await
            .refused(422, "invalid");
        rig.ask(rig.lead(), "PUT", &path, busy).await.ok();
        assert_eq!(rig.state(&anna).await, "busy");
        let own = rig.get(&anna, "/api/v1/me/breaks").await.ok();
        let forced = json!({"by": "lead", "reason": "headset is broken", "held": true, "until": null});
        assert_eq!(own["forced"], forced);
        let seen = rig.seen(&anna).await;
        assert_eq!((&seen["forced_by"], &seen["presence"]["state"]), (&json!("lead"), &json!("busy")));
        assert!(rig.record("").await.contains(&"presence.forced".to_owned()));
        for state in ["ready", "meeting", "training"] {
            let refused = rig.be(&anna, state).await.refused(409, "presence.held");
            assert_eq!(refused["detail"], "headset is broken");
        }
        rig.be(&anna, "busy").await.ok();
        rig.ask(&ben, "DELETE", &path, json!({})).await.refused(403, "access.missing_permission");
        rig.ask(rig.lead(), "DELETE", &path, json!({})).await.ok();
        assert_eq!(rig.state(&anna).await, "busy", "until she changes it");
        assert!(rig.record("").await.contains(&"presence.released".to_owned()));
        rig.be(&anna, "ready").await.ok();
        assert!(rig.get(&anna, "/api/v1/me/breaks").await.ok()["forced"].is_null(), "on {engine:?}");
        let nobody = format!("/api/v1/users/{}/presence", 4_000_000_000_000_000_i64);
        rig.ask(rig.lead(), "PUT", &nobody, json!({"state": "busy", "reason": "x"}))
            .await
            .refused(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_state_holds_for_its_time_and_breaks_are_asked_for_meanwhile() {
    const MINUTE: i64 = 60_000;
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let anna = rig.agent("anna").await;
        let path = format!("/api/v1/users/{}/presence", anna.id);
        let training =
            |minutes: i64| json!({"state": "training", "reason": "new script", "minutes": minutes});
        rig.ask(rig.lead(), "PUT", &path, training(601)).await.refused(422, "invalid");
        rig.ask(rig.lead(), "PUT", &path, training(30)).await.ok();
        rig.pass(29 * MINUTE);
        rig.be(&anna, "ready").await.refused(409, "presence.held");
        let put = json!({"state": "break", "kind": "rest"});
        let presence = rig.ask(&anna, "PUT", "/api/v1/presence", put.clone()).await.ok();
        assert_eq!(presence["state"], "training");
        let own = rig.get(&anna, "/api/v1/me/breaks").await.ok();
        assert_eq!(own["current"]["state"], "asked", "a lead decides while a lead's state holds");
        rig.ask(&anna, "DELETE", "/api/v1/me/breaks", json!({})).await.ok();
        rig.pass(2 * MINUTE);
        let own = rig.get(&anna, "/api/v1/me/breaks").await.ok();
        assert_eq!((&own["forced"]["held"], rig.state(&anna).await.as_str()), (&json!(false), "training"));
        rig.be(&anna, "ready").await.ok();
        // Approved by a lead, a break ends what a lead set; nobody is kept from going home.
        rig.ask(rig.lead(), "PUT", &path, training(30)).await.ok();
        rig.ask(&anna, "PUT", "/api/v1/presence", put).await.ok();
        let own = rig.get(&anna, "/api/v1/me/breaks").await.ok();
        let approve = format!("/api/v1/breaks/{}/approve", text(&own["current"]["id"]));
        rig.ask(rig.lead(), "POST", &approve, json!({})).await.ok();
        assert_eq!(rig.state(&anna).await, "break");
        rig.be(&anna, "ready").await.ok();
        rig.ask(rig.lead(), "PUT", &path, training(0)).await.ok();
        rig.be(&anna, "ready").await.ok();
        rig.ask(rig.lead(), "PUT", &path, json!({"state": "busy", "reason": "x"})).await.ok();
        rig.be(&anna, "offline").await.ok();
        rig.be(&anna, "ready").await.ok();
        assert!(rig.get(&anna, "/api/v1/me/breaks").await.ok()["forced"].is_null(), "on {engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_out_gives_back_what_they_held() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let anna = rig.agent("anna").await;
        let work = rig.served_by(&anna).await;
        let seen = rig.seen(&anna).await;
        assert_eq!(seen["serving"][0]["conversation"], work.as_str());
        let path = format!("/api/v1/users/{}/presence", anna.id);
        rig.ask(rig.lead(), "PUT", &path, json!({"state": "offline", "reason": "went home"})).await.ok();
        assert_eq!(rig.state(&anna).await, "offline");
        rig.ask(rig.lead(), "PUT", &path, json!({"state": "busy", "reason": "x"}))
            .await
            .refused(409, "presence.signed_out");
        let path = format!("/api/v1/conversations/{work}");
        until("it waits again", async || rig.get(rig.lead(), &path).await.ok()["assignee"].is_null()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_floor_is_a_list_by_line_and_team_and_only_leads_see_it() {
    for engine in Engine::ALL {
        let rig = Rig::on(engine).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        rig.get(&anna, "/api/v1/floor/people").await.refused(403, "access.missing_permission");
        let team = text(&rig.root("POST", "/api/v1/teams", json!({"name": "early"})).await["id"]);
        rig.root("PATCH", &format!("/api/v1/teams/{team}"), json!({"members": [anna.id]})).await;
        let of_team = rig.get(rig.lead(), &format!("/api/v1/floor/people?team={team}")).await.ok();
        let ids: Vec<_> =
            of_team["items"].as_array().expect("a list").iter().map(|p| text(&p["id"])).collect();
        assert_eq!(ids, std::slice::from_ref(&anna.id));
        rig.be(&ben, "offline").await.ok();
        let path = format!("/api/v1/floor/people?line={}&at_work=true", rig.line);
        let at_work = rig.get(rig.lead(), &path).await.ok();
        let ids: Vec<_> =
            at_work["items"].as_array().expect("a list").iter().map(|p| text(&p["id"])).collect();
        assert_eq!(ids, std::slice::from_ref(&anna.id), "on {engine:?}");
        let first = rig.get(rig.lead(), "/api/v1/floor/people?limit=1").await.ok();
        let next = format!("/api/v1/floor/people?limit=50&cursor={}", text(&first["next"]));
        let rest = rig.get(rig.lead(), &next).await.ok();
        assert_eq!(rest["items"].as_array().expect("a list").len(), 2, "the lead works too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_what_waits_has_it_if_they_are_at_work() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let anna = rig.person("anna", "agent").await;
        let work = rig.waiting().await;
        let path = format!("/api/v1/conversations/{work}");
        let say = |n: u8, mode: &'static str| json!({"client_id": format!("k{n}"), "mode": mode, "body": "here", "seen_seq": 0});
        let messages = format!("{path}/messages");
        rig.ask(&anna, "POST", &messages, say(1, "reply")).await.ok();
        assert!(rig.get(&anna, &path).await.ok()["assignee"].is_null(), "she is not at work");
        // Busy, so that nothing is offered to her meanwhile.
        rig.be(&anna, "busy").await.ok();
        rig.ask(&anna, "POST", &messages, say(2, "note")).await.ok();
        assert!(rig.get(&anna, &path).await.ok()["assignee"].is_null(), "a note is no answer");
        rig.ask(&anna, "POST", &messages, say(3, "reply")).await.ok();
        let row = rig.get(&anna, &path).await.ok();
        assert_eq!(row["assignee"]["id"], anna.id.as_str(), "on {engine:?}");
        assert!(row["queued_at"].is_null());
    }
}
