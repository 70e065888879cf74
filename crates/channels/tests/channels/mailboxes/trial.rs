//! The test button, end to end: a real postfix that delivers into a folder which a real dovecot shows.

use super::house::{House, imap_of};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use testkit::{Dovecot, DovecotKind, Postfix};

fn settings(d: &Dovecot, p: &Postfix) -> Value {
    json!({ "address": "help@example.test", "imap_password": testkit::DOVECOT_PASSWORD,
        "config": { "imap": imap_of(d), "from_the_start": true,
            "smtp": { "host": "localhost", "port": p.port, "security": "starttls", "ca": p.certificate } } })
}

async fn tested(h: &House, s: Value) -> Value {
    h.set(s).await;
    h.ask(&h.admin, "POST", &format!("{}/test", h.path()), Value::Null).await.ok()
}

fn steps(r: &Value) -> Vec<String> {
    let all = r["steps"].as_array().expect("steps");
    all.iter()
        .map(|s| format!("{}/{}", s["part"].as_str().unwrap_or(""), s["step"].as_str().unwrap_or("")))
        .collect()
}

fn faults(r: &Value) -> Vec<String> {
    let all = r["steps"].as_array().expect("steps").iter().filter(|s| s["ok"] == false);
    all.map(|s| s["failure"]["code"].as_str().unwrap_or("").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_sends_a_real_mail_and_finds_and_removes_it() {
    let p = Postfix::with(&Postfix::findings_for("X-Hark-Test"));
    let d = Dovecot::over(Some(p.mailbox()), "postfix", DovecotKind::Whole);
    let h = House::new().await;
    h.ask(&h.admin, "POST", &format!("{}/test", h.path()), Value::Null)
        .await
        .refused(409, "mailbox.not_set_up");
    let r = tested(&h, settings(&d, &p)).await;
    assert_eq!(r["ok"], true, "{r}");
    assert_eq!(
        steps(&r),
        [
            "fetching/name",
            "fetching/connect",
            "fetching/tls",
            "fetching/hello",
            "fetching/sign_in",
            "fetching/folder",
            "sending/name",
            "sending/connect",
            "sending/tls",
            "sending/hello",
            "sending/sender",
            "sending/recipient",
            "sending/content",
            "round_trip/arrival",
            "round_trip/removal"
        ]
    );
    assert!(r["steps"].as_array().expect("steps").iter().all(|s| s["took_ms"].is_i64()), "{r}");
    assert_eq!(r["authserv_id"], "mx.example.test");
    assert_eq!(d.count("INBOX").0, 0, "it is removed");
    // The fetcher saw it as well, while it lay there or not at all: no conversation comes of it.
    d.deliver("INBOX", &super::house::mail(1, "real"));
    h.wait_arrivals(1).await;
    assert_eq!(h.subjects().await, ["real"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_that_is_left_behind_becomes_no_conversation() {
    let p = Postfix::start();
    let d = Dovecot::over(Some(p.mailbox()), "postfix", DovecotKind::Whole);
    let h = House::new().await;
    // Fetching fails in the test, so that the mail stays; then the password is put right.
    let mut wrong = settings(&d, &p);
    wrong["imap_password"] = json!("wrong");
    let r = tested(&h, wrong).await;
    assert_eq!(
        (r["ok"].as_bool(), faults(&r)),
        (Some(false), vec!["mailbox.login_refused".to_owned()]),
        "{r}"
    );
    p.wait(1).await;
    h.set(settings(&d, &p)).await;
    d.deliver("INBOX", &super::house::mail(1, "real"));
    h.wait_arrivals(1).await;
    h.wait_health("ok", None).await;
    assert_eq!(h.subjects().await, ["real"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_says_at_which_step_and_both_servers_are_tried() {
    let p = Postfix::start();
    let d = Dovecot::over(Some(p.mailbox()), "postfix", DovecotKind::Whole);
    let h = House::new().await;
    let good = settings(&d, &p);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut s = good.clone();
        change(&mut s);
        s
    };
    let cases: [(Value, &[&str]); 5] = [
        (with(&|s| s["config"]["imap"]["ca"] = Value::Null), &["mailbox.tls_failed"]),
        (with(&|s| s["config"]["imap"]["host"] = json!("192.168.0.1")), &["mailbox.closed_address"]),
        (with(&|s| s["config"]["smtp"]["port"] = json!(1)), &["mail.no_connection"]),
        (
            with(&|s| {
                s["config"]["imap"]["port"] = json!(1);
                s["config"]["smtp"]["ca"] = Value::Null;
            }),
            &["mailbox.no_connection", "mail.tls_failed"],
        ),
        (with(&|s| s["config"]["smtp"] = Value::Null), &["mail.not_set_up"]),
    ];
    for (s, codes) in cases {
        let r = tested(&h, s).await;
        assert_eq!(
            (r["ok"].as_bool(), faults(&r)),
            (Some(false), codes.iter().map(|c| (*c).to_owned()).collect()),
            "{r}"
        );
    }
    d.make_folder("Support");
    let r = tested(&h, with(&|s| s["config"]["folder"] = json!("Suport"))).await;
    let f = r["steps"].as_array().expect("steps").iter().find(|s| s["ok"] == false).expect("a fault");
    assert_eq!(
        (f["failure"]["code"].as_str(), &f["folders"]),
        (Some("mailbox.folder_missing"), &json!(["INBOX", "Support"]))
    );
}

/// Of what is logged this much is kept, in bytes.
const KEPT_MAX: usize = 64 << 20;

/// What is logged, kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        let mut all = self.0.lock();
        let room = KEPT_MAX.saturating_sub(all.len()).min(part.len());
        all.extend_from_slice(&part[..room]);
        Ok(part.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_stands_in_the_log_nor_in_what_a_test_tells() {
    let kept = Kept::default();
    let heard = kept.clone();
    let logs =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || heard.clone());
    // For all tests of this program: what others log is looked at as well.
    tracing::subscriber::set_global_default(logs.finish()).expect("the only one");
    let p = Postfix::start();
    let d = Dovecot::over(Some(p.mailbox()), "postfix", DovecotKind::Whole);
    let h = House::new().await;
    let mut told = tested(&h, settings(&d, &p)).await.to_string();
    h.wait_health("ok", None).await;
    let mut wrong = settings(&d, &p);
    wrong["imap_password"] = json!("another canary");
    (wrong["config"]["smtp"]["login"], wrong["smtp_password"]) = (json!("mia"), json!("a third canary"));
    told.push_str(&tested(&h, wrong).await.to_string());
    h.wait_health("failing", Some("mailbox.login_refused")).await;
    let log = String::from_utf8_lossy(&kept.0.lock()).into_owned();
    assert!(log.contains("a mailbox could not be fetched"), "it is heard at all");
    for canary in [testkit::DOVECOT_PASSWORD, "another canary", "a third canary"] {
        assert!(!log.contains(canary) && !told.contains(canary), "{canary}");
    }
}
