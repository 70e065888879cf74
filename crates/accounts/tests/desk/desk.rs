//! A program with an administrator, and browsers and programs that speak to it.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use testkit::{Engine, TestProgram};
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";

/// A program that runs, with its administrator signed in.
pub struct Desk {
    pub program: TestProgram,
    pub router: Router,
    pub admin: Browser,
}

/// Somebody who asks: with a cookie, a token, or neither.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookie: Option<String>,
    pub token: Option<String>,
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

impl Desk {
    pub async fn new(engine: Engine) -> Desk {
        Desk::with(TestProgram::new(engine, accounts::register)).await
    }

    /// A desk whose program may reach this machine.
    pub async fn reaching_home(engine: Engine) -> Desk {
        let store = testkit::TestStore::open(engine);
        let home = "127.0.0.0/8".parse().expect("a network");
        let settings = platform::Settings { egress_allow: vec![home], ..testkit::settings(store.folder()) };
        Desk::with(TestProgram::with(store, settings, accounts::register)).await
    }

    async fn with(mut program: TestProgram) -> Desk {
        program.start().await;
        let link = accounts::setup::ensure(&program.app).await.expect("a link").expect("open");
        let router = program.routes().desk;
        let mut desk = Desk { program, router, admin: Browser::default() };
        let asked = json!({
            "token": link.token, "name": "王敏", "alias": "敏敏", "login": "Admin", "password": PASSWORD,
            "language": "en",
        });
        let answer = desk.ask(&Browser::default(), "POST", "/api/v1/setup", Some(asked)).await;
        let cookie = answer.cookie.clone();
        let me = answer.ok();
        desk.admin = Browser { cookie, token: None, id: text(&me["user"]["id"]) };
        desk
    }

    pub async fn ask(&self, by: &Browser, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut rq = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        if let Some(c) = &by.cookie {
            rq = rq.header(header::COOKIE, c).header(header::ORIGIN, "http://desk.test");
        }
        if let Some(t) = &by.token {
            rq = rq.header(header::AUTHORIZATION, format!("Bearer {t}"));
        }
        let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
        let answer = self.router.clone().oneshot(rq.body(body).expect("a request")).await.expect("an answer");
        let status = answer.status();
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok());
        let cookie = cookie.and_then(|c| c.split(';').next()).map(str::to_owned);
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Answer { status, cookie, body }
    }

    pub async fn get(&self, by: &Browser, path: &str) -> Answer {
        self.ask(by, "GET", path, None).await
    }
    pub async fn post(&self, by: &Browser, path: &str, body: Value) -> Answer {
        self.ask(by, "POST", path, Some(body)).await
    }

    pub async fn sign_in(&self, login: &str, password: &str, code: Option<&str>) -> Answer {
        let mut asked = json!({"login": login, "password": password});
        if let Some(code) = code {
            asked["code"] = json!(code);
        }
        self.post(&Browser::default(), "/api/v1/session", asked).await
    }

    pub async fn tenant(&self, name: &str) -> String {
        text(&self.post(&self.admin, "/api/v1/tenants", json!({"name": name})).await.ok()["id"])
    }
    pub async fn line(&self, tenant: &str, name: &str) -> String {
        let asked = json!({"tenant": tenant, "name": name});
        text(&self.post(&self.admin, "/api/v1/lines", asked).await.ok()["id"])
    }
    pub async fn role(&self, key: &str) -> String {
        let roles = self.get(&self.admin, "/api/v1/roles").await.ok();
        let found = roles["items"].as_array().expect("a list").iter().find(|r| r["key"] == key);
        text(&found.expect("a built-in role")["id"])
    }

    /// Somebody with a role, signed in.
    pub async fn person(&self, login: &str, role: &str, place: Value) -> Browser {
        let asked = json!({"login": login, "name": login, "password": PASSWORD, "language": "en"});
        let id = text(&self.post(&self.admin, "/api/v1/users", asked).await.ok()["id"]);
        let mut grant = place;
        grant["role"] = json!(self.role(role).await);
        self.post(&self.admin, &format!("/api/v1/users/{id}/grants"), grant).await.ok();
        let answer = self.sign_in(login, PASSWORD, None).await;
        let cookie = answer.cookie.clone();
        answer.ok();
        Browser { cookie, token: None, id }
    }
}

#[track_caller]
pub fn text(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("no text: {v}")).to_owned()
}
