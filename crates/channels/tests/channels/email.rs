//! Mail that comes, and replies that go: a real postfix takes what is sent.

use crate::stage::{CLIENTS, Stage};
use channels::email::arrivals::{Arriving, Envelope, Via, keep};
use channels::email::mailbox::{Endpoint, Login, Mailbox, MailboxConfig, insert_or_update};
use conversations::inboxes::Cache;
use conversations::messages::{MailKind, MailVerdict, MessageRow, between};
use conversations::threads::{Row, Status};
use kernel::{AggregateKey, InboxId, LineId, TenantId, TenantScope, args, sql};
use platform::mail::{Address, Security};
use platform::store::Tx;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Postfix, plain_text};

/// The domain that postfix keeps letters for; everybody else's it refuses.
pub const HOST: &str = "example.test";
/// Looks for a state at the most.
const LOOKS_MAX: usize = 1_200;
const DAY_MS: i64 = 24 * 3_600_000;

/// An inbox of mail of a client, at this address.
pub async fn mailbox(
    stage: &Stage,
    tenant: TenantId,
    address: &str,
    port: u16,
    config: MailboxConfig,
) -> Mailbox {
    let app = &stage.program.app;
    let id: InboxId = app.id();
    let smtp = Endpoint {
        host: "localhost".into(),
        port,
        security: Security::None,
        login: None,
        with: Login::Password,
        ca: None,
    };
    let m = Mailbox {
        inbox: id,
        tenant,
        line: LineId(tenant.0),
        address: Address::parse(address).expect("an address"),
        config: MailboxConfig {
            from_name: "云付 Service".into(),
            smtp: Some(smtp),
            authserv_id: Some("mx.hark.test".into()),
            ..config
        },
        uid_validity: None,
        uid_next: None,
        epoch: 0,
        fetched_at: None,
        failing_since: None,
        fault: None,
        answer: None,
        dropped: 0,
        dropped_at: None,
    };
    m.config.check().expect("fits");
    let (made, key) = (m.clone(), format!("mail{id}"));
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!(
                "INSERT INTO inbox(id, tenant_id, line_id, channel, name, config, key, created_at)
                 VALUES ($1, $2, $2, 'email', 'm', '{}', $3, 0)"
            ),
            args![id, tenant, key],
        )
        .await?;
        insert_or_update(tx, &made, 0).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
    app.port::<Arc<Cache>>().refresh(app).await.expect("refreshes");
    m
}

