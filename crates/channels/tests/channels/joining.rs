//! Conversations that are merged, split and forwarded: where what comes afterwards goes, and what leaves.

use crate::email::{HOST, all_sent, field, mail, mailbox, messages, take};
use crate::live::{entered, op, serve};
use crate::stage::{CLIENTS, SECOND, Stage, inbox};
use accounts::setup::{NewAdmin, create_admin};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use channels::email::mailbox::MailboxConfig;
use conversations::messages::between;
use conversations::threads::{Row, Status};
use kernel::{ConversationId, Language, TenantScope};
use platform::store::Tx;
use serde_json::{Value, json};
use std::net::SocketAddr;
use testkit::{Postfix, plain_text};
use tower::ServiceExt;

const A: kernel::TenantId = CLIENTS[0];
const PASSWORD: &str = "correct horse battery";

/// Somebody at the desk.
struct Desk<'a> {
    stage: &'a Stage,
    cookie: String,
}

impl<'a> Desk<'a> {
    async fn of(stage: &'a Stage) -> Desk<'a> {
        let new = NewAdmin {
            name: "Root".into(),
            alias: Some("小岚".into()),
            login: "root".into(),
            password: PASSWORD.into(),
            language: Language::Zh,
        };
        create_admin(&stage.program.app, new).await.expect("is made");
        let mut desk = Desk { stage, cookie: String::new() };
        desk.sign_in().await;
        desk
    }

    async fn sign_in(&mut self) {
        let asked = json!({"login": "root", "password": PASSWORD});
        let signed = self.send("POST", "/api/v1/session", asked).await;
        assert_eq!(signed.0, 200, "{}", signed.1);
        self.cookie = signed.2.expect("a cookie");
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value, Option<String>) {
        let method: Method = method.parse().expect("a method");
        let request = Request::builder().method(method).uri(path).header(header::ORIGIN, "http://desk.test");
        let request = request.header(header::COOKIE, &self.cookie);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let mut request = request.body(body).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let answer = self.stage.desk.clone().oneshot(request).await.expect("an answer");
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok());
        let cookie = cookie.and_then(|c| c.split(';').next()).map(str::to_owned);
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null), cookie)
    }

    #[track_caller]
    fn good((status, body, _): (u16, Value, Option<String>)) -> Value {
        assert!((200..300).contains(&status), "{status}: {body}");
        body
    }

    async fn get(&self, path: &str) -> Value {
        Self::good(self.send("GET", path, Value::Null).await)
    }
    async fn post(&self, path: &str, body: Value) -> Value {
        Self::good(self.send("POST", path, body).await)
    }
    async fn refused(&self, path: &str, body: Value) -> (u16, String, Value) {
        let (status, body, _) = self.send("POST", path, body).await;
        (status, body["code"].as_str().unwrap_or_default().to_owned(), body)
    }
    async fn merge(&self, from: &Row, into: &Row) -> Value {
        let path = format!("/api/v1/conversations/{}/merge", from.id);
        self.post(&path, json!({ "into": into.id })).await
    }
    async fn blocks(&self, id: ConversationId) -> Value {
        self.get(&format!("/api/v1/conversations/{id}/joins")).await["items"].clone()
    }
}

/// The conversation whose last words these are.
async fn saying(stage: &Stage, words: &str) -> Row {
    let rows = stage.conversations(A).await;
    rows.into_iter().find(|r| r.last_text == words).unwrap_or_else(|| panic!("nobody says {words}"))
}

async fn row(stage: &Stage, id: ConversationId) -> Row {
    stage.conversations(A).await.into_iter().find(|r| r.id == id).expect("is there")
}

async fn texts(stage: &Stage, row: &Row) -> Vec<String> {
    messages(stage, row).await.into_iter().map(|m| m.body).collect()
}

/// Numbers go up strictly by one in every conversation, thin lines with them.
async fn numbers_have_no_holes(stage: &Stage) {
    for row in stage.conversations(A).await {
        let whole = row.clone();
        let read = async move |tx: &mut Tx| between(tx, &whole, 0, i64::MAX, 1_000, false).await;
        let all = stage.program.app.db().read(&TenantScope::tenant(A), read).await.expect("reads");
        let numbers: Vec<i64> = all.iter().map(|m| m.seq).collect();
        assert_eq!(numbers, (1..=row.last_seq).collect::<Vec<_>>(), "#{}", row.number);
    }
}

