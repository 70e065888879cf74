//! What is in a mail: charsets, attachments of every kind, people, threading, safe HTML, and which mails are no bounces.

use base64::Engine as _;
use mail::kind::Kind;
use mail::{Options, Reading, Refusal, Warning, attachment, explain, read};

fn of(raw: &[u8]) -> Reading {
    read(raw, Options::default())
}

fn mail(head: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("From: Mia <mia@example.com>\r\nTo: support@example.org\r\nSubject: Order\r\n{head}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn in_charset(text: &str, label: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label").encode(text).0.into_owned()
}

#[test]
fn texts_are_read_whatever_their_charset_is_said_to_be() {
    let chinese = "您好，我的订单三天了还没有发货，请帮忙查一下，谢谢。";
    let taiwanese = "您好，我的訂單三天了還沒有出貨，請幫忙查詢一下，謝謝。";
    let japanese = "お世話になっております。注文の商品がまだ届いていません。";
    let russian = "Здравствуйте, мой заказ до сих пор не пришёл, помогите, пожалуйста.";
    for (text, label) in [
        (chinese, "gb18030"),
        (taiwanese, "big5"),
        (japanese, "iso-2022-jp"),
        (russian, "koi8-r"),
        (chinese, "utf-8"),
    ] {
        let body = in_charset(text, label);
        for declared in [
            "X: y".to_owned(),
            format!("Content-Type: text/plain; charset={label}"),
            "Content-Type: text/plain; charset=us-ascii".into(),
            "Content-Type: text/plain; charset=iso-8859-1".into(),
            "Content-Type: text/plain; charset=x-none".into(),
        ] {
            if label == "koi8-r" && declared.contains("8859") {
                continue;
            }
            assert_eq!(of(&mail(&declared, &body)).text_shown, text, "{label}, {declared}");
        }
        let encoded = base64::engine::general_purpose::STANDARD.encode(&body);
        let wrong = mail(
            "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: base64",
            encoded.as_bytes(),
        );
        assert_eq!(of(&wrong).text_shown, text, "{label} in base64");
        // The head as raw bytes.
        let raw = [b"From: mia@example.com\r\nSubject: ".as_slice(), &body, b"\r\n\r\nx"].concat();
        assert_eq!(of(&raw).subject, text, "{label} in the head");
    }
    let wrong = of(&mail("Content-Type: text/plain; charset=us-ascii", &in_charset(chinese, "gb18030")));
    assert!(wrong.warnings.contains(&Warning::CharsetWrong));
    let meta =
        in_charset("<html><head><meta charset=\"gbk\"></head><body>您好，我的订单</body></html>", "gbk");
    assert_eq!(of(&mail("Content-Type: text/html", &meta)).text_shown, "您好，我的订单");
}

const PARTS: &str = "\
--o\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>See <img src=\"cid:logo@x\"><img src=\"https://t.example/p.gif\"><img src=\"cid:offer@x\"></p>\r\n\
--r\r\nContent-Type: image/png; name=\"logo.png\"\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n\
--r--\r\n\
--o\r\nContent-Type: application/pdf; name=\"=?utf-8?B?5oql5Lu3LnBkZg==?=\"\r\nContent-Disposition: attachment; filename*=utf-8''..%2F..%2F%E6%8A%A5%E4%BB%B7.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n\
--o\r\nContent-Type: image/png; name=\"evil.png\"\r\nContent-ID: <offer@x>\r\nContent-Disposition: attachment; filename=\"evil.png\"\r\n\r\n<svg onload=alert(1)>\r\n\
--o\r\nContent-Type: message/rfc822\r\n\r\nFrom: Leo <leo@example.net>\r\nSubject: =?utf-8?B?5YaF?= =?utf-8?B?5a65?=\r\nMessage-ID: <inner@x>\r\n\r\ninner text\r\n\
--o\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nDTSTART:20260301T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\
--o\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{TNEF}\r\n\
--o--\r\n";

