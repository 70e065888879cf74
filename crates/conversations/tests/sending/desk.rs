//! A provider with two clients, agents who answer, and a contact who writes.

use accounts::viewer;
use axum::Router;
use axum::body::Body;
use conversations::messages::{self, Mark, NewMessage, Posted};
use http::{Request, StatusCode, header};
use kernel::{Actor, AggregateKey, ContactId, ConversationId, TenantId, TenantScope, UserId};
use platform::live::{Outgoing, Topic};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Engine, TestProgram};
use tokio::sync::mpsc::Receiver;
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";
/// What is awaited comes within this, or never.
const PATIENCE: usize = 400;

/// A program that runs.
pub struct Desk {
    pub program: TestProgram,
    pub router: Router,
    pub admin: Person,
    pub tenant: String,
    pub line: String,
    pub other: String,
    pub contact: String,
    inboxes: [String; 2],
}

/// Somebody signed in.
#[derive(Clone, Default)]
pub struct Person {
    pub cookie: Option<String>,
    pub id: String,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub cookie: Option<String>,
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        self.body
    }
}

#[track_caller]
pub fn text(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("no text: {v}")).to_owned()
}

fn areas(reg: &mut Registry) {
    accounts::register(reg);
    customers::register(reg);
    conversations::register(reg);
    let all = accounts::PermissionCatalogue(reg.permissions.clone());
    reg.provide(all);
}

impl Desk {
    pub async fn new(engine: Engine) -> Desk {
        let mut program = TestProgram::new(engine, areas);
        program.start().await;
        let link = accounts::setup::ensure(&program.app).await.expect("a link").expect("open");
        let router = program.routes().desk;
        let empty = String::new;
        let (inboxes, admin) = ([empty(), empty()], Person::default());
        let mut d = Desk {
            program,
            router,
            admin,
            tenant: empty(),
            line: empty(),
            other: empty(),
            contact: empty(),
            inboxes,
        };
        let asked = json!({"token": link.token, "name": "Root", "alias": "Root", "login": "root",
            "password": PASSWORD, "language": "en"});
        let answer = d.ask(&Person::default(), "POST", "/api/v1/setup", asked).await;
        let cookie = answer.cookie.clone();
        d.admin = Person { cookie, id: text(&answer.ok()["user"]["id"]) };
        d.tenant = d.made("/api/v1/tenants", json!({"name": "云付科技"})).await;
        d.other = d.made("/api/v1/tenants", json!({"name": "蓝鲸旅行"})).await;
        d.line = d.made("/api/v1/lines", json!({"tenant": d.tenant, "name": "售后"})).await;
        d.contact = d.made("/api/v1/contacts", json!({"tenant": d.tenant, "name": "李雷"})).await;
        for (n, channel) in ["webchat", "api"].iter().enumerate() {
            let asked = json!({"tenant": d.tenant, "line": d.line, "channel": channel, "name": channel, "config": {}});
            d.inboxes[n] = d.made("/api/v1/inboxes", asked).await;
        }
        d
    }

    pub async fn made(&self, path: &str, body: Value) -> String {
        text(&self.ask(&self.admin, "POST", path, body).await.ok()["id"])
    }

    pub async fn ask(&self, by: &Person, method: &str, path: &str, body: Value) -> Answer {
        self.hands().ask(by, method, path, body).await
    }

    /// What asks and marks, for many at once.
    pub fn hands(&self) -> Hands {
        let contact = self.contact.parse().unwrap_or(0);
        let tenant = TenantId(self.tenant.parse().unwrap_or(0));
        Hands { router: self.router.clone(), app: self.program.app.clone(), tenant, contact }
    }

    pub async fn get(&self, by: &Person, path: &str) -> Value {
        self.ask(by, "GET", path, Value::Null).await.ok()
    }
    pub async fn post(&self, by: &Person, path: &str, body: Value) -> Answer {
        self.ask(by, "POST", path, body).await
    }

    /// Somebody with a role at the first client, signed in.
    pub async fn person(&self, login: &str, role: &str) -> Person {
        let asked =
            json!({"login": login, "name": login, "alias": login, "password": PASSWORD, "language": "en"});
        let id = self.made("/api/v1/users", asked).await;
        let roles = self.get(&self.admin, "/api/v1/roles").await;
        let found = roles["items"].as_array().expect("a list").iter().find(|r| r["key"] == role).cloned();
        let grant = json!({"role": found.expect("a built-in role")["id"], "tenant": self.tenant});
        self.post(&self.admin, &format!("/api/v1/users/{id}/grants"), grant).await.ok();
        let asked = json!({"login": login, "password": PASSWORD});
        let answer = self.post(&Person::default(), "/api/v1/session", asked).await;
        let cookie = answer.cookie.clone();
        answer.ok();
        Person { cookie, id }
    }