fn token_address(letter: &str) -> String {
    let to = field(letter, "Reply-To").expect("an address for answers");
    to.rsplit('<').next().expect("an address").trim_end_matches('>').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_for_a_merged_mail_arrives_where_it_goes_on_and_undoing_leaves_it_there() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let desk = Desk::of(&stage).await;
    let inbox = mailbox(&stage, A, "service@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("lilei@{HOST}");
    take(&stage, &inbox, &mail(&who, "service@pay.test", "t1@x", "Subject: order 7\r\n", "target")).await;
    let rest = "Subject: order 7 again\r\nCc: Anna <anna@shop.test>\r\n";
    take(&stage, &inbox, &mail(&who, "service@pay.test", "s1@x", rest, "source")).await;
    let (target, source) = (saying(&stage, "target").await, saying(&stage, "source").await);
    stage.answer(A, source.id, "to the source", false).await;
    let letter = postfix.wait(1).await.pop().expect("a letter");
    let token = token_address(&letter);

    let whole = desk.merge(&source, &target).await;
    assert_eq!(
        (whole["id"].as_str(), whole["joins"][0]["kind"].as_str()),
        (Some(target.id.to_string().as_str()), Some("merged"))
    );
    let merged = desk.get(&format!("/api/v1/conversations/{}", source.id)).await;
    assert_eq!(
        (merged["status"].as_str(), merged["merged_into"]["number"].as_i64()),
        (Some("resolved"), Some(target.number))
    );
    let block = desk.blocks(target.id).await;
    let shown: Vec<&str> =
        block[0]["items"].as_array().expect("a list").iter().filter_map(|m| m["body"].as_str()).collect();
    assert_eq!(shown, ["source", "to the source"]);

    stage.program.clock.advance(1_000);
    // Its token, its ids, and a colleague of the customer's who took part in it alone.
    take(&stage, &inbox, &mail(&who, &token, "n1@x", "Subject: Re: order 7\r\n", "by token")).await;
    let rest = "Subject: Re: x\r\nIn-Reply-To: <s1@x>\r\nReferences: <s1@x>\r\n";
    take(&stage, &inbox, &mail("anna@shop.test", "service@pay.test", "n2@x", rest, "by id")).await;
    // And an answer to what came meanwhile.
    let rest = "Subject: Re: x\r\nIn-Reply-To: <n2@x>\r\n";
    take(&stage, &inbox, &mail(&who, "service@pay.test", "n3@x", rest, "and on")).await;
    assert_eq!(texts(&stage, &target).await, ["target", "by token", "by id", "and on"]);
    assert_eq!(texts(&stage, &source).await, ["source", "to the source"]);

    // Nobody writes into it any more, and whoever tries hears where to.
    let path = format!("/api/v1/conversations/{}/messages", source.id);
    let words = json!({"client_id": "c1", "mode": "reply", "body": "x", "seen_seq": 99});
    let (status, code, problem) = desk.refused(&path, words).await;
    assert_eq!((status, code.as_str()), (409, "conversation.merged"));
    assert_eq!(problem["detail"].as_str(), Some(target.id.to_string().as_str()), "{problem}");

    // An answer in the target answers the newest mail of both.
    stage.answer(A, target.id, "to both", false).await;
    let letters = postfix.wait(2).await;
    let letter = letters.into_iter().find(|l| plain_text(l).contains("to both")).expect("a letter");
    assert_eq!(field(&letter, "In-Reply-To").as_deref(), Some("<n3@x>"), "{letter}");
    assert_ne!(token_address(&letter), token);

    let join = block[0]["id"].as_str().expect("an id");
    let back = desk.post(&format!("/api/v1/joins/{join}/undo"), Value::Null).await;
    assert_eq!(
        (back["id"].as_str(), back["status"].as_str()),
        (Some(source.id.to_string().as_str()), Some("open"))
    );
    assert!(back["merged_into"].is_null() && row(&stage, source.id).await.queued_at.is_some());
    take(&stage, &inbox, &mail(&who, &token, "n4@x", "Subject: Re: x\r\n", "after")).await;
    assert_eq!(texts(&stage, &source).await.last().map(String::as_str), Some("after"));
    assert_eq!(texts(&stage, &target).await, ["target", "by token", "by id", "and on", "to both"]);
    // Anna has written in the target, so there she takes part still.
    let rest = "Subject: Re: x\r\nIn-Reply-To: <t1@x>\r\n";
    take(&stage, &inbox, &mail("anna@shop.test", "service@pay.test", "n5@x", rest, "anna")).await;
    assert_eq!(texts(&stage, &target).await.last().map(String::as_str), Some("anna"));
    assert_eq!(desk.refused(&format!("/api/v1/joins/{join}/undo"), Value::Null).await.1, "join.over");
    numbers_have_no_holes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_mail_of_what_was_merged_is_the_one_that_is_answered() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let desk = Desk::of(&stage).await;
    let a = mailbox(&stage, A, "a@pay.test", postfix.port, MailboxConfig::default()).await;
    let b = mailbox(&stage, A, "b@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("lilei@{HOST}");
    take(&stage, &a, &mail(&who, "a@pay.test", "t1@x", "Subject: x\r\n", "target")).await;
    // To another inbox of the line, later.
    take(&stage, &b, &mail(&who, "b@pay.test", "s1@x", "Subject: y\r\n", "source")).await;
    let (target, source) = (saying(&stage, "target").await, saying(&stage, "source").await);
    desk.merge(&source, &target).await;
    stage.answer(A, target.id, "answer", false).await;
    let letter = postfix.wait(1).await.pop().expect("a letter");
    assert_eq!(field(&letter, "In-Reply-To").as_deref(), Some("<s1@x>"), "{letter}");
    assert!(field(&letter, "From").is_some_and(|f| f.contains("a@pay.test")), "{letter}");
    // What comes to the other inbox goes on coming to the target, also what answers it there.
    let rest = "Subject: Re: y\r\nIn-Reply-To: <s1@x>\r\n";
    take(&stage, &b, &mail(&who, "b@pay.test", "s2@x", rest, "more")).await;
    let rest = "Subject: Re: y\r\nIn-Reply-To: <s2@x>\r\n";
    take(&stage, &b, &mail(&who, "b@pay.test", "s3@x", rest, "and more")).await;
    assert_eq!(texts(&stage, &target).await, ["target", "answer", "more", "and more"]);
    numbers_have_no_holes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_a_mail_that_was_split_off_comes_to_the_new_conversation() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let desk = Desk::of(&stage).await;
    let inbox = mailbox(&stage, A, "service@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("lilei@{HOST}");
    take(&stage, &inbox, &mail(&who, "service@pay.test", "m1@x", "Subject: two things\r\n", "one")).await;
    let origin = saying(&stage, "one").await;
    stage.answer(A, origin.id, "about two", false).await;
    let letter = postfix.wait(1).await.pop().expect("a letter");
    let (token, ours) = (token_address(&letter), field(&letter, "Message-ID").expect("an id"));
    let rest = format!("Subject: Re: two things\r\nIn-Reply-To: {ours}\r\nReferences: <m1@x> {ours}\r\n");
    take(&stage, &inbox, &mail(&who, &token, "m2@x", &rest, "two")).await;
    let seqs: Vec<i64> = messages(&stage, &origin).await.iter().skip(1).map(|m| m.seq).collect();

    let path = format!("/api/v1/conversations/{}/split", origin.id);
    let part = desk.post(&path, json!({ "seqs": seqs, "subject": "the second thing" })).await;
    assert_eq!(
        (part["split_from"]["number"].as_i64(), part["subject"].as_str()),
        (Some(origin.number), Some("the second thing"))
    );
    assert_eq!((part["waiting"].as_str(), part["assignee"]["alias"].as_str()), (Some("agent"), Some("小岚")));
    let id = ConversationId(part["id"].as_str().expect("an id").parse().expect("a number"));
    let new = row(&stage, id).await;
    let block = desk.blocks(id).await;
    let shown: Vec<&str> =
        block[0]["items"].as_array().expect("a list").iter().filter_map(|m| m["body"].as_str()).collect();
    assert_eq!(shown, ["about two", "two"]);
    let again = desk.refused(&path, json!({ "seqs": [seqs[1]] })).await;
    assert_eq!((again.0, again.1.as_str()), (422, "conversation.split_unfit"));

    // Our mail still bears the token of the conversation it was sent from: the mail that is answered decides.
    let rest = format!("Subject: Re: two things\r\nIn-Reply-To: {ours}\r\nReferences: <m1@x> {ours}\r\n");
    take(&stage, &inbox, &mail(&who, &token, "m3@x", &rest, "again two")).await;
    let rest = "Subject: Re: two things\r\nIn-Reply-To: <m2@x>\r\n";
    take(&stage, &inbox, &mail(&who, "service@pay.test", "m4@x", rest, "two by id")).await;
    assert_eq!(texts(&stage, &new).await, ["again two", "two by id"]);
    // What answers the rest stays with the rest, though it names the part further back.
    let rest = format!("Subject: Re: two things\r\nIn-Reply-To: <m1@x>\r\nReferences: {ours} <m1@x>\r\n");
    take(&stage, &inbox, &mail(&who, &token, "m5@x", &rest, "one more")).await;
    assert_eq!(texts(&stage, &origin).await, ["one", "about two", "two", "one more"]);
    // Somebody wrote in it, so it stays.
    let join = block[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(desk.refused(&format!("/api/v1/joins/{join}/undo"), Value::Null).await.1, "join.over");
    numbers_have_no_holes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_in_a_part_answers_its_mail_and_undoing_turns_the_keys_back() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let desk = Desk::of(&stage).await;
    let inbox = mailbox(&stage, A, "service@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("lilei@{HOST}");
    take(&stage, &inbox, &mail(&who, "service@pay.test", "m1@x", "Subject: thing\r\n", "one")).await;
    let origin = saying(&stage, "one").await;
    let rest = "Subject: Re: thing\r\nIn-Reply-To: <m1@x>\r\n";
    take(&stage, &inbox, &mail(&who, "service@pay.test", "m2@x", rest, "two")).await;
    let seq = messages(&stage, &origin).await[1].seq;
    let path = format!("/api/v1/conversations/{}/split", origin.id);
    let part = desk.post(&path, json!({ "seqs": [seq] })).await;
    let join = part["joins"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(part["joins"][0]["undoable"], true, "{part}");

    let back = desk.post(&format!("/api/v1/joins/{join}/undo"), Value::Null).await;
    assert_eq!(back["id"].as_str(), Some(origin.id.to_string().as_str()));
    let id = ConversationId(part["id"].as_str().expect("an id").parse().expect("a number"));
    let ended = row(&stage, id).await;
    assert_eq!((ended.status, ended.merged_into), (Status::Resolved, Some(origin.id)));
    let rest = "Subject: Re: thing\r\nIn-Reply-To: <m2@x>\r\n";
    take(&stage, &inbox, &mail(&who, "service@pay.test", "m3@x", rest, "three")).await;
    assert_eq!(texts(&stage, &origin).await, ["one", "two", "three"]);

    let part = desk.post(&path, json!({ "seqs": [seq] })).await;
    let id = ConversationId(part["id"].as_str().expect("an id").parse().expect("a number"));
    stage.answer(A, id, "about two", false).await;
    let letter = postfix.wait(1).await.pop().expect("a letter");
    assert_eq!(field(&letter, "In-Reply-To").as_deref(), Some("<m2@x>"), "{letter}");
    assert!(field(&letter, "To").is_some_and(|t| t.contains(&who)), "{letter}");
    // Its own token leads to it.
    take(&stage, &inbox, &mail(&who, &token_address(&letter), "m4@x", "Subject: Re: thing\r\n", "thanks"))
        .await;
    assert_eq!(texts(&stage, &row(&stage, id).await).await, ["about two", "thanks"]);
    numbers_have_no_holes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forwarded_goes_with_its_files_and_its_answer_stays_apart() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let desk = Desk::of(&stage).await;
    let inbox = mailbox(&stage, A, "service@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("李雷 <lilei@{HOST}>");
    let lines = "Subject: broken\r\nMIME-Version: 1.0\r\n";
    let raw = format!(
        "Authentication-Results: mx.hark.test; dmarc=pass header.from={HOST}\r\nFrom: {who}\r\nTo: service@pay.test\r\n\
         Message-ID: <m1@x>\r\n{lines}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         it is broken\r\n--b\r\nContent-Type: application/zip; name=log.zip\r\n\
         Content-Disposition: attachment; filename=log.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBBQAAAAIAAAAIQA=\r\n--b--\r\n"
    );
    take(&stage, &inbox, &raw).await;
    let origin = saying(&stage, "it is broken").await;
    stage.answer(A, origin.id, "secret note", true).await;
    let path = format!("/api/v1/conversations/{}/forward", origin.id);
    let to = json!([{ "name": "Workshop", "address": format!("workshop@{HOST}") }]);
    let asked = json!({ "inbox": inbox.inbox, "mail": { "to": to }, "body": "Please look." });
    let made = desk.post(&path, asked.clone()).await;
    assert_eq!(
        (made["subject"].as_str(), made["joins"][0]["kind"].as_str()),
        (Some("Fwd: broken"), Some("forwarded"))
    );
    let id = ConversationId(made["id"].as_str().expect("an id").parse().expect("a number"));
    assert_ne!(row(&stage, id).await.contact, origin.contact);
    // It waits its undo time, and leaves then.
    let waiting = desk.get(&format!("/api/v1/conversations/{id}/scheduled")).await;
    assert_eq!(waiting["items"].as_array().map(Vec::len), Some(1), "{waiting}");
    stage.program.clock.advance(120_000);
    let letter = postfix.wait(1).await.pop().expect("a letter");
    let text = plain_text(&letter);
    assert!(
        text.contains("Please look.") && text.contains("it is broken") && !text.contains("secret"),
        "{text}"
    );
    assert!(letter.contains("filename=\"log.zip\"") && letter.contains("PK\u{3}\u{4}"), "{letter}");
    assert!(field(&letter, "To").is_some_and(|t| t.contains("workshop")), "{letter}");

    // Their answer comes to the conversation with them; nothing lets them into the customer's.
    let id_of = field(&letter, "Message-ID").expect("an id");
    let rest = format!("Subject: Re: Fwd: broken\r\nIn-Reply-To: {id_of}\r\n");
    let workshop = format!("workshop@{HOST}");
    take(&stage, &inbox, &mail(&workshop, &token_address(&letter), "w1@x", &rest, "we look")).await;
    let rest = "Subject: Re: broken\r\nIn-Reply-To: <m1@x>\r\nReferences: <m1@x>\r\n";
    take(&stage, &inbox, &mail(&workshop, "service@pay.test", "w2@x", rest, "let me in")).await;
    assert_eq!(texts(&stage, &origin).await, ["it is broken", "secret note"]);
    let all = texts(&stage, &row(&stage, id).await).await;
    assert_eq!((all.len(), all.last().map(String::as_str)), (2, Some("we look")));
    // The same person is the same contact the next time; what cannot be sent on says why.
    let again = desk.post(&path, asked).await;
    assert_eq!(again["contact"]["id"], made["contact"]["id"]);
    assert_eq!(desk.refused(&path, json!({ "inbox": inbox.inbox, "mail": {}, "body": "" })).await.0, 422);
    let chat = stage.inbox(A, "webchat").id;
    let asked = json!({ "inbox": chat, "mail": { "to": to }, "body": "" });
    assert_eq!(desk.refused(&path, asked).await.1, "conversation.forward_inbox");
    let note = messages(&stage, &origin).await[1].seq;
    let asked = json!({ "inbox": inbox.inbox, "mail": { "to": to }, "body": "", "seqs": [note] });
    assert_eq!(desk.refused(&path, asked).await.1, "conversation.split_unfit");
    let join = made["joins"][0]["id"].as_str().expect("an id");
    assert_eq!(desk.refused(&format!("/api/v1/joins/{join}/undo"), Value::Null).await.1, "join.over");
    stage.program.clock.advance(120_000);
    all_sent(&stage).await;
    numbers_have_no_holes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_goes_on_writing_where_their_chat_was_merged() {
    let stage = Stage::new().await;
    let mut desk = Desk::of(&stage).await;
    inbox(&stage.program, A, SECOND).await;
    let app = &stage.program.app;
    app.port::<std::sync::Arc<conversations::inboxes::Cache>>().refresh(app).await.expect("refreshes");
    let visitor = stage.visitor(A).await;
    stage.say(&visitor, "k1", "in the first").await;
    let source = saying(&stage, "in the first").await;
    let second =
        app.port::<std::sync::Arc<conversations::inboxes::Cache>>().by_key(SECOND).expect("an inbox").id;
    let begun = json!({ "tenant": A, "inbox": second, "contact": source.contact, "body": "in the second" });
    desk.post("/api/v1/conversations", begun).await;
    let target = saying(&stage, "in the second").await;
    let server = serve(&stage).await;
    let (mut socket, _) = entered(&stage, &server, &visitor, 0).await;
    let join = desk.merge(&source, &target).await["joins"][0]["id"].as_str().expect("an id").to_owned();
    // An open window is led over: it hears which conversation it is now, and loads it anew.
    let moved = |id: ConversationId| move |f: &Value| f["conversation"]["id"] == id.to_string().as_str();
    socket.until(moved(target.id)).await;
    socket.until(|f| op(f) == "resync").await;
    assert_eq!(row(&stage, target.id).await.waiting.word(), "agent", "whoever waited waits on");

    stage.say(&visitor, "k2", "still here").await;
    // Sent once more, because its answer was lost: what stands in the source is not said again.
    stage.say(&visitor, "k1", "in the first").await;
    stage.say(&visitor, "k2", "still here").await;
    assert_eq!(texts(&stage, &target).await, ["in the second", "still here"]);
    assert_eq!(texts(&stage, &source).await, ["in the first"]);
    let seen = stage.seen(&visitor, 0).await;
    assert_eq!(seen["conversation"]["id"].as_str(), Some(target.id.to_string().as_str()), "{seen}");
    stage.answer(A, target.id, "we are too", false).await;
    socket.until(|f| op(f) == "message" && f["message"]["body"] == "we are too").await;
    let seen = stage.seen(&visitor, 0).await;
    let last = seen["items"].as_array().and_then(|i| i.last().cloned()).expect("a message");
    assert_eq!(last["body"], "we are too");
    // A day later, as long as the target lives.
    stage.program.clock.advance(2 * 24 * 3_600_000);
    stage.say(&visitor, "k3", "next day").await;
    assert_eq!(texts(&stage, &target).await.last().map(String::as_str), Some("next day"));

    desk.sign_in().await;
    desk.post(&format!("/api/v1/joins/{join}/undo"), Value::Null).await;
    socket.until(moved(source.id)).await;
    stage.say(&visitor, "k4", "back in the first").await;
    assert_eq!(texts(&stage, &source).await, ["in the first", "back in the first"]);
    numbers_have_no_holes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_delivers_to_a_merged_thread_delivers_to_the_other() {
    let stage = Stage::new().await;
    let desk = Desk::of(&stage).await;
    let say = |id: &str, thread: &str, body: &str| {
        json!({ "external_id": id, "thread": thread, "body": body,
            "contact": { "external_id": "p1", "name": "李雷" } })
    };
    let first = stage.inbound(A, &say("e1", "order-1", "first")).await.1;
    stage.inbound(A, &say("e2", "order-2", "second")).await;
    let (source, target) = (saying(&stage, "first").await, saying(&stage, "second").await);
    desk.merge(&source, &target).await;
    stage.inbound(A, &say("e3", "order-1", "more of the first")).await;
    let again = stage.inbound(A, &say("e1", "order-1", "first")).await.1;
    assert_eq!(again, first, "the same delivery gets the same answer");
    assert_eq!(texts(&stage, &target).await, ["second", "more of the first"]);
    assert_eq!(texts(&stage, &source).await, ["first"]);
    numbers_have_no_holes(&stage).await;
}
