//! Agents who answer by mail: a real postfix carries the letters, and every leg an answer stands on is taken away once.

use super::house::{House, PATIENCE, Person, text};
use channels::email::arrivals::{Arriving, Envelope, Via};
use kernel::{args, sql};
use platform::store::Tx;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Postfix, plain_text};

const ANN: &str = "ann@example.test";
const BOB: &str = "bob@example.test";
const CUSTOMER: &str = "lilei@example.test";
/// Longer than anybody's undo time, and than an agent must be away.
const LATER_MS: i64 = 130_000;

struct Office {
    house: House,
    postfix: Postfix,
    ann: String,
    grant: String,
}

/// Somebody who answers customers, with a confirmed address: who they are, and what lets them.
async fn colleague(h: &House, login: &str, email: &str) -> (String, String) {
    let password = "correct horse battery";
    let asked = json!({"login": login, "name": login, "alias": login, "password": password, "language": "en", "email": email});
    let id = h.made("/api/v1/users", asked).await;
    let roles = h.get("/api/v1/roles").await;
    let role = roles["items"].as_array().expect("a list").iter().find(|r| r["key"] == "agent").cloned();
    let grant = json!({ "tenant": h.tenant, "role": role.expect("agents")["id"] });
    let grant = h.made(&format!("/api/v1/users/{id}/grants"), grant).await;
    let user: i64 = id.parse().expect("an id");
    let prove = async move |tx: &mut Tx| {
        tx.exec(sql!("UPDATE app_user SET email_proven_at = 1 WHERE id = $1"), args![user]).await
    };
    let (scope, key) = (kernel::TenantScope::system(), kernel::AggregateKey::new("t", 1));
    h.program.app.db().write(&scope, key, prove).await.expect("writes");
    let signed_in = h
        .ask(&Person::default(), "POST", "/api/v1/session", json!({"login": login, "password": password}))
        .await;
    let cookie = signed_in.cookie.clone();
    signed_in.ok();
    h.ask(&Person { cookie }, "PATCH", "/api/v1/me", json!({"mail_when_away": true})).await.ok();
    (id, grant)
}

impl Office {
    async fn open() -> Office {
        let (postfix, house) = (Postfix::start(), House::new().await);
        let smtp = json!({ "host": "localhost", "port": postfix.port, "security": "none" });
        let server = json!({ "host": "localhost", "port": postfix.port, "security": "none", "from_name": "Hark",
            "from_address": "hark@example.test", "enabled": true });
        house.ask(&house.admin, "PUT", "/api/v1/mail-server", server).await.ok();
        house.set(json!({ "address": "help@pay.test", "config": { "authserv_id": "mx.hark.test", "smtp": smtp } })).await;
        let (ann, grant) = colleague(&house, "ann", ANN).await;
        colleague(&house, "bob", BOB).await;
        Office { house, postfix, ann, grant }
    }

