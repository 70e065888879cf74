//! Webhooks out: what a receiver gets, what is kept, and what becomes of failures.

use automation::webhooks::KINDS;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use conversations::inboxes::{Cache, Inbox, SECRET};
use conversations::messages::{self, NewMessage};
use conversations::threads::{self, Numbers, Page, Start};
use kernel::{
    Actor, AggregateKey, ContactId, ConversationId, InboxId, MessageId, TenantId, TenantScope, UserId,
    WebhookId, args, sql,
};
use parking_lot::Mutex;
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::web::signature::{Signed, SigningKey};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Engine, TestProgram, TestStore};
use tokio::sync::watch;

const A: TenantId = TenantId(11);
const B: TenantId = TenantId(12);
const AGENT: UserId = UserId(77);
const TEXT_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A delivery as it is kept: target, status, attempts, fault.
type Kept = (String, String, i64, Option<String>);

/// A receiver that answers as it was told, 200 when it was told nothing.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    async fn serve(&self) -> (String, watch::Sender<bool>) {
        async fn take(
            State(r): State<Receiver>,
            headers: HeaderMap,
            body: Bytes,
        ) -> (StatusCode, &'static str) {
            r.got.lock().push((headers, body));
            let status = r.answers.lock().pop_front().unwrap_or(200);
            (StatusCode::from_u16(status).expect("a status"), "thank you")
        }
        let router = Router::new().route("/hook", axum::routing::post(take)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let stop = watch::Sender::new(false);
        let limits = platform::web::Limits::default();
        tokio::spawn(platform::web::serve(listener, router, limits, stop.subscribe()));
        (url, stop)
    }
    fn bodies(&self) -> Vec<Value> {
        self.got.lock().iter().map(|(_, b)| serde_json::from_slice(b).expect("JSON")).collect()
    }
    fn ids(&self) -> Vec<String> {
        self.got.lock().iter().map(|(h, _)| h["webhook-id"].to_str().expect("text").to_owned()).collect()
    }
}

struct Stage {
    program: TestProgram,
    receiver: Receiver,
    url: String,
    _stop: watch::Sender<bool>,
}

impl Stage {
    async fn new() -> Stage {
        let store = TestStore::open(Engine::of_run());
        let mut settings = testkit::settings(store.folder());
        settings.egress_allow = vec!["127.0.0.1".parse().expect("an address")];
        let program = TestProgram::with(store, settings, |reg| {
            accounts::register(reg);
            customers::register(reg);
            conversations::register(reg);
            automation::register(reg);
        });
        let receiver = Receiver::default();
        let (url, stop) = receiver.serve().await;
        Stage { program, receiver, url, _stop: stop }
    }

