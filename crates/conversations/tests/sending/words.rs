//! Listed words and other clients' names.

use crate::desk::{Desk, text};
use serde_json::{Value, json};
use testkit::Engine;

async fn list(d: &Desk, action: &str, direction: &str, words: &[&str]) -> Value {
    let asked = json!({"tenant": d.tenant, "name": action, "category": "违禁词", "direction": direction,
        "action": action, "words": words});
    d.post(&d.admin, "/api/v1/word-lists", asked).await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocked_warned_and_counted() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let agent = d.person("mia", "agent").await;
        let c = d.conversation(&agent, 0).await;
        let block = list(&d, "block", "out", &["加微信"]).await;
        list(&d, "warn", "out", &["保證退款"]).await;
        let refused =
            d.reply(&agent, &c, "请加 微-信 联系", json!({})).await.refused(422, "message.words_blocked");
        assert_eq!(refused["detail"], "1-6", "places, never words: {refused}");
        d.reply(&agent, &c, "请加微信", json!({"confirmed": true}))
            .await
            .refused(422, "message.words_blocked");
        d.reply(&agent, &c, "我们保证退款", json!({})).await.refused(409, "message.words_warned");
        d.reply(&agent, &c, "我们保证退款", json!({"confirmed": true})).await.ok();
        // A note is nobody's business but colleagues'.
        d.reply(&agent, &c, "客户要加微信", json!({"mode": "note"})).await.ok();
        let check = d
            .post(&agent, &format!("/api/v1/conversations/{c}/wording"), json!({"body": "加微信"}))
            .await
            .ok();
        assert_eq!(
            (check["hits"][0]["action"].as_str(), check["hits"][0]["end"].as_i64()),
            (Some("block"), Some(3))
        );
        d.until("the figures", async || {
            let all = d.get(&d.admin, &format!("/api/v1/word-lists?tenant={}", d.tenant)).await;
            let of = |n: usize| {
                (all["items"][n]["sent_30_days"].as_i64(), all["items"][n]["refused_30_days"].as_i64())
            };
            (of(0) == (Some(0), Some(2)) && of(1) == (Some(1), Some(1))).then_some(())
        })
        .await;
        // Later ones are judged as well.
        let due = d.program.app.now() + 3_600_000;
        let later = json!({"body": "加微信", "due_at": due, "zone": "Asia/Shanghai", "seen_seq": 9});
        d.post(&agent, &format!("/api/v1/conversations/{c}/scheduled"), later)
            .await
            .refused(422, "message.words_blocked");
        // Removed, it is looked for no more.
        let path = format!("/api/v1/word-lists/{}", text(&block["id"]));
        d.ask(&agent, "DELETE", &path, Value::Null).await.refused(404, "not_found");
        d.ask(&d.admin, "DELETE", &path, Value::Null).await.ok();
        d.reply(&agent, &c, "请加微信", json!({})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_contacts_write_is_never_held_back_but_told_to_leads() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (agent, lead) = (d.person("mia", "agent").await, d.person("lead", "supervisor").await);
        let c = d.conversation(&agent, 0).await;
        list(&d, "alert", "in", &["投诉"]).await;
        let said = d.says(&c, "我要投 诉你们").await;
        assert_eq!(said.message.body, "我要投 诉你们");
        let notice = d
            .until("the notice", async || {
                let all = d.get(&lead, "/api/v1/me/notices").await;
                (all["items"][0]["kind"] == "words").then(|| all["items"][0].clone())
            })
            .await;
        assert_eq!(notice["conversation"].as_str(), Some(c.as_str()));
        assert!(!notice.to_string().contains("投诉"));
        assert_eq!(d.get(&agent, "/api/v1/me/notices").await["items"], json!([]), "only leads are told");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_clients_name_is_questioned_never_ones_own() {
    let d = Desk::new(Engine::Sqlite).await;
    let agent = d.person("mia", "agent").await;
    let c = d.conversation(&agent, 0).await;
    d.reply(&agent, &c, "这里是云付科技", json!({})).await.ok();
    d.reply(&agent, &c, "感谢联系蓝鲸旅行", json!({})).await.refused(409, "message.other_client");
    d.reply(&agent, &c, "感谢联系蓝鲸旅行", json!({"confirmed": true})).await.ok();
    d.reply(&agent, &c, "小蓝卡可用", json!({})).await.ok();
    let aliases = json!({"aliases": ["小蓝卡"], "watermark": true, "copy_control": true});
    d.ask(&d.admin, "PUT", &format!("/api/v1/tenants/{}/protection", d.other), aliases).await.ok();
    d.reply(&agent, &c, "小蓝卡可用", json!({})).await.refused(409, "message.other_client");
    // The client's own names may hold another's.
    let own = json!({"aliases": ["蓝鲸旅行联名卡"], "watermark": false, "copy_control": false});
    d.ask(&d.admin, "PUT", &format!("/api/v1/tenants/{}/protection", d.tenant), own).await.ok();
    d.reply(&agent, &c, "您的蓝鲸旅行联名卡已寄出", json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_lists_are_bounded_and_a_text_can_be_tried() {
    let d = Desk::new(Engine::Sqlite).await;
    let many: Vec<String> = (0..5_001).map(|n| format!("词语{n}")).collect();
    for words in [json!(many), json!(["!"]), json!([]), json!(["长".repeat(61)])] {
        let asked = json!({"tenant": d.tenant, "name": "x", "category": "x", "direction": "out", "action": "block", "words": words});
        d.post(&d.admin, "/api/v1/word-lists", asked).await.refused(422, "invalid");
    }
    list(&d, "block", "both", &["退一赔三"]).await;
    let asked = json!({"tenant": d.tenant, "direction": "out", "text": "承诺：退 一 賠 三"});
    let hits = d.post(&d.admin, "/api/v1/word-lists/test", asked).await.ok();
    assert_eq!(
        (hits["hits"][0]["start"].as_i64(), hits["hits"][0]["end"].as_i64()),
        (Some(3), Some(10)),
        "{hits}"
    );
    let long = json!({"tenant": d.tenant, "direction": "out", "text": "字".repeat(16_001)});
    d.post(&d.admin, "/api/v1/word-lists/test", long).await.refused(422, "message.too_long");
}
