//! What dovecot never does: a server that says what it is told to, and a service that trades refresh tokens.

use super::house::{House, PATIENCE, mail};
use base64::Engine as _;
use channels::email::mailbox::{self, Endpoint, IMAP_SECRET, Login, Mailbox, MailboxConfig, Oauth};
use kernel::{AggregateKey, InboxId, TenantId, TenantScope};
use platform::mail::{Address, Security};
use platform::secrets::FreshSecret;
use platform::store::Tx;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::net::tcp::OwnedWriteHalf;

/// What a scripted server answers to a command, given its words; its tag stands for `%T`.
type Script = dyn Fn(usize, &str) -> Option<String> + Send + Sync;

/// An IMAP server. What `script` (number of the connection, command) leaves out is answered as a plain server would.
async fn server(script: impl Fn(usize, &str) -> Option<String> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let script: Arc<Script> = Arc::new(script);
    tokio::spawn(async move {
        for n in 0.. {
            let Ok((stream, _)) = listener.accept().await else { return };
            let script = script.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                say(&mut write, "* OK ready\r\n").await;
                while let Ok(Some(line)) = lines.next_line().await {
                    let (tag, words) = line.split_once(' ').unwrap_or(("", &line));
                    let said = script(n, words).unwrap_or_else(|| usual(words));
                    if said == "gone" {
                        return;
                    }
                    say(&mut write, &said.replace("%T", tag)).await;
                    if said.starts_with("+ ") {
                        // The answer to a challenge, or the end of IDLE.
                        let Ok(Some(line)) = lines.next_line().await else { return };
                        let said = script(n, &format!("+ {line}")).unwrap_or_else(|| "%T OK done\r\n".into());
                        say(&mut write, &said.replace("%T", tag)).await;
                    }
                }
            });
        }
    });
    port
}

async fn say(write: &mut OwnedWriteHalf, text: &str) {
    // The other side may be gone.
    let _ = write.write_all(text.as_bytes()).await;
}

fn usual(words: &str) -> String {
    match words.split(' ').next().unwrap_or("") {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\n%T OK done\r\n".into(),
        "EXAMINE" => {
            "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 4] next\r\n%T OK [READ-ONLY] done\r\n"
                .into()
        }
        "IDLE" => "+ idling\r\n".into(),
        "UID" if words.ends_with("(UID RFC822.SIZE INTERNALDATE)") => {
            let one = |n| {
                format!(
                    "* {n} FETCH (UID {n} RFC822.SIZE 300 INTERNALDATE \"30-Nov-2026 02:00:00 +0000\")\r\n"
                )
            };
            format!("{}{}{}%T OK done\r\n", one(1), one(2), one(3))
        }
        "UID" if words.contains("BODY.PEEK[]") => {
            let uids = words.split(' ').nth(2).unwrap_or("").split(',');
            let all: String = uids.map(|u| body(u.parse().expect("a number"))).collect();
            format!("{all}%T OK done\r\n")
        }
        "UID" => {
            let uid = words.split(' ').nth(2).unwrap_or("1");
            format!(
                "* {uid} FETCH (UID {uid} BODY[HEADER] {{15}}\r\nSubject: x{uid}\r\n\r\n)\r\n%T OK done\r\n"
            )
        }
        _ => "%T OK done\r\n".into(),
    }
}

fn body(uid: usize) -> String {
    mail_of(uid, "scripted")
}

fn mail_of(uid: usize, subject: &str) -> String {
    let raw = String::from_utf8(mail(uid, subject)).expect("text");
    format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{raw})\r\n", raw.len())
}

