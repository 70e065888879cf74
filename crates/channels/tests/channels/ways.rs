//! One thread over two channels: a chat goes on by mail, a mail goes on in the chat, and mails on the side stay where they were
//! sent.

use crate::email::{HOST, all_sent, field, mail, mailbox, messages, take};
use crate::identity::{SECRET, bearer, claims, give_secret, identify, jwt};
use crate::stage::{AGENT, CLIENTS, Stage};
use axum::http::StatusCode;
use channels::email::mailbox::{Mailbox, MailboxConfig};
use conversations::inboxes::Cache;
use conversations::messages::{self as words, MailInput, MailPerson, NewMessage};
use conversations::threads::Row;
use conversations::ways;
use kernel::{Actor, AggregateKey, InboxId, Result, TenantScope, args, sql};
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Postfix;

/// What a reply is sent as.
enum As<'a> {
    /// A mail to this address.
    Mail(&'a str),
    /// A message in the widget.
    Chat,
}

async fn reply(stage: &Stage, row: &Row, body: &str, how: As<'_>) -> Result<()> {
    let app = &stage.program.app;
    let head = match how {
        As::Chat => None,
        As::Mail(to) => {
            let to = vec![MailPerson { name: String::new(), address: to.into() }];
            Some(MailInput { subject: Some("您的咨询".into()), to, ..MailInput::default() }.head()?)
        }
    };
    let (cache, row) = (app.port::<Arc<Cache>>().clone(), row.clone());
    let m = NewMessage {
        id: app.id(),
        event_id: app.id(),
        conversation: row.id,
        author: Actor::user(AGENT),
        note: false,
        body: body.into(),
        attachments: vec![],
        mentions: vec![],
        client_key: None,
        chat: head.is_none(),
        mail: None,
        automatic: false,
        seen_seq: None,
        now: app.now(),
    };
    let scope = TenantScope::tenant(row.tenant);
    let key = AggregateKey::new("conversation", row.id.0);
    let write = async move |tx: &mut Tx| {
        let mail = match &head {
            Some(head) => Some(ways::by_mail(tx, &cache, &row, head).await?),
            None => None,
        };
        let scope = tx.scope().clone();
        words::append(tx, &scope, &NewMessage { mail, ..m.clone() }).await.map(|_| ())
    };
    app.db().write(&scope, key, write).await
}

/// Somebody whom the client's page vouches for, with this address.
async fn proved(stage: &Stage, nonce: &str, address: &str) -> String {
    let visitor = stage.visitor(CLIENTS[0]).await;
    let mut said = claims(stage, "u-1", nonce);
    said["email"] = json!(address);
    said["email_verified"] = json!(true);
    let (status, s) = identify(stage, &visitor, json!({ "token": jwt(SECRET, &said) })).await;
    assert_eq!(status, StatusCode::OK, "{s}");
    bearer(&s)
}

