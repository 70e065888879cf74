//! Outgoing mail: a real postfix as the peer, and a server that says what it is told to, for what postfix never does.

use crate::desk::{Browser, Desk, PASSWORD, text};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Engine, MAIL_DOMAIN, Postfix, plain_text};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

fn settings(host: &str, port: u16) -> Value {
    json!({
        "host": host, "port": port, "security": "none", "from_name": "倾听 Service", "from_address": "hark@example.test",
        "reply_to": "answers@example.test", "enabled": true,
    })
}

async fn set_up(d: &Desk, body: Value) -> Value {
    d.ask(&d.admin, "PUT", "/api/v1/mail-server", Some(body)).await.ok()
}

/// Waits until a letter stands so.
async fn standing(d: &Desk, status: &str) -> Value {
    for _ in 0..400 {
        let all = d.get(&d.admin, "/api/v1/letters").await.ok();
        if let Some(l) = all["items"].as_array().into_iter().flatten().find(|l| l["status"] == status) {
            return l.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no letter is {status}: {}", d.get(&d.admin, "/api/v1/letters").await.ok());
}

/// The secret of the one-time link in a letter.
fn link_of(letter: &str) -> String {
    let text = plain_text(letter);
    let at = text.find("http://desk.test/invite#").unwrap_or_else(|| panic!("no link in {text}"));
    text[at + 24..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

fn of_header<'a>(letter: &'a str, name: &str) -> Option<&'a str> {
    letter.lines().take_while(|l| !l.is_empty()).find_map(|l| l.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_a_letter_and_its_link_chooses_the_password() {
    let postfix = Postfix::start();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let d = Desk::reaching_home(engine).await;
        set_up(&d, settings("localhost", postfix.port)).await;
        let body = json!({"login": "mia", "name": "Mia <b>", "email": format!("Mia@{MAIL_DOMAIN}"), "language": "en"});
        let made = d.post(&d.admin, "/api/v1/users", body).await.ok();
        assert_eq!(made["mailed"], true, "{made}");
        let letters = postfix.wait(1).await;
        let letter = letters.iter().find(|l| l.contains("mia")).expect("the letter");
        assert!(
            of_header(letter, "Message-ID")
                .is_some_and(|id| id.starts_with("<letter.") && id.ends_with("@example.test>"))
        );
        assert_eq!(of_header(letter, "Auto-Submitted"), Some("auto-generated"));
        assert!(plain_text(letter).contains("Mia &lt;b&gt;"), "names are text in the HTML part");
        let sent = standing(&d, "delivered").await;
        assert_eq!(
            (sent["kind"].as_str(), sent["to_hint"].as_str()),
            (Some("user.invited"), Some("m***@example.test"))
        );
        // What was delivered is not kept.
        d.post(&d.admin, &format!("/api/v1/letters/{}/replay", text(&sent["id"])), json!({}))
            .await
            .refused(409, "mail.gone");
        let token = link_of(letter);
        let accept = json!({"token": token, "password": PASSWORD});
        d.post(&Browser::default(), "/api/v1/invites/accept", accept.clone()).await.ok();
        d.post(&Browser::default(), "/api/v1/invites/accept", accept).await.refused(401, "invite.refused");
        d.sign_in("mia", PASSWORD, None).await.ok();
        // Letters of one engine are not to be mistaken for the other's.
        for e in std::fs::read_dir(postfix.new_letters()).into_iter().flatten().flatten() {
            std::fs::remove_file(e.path()).expect("removed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_asked_for_without_telling_who_is_there() {
    let postfix = Postfix::start();
    let d = Desk::reaching_home(Engine::Sqlite).await;
    let nobody = Browser::default();
    let ask = |login: &'static str| d.post(&nobody, "/api/v1/password-resets", json!({"login": login}));
    ask("mia").await.refused(409, "reset.no_mail");
    set_up(&d, settings("localhost", postfix.port)).await;
    let mia = json!({"login": "mia", "name": "Mia", "email": format!("mia@{MAIL_DOMAIN}"), "password": PASSWORD, "language": "en"});
    d.post(&d.admin, "/api/v1/users", mia).await.ok();
    let leo = json!({"login": "leo", "name": "Leo", "password": PASSWORD});
    d.post(&d.admin, "/api/v1/users", leo).await.ok();
    let signed_in = d.sign_in("mia", PASSWORD, None).await;
    let session = Browser { cookie: signed_in.cookie.clone(), token: None, id: String::new() };
    for who in ["nobody", "leo", "mia@example.test"] {
        let a = ask(who).await;
        assert_eq!((a.status.as_u16(), &a.body), (202, &Value::Null), "{who}");
    }
    let letters = postfix.wait(1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(postfix.letters().len(), 1, "only who has an address is written to");
    assert!(
        plain_text(&letters[0]).contains("http://desk.test/invite#"),
        "links come from the configured address alone"
    );
    d.get(&session, "/api/v1/me").await.ok();
    let next = "another long password";
    let used = link_of(&letters[0]);
    let accept = json!({"token": used, "password": next});
    d.post(&Browser::default(), "/api/v1/invites/accept", accept.clone()).await.ok();
    d.get(&session, "/api/v1/me").await.refused(401, "sign_in.required");
    d.post(&Browser::default(), "/api/v1/invites/accept", accept).await.refused(401, "invite.refused");
    d.sign_in("mia", next, None).await.ok();
    // Asking again and again is slowed down, for known and unknown alike.
    let mut last = 0;
    for _ in 0..12 {
        last = ask("nobody").await.status.as_u16();
    }
    assert_eq!(last, 429);
    // A link grows old.
    d.program.clock.advance(16 * 60_000);
    ask("mia").await;
    let letters = postfix.wait(2).await;
    let newest = letters.iter().map(|l| link_of(l)).find(|t| *t != used);
    d.program.clock.advance(3_600_001);
    let late = json!({"token": newest.unwrap_or_default(), "password": next});
    d.post(&Browser::default(), "/api/v1/invites/accept", late).await.refused(401, "invite.refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_goes_step_by_step_and_explains_what_fails() {
    let postfix = Postfix::start();
    let d = Desk::reaching_home(Engine::Sqlite).await;
    let test = |to: &'static str| d.post(&d.admin, "/api/v1/mail-server/test", json!({"to": to}));
    test("mia@example.test").await.refused(409, "mail.not_set_up");
    let steps = |v: &Value| -> Vec<String> {
        v["steps"].as_array().into_iter().flatten().map(|s| text(&s["step"])).collect()
    };
    // STARTTLS with the certificate of the house.
    let mut body = settings("localhost", postfix.port);
    body["security"] = json!("starttls");
    body["ca"] = json!(postfix.certificate);
    set_up(&d, body.clone()).await;
    let done = test("mia@example.test").await.ok();
    assert_eq!(done["ok"], true, "{done}");
    assert_eq!(steps(&done), ["name", "connect", "tls", "hello", "sender", "recipient", "content"]);
    // A certificate that nobody vouches for.
    body["ca"] = Value::Null;
    set_up(&d, body).await;
    let failed = test("mia@example.test").await.ok();
    assert_eq!(
        (failed["failure"]["code"].as_str(), steps(&failed).last().map(String::as_str)),
        (Some("mail.tls_failed"), Some("tls"))
    );
    // Somebody else's mailbox, a closed door, a private address, a login that is not taken.
    set_up(&d, settings("localhost", postfix.port)).await;
    let failed = test("mia@elsewhere.test").await.ok();
    assert_eq!(failed["failure"]["code"], "mail.recipient_refused", "{failed}");
    set_up(&d, settings("127.0.0.1", 1)).await;
    assert_eq!(test("mia@example.test").await.ok()["failure"]["code"], "mail.no_connection");
    set_up(&d, settings("10.0.0.1", 25)).await;
    assert_eq!(test("mia@example.test").await.ok()["failure"]["code"], "mail.closed_address");
    let mut plain = settings("localhost", postfix.port);
    plain["login"] = json!("mia");
    plain["password"] = json!("secret");
    d.ask(&d.admin, "PUT", "/api/v1/mail-server", Some(plain)).await.refused(422, "mail.plain_login");
    let mut guarded = settings("localhost", postfix.port);
    guarded["security"] = json!("starttls");
    guarded["ca"] = json!(postfix.certificate);
    guarded["login"] = json!("mia");
    d.ask(&d.admin, "PUT", "/api/v1/mail-server", Some(guarded.clone())).await.refused(422, "invalid");
    guarded["password"] = json!("secret");
    let kept = set_up(&d, guarded).await;
    assert!(kept["has_password"] == true && !kept.to_string().contains("secret"));
    assert_eq!(test("mia@example.test").await.ok()["failure"]["code"], "mail.no_login");
}

/// A server that answers as it is told; it hands over every letter.
async fn scripted(answers: &'static [&'static [&'static str]]) -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for script in answers {
            let Ok((stream, _)) = listener.accept().await else { return };
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let (mut body, mut in_body) = (String::new(), false);
            let mut replies = script.iter();
            let Some(hello) = replies.next() else { return };
            let _ = write.write_all(format!("{hello}\r\n").as_bytes()).await;
            while let Ok(Some(line)) = lines.next_line().await {
                if in_body && line != "." {
                    body.push_str(&line);
                    body.push('\n');
                    continue;
                }
                if in_body {
                    let _ = tell.send(std::mem::take(&mut body));
                }
                let Some(reply) = replies.next() else { break };
                in_body = reply.starts_with("354");
                let _ = write.write_all(format!("{reply}\r\n").as_bytes()).await;
            }
        }
    });
    (port, heard)
}

const HELLO: &str = "250-mx.example.test\r\n250 8BITMIME";

#[tokio::test(flavor = "multi_thread")]
async fn later_is_tried_again_as_the_same_letter_and_never_is_laid_aside_with_words() {
    let (port, mut heard) = scripted(&[
        &["220 ready", HELLO, "250 ok", "250 ok", "354 go", "451 try later", "221 bye"],
        &["220 ready", HELLO, "250 ok", "250 ok", "354 go", "250 queued", "221 bye"],
        &["220 ready", HELLO, "250 ok", "550 no such mailbox", "221 bye"],
        &["220 ready", HELLO, "250 ok", "250 ok", "354 go", "250 queued", "221 bye"],
    ])
    .await;
    let d = Desk::reaching_home(Engine::Sqlite).await;
    set_up(&d, settings("127.0.0.1", port)).await;
    let user = |login: &str| json!({"login": login, "name": login, "email": format!("{login}@example.test"), "language": "en"});
    d.post(&d.admin, "/api/v1/users", user("mia")).await.ok();
    let first = heard.recv().await.expect("a letter");
    for _ in 0..200 {
        let all = d.get(&d.admin, "/api/v1/letters").await.ok();
        if all["items"][0]["attempts"] == 1 {
            assert_eq!(all["items"][0]["failure"]["code"], "mail.later");
            assert!(all["items"][0]["answer"].as_str().is_some_and(|a| a.contains("451")));
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    d.program.clock.advance(61_000);
    let again = tokio::time::timeout(Duration::from_secs(20), heard.recv())
        .await
        .expect("in time")
        .expect("a letter");
    assert_eq!(of_header(&first, "Message-ID"), of_header(&again, "Message-ID"));
    assert_eq!(first, again, "a letter is the same at every try");
    standing(&d, "delivered").await;
    // Never, says the server: laid aside, with words, and sent again by hand once the mailbox is there.
    d.post(&d.admin, "/api/v1/users", user("leo")).await.ok();
    let failed = standing(&d, "failed").await;
    assert_eq!(failed["failure"]["code"], "mail.recipient_refused");
    assert!(failed["failure"]["title"].as_str().is_some_and(|t| t.contains("Check the address")));
    d.post(&d.admin, &format!("/api/v1/letters/{}/replay", text(&failed["id"])), json!({})).await.ok();
    heard.recv().await.expect("a letter");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_sets_up_mail_sees_it_and_a_password_is_not_carried_to_another_host() {
    let d = Desk::reaching_home(Engine::Sqlite).await;
    let tenant = d.tenant("Acme").await;
    let mut body = settings("mail.example.com", 465);
    (body["security"], body["login"], body["password"]) = (json!("tls"), json!("mia"), json!("a secret"));
    set_up(&d, body.clone()).await;
    // Another host needs the password anew; the same one keeps it.
    body["password"] = Value::Null;
    body["per_minute"] = json!(30);
    set_up(&d, body.clone()).await;
    body["host"] = json!("thief.example.com");
    d.ask(&d.admin, "PUT", "/api/v1/mail-server", Some(body.clone())).await.refused(422, "invalid");
    let agent = d.person("leo", "agent", json!({"tenant": tenant})).await;
    d.get(&agent, "/api/v1/mail-server").await.refused(403, "access.missing_permission");
    assert_eq!(d.get(&agent, "/api/v1/letters").await.ok()["items"], json!([]));
    let own = d.person("ann", "administrator", json!({"tenant": tenant})).await;
    d.get(&own, "/api/v1/mail-server").await.refused(403, "access.missing_permission");
    assert_eq!(
        d.get(&own, &format!("/api/v1/mail-server?tenant={tenant}")).await.ok()["server"],
        Value::Null
    );
    for (field, value) in [
        ("host", "a b"),
        ("host", "x\r\nQUIT"),
        ("from_name", "a\r\nBcc: b@c.d"),
        ("from_address", "a@b.c\nX: y"),
    ] {
        let mut bad = settings("mail.example.com", 25);
        bad[field] = json!(value);
        d.ask(&d.admin, "PUT", "/api/v1/mail-server", Some(bad)).await.refused(422, "invalid");
    }
}