    /// A conversation over the widget (0) or another source (1), held by whoever begins it.
    pub async fn conversation(&self, by: &Person, channel: usize) -> String {
        let asked = json!({"tenant": self.tenant, "inbox": self.inboxes[channel], "contact": self.contact});
        text(&self.post(by, "/api/v1/conversations", asked).await.ok()["id"])
    }

    pub fn scope(&self) -> TenantScope {
        TenantScope::tenant(TenantId(self.tenant.parse().expect("an id")))
    }

    fn person_of_contact(&self) -> Actor {
        Actor::contact(ContactId(self.contact.parse().expect("an id")))
    }

    /// The contact writes.
    pub async fn says(&self, conversation: &str, body: &str) -> Posted {
        let app = &self.program.app;
        let m = NewMessage {
            id: app.id(),
            event_id: app.id(),
            conversation: ConversationId(conversation.parse().expect("an id")),
            author: self.person_of_contact(),
            note: false,
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
        let (scope, key) = (self.scope(), AggregateKey::new("conversation", m.conversation.0));
        let write = async move |tx: &mut Tx| {
            let scope = tx.scope().clone();
            messages::append(tx, &scope, &m).await
        };
        app.db().write(&scope, key, write).await.expect("is written")
    }

    /// A reply as the desk sends it.
    pub async fn reply(&self, by: &Person, conversation: &str, body: &str, more: Value) -> Answer {
        let client_id = self.program.app.ids().next().to_string();
        let mut asked = json!({"client_id": client_id, "mode": "reply", "body": body, "seen_seq": 1_000});
        if let (Value::Object(asked), Value::Object(more)) = (&mut asked, more) {
            asked.extend(more);
        }
        self.post(by, &format!("/api/v1/conversations/{conversation}/messages"), asked).await
    }

    /// The texts of a conversation, as somebody sees them.
    pub async fn texts(&self, by: &Person, conversation: &str) -> Vec<String> {
        let page = self.get(by, &format!("/api/v1/conversations/{conversation}/messages")).await;
        let items = page["items"].as_array().expect("a list").iter().filter(|m| m["kind"] == "text");
        items.map(|m| text(&m["body"])).collect()
    }

    /// Asks again until it fits.
    pub async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..PATIENCE {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{what} never came")
    }

    /// What somebody's screen hears in a conversation's room and in their own.
    pub fn screen(&self, of: &Person, conversation: &str) -> Screen {
        let user: i64 = of.id.parse().expect("an id");
        let live = self.program.app.live();
        let (id, out, _) = live.connect(viewer(&self.program.app, UserId(user)));
        assert!(live.join(id, Topic::User(user)));
        assert!(live.join(id, Topic::Conversation(conversation.parse().expect("an id"))));
        Screen { out }
    }

    /// The same data after a restart.
    pub async fn restarted(mut self) -> Desk {
        self.program.stop().await;
        let now = self.program.app.now();
        let mut program = self.program.again(areas);
        let behind = now - program.app.now();
        program.clock.advance(behind.max(0));
        program.start().await;
        self.router = program.routes().desk;
        self.program = program;
        self
    }
}

/// Asks and marks; many at once.
#[derive(Clone)]
pub struct Hands {
    router: Router,
    app: App,
    tenant: TenantId,
    contact: i64,
}

impl Hands {
    pub async fn ask(&self, by: &Person, method: &str, path: &str, body: Value) -> Answer {
        let mut rq = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        if let Some(c) = &by.cookie {
            rq = rq.header(header::COOKIE, c).header(header::ORIGIN, "http://desk.test");
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let answer = self.router.clone().oneshot(rq.body(body).expect("a request")).await.expect("an answer");
        let status = answer.status();
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok());
        let cookie = cookie.and_then(|c| c.split(';').next()).map(str::to_owned);
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Answer { status, cookie, body }
    }

    /// The contact reads up to a number.
    pub async fn reads(&self, conversation: &str, seq: i64) {
        let id = ConversationId(conversation.parse().expect("an id"));
        let (actor, now) = (Actor::contact(ContactId(self.contact)), self.app.now());
        let write =
            async move |tx: &mut Tx| messages::mark(tx, id, Mark::ReadByContact, actor, seq, now).await;
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&TenantScope::tenant(self.tenant), key, write).await.expect("is marked");
    }
}

/// Somebody's open screen.
pub struct Screen {
    out: Receiver<Outgoing>,
}

impl Screen {
    /// The next message that says something, as this screen is shown it.
    pub async fn hears_words(&mut self) -> Value {
        loop {
            let frame = self.hears("message.created").await;
            if frame["data"]["message"]["kind"] == "text" {
                return frame;
            }
        }
    }

    /// The next frame of this kind.
    pub async fn hears(&mut self, kind: &str) -> Value {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.out.recv()).await;
            let next = next.unwrap_or_else(|_| panic!("no {kind} came")).expect("open");
            let (Outgoing::Event(_, frame) | Outgoing::Signal(frame)) = next else { continue };
            let frame: Value = serde_json::from_str(&frame).expect("JSON");
            if frame["kind"] == kind {
                return frame;
            }
        }
    }
}