/// The words that a visitor sees, thin lines left out.
async fn seen(stage: &Stage, visitor: &str) -> Vec<String> {
    let page = stage.seen(visitor, 0).await;
    let items = page["items"].as_array().expect("a list");
    let words = items.iter().filter(|m| m["event"] == Value::Null);
    words.map(|m| m["body"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn deliveries(stage: &Stage) -> i64 {
    all_sent(stage).await;
    let read = async |tx: &mut Tx| {
        tx.one(sql!("SELECT COUNT(*) FROM mail_delivery WHERE tenant_id > 0"), args![], |r| r.int(0)).await
    };
    let n = stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads");
    n.unwrap_or(0)
}

fn answer_address(letter: &str) -> String {
    let all = field(letter, "Reply-To").expect("an address for answers");
    all.rsplit('<').next().expect("an address").trim_end_matches('>').to_owned()
}

async fn set_up(stage: &Stage, port: u16) -> Mailbox {
    give_secret(stage, CLIENTS[0], SECRET).await;
    mailbox(stage, CLIENTS[0], "service@pay.test", port, MailboxConfig::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_goes_on_by_mail_and_comes_back() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let inbox = set_up(&stage, postfix.port).await;
    let li = format!("lilei@{HOST}");
    let visitor = proved(&stage, "nonce-mail-1", &li).await;
    assert_eq!(stage.say(&visitor, "k1", "转账失败了").await.0, StatusCode::CREATED);
    let row = stage.conversations(CLIENTS[0]).await.remove(0);

    reply(&stage, &row, "已查到，详见邮件", As::Mail(&li)).await.expect("is written");
    let letter = postfix.wait(1).await.pop().expect("a letter");
    assert!(field(&letter, "To").is_some_and(|t| t.contains(&li)), "{letter}");
    take(&stage, &inbox, &mail(&li, &answer_address(&letter), "a1@x", "Subject: Re: x\r\n", "谢谢，收到"))
        .await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!((rows.len(), messages(&stage, &row).await.len()), (1, 3), "it is one thread");
    assert_eq!(seen(&stage, &visitor).await, ["转账失败了", "已查到，详见邮件", "谢谢，收到"]);

    // A mail on the side, and its answer, are nothing for the customer's eyes.
    let bank = format!("bank@{HOST}");
    reply(&stage, &row, "请核对这笔交易", As::Mail(&bank)).await.expect("is written");
    let letter = postfix.wait(2).await.pop().expect("a letter");
    take(
        &stage,
        &inbox,
        &mail(&bank, &answer_address(&letter), "b1@x", "Subject: Re: x\r\n", "内部风控结论"),
    )
    .await;
    let texts: Vec<String> = messages(&stage, &row).await.into_iter().map(|m| m.body).collect();
    assert_eq!(texts.last().map(String::as_str), Some("内部风控结论"), "{texts:?}");
    assert_eq!(seen(&stage, &visitor).await.len(), 3);

    // Back in the chat it is the same thread, and what is said there is no mail.
    assert_eq!(stage.say(&visitor, "k2", "还在吗").await.0, StatusCode::CREATED);
    stage.answer(CLIENTS[0], row.id, "在的", false).await;
    assert_eq!(stage.conversations(CLIENTS[0]).await.len(), 1);
    assert_eq!(deliveries(&stage).await, 2, "what is said in the chat is no mail");
    assert_eq!(seen(&stage, &visitor).await[3..], ["还在吗", "在的"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_on_in_the_chat_of_who_is_proved_and_of_nobody_else() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let inbox = set_up(&stage, postfix.port).await;
    let li = format!("lilei@{HOST}");
    take(&stage, &inbox, &mail(&li, "service@pay.test", "a1@x", "Subject: 退款\r\n", "退款多久到账")).await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    let visitor = proved(&stage, "nonce-mail-1", &li).await;
    assert!(seen(&stage, &visitor).await.is_empty(), "nothing before it is offered");
    assert!(reply(&stage, &row, "x", As::Mail("a@b.test")).await.is_ok());
    let widget = stage.inbox(CLIENTS[0], "webchat").id;
    offer(&stage, &row, Some(widget)).await;

    assert_eq!(seen(&stage, &visitor).await, ["退款多久到账"], "and not what went to somebody else");
    assert!(seen(&stage, &stage.visitor(CLIENTS[0]).await).await.is_empty(), "a browser proves nothing");
    assert!(seen(&stage, &proved_as(&stage, "u-2").await).await.is_empty(), "another person");
    let (status, said) = stage.say(&visitor, "k1", "在聊天里问一下").await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    assert_eq!(stage.conversations(CLIENTS[0]).await.len(), 1, "it is one thread");
    reply(&stage, &row, "明天到账", As::Chat).await.expect("is written");
    assert_eq!(deliveries(&stage).await, 1, "what is said in the chat is no mail");
    assert_eq!(seen(&stage, &visitor).await[1..], ["在聊天里问一下", "明天到账"]);

    offer(&stage, &row, None).await;
    assert!(seen(&stage, &visitor).await.is_empty(), "taken back");
    assert_eq!(stage.say(&visitor, "k2", "另一件事").await.0, StatusCode::CREATED);
    assert_eq!(stage.conversations(CLIENTS[0]).await.len(), 2);
}

async fn proved_as(stage: &Stage, who: &str) -> String {
    let visitor = stage.visitor(CLIENTS[0]).await;
    let (status, s) = identify(
        stage,
        &visitor,
        json!({ "token": jwt(SECRET, &claims(stage, who, &format!("nonce-{who}"))) }),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{s}");
    bearer(&s)
}

/// Offers it in a widget, or takes it back.
async fn offer(stage: &Stage, row: &Row, widget: Option<InboxId>) {
    let (app, row) = (&stage.program.app, row.clone());
    let (scope, now) = (TenantScope::tenant(row.tenant), app.now());
    let write = async move |tx: &mut Tx| match widget {
        Some(inbox) => ways::offer(tx, &row, inbox, now).await,
        None => ways::withdraw(tx, &row).await,
    };
    app.db().write(&scope, AggregateKey::new("t", 1), write).await.expect("writes");
}