    async fn write<T, F>(&self, f: F) -> T
    where
        F: AsyncFn(&mut Tx) -> kernel::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let db = self.program.app.db().clone();
        db.write(&TenantScope::system(), AggregateKey::new("t", 1), f).await.expect("writes")
    }

    async fn webhook(&self, tenant: TenantId, id: i64, kinds: &'static str) -> WebhookId {
        let (url, app, now) = (self.url.clone(), self.program.app.clone(), self.program.app.now());
        let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO webhook(id, tenant_id, url, kinds, enabled, created_by, created_at, changed_at)
                     VALUES ($1, $2, $3, $4, 1, 77, $5, $5)"
                ),
                args![id, tenant, url, kinds, now],
            )
            .await?;
            secrets.seal(tx, &fresh, tenant, "webhook.signing", id, TEXT_SECRET.as_bytes(), now).await
        })
        .await;
        WebhookId(id)
    }

    async fn inbox(&self, tenant: TenantId, channel: &'static str, url: Option<String>) -> Arc<Inbox> {
        let app = self.program.app.clone();
        let id: InboxId = app.id();
        let config = json!({ "webhook_url": url }).to_string();
        let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO inbox(id, tenant_id, line_id, channel, name, config, key, created_at)
                     VALUES ($1, $2, $2, $3, $3, $4, $5, 0)"
                ),
                args![id, tenant, channel, config, format!("k{id}")],
            )
            .await?;
            secrets.seal(tx, &fresh, tenant, SECRET, id.0, TEXT_SECRET.as_bytes(), 0).await
        })
        .await;
        app.port::<Arc<Cache>>().refresh(&app).await.expect("refreshes");
        app.port::<Arc<Cache>>().get(id).expect("the inbox")
    }

    async fn open(&self, inbox: &Arc<Inbox>) -> ConversationId {
        let app = &self.program.app;
        let scope = TenantScope::tenant(inbox.tenant);
        let number = app.port::<Arc<Numbers>>().next(app, &scope, inbox.tenant).await.expect("a number");
        let contact: ContactId = app.id();
        let start = Start {
            id: app.id(),
            number,
            event_id: app.id(),
            inbox: (**inbox).clone(),
            contact,
            thread: "order 1".into(),
            actor: Actor::contact(contact),
            page: Page::default(),
            subject: None,
            now: app.now(),
        };
        let inner = scope.clone();
        let write = async move |tx: &mut Tx| threads::open_or_find(tx, &inner, &start).await;
        app.db().write(&scope, AggregateKey::new("t", 1), write).await.expect("opens").0
    }

    async fn say(&self, tenant: TenantId, conversation: ConversationId, body: &str, note: bool) -> MessageId {
        let app = &self.program.app;
        let m = NewMessage {
            id: app.id(),
            event_id: app.id(),
            conversation,
            author: Actor::user(AGENT),
            note,
            body: body.into(),
            attachments: vec![],
            mentions: vec![],
            client_key: None,
            mail: None,
            chat: false,
            automatic: false,
            seen_seq: None,
            now: app.now(),
        };
        let scope = TenantScope::tenant(tenant);
        let inner = scope.clone();
        let write = async move |tx: &mut Tx| messages::append(tx, &inner, &m).await;
        app.db().write(&scope, AggregateKey::new("t", 1), write).await.expect("is written").message.id
    }

    /// Deliveries: (target, status, attempts, fault).
    async fn deliveries(&self) -> Vec<Kept> {
        let read = async |tx: &mut Tx| {
            let sql =
                sql!("SELECT target, status, attempts, fault FROM delivery WHERE tenant_id > 0 ORDER BY id");
            tx.all(sql, &[], |r| Ok((r.text(0)?, r.text(1)?, r.int(2)?, r.opt_text(3)?))).await
        };
        self.program.app.db().read(&TenantScope::system(), read).await.expect("reads")
    }

    /// Waits until the deliveries are as wanted; the jobs run beside the test.
    async fn until(&self, fits: impl Fn(&[Kept]) -> bool) {
        for _ in 0..1_000 {
            let all = self.deliveries().await;
            if fits(&all) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never came to that: {:?}", self.deliveries().await);
    }
}

