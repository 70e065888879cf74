//! The widget over HTTP: sessions, what visitors see, files, frames, limits.

use crate::stage::{CLIENTS, ORIGIN, Stage, key_of};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use conversations::messages::Mark;
use kernel::{Actor, AggregateKey, TenantScope, UserId};
use platform::store::Tx;
use serde_json::{Value, json};
use tower::ServiceExt;

const A: kernel::TenantId = CLIENTS[0];

#[tokio::test]
async fn a_session_writes_nothing_and_says_what_is_needed() {
    let stage = Stage::new().await;
    let body = json!({ "inbox": key_of(A, "webchat"), "language": "en" }).to_string();
    let (status, s) = stage.call(Method::POST, "/w/v1/session", &[("origin", ORIGIN)], body).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (s["config"]["greeting"].as_str(), s["config"]["open"].as_bool()),
        (Some("Hello"), Some(true))
    );
    assert_eq!(
        (s["config"]["brand"]["initial"].as_str(), s["limits"]["body"].as_i64()),
        (Some("云"), Some(16_384))
    );
    assert!(s["conversation"].is_null());
    assert!(stage.conversations(A).await.is_empty());
}

#[tokio::test]
async fn a_token_opens_its_own_inbox_only() {
    let stage = Stage::new().await;
    let token = stage.visitor(A).await;
    let bare = token.strip_prefix("Visitor ").expect("a token");
    let body = json!({ "inbox": key_of(CLIENTS[1], "webchat"), "token": bare }).to_string();
    let (status, answer) = stage.call(Method::POST, "/w/v1/session", &[], body).await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (401, Some("visitor.unknown")));
    stage.say(&token, "k1", "mine").await;
    assert!(stage.texts(CLIENTS[1]).await.is_empty());
    // Renewed, the same visitor finds their conversation again.
    let body = json!({ "inbox": key_of(A, "webchat"), "token": bare }).to_string();
    let (_, renewed) = stage.call(Method::POST, "/w/v1/session", &[], body).await;
    assert_eq!(renewed["conversation"]["status"], "open");
    let again = format!("Visitor {}", renewed["token"].as_str().expect("a token"));
    assert_eq!(stage.seen(&again, 0).await["items"].as_array().map(Vec::len), Some(2));
    for bad in ["Visitor x.y", "Bearer x", "Visitor "] {
        let (status, _) = stage.call(Method::GET, "/w/v1/messages", &[("authorization", bad)], "").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_visitor_sees_names_and_numbers_of_their_own_and_nothing_else() {
    let stage = Stage::new().await;
    let token = stage.visitor(A).await;
    let (status, mine) = stage.say(&token, "k1", "question").await;
    assert_eq!(
        (status, mine["from"].as_str(), mine["state"].as_str()),
        (StatusCode::CREATED, Some("me"), Some("sent"))
    );
    let row = stage.conversations(A).await.remove(0);
    assert_eq!(row.page_url.as_deref(), Some("https://shop.example/a"), "without its query");
    stage.answer(A, row.id, "internal", true).await;
    stage.answer(A, row.id, "answer", false).await;
    let page = stage.seen(&token, 0).await;
    let said = page.to_string();
    for hidden in ["internal", "Legal Name", "\"77\"", "assignee", "tenant"] {
        assert!(!said.contains(hidden), "{hidden} in {said}");
    }
    let items = page["items"].as_array().expect("a list");
    let shown: Vec<_> = items
        .iter()
        .map(|m| (m["from"].as_str().expect("from"), m["name"].as_str().expect("name")))
        .collect();
    assert_eq!(shown, [("system", ""), ("me", ""), ("agent", "林晓")]);
    assert_eq!(items[0]["event"]["kind"], "queued");
    assert_eq!(page["last_seq"], 4, "a hole where the note is");
    // Staff reads: the visitor's message is read.
    let (id, now) = (row.id, stage.program.app.now());
    let write = async move |tx: &mut Tx| {
        conversations::messages::mark(tx, id, Mark::ReadByStaff, Actor::user(UserId(77)), 2, now).await
    };
    stage
        .program
        .app
        .db()
        .write(&TenantScope::tenant(A), AggregateKey::new("conversation", id.0), write)
        .await
        .expect("marks");
    assert_eq!(stage.seen(&token, 0).await["items"][1]["state"], "read");
}

#[tokio::test]
async fn a_page_is_full_though_much_of_the_thread_is_hidden() {
    let stage = Stage::new().await;
    let token = stage.visitor(A).await;
    stage.say(&token, "k1", "question").await;
    let id = stage.conversations(A).await[0].id;
    for i in 0..130 {
        stage.answer(A, id, &format!("n{i}"), true).await;
        if i % 2 == 0 {
            stage.answer(A, id, &format!("r{i}"), false).await;
        }
    }
    let (status, page) =
        stage.call(Method::GET, "/w/v1/messages?after=0&limit=50", &[("authorization", &token)], "").await;
    assert_eq!((status, page["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(50)));
    let after = page["items"][49]["seq"].as_i64().expect("a number");
    let rest = stage.seen(&token, after).await;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(17));
    assert_eq!(rest["last_seq"], rest["conversation"]["last_seq"]);
}

#[tokio::test]
async fn ending_and_writing_again() {
    let stage = Stage::new().await;
    let token = stage.visitor(A).await;
    let end = async || stage.call(Method::POST, "/w/v1/end", &[("authorization", &token)], "{}").await.0;
    assert_eq!(end().await, StatusCode::NO_CONTENT, "nothing to end");
    stage.say(&token, "k1", "one").await;
    assert_eq!((end().await, end().await), (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT));
    assert_eq!(stage.seen(&token, 0).await["conversation"]["status"], "resolved");
    stage.say(&token, "k2", "two").await;
    let page = stage.seen(&token, 0).await;
    assert_eq!(
        (stage.conversations(A).await.len(), page["conversation"]["status"].as_str()),
        (1, Some("open"))
    );
    end().await;
    stage.program.clock.advance(25 * 3_600_000);
    stage.say(&token, "k3", "three").await;
    assert_eq!(stage.conversations(A).await.len(), 2, "after a day it is a new one");
    let page = stage.seen(&token, 0).await;
    assert_eq!(page["items"][1]["body"], "three");
}

#[tokio::test]
async fn files_are_what_they_are_and_belong_to_who_sent_them() {
    let stage = Stage::new().await;
    let (token, other) = (stage.visitor(A).await, stage.visitor(A).await);
    let upload = async |token: &str, name: &str, bytes: Vec<u8>| {
        stage
            .call(Method::POST, &format!("/w/v1/files?name={name}"), &[("authorization", token)], bytes)
            .await
    };
    let (status, file) = upload(&token, "..%2Fa.txt", b"plain text".to_vec()).await;
    assert_eq!(
        (status, file["mime"].as_str(), file["name"].as_str()),
        (StatusCode::CREATED, Some("text/plain"), Some("a.txt"))
    );
    for (name, bytes) in
        [("a.png", b"<html><script>".to_vec()), ("a.exe", b"MZ\x90\0\x03\0\0\0".to_vec()), ("a.txt", vec![])]
    {
        let (status, answer) = upload(&token, name, bytes).await;
        assert_eq!((status.as_u16(), answer["code"].as_str()), (422, Some("visitor.file_type")), "{name}");
    }
    let send = async |token: &str, key: &str| {
        let body = json!({ "client_id": key, "body": "", "attachments": [file["id"]] }).to_string();
        stage.call(Method::POST, "/w/v1/messages", &[("authorization", token)], body).await
    };
    assert_eq!(send(&other, "k1").await.1["code"], "message.attachment", "another visitor's file");
    let (status, m) = send(&token, "k1").await;
    assert_eq!((status, m["attachments"][0]["name"].as_str()), (StatusCode::CREATED, Some("a.txt")));
    assert!(m["attachments"][0]["url"].as_str().expect("an address").starts_with("http://files.test/f/v1/"));
}

#[tokio::test]
async fn only_the_frames_own_pages_may_write() {
    let stage = Stage::new().await;
    let token = stage.visitor(A).await;
    let body = json!({ "client_id": "k", "body": "x" }).to_string();
    let headers =
        [("authorization", token.as_str()), ("origin", "https://evil.example"), ("host", "public.test")];
    let (status, answer) = stage.call(Method::POST, "/w/v1/messages", &headers, body).await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (403, Some("visitor.origin")));
    let session = json!({ "inbox": key_of(A, "webchat") }).to_string();
    let (status, _) =
        stage.call(Method::POST, "/w/v1/session", &[("origin", "https://shop.example")], session).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn too_much_is_refused_and_others_go_on() {
    let stage = Stage::new().await;
    let (token, other) = (stage.visitor(A).await, stage.visitor(A).await);
    let mut refused = 0;
    for i in 0..30 {
        let (status, answer) = stage.say(&token, &format!("k{i}"), "x").await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer["retry_after_s"].as_i64().is_some_and(|s| s > 0));
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
    assert_eq!(stage.say(&other, "k", "x").await.0, StatusCode::CREATED);
    let session = || json!({ "inbox": key_of(A, "webchat") }).to_string();
    let mut taken = 0;
    for i in 0..500_u16 {
        let ip = [203, 0, 113, (i % 256) as u8];
        let (status, _) = stage.call_from(ip, Method::POST, "/w/v1/session", &[], session()).await;
        taken += u32::from(status == StatusCode::OK);
    }
    assert_eq!(taken, 240, "one block of addresses");
    let (status, _) = stage.call_from([203, 0, 114, 1], Method::POST, "/w/v1/session", &[], session()).await;
    assert_eq!(status, StatusCode::OK, "another block");
}

#[tokio::test]
async fn a_page_that_may_not_show_the_frame_is_told_what_to_do() {
    let stage = Stage::new().await;
    let ask = async |key: &str, referer: &str| {
        let request = Request::get(format!("/w/v1/frame?inbox={key}&lang=zh-CN&page=x"))
            .header("referer", referer)
            .body(Body::empty())
            .expect("a request");
        let answer = stage.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, String::from_utf8_lossy(&bytes).into_owned())
    };
    let (status, page) = ask(&key_of(A, "webchat"), "https://evil.example/x").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("https://evil.example") && page.contains("allowed sites"), "{page}");
    let (status, page) = ask("nobody", "https://shop.example/").await;
    assert_eq!((status, page.contains("inbox")), (StatusCode::NOT_FOUND, true));
    // An allowed page gets as far as the frame's file, which this test does not build.
    let (status, page) = ask(&key_of(A, "webchat"), "https://shop.example/").await;
    let problem: Value = serde_json::from_str(&page).expect("a problem");
    assert_eq!((status, problem["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")));
}

#[tokio::test]
async fn a_message_that_was_taken_back_leaves_a_line_and_no_words() {
    let stage = Stage::new().await;
    let token = stage.visitor(A).await;
    stage.say(&token, "k1", "question").await;
    let row = stage.conversations(A).await.remove(0);
    let sent = stage.answer(A, row.id, "a slip", false).await;
    let app = &stage.program.app;
    let (id, now) = (sent.message.id, app.now());
    let by = Actor::user(crate::stage::AGENT);
    let write = async move |tx: &mut Tx| conversations::messages::withdraw(tx, row.id, id, by, now).await;
    let key = AggregateKey::new("conversation", row.id.0);
    app.db().write(&TenantScope::tenant(A), key, write).await.expect("is taken back");
    let page = stage.seen(&token, 0).await;
    assert!(!page.to_string().contains("a slip"), "{page}");
    let last = page["items"].as_array().and_then(|i| i.last()).expect("a line").clone();
    assert_eq!((&last["event"]["kind"], &last["event"]["name"]), (&json!("withdrawn"), &json!("林晓")));
}
