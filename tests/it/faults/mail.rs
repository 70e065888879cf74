//! Mail through the door while the program is killed: what was answered 250 becomes one message, once.
//!
//! `HARK_MAILS` asks for so many mails at `HARK_MAIL_RATE` a second without killing, and prints how long each took from the
//! end of its SMTP transaction's data to the desk.

use super::rig::{Rig, text};
use super::{asked, run};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use testkit::{Engine, SeededRng};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Senders at once.
const SENDERS: usize = 8;
/// Mails of the short form.
const MAILS: usize = 160;
/// How often the program is killed meanwhile.
const KILLS: usize = 4;
/// Waiting for the last mail to stand in its conversation. On PostgreSQL what a killed program had begun comes again after its
/// lease of two minutes.
const READ_WITHIN: Duration = Duration::from_secs(180);
const ADDRESS: &str = "service@pay.test";

/// A free port of loopback for the door; the program comes back to it after each kill.
fn free_port() -> u16 {
    let l = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    l.local_addr().expect("an address").port()
}

/// One SMTP transaction. True once the server has said 250 after the data.
async fn send(port: u16, mail: &str) -> std::io::Result<bool> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut said = String::new();
    let mut step = async |write: &mut tokio::net::tcp::OwnedWriteHalf, line: &str| {
        write.write_all(line.as_bytes()).await?;
        loop {
            said.clear();
            if read.read_line(&mut said).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if said.as_bytes().get(3) != Some(&b'-') {
                return Ok::<bool, std::io::Error>(said.starts_with('2') || said.starts_with('3'));
            }
        }
    };
    let body = format!("{mail}\r\n.\r\n");
    for line in [
        "",
        "EHLO x.test\r\n",
        "MAIL FROM:<c@x.test>\r\n",
        &format!("RCPT TO:<{ADDRESS}>\r\n"),
        "DATA\r\n",
        &body,
    ] {
        if !step(&mut write, line).await? {
            return Ok(false);
        }
    }
    let _ = write.write_all(b"QUIT\r\n").await;
    Ok(true)
}

fn mail(n: usize) -> String {
    format!(
        "From: c{n}@x.test\r\nTo: {ADDRESS}\r\nMessage-ID: <{n}@x.test>\r\nSubject: mail {n}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nmail-{n} 转账失败了，请帮我看看。"
    )
}

/// An inbox of mail of the first client.
async fn mailbox(rig: &Rig) -> String {
    let api = rig.admin();
    let inboxes: Value = api.get("/api/v1/inboxes").await.expect("inboxes");
    let like = inboxes["items"][0].clone();
    let body = json!({"tenant": like["tenant"], "line": like["line"], "channel": "email", "name": "mail"});
    let inbox = api.post("/api/v1/inboxes", &body).await.expect("an inbox");
    let path = format!("/api/v1/inboxes/{}/mailbox", text(&inbox, "id"));
    api.put(&path, &json!({"address": ADDRESS, "config": {}})).await.expect("a mailbox");
    text(&inbox, "id").to_owned()
}

/// What became of the inbox's mails: how many are done, and how many there are.
async fn stand(rig: &Rig, inbox: &str) -> (usize, usize) {
    let (mut done, mut all, mut cursor) = (0, 0, String::new());
    loop {
        let path = format!("/api/v1/arrivals?inbox={inbox}&limit=100{cursor}");
        let page: Value = rig.admin().get(&path).await.expect("mails");
        let items = page["items"].as_array().expect("a list");
        all += items.len();
        done += items.iter().filter(|a| a["status"] == "done").count();
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (done, all),
        }
    }
}