/// A mail whose sender was judged by the inbox's own server.
pub fn mail(from: &str, to: &str, id: &str, rest: &str, body: &str) -> String {
    let domain = from.trim_end_matches('>').rsplit('@').next().unwrap_or("");
    format!(
        "Authentication-Results: mx.hark.test; dmarc=pass header.from={domain}\r\nFrom: {from}\r\nTo: {to}\r\n\
         Message-ID: <{id}>\r\nDate: Mon, 30 Nov 2026 10:00:00 +0800\r\n{rest}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    )
}

pub async fn bring(stage: &Stage, to: &Mailbox, raw: &str) -> bool {
    let mail =
        Arriving { via: Via::Lmtp, envelope: Envelope::default(), raw: raw.as_bytes().to_vec().into() };
    keep(&stage.program.app, to, mail).await.expect("is kept")
}

/// Mails of a client by state.
async fn states(stage: &Stage, tenant: TenantId) -> Vec<(String, Option<String>)> {
    let read = async move |tx: &mut Tx| {
        let sql = sql!("SELECT status, fault FROM mail_arrival WHERE tenant_id = $1 ORDER BY id");
        tx.all(sql, args![tenant], |r| Ok((r.text(0)?, r.opt_text(1)?))).await
    };
    stage.program.app.db().read(&TenantScope::tenant(tenant), read).await.expect("reads")
}

pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS_MAX {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not come to pass");
}

/// Waits until nothing of a client waits to be read.
pub async fn read_all(stage: &Stage, tenant: TenantId) {
    until("reading", async || states(stage, tenant).await.iter().all(|(s, _)| s != "pending").then_some(()))
        .await;
}

/// Brings a mail and waits until it is where it belongs.
pub async fn take(stage: &Stage, to: &Mailbox, raw: &str) {
    bring(stage, to, raw).await;
    read_all(stage, to.tenant).await;
}

pub async fn messages(stage: &Stage, row: &Row) -> Vec<MessageRow> {
    let row = row.clone();
    let tenant = row.tenant;
    let read = async move |tx: &mut Tx| between(tx, &row, 0, i64::MAX, 100, false).await;
    let all = stage.program.app.db().read(&TenantScope::tenant(tenant), read).await.expect("reads");
    all.into_iter().filter(|m| !m.is_event).collect()
}

/// Waits until the log is read and no mail of ours waits to leave.
pub async fn all_sent(stage: &Stage) {
    stage.program.settle().await;
    until("sending", async || {
        let read = async |tx: &mut Tx| {
            let sql = sql!("SELECT COUNT(*) FROM mail_delivery WHERE status = 'pending' AND tenant_id > 0");
            tx.one(sql, args![], |r| r.int(0)).await
        };
        let left = stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads");
        (left == Some(0)).then_some(())
    })
    .await;
}

pub fn field<'a>(letter: &'a str, name: &str) -> Option<String> {
    let mut lines = letter.lines().take_while(|l| !l.is_empty()).peekable();
    while let Some(line) = lines.next() {
        if let Some(value) = line.strip_prefix(name).and_then(|l| l.strip_prefix(": ")) {
            let mut value = value.to_owned();
            while let Some(more) = lines.next_if(|l: &&'a str| l.starts_with([' ', '\t'])) {
                value.push(' ');
                value.push_str(more.trim());
            }
            return Some(value);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_a_conversation_and_the_answers_stay_in_its_thread() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let config = MailboxConfig {
        signature: "{{agent.alias}}\n{{brand.name}}{{no.such}}".into(),
        ..MailboxConfig::default()
    };
    let inbox = mailbox(&stage, CLIENTS[0], "service@pay.test", postfix.port, config).await;
    let first = mail(
        &format!("李雷 <lilei@{HOST}>"),
        "service@pay.test, boss@shop.test",
        "a1@customer",
        "Subject: =?utf-8?B?6L2s6LSm5aSx6LSl?=\r\nCc: Anna <anna@shop.test>\r\n",
        "转账失败了，卡号 4111 1111 1111 1111。\r\n\r\n在 2026年11月29日，云付 写道：\r\n> 您好",
    );
    take(&stage, &inbox, &first).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!((rows.len(), rows[0].subject.as_deref()), (1, Some("转账失败")));
    let all = messages(&stage, &rows[0]).await;
    let head = all[0].extras.mail.clone().expect("a head");
    assert!(
        all[0].body.starts_with("转账失败了") && !all[0].body.contains("1111 1111 1111"),
        "{}",
        all[0].body
    );
    assert!(!all[0].body.contains("您好") && head.folded, "the quote is folded");
    assert_eq!((head.verdict, head.kind, head.cc.len()), (MailVerdict::Aligned, MailKind::Human, 1));

    stage.answer(CLIENTS[0], rows[0].id, "已为您查询 <b>\nhttps://pay.test/a?b=1&c=2", false).await;
    stage.answer(CLIENTS[0], rows[0].id, "内部备注", true).await;
    let letter = postfix.wait(1).await.pop().expect("a letter");
    assert_eq!(field(&letter, "In-Reply-To").as_deref(), Some("<a1@customer>"));
    assert_eq!(field(&letter, "References").as_deref(), Some("<a1@customer>"));
    assert!(field(&letter, "To").is_some_and(|t| t.contains(&format!("lilei@{HOST}"))), "{letter}");
    assert!(field(&letter, "Cc").is_none() && field(&letter, "Auto-Submitted").is_none(), "{letter}");
    let text = plain_text(&letter);
    assert!(text.contains("林晓") && text.contains("client 11") && !text.contains("{{"), "{text}");
    assert!(!text.contains("内部备注") && text.contains("&lt;b&gt;"), "{text}");
    let token_address = field(&letter, "Reply-To").expect("an address for answers");
    let token_address =
        token_address.rsplit('<').next().expect("an address").trim_end_matches('>').to_owned();
    let id = field(&letter, "Message-ID").expect("an id");
    until("the mark of delivery", async || {
        let row = stage.conversations(CLIENTS[0]).await.remove(0);
        (row.contact_delivered > 0).then_some(())
    })
    .await;

    // The customer answers from their mail program, and a colleague of theirs answers by references alone.
    let id = id.trim_matches(['<', '>']);
    let answer = mail(
        &format!("lilei@{HOST}"),
        &token_address,
        "a2@customer",
        "Subject: 回复：转账失败\r\n",
        "谢谢，收到了",
    );
    take(&stage, &inbox, &answer).await;
    let rest = format!("Subject: Re: x\r\nIn-Reply-To: <{id}>\r\nReferences: <a1@customer> <{id}>\r\n");
    take(&stage, &inbox, &mail("anna@shop.test", "service@pay.test", "a3@shop", &rest, "me too")).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    let bodies: Vec<String> = messages(&stage, &rows[0]).await.into_iter().map(|m| m.body).collect();
    assert_eq!(rows.len(), 1, "{bodies:?}");
    assert!(
        bodies.contains(&"谢谢，收到了".to_owned()) && bodies.contains(&"me too".to_owned()),
        "{bodies:?}"
    );
    assert!(!bring(&stage, &inbox, &answer).await, "the same bytes are the same mail");
    read_all(&stage, CLIENTS[0]).await;
    assert_eq!(messages(&stage, &rows[0]).await.len(), bodies.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_into_a_conversation_that_is_not_theirs() {
    let stage = Stage::new().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", 1, MailboxConfig::default()).await;
    let b = mailbox(&stage, CLIENTS[1], "b@shop.test", 1, MailboxConfig::default()).await;
    let other = mailbox(&stage, CLIENTS[0], "other@pay.test", 1, MailboxConfig::default()).await;
    take(&stage, &a, &mail("lilei@x.test", "a@pay.test", "m1@x", "Subject: order 7\r\n", "mine")).await;
    let first = stage.conversations(CLIENTS[0]).await.remove(0);
    let refer = "Subject: Re: order 7 [#1]\r\nIn-Reply-To: <m1@x>\r\nReferences: <m1@x>\r\n";
    // A stranger who knows the id; the right person at another inbox and at another client; a number in the subject; a name
    // that its domain disowns.
    take(&stage, &a, &mail("eve@evil.test", "a@pay.test", "e1@evil", refer, "stranger")).await;
    take(&stage, &other, &mail("lilei@x.test", "other@pay.test", "e2@x", refer, "other inbox")).await;
    take(&stage, &b, &mail("lilei@x.test", "b@shop.test", "e3@x", refer, "other client")).await;
    let forged =
        mail("lilei@x.test", "a@pay.test", "e4@x", refer, "forged").replace("dmarc=pass", "dmarc=fail");
    take(&stage, &a, &forged).await;
    let token = "hijklmnopqrstuvwxyz234567abcdefghi";
    let guess = format!("a+{token}@pay.test");
    take(&stage, &a, &mail("eve@evil.test", &guess, "e5@evil", "Subject: x\r\n", "guessed")).await;
    let texts: Vec<String> = messages(&stage, &first).await.into_iter().map(|m| m.body).collect();
    assert_eq!(texts, ["mine"]);
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!((rows.len(), stage.conversations(CLIENTS[1]).await.len()), (5, 1));
    // Whoever wears the name is not the contact.
    let forged = rows.iter().find(|r| r.last_text == "forged").expect("a conversation of its own");
    assert_ne!(forged.contact, first.contact);
    let head = messages(&stage, forged).await[0].extras.mail.clone().expect("a head");
    assert_eq!(head.verdict, MailVerdict::Forged);
    // The right person at the other inbox of the same client is the same contact.
    assert_eq!(rows.iter().find(|r| r.last_text == "other inbox").map(|r| r.contact), Some(first.contact));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_out_of_order_find_each_other() {
    let stage = Stage::new().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", 1, MailboxConfig::default()).await;
    let who = "lilei@x.test";
    let rest = "Subject: Re: x\r\nIn-Reply-To: <m1@x>\r\nReferences: <m1@x>\r\n";
    take(&stage, &a, &mail(who, "a@pay.test", "m2@x", rest, "the answer")).await;
    // A sibling that names the same missing parent, then the parent itself, then one far down with cut references.
    take(&stage, &a, &mail(who, "a@pay.test", "m3@x", rest, "the second answer")).await;
    take(&stage, &a, &mail(who, "a@pay.test", "m1@x", "Subject: x\r\n", "the question")).await;
    let deep: String = (0..100).map(|i| format!(" <r{i}@x>\r\n")).collect();
    let rest = format!("Subject: Re: x\r\nReferences:\r\n{deep} <m3@x>\r\n");
    take(&stage, &a, &mail(who, "a@pay.test", "m9@x", &rest, "far down")).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!(rows.len(), 1, "{:?}", rows.iter().map(|r| r.last_text.clone()).collect::<Vec<_>>());
    assert_eq!(messages(&stage, &rows[0]).await.len(), 4);
    // Ended long ago: a new conversation, which its answers then find.
    let end = async |id| {
        let sql = sql!(
            "UPDATE conversation SET status = 'resolved', resolved_at = 1 WHERE id = $1 AND tenant_id > 0"
        );
        let write = async move |tx: &mut Tx| tx.exec(sql, args![id]).await;
        let db = stage.program.app.db();
        db.write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
    };
    end(rows[0].id).await;
    let rest = "Subject: Re: x\r\nIn-Reply-To: <m1@x>\r\nReferences: <m1@x>\r\n";
    take(&stage, &a, &mail(who, "a@pay.test", "n1@x", rest, "a month later")).await;
    let rest = "Subject: Re: x\r\nIn-Reply-To: <n1@x>\r\nReferences: <m1@x> <n1@x>\r\n";
    take(&stage, &a, &mail(who, "a@pay.test", "n2@x", rest, "and again")).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!((rows.len(), messages(&stage, &rows[1]).await.len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_of_a_thread_stand_in_the_order_in_which_they_came() {
    let stage = Stage::new().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", 1, MailboxConfig::default()).await;
    let b = mailbox(&stage, CLIENTS[0], "b@pay.test", 1, MailboxConfig::default()).await;
    let who = "lilei@x.test";
    // Every other one takes far longer to look into than the one after it.
    let long = "word ".repeat(150_000);
    for n in 1..=12 {
        for to in [&a, &b] {
            let rest = format!("Subject: Re: x\r\nReferences: <{}@{}>\r\n", n - 1, to.inbox);
            let body = format!("{n}. {}", if n % 2 == 1 { &long } else { "" });
            let id = format!("{n}@{}", to.inbox);
            bring(&stage, to, &mail(who, to.address.as_str(), &id, &rest, &body)).await;
        }
    }
    read_all(&stage, CLIENTS[0]).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!(rows.len(), 2, "a thread for each inbox");
    for row in rows {
        let all = messages(&stage, &row).await;
        let numbers: Vec<&str> = all.iter().filter_map(|m| m.body.split('.').next()).collect();
        assert_eq!(numbers, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_nobodys_turn_and_a_bounce_marks_our_message() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("lilei@{HOST}");
    take(&stage, &a, &mail(&who, "a@pay.test", "m1@x", "Subject: x\r\n", "question")).await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    let posted = stage.answer(CLIENTS[0], row.id, "answer", false).await;
    let letter = postfix.wait(1).await.pop().expect("a letter");
    let id = field(&letter, "Message-ID").expect("an id");
    let away = format!(
        "Subject: 自动回复: x\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\nReferences: {id}\r\n"
    );
    take(&stage, &a, &mail(&who, "a@pay.test", "o1@x", &away, "I am away")).await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    assert_eq!(row.waiting.word(), "customer", "an automatic answer is nobody's turn");
    let last = messages(&stage, &row).await.pop().expect("is shown");
    assert_eq!(last.extras.mail.as_ref().map(|h| h.kind), Some(MailKind::AutoReply));

    let report = |of: &str| {
        format!(
            "From: MAILER-DAEMON@{HOST}\r\nTo: a@pay.test\r\nSubject: Undelivered\r\nMessage-ID: <b{}@x>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nno\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {who}\r\n\
             Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 unknown\r\n\r\n--b\r\nContent-Type: message/rfc822-headers\r\n\r\n\
             Message-ID: {of}\r\nFrom: a@pay.test\r\n\r\n--b--\r\n",
            of.len()
        )
    };
    take(&stage, &a, &report(&id)).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!(rows.len(), 1, "a bounce opens nothing");
    let ours = messages(&stage, &rows[0]).await.into_iter().find(|m| m.id == posted.message.id);
    assert_eq!(ours.and_then(|m| m.failure).as_deref(), Some("mail.undeliverable"));
    // A report about something that we never sent is laid aside, and marks nothing.
    take(&stage, &a, &report("<never@elsewhere.test>")).await;
    let states = states(&stage, CLIENTS[0]).await;
    assert_eq!(states.last().map(|s| s.1.as_deref()), Some(Some("mail.stray_report")), "{states:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_laid_aside_and_the_next_goes_on() {
    let stage = Stage::new().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", 1, MailboxConfig::default()).await;
    bring(&stage, &a, "").await;
    bring(&stage, &a, "\u{0}\u{1}not a mail at all").await;
    bring(&stage, &a, "To: a@pay.test\r\nSubject: from nobody\r\n\r\nx\r\n").await;
    take(&stage, &a, &mail("lilei@x.test", "a@pay.test", "m1@x", "Subject: x\r\n", "a good one")).await;
    let states = states(&stage, CLIENTS[0]).await;
    let faults: Vec<_> =
        states.iter().filter_map(|(s, f)| (s == "quarantined").then_some(f.clone())).collect();
    assert_eq!((states.len(), faults.len()), (4, 3), "{states:?}");
    assert_eq!(stage.texts(CLIENTS[0]).await, [(2, "a good one".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_answers_by_itself_once_a_day_and_no_program() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let words = MailboxConfig {
        acknowledgement: "我们已收到您的来信。".into(), ..MailboxConfig::default()
    };
    let a = mailbox(&stage, CLIENTS[0], &format!("a@{HOST}"), postfix.port, words.clone()).await;
    let b = mailbox(&stage, CLIENTS[1], &format!("b@{HOST}"), postfix.port, words).await;
    let seed =
        mail(&format!("lilei@{HOST}"), &format!("a@{HOST}"), "m1@x", "Subject: hello <evil>\r\n", "spam me");
    take(&stage, &a, &seed).await;
    let began = stage.program.clock.shared().now();
    // A day passes. Whatever arrives at our two inboxes is brought to them; the customer's mailbox answers that it is away,
    // to every mail it gets; whatever goes to anybody else bounces.
    let (mut seen, mut to_lilei) = (0, 0);
    for hour in 0..24_i64 {
        stage.program.clock.set(began + hour * 3_600_000);
        all_sent(&stage).await;
        let letters = postfix.letters();
        for (n, letter) in letters.iter().enumerate().skip(seen) {
            let to = field(letter, "To").unwrap_or_default();
            assert!(!plain_text(letter).contains("spam me") && !letter.contains("evil"), "{letter}");
            let id = field(letter, "Message-ID").unwrap_or_default();
            if to.contains("lilei") {
                to_lilei += 1;
                assert_eq!(field(letter, "Auto-Submitted").as_deref(), Some("auto-replied"));
                let rest = format!(
                    "Subject: Out of office\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\n"
                );
                let away =
                    mail(&format!("lilei@{HOST}"), &format!("a@{HOST}"), &format!("o{n}@x"), &rest, "away");
                take(&stage, &a, &away).await;
            }
        }
        seen = letters.len();
        // The two inboxes write to each other, as a person at each does once, and the customer writes again each hour.
        if hour == 1 {
            take(
                &stage,
                &b,
                &mail(&format!("a@{HOST}"), &format!("b@{HOST}"), "ab@x", "Subject: x\r\n", "hello b"),
            )
            .await;
            take(
                &stage,
                &a,
                &mail(&format!("b@{HOST}"), &format!("a@{HOST}"), "ba@x", "Subject: x\r\n", "hello a"),
            )
            .await;
        }
        let again = mail(
            &format!("lilei@{HOST}"),
            &format!("a@{HOST}"),
            &format!("h{hour}@x"),
            "Subject: y\r\n",
            "again",
        );
        take(&stage, &a, &again).await;
    }
    all_sent(&stage).await;
    assert_eq!(to_lilei, 1, "one automatic answer a day");
    assert_eq!(postfix.letters().len(), 1, "and none between our own inboxes");
    stage.program.clock.set(began + DAY_MS + 1);
    take(
        &stage,
        &a,
        &mail(&format!("lilei@{HOST}"), &format!("a@{HOST}"), "d2@x", "Subject: z\r\n", "next day"),
    )
    .await;
    assert_eq!(postfix.wait(2).await.len(), 2, "the next day there may be another");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_refuses_is_told_and_what_passes_is_tried_again() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", postfix.port, MailboxConfig::default()).await;
    // Postfix takes nothing for other domains.
    take(&stage, &a, &mail("lilei@elsewhere.example", "a@pay.test", "m1@x", "Subject: x\r\n", "question"))
        .await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    let posted = stage.answer(CLIENTS[0], row.id, "answer", false).await;
    let failed = until("the refusal", async || {
        let all = messages(&stage, &row).await;
        all.into_iter().find(|m| m.id == posted.message.id)?.failure
    })
    .await;
    assert_eq!(failed, "mail.recipient_refused");
    assert_eq!(stage.conversations(CLIENTS[0]).await[0].status, Status::Open);
    // Nobody listens there: it waits for its next try, and says so.
    let b = mailbox(&stage, CLIENTS[1], "b@pay.test", 9, MailboxConfig::default()).await;
    take(&stage, &b, &mail(&format!("lilei@{HOST}"), "b@pay.test", "m2@x", "Subject: x\r\n", "question"))
        .await;
    let row = stage.conversations(CLIENTS[1]).await.remove(0);
    stage.answer(CLIENTS[1], row.id, "answer", false).await;
    let tenant = CLIENTS[1];
    until("the next try", async || {
        let read = async move |tx: &mut Tx| {
            let sql = sql!("SELECT status, attempts, fault FROM mail_delivery WHERE tenant_id = $1");
            tx.one(sql, args![tenant], |r| Ok((r.text(0)?, r.int(1)?, r.opt_text(2)?))).await
        };
        let found = stage.program.app.db().read(&TenantScope::tenant(tenant), read).await.expect("reads");
        found.filter(|(s, n, f)| s == "pending" && *n == 1 && f.is_some())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_stays_in_the_mail_and_its_words_arrive() {
    let stage = Stage::new().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", 1, MailboxConfig::default()).await;
    let file = |name: &str, bytes: usize| {
        let body = "QUFB\r\n".repeat(bytes / 3);
        format!(
            "--b\r\nContent-Type: application/zip; name={name}\r\nContent-Disposition: attachment; filename={name}\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{body}"
        )
    };
    let lines = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee the files\r\n";
    let head = "Authentication-Results: mx.hark.test; dmarc=pass header.from=x.test\r\nFrom: lilei@x.test\r\nTo: a@pay.test\r\n\
         Message-ID: <l1@x>\r\nSubject: files\r\n";
    // Base64 without line ends, so that 21 MB stay below the bound of a mail.
    let large = "QUFB".repeat(7 * 1024 * 1024);
    let large = format!(
        "--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=large.zip\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        large.as_bytes().chunks(76).map(|l| String::from_utf8_lossy(l)).collect::<Vec<_>>().join("\r\n")
    );
    take(&stage, &a, &format!("{head}{lines}{}{large}--b--\r\n", file("small.zip", 300))).await;
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!(states(&stage, CLIENTS[0]).await, [("done".to_owned(), None)]);
    let m = messages(&stage, &rows[0]).await.remove(0);
    let head = m.extras.mail.expect("a head");
    let names: Vec<&str> = m.extras.attachments.iter().map(|f| f.name.as_str()).collect();
    assert_eq!((m.body.as_str(), names), ("see the files", vec!["small.zip"]));
    assert_eq!(head.unkept, ["large.zip"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_of_an_inbox_without_a_mailbox_says_that_it_goes_nowhere() {
    let stage = Stage::new().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", 1, MailboxConfig::default()).await;
    take(&stage, &a, &mail("lilei@x.test", "a@pay.test", "m1@x", "Subject: x\r\n", "question")).await;
    let inbox = a.inbox;
    let write = async move |tx: &mut Tx| {
        tx.exec(sql!("DELETE FROM mailbox WHERE inbox_id = $1 AND tenant_id > 0"), args![inbox]).await
    };
    let db = stage.program.app.db();
    db.write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    let posted = stage.answer(CLIENTS[0], row.id, "answer", false).await;
    let failed = until("the failure", async || {
        messages(&stage, &row).await.into_iter().find(|m| m.id == posted.message.id)?.failure
    })
    .await;
    assert_eq!(failed, "mailbox.not_set_up");
}

/// How mails of ours stand, in order: status, fault, who has it already.
async fn deliveries(stage: &Stage) -> Vec<(String, Option<String>, Option<String>)> {
    let read = async |tx: &mut Tx| {
        let sql =
            sql!("SELECT status, fault, taken FROM mail_delivery WHERE tenant_id > 0 ORDER BY message_id");
        tx.all(sql, args![], |r| Ok((r.text(0)?, r.opt_text(1)?, r.opt_text(2)?))).await
    };
    stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_its_share_a_persons_mail_waits_for_it_and_a_programs_is_dropped() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let config = MailboxConfig { address_per_hour: Some(2), ..MailboxConfig::default() };
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", postfix.port, config.clone()).await;
    let config = MailboxConfig { acknowledgement: "收到".into(), ..config };
    let b = mailbox(&stage, CLIENTS[0], "b@pay.test", postfix.port, config).await;
    let who = format!("lilei@{HOST}");
    take(&stage, &a, &mail(&who, "a@pay.test", "m1@x", "Subject: x\r\n", "question")).await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    for n in 0..3 {
        stage.answer(CLIENTS[0], row.id, &format!("answer {n}"), false).await;
        stage.program.settle().await;
        until("a try", async || {
            let all = deliveries(&stage).await;
            (all.len() == n + 1 && all.iter().all(|(s, fault, _)| s != "pending" || fault.is_some()))
                .then_some(())
        })
        .await;
    }
    let third = deliveries(&stage).await.remove(2);
    assert_eq!(
        (third.0.as_str(), third.1.as_deref()),
        ("pending", Some("mail.share_used")),
        "it waits, and says why"
    );
    assert_eq!(postfix.wait(2).await.len(), 2);
    // A program of the same client, to the same address over another inbox.
    take(&stage, &b, &mail(&who, "b@pay.test", "m2@x", "Subject: y\r\n", "another question")).await;
    stage.program.settle().await;
    until("the dropping", async || {
        deliveries(&stage).await.iter().any(|d| d.1.as_deref() == Some("mail.dropped")).then_some(())
    })
    .await;
    let read = async |tx: &mut Tx| {
        let sql = sql!("SELECT dropped FROM mailbox WHERE tenant_id > 0 ORDER BY inbox_id");
        tx.all(sql, args![], |r| r.int(0)).await
    };
    assert_eq!(stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads"), [0, 1]);
    assert_eq!(postfix.letters().len(), 2);
    // An hour later there is room again.
    let letters = until("the third", async || {
        stage.program.clock.advance(400_000);
        tokio::time::sleep(Duration::from_millis(40)).await;
        Some(postfix.letters()).filter(|l| l.len() == 3)
    })
    .await;
    assert!(
        letters.iter().any(|l| plain_text(l).contains("answer 2"))
            && !letters.iter().any(|l| plain_text(l).contains("收到"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_server_refused_is_tried_again_alone() {
    use conversations::ports::Outbound;
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", postfix.port, MailboxConfig::default()).await;
    let who = format!("lilei@{HOST}");
    take(
        &stage,
        &a,
        &mail(&who, "a@pay.test", "m1@x", "Subject: x\r\nCc: no@elsewhere.test\r\n", "question"),
    )
    .await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    let app = &stage.program.app;
    let person =
        |address: &str| conversations::messages::MailPerson { name: String::new(), address: address.into() };
    let head = conversations::messages::MailHead {
        to: vec![person(&who)],
        cc: vec![person("no@elsewhere.test")],
        ..conversations::messages::MailHead::default()
    };
    let new = conversations::messages::NewMessage {
        id: app.id(),
        event_id: app.id(),
        conversation: row.id,
        author: kernel::Actor::user(crate::stage::AGENT),
        note: false,
        body: "to both".into(),
        attachments: vec![],
        mentions: vec![],
        client_key: None,
        mail: Some(Arc::new(head)),
        chat: false,
        automatic: false,
        seen_seq: None,
        now: app.now(),
    };
    let scope = TenantScope::tenant(CLIENTS[0]);
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| conversations::messages::append(tx, &inner, &new).await;
    let posted =
        app.db().write(&scope, AggregateKey::new("conversation", row.id.0), write).await.expect("writes");
    all_sent(&stage).await;
    let stands = deliveries(&stage).await.remove(0);
    assert_eq!((stands.0.as_str(), stands.1.as_deref()), ("failed", Some("mail.partly_refused")));
    assert_eq!(stands.2, Some(serde_json::json!([who]).to_string()), "who has it is remembered");
    assert_eq!(postfix.wait(1).await.len(), 1);
    channels::email::Email.retry(app, &posted.message).await.expect("is tried");
    all_sent(&stage).await;
    let stands = deliveries(&stage).await.remove(0);
    assert_eq!(
        (stands.0.as_str(), stands.1.as_deref()),
        ("failed", Some("mail.recipient_refused")),
        "{stands:?}"
    );
    assert_eq!(postfix.letters().len(), 1, "nobody gets it twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_speaks_its_readers_language() {
    let postfix = Postfix::start();
    let stage = Stage::reaching_home().await;
    let config = MailboxConfig {
        acknowledgement_zh: "我们会尽快答复。".into(),
        acknowledgement_en: "We will answer soon.".into(),
        ..MailboxConfig::default()
    };
    let a = mailbox(&stage, CLIENTS[0], "a@pay.test", postfix.port, config).await;
    for (n, (who, words)) in
        [("lilei", "订单还没有到，请查一下"), ("anna", "Where is my order, please?")].into_iter().enumerate()
    {
        let rest = format!("Subject: {}\r\n", if n == 0 { "x" } else { "help" });
        take(&stage, &a, &mail(&format!("{who}@{HOST}"), "a@pay.test", &format!("m{n}@x"), &rest, words))
            .await;
    }
    let letters = postfix.wait(2).await;
    let to = |who: &str| {
        letters.iter().find(|l| field(l, "To").is_some_and(|t| t.contains(who))).expect("a letter").clone()
    };
    let (zh, en) = (to("lilei"), to("anna"));
    assert!(plain_text(&zh).contains("我们会尽快答复") && plain_text(&en).contains("We will answer soon"));
    assert!(field(&en, "Subject").is_some_and(|s| s.starts_with("We have received")), "{en}");
}
