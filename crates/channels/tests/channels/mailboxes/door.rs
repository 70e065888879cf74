//! The door of our own: a real postfix brings mail over SMTP and LMTP, and raw sockets try what no honest peer does.

use super::house::{self, House, PATIENCE, mail};
use channels::email::door::{Door, DoorSettings, Speech};
use channels::email::judging::{Dns, Judge, Resolving};
use kernel::{args, sql};
use platform::store::Tx;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{Engine, Postfix, TestStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct Hall {
    house: House,
    door: Arc<Door>,
}

fn settings(trusted: &str) -> DoorSettings {
    let any = Some("127.0.0.1:0".parse().expect("an address"));
    DoorSettings {
        smtp: any,
        lmtp: any,
        trusted: vec![trusted.parse().expect("a network")],
        direct: false,
        tls: None,
    }
}

async fn hall_with(settings: DoorSettings) -> Hall {
    let door = Door::new(settings);
    let provided = door.clone();
    let register = move |reg: &mut platform::Registry| {
        house::areas(reg);
        reg.provide(provided);
    };
    let house = House::on(TestStore::open(Engine::of_run()), register).await;
    let set = json!({ "address": "help@example.test", "config": { "believe_unproved": true } });
    house.set(set).await;
    Hall { house, door }
}

async fn hall() -> Hall {
    hall_with(settings("127.0.0.1")).await
}

impl Hall {
    fn at(&self, speech: Speech) -> SocketAddr {
        self.door.address(speech).expect("it listens")
    }
    async fn call(&self, speech: Speech) -> Raw {
        let mut raw = Raw(TcpStream::connect(self.at(speech)).await.expect("a connection"));
        raw.read("\r\n").await;
        raw
    }
}

/// A peer that says what it is told to.
struct Raw(TcpStream);

impl Raw {
    /// Reads until this was said, or the end.
    async fn read(&mut self, until: &str) -> String {
        let (mut all, mut part) = (vec![], [0; 4096]);
        while !String::from_utf8_lossy(&all).contains(until) {
            let read = tokio::time::timeout(PATIENCE, self.0.read(&mut part)).await.expect("in time");
            match read {
                Ok(n) if n > 0 => all.extend_from_slice(&part[..n]),
                _ => break,
            }
        }
        String::from_utf8_lossy(&all).into_owned()
    }
    async fn say(&mut self, text: impl AsRef<[u8]>) {
        // The other side may have closed.
        let _ = self.0.write_all(text.as_ref()).await;
    }
    async fn ask(&mut self, text: &str) -> String {
        self.say(format!("{text}\r\n")).await;
        self.read("\r\n").await
    }
    /// Up to where a mail begins.
    async fn open(&mut self, hello: &str) {
        self.say(format!("{hello}\r\n")).await;
        self.read("250 SIZE").await;
        assert!(self.ask("MAIL FROM:<a@customer.example>").await.starts_with("250"));
        assert!(self.ask("RCPT TO:<help@example.test>").await.starts_with("250"));
        assert!(self.ask("DATA").await.starts_with("354"));
    }
    /// Everything up to the end of the connection.
    async fn rest(&mut self) -> String {
        self.read("\0never").await
    }
}

async fn raw_mails(h: &House) -> Vec<(String, String)> {
    let app = h.program.app.clone();
    let read = async |tx: &mut Tx| {
        let sql =
            sql!("SELECT tenant_id, blob, via, envelope FROM mail_arrival WHERE tenant_id > 0 ORDER BY id");
        tx.all(sql, args![], |r| Ok((r.id::<kernel::TenantId>(0)?, r.blob(1)?, r.text(2)?, r.text(3)?))).await
    };
    let mut out = vec![];
    for (tenant, blob, via, envelope) in app.db().read(&h.scope(), read).await.expect("reads") {
        let hash = platform::blobs::BlobHash::try_from(blob).expect("a hash");
        let bytes = app.blobs().get(tenant, hash).await.expect("its bytes");
        out.push((String::from_utf8_lossy(&bytes).into_owned(), format!("{via} {envelope}")));
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_postfix_brings_mail_over_smtp_and_lmtp() {
    for (speech, transport) in [(Speech::Smtp, "smtp:"), (Speech::Lmtp, "lmtp:inet:")] {
        let hall = hall().await;
        let other = hall.house.new_inbox(&hall.house.tenant, &hall.house.line, "email").await;
        let set = json!({ "address": "sales@example.test", "config": { "believe_unproved": true } });
        let at = format!("/api/v1/inboxes/{other}/mailbox");
        hall.house.ask(&hall.house.admin, "PUT", &at, set).await.ok();
        let to = hall.at(speech);
        let p = Postfix::with(&format!(
            "virtual_mailbox_domains =\nrelay_domains = example.test\nrelay_transport = {transport}[127.0.0.1]:{}\n",
            to.port()
        ));
        for n in 0..20 {
            let mut raw = Raw(TcpStream::connect(("127.0.0.1", p.port)).await.expect("a connection"));
            raw.read("\r\n").await;
            for line in ["EHLO x", "MAIL FROM:<lilei@customer.example>", "RCPT TO:<Help+abc@example.test>"] {
                raw.say(format!("{line}\r\n")).await;
                raw.read(if n == 0 && line.starts_with('E') { "250 " } else { "250" }).await;
            }
            // To both; and a line that begins with a dot.
            assert!(raw.ask("RCPT TO:<sales@example.test>").await.contains("250"));
            raw.ask("DATA").await;
            raw.say([&mail(n, "by postfix")[..], b"..hidden\r\n.\r\n"].concat()).await;
            raw.read("250").await;
        }
        hall.house.wait_arrivals(40).await;
        let began = Instant::now();
        while p.queued() > 0 {
            assert!(began.elapsed() < PATIENCE, "postfix still holds mail");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let kept = raw_mails(&hall.house).await;
        assert_eq!(kept.len(), 40, "twenty for each mailbox");
        let (bytes, said) = &kept[0];
        assert!(bytes.ends_with("\r\n.hidden\r\n") && bytes.contains("Received: "), "{bytes}");
        let peer = "\"peer\":\"127.0.0.1\"";
        assert!(said.contains("lilei@customer.example") && said.contains(peer), "{said}");
        assert_eq!(hall.house.subjects().await.len(), 40);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_addresses_of_mailboxes_are_taken_and_nothing_is_relayed() {
    let hall = hall().await;
    let mut c = hall.call(Speech::Smtp).await;
    assert!(c.ask("MAIL FROM:<a@b.example>").await.starts_with("503"), "hello first");
    c.say("EHLO x\r\n").await;
    let offered = c.read("250 SIZE").await;
    assert!(
        offered.contains("250-PIPELINING")
            && offered.contains("250-8BITMIME")
            && !offered.contains("SMTPUTF8")
    );
    assert!(!offered.contains("STARTTLS"));
    assert!(c.ask("RCPT TO:<help@example.test>").await.starts_with("503"));
    assert!(c.ask("MAIL FROM:<> SIZE=1000 BODY=8BITMIME").await.starts_with("250"), "a bounce has no sender");
    for (to, code) in [
        ("HELP@Example.TEST", "250"),
        ("help+x.y@example.test", "250"),
        ("nobody@example.test", "550 5.1.1"),
        ("help@elsewhere.example", "550 5.1.1"),
        ("help%elsewhere.example@example.test", "550 5.1.1"),
    ] {
        let said = c.ask(&format!("RCPT TO:<{to}>")).await;
        assert!(said.starts_with(code), "{to}: {said}");
    }
    assert!(c.ask("RSET").await.starts_with("250"));
    assert!(c.ask("MAIL FROM:<a@b.example> SIZE=999999999").await.starts_with("552"));
    assert!(c.ask("MAIL FROM:<a@b.example>").await.starts_with("250"));
    for n in 0..51 {
        let said = c.ask(&format!("RCPT TO:<help+{n}@example.test>")).await;
        assert_eq!(&said[..3], if n < 50 { "250" } else { "452" });
    }
    assert!(c.ask("QUIT").await.starts_with("221"));
    // A switched-off inbox asks to come again.
    let at = format!("/api/v1/inboxes/{}", hall.house.inbox);
    hall.house.ask(&hall.house.admin, "PATCH", &at, json!({"enabled": false})).await.ok();
    let mut c = hall.call(Speech::Lmtp).await;
    assert!(c.ask("EHLO x").await.starts_with("502"));
    c.say("LHLO x\r\n").await;
    c.read("250 SIZE").await;
    c.ask("MAIL FROM:<a@b.example>").await;
    assert!(c.ask("RCPT TO:<help@example.test>").await.starts_with("450"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_second_mail_is_smuggled_in() {
    let hall = hall().await;
    let second = "MAIL FROM:<boss@example.test>\r\nRCPT TO:<help@example.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n";
    for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r\n\n.\r\n"] {
        let mut c = hall.call(Speech::Smtp).await;
        c.open("EHLO x").await;
        c.say(format!("Subject: first\r\n\r\nbody{end}{second}")).await;
        let said = c.rest().await;
        assert!(said.starts_with("521") && !said.contains("250"), "{end:?}: {said}");
    }
    for end in ["\r.\r", "\r\r\n.\r\r\n"] {
        let mut c = hall.call(Speech::Smtp).await;
        c.open("EHLO x").await;
        c.say(format!("Subject: one{}\r\n\r\nbody{end}{second}", end.len())).await;
        assert!(c.read("\r\n").await.starts_with("250"));
        assert!(c.ask("NOOP").await.starts_with("250"), "nothing of the second was a command");
    }
    let mut c = hall.call(Speech::Smtp).await;
    c.say("EHLO x\n").await;
    assert!(c.rest().await.starts_with("521"));
    hall.house.wait_arrivals(2).await;
    let kept = raw_mails(&hall.house).await;
    assert!(
        kept.len() == 2 && kept.iter().all(|(m, _)| m.contains("Subject: one") && m.contains("smuggled"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_sent_together_are_answered_in_order() {
    let hall = hall().await;
    let mut c = hall.call(Speech::Lmtp).await;
    let m = String::from_utf8(mail(1, "together")).expect("text");
    let all = "LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@example.test>\r\nRCPT TO:<nobody@example.test>\r\n\
        RCPT TO:<help+2@example.test>\r\nDATA\r\n";
    c.say(format!("{all}{m}.\r\nQUIT\r\n")).await;
    let said = c.rest().await;
    let codes: Vec<&str> =
        said.lines().filter(|l| l.as_bytes().get(3) == Some(&b' ')).map(|l| &l[..3]).collect();
    assert_eq!(codes, ["250", "250", "250", "550", "250", "354", "250", "250", "221"], "{said}");
    assert_eq!(hall.house.wait_arrivals(1).await.len(), 1, "one mailbox, one arrival");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_refused_and_the_door_stays_open() {
    let hall = hall().await;
    // A mail that is too large, without having said so.
    let mut c = hall.call(Speech::Smtp).await;
    c.open("EHLO x").await;
    let block = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n".repeat(16_384);
    for _ in 0..41 {
        c.say(&block).await;
    }
    c.say(".\r\n").await;
    assert!(c.read("\r\n").await.starts_with("552"));
    // A line that is too long, as a command and in a mail.
    assert!(c.ask(&"x".repeat(10_000)).await.starts_with("500"));
    assert!(c.ask("MAIL FROM:<a@b.example>").await.starts_with("250"));
    c.ask("RCPT TO:<help@example.test>").await;
    c.ask("DATA").await;
    c.say(format!("{}\r\n.\r\n", "x".repeat(5_000))).await;
    assert!(c.read("\r\n").await.starts_with("500"));
    // Ten errors are enough.
    let mut said = String::new();
    for _ in 0..10 {
        said.push_str(&c.ask("FOO").await);
    }
    assert!(said.contains("421 4.7.0"), "{said}");
    // So many connections of one peer; one more is told to come again.
    let mut held = vec![];
    for _ in 0..25 {
        held.push(hall.call(Speech::Smtp).await);
    }
    let mut more = Raw(TcpStream::connect(hall.at(Speech::Smtp)).await.expect("a connection"));
    assert!(more.rest().await.starts_with("421"));
    held.pop();
    let began = Instant::now();
    loop {
        let mut c = Raw(TcpStream::connect(hall.at(Speech::Smtp)).await.expect("a connection"));
        if c.read("\r\n").await.starts_with("220") {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "a place that is given back is free");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(hall.house.arrivals().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_trusted_is_turned_away() {
    let hall = hall_with(settings("10.0.0.0/8")).await;
    let mut c = Raw(TcpStream::connect(hall.at(Speech::Smtp)).await.expect("a connection"));
    assert!(c.rest().await.starts_with("554"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_sent_before_tls_is_read_after_it() {
    let p = Postfix::start();
    let tls = p.certificate_files();
    let hall = hall_with(DoorSettings { tls: Some(tls), ..settings("127.0.0.1") }).await;
    let mut c = hall.call(Speech::Smtp).await;
    c.say("EHLO x\r\n").await;
    assert!(c.read("250 SIZE").await.contains("250-STARTTLS"));
    c.say("STARTTLS\r\nMAIL FROM:<thief@b.example>\r\n").await;
    let said = c.rest().await;
    assert!(said.starts_with("220") && said.lines().count() == 1, "it ends: {said}");
    // An honest peer: postfix with TLS demanded.
    let to = hall.at(Speech::Smtp).port();
    let relay = Postfix::with(&format!(
        "virtual_mailbox_domains =\nrelay_domains = example.test\nrelay_transport = smtp:[127.0.0.1]:{to}\n\
         smtp_tls_security_level = encrypt\n"
    ));
    let mut raw = Raw(TcpStream::connect(("127.0.0.1", relay.port)).await.expect("a connection"));
    raw.read("\r\n").await;
    for line in ["HELO x", "MAIL FROM:<lilei@customer.example>", "RCPT TO:<help@example.test>", "DATA"] {
        raw.ask(line).await;
    }
    raw.say([&mail(1, "guarded")[..], b".\r\n"].concat()).await;
    hall.house.wait_arrivals(1).await;
    assert_eq!(hall.house.subjects().await, ["guarded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_button_waits_at_the_door_where_nothing_is_fetched() {
    let hall = hall().await;
    // Its own server forwards to us, and writes down what it found out.
    let to = hall.at(Speech::Lmtp).port();
    let more = format!(
        "virtual_mailbox_domains =\nrelay_domains = example.test\nrelay_transport = lmtp:inet:[127.0.0.1]:{to}\n"
    );
    let p = Postfix::with(&(more + &Postfix::findings_for("X-Hark-Test")));
    let set = json!({ "address": "help@example.test",
        "config": { "smtp": { "host": "localhost", "port": p.port, "security": "none" } } });
    hall.house.set(set).await;
    let path = format!("{}/test", hall.house.path());
    let r = hall.house.ask(&hall.house.admin, "POST", &path, serde_json::Value::Null).await.ok();
    assert_eq!((r["ok"].as_bool(), r["authserv_id"].as_str()), (Some(true), Some("mx.example.test")), "{r}");
    assert!(hall.house.arrivals().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_sudden_end() {
    let hall = hall().await;
    let mut acknowledged = 0;
    for n in 0..5 {
        let mut c = hall.call(Speech::Smtp).await;
        c.open("EHLO x").await;
        c.say([&mail(n, "sudden")[..], b".\r\n"].concat()).await;
        acknowledged += usize::from(c.read("\r\n").await.starts_with("250"));
    }
    // One is in the middle of its mail.
    let mut c = hall.call(Speech::Smtp).await;
    c.open("EHLO x").await;
    c.say("Subject: half\r\n\r\nhalf a ma").await;
    // Nothing is told to end: another process reads what lies on the disk.
    let copy = tempfile::tempdir().expect("a folder");
    if hall.house.program.store.engine == Engine::Sqlite {
        for part in ["hark.db", "hark.db-wal"] {
            std::fs::copy(hall.house.program.store.folder().join(part), copy.path().join(part))
                .expect("a copy");
        }
        let at = platform::store::Location::Sqlite(copy.path().join("hark.db"));
        let db = platform::store::Db::open(&at, &platform::store::Options::default()).expect("opens");
        let read = async |tx: &mut Tx| {
            tx.one(sql!("SELECT COUNT(*) FROM mail_arrival WHERE tenant_id > 0"), args![], |r| r.int(0)).await
        };
        let found = db.read(&kernel::TenantScope::system(), read).await.expect("reads");
        assert_eq!((acknowledged, found), (5, Some(5)));
    }
    hall.house.wait_arrivals(5).await;
    assert_eq!(raw_mails(&hall.house).await.len(), 5, "and their bytes; half a mail is none");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_holds_nobody_up_and_an_end_is_told() {
    let mut hall = hall().await;
    let mut slow = vec![];
    for _ in 0..9 {
        let mut c = hall.call(Speech::Smtp).await;
        c.say("EH").await;
        slow.push(c);
    }
    let began = Instant::now();
    let mut c = hall.call(Speech::Smtp).await;
    c.open("EHLO x").await;
    c.say([&mail(1, "quick")[..], b".\r\n"].concat()).await;
    assert!(c.read("\r\n").await.starts_with("250"));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    hall.house.program.stop().await;
    assert!(c.rest().await.starts_with("421"), "who is between two mails is told");
    assert!(slow[0].rest().await.starts_with("421"));
}

/// A door whose program judges with the records of these names.
async fn hall_judging(names: &testkit::Names, settings: DoorSettings, config: serde_json::Value) -> Hall {
    let door = Door::new(settings);
    let dns = Dns::open(Resolving::At(names.address)).expect("opens").expect("is on");
    let (provided, judge) = (door.clone(), Judge::new(dns, vec![]));
    let register = move |reg: &mut platform::Registry| {
        house::areas(reg);
        reg.provide(provided);
        reg.provide(judge);
    };
    let house = House::on(TestStore::open(Engine::of_run()), register).await;
    house.set(json!({ "address": "help@example.test", "config": config })).await;
    Hall { house, door }
}

/// The verdict and what was found of each mail, in order.
async fn judged(h: &House) -> Vec<(String, Vec<String>)> {
    let read = async |tx: &mut Tx| {
        let sql = sql!(
            "SELECT conversation_id, message_id FROM mail_arrival WHERE tenant_id > 0 AND message_id IS NOT NULL ORDER BY id"
        );
        tx.all(sql, args![], |r| Ok((r.int(0)?, r.int(1)?))).await
    };
    let mut out = vec![];
    for (conversation, message) in h.program.app.db().read(&h.scope(), read).await.expect("reads") {
        let at = format!("/api/v1/conversations/{conversation}/messages");
        let all = h.get(&at).await;
        let items = all["items"].as_array().expect("a list").clone();
        let id = message.to_string();
        let one = items.iter().find(|m| m["id"].as_str() == Some(&id)).expect("the message").clone();
        let mail = h.get(&format!("{at}/{message}/mail")).await;
        let found = mail["written"]["findings"].as_array().expect("a list").iter().map(|f| {
            let word = |k: &str| f[k].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {}={} {} {}",
                word("by"),
                word("method"),
                word("outcome"),
                word("domain"),
                word("note")
            )
        });
        out.push((one["mail"]["verdict"].as_str().unwrap_or_default().to_owned(), found.collect()));
    }
    out
}

async fn bring(hall: &Hall, forwarded: &str, subject: &str) {
    let mut c = hall.call(Speech::Smtp).await;
    c.say("EHLO relay.example.test\r\n").await;
    c.read("250 SIZE").await;
    if !forwarded.is_empty() {
        assert!(c.ask(&format!("XFORWARD {forwarded}")).await.starts_with("250"));
    }
    assert!(c.ask("MAIL FROM:<info@bank.test>").await.starts_with("250"));
    assert!(c.ask("RCPT TO:<help@example.test>").await.starts_with("250"));
    assert!(c.ask("DATA").await.starts_with("354"));
    c.say(format!(
        "Authentication-Results: mx.example.test; dmarc=pass header.from=bank.test\r\nFrom: Bank <info@bank.test>\r\n\
         To: help@example.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@bank.test>\r\n\r\nPlease pay.\r\n.\r\n"
    ))
    .await;
    assert!(c.read("\r\n").await.starts_with("250"));
}

fn bank() -> testkit::Names {
    let names = testkit::Names::start();
    names.text("bank.test", "v=spf1 ip4:192.0.2.10 ip6:2001:db8::/32 -all");
    names.text("_dmarc.bank.test", "v=DMARC1; p=reject");
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_bank_is_seen_through_and_the_real_one_is_known() {
    let names = bank();
    let hall = hall_judging(&names, settings("127.0.0.1"), json!({})).await;
    let told = [
        ("NAME=out ADDR=192.0.2.10 HELO=out.bank.test PROTO=ESMTP SOURCE=REMOTE", "aligned"),
        ("ADDR=198.51.100.7 HELO=out.bank.test", "forged"),
        ("ADDR=IPV6:2001:db8::5 HELO=out+2Ebank.test", "aligned"),
        // Where it came from is not known, or it is a host of the house: SPF has nothing to say.
        ("ADDR=[UNAVAILABLE] HELO=[UNAVAILABLE]", "unknown"),
        ("ADDR=10.1.2.3", "unknown"),
        ("", "unknown"),
    ];
    for (n, (forwarded, _)) in told.iter().enumerate() {
        bring(&hall, forwarded, &format!("m{n}")).await;
        hall.house.wait_arrivals(n + 1).await;
    }
    let all = judged(&hall.house).await;
    for ((forwarded, verdict), (found, methods)) in told.iter().zip(&all) {
        assert_eq!(found, verdict, "{forwarded}: {methods:?}");
    }
    let forged = ["hark spf=fail bank.test ", "hark dmarc=fail bank.test p=reject"];
    assert_eq!(all[1].1, forged);

    // Names that cannot be looked up just now are asked for again: the mail waits and is judged then.
    names.faulty("_dmarc.bank.test", true).faulty("bank.test", true);
    // What is known already is known for a second.
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    let before = names.asked().len();
    bring(&hall, "ADDR=192.0.2.10", "later").await;
    let began = Instant::now();
    while names.asked().len() == before {
        assert!(began.elapsed() < PATIENCE, "nobody asked");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    names.faulty("_dmarc.bank.test", false).faulty("bank.test", false);
    let began = Instant::now();
    while hall.house.arrivals().await.iter().any(|(s, _)| s == "pending") {
        assert!(began.elapsed() < PATIENCE, "it is not judged again");
        hall.house.program.clock.advance(1_000);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let all = judged(&hall.house).await;
    assert_eq!(all.last().map(|(v, _)| v.as_str()), Some("aligned"), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_word_counts_is_set_on_the_mailbox_and_an_open_door_believes_nobody() {
    let names = bank();
    for (direct, by, verdict) in [
        (false, "auto", "aligned"),
        (false, "server", "aligned"),
        (false, "hark", "forged"),
        (true, "server", "unknown"),
    ] {
        let config = json!({ "authserv_id": "mx.example.test", "judged_by": by });
        let hall = hall_judging(&names, DoorSettings { direct, ..settings("127.0.0.1") }, config).await;
        let forwarded = if direct { "" } else { "ADDR=198.51.100.7" };
        bring(&hall, forwarded, "claims").await;
        hall.house.wait_arrivals(1).await;
        let all = judged(&hall.house).await;
        assert_eq!(all[0].0, verdict, "{direct} {by}: {all:?}");
        let both = all[0].1.iter().any(|f| f.starts_with("server"))
            && all[0].1.iter().any(|f| f.starts_with("hark"));
        assert_eq!(both, by == "hark", "{all:?}");
        if direct {
            let mut c = hall.call(Speech::Smtp).await;
            c.say("EHLO x\r\n").await;
            assert!(!c.read("250 SIZE").await.contains("XFORWARD"));
            assert!(c.ask("XFORWARD ADDR=192.0.2.10").await.starts_with("502"));
        }
    }
}
