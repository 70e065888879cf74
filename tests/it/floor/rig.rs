//! A program with one client, one line, a lead and some agents, all of whom have a socket.

use axum::Router;
use axum::body::Body;
use conversations::inboxes::{Inbox, InboxConfig};
use conversations::threads::{self, Channel, Page, Start};
use http::{Request, header};
use kernel::{
    Actor, AggregateKey, ContactId, ConversationId, Event, InboxId, LineId, Millis, Permission, QueueId,
    TenantId, TenantScope, UserId,
};
use platform::live::{Outgoing, SocketId, Topic, Viewer};
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use testkit::{Engine, TestClock, TestProgram};
use tokio::sync::mpsc::Receiver;
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";

/// Somebody signed in, with a socket.
pub struct Person {
    pub id: String,
    cookie: Option<String>,
    pub socket: (SocketId, Receiver<Outgoing>, Arc<AtomicBool>),
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        self.body
    }
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        self.body
    }
}

struct Ears(UserId);

impl Viewer for Ears {
    fn may_see(&self, _: &Event) -> bool {
        true
    }
    fn may_join(&self, _: Topic) -> bool {
        true
    }
    fn holds(&self, _: Permission, _: TenantId, _: LineId) -> bool {
        true
    }
    fn user(&self) -> UserId {
        self.0
    }
}

/// The program.
pub struct Rig {
    pub program: TestProgram,
    pub clock: TestClock,
    router: Router,
    admin: Option<String>,
    pub tenant: String,
    pub line: String,
    pub lead: Option<Person>,
    inbox: i64,
    queue: i64,
    numbers: i64,
}

pub fn text(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("no text: {v}")).to_owned()
}

impl Rig {
    pub async fn on(engine: Engine) -> Rig {
        let mut program = TestProgram::new(engine, |reg| {
            accounts::register(reg);
            customers::register(reg);
            conversations::register(reg);
            routing::register(reg);
            workforce::register(reg);
            let permissions = accounts::PermissionCatalogue(reg.permissions.clone());
            reg.provide(permissions);
        });
        program.start().await;
        let link = accounts::setup::ensure(&program.app).await.expect("a link").expect("open");
        let (router, clock) = (program.routes().desk, program.clock.clone());
        let none = String::new;
        let mut rig = Rig {
            program,
            clock,
            router,
            admin: None,
            tenant: none(),
            line: none(),
            lead: None,
            inbox: 0,
            queue: 0,
            numbers: 1,
        };
        let asked = json!({
            "token": link.token, "name": "Root", "alias": "Root", "login": "root", "password": PASSWORD, "language": "en",
        });
        let (answer, cookie) = rig.send(None, "POST", "/api/v1/setup", Some(asked)).await;
        answer.ok();
        rig.admin = cookie;
        rig.tenant = text(&rig.root("POST", "/api/v1/tenants", json!({"name": "T"})).await["id"]);
        let line = json!({"tenant": rig.tenant, "name": "L"});
        rig.line = text(&rig.root("POST", "/api/v1/lines", line).await["id"]);
        let inbox =
            json!({"tenant": rig.tenant, "line": rig.line, "channel": "api", "name": "I", "config": {}});
        rig.inbox = id(&rig.root("POST", "/api/v1/inboxes", inbox).await["id"]);
        let queue = json!({"tenant": rig.tenant, "line": rig.line, "name": "Q", "offer_ms": 600_000});
        rig.queue = id(&rig.root("POST", "/api/v1/queues", queue).await["id"]);
        rig.lead = Some(rig.person("lead", "supervisor").await);
        rig
    }

    async fn send(
        &self,
        cookie: Option<&str>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (Answer, Option<String>) {
        let mut rq = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        if let Some(c) = cookie {
            rq = rq.header(header::COOKIE, c).header(header::ORIGIN, "http://desk.test");
        }
        let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
        let answer = self.router.clone().oneshot(rq.body(body).expect("a request")).await.expect("an answer");
        let status = answer.status().as_u16();
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok());
        let cookie = cookie.and_then(|c| c.split(';').next()).map(str::to_owned);
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        (Answer { status, body }, cookie)
    }

    /// The administrator, who succeeds.
    pub async fn root(&self, method: &str, path: &str, body: Value) -> Value {
        self.send(self.admin.as_deref(), method, path, Some(body)).await.0.ok()
    }

    pub async fn get(&self, by: &Person, path: &str) -> Answer {
        self.send(by.cookie.as_deref(), "GET", path, None).await.0
    }

    pub async fn ask(&self, by: &Person, method: &str, path: &str, body: Value) -> Answer {
        self.send(by.cookie.as_deref(), method, path, Some(body)).await.0
    }

    pub fn lead(&self) -> &Person {
        self.lead.as_ref().expect("a lead")
    }

