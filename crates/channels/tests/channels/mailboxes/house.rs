//! A provider with two clients, inboxes of mail, and people who may set them up or not.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use kernel::{TenantId, TenantScope, args, sql};
use platform::Registry;
use platform::store::Tx;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Dovecot, Engine, TestProgram, TestStore};
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";
/// What is awaited comes within this.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct House {
    pub program: TestProgram,
    pub router: Router,
    pub admin: Person,
    pub tenant: String,
    pub line: String,
    pub inbox: String,
}

#[derive(Clone, Default)]
pub struct Person {
    pub cookie: Option<String>,
}

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

pub fn areas(reg: &mut Registry) {
    accounts::register(reg);
    customers::register(reg);
    conversations::register(reg);
    channels::register(reg);
    let all = accounts::PermissionCatalogue(reg.permissions.clone());
    reg.provide(all);
}

/// A program on a store, that may reach this machine.
pub fn program_on(store: TestStore, register: impl FnOnce(&mut Registry)) -> TestProgram {
    let home = "127.0.0.0/8".parse().expect("a network");
    let settings = platform::Settings { egress_allow: vec![home], ..testkit::settings(store.folder()) };
    TestProgram::with(store, settings, register)
}

/// A mail from somebody.
pub fn mail(n: usize, subject: &str) -> Vec<u8> {
    format!(
        "From: Li Lei <lilei{n}@customer.example>\r\nTo: help@example.test\r\nSubject: {subject}\r\n\
         Message-ID: <m{n}.{subject}@customer.example>\r\nDate: Mon, 30 Nov 2026 02:00:00 +0000\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nWhere is my parcel number {n}?\r\n"
    )
    .into_bytes()
}

/// Where a dovecot is fetched, over TLS.
pub fn imap_of(d: &Dovecot) -> Value {
    json!({ "host": "localhost", "port": d.tls_port, "security": "tls", "login": testkit::DOVECOT_LOGIN, "ca": d.certificate })
}

/// Settings for it, with its password.
pub fn settings_of(d: &Dovecot) -> Value {
    json!({ "address": "help@example.test", "imap_password": testkit::DOVECOT_PASSWORD,
        "config": { "imap": imap_of(d), "from_the_start": true, "believe_unproved": true } })
}

impl House {
    pub async fn new() -> House {
        House::on(TestStore::open(Engine::of_run()), areas).await
    }

    pub async fn on(store: TestStore, register: impl FnOnce(&mut Registry)) -> House {
        let mut program = program_on(store, register);
        program.start().await;
        let link = accounts::setup::ensure(&program.app).await.expect("a link").expect("open");
        let router = program.routes().desk;
        let (empty, admin) = (String::new, Person::default());
        let mut h = House { program, router, admin, tenant: empty(), line: empty(), inbox: empty() };
        let asked = json!({"token": link.token, "name": "Root", "alias": "Root", "login": "root",
            "password": PASSWORD, "language": "en"});
        let answer = h.ask(&Person::default(), "POST", "/api/v1/setup", asked).await;
        h.admin = Person { cookie: answer.cookie.clone() };
        answer.ok();
        h.tenant = h.made("/api/v1/tenants", json!({"name": "云付科技"})).await;
        h.line = h.made("/api/v1/lines", json!({"tenant": h.tenant, "name": "售后"})).await;
        h.inbox = h.new_inbox(&h.tenant, &h.line, "email").await;
        h
    }

    pub async fn made(&self, path: &str, body: Value) -> String {
        text(&self.ask(&self.admin, "POST", path, body).await.ok()["id"])
    }

    pub async fn new_inbox(&self, tenant: &str, line: &str, channel: &str) -> String {
        let asked = json!({"tenant": tenant, "line": line, "channel": channel, "name": "mail", "config": {}});
        self.made("/api/v1/inboxes", asked).await
    }

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

    pub async fn get(&self, path: &str) -> Value {
        self.ask(&self.admin, "GET", path, Value::Null).await.ok()
    }

    pub fn path(&self) -> String {
        format!("/api/v1/inboxes/{}/mailbox", self.inbox)
    }

    pub async fn set(&self, settings: Value) -> Value {
        self.ask(&self.admin, "PUT", &self.path(), settings).await.ok()
    }

    /// Somebody with a role at a place, signed in.
    pub async fn person(&self, login: &str, role: &str, place: Value) -> Person {
        let asked =
            json!({"login": login, "name": login, "alias": login, "password": PASSWORD, "language": "en"});
        let id = self.made("/api/v1/users", asked).await;
        let roles = self.get("/api/v1/roles").await;
        let found = roles["items"].as_array().expect("a list").iter().find(|r| r["key"] == role).cloned();
        let mut grant = place;
        grant["role"] = found.expect("a built-in role")["id"].clone();
        self.ask(&self.admin, "POST", &format!("/api/v1/users/{id}/grants"), grant).await.ok();
        let answer = self
            .ask(&Person::default(), "POST", "/api/v1/session", json!({"login": login, "password": PASSWORD}))
            .await;
        let cookie = answer.cookie.clone();
        answer.ok();
        Person { cookie }
    }

    pub fn scope(&self) -> TenantScope {
        TenantScope::tenant(TenantId(self.tenant.parse().expect("an id")))
    }

    /// Arrivals with their state and fault, oldest first.
    pub async fn arrivals(&self) -> Vec<(String, Option<String>)> {
        arrivals(&self.program, self.scope()).await
    }

    /// Waits for so many arrivals, all of which were dealt with.
    pub async fn wait_arrivals(&self, count: usize) -> Vec<(String, Option<String>)> {
        let began = Instant::now();
        loop {
            let all = self.arrivals().await;
            if all.len() >= count && all.iter().all(|(s, _)| s != "pending") {
                return all;
            }
            let late = began.elapsed() > PATIENCE;
            assert!(!late, "{} of {count} arrived: {all:?}; {}", all.len(), self.get(&self.path()).await);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// First lines of the client's conversations.
    pub async fn subjects(&self) -> Vec<String> {
        let read = async |tx: &mut Tx| {
            let sql = sql!("SELECT subject FROM conversation WHERE tenant_id > 0 ORDER BY id");
            tx.all(sql, args![], |r| Ok(r.opt_text(0)?.unwrap_or_default())).await
        };
        let mut all = self.program.app.db().read(&self.scope(), read).await.expect("reads");
        // Mails of different people are read side by side: which of them is first is nobody's promise.
        all.sort();
        all
    }

    /// Waits until the mailbox's health is so.
    pub async fn wait_health(&self, status: &str, code: Option<&str>) -> Value {
        let began = Instant::now();
        loop {
            let found = self.get(&self.path()).await;
            let health = &found["mailbox"]["health"];
            if health["status"] == status && health["fault"]["code"].as_str() == code {
                return found["mailbox"].clone();
            }
            assert!(began.elapsed() < PATIENCE, "not {status} {code:?}: {found}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

/// Arrivals with their state and fault, oldest first.
pub async fn arrivals(program: &TestProgram, scope: TenantScope) -> Vec<(String, Option<String>)> {
    let read = async |tx: &mut Tx| {
        let sql = sql!("SELECT status, fault FROM mail_arrival WHERE tenant_id > 0 ORDER BY id");
        tx.all(sql, args![], |r| Ok((r.text(0)?, r.opt_text(1)?))).await
    };
    program.app.db().read(&scope, read).await.expect("reads")
}
