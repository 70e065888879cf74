//! The conversation as a letter: to a proved address alone, with what the visitor saw and nothing else.

use crate::identity::{SECRET, bearer, claims, give_secret, identify, jwt};
use crate::stage::{AGENT, CLIENTS, Stage};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use conversations::messages;
use customers::HandleKind;
use kernel::{Actor, AggregateKey, TenantId, TenantScope, sql};
use platform::mail::{self, Address, Security, ServerRow};
use platform::store::Tx;
use serde_json::{Value, json};
use testkit::{MAIL_DOMAIN, Postfix, plain_text};

const A: TenantId = CLIENTS[0];

async fn write<T: Send + 'static>(
    stage: &Stage,
    what: impl AsyncFn(&mut Tx) -> kernel::Result<T> + Send + 'static,
) -> T {
    let key = AggregateKey::new("t", 1);
    stage.program.app.db().write(&TenantScope::system(), key, what).await.expect("writes")
}

/// Sets up a server for everybody's letters.
async fn server(stage: &Stage, port: u16) {
    let row = ServerRow {
        tenant: TenantId(0),
        host: "localhost".into(),
        port,
        security: Security::None,
        login: None,
        from_name: "云付客服".into(),
        from: Address::parse("hark@example.test").expect("an address"),
        reply_to: None,
        ca: None,
        per_minute: 600,
        enabled: true,
    };
    write(stage, async move |tx: &mut Tx| mail::put(tx, &row, 0).await).await;
}

async fn texts(stage: &Stage, sql: &'static str) -> Vec<String> {
    let read = async move |tx: &mut Tx| tx.all(sql, &[], |r| r.text(0)).await;
    stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads")
}

async fn letters(stage: &Stage) -> Vec<String> {
    texts(stage, sql!("SELECT to_hint FROM letter WHERE tenant_id > 0 ORDER BY id")).await
}

async fn offer(stage: &Stage, token: &str) -> Value {
    let (status, answer) = stage.call(Method::GET, "/w/v1/transcript", &[("authorization", token)], "").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["to"].clone()
}

async fn ask(stage: &Stage, token: &str) -> (u16, String) {
    let (status, answer) =
        stage.call(Method::POST, "/w/v1/transcript", &[("authorization", token)], "").await;
    let said = if status == StatusCode::ACCEPTED { &answer["to"] } else { &answer["code"] };
    (status.as_u16(), said.as_str().unwrap_or_default().to_owned())
}

/// What a letter says, in both of its parts.
fn words(letter: &str) -> String {
    let mut all = String::new();
    for part in letter.replace("\r\n", "\n").split("\n--=_letter") {
        let (head, body) = part.split_once("\n\n").unwrap_or(("", part));
        match head.contains("base64") {
            true => {
                let plain: String = body.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
                let bytes = STANDARD.decode(plain).expect("base64");
                all.push_str(&String::from_utf8(bytes).expect("UTF-8"));
            }
            false => all.push_str(&plain_text(part)),
        }
    }
    all.replace("\r\n", "\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proved_visitor_gets_what_they_saw_and_nothing_else() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    server(&stage, postfix.port).await;
    give_secret(&stage, A, SECRET).await;
    let mut c = claims(&stage, "u-1", "nonce-0001");
    c["email"] = json!(format!("lilei@{MAIL_DOMAIN}"));
    c["email_verified"] = json!(true);
    let visitor = stage.visitor(A).await;
    let (_, session) = identify(&stage, &visitor, json!({ "token": jwt(SECRET, &c) })).await;
    let me = bearer(&session);
    assert_eq!(offer(&stage, &me).await, Value::Null, "nothing was said yet");
    assert_eq!(ask(&stage, &me).await, (409, "visitor.no_conversation".into()));

    stage.say(&me, "k1", "我的 <b>订单</b> 没到").await;
    let row = stage.conversations(A).await.remove(0);
    stage.answer(A, row.id, "内部备注：老客户", true).await;
    stage.answer(A, row.id, "您好，马上查", false).await;
    let wrong = stage.answer(A, row.id, "写错了的话", false).await;
    let (id, now) = (wrong.message.id, stage.program.app.now());
    let (scope, key) = (TenantScope::tenant(A), AggregateKey::new("conversation", row.id.0));
    let withdraw = async move |tx: &mut Tx| messages::withdraw(tx, row.id, id, Actor::user(AGENT), now).await;
    stage.program.app.db().write(&scope, key, withdraw).await.expect("is withdrawn");

    let hint = format!("l***@{MAIL_DOMAIN}");
    assert_eq!(offer(&stage, &me).await, json!(hint));
    assert_eq!(ask(&stage, &me).await, (202, hint.clone()));
    let letter = words(&postfix.wait(1).await[0]);
    for part in ["您\n我的 <b>订单</b> 没到", "林晓\n您好，马上查", "林晓 撤回了一条消息", "&lt;b&gt;订单"]
    {
        assert!(letter.contains(part), "{part} is not in {letter}");
    }
    for part in ["备注", "写错了", "Legal Name"] {
        assert!(!letter.contains(part), "{part} is in {letter}");
    }

    assert_eq!(ask(&stage, &me).await.0, 202, "once more, should the first be lost");
    assert_eq!(ask(&stage, &me).await, (429, "transcript.often".into()));
    assert_eq!(letters(&stage).await.len(), 2);
    let seen = stage.seen(&me, 0).await;
    assert!(
        !seen.to_string().contains("transcript"),
        "staff see that it was asked for, in a line of their own"
    );
    let events =
        texts(&stage, sql!("SELECT data FROM event WHERE kind = 'transcript.sent' AND tenant_id > 0")).await;
    assert!(events.len() == 2 && events.iter().all(|e| !e.contains('@')), "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_letter_at_an_address_that_was_not_proved() {
    let stage = Stage::new().await;
    let me = stage.visitor(A).await;
    stage.say(&me, "k1", "你好").await;
    let contact = stage.conversations(A).await.remove(0).contact;
    write(&stage, async move |tx: &mut Tx| {
        let sql = sql!(
            "INSERT INTO contact_handle(id, tenant_id, contact_id, kind, value, norm, standing, created_at)
             SELECT 1, tenant_id, id, $2, 'victim@example.test', 'victim@example.test', 0, 0 FROM contact
             WHERE id = $1 AND tenant_id > 0"
        );
        tx.exec(sql, kernel::args![contact, HandleKind::Email as i64]).await
    })
    .await;
    assert_eq!(ask(&stage, &me).await, (409, "transcript.off".into()), "no server is set up");
    server(&stage, 9).await;
    assert_eq!(offer(&stage, &me).await, Value::Null);
    assert_eq!(ask(&stage, &me).await, (409, "transcript.unverified".into()), "it was only claimed");
    assert_eq!(letters(&stage).await.len(), 0);
    // What staff entered is no proof either; what was proved is.
    for (standing, to) in [(1, Value::Null), (2, json!("v***@example.test"))] {
        write(&stage, async move |tx: &mut Tx| {
            tx.exec(
                sql!("UPDATE contact_handle SET standing = $1 WHERE id = 1 AND tenant_id > 0"),
                kernel::args![standing],
            )
            .await
        })
        .await;
        assert_eq!(offer(&stage, &me).await, to);
    }
    stage.configure(A, |c| c.widget.transcript = false).await;
    assert_eq!(offer(&stage, &me).await, Value::Null, "the client does not want it");
    assert_eq!(ask(&stage, &me).await, (409, "transcript.off".into()));
    assert_eq!(letters(&stage).await.len(), 0);
}
