//! The life of a raised hand, whispers, and reading along.

use super::rig::{Rig, text, until};
use futures_util::future::join_all;
use kernel::sql;
use platform::live::{Outgoing, Topic};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Engine;

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_is_raised_taken_by_one_and_lowered() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let (anna, ben) = (rig.agent("anna").await, rig.agent("ben").await);
        let work = rig.served_by(&anna).await;
        let path = format!("/api/v1/conversations/{work}/hand");
        rig.ask(&anna, "POST", &path, json!({"reason": " "})).await.refused(422, "invalid");
        let hand = rig.ask(&anna, "POST", &path, json!({"reason": "wants a manager"})).await.ok();
        rig.ask(&anna, "POST", &path, json!({"reason": "again"})).await.refused(409, "hand.already_raised");
        rig.get(&ben, "/api/v1/hands").await.refused(403, "access.missing_permission");
        let heard = rig.get(rig.lead(), &format!("/api/v1/hands?line={}", rig.line)).await.ok();
        assert_eq!(
            (&heard["items"][0]["id"], &heard["items"][0]["reason"]),
            (&hand["id"], &json!("wants a manager"))
        );
        rig.pass(45_000);
        let take = format!("/api/v1/hands/{}/take", text(&hand["id"]));
        rig.ask(&ben, "POST", &take, json!({})).await.refused(403, "access.missing_permission");
        let other = rig.person("other", "supervisor").await;
        let taken = join_all([
            rig.ask(rig.lead(), "POST", &take, json!({})),
            rig.ask(&other, "POST", &take, json!({})),
        ])
        .await;
        assert_eq!(taken.iter().filter(|a| a.status == 200).count(), 1, "one helps, on {engine:?}");
        let own = rig.get(&anna, "/api/v1/me/floor").await.ok();
        assert_eq!(
            (&own["hands"][0]["state"], &own["hands"][0]["help_ms"]),
            (&json!("taken"), &json!(45_000))
        );
        let lower = format!("/api/v1/hands/{}/lower", text(&hand["id"]));
        rig.ask(&ben, "POST", &lower, json!({})).await.refused(403, "access.missing_permission");
        rig.ask(&anna, "POST", &lower, json!({})).await.ok();
        rig.ask(&anna, "POST", &lower, json!({})).await.refused(409, "hand.taken");
        let kept = sql!("SELECT taken_at - raised_at FROM hand WHERE tenant_id > 0");
        assert_eq!(rig.count(kept).await, 45_000, "the time to help is a fact");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_ends_lowers_its_hand() {
    let mut rig = Rig::on(Engine::Sqlite).await;
    let anna = rig.agent("anna").await;
    let work = rig.served_by(&anna).await;
    rig.ask(&anna, "POST", &format!("/api/v1/conversations/{work}/hand"), json!({"reason": "help"}))
        .await
        .ok();
    rig.ask(rig.lead(), "POST", &format!("/api/v1/conversations/{work}/watch"), json!({})).await.ok();
    rig.ask(&anna, "POST", &format!("/api/v1/conversations/{work}/resolve"), json!({})).await.ok();
    until("the hand goes down", async || {
        rig.get(rig.lead(), "/api/v1/hands").await.ok()["items"] == json!([])
    })
    .await;
    let help = rig.get(rig.lead(), &format!("/api/v1/conversations/{work}/help")).await.ok();
    assert_eq!(help["watchers"], json!([]));
    rig.ask(&anna, "POST", &format!("/api/v1/conversations/{work}/hand"), json!({"reason": "late"}))
        .await
        .refused(409, "conversation.state");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_no_longer_has_the_conversation_needs_no_help_with_it() {
    let mut rig = Rig::on(Engine::Sqlite).await;
    let anna = rig.agent("anna").await;
    let work = rig.served_by(&anna).await;
    let base = format!("/api/v1/conversations/{work}");
    rig.ask(&anna, "POST", &format!("{base}/hand"), json!({"reason": "help"})).await.ok();
    rig.ask(rig.lead(), "POST", &format!("{base}/take-over"), json!({"reason": "angry"})).await.ok();
    until("the hand goes down", async || {
        rig.get(rig.lead(), "/api/v1/hands").await.ok()["items"] == json!([])
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whisper_is_a_note_for_the_agent_and_watching_is_a_look() {
    for engine in Engine::ALL {
        let mut rig = Rig::on(engine).await;
        let (anna, mut ben) = (rig.agent("anna").await, rig.agent("ben").await);
        let work = rig.served_by(&anna).await;
        let room = Topic::Conversation(work.parse().expect("an id"));
        rig.program.app.live().join(ben.socket.0, room);
        let base = format!("/api/v1/conversations/{work}");
        rig.ask(&ben, "POST", &format!("{base}/watch"), json!({}))
            .await
            .refused(403, "access.missing_permission");
        rig.ask(rig.lead(), "POST", &format!("{base}/watch"), json!({})).await.ok();
        let seen = rig.get(rig.lead(), &format!("{base}/help")).await.ok();
        assert_eq!(seen["watchers"][0]["alias"], "lead");
        assert_eq!(
            rig.get(&anna, &format!("{base}/help")).await.ok()["watchers"],
            json!([]),
            "not for everybody"
        );
        let said = json!({"client_id": "w1", "body": "offer a refund"});
        let one = rig.ask(rig.lead(), "POST", &format!("{base}/whispers"), said.clone()).await.ok();
        let same = rig.ask(rig.lead(), "POST", &format!("{base}/whispers"), said).await.ok();
        assert_eq!(one["id"], same["id"], "sent again it is the same one");
        let help = rig.get(&anna, &format!("{base}/help")).await.ok();
        assert_eq!(help["whispers"], json!([one["id"]]), "on {engine:?}");
        let thread = rig.get(&anna, &format!("{base}/messages")).await.ok();
        let note = thread["items"].as_array().expect("a thread").iter().find(|m| m["id"] == one["id"]);
        let note: &Value = note.expect("the note");
        assert_eq!(note["body"], "offer a refund");
        assert_eq!(note["whisper"], json!({"to": {"id": anna.id, "alias": "anna"}, "hidden": false}));
        let by_lead = rig.get(rig.lead(), &format!("{base}/messages")).await.ok();
        assert!(by_lead.to_string().contains("offer a refund"), "leads hear it");
        // A colleague sees that there was one, on no path what it said.
        let of_ben = rig.get(&ben, &format!("{base}/messages")).await.ok();
        let note = of_ben["items"].as_array().expect("a thread").iter().find(|m| m["id"] == one["id"]);
        assert_eq!(note.expect("the note")["whisper"]["hidden"], true);
        let row = rig.get(&ben, &base).await.ok();
        let mut heard = String::new();
        while !heard.contains("whisper.sent") {
            let what = tokio::time::timeout(Duration::from_secs(10), ben.socket.1.recv()).await;
            if let Some(Outgoing::Event(_, frame)) = what.expect("in time") {
                heard.push_str(&frame);
            }
        }
        assert!(heard.contains("message.created"), "{heard}");
        for said in [of_ben.to_string(), row.to_string(), heard] {
            assert!(!said.contains("offer a refund"), "{said}");
        }
        until("the record", async || {
            let all = rig.record("").await;
            ["watch.begun", "conversation.opened", "whisper.sent"]
                .iter()
                .all(|a| all.contains(&(*a).to_owned()))
        })
        .await;
        rig.ask(rig.lead(), "DELETE", &format!("{base}/watch"), json!({})).await.ok();
        let seen = rig.get(rig.lead(), &format!("{base}/help")).await.ok();
        assert_eq!(seen["watchers"], json!([]));
    }
}
