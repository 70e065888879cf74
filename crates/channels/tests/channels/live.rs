//! The visitor's socket, over a real connection.

use crate::stage::{CLIENTS, Stage};
use conversations::messages::Mark;
use futures_util::{SinkExt, StreamExt};
use kernel::{Actor, AggregateKey, Event, LineId, Permission, TenantId, TenantScope, UserId, sql};
use platform::live::{Outgoing, Topic, Viewer};
use platform::store::Tx;
use platform::web::Limits;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const A: TenantId = CLIENTS[0];
/// Nothing in these tests takes this long; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(at: &str, origin: &str) -> Result<Socket, Box<tungstenite::Error>> {
        let mut request = format!("ws://{at}/w/v1/live").into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "hark.visitor.v1".parse().expect("a value"));
        headers.insert("origin", origin.parse().expect("a value"));
        let (socket, answer) = connect_async(request).await.map_err(Box::new)?;
        assert_eq!(answer.headers()["sec-websocket-protocol"], "hark.visitor.v1");
        Ok(Socket(socket))
    }
    async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.expect("is sent");
    }
    async fn hear(&mut self) -> Value {
        loop {
            let message =
                tokio::time::timeout(PATIENCE, self.0.next()).await.expect("hears something in time");
            match message {
                Some(Ok(Message::Text(t))) => return serde_json::from_str(&t).expect("is JSON"),
                Some(Ok(Message::Close(_))) | None => return json!({ "op": "closed" }),
                Some(Ok(_)) => {}
                Some(Err(e)) => panic!("{e}"),
            }
        }
    }
    /// The next frame that fits; what comes before is passed over.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.hear().await;
            assert_ne!(frame["op"], "closed");
            if fits(&frame) {
                return frame;
            }
        }
    }
}

pub struct Server {
    at: String,
    _stop: watch::Sender<bool>,
}

pub async fn serve(stage: &Stage) -> Server {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address").to_string();
    let stop = watch::Sender::new(false);
    tokio::spawn(platform::web::serve(listener, stage.router.clone(), Limits::default(), stop.subscribe()));
    Server { at, _stop: stop }
}

pub async fn entered(stage: &Stage, server: &Server, token: &str, after: i64) -> (Socket, Value) {
    let mut socket = Socket::open(&server.at, &format!("http://{}", server.at)).await.expect("opens");
    let bare = token.strip_prefix("Visitor ").expect("a token");
    socket.say(json!({ "op": "auth", "token": bare, "after": after })).await;
    let _ = stage;
    let ready = socket.until(|f| f["op"] == "ready").await;
    (socket, ready)
}