fn tnef() -> String {
    let attribute = |id: u32, value: &[u8]| {
        [
            &[2][..],
            &id.to_le_bytes(),
            &u32::try_from(value.len()).expect("short").to_le_bytes(),
            value,
            &[0, 0],
        ]
        .concat()
    };
    let bytes = [
        vec![0x78, 0x9f, 0x3e, 0x22, 1, 0],
        attribute(0x0006_9002, &[0; 14]),
        attribute(0x0001_8010, b"plan.doc\0"),
        attribute(0x0006_800F, b"12345"),
    ]
    .concat();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn attachments_of_every_kind_are_listed() {
    let raw = mail(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o",
        PARTS.replace("{TNEF}", &tnef()).as_bytes(),
    );
    let reading = of(&raw);
    let names: Vec<&str> = reading.attachments.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(
        names,
        ["logo.png", "报价.pdf", "evil.png", "内容.eml", "part-5.ics", "winmail.dat"],
        "{reading:#?}"
    );
    let by = |i: usize| &reading.attachments[i];
    assert!(
        by(0).inline
            && by(0).content_id.as_deref() == Some("logo@x")
            && by(0).type_sniffed.as_deref() == Some("image/png")
    );
    assert!(!by(1).inline && by(1).type_sniffed.as_deref() == Some("application/pdf") && by(1).size == 9);
    assert_eq!(by(2).type_sniffed.as_deref(), Some("image/svg+xml"), "what it is, not what it says");
    let nested = by(3).nested.as_ref().expect("a nested mail");
    assert_eq!(
        (nested.subject.as_str(), nested.from[0].address.as_str(), nested.message_id.as_deref()),
        ("内容", "leo@example.net", Some("inner@x"))
    );
    assert_eq!(
        by(4).calendar.as_ref().map(|c| (c.method.as_str(), c.summary.as_str())),
        Some(("REQUEST", "Call"))
    );
    assert_eq!(by(5).inside.iter().map(|f| (f.name.as_str(), f.size)).collect::<Vec<_>>(), [("plan.doc", 5)]);
    assert_eq!(attachment(&raw, 1).as_deref(), Some(&b"%PDF-1.4\n"[..]));
    assert!(attachment(&raw, 3).expect("a mail").starts_with(b"From: Leo"));
    assert_eq!(attachment(&raw, 6), None);
    let html = reading.html.expect("HTML");
    assert!(
        html.shown.contains("data-attachment=\"0\"")
            && html.shown.contains("data-remote-src=\"https://t.example/p.gif\""),
        "{}",
        html.shown
    );
    assert_eq!(html.remote_images, 1);
    assert!(!html.shown.contains("cid:") && !html.shown.contains(" src="));
    assert!(!reading.text_shown.contains("inner text"));
}

#[test]
fn html_above_a_bound_falls_back_to_text() {
    let deep = format!("Content of it {}", "<div>".repeat(500));
    let reading = of(&mail("Content-Type: text/html", deep.as_bytes()));
    assert!(
        reading.html.is_none()
            && reading.warnings.contains(&Warning::HtmlTooDeep)
            && reading.text_shown == "Content of it"
    );
    let large = format!("<p>first</p>{}", "<p>more words</p>".repeat(60_000));
    let reading = of(&mail("Content-Type: text/html", large.as_bytes()));
    assert!(
        reading.html.is_none()
            && reading.warnings.contains(&Warning::HtmlTooLarge)
            && reading.text_shown.starts_with("first")
    );
}

#[test]
fn people_are_harmless_and_of_two_authors_fields_one_counts() {
    let raw = b"From: \"Mia \xe2\x80\xaeeel\r\n \" <mia@example.com>\r\nFrom: boss@example.org\r\nTo: Team: a@example.net, =?utf-8?B?5byg5LiJLCDmnY7lm5s=?= <b@example.net>;\r\nCc: c@example.net\r\n\r\nx";
    let reading = of(raw);
    let p = &reading.participants;
    assert_eq!(
        (p.from.len(), p.from[0].name.as_str(), p.from[0].address.as_str()),
        (1, "Mia eel", "mia@example.com")
    );
    assert!(reading.warnings.contains(&Warning::FromRepeated));
    assert_eq!(
        p.to.iter().map(|p| (p.name.as_str(), p.address.as_str())).collect::<Vec<_>>(),
        [("", "a@example.net"), ("张三, 李四", "b@example.net")]
    );
    assert_eq!(p.cc.len(), 1);
}

#[test]
fn what_is_no_mail_is_refused_and_what_is_too_large_keeps_its_head() {
    assert_eq!(of(b"").refused, Some(Refusal::NotAMail));
    let mut large = mail("X: y", b"");
    large.resize(mail::limits::RAW_BYTES_MAX + 1, b'x');
    let reading = of(&large);
    assert_eq!((reading.refused, reading.subject.as_str()), (Some(Refusal::TooLarge), "Order"));
    assert_eq!(explain(b"\xff\xfe\0")["refused"], "not_a_mail");
}

/// Recipients with whether it is for good and the status; and the id of the mail that came back.
type Found = (Vec<(String, bool, Option<String>)>, Option<String>);

fn bounce_of(head: &str, body: &str) -> Option<Found> {
    let raw = format!("{head}\r\n\r\n{body}");
    let reading = of(raw.as_bytes());
    reading.bounce.map(|b| {
        (b.recipients.into_iter().map(|f| (f.address, f.hard, f.status)).collect(), b.original_message_id)
    })
}

#[test]
fn notices_of_servers_of_today_are_read() {
    let report = "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\r\nTo: support@example.org\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b";
    let body = |action: &str, status: &str| {
        format!(
            "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; mia@example.com\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <habc.1@example.org>\r\nSubject: x\r\n\r\n--b--\r\n"
        )
    };
    let (found, id) = bounce_of(report, &body("failed", "5.1.1")).expect("a bounce");
    assert_eq!(
        (found, id.as_deref()),
        (vec![("mia@example.com".into(), true, Some("5.1.1".into()))], Some("habc.1@example.org"))
    );
    let (found, _) = bounce_of(report, &body("delayed", "4.4.1")).expect("a bounce");
    assert!(!found[0].1);
    assert_eq!(bounce_of(report, &body("delivered", "2.0.0")), None, "nothing failed");
    for (name, head, body, address, hard) in [
        (
            "QQ",
            "From: \"QQ邮箱团队\" <PostMaster@qq.com>\r\nTo: support@example.org\r\nSubject: 来自mx3.qq.com的退信\r\nAuto-Submitted: auto-replied",
            "您好！\r\n\r\n抱歉，您的邮件被退回来了……\r\n\r\n原邮件信息：\r\n时间：2026-03-03 15:04:05\r\n主题：Order\r\n收件人：mia@qq.example.com\r\n\r\n退信原因：\r\n收件人邮箱不存在\r\nhost mx3.qq.com said: 550 Mailbox not found.\r\n",
            "mia@qq.example.com",
            true,
        ),
        (
            "163",
            "From: Postmaster@163.com\r\nTo: support@example.org\r\nSubject: 系统退信/Systems bounce\r\nReturn-Path: <>",
            "尊敬的用户：\r\n\r\n很抱歉，您的邮件未能成功送达，被退回。\r\n收件人地址: mia@163.example.com\r\n退信代码: SMTP error, RCPT TO: 550 User not found\r\n",
            "mia@163.example.com",
            true,
        ),
        (
            "Exchange",
            "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>\r\nTo: support@example.org\r\nSubject: Undeliverable: Order 1042\r\nReturn-Path: <>\r\nContent-Type: text/html",
            "<p>Your message to <b>mia@example.com</b> couldn't be delivered.</p><p>mia wasn't found at example.com.</p>",
            "mia@example.com",
            true,
        ),
        (
            "Gmail, still trying",
            "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\r\nTo: support@example.org\r\nSubject: Delivery Status Notification (Delay)\r\nAuto-Submitted: auto-replied",
            "Delivery incomplete\r\n\r\nThere was a temporary problem delivering your message to mia@example.com. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\r\n",
            "mia@example.com",
            false,
        ),
        (
            "qmail",
            "From: MAILER-DAEMON@mx.example.com\r\nTo: support@example.org\r\nSubject: failure notice\r\nReturn-Path: <>",
            "Hi. This is the qmail-send program at mx.example.com.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n<mia@example.com>:\r\nThis address no longer accepts mail. (#5.2.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nFrom: support@example.org\r\nTo: x@example.com\r\n",
            "mia@example.com",
            true,
        ),
        (
            "exim, still trying",
            "From: Mail Delivery System <Mailer-Daemon@mx.example.com>\r\nTo: support@example.org\r\nSubject: Warning: message 1abc delayed 24 hours\r\nAuto-Submitted: auto-replied",
            "This message was created automatically by mail delivery software.\r\nA message that you sent has not yet been delivered to one or more of its\r\nrecipients after more than 24 hours on the queue on mx.example.com.\r\n\r\nThe address to which the message has not yet been delivered is:\r\n\r\n  mia@example.com\r\n    Delay reason: Connection timed out\r\n\r\nNo action is required on your part. Delivery attempts will continue for\r\nsome time.\r\n",
            "mia@example.com",
            false,
        ),
    ] {
        let found = bounce_of(head, body);
        let recipients: Vec<(&str, bool)> =
            found.iter().flat_map(|f| &f.0).map(|(a, h, _)| (a.as_str(), *h)).collect();
        assert_eq!(recipients, [(address, hard)], "{name}");
    }
    let abuse = "From: fbl@provider.example\r\nTo: support@example.org\r\nSubject: complaint\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b";
    let body = "--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <mia@example.com>\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <habc.2@example.org>\r\n\r\nx\r\n--b--\r\n";
    let reading = of(format!("{abuse}\r\n\r\n{body}").as_bytes());
    assert_eq!(reading.kind, Kind::Report);
    assert_eq!(reading.bounce.and_then(|b| b.original_message_id).as_deref(), Some("habc.2@example.org"));
}

#[test]
fn what_people_write_about_failures_is_no_bounce() {
    for (subject, body) in [
        (
            "My order could not be delivered",
            "Hello, the parcel could not be delivered to leo@example.net's house. User unknown, said the driver.",
        ),
        (
            "Delivery failed",
            "Hi, your courier says delivery failed. Please call me or write to leo@example.net. Mia",
        ),
        (
            "Fwd: Undeliverable: Offer",
            "I get this when I write to sales@example.org:\n\nYour message could not be delivered to sales@example.org. 550 5.1.1 user unknown. Is the address right?",
        ),
        ("Re: Undeliverable: Offer", "Please use leo@example.net instead."),
        ("退信了怎么办", "你好，我发给 sales@example.org 的邮件被退回来了，怎么办？"),
        ("550 error", "rejected rejected failed leo@example.net"),
    ] {
        let raw = mail("X: y", body.as_bytes());
        let raw =
            String::from_utf8(raw).expect("UTF-8").replace("Subject: Order", &format!("Subject: {subject}"));
        let reading = of(raw.as_bytes());
        assert_eq!((reading.kind, reading.bounce), (Kind::Human, None), "{subject}");
    }
}

#[test]
fn the_signed_token_comes_back_through_an_answer() {
    use kernel::{ConversationId, InboxId, TenantId};
    use mail::threading::{KeyKind, Source, plus_address, sign, verify};
    let token = sign(b"a key", TenantId(1), InboxId(2), ConversationId(345));
    let address = plus_address("support@example.org", &token).expect("an address");
    let raw = format!(
        "From: mia@example.com\r\nTo: <{}>\r\nIn-Reply-To: <{token}.9@example.org>\r\nReferences: <q@example.com>\r\n <{token}.9@example.org>\r\n\r\nthanks",
        address.to_uppercase()
    );
    let reading = of(raw.as_bytes());
    let first = &reading.threading.keys[0];
    assert_eq!((first.kind, first.source), (KeyKind::Token, Source::Address));
    assert_eq!(verify(b"a key", TenantId(1), InboxId(2), &first.value), Some(ConversationId(345)));
    assert_eq!(reading.threading.keys.len(), 3, "{:?}", reading.threading.keys);
    let bare = of(b"From: mia@example.com\r\nSubject: Re: [#123] order\r\n\r\nx");
    assert!(bare.threading.keys.is_empty(), "a number in a subject is no key");
}

#[test]
fn flowed_text_is_put_back_into_paragraphs() {
    let reading = of(&mail(
        "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
        "您好，我的 \r\n订单没有到。\r\n".as_bytes(),
    ));
    assert_eq!(reading.text_shown, "您好，我的订单没有到。");
}