/// Settings that no administrator can enter: this machine without TLS.
async fn set(h: &House, port: u16, oauth: Option<String>) {
    let app = h.program.app.clone();
    let (inbox, tenant) =
        (InboxId(h.inbox.parse().expect("an id")), TenantId(h.tenant.parse().expect("an id")));
    let with = if oauth.is_some() { Login::Oauth2 } else { Login::Password };
    let imap = Endpoint {
        host: "localhost".into(),
        port,
        security: Security::None,
        login: Some("mia".into()),
        with,
        ca: None,
    };
    let oauth = oauth.map(|token_url| Oauth { token_url, client_id: "c".into(), scope: "mail".into() });
    let config = MailboxConfig {
        imap: Some(imap),
        oauth,
        from_the_start: true,
        believe_unproved: true,
        ..MailboxConfig::default()
    };
    let m = Mailbox {
        inbox,
        tenant,
        line: h.line.parse().map(kernel::LineId).expect("an id"),
        address: Address::parse("help@example.test").expect("an address"),
        config,
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
    let (secrets, fresh, now) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()), app.now());
    let write = async move |tx: &mut Tx| {
        secrets.seal(tx, &fresh, tenant, IMAP_SECRET, inbox.0, b"refresh-1", now).await?;
        mailbox::insert_or_update(tx, &m, now).await
    };
    assert!(
        app.db().write(&TenantScope::system(), AggregateKey::new("mailbox", 1), write).await.expect("writes")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_never_taken_for_an_empty_folder() {
    let h = House::new().await;
    // The first two connections refuse, one the sizes and one the bodies; the third hands out everything.
    let port = server(|n, words| match n {
        0 if words.contains("RFC822.SIZE") => Some("%T NO [UNAVAILABLE] the disk is away\r\n".into()),
        1 if words.contains("BODY.PEEK[]") => Some(format!("{}%T NO no more\r\n", body(1))),
        _ => None,
    })
    .await;
    set(&h, port, None).await;
    let m = h.wait_health("failing", Some("mailbox.refused")).await;
    assert_eq!(m["health"]["answer"], "[UNAVAILABLE] the disk is away", "{m}");
    assert!(h.arrivals().await.is_empty(), "nothing was passed over");
    assert_eq!(h.wait_arrivals(3).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_a_server_lists_and_does_not_hand_out_is_in_sight() {
    let h = House::new().await;
    let port = server(|_, words| {
        words.contains("BODY.PEEK[]").then(|| format!("{}{}%T OK done\r\n", body(1), body(3)))
    })
    .await;
    set(&h, port, None).await;
    let all = h.wait_arrivals(3).await;
    assert_eq!(all[1], ("quarantined".into(), Some("mailbox.unfetched".into())), "{all:?}");
    assert_eq!((all[0].0.as_str(), all[2].0.as_str()), ("done", "done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_sends_without_end_is_left() {
    let h = House::new().await;
    let port = server(|_, words| {
        words.starts_with("EXAMINE").then(|| format!("* OK {}\r\n%T OK done\r\n", "x".repeat(3 << 20)))
    })
    .await;
    set(&h, port, None).await;
    let m = h.wait_health("failing", Some("mailbox.broke_off")).await;
    assert!(m["health"]["answer"].as_str().is_some_and(|a| a.contains("more than was asked")), "{m}");
}

/// A service that trades: `refresh-1` for access and `refresh-2`, and nothing else the second time.
async fn trader(asked: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut all = vec![];
            let mut part = [0; 4096];
            while !String::from_utf8_lossy(&all).contains("scope=mail") {
                match stream.read(&mut part).await {
                    Ok(n) if n > 0 => all.extend_from_slice(&part[..n]),
                    _ => break,
                }
            }
            let said = String::from_utf8_lossy(&all).into_owned();
            asked.fetch_add(1, SeqCst);
            let (status, answer) = if said.contains("refresh_token=refresh-1") {
                ("200 OK", r#"{"access_token":"access-1","expires_in":3600,"refresh_token":"refresh-2"}"#)
            } else {
                ("400 Bad Request", r#"{"error":"invalid_grant","error_description":"revoked"}"#)
            };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
            let _ = stream.write_all(format!("{head}{answer}").as_bytes()).await;
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_traded_once_and_the_next_one_is_kept() {
    let h = House::new().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let at = trader(asked.clone()).await;
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = seen.clone();
    let port = server(move |n, words| {
        if words == "AUTHENTICATE XOAUTH2" {
            return Some("+ \r\n".into());
        }
        if let Some(coded) = words.strip_prefix("+ ").filter(|w| !w.starts_with("DONE")) {
            let said = base64::engine::general_purpose::STANDARD.decode(coded).unwrap_or_default();
            let good = said == b"user=mia\x01auth=Bearer access-1\x01\x01";
            counted.fetch_add(usize::from(good), SeqCst);
            return Some(if good {
                "%T OK in\r\n".into()
            } else {
                "%T NO [AUTHENTICATIONFAILED] no\r\n".into()
            });
        }
        // The first connection breaks off after signing in: the access is still good for the second.
        (n == 0 && words.starts_with("EXAMINE")).then(|| "gone".into())
    })
    .await;
    set(&h, port, Some(format!("http://127.0.0.1:{at}/token"))).await;
    h.wait_arrivals(3).await;
    assert_eq!((seen.load(SeqCst), asked.load(SeqCst)), (2, 1), "signed in twice, traded once");
    let app = h.program.app.clone();
    let (inbox, tenant) = (h.inbox.parse().expect("an id"), TenantId(h.tenant.parse().expect("an id")));
    let secrets = app.secrets().clone();
    let read = async move |tx: &mut Tx| secrets.open(tx, tenant, IMAP_SECRET, inbox).await;
    let kept = app.db().read(&TenantScope::system(), read).await.expect("reads").expect("a secret");
    assert_eq!(kept.as_slice(), b"refresh-2");
    // Once the service takes it no more, that is said.
    h.program.clock.advance(3_600_000);
    let began = Instant::now();
    set_changed(&h).await;
    h.wait_health("failing", Some("mailbox.oauth_refused")).await;
    assert!(began.elapsed() < PATIENCE && asked.load(SeqCst) >= 2);
}

/// Makes the fetcher sign in anew, as after a change of settings.
async fn set_changed(h: &House) {
    let app = h.program.app.clone();
    let (inbox, tenant) =
        (InboxId(h.inbox.parse().expect("an id")), TenantId(h.tenant.parse().expect("an id")));
    let now = app.now();
    let write = async move |tx: &mut Tx| {
        let m = mailbox::by_inbox(tx, tenant, inbox).await?.expect("a mailbox");
        mailbox::insert_or_update(tx, &m, now).await?;
        tx.emit(kernel::Event::new(tenant, "mailbox.changed", inbox.0, kernel::Actor::SYSTEM, now));
        Ok(())
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("mailbox", 1), write).await.expect("writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_before_brings_late_is_not_written() {
    let h = House::new().await;
    let (app, id) = (h.program.app.clone(), InboxId(h.inbox.parse().expect("an id")));
    let overtake = move || {
        let app = app.clone();
        let write = async move |tx: &mut Tx| {
            let sql = kernel::sql!(
                "UPDATE mailbox SET epoch = epoch + 1, lease_until = 0 WHERE inbox_id = $1 AND tenant_id > 0"
            );
            tx.exec(sql, kernel::args![id]).await
        };
        let overtaken =
            async { app.db().write(&TenantScope::system(), AggregateKey::new("mailbox", id.0), write).await };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(overtaken))
            .expect("writes");
    };
    // While the first owner waits for the bodies, another takes the mailbox over.
    let port = server(move |n, words| {
        if n > 0 || !words.contains("BODY.PEEK[]") {
            return None;
        }
        overtake();
        Some(format!("{}%T OK done\r\n", mail_of(1, "too late")))
    })
    .await;
    set(&h, port, None).await;
    assert_eq!(h.wait_arrivals(3).await.len(), 3);
    assert_eq!(h.subjects().await, ["scripted"; 3]);
}
