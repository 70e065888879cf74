//! Taking a reply back.

use crate::desk::{Desk, text};
use serde_json::json;
use testkit::Engine;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_five_seconds_and_only_by_its_author() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (agent, colleague) = (d.person("mia", "agent").await, d.person("tom", "agent").await);
        let c = d.conversation(&agent, 0).await;
        d.says(&c, "多少钱").await;
        let sent = d.reply(&agent, &c, "一百元", json!({})).await.ok();
        let path = format!("/api/v1/conversations/{c}/messages/{}/withdraw", text(&sent["id"]));
        d.post(&colleague, &path, json!({})).await.refused(409, "message.not_withdrawable");
        let mut screen = d.screen(&colleague, &c);
        let gone = d.post(&agent, &path, json!({})).await.ok();
        assert!(gone["withdrawn_at"].is_number() && gone["body"] == "", "{gone}");
        let frame = screen.hears("message.withdrawn").await;
        assert_eq!(frame["data"]["message"]["id"], sent["id"]);
        assert!(!frame.to_string().contains("一百元"));
        // The customer waits as before, and the list shows their words.
        let whole = d.get(&agent, &format!("/api/v1/conversations/{c}")).await;
        assert_eq!(
            (whole["waiting"].as_str(), whole["last"]["text"].as_str()),
            (Some("agent"), Some("多少钱"))
        );
        d.post(&agent, &path, json!({})).await.ok();
        d.program.settle().await;
        let found = d.get(&agent, "/api/v1/search?q=%E4%B8%80%E7%99%BE%E5%85%83").await;
        assert_eq!(found["messages"], json!([]), "its text is nowhere");

        let late = d.reply(&agent, &c, "两百元", json!({})).await.ok();
        d.program.clock.advance(6_500);
        let path = format!("/api/v1/conversations/{c}/messages/{}/withdraw", text(&late["id"]));
        d.post(&agent, &path, json!({})).await.refused(409, "message.not_withdrawable");
        // Another source keeps what it got.
        let other = d.conversation(&agent, 1).await;
        let sent = d.reply(&agent, &other, "已发", json!({})).await.ok();
        let path = format!("/api/v1/conversations/{other}/messages/{}/withdraw", text(&sent["id"]));
        d.post(&agent, &path, json!({})).await.refused(409, "message.not_withdrawable");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn read_or_withdrawn_never_both_however_they_race() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let agent = d.person("mia", "agent").await;
        let c = d.conversation(&agent, 0).await;
        let mut withdrawn = 0;
        for _ in 0..4 {
            let sent = d.reply(&agent, &c, "请稍等", json!({})).await.ok();
            let seq = sent["seq"].as_i64().expect("a number");
            let path = format!("/api/v1/conversations/{c}/messages/{}/withdraw", text(&sent["id"]));
            let mut all = tokio::task::JoinSet::new();
            for n in 0..32 {
                let (d, agent, c, path) = (d.hands(), agent.clone(), c.clone(), path.clone());
                all.spawn(async move {
                    if n % 2 == 0 {
                        d.reads(&c, seq).await;
                        return None;
                    }
                    let answer = d.ask(&agent, "POST", &path, json!({})).await;
                    Some((answer.status.as_u16(), answer.body["code"].as_str().map(str::to_owned)))
                });
            }
            let answers: Vec<_> = all.join_all().await.into_iter().flatten().collect();
            let went = answers.iter().filter(|(s, _)| *s == 200).count();
            assert!(
                answers.iter().all(|(s, code)| *s == 200 || code.as_deref() == Some("message.read")),
                "{answers:?}"
            );
            assert!(went == 0 || went == answers.len(), "one outcome for all: {answers:?}");
            let page = d.get(&agent, &format!("/api/v1/conversations/{c}/messages?limit=1")).await;
            assert_eq!(page["items"][0]["withdrawn_at"].is_number(), went > 0);
            assert_eq!(page["items"][0]["body"], if went > 0 { "" } else { "请稍等" });
            withdrawn += usize::from(went > 0);
        }
        println!("{withdrawn} of 4 withdrawn on {engine:?}");
    }
}