async fn read_all(rig: &Rig, inbox: &str) -> (usize, usize) {
    let began = Instant::now();
    loop {
        let (done, all) = stand(rig, inbox).await;
        if done == all {
            return (done, all);
        }
        if began.elapsed() >= READ_WITHIN {
            let page: Value = rig
                .admin()
                .get(&format!("/api/v1/arrivals?inbox={inbox}&status=quarantined&limit=100"))
                .await
                .expect("mails");
            let left = page["items"].as_array().into_iter().flatten().filter(|a| a["status"] != "done");
            let left: Vec<String> =
                left.map(|a| format!("{} {} {}", a["status"], a["fault"], a["detail"])).collect();
            panic!("{done} of {all} mails are read; {left:?}: {}", rig.log());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Every subject of a conversation of mail, with how many conversations bear it.
async fn subjects(rig: &Rig, inbox: &str) -> HashMap<String, usize> {
    let mut found: HashMap<String, usize> = HashMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/conversations?inbox={inbox}&view=all&limit=100{cursor}");
        let page: Value = rig.admin().get(&path).await.expect("conversations");
        for row in page["items"].as_array().expect("a list") {
            if let Some(subject) = row["subject"].as_str() {
                *found.entry(subject.to_owned()).or_default() += 1;
            }
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn killed(engine: Engine) {
    let rng = Rc::new(SeededRng::from_env());
    let port = free_port();
    let setting: &'static str = Box::leak(format!("mail_in.smtp=127.0.0.1:{port}").into_boxed_str());
    let database = (engine == Engine::Postgres).then(|| testkit::Cluster::shared().database());
    let rig = Rc::new(Rig::with(None, database, &[setting]).await);
    let inbox = mailbox(&rig).await;
    let mails = asked("HARK_TRIALS", MAILS);
    let (next, taken) = (Rc::new(RefCell::new(0..mails)), Rc::new(RefCell::new(0)));
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (next, taken) = (next.clone(), taken.clone());
            tokio::task::spawn_local(async move {
                loop {
                    let Some(n) = next.borrow_mut().next() else { return };
                    // A mail server tries until it is told 250.
                    while !send(port, &mail(n)).await.unwrap_or(false) {
                        tokio::time::sleep(Duration::from_millis(30)).await;
                    }
                    *taken.borrow_mut() += 1;
                }
            })
        })
        .collect();
    for kill in 1..=KILLS {
        let goal = mails * kill / (KILLS + 1);
        super::until("mails get through", READ_WITHIN, || *taken.borrow() >= goal).await;
        tokio::time::sleep(Duration::from_micros(rng.below(200_000))).await;
        rig.kill();
        rig.start().await;
    }
    for s in senders {
        s.await.expect("a sender ends");
    }
    let (done, all) = read_all(&rig, &inbox).await;
    assert_eq!((done, all), (mails, mails), "each mail is there once, and read");
    let found = subjects(&rig, &inbox).await;
    for n in 0..mails {
        assert_eq!(found.get(&format!("mail {n}")), Some(&1), "mail {n}: {}", rig.log());
    }
    rig.is_whole().await;
    println!("{engine:?}: {mails} mails, killed {KILLS} times, none lost and none twice");
}

#[test]
fn mail_is_taken_once_however_often_the_program_is_killed_sqlite() {
    run(killed(Engine::Sqlite));
}

#[test]
fn mail_is_taken_once_however_often_the_program_is_killed_postgres() {
    run(killed(Engine::Postgres));
}

/// Mails at a rate; how long each took until its conversation stood on the desk. Prints; asserts nothing but that all came.
#[test]
fn mail_at_a_rate() {
    let (mails, rate) = (asked("HARK_MAILS", 100), asked("HARK_MAIL_RATE", 50));
    run(async move {
        let port = free_port();
        let setting: &'static str = Box::leak(format!("mail_in.smtp=127.0.0.1:{port}").into_boxed_str());
        let rig = Rc::new(Rig::with(None, None, &[setting]).await);
        let inbox = mailbox(&rig).await;
        let began = Instant::now();
        let acknowledged = Rc::new(RefCell::new(vec![]));
        let mut all = vec![];
        for n in 0..mails {
            let due = Duration::from_micros((n * 1_000_000 / rate) as u64);
            tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
            let acknowledged = acknowledged.clone();
            all.push(tokio::task::spawn_local(async move {
                let at = Instant::now();
                // Told to come later, as where too many are connected, a mail server does.
                while !send(port, &mail(n)).await.unwrap_or(false) {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                acknowledged.borrow_mut().push(at.elapsed().as_micros() as u64);
            }));
        }
        for one in all {
            one.await.expect("is sent");
        }
        let sent = began.elapsed();
        let (done, there) = read_all(&rig, &inbox).await;
        assert_eq!((done, there), (mails, mails));
        let (taken, mut read) = lateness(&rig, &inbox).await;
        let mut answered = acknowledged.take();
        println!(
            "{mails} mails at {rate}/s in {sent:?}, on the desk {:?} after the last: 250 after p50 {} p99 {} ms; kept to desk p50 {} p99 {} max {} ms",
            began.elapsed() - sent,
            at(&mut answered, 50) / 1_000,
            at(&mut answered, 99) / 1_000,
            at(&mut read, 50),
            at(&mut read, 99),
            at(&mut read, 100),
        );
        assert_eq!(taken, mails);
    });
}

fn at(of: &mut [u64], percent: usize) -> u64 {
    of.sort_unstable();
    of.get((of.len() * percent / 100).min(of.len().saturating_sub(1))).copied().unwrap_or(0)
}

/// From a mail's being kept to its being settled, in ms, as the program wrote both down.
async fn lateness(rig: &Rig, inbox: &str) -> (usize, Vec<u64>) {
    let (mut out, mut cursor) = (vec![], String::new());
    loop {
        let path = format!("/api/v1/arrivals?inbox={inbox}&limit=100{cursor}");
        let page: Value = rig.admin().get(&path).await.expect("mails");
        for a in page["items"].as_array().expect("a list") {
            let (kept, settled) = (a["received_at"].as_i64(), a["settled_at"].as_i64());
            out.extend(kept.zip(settled).map(|(k, s)| s.saturating_sub(k).max(0) as u64));
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (out.len(), out),
        }
    }
}
