//! Two clients with lines in two zones, facts at will, and people who ask.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use kernel::{
    AggregateKey, ConversationId, LineId, Millis, QueueId, Result, TenantId, TenantScope, UserId, args, sql,
};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use testkit::{Engine, TestClock, TestProgram};
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";
/// 2026-03-02 00:00 in China.
pub const MIDNIGHT: Millis = 1_772_380_800_000;
/// An hour.
pub const HOUR: Millis = 3_600_000;

/// The house.
pub struct House {
    pub program: TestProgram,
    pub app: App,
    pub clock: TestClock,
    router: Router,
    cookie: String,
    /// Of China.
    pub tenant: TenantId,
    pub line: LineId,
    /// Of another client, in London.
    pub other_tenant: TenantId,
    pub other: LineId,
    pub queue: QueueId,
    pub second: QueueId,
    next: i64,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub mime: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, String::from_utf8_lossy(&self.bytes));
        self.json()
    }
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status.as_u16(), body["code"].as_str()), (status, Some(code)), "{body}");
    }
}

pub fn id<T: From<i64>>(v: &Value) -> T {
    T::from(v.as_str().and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("no id: {v}")))
}

impl House {
    pub async fn on(engine: Engine) -> House {
        let mut program = TestProgram::new(engine, |reg| {
            accounts::register(reg);
            customers::register(reg);
            conversations::register(reg);
            insight::register(reg);
        });
        program.clock.set(MIDNIGHT + 9 * HOUR);
        program.start().await;
        let link = accounts::setup::ensure(&program.app).await.expect("a link").expect("open");
        let router = program.routes().desk;
        let (app, clock) = (program.app.clone(), program.clock.clone());
        let mut h = House {
            program,
            app,
            clock,
            router,
            cookie: String::new(),
            tenant: TenantId(0),
            line: LineId(0),
            other_tenant: TenantId(0),
            other: LineId(0),
            queue: QueueId(71),
            second: QueueId(72),
            next: 1_000,
        };
        let asked = json!({
            "token": link.token, "name": "Root", "alias": "Root", "login": "root", "password": PASSWORD, "language": "en",
        });
        h.send("", "POST", "/api/v1/setup", Some(asked)).await.0.ok();
        h.cookie = h.sign_in("root").await;
        (h.tenant, h.line) = h.client("Aurora", "Asia/Shanghai").await;
        (h.other_tenant, h.other) = h.client("Borealis", "Europe/London").await;
        for (queue, name) in [(h.queue, "First"), (h.second, "Second")] {
            let (tenant, line) = (h.tenant, h.line);
            h.write(async move |tx: &mut Tx| {
                tx.exec(
                    sql!(
                        "INSERT INTO queue(id, tenant_id, line_id, name, name_key, skills, priority, fit, offer_ms,
                         auto_accept, wrap_up_ms, on_absence, created_at)
                         VALUES ($1, $2, $3, $4, $4, '[]', 0, 'best', 20000, 0, 0, 'requeue', 1)"
                    ),
                    args![queue, tenant, line, name],
                )
                .await
            })
            .await;
        }
        h
    }

    async fn client(&self, name: &str, zone: &str) -> (TenantId, LineId) {
        let tenant = self.post("/api/v1/tenants", json!({ "name": name })).await.ok()["id"].clone();
        let body = json!({ "name": name, "tenant": tenant, "zone": zone });
        let calendar = self.post("/api/v1/calendars", body).await.ok()["id"].clone();
        let body = json!({ "tenant": tenant, "name": name, "calendar": calendar });
        let line = self.post("/api/v1/lines", body).await.ok()["id"].clone();
        (id(&tenant), id(&line))
    }

    /// Somebody with a role in a line; answers their cookie and id.
    pub async fn person(&self, login: &str, role: &str, tenant: TenantId, line: LineId) -> (String, UserId) {
        let body =
            json!({ "login": login, "name": login, "alias": login, "number": "8001", "password": PASSWORD });
        let user = self.post("/api/v1/users", body).await.ok()["id"].clone();
        let roles = self.get("/api/v1/roles").await.ok();
        let found = roles["items"].as_array().into_iter().flatten().find(|r| r["key"] == role).cloned();
        let grant = json!({ "role": found.expect("a role")["id"], "tenant": tenant, "line": line });
        let path = format!("/api/v1/users/{}/grants", user.as_str().expect("an id"));
        self.post(&path, grant).await.ok();
        (self.sign_in(login).await, id(&user))
    }

    pub async fn sign_in(&self, login: &str) -> String {
        let body = json!({ "login": login, "password": PASSWORD });
        let (answer, cookie) = self.send("", "POST", "/api/v1/session", Some(body)).await;
        answer.ok();
        cookie.expect("a cookie")
    }

    pub async fn send(
        &self,
        cookie: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (Answer, Option<String>) {
        let rq = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, "http://desk.test");
        let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
        let r = self.router.clone().oneshot(rq.body(body).expect("a request")).await.expect("an answer");
        let text = |name| r.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let cookie = text(header::SET_COOKIE).and_then(|c| c.split(';').next().map(str::to_owned));
        let (status, mime) = (r.status(), text(header::CONTENT_TYPE).unwrap_or_default());
        let bytes = axum::body::to_bytes(r.into_body(), 1 << 24).await.expect("a body").to_vec();
        (Answer { status, mime, bytes }, cookie)
    }

    pub async fn by(&self, cookie: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send(cookie, method, path, body).await.0
    }
    pub async fn get(&self, path: &str) -> Answer {
        self.by(&self.cookie, "GET", path, None).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.by(&self.cookie, "POST", path, Some(body)).await
    }
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.by(&self.cookie, method, path, body).await
    }

    /// Turns the clock to a moment and signs the administrator in anew.
    pub async fn at(&mut self, now: Millis) {
        self.clock.set(now);
        self.cookie = self.sign_in("root").await;
    }

    pub async fn write<T, F>(&self, f: F) -> T
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.app.db().write(&TenantScope::system(), AggregateKey::new("test", 1), f).await.expect("written")
    }

    pub fn number(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    /// A conversation of a line.
    pub async fn conversation(&mut self, line: LineId, simulated: bool) -> ConversationId {
        let (n, tenant) = (self.number(), if line == self.line { self.tenant } else { self.other_tenant });
        let (queue, now) = (self.queue, self.app.now());
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO conversation(id, tenant_id, line_id, inbox_id, channel, contact_id, thread, number,
                     status, waiting, queue_id, last_at, simulated, created_at)
                     VALUES ($1, $2, $3, 1, 'webchat', $1, 't', $1, 'open', 'none', $4, $5, $6, $5)"
                ),
                args![n, tenant, line, queue, now, simulated],
            )
            .await
        })
        .await;
        ConversationId(n)
    }

    /// A waiting from then to then.
    pub async fn waited(
        &mut self,
        c: ConversationId,
        queue: QueueId,
        from: Millis,
        to: Option<Millis>,
        end: &'static str,
        user: i64,
    ) {
        let n = self.number();
        let outcome = (!end.is_empty()).then_some(end);
        let user = (user != 0).then_some(user);
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO queue_leg(id, tenant_id, line_id, queue_id, conversation_id, contact_id, since, from_at,
                     from_pos, to_at, outcome, user_id, simulated)
                     SELECT $1, c.tenant_id, c.line_id, $3, c.id, c.contact_id, CAST($4 AS BIGINT), CAST($4 AS BIGINT),
                     CAST($1 AS BIGINT), CAST($5 AS BIGINT), $6, CAST($7 AS BIGINT), c.simulated
                     FROM conversation c WHERE c.id = $2"
                ),
                args![n, c, queue, from, to, outcome, user],
            )
            .await
        })
        .await;
    }

    /// A serving from then to then.
    pub async fn served(
        &mut self,
        c: ConversationId,
        user: UserId,
        from: Millis,
        to: Option<Millis>,
        end: &'static str,
    ) {
        let (n, queue) = (self.number(), self.queue);
        let outcome = (!end.is_empty()).then_some(end);
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO agent_leg(id, tenant_id, line_id, queue_id, conversation_id, contact_id, user_id, from_at,
                     from_pos, to_at, outcome, simulated)
                     SELECT $1, c.tenant_id, c.line_id, $3, c.id, c.contact_id, $4, CAST($5 AS BIGINT),
                     CAST($1 AS BIGINT), CAST($6 AS BIGINT), $7, c.simulated FROM conversation c WHERE c.id = $2"
                ),
                args![n, c, queue, user, from, to, outcome],
            )
            .await
        })
        .await;
    }

    /// A turn of talk.
    pub async fn turn(
        &mut self,
        c: ConversationId,
        first: bool,
        asked: Millis,
        ended: Option<Millis>,
        end: &'static str,
        user: i64,
    ) {
        let (n, queue) = (self.number(), self.queue);
        let outcome = (!end.is_empty()).then_some(end);
        let user = (user != 0).then_some(user);
        let ended_pos = ended.map(|_| n + 1);
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO reply_turn(id, tenant_id, line_id, queue_id, conversation_id, contact_id, is_first,
                     asked_at, asked_pos, ended_at, ended_pos, outcome, user_id, simulated)
                     SELECT $1, c.tenant_id, c.line_id, $3, c.id, c.contact_id, $4, CAST($5 AS BIGINT),
                     CAST($1 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), $8, CAST($9 AS BIGINT), c.simulated
                     FROM conversation c WHERE c.id = $2"
                ),
                args![n, c, queue, first, asked, ended, ended_pos, outcome, user],
            )
            .await
        })
        .await;
    }

    /// A state somebody was in; of wrapping up, for a line.
    pub async fn stayed(
        &mut self,
        user: UserId,
        state: &'static str,
        of: (TenantId, LineId),
        from: Millis,
        to: Option<Millis>,
    ) {
        let n = self.number();
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO agent_interval(id, user_id, tenant_id, line_id, state, from_at, to_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)"
                ),
                args![n, user, of.0, of.1, state, from, to],
            )
            .await
        })
        .await;
    }

    /// A disposition.
    pub async fn recorded(&mut self, c: ConversationId, user: UserId, outcome: &'static str, at: Millis) {
        self.write(async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO disposition(conversation_id, tenant_id, line_id, kind, category_id, cause, outcome, note,
                     by_user, at) SELECT c.id, c.tenant_id, c.line_id, 'consult', NULL, '', $2, '', $3, $4
                     FROM conversation c WHERE c.id = $1"
                ),
                args![c, outcome, user, at],
            )
            .await
        })
        .await;
    }

    /// The value of a figure among these.
    #[track_caller]
    pub fn value(figures: &Value, metric: &str) -> Option<f64> {
        let found = figures.as_array().into_iter().flatten().find(|f| f["metric"] == metric);
        found.unwrap_or_else(|| panic!("no {metric} in {figures}"))["value"].as_f64()
    }
}