pub fn op(f: &Value) -> &str {
    f["op"].as_str().unwrap_or("")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_from_first_word_to_last() {
    let stage = Stage::new().await;
    let server = serve(&stage).await;
    let token = stage.visitor(A).await;
    let (mut s, ready) = entered(&stage, &server, &token, 0).await;
    assert_eq!((ready["last_seq"].as_i64(), ready["conversation"].is_null()), (Some(0), true));
    s.say(json!({ "op": "ping" })).await;
    s.until(|f| op(f) == "pong").await;

    s.say(json!({ "op": "send", "client_id": "k1", "body": "question" })).await;
    let ack = s.until(|f| op(f) == "ack").await;
    assert_eq!((ack["client_id"].as_str(), ack["message"]["body"].as_str()), (Some("k1"), Some("question")));
    s.until(|f| op(f) == "conversation" && f["conversation"]["status"] == "open").await;
    // The same again is the same.
    s.say(json!({ "op": "send", "client_id": "k1", "body": "question" })).await;
    let again = s.until(|f| op(f) == "ack").await;
    assert_eq!(again["message"]["id"], ack["message"]["id"]);

    let row = stage.conversations(A).await.remove(0);
    stage.answer(A, row.id, "a note", true).await;
    stage.answer(A, row.id, "answer", false).await;
    let heard = s.until(|f| op(f) == "message" && f["message"]["from"] == "agent").await;
    assert_eq!(
        (heard["message"]["body"].as_str(), heard["message"]["name"].as_str()),
        (Some("answer"), Some("林晓"))
    );
    let seq = heard["message"]["seq"].as_i64().expect("a number");

    s.say(json!({ "op": "delivered", "seq": seq })).await;
    s.say(json!({ "op": "read", "seq": seq })).await;
    s.say(json!({ "op": "ping" })).await;
    s.until(|f| op(f) == "pong").await;
    let row = stage.conversations(A).await.remove(0);
    assert_eq!((row.contact_delivered, row.contact_read), (seq, seq));

    let (id, now) = (row.id, stage.program.app.now());
    let write = async move |tx: &mut Tx| {
        conversations::messages::mark(tx, id, Mark::ReadByStaff, Actor::user(UserId(77)), 2, now).await
    };
    stage
        .program
        .app
        .db()
        .write(&TenantScope::tenant(A), AggregateKey::new("conversation", id.0), write)
        .await
        .expect("marks");
    let read = s.until(|f| op(f) == "state").await;
    assert_eq!((read["seq"].as_i64(), read["state"].as_str()), (Some(2), Some("read")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_gets_what_was_missed_and_every_socket_learns_of_a_new_conversation() {
    let stage = Stage::new().await;
    let server = serve(&stage).await;
    let token = stage.visitor(A).await;
    let (mut idle, _) = entered(&stage, &server, &token, 0).await;
    stage.say(&token, "k1", "from another tab").await;
    idle.until(|f| op(f) == "resync").await;
    let row = stage.conversations(A).await.remove(0);
    stage.answer(A, row.id, "one", false).await;
    idle.until(|f| op(f) == "message" && f["message"]["body"] == "one").await;
    drop(idle);
    stage.answer(A, row.id, "two", false).await;

    let mut back = Socket::open(&server.at, &format!("http://{}", server.at)).await.expect("opens");
    let bare = token.strip_prefix("Visitor ").expect("a token");
    back.say(json!({ "op": "auth", "token": bare, "after": 3 })).await;
    let missed = back.hear().await;
    assert_eq!((op(&missed), missed["message"]["body"].as_str()), ("message", Some("two")));
    let ready = back.hear().await;
    assert_eq!((op(&ready), ready["last_seq"].as_i64()), ("ready", Some(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_shown_out() {
    let stage = Stage::new().await;
    let server = serve(&stage).await;
    assert!(Socket::open(&server.at, "https://evil.example").await.is_err(), "another origin");
    let own = format!("http://{}", server.at);
    for frame in [
        json!({ "op": "auth", "token": "x.y", "after": 0 }),
        json!({ "op": "send", "client_id": "k", "body": "x" }),
        json!({ "op": "auth", "token": "x", "topics": ["*"] }),
        json!([]),
    ] {
        let mut s = Socket::open(&server.at, &own).await.expect("opens");
        s.say(frame).await;
        assert_eq!(op(&s.hear().await), "bye");
        assert_eq!(op(&s.hear().await), "closed");
    }
    assert!(stage.conversations(A).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_visitor_hears_nothing_of_another() {
    let stage = Stage::new().await;
    let server = serve(&stage).await;
    let (one, two) = (stage.visitor(A).await, stage.visitor(A).await);
    stage.say(&one, "k", "one").await;
    stage.say(&two, "k", "two").await;
    let (mut s, _) = entered(&stage, &server, &two, 0).await;
    let rows = stage.conversations(A).await;
    stage.answer(A, rows[0].id, "for one", false).await;
    stage.answer(A, rows[1].id, "for two", false).await;
    let heard = s.until(|f| op(f) == "message" && f["message"]["from"] == "agent").await;
    assert_eq!(heard["message"]["body"], "for two");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_in_the_visitors_language() {
    let stage = Stage::new().await;
    let server = serve(&stage).await;
    let token = stage.visitor(A).await;
    let (mut s, _) = entered(&stage, &server, &token, 0).await;
    s.say(json!({ "op": "send", "client_id": "k", "body": "字".repeat(6_000) })).await;
    let refused = s.until(|f| op(f) == "refused").await;
    assert_eq!(
        (refused["code"].as_str(), refused["client_id"].as_str()),
        (Some("visitor.too_long"), Some("k"))
    );
    assert_eq!(refused["title"], channels::codes::VISITOR_TOO_LONG.zh);
}

/// Somebody of the staff who has the conversation open.
struct Reader {
    personal: bool,
}

impl Viewer for Reader {
    fn may_see(&self, _: &Event) -> bool {
        true
    }
    fn may_join(&self, _: Topic) -> bool {
        true
    }
    fn holds(&self, p: Permission, _: TenantId, _: LineId) -> bool {
        self.personal || p != customers::permissions::PERSONAL
    }
    fn user(&self) -> UserId {
        UserId(78)
    }
}

/// What the next signal of typing says; nothing where it holds no words.
async fn typed(ears: &mut Receiver<Outgoing>) -> Option<String> {
    loop {
        let what = tokio::time::timeout(PATIENCE, ears.recv()).await.expect("in time").expect("open");
        let Outgoing::Signal(frame) = what else { continue };
        let frame: Value = serde_json::from_str(&frame).expect("is JSON");
        if frame["kind"] == "typing" && frame["on"] == true {
            return frame["text"].as_str().map(str::to_owned);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_seen_with_consent_alone_and_kept_nowhere() {
    let stage = Stage::new().await;
    let server = serve(&stage).await;
    let token = stage.visitor(A).await;
    let (mut s, _) = entered(&stage, &server, &token, 0).await;
    s.say(json!({ "op": "send", "client_id": "k1", "body": "question" })).await;
    s.until(|f| op(f) == "conversation").await;
    let id = stage.conversations(A).await.remove(0).id;
    let mut staff = vec![];
    for personal in [true, false] {
        let (socket, ears, _) = stage.program.app.live().connect(Arc::new(Reader { personal }));
        stage.program.app.live().join(socket, Topic::Conversation(id.0));
        staff.push(ears);
    }
    let words = "SECRET 13812346207 卡 4111 1111 1111 1111";
    let peek = |on| json!({ "op": "peek", "on": on, "wording": "我同意" });
    let set = async |on: bool| stage.configure(A, |c| c.widget.sneak_peek = on).await;
    // What is said first, whether the client lets its staff look, and whether they see it then.
    let steps = [
        (None, false, false),
        (Some(peek(true)), false, false),
        (None, true, false),
        (Some(peek(true)), true, true),
        (None, false, false),
        (None, true, true),
        (Some(peek(false)), true, false),
    ];
    for (n, (said, allowed, seen)) in steps.into_iter().enumerate() {
        set(allowed).await;
        stage.program.clock.advance(3_000);
        if let Some(said) = said {
            s.say(said).await;
        }
        s.say(json!({ "op": "typing", "on": true, "text": words })).await;
        let full = typed(&mut staff[0]).await;
        let masked = typed(&mut staff[1]).await;
        assert_eq!((full.is_some(), masked.is_some()), (seen, seen), "step {n}: {full:?}");
        if let (Some(full), Some(masked)) = (full, masked) {
            assert!(full.contains("SECRET 13812346207") && !full.contains("4111 1111 1111 1111"), "{full}");
            assert!(masked.contains("138****6207"), "{masked}");
        }
    }
    let read = async move |tx: &mut Tx| {
        let mut kept = vec![];
        for sql in [
            sql!("SELECT COUNT(*) FROM message WHERE lower(body) LIKE '%secret%' AND tenant_id > 0"),
            sql!("SELECT COUNT(*) FROM event WHERE lower(data) LIKE '%secret%' AND tenant_id >= 0"),
            sql!("SELECT COUNT(*) FROM job WHERE lower(payload) LIKE '%secret%' AND tenant_id >= 0"),
            sql!(
                "SELECT COUNT(*) FROM conversation WHERE lower(last_text) LIKE '%secret%' AND tenant_id > 0"
            ),
            sql!(
                "SELECT COUNT(*) FROM visitor_consent WHERE purpose = 'peek' AND wording = '我同意' AND tenant_id > 0"
            ),
        ] {
            kept.push(tx.one(sql, &[], |r| r.int(0)).await?.unwrap_or(0));
        }
        Ok(kept)
    };
    let kept = stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads");
    assert_eq!(kept, [0, 0, 0, 0, 1], "the consent is kept, the words are not");
}