    /// Somebody with a role on the line, signed in, with a socket.
    pub async fn person(&self, login: &str, role: &str) -> Person {
        let asked =
            json!({"login": login, "name": login, "alias": login, "password": PASSWORD, "language": "en"});
        let user = text(&self.root("POST", "/api/v1/users", asked).await["id"]);
        let roles = self.send(self.admin.as_deref(), "GET", "/api/v1/roles", None).await.0.ok();
        let found = roles["items"].as_array().expect("a list").iter().find(|r| r["key"] == role);
        let role = text(&found.expect("a built-in role")["id"]);
        let grant = json!({"role": role, "tenant": self.tenant, "line": self.line});
        self.root("POST", &format!("/api/v1/users/{user}/grants"), grant).await;
        let (answer, cookie) = self
            .send(None, "POST", "/api/v1/session", Some(json!({"login": login, "password": PASSWORD})))
            .await;
        answer.ok();
        let who = UserId(id(&json!(user)));
        let socket = self.program.app.live().connect(Arc::new(Ears(who)));
        self.program.app.live().join(socket.0, Topic::User(who.0));
        self.program.app.live().join(socket.0, Topic::Staff);
        Person { id: user, cookie, socket }
    }

    /// An agent who is ready.
    pub async fn agent(&self, login: &str) -> Person {
        let agent = self.person(login, "agent").await;
        self.be(&agent, "ready").await.ok();
        agent
    }

    pub async fn be(&self, who: &Person, state: &str) -> Answer {
        self.ask(who, "PUT", "/api/v1/presence", json!({"state": state})).await
    }

    pub async fn state(&self, who: &Person) -> String {
        let presence = self.get(who, "/api/v1/presence").await.ok();
        text(&presence["state"])
    }

    pub fn pass(&self, ms: Millis) {
        self.clock.advance(ms);
    }

    /// A conversation that this agent holds.
    pub async fn served_by(&mut self, who: &Person) -> String {
        let id = self.waiting().await;
        self.hand(&id, who).await;
        id
    }

    /// Puts a conversation into somebody's hands.
    pub async fn hand(&self, conversation: &str, to: &Person) {
        let path = format!("/api/v1/conversations/{conversation}/assign");
        self.ask(self.lead(), "POST", &path, json!({"user": to.id})).await.ok();
    }

    /// A conversation that waits in the queue.
    pub async fn waiting(&mut self) -> String {
        self.numbers += 1;
        let app = &self.program.app;
        let inbox = Inbox {
            id: InboxId(self.inbox),
            tenant: TenantId(id(&json!(self.tenant))),
            line: LineId(id(&json!(self.line))),
            channel: Channel::Api,
            name: "I".into(),
            queue: Some(QueueId(self.queue)),
            enabled: true,
            config: InboxConfig::default(),
            key: "k".into(),
            created_at: 1,
        };
        let contact = json!({"tenant": self.tenant, "name": "C"});
        let contact = ContactId(id(&self.root("POST", "/api/v1/contacts", contact).await["id"]));
        let start = Start {
            id: app.id(),
            number: self.numbers,
            event_id: app.id(),
            inbox,
            contact,
            thread: String::new(),
            actor: Actor::contact(contact),
            page: Page::default(),
            subject: None,
            now: app.now(),
        };
        let scope = TenantScope::tenant(TenantId(id(&json!(self.tenant))));
        let (id, of) = (start.id, scope.clone());
        let write = async move |tx: &mut Tx| threads::open_or_find(tx, &of, &start).await;
        let key = AggregateKey::new("conversation", id.0);
        let (id, _): (ConversationId, bool) =
            app.db().write(&scope, key, write).await.expect("a conversation");
        id.to_string()
    }

    /// What the lead sees of somebody.
    pub async fn seen(&self, who: &Person) -> Value {
        let all = self.get(self.lead(), "/api/v1/floor/people").await.ok();
        let found = all["items"].as_array().into_iter().flatten().find(|p| p["id"] == who.id.as_str());
        found.cloned().unwrap_or_else(|| panic!("not on the floor: {all}"))
    }

    /// The actions of the record, newest first.
    pub async fn record(&self, query: &str) -> Vec<String> {
        let all =
            self.send(self.admin.as_deref(), "GET", &format!("/api/v1/audit{query}"), None).await.0.ok();
        all["items"].as_array().expect("a list").iter().map(|e| text(&e["action"])).collect()
    }

    /// A number from the store.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let read = async move |tx: &mut Tx| tx.one(sql, &[], |r| r.int(0)).await;
        self.program.app.db().read(&TenantScope::system(), read).await.expect("read").expect("a number")
    }
}

fn id(v: &Value) -> i64 {
    text(v).parse().expect("an id")
}

/// Asks again until it holds; what runs beside the requests is given ten seconds.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never came: {what}");
}
