//! A client with a widget and an API inbox, and an agent who answers.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use conversations::inboxes::{Cache, Inbox, InboxConfig, SECRET};
use conversations::messages::{self, NewMessage, Posted};
use conversations::threads::{self, Row};
use kernel::{Actor, AggregateKey, ConversationId, InboxId, TenantId, TenantScope, UserId, args, sql};
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::web::signature::SigningKey;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use testkit::{Engine, TestProgram};
use tower::ServiceExt;

/// The secret of the API inboxes.
pub const API_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The agent.
pub const AGENT: UserId = UserId(77);
/// Where the frame comes from.
pub const ORIGIN: &str = "http://public.test";

/// A program with two clients: each has a widget and an API inbox.
pub struct Stage {
    pub program: TestProgram,
    pub router: Router,
    /// The desk's side, for whoever signs in.
    pub desk: Router,
}

/// As a channel: a second widget, whose key it is.
pub const SECOND: &str = "second";

/// Which of the clients.
pub const CLIENTS: [TenantId; 2] = [TenantId(11), TenantId(12)];

pub fn key_of(tenant: TenantId, channel: &str) -> String {
    format!("{channel}{tenant}")
}

impl Stage {
    pub async fn new() -> Stage {
        Stage::on(TestProgram::new(Engine::of_run(), areas)).await
    }

    /// The same, whose letters may go to a server on this machine.
    pub async fn reaching_home() -> Stage {
        let store = testkit::TestStore::open(Engine::of_run());
        let home = "127.0.0.0/8".parse().expect("a network");
        let settings = platform::Settings { egress_allow: vec![home], ..testkit::settings(store.folder()) };
        Stage::on(TestProgram::with(store, settings, areas)).await
    }

    async fn on(mut program: TestProgram) -> Stage {
        let origins = program.routes();
        for tenant in CLIENTS {
            people(&program, tenant).await;
            for channel in ["webchat", "api"] {
                inbox(&program, tenant, channel).await;
            }
        }
        program.start().await;
        Stage { program, router: origins.public, desk: origins.desk }
    }

    pub fn inbox(&self, tenant: TenantId, channel: &str) -> Arc<Inbox> {
        self.program.app.port::<Arc<Cache>>().by_key(&key_of(tenant, channel)).expect("the inbox")
    }

    /// Changes an inbox in place and lets the cache see it.
    pub async fn set_inbox(&self, id: InboxId, enabled: bool) {
        let write = async move |tx: &mut Tx| {
            tx.exec(sql!("UPDATE inbox SET enabled = $2 WHERE id = $1 AND tenant_id > 0"), args![id, enabled])
                .await
        };
        self.program
            .app
            .db()
            .write(&TenantScope::system(), AggregateKey::new("t", 1), write)
            .await
            .expect("writes");
        self.program.app.port::<Arc<Cache>>().refresh(&self.program.app).await.expect("refreshes");
    }

    /// Changes what is set on a client's widget and lets the cache see it.
    pub async fn configure(&self, tenant: TenantId, change: impl FnOnce(&mut InboxConfig)) {
        let inbox = self.inbox(tenant, "webchat");
        let mut config = inbox.config.clone();
        change(&mut config);
        config.check().expect("is allowed");
        let (id, text) = (inbox.id, serde_json::to_string(&config).expect("is JSON"));
        let write = async move |tx: &mut Tx| {
            let sql = sql!("UPDATE inbox SET config = $2 WHERE id = $1 AND tenant_id > 0");
            tx.exec(sql, args![id, text]).await
        };
        let app = &self.program.app;
        app.db().write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
        app.port::<Arc<Cache>>().refresh(app).await.expect("refreshes");
    }

