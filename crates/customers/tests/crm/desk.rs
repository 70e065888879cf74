//! A desk over HTTP, on either engine.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use kernel::Language;
use serde_json::{Value, json};
use std::net::SocketAddr;
use testkit::{Engine, TestProgram};
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery staple";

/// A program with an administrator and a client.
pub struct Desk {
    pub program: TestProgram,
    pub router: axum::Router,
    files: axum::Router,
    /// Of somebody who may do everything.
    pub admin: String,
    pub tenant: String,
}

fn register(reg: &mut platform::Registry) {
    accounts::register(reg);
    customers::register(reg);
    let all = accounts::PermissionCatalogue(reg.permissions.clone());
    reg.provide(all);
}

impl Desk {
    pub async fn open(engine: Engine) -> Desk {
        let mut program = TestProgram::new(engine, register);
        let routes = program.routes();
        let (router, files) = (routes.desk, routes.files);
        program.start().await;
        let admin = accounts::setup::NewAdmin {
            name: "陈静".into(),
            alias: None,
            login: "admin".into(),
            password: PASSWORD.into(),
            language: Language::Zh,
        };
        accounts::setup::create_admin(&program.app, admin).await.expect("an administrator");
        let mut desk = Desk { program, router, files, admin: String::new(), tenant: String::new() };
        desk.admin = desk.sign_in().await;
        desk.tenant = desk.new_tenant("甲").await;
        desk
    }

    pub async fn sign_in(&self) -> String {
        self.sign_in_as("admin").await
    }

    async fn sign_in_as(&self, login: &str) -> String {
        let request = Request::post("/api/v1/session")
            .header("content-type", "application/json")
            .header("origin", "http://desk.test")
            .body(Body::from(json!({ "login": login, "password": PASSWORD }).to_string()))
            .expect("a request");
        let answer = self.send(request).await;
        let cookie = answer.headers().get("set-cookie").expect("a cookie").to_str().expect("text").to_owned();
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    pub async fn send(&self, mut request: Request<Body>) -> axum::response::Response {
        let peer: SocketAddr = ([192, 0, 2, 7], 40_000).into();
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await.expect("infallible")
    }

    pub async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        request = match who.strip_prefix("Bearer ") {
            Some(_) => request.header("authorization", who),
            None => request.header("cookie", who).header("origin", "http://desk.test"),
        };
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header("content-type", "application/json").body(body).expect("a request");
        let answer = self.send(request).await;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(&self.admin, "GET", path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(&self.admin, "POST", path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    pub async fn new_tenant(&self, name: &str) -> String {
        text(&self.post("/tenants", json!({ "name": name })).await["id"])
    }

    /// A token with these permissions in a client.
    pub async fn token(&self, tenant: &str, permissions: &[&str]) -> String {
        let asked = json!({ "name": "test", "permissions": permissions, "tenant": tenant });
        format!("Bearer {}", text(&self.post("/tokens", asked).await["token"]))
    }
}

pub fn text(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("text expected, not {v}")).to_owned()
}

pub fn on_both<F: AsyncFn(Desk)>(f: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    for engine in Engine::ALL {
        runtime.block_on(async {
            let desk = Desk::open(engine).await;
            println!("on {engine:?}");
            f(desk).await;
        });
    }
}

impl Desk {
    /// Raw bytes up; the answer as JSON.
    pub async fn upload(&self, path: &str, bytes: Vec<u8>) -> (StatusCode, Value) {
        let request = Request::post(format!("/api/v1{path}"))
            .header("cookie", &self.admin)
            .header("origin", "http://desk.test")
            .header("content-type", "application/octet-stream")
            .body(Body::from(bytes))
            .expect("a request");
        let answer = self.send(request).await;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Raw bytes down.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let request = Request::get(format!("/api/v1{path}"))
            .header("cookie", &self.admin)
            .body(Body::empty())
            .expect("a request");
        let answer = self.send(request).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        axum::body::to_bytes(answer.into_body(), 1 << 26).await.expect("a body").to_vec()
    }

    /// Asks until the answer is as wished; jobs run beside the test.
    pub async fn until(&self, path: &str, is: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..600 {
            let found = self.get(path).await;
            if is(&found) {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{path} never became as wished: {}", self.get(path).await);
    }

    /// A contact with these fields.
    pub async fn contact(&self, mut fields: Value) -> String {
        fields["tenant"] = json!(self.tenant);
        text(&self.post("/contacts", fields).await["id"])
    }

    /// Somebody with a built-in role in the client, signed in.
    pub async fn somebody(&self, login: &str, role: &str) -> String {
        let asked =
            json!({ "login": login, "name": login, "alias": login, "number": "8001", "password": PASSWORD });
        let user = text(&self.post("/users", asked).await["id"]);
        let roles = self.get("/roles").await;
        let found = roles["items"].as_array().into_iter().flatten().find(|r| r["key"] == role).cloned();
        let role = text(&found.expect("the role")["id"]);
        self.post(&format!("/users/{user}/grants"), json!({ "role": role, "tenant": self.tenant })).await;
        self.sign_in_as(login).await
    }

    /// Somebody with a role of exactly these permissions in the client: the role, and their cookie.
    pub async fn person_with(&self, login: &str, permissions: &[&str]) -> (String, String) {
        let role = json!({ "name_en": format!("role of {login}"), "permissions": permissions });
        let role = text(&self.post("/roles", role).await["id"]);
        let asked =
            json!({ "login": login, "name": login, "alias": login, "number": "8001", "password": PASSWORD });
        let user = text(&self.post("/users", asked).await["id"]);
        self.post(&format!("/users/{user}/grants"), json!({ "role": role, "tenant": self.tenant })).await;
        (role, self.sign_in_as(login).await)
    }

    /// A file by its signed address.
    pub async fn file(&self, url: &str) -> Vec<u8> {
        let at = url.find("/f/v1/").expect("an address of a file");
        let mut request = Request::get(&url[at..]).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 40_000))));
        let answer = self.files.clone().oneshot(request).await.expect("infallible");
        assert_eq!(answer.status(), StatusCode::OK, "{url}");
        axum::body::to_bytes(answer.into_body(), 1 << 26).await.expect("a body").to_vec()
    }

    /// The program ends in the middle of its work and starts again on the same data, ten seconds later.
    pub async fn killed(mut self) -> Desk {
        let later = self.program.app.now() + 10_000;
        let mut program = self.program.again(register);
        program.clock.set(later);
        let routes = program.routes();
        program.start().await;
        Desk { program, router: routes.desk, files: routes.files, admin: self.admin, tenant: self.tenant }
    }
}
