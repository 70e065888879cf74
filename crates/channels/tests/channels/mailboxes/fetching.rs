//! Fetching from a real dovecot.

use super::house::{self, House, PATIENCE, mail, settings_of};
use kernel::{InboxId, TenantId, args, sql};
use platform::store::Tx;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Dovecot, DovecotKind, Engine, TestProgram, TestStore};

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_comes_while_idling_is_a_conversation_within_seconds() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    d.deliver("INBOX", &mail(1, "before"));
    let mut settings = settings_of(&d);
    settings["config"]["from_the_start"] = json!(false);
    h.set(settings).await;
    h.wait_health("ok", None).await;
    assert!(h.arrivals().await.is_empty(), "what lay there before is not fetched");
    for n in 2..5 {
        // The program waits by now: dovecot tells it.
        d.deliver("INBOX", &mail(n, "later"));
        let began = Instant::now();
        h.wait_arrivals(n - 1).await;
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    }
    assert_eq!(h.subjects().await, ["later", "later", "later"]);
    assert_eq!(d.count("INBOX"), (4, 4), "nothing is deleted or flagged at the server");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_starttls_what_lies_there_is_fetched_too_where_it_is_wanted() {
    let d = Dovecot::start(DovecotKind::WithoutIdle);
    let h = House::new().await;
    for n in 0..3 {
        d.deliver("INBOX", &mail(n, "old"));
    }
    let mut settings = settings_of(&d);
    (settings["config"]["imap"]["security"], settings["config"]["imap"]["port"]) =
        (json!("starttls"), json!(d.port));
    h.set(settings.clone()).await;
    h.wait_arrivals(3).await;
    // Without IDLE the folder is looked at each minute; a change of settings looks at once, and fetches nothing twice.
    d.deliver("INBOX", &mail(9, "new"));
    settings["config"]["signature"] = json!("x");
    h.set(settings).await;
    assert_eq!(h.wait_arrivals(4).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_mails_come_once_through_broken_connections_and_a_restart() {
    let d = Dovecot::start(DovecotKind::Whole);
    let mut h = House::new().await;
    h.set(settings_of(&d)).await;
    h.wait_health("ok", None).await;
    for n in 0..50 {
        d.deliver("INBOX", &mail(n, "one of fifty"));
        if n == 10 || n == 20 {
            d.kick();
        }
        if n == 30 {
            h.program.stop().await;
            h.program.app.db().close();
            let store = h.program.store.again();
            h.program = house::program_on(store, house::areas);
            h.program.start().await;
            h.router = h.program.routes().desk;
        }
    }
    let all = h.wait_arrivals(50).await;
    assert_eq!(all.len(), 50);
    assert!(all.iter().all(|(s, _)| s == "done"), "{all:?}");
    assert_eq!(h.subjects().await.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_numbered_anew_brings_nothing_twice() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    d.make_folder("Support");
    let mut settings = settings_of(&d);
    settings["config"]["folder"] = json!("Support");
    for n in 0..5 {
        d.deliver("Support", &mail(n, "same"));
    }
    h.set(settings.clone()).await;
    h.wait_arrivals(5).await;
    d.make_anew("Support");
    // The new one has the first number of the new numbering.
    for n in [6, 0, 1, 2, 3, 4] {
        d.deliver("Support", &mail(n, "same"));
    }
    d.kick();
    assert_eq!(h.wait_arrivals(6).await.len(), 6, "the one that is new, and no other");
    d.deliver("Support", &mail(7, "same"));
    assert_eq!(h.wait_arrivals(7).await.len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_says_what_it_is_and_goes_away_by_itself() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    let good = settings_of(&d);
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut s = good.clone();
        change(&mut s);
        s
    };
    let cases: [(&str, serde_json::Value); 6] = [
        ("mailbox.login_refused", with(&|s| s["imap_password"] = json!("wrong"))),
        ("mailbox.no_connection", with(&|s| s["config"]["imap"]["port"] = json!(1))),
        ("mailbox.tls_failed", with(&|s| s["config"]["imap"]["ca"] = json!(null))),
        ("mailbox.tls_failed", with(&|s| s["config"]["imap"]["port"] = json!(d.port))),
        ("mailbox.folder_missing", with(&|s| s["config"]["folder"] = json!("客服"))),
        ("mailbox.closed_address", with(&|s| s["config"]["imap"]["host"] = json!("10.0.0.1"))),
    ];
    for (code, settings) in cases {
        h.set(settings).await;
        let m = h.wait_health("failing", Some(code)).await;
        let title = m["health"]["fault"]["title"].as_str().unwrap_or_default();
        assert!(title.len() > 40 && m["health"]["since"].is_i64(), "{m}");
        assert!(!m.to_string().contains("wrong"), "{m}");
    }
    d.make_folder("&W6JnDQ-");
    d.deliver("&W6JnDQ-", &mail(1, "in a folder of another script"));
    h.set(with(&|s| s["config"]["folder"] = json!("客服"))).await;
    h.wait_arrivals(1).await;
    // A server that goes away and comes back.
    d.stop();
    h.wait_health("failing", Some("mailbox.no_connection")).await;
    d.deliver("&W6JnDQ-", &mail(2, "while it was away"));
    d.start_again();
    h.wait_arrivals(2).await;
    h.wait_health("ok", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_too_large_is_in_sight_and_the_next_goes_on() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    d.deliver("INBOX", &mail(1, "first"));
    let mut large = mail(2, "much too large");
    large.extend(
        std::iter::repeat_n(*b"0123456789abcdef0123456789abcdef0123456789abcdef\r\n", 900_000).flatten(),
    );
    d.deliver("INBOX", &large);
    d.deliver("INBOX", &mail(3, "last"));
    h.set(settings_of(&d)).await;
    let all = h.wait_arrivals(3).await;
    assert_eq!(all[1], ("quarantined".into(), Some("mailbox.too_large".into())), "{all:?}");
    assert_eq!(h.subjects().await, ["first", "last"]);
    let seen = h.get(&format!("/api/v1/arrivals?inbox={}&status=quarantined", h.inbox)).await;
    assert!(seen["items"][0]["detail"].as_str().is_some_and(|t| t.contains("45000")), "{seen}");
    assert_eq!(h.get(&h.path()).await["mailbox"]["quarantined"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_claims_to_be_a_test_is_a_mail_like_any_other() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    let mut forged =
        format!("X-Hark-Test: {}.9999999999999.0000000000000000.{}\r\n", h.inbox, "00".repeat(32))
            .into_bytes();
    forged.extend(mail(1, "claims"));
    d.deliver("INBOX", &forged);
    h.set(settings_of(&d)).await;
    h.wait_arrivals(1).await;
}

async fn holder(program: &TestProgram, inbox: &str) -> (i64, i64) {
    let id = InboxId(inbox.parse().expect("an id"));
    let read = async move |tx: &mut Tx| {
        let sql = sql!("SELECT epoch, uid_next FROM mailbox WHERE inbox_id = $1 AND tenant_id > 0");
        tx.one(sql, args![id], |r| Ok((r.int(0)?, r.opt_int(1)?.unwrap_or(0)))).await
    };
    program.app.db().read(&kernel::TenantScope::system(), read).await.expect("reads").expect("a mailbox")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_overtaken_writes_nothing_and_goes() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    h.set(settings_of(&d)).await;
    h.wait_health("ok", None).await;
    let before = holder(&h.program, &h.inbox).await;
    // Another takes it over while this one idles, and this one hears of a mail.
    let id = InboxId(h.inbox.parse().expect("an id"));
    let write = async move |tx: &mut Tx| {
        let sql = sql!(
            "UPDATE mailbox SET epoch = epoch + 1, lease_until = $2 WHERE inbox_id = $1 AND tenant_id > 0"
        );
        tx.exec(sql, args![id, i64::MAX / 2]).await
    };
    let (scope, key) = (kernel::TenantScope::system(), kernel::AggregateKey::new("mailbox", id.0));
    h.program.app.db().write(&scope, key, write).await.expect("writes");
    let signed_out = d.log().matches("Disconnected").count() + d.log().matches("Connection closed").count();
    d.deliver("INBOX", &mail(1, "not mine"));
    let began = Instant::now();
    while d.log().matches("Disconnected").count() + d.log().matches("Connection closed").count() == signed_out
    {
        assert!(began.elapsed() < PATIENCE, "it goes on fetching: {}", d.log());
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(h.arrivals().await.is_empty(), "the arrival went back with the cursor");
    assert_eq!(holder(&h.program, &h.inbox).await, (before.0 + 1, before.1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_programs_one_fetches_and_the_other_takes_over() {
    let d = Dovecot::start(DovecotKind::Whole);
    let mut h = House::on(TestStore::open(Engine::Postgres), house::areas).await;
    h.set(settings_of(&d)).await;
    h.wait_health("ok", None).await;
    let (epoch, _) = holder(&h.program, &h.inbox).await;
    let mut other = house::program_on(h.program.store.again(), house::areas);
    other.clock.set(h.program.app.now());
    other.start().await;
    // It looks around for longer than one sweep, and leaves what is held.
    tokio::time::sleep(Duration::from_secs(6)).await;
    d.deliver("INBOX", &mail(1, "one"));
    h.wait_arrivals(1).await;
    assert_eq!(holder(&h.program, &h.inbox).await.0, epoch, "nobody took it over");
    h.program.stop().await;
    d.deliver("INBOX", &mail(2, "two"));
    let (began, scope) =
        (Instant::now(), kernel::TenantScope::tenant(TenantId(h.tenant.parse().expect("an id"))));
    while house::arrivals(&other, scope.clone()).await.len() < 2 {
        assert!(began.elapsed() < PATIENCE, "the other does not take over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (after, next) = holder(&other, &h.inbox).await;
    assert_eq!((after, next), (epoch + 1, 3));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switched_off_inbox_is_left_alone_until_it_is_switched_on() {
    let d = Dovecot::start(DovecotKind::Whole);
    let h = House::new().await;
    h.set(settings_of(&d)).await;
    h.wait_health("ok", None).await;
    let at = format!("/api/v1/inboxes/{}", h.inbox);
    h.ask(&h.admin, "PATCH", &at, json!({"enabled": false})).await.ok();
    let began = Instant::now();
    while !d.log().contains("Logged out") && !d.log().contains("Connection closed") {
        assert!(began.elapsed() < PATIENCE, "still signed in: {}", d.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    d.deliver("INBOX", &mail(1, "meanwhile"));
    h.ask(&h.admin, "PATCH", &at, json!({"enabled": true})).await.ok();
    h.wait_arrivals(1).await;
}