fn all_are(status: &'static str, n: usize) -> impl Fn(&[Kept]) -> bool {
    move |all| all.len() == n && all.iter().all(|(_, s, ..)| s == status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_gets_what_it_listens_to_signed() {
    let mut stage = Stage::new().await;
    stage.webhook(A, 5, "message.created").await;
    stage.webhook(B, 6, "*").await;
    let inbox = stage.inbox(A, "webchat", None).await;
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    stage.say(A, conversation, "hello", false).await;
    stage.say(A, conversation, "internal", true).await;
    stage.program.settle().await;
    stage.until(all_are("delivered", 1)).await;
    let got = stage.receiver.got.lock().clone();
    assert_eq!(got.len(), 1, "no notes, no thin lines, nothing of another client");
    let key = SigningKey::parse(TEXT_SECRET).expect("a secret");
    Signed::of(&got[0].0)
        .and_then(|s| s.verify(&[key], &got[0].1, stage.program.app.now()))
        .expect("is signed");
    let body: Value = serde_json::from_slice(&got[0].1).expect("JSON");
    assert_eq!(
        (body["type"].as_str(), body["data"]["message"]["body"].as_str()),
        (Some("message.created"), Some("hello"))
    );
    assert_eq!(body["data"]["conversation"]["id"], conversation.to_string());
    assert!(body.get("pos").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_log_read_twice_is_one_delivery() {
    use automation::webhooks::WebhookReader;
    use platform::log::Reader;
    let mut stage = Stage::new().await;
    stage.webhook(A, 5, "message.created\nnote.created").await;
    let inbox = stage.inbox(A, "webchat", None).await;
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    stage.say(A, conversation, "hello", false).await;
    stage.say(A, conversation, "internal", true).await;
    stage.program.settle().await;
    let events = stage.program.app.log().after(0, 1_000).await.expect("reads");
    let mut again = WebhookReader::new(stage.program.app.clone());
    again.handle(&events).await.expect("is read again");
    stage.until(all_are("delivered", 2)).await;
    assert_eq!(stage.receiver.bodies().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_under_the_same_id() {
    let mut stage = Stage::new().await;
    stage.webhook(A, 5, "message.created").await;
    let inbox = stage.inbox(A, "webchat", None).await;
    stage.receiver.answers.lock().extend([500, 503]);
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    stage.say(A, conversation, "hello", false).await;
    stage.until(|all| all.first().is_some_and(|d| d.2 == 1)).await;
    assert_eq!(stage.deliveries().await[0].3.as_deref(), Some("webhook.failed"));
    stage.program.clock.advance(5_000);
    stage.until(|all| all[0].2 == 2).await;
    assert_eq!(stage.deliveries().await[0].3.as_deref(), Some("webhook.busy"));
    stage.program.clock.advance(30_000);
    stage.until(all_are("delivered", 1)).await;
    let ids = stage.receiver.ids();
    assert!(ids.len() == 3 && ids.windows(2).all(|w| w[0] == w[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_gone_switches_the_webhook_off() {
    let mut stage = Stage::new().await;
    stage.webhook(A, 5, "message.created").await;
    let inbox = stage.inbox(A, "webchat", None).await;
    stage.receiver.answers.lock().push_back(410);
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    stage.say(A, conversation, "one", false).await;
    stage.until(all_are("failed", 1)).await;
    let events = stage.program.app.log().after(0, 1_000).await.expect("reads");
    assert!(events.iter().any(|e| e.kind == "webhook.stopped" && e.data["why"] == "gone"));
    stage.program.settle().await;
    stage.say(A, conversation, "two", false).await;
    stage.program.settle().await;
    assert_eq!(stage.deliveries().await.len(), 1, "nothing more is written for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_coming_through_for_days_switches_the_webhook_off() {
    let mut stage = Stage::new().await;
    stage.webhook(A, 5, "message.created").await;
    let inbox = stage.inbox(A, "webchat", None).await;
    stage.receiver.answers.lock().extend([500; 100]);
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    stage.say(A, conversation, "one", false).await;
    stage.until(|all| all.first().is_some_and(|d| d.2 == 1)).await;
    stage.program.clock.advance(6 * 86_400_000);
    stage.until(|all| all[0].2 == 2).await;
    let events = stage.program.app.log().after(0, 1_000).await.expect("reads");
    assert!(events.iter().any(|e| e.kind == "webhook.stopped" && e.data["why"] == "failing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_an_api_inbox_go_to_its_address_as_its_customer_may_see_them() {
    let mut stage = Stage::new().await;
    let url = stage.url.clone();
    let inbox = stage.inbox(A, "api", Some(url)).await;
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    let reply = stage.say(A, conversation, "hello", false).await;
    stage.say(A, conversation, "internal", true).await;
    stage.until(all_are("delivered", 1)).await;
    let body = stage.receiver.bodies().remove(0);
    let m = &body["data"]["message"];
    assert_eq!((m["body"].as_str(), m["thread"].as_str()), (Some("hello"), Some("order 1")));
    assert_eq!(m["id"], reply.to_string());
    assert!(!body.to_string().contains("assignee"));
    let row = stage.program.app.db();
    let read = async move |tx: &mut Tx| threads::by_id(tx, conversation).await;
    let row = row.read(&TenantScope::tenant(A), read).await.expect("reads");
    assert_eq!(row.contact_delivered, m["seq"].as_i64().expect("a number"), "it is marked as delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_never_comes_through_is_marked_and_can_be_sent_again() {
    let mut stage = Stage::new().await;
    let url = stage.url.clone();
    let inbox = stage.inbox(A, "api", Some(url)).await;
    stage.receiver.answers.lock().push_back(410);
    stage.program.start().await;
    let conversation = stage.open(&inbox).await;
    let reply = stage.say(A, conversation, "hello", false).await;
    stage.until(all_are("failed", 1)).await;
    let read = async move |tx: &mut Tx| messages::by_ids(tx, &TenantScope::tenant(A), &[reply]).await;
    let found = stage.program.app.db().read(&TenantScope::tenant(A), read).await.expect("reads").remove(0);
    assert_eq!(found.failure.as_deref(), Some("webhook.gone"));
    let now = stage.program.app.now();
    stage
        .write(async move |tx: &mut Tx| {
            let event = kernel::Event::new(A, "message.retried", reply.0, Actor::SYSTEM, now);
            tx.emit(event.conversation(conversation));
            Ok(())
        })
        .await;
    stage.until(all_are("delivered", 1)).await;
    let ids = stage.receiver.ids();
    assert!(ids.len() == 2 && ids[0] == ids[1], "the receiver can tell that it is the same");
}

#[test]
fn every_kind_has_words_in_both_languages() {
    assert!(KINDS.iter().all(|(k, en, zh)| k.contains('.') && !en.is_empty() && !zh.is_ascii()));
}