    /// Sends a request from an address.
    pub async fn call_from(
        &self,
        ip: [u8; 4],
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        for (k, v) in headers {
            request = request.header(*k, *v);
        }
        let mut request = request.body(body.into()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((ip, 4000))));
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 32 << 20).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Sends a request from this machine.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> (StatusCode, Value) {
        self.call_from([127, 0, 0, 1], method, path, headers, body).await
    }

    /// A visitor's token, as `Authorization` has it.
    pub async fn visitor(&self, tenant: TenantId) -> String {
        let body = json!({ "inbox": key_of(tenant, "webchat"), "language": "zh-CN",
            "page": { "url": "https://shop.example/a?secret=1", "title": "付款" } });
        let (status, answer) =
            self.call(Method::POST, "/w/v1/session", &[("origin", ORIGIN)], body.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        format!("Visitor {}", answer["token"].as_str().expect("a token"))
    }

    /// Sends a message as a visitor.
    pub async fn say(&self, token: &str, client_id: &str, body: &str) -> (StatusCode, Value) {
        let message = json!({ "client_id": client_id, "body": body });
        self.call(Method::POST, "/w/v1/messages", &[("authorization", token)], message.to_string()).await
    }

    /// What a visitor sees.
    pub async fn seen(&self, token: &str, after: i64) -> Value {
        let path = format!("/w/v1/messages?after={after}&limit=100");
        let (status, answer) = self.call(Method::GET, &path, &[("authorization", token)], "").await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    /// Signs and sends as a source.
    pub async fn inbound(&self, tenant: TenantId, message: &Value) -> (StatusCode, Value) {
        let key = SigningKey::parse(API_SECRET).expect("a secret");
        let body = message.to_string();
        let at = self.program.app.now() / 1_000;
        let signature = key.sign("d1", at, body.as_bytes());
        let at = at.to_string();
        let headers = [
            ("webhook-id", "d1"),
            ("webhook-timestamp", at.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        self.call(Method::POST, &format!("/in/v1/{}", key_of(tenant, "api")), &headers, body).await
    }

    /// The agent writes.
    pub async fn answer(
        &self,
        tenant: TenantId,
        conversation: ConversationId,
        body: &str,
        note: bool,
    ) -> Posted {
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
        app.db()
            .write(&scope, AggregateKey::new("conversation", conversation.0), write)
            .await
            .expect("is written")
    }

    /// Conversations of a client.
    pub async fn conversations(&self, tenant: TenantId) -> Vec<Row> {
        let read = async move |tx: &mut Tx| {
            let sql = sql!("SELECT id FROM conversation WHERE tenant_id = $1 ORDER BY id");
            let ids = tx.all(sql, args![tenant], |r| r.id::<ConversationId>(0)).await?;
            let mut rows = threads::by_ids(tx, &ids).await?;
            rows.sort_by_key(|r| r.id);
            Ok(rows)
        };
        self.program.app.db().read(&TenantScope::tenant(tenant), read).await.expect("reads")
    }

    /// Texts of a client's messages, in order.
    pub async fn texts(&self, tenant: TenantId) -> Vec<(i64, String)> {
        let read = async move |tx: &mut Tx| {
            let sql = sql!(
                "SELECT seq, body FROM message WHERE tenant_id = $1 AND kind = 0 ORDER BY conversation_id, seq"
            );
            tx.all(sql, args![tenant], |r| Ok((r.int(0)?, r.text(1)?))).await
        };
        self.program.app.db().read(&TenantScope::tenant(tenant), read).await.expect("reads")
    }
}

fn areas(reg: &mut platform::Registry) {
    accounts::register(reg);
    customers::register(reg);
    conversations::register(reg);
    channels::register(reg);
    let all = accounts::PermissionCatalogue(reg.permissions.clone());
    reg.provide(all);
}

/// The client, its line and the agent, as accounts keep them.
async fn people(program: &TestProgram, tenant: TenantId) {
    let write = async move |tx: &mut Tx| {
        let name = format!("client {tenant}");
        tx.exec(
            sql!("INSERT INTO tenant(id, name, name_key, mark_color, created_at) VALUES ($1, $2, $2, '#000000', 0)"),
            args![tenant, name],
        )
        .await?;
        tx.exec(
            sql!("INSERT INTO service_line(id, tenant_id, name, name_key, created_at) VALUES ($1, $1, 'l', 'l', 0)"),
            args![tenant],
        )
        .await?;
        tx.exec(
            sql!(
                "INSERT INTO app_user(id, login, name, alias, number, language, settings, created_at)
                 VALUES ($1, 'lin', 'Legal Name', '林晓', '8001', 'zh-CN', '{}', 0) ON CONFLICT DO NOTHING"
            ),
            args![AGENT],
        )
        .await
    };
    program.app.db().write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
}

pub async fn inbox(program: &TestProgram, tenant: TenantId, channel: &'static str) {
    let app = program.app.clone();
    let id: InboxId = app.id();
    let config = json!({ "allowed_sites": ["https://shop.example"],
        "brand": { "name": "云付", "color": "#2b6de9", "greeting_zh": "您好", "greeting_en": "Hello" } });
    let key = if channel == SECOND { SECOND.to_owned() } else { key_of(tenant, channel) };
    let channel = if channel == SECOND { "webchat" } else { channel };
    let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!(
                "INSERT INTO inbox(id, tenant_id, line_id, channel, name, config, key, created_at)
                 VALUES ($1, $2, $2, $3, $3, $4, $5, 0)"
            ),
            args![id, tenant, channel, config.to_string(), key],
        )
        .await?;
        secrets.seal(tx, &fresh, tenant, SECRET, id.0, API_SECRET.as_bytes(), 0).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
}
