//! Replies that go later.

use crate::desk::{Desk, Person, text};
use serde_json::{Value, json};
use testkit::Engine;

const HOUR: i64 = 3_600_000;

async fn schedule(d: &Desk, by: &Person, c: &str, body: &str) -> Value {
    let due = d.program.app.now() + HOUR;
    let asked = json!({"body": body, "due_at": due, "zone": "Asia/Shanghai", "seen_seq": 1_000});
    d.post(by, &format!("/api/v1/conversations/{c}/scheduled"), asked).await.ok()
}

async fn waiting(d: &Desk, by: &Person, c: &str) -> Vec<Value> {
    let list = d.get(by, &format!("/api/v1/conversations/{c}/scheduled")).await;
    list["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_goes_at_its_time_once_also_over_a_restart() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let agent = d.person("mia", "agent").await;
        let c = d.conversation(&agent, 0).await;
        let made = schedule(&d, &agent, &c, "明天再联系您").await;
        assert_eq!((made["state"].as_str(), made["zone"].as_str()), (Some("pending"), Some("Asia/Shanghai")));
        assert_eq!(waiting(&d, &agent, &c).await.len(), 1);
        assert!(d.texts(&agent, &c).await.is_empty());
        let to_dos = d.get(&agent, "/api/v1/me/to-dos").await;
        assert_eq!(to_dos["scheduled"][0]["scheduled"]["id"], made["id"], "{to_dos}");

        let d = d.restarted().await;
        d.program.clock.advance(HOUR + 1_000);
        d.until("the reply", async || (d.texts(&agent, &c).await == ["明天再联系您"]).then_some(())).await;
        assert!(waiting(&d, &agent, &c).await.is_empty());
        d.program.clock.advance(HOUR);
        let path = format!("/api/v1/conversations/{c}/scheduled/{}", text(&made["id"]));
        d.ask(&agent, "DELETE", &path, Value::Null).await.refused(409, "scheduled.over");
        assert_eq!(d.texts(&agent, &c).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_held_when_somebody_wrote_and_its_author_is_told() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let agent = d.person("mia", "agent").await;
        let c = d.conversation(&agent, 0).await;
        let asked = d.says(&c, "在吗").await;
        let due = d.program.app.now() + HOUR;
        let later =
            json!({"body": "跟进", "due_at": due, "zone": "Asia/Shanghai", "seen_seq": asked.message.seq});
        let path = format!("/api/v1/conversations/{c}/scheduled");
        let made = d.post(&agent, &path, later).await.ok();
        d.says(&c, "已经解决了").await;
        let mut screen = d.screen(&agent, &c);
        d.program.clock.advance(HOUR + 1_000);
        let told = screen.hears("personal_notice.created").await;
        assert_eq!(told["data"]["notice"]["kind"], "scheduled_held", "{told}");
        assert_eq!(told["data"]["notice"]["data"]["reason"], "conversation.newer_message");
        let held = waiting(&d, &agent, &c).await;
        assert_eq!((held.len(), held[0]["state"].as_str()), (1, Some("held")));
        assert_eq!(d.texts(&agent, &c).await.len(), 2, "nothing went");
        // Having read it, the author sends it all the same.
        let path = format!("{path}/{}", text(&made["id"]));
        d.ask(&agent, "PATCH", &path, json!({"seen_seq": 100})).await.ok();
        d.until("the reply", async || (d.texts(&agent, &c).await.len() == 3).then_some(())).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_author_changes_it_and_whoever_answers_takes_it_back() {
    let d = Desk::new(Engine::Sqlite).await;
    let (agent, colleague) = (d.person("mia", "agent").await, d.person("tom", "agent").await);
    let c = d.conversation(&agent, 0).await;
    let made = schedule(&d, &agent, &c, "初稿").await;
    let path = format!("/api/v1/conversations/{c}/scheduled/{}", text(&made["id"]));
    let change = json!({"body": "定稿", "seen_seq": 9});
    d.ask(&colleague, "PATCH", &path, change.clone()).await.refused(403, "scheduled.others");
    assert_eq!(d.ask(&agent, "PATCH", &path, change).await.ok()["body"], "定稿");
    let back = d.ask(&colleague, "DELETE", &path, Value::Null).await.ok();
    assert_eq!((back["state"].as_str(), back["body"].as_str()), (Some("cancelled"), Some("定稿")));
    d.until("the notice", async || {
        let notices = d.get(&agent, "/api/v1/me/notices?unread=true").await;
        (notices["items"][0]["kind"] == "scheduled_cancelled").then_some(())
    })
    .await;
    for (field, bad) in [("due_at", json!(1)), ("zone", json!("no zone")), ("body", json!("  "))] {
        let mut asked = json!({"body": "x", "due_at": d.program.app.now() + HOUR, "zone": "Asia/Shanghai", "seen_seq": 0});
        asked[field] = bad;
        let answer = d.post(&agent, &format!("/api/v1/conversations/{c}/scheduled"), asked).await;
        assert_eq!(answer.status.as_u16(), 422, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_called_back_waits_its_undo_time() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let agent = d.person("mia", "agent").await;
        let c = d.conversation(&agent, 1).await;
        let whole = d.get(&agent, &format!("/api/v1/conversations/{c}")).await;
        assert_eq!(whole["undo"], "hold");
        d.ask(&agent, "PATCH", "/api/v1/me", json!({"undo_s": 20})).await.ok();
        d.ask(&agent, "PATCH", "/api/v1/me", json!({"undo_s": 600})).await.refused(422, "invalid");
        let path = format!("/api/v1/conversations/{c}/scheduled");
        let hold = json!({"body": "您好", "zone": "Asia/Shanghai", "seen_seq": 9});
        let first = d.post(&agent, &path, hold.clone()).await.ok();
        assert_eq!(first["hold"], true);
        let back = d.ask(&agent, "DELETE", &format!("{path}/{}", text(&first["id"])), Value::Null).await.ok();
        assert_eq!(back["body"], "您好");
        d.post(&agent, &path, hold).await.ok();
        // A contact's message does not stop what was only waiting to be called back.
        d.says(&c, "还在吗").await;
        d.program.clock.advance(21_000);
        d.until("the reply", async || (d.texts(&agent, &c).await == ["还在吗", "您好"]).then_some(())).await;
    }
}
