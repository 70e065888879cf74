//! Conversations that are merged, split and taken apart again, as the desk does it.

use crate::desk::{Desk, Person, text};
use serde_json::{Value, json};
use testkit::Engine;

/// A conversation over mail, held by whoever begins it, about something.
async fn about(d: &Desk, by: &Person, inbox: &str, contact: &str, subject: &str) -> String {
    let mail = json!({ "subject": subject, "to": [{ "address": "lilei@example.test" }] });
    let asked = json!({ "tenant": d.tenant, "inbox": inbox, "contact": contact, "mail": mail });
    text(&d.post(by, "/api/v1/conversations", asked).await.ok()["id"])
}

async fn mail_inbox(d: &Desk, line: &str) -> String {
    let asked = json!({"tenant": d.tenant, "line": line, "channel": "email", "name": "mail", "config": {}});
    d.made("/api/v1/inboxes", asked).await
}

async fn whole(d: &Desk, by: &Person, id: &str) -> Value {
    d.get(by, &format!("/api/v1/conversations/{id}")).await
}

fn merge(id: &str) -> String {
    format!("/api/v1/conversations/{id}/merge")
}

fn undo(join: &str) -> String {
    format!("/api/v1/joins/{join}/undo")
}

/// What happened, by the thin lines of a conversation.
async fn lines(d: &Desk, by: &Person, id: &str) -> Vec<String> {
    let page = d.get(by, &format!("/api/v1/conversations/{id}/messages")).await;
    let items = page["items"].as_array().expect("a list").iter().filter(|m| m["kind"] == "event");
    items.map(|m| text(&m["event"]["kind"])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_hangs_on_a_conversation_comes_along_and_goes_back() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (mia, tom) = (d.person("mia", "agent").await, d.person("tom", "agent").await);
        let inbox = mail_inbox(&d, &d.line).await;
        let a = about(&d, &mia, &inbox, &d.contact, "a").await;
        let b = about(&d, &tom, &inbox, &d.contact, "b").await;
        d.says(&a, "坏了").await;
        d.post(&mia, &format!("/api/v1/conversations/{a}/tags"), json!({"add": ["加急"]})).await.ok();
        d.post(&tom, &format!("/api/v1/conversations/{b}/tags"), json!({"add": ["退款"]})).await.ok();
        d.post(&tom, &format!("/api/v1/conversations/{a}/follow"), Value::Null).await.ok();
        let note =
            json!({"client_id": "n", "mode": "note", "body": "看一下", "mentions": [tom.id], "seen_seq": 9});
        d.post(&mia, &format!("/api/v1/conversations/{a}/messages"), note).await.ok();
        let due = d.program.app.now() + 3_600_000;
        let later = json!({"body": "明天再联系", "due_at": due, "zone": "Asia/Shanghai", "seen_seq": 99});
        d.post(&mia, &format!("/api/v1/conversations/{a}/scheduled"), later).await.ok();
        let draft = json!({"mode": "reply", "body": "写到一半", "base_seq": 1});
        d.ask(&mia, "PUT", &format!("/api/v1/conversations/{a}/draft"), draft).await.ok();
        let mut screen = d.screen(&tom, &b);

        let merged = d.post(&mia, &merge(&a), json!({"into": b})).await.ok();
        assert_eq!((text(&merged["id"]), merged["waiting"].as_str()), (b.clone(), Some("agent")));
        assert_eq!(merged["tags"], json!(["退款", "加急"]));
        assert_eq!(merged["followers"][0]["id"].as_str(), Some(tom.id.as_str()));
        // He follows the one and looks at the other: both are told.
        for kind in ["merged", "merged_here"] {
            assert_eq!(screen.hears("message.created").await["data"]["message"]["event"]["kind"], kind);
        }
        let join = text(&merged["joins"][0]["id"]);
        assert_eq!(merged["joins"][0]["by"]["alias"], "mia");
        let old = whole(&d, &mia, &a).await;
        assert_eq!((old["status"].as_str(), text(&old["merged_into"]["id"])), (Some("resolved"), b.clone()));
        let draft = d.get(&mia, &format!("/api/v1/conversations/{b}/draft")).await;
        assert_eq!(draft["reply"]["body"], "写到一半");
        let waiting = d.get(&mia, &format!("/api/v1/conversations/{b}/scheduled")).await;
        assert_eq!(waiting["items"][0]["body"], "明天再联系");
        let blocks = d.get(&tom, &format!("/api/v1/conversations/{b}/joins")).await;
        let shown = blocks["items"][0]["items"].as_array().expect("a list");
        assert_eq!(shown.iter().map(|m| text(&m["body"])).collect::<Vec<_>>(), ["坏了", "看一下"]);
        assert_eq!(text(&shown[0]["conversation"]), a);
        let list = d.get(&tom, "/api/v1/conversations?view=mentions").await;
        assert_eq!(text(&list["items"][0]["id"]), b, "{list}");
        // What was merged is found, opened and read like anything that ended, and is no longer written into.
        for path in ["messages", "scheduled"] {
            let asked = match path {
                "messages" => json!({"client_id": "x", "mode": "note", "body": "x", "seen_seq": 99}),
                _ => json!({"body": "x", "due_at": due, "zone": "Asia/Shanghai", "seen_seq": 99}),
            };
            let r = d.post(&mia, &format!("/api/v1/conversations/{a}/{path}"), asked).await;
            assert_eq!(r.refused(409, "conversation.merged")["detail"].as_str(), Some(b.as_str()));
        }
        let r = d.post(&mia, &format!("/api/v1/conversations/{a}/reopen"), Value::Null).await;
        r.refused(409, "conversation.merged");

        let back = d.post(&tom, &undo(&join), Value::Null).await.ok();
        assert_eq!((text(&back["id"]), back["status"].as_str()), (a.clone(), Some("open")));
        assert_eq!(
            (back["assignee"]["alias"].as_str(), back["waiting"].as_str()),
            (Some("mia"), Some("agent"))
        );
        let now = whole(&d, &tom, &b).await;
        assert_eq!((now["tags"].clone(), now["waiting"].as_str()), (json!(["退款"]), Some("none")));
        assert_eq!((now["followers"].clone(), now["joins"].clone()), (json!([]), json!([])));
        let waiting = d.get(&mia, &format!("/api/v1/conversations/{a}/scheduled")).await;
        assert_eq!(waiting["items"][0]["body"], "明天再联系");
        let list = d.get(&tom, "/api/v1/conversations?view=mentions").await;
        assert_eq!(text(&list["items"][0]["id"]), a);
        assert_eq!(lines(&d, &mia, &a).await[1..], ["tags", "merged", "merge_undone"]);
        assert_eq!(lines(&d, &mia, &b).await[1..], ["tags", "merged_here", "merge_undone_here"]);
        d.program.clock.advance(3_700_000);
        d.until("the reply", async || {
            d.texts(&mia, &a).await.contains(&"明天再联系".to_owned()).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_merge_them_into_each_other_one_wins() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let mia = d.person("mia", "agent").await;
        let inbox = mail_inbox(&d, &d.line).await;
        for round in 0..4 {
            let a = about(&d, &mia, &inbox, &d.contact, &format!("a{round}")).await;
            let b = about(&d, &mia, &inbox, &d.contact, &format!("b{round}")).await;
            let (one, two) = (d.hands(), d.hands());
            let (path_a, path_b) = (merge(&a), merge(&b));
            let (x, y) = tokio::join!(
                one.ask(&mia, "POST", &path_a, json!({"into": b})),
                two.ask(&mia, "POST", &path_b, json!({"into": a})),
            );
            let (won, lost) = if x.status.is_success() { (x, y) } else { (y, x) };
            let stands = text(&won.ok()["id"]);
            let detail = lost.refused(409, "conversation.merged");
            assert_eq!(detail["detail"].as_str(), Some(stands.as_str()), "{detail}");
            let (a, b) = (whole(&d, &mia, &a).await, whole(&d, &mia, &b).await);
            assert_ne!(a["merged_into"].is_null(), b["merged_into"].is_null());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merging_points_earlier_ones_on_and_is_taken_back_last_first() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let mia = d.person("mia", "agent").await;
        let inbox = mail_inbox(&d, &d.line).await;
        let mut ids = vec![];
        for name in ["a", "b", "c"] {
            let id = about(&d, &mia, &inbox, &d.contact, name).await;
            d.says(&id, name).await;
            ids.push(id);
        }
        let [a, b, c] = [&ids[0], &ids[1], &ids[2]];
        let first = text(&d.post(&mia, &merge(a), json!({"into": b})).await.ok()["joins"][0]["id"]);
        let r = d.post(&mia, &merge(c), json!({"into": a})).await;
        assert_eq!(r.refused(409, "conversation.merged")["detail"].as_str(), Some(b.as_str()));
        let all = d.post(&mia, &merge(b), json!({"into": c})).await.ok();
        let second =
            all["joins"].as_array().expect("a list").iter().find(|j| text(&j["origin"]["id"]) == **b);
        let second = text(&second.expect("the second merge")["id"]);
        assert_eq!(text(&whole(&d, &mia, a).await["merged_into"]["id"]), **c);
        // Both are shown, the earlier one too.
        let blocks = d.get(&mia, &format!("/api/v1/conversations/{c}/joins")).await;
        let said: Vec<String> = blocks["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|b| text(&b["items"][0]["body"]))
            .collect();
        assert_eq!(said, ["a", "b"]);
        d.post(&mia, &undo(&first), Value::Null).await.refused(409, "join.later");
        d.post(&mia, &undo(&second), Value::Null).await.ok();
        assert_eq!(text(&whole(&d, &mia, a).await["merged_into"]["id"]), **b);
        d.post(&mia, &undo(&first), Value::Null).await.ok();
        assert_eq!(whole(&d, &mia, a).await["status"], "open");
        // After a month it stays as it is.
        let late = text(&d.post(&mia, &merge(a), json!({"into": b})).await.ok()["joins"][0]["id"]);
        d.program.clock.advance(31 * 24 * 3_600_000);
        let cookie = d
            .post(
                &Person::default(),
                "/api/v1/session",
                json!({"login": "mia", "password": "correct horse battery"}),
            )
            .await;
        let mia = Person { cookie: cookie.cookie.clone(), id: mia.id };
        cookie.ok();
        d.post(&mia, &undo(&late), Value::Null).await.refused(409, "join.over");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_can_be_one_is_merged_and_only_messages_are_split_off() {
    let d = Desk::new(Engine::of_run()).await;
    let mia = d.person("mia", "agent").await;
    let inbox = mail_inbox(&d, &d.line).await;
    let a = about(&d, &mia, &inbox, &d.contact, "a").await;
    let b = about(&d, &mia, &inbox, &d.contact, "b").await;
    d.post(&mia, &merge(&a), json!({"into": a})).await.refused(422, "invalid");
    d.post(&mia, &merge(&a), json!({"into": "4000000000000000001"})).await.refused(404, "not_found");
    let chat = d.conversation(&mia, 0).await;
    d.post(&mia, &merge(&chat), json!({"into": a})).await.refused(422, "conversation.other_channel");
    let other = d.made("/api/v1/contacts", json!({"tenant": d.tenant, "name": "韩梅梅"})).await;
    let hers = about(&d, &mia, &inbox, &other, "hers").await;
    d.post(&mia, &merge(&hers), json!({"into": a})).await.refused(422, "conversation.other_contact");
    // Another line of the same client is as if it were not there, also to who serves both.
    let line = d.made("/api/v1/lines", json!({"tenant": d.tenant, "name": "售前"})).await;
    let elsewhere = mail_inbox(&d, &line).await;
    let far = about(&d, &mia, &elsewhere, &d.contact, "far").await;
    d.post(&mia, &merge(&far), json!({"into": a})).await.refused(404, "not_found");
    d.post(&mia, &format!("/api/v1/conversations/{b}/resolve"), json!({})).await.ok();
    d.post(&mia, &merge(&a), json!({"into": b})).await.refused(409, "conversation.merge_ended");
    // What has ended goes into what lives, and stays ended when that is taken back.
    let join = text(&d.post(&mia, &merge(&b), json!({"into": a})).await.ok()["joins"][0]["id"]);
    assert_eq!(d.post(&mia, &undo(&join), Value::Null).await.ok()["status"], "resolved");

    let said = d.says(&a, "两件事").await.message.seq;
    let split = format!("/api/v1/conversations/{a}/split");
    d.post(&mia, &split, json!({"seqs": []})).await.refused(422, "invalid");
    for seqs in [json!([1]), json!([said, 9_999])] {
        d.post(&mia, &split, json!({"seqs": seqs})).await.refused(422, "conversation.split_unfit");
    }
    // A chat has one thread with its customer, so it is split once it has ended.
    let said = d.says(&chat, "聊天").await.message.seq;
    let path = format!("/api/v1/conversations/{chat}/split");
    d.post(&mia, &path, json!({"seqs": [said]})).await.refused(409, "conversation.split_live");
    d.post(&mia, &format!("/api/v1/conversations/{chat}/resolve"), json!({})).await.ok();
    let part = d.post(&mia, &path, json!({"seqs": [said]})).await.ok();
    assert_eq!((part["waiting"].as_str(), part["last"]["text"].as_str()), (Some("agent"), Some("聊天")));
    let origin = whole(&d, &mia, &chat).await;
    assert_eq!(
        (origin["joins"][0]["kind"].as_str(), origin["joins"][0]["seqs"].clone()),
        (Some("split"), json!([said]))
    );
    let foreign = d.post(&mia, "/api/v1/joins/4000000000000000001/undo", Value::Null).await;
    foreign.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_is_forwarded_only_ones_own_words_are_watched() {
    let d = Desk::new(Engine::of_run()).await;
    let mia = d.person("mia", "agent").await;
    let inbox = mail_inbox(&d, &d.line).await;
    let list = json!({"tenant": d.tenant, "name": "禁用", "category": "违禁词", "direction": "out",
        "action": "block", "words": ["混蛋"]});
    d.post(&d.admin, "/api/v1/word-lists", list).await.ok();
    let a = about(&d, &mia, &inbox, &d.contact, "a").await;
    d.says(&a, "你们这群混蛋").await;
    let path = format!("/api/v1/conversations/{a}/forward");
    let to = json!({"to": [{"address": "boss@example.test"}]});
    let rude = json!({"inbox": inbox, "mail": to, "body": "这个混蛋请处理"});
    d.post(&mia, &path, rude).await.refused(422, "message.words_blocked");
    let made = d.post(&mia, &path, json!({"inbox": inbox, "mail": to, "body": "请处理"})).await.ok();
    let id = text(&made["id"]);
    d.program.clock.advance(60_000);
    d.until("the mail", async || d.texts(&mia, &id).await.iter().any(|t| t.contains("混蛋")).then_some(()))
        .await;
}