    /// Brings a mail whose sender was judged so, and waits until it is where it belongs.
    async fn bring(
        &self,
        from: &str,
        to: &str,
        judged: &str,
        rest: &str,
        body: &str,
    ) -> (String, Option<String>) {
        let before = self.house.arrivals().await.len();
        let raw = format!(
            "Authentication-Results: mx.hark.test; {judged}\r\nFrom: {from}\r\nTo: {to}\r\nSubject: Re: money\r\n\
             Message-ID: <{before}@x.test>\r\n{rest}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        );
        let envelope = Envelope { to: Some(to.to_owned()), ..Envelope::default() };
        let mail = Arriving { via: Via::Lmtp, envelope, raw: raw.into_bytes().into() };
        channels::email::bring(&self.house.program.app, "help@pay.test", mail).await.expect("is kept");
        self.house.wait_arrivals(before + 1).await.pop().expect("an arrival")
    }

    async fn conversation(&self) -> String {
        let all = self.conversations().await;
        all.first().expect("a conversation").clone()
    }

    async fn conversations(&self) -> Vec<String> {
        let read = async |tx: &mut Tx| {
            let sql = sql!("SELECT id FROM conversation WHERE tenant_id > 0 ORDER BY id");
            tx.all(sql, args![], |r| Ok(r.int(0)?.to_string())).await
        };
        self.house.program.app.db().read(&self.house.scope(), read).await.expect("reads")
    }

    /// What people here wrote: is it a note, and the words.
    async fn written(&self) -> Vec<(bool, String)> {
        let at = format!("/api/v1/conversations/{}/messages", self.conversation().await);
        let all = self.house.get(&at).await;
        let ours = all["items"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|m| m["author"]["kind"] == "user" && m["kind"] == "text");
        ours.map(|m| (m["mode"] == "note", text(&m["body"]))).collect()
    }

    /// The customer writes, it is given to Ann, who is away: the letter she gets, and where her answer goes.
    async fn letter(&self) -> (String, String) {
        let (state, _) = self
            .bring(CUSTOMER, "help@pay.test", "dmarc=pass header.from=example.test", "", "Where is my money?")
            .await;
        assert_eq!(state, "done");
        let at = format!("/api/v1/conversations/{}/assign", self.conversation().await);
        self.house.ask(&self.house.admin, "POST", &at, json!({ "user": self.ann })).await.ok();
        self.house.program.settle().await;
        let letter = self
            .until("a letter to Ann", |all| all.iter().find(|l| l.contains(&format!("To: {ANN}"))).cloned())
            .await;
        let reply_to =
            letter.lines().find_map(|l| l.strip_prefix("Reply-To: ")).expect("where answers go").trim();
        let address = reply_to.trim_matches(['<', '>']).to_owned();
        (letter, address)
    }

    /// Turns the clock until a letter is there.
    async fn until(&self, what: &str, found: impl Fn(&[String]) -> Option<String>) -> String {
        let began = Instant::now();
        loop {
            if let Some(letter) = found(&self.postfix.letters()) {
                return letter;
            }
            assert!(began.elapsed() < PATIENCE, "{what} did not come: {:?}", self.postfix.letters());
            self.house.program.clock.advance(5_000);
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Lets some time pass and everything be done that was to be done in it.
    async fn pass(&self) {
        for _ in 0..30 {
            self.house.program.clock.advance(LATER_MS / 20);
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        self.house.program.settle().await;
    }

    fn letters_to(&self, address: &str, word: &str) -> usize {
        let to = format!("To: {address}");
        self.postfix.letters().iter().filter(|l| l.contains(&to) && plain_text(l).contains(word)).count()
    }
}

const PROVED: &str = "dmarc=pass header.from=example.test";

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_is_away_answers_by_mail_and_the_customer_gets_their_words_alone() {
    let o = Office::open().await;
    let (letter, address) = o.letter().await;
    let said = plain_text(&letter);
    assert!(said.contains("Where is my money?") && said.contains("✂"), "{said}");
    assert!(letter.contains("Auto-Submitted: auto-generated"));
    // The letter quoted below, as mail programs do.
    let body = "Dear Mr Li, it is on its way.\r\n\r\nOn Mon, Hark wrote:\r\n> ⎯⎯⎯⎯ ✂ ⎯⎯⎯⎯\r\n> Answer this mail above this line\r\n> Where is my money?";
    let (state, fault) = o.bring(ANN, &address, PROVED, "", body).await;
    assert_eq!((state.as_str(), fault), ("done", None));
    assert!(o.written().await.is_empty(), "it waits its undo time");
    let sent = o
        .until("the answer", |all| all.iter().find(|l| l.contains(&format!("To: {CUSTOMER}"))).cloned())
        .await;
    let said = plain_text(&sent);
    assert!(
        said.contains("it is on its way") && !said.contains("✂") && !said.contains("above this line"),
        "{said}"
    );
    assert!(!sent.contains(ANN) && !sent.contains("+s"), "nothing of the agent's own mail goes out: {sent}");
    assert_eq!(o.written().await, [(false, "Dear Mr Li, it is on its way.".to_owned())]);
    assert_eq!(o.conversations().await.len(), 1);

    // For colleagues alone; then the end.
    assert_eq!(o.bring(ANN, &address, PROVED, "", "#note\r\nAsk the bank").await.0, "done");
    assert_eq!(o.written().await.last().expect("one"), &(true, "Ask the bank".to_owned()));
    assert_eq!(o.bring(ANN, &address, PROVED, "", "#close\r\nDone now.").await.0, "done");
    assert_eq!(o.written().await.last().expect("one"), &(false, "Done now.".to_owned()));
    let over = o.house.get(&format!("/api/v1/conversations/{}", o.conversation().await)).await;
    assert_eq!(over["status"], "resolved", "{over}");
    o.pass().await;
    assert_eq!((o.letters_to(CUSTOMER, "Done now."), o.letters_to(CUSTOMER, "Ask the bank")), (1, 0));
    // And nothing after it.
    let (state, fault) = o.bring(ANN, &address, PROVED, "", "One more").await;
    assert_eq!((state.as_str(), fault.as_deref()), ("quarantined", Some("mail.staff_over")));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_any_leg_missing_no_customer_sees_it() {
    let o = Office::open().await;
    let (_, address) = o.letter().await;
    let h = &o.house;
    let forged = "dmarc=fail header.from=example.test";
    let other = "dkim=pass header.d=other.test";
    let auto = "Auto-Submitted: auto-replied\r\n";
    let cut = {
        let mut bytes = address.clone().into_bytes();
        let at = address.find("+s").expect("a token") + 30;
        bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
        String::from_utf8(bytes).expect("text")
    };
    for (what, from, to, judged, rest, fault) in [
        ("her token, from a colleague", BOB, &address, PROVED, "", "mail.staff_token"),
        ("a token that was changed", ANN, &cut, PROVED, "", "mail.staff_token"),
        ("her name, disowned", ANN, &address, forged, "", "mail.staff_unproved"),
        ("her name, nobody says anything", ANN, &address, "none", "", "mail.staff_unproved"),
        ("her name, proved for somebody else", ANN, &address, other, "", "mail.staff_unproved"),
        ("the customer, to whom it was forwarded", CUSTOMER, &address, PROVED, "", "mail.staff_unknown"),
        ("her out-of-office note", ANN, &address, PROVED, auto, "mail.staff_program"),
        ("nothing above the quote", ANN, &address, PROVED, "", "mail.staff_empty"),
    ] {
        let body = if fault == "mail.staff_empty" {
            "⎯⎯⎯⎯ ✂ ⎯⎯⎯⎯\r\nold words"
        } else {
            "Give him the money"
        };
        let (state, found) = o.bring(from, to, judged, rest, body).await;
        assert_eq!((state.as_str(), found.as_deref()), ("quarantined", Some(fault)), "{what}");
    }
    // Proved and a colleague, but without a token: a mail like any other, of a contact of its own.
    assert_eq!(o.bring(ANN, "help@pay.test", PROVED, "", "Give him the money").await.0, "done");
    assert_eq!(o.conversations().await.len(), 2);
    // The right is asked for at that moment, whatever was true when the letter was sent.
    h.ask(&h.admin, "DELETE", &format!("/api/v1/users/{}/grants/{}", o.ann, o.grant), Value::Null).await.ok();
    let (_, fault) = o.bring(ANN, &address, PROVED, "", "Give him the money").await;
    assert_eq!(fault.as_deref(), Some("mail.staff_right"));
    h.ask(&h.admin, "PATCH", &format!("/api/v1/users/{}", o.ann), json!({"disabled": true})).await.ok();
    let (_, fault) = o.bring(ANN, &address, PROVED, "", "Give him the money").await;
    assert_eq!(fault.as_deref(), Some("mail.staff_unknown"), "whoever left is nobody here");
    o.pass().await;
    assert_eq!(o.written().await, [], "no customer, and no colleague, read a word of it");
    assert_eq!(o.letters_to(CUSTOMER, ""), 0);
    // One letter a day about one conversation, one about the address that fits none, none to programs and strangers.
    assert_eq!(o.letters_to(ANN, "was not sent"), 2, "{:?}", o.postfix.letters());
    assert_eq!(o.letters_to(BOB, "was not sent"), 1);
}
