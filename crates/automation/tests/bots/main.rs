//! Staff notices as cards: a double of the three platforms that checks a signature as their public documentation has it,
//! answers as they do, and counts.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{AggregateKey, LineId, TeamId, TenantId, TenantScope};
use parking_lot::Mutex;
use platform::notices::{Both, Notice, Posted, post};
use platform::store::Tx;
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Engine, TestProgram, TestStore};
use tokio::sync::watch;
use tower::ServiceExt;

const SECRET: &str = "SEC0123456789abcdef";
const PASSWORD: &str = "correct horse battery";

/// The three platforms on this machine.
#[derive(Clone, Default)]
struct Platforms {
    got: Arc<Mutex<Vec<(&'static str, Value)>>>,
    answers: Arc<Mutex<VecDeque<Value>>>,
}

fn hmac(key: &[u8], text: &[u8]) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("any key");
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

fn parameter(query: &str, name: &str) -> String {
    let raw = query.split('&').find_map(|p| p.strip_prefix(&format!("{name}="))).unwrap_or("");
    let mut out = vec![];
    let mut rest = raw.as_bytes();
    while let Some((b, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| *b == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match code.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(v) => (out.push(v), rest = &tail[2..]).1,
            None => (out.push(*b), rest = tail).1,
        }
    }
    String::from_utf8(out).expect("text")
}

impl Platforms {
    fn answer(&self, who: &'static str, body: &Bytes, refused: Option<Value>) -> (StatusCode, String) {
        let v: Value = serde_json::from_slice(body).expect("JSON");
        if let Some(no) = refused {
            return (StatusCode::OK, no.to_string());
        }
        self.got.lock().push((who, v));
        let good = json!({"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"});
        (StatusCode::OK, self.answers.lock().pop_front().unwrap_or(good).to_string())
    }

    async fn serve(&self) -> (String, watch::Sender<bool>) {
        async fn wecom(State(p): State<Platforms>, q: RawQuery, body: Bytes) -> (StatusCode, String) {
            let known = parameter(&q.0.unwrap_or_default(), "key") == "k1";
            let no = (!known).then(|| json!({"errcode": 93000, "errmsg": "invalid webhook url"}));
            p.answer("wecom", &body, no)
        }
        async fn dingtalk(State(p): State<Platforms>, q: RawQuery, body: Bytes) -> (StatusCode, String) {
            let query = q.0.unwrap_or_default();
            let (time, sign) = (parameter(&query, "timestamp"), parameter(&query, "sign"));
            // 加签: HmacSHA256 with the secret as the key over "timestamp\nsecret".
            let fits =
                sign == hmac(SECRET.as_bytes(), format!("{time}\n{SECRET}").as_bytes()) && time.len() == 13;
            let no = (!fits).then(|| json!({"errcode": 310000, "errmsg": "sign not match"}));
            p.answer("dingtalk", &body, no)
        }
        async fn feishu(State(p): State<Platforms>, body: Bytes) -> (StatusCode, String) {
            let v: Value = serde_json::from_slice(&body).expect("JSON");
            let time = v["timestamp"].as_str().unwrap_or("");
            // 签名校验: HmacSHA256 with "timestamp\nsecret" as the key over nothing.
            let fits = v["sign"] == hmac(format!("{time}\n{SECRET}").as_bytes(), b"") && time.len() == 10;
            let no = (!fits).then(
                || json!({"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}),
            );
            p.answer("feishu", &body, no)
        }
        let router = Router::new()
            .route("/cgi-bin/webhook/send", axum::routing::post(wecom))
            .route("/robot/send", axum::routing::post(dingtalk))
            .route("/open-apis/bot/v2/hook/1", axum::routing::post(feishu))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let stop = watch::Sender::new(false);
        let limits = platform::web::Limits::default();
        tokio::spawn(platform::web::serve(listener, router, limits, stop.subscribe()));
        (base, stop)
    }

    fn count(&self) -> usize {
        self.got.lock().len()
    }
}

struct Stage {
    program: TestProgram,
    router: Router,
    cookie: String,
    platforms: Platforms,
    base: String,
    tenant: String,
    _stop: watch::Sender<bool>,
}

impl Stage {
    async fn new() -> Stage {
        let store = TestStore::open(Engine::of_run());
        let mut settings = testkit::settings(store.folder());
        settings.egress_allow = vec!["127.0.0.1".parse().expect("an address")];
        let mut program = TestProgram::with(store, settings, |reg| {
            accounts::register(reg);
            customers::register(reg);
            conversations::register(reg);
            automation::register(reg);
        });
        program.start().await;
        let link = accounts::setup::ensure(&program.app).await.expect("a link").expect("open");
        let router = program.routes().desk;
        let platforms = Platforms::default();
        let (base, stop) = platforms.serve().await;
        let mut s = Stage {
            program,
            router,
            cookie: String::new(),
            platforms,
            base,
            tenant: String::new(),
            _stop: stop,
        };
        let asked = json!({"token": link.token, "name": "Root", "alias": "Root", "login": "root", "password": PASSWORD, "language": "en"});
        let (_, headers, _) = s.call("POST", "/api/v1/setup", Some(asked)).await;
        let cookie = headers[header::SET_COOKIE].to_str().expect("text");
        s.cookie = cookie.split(';').next().unwrap_or("").to_owned();
        s.tenant = s.ok("POST", "/api/v1/tenants", Some(json!({"name": "Acme"}))).await["id"]
            .as_str()
            .expect("an id")
            .into();
        s
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, HeaderMap, Value) {
        let rq = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        let rq = rq.header(header::COOKIE, &self.cookie).header(header::ORIGIN, "http://desk.test");
        let rq = rq.body(body.map_or_else(Body::empty, |b| Body::from(b.to_string()))).expect("a request");
        let answer = self.router.clone().oneshot(rq).await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, _, body) = self.call(method, path, body).await;
        assert!(status.is_success(), "{status} {body}");
        body
    }

    async fn bot(&self, platform: &str, path: &str, secret: Option<&str>) -> String {
        let mut body = json!({
            "tenant": self.tenant, "platform": platform, "name": platform, "kinds": ["*"], "language": "zh-CN",
            "address": format!("{}{path}", self.base),
        });
        if let Some(secret) = secret {
            body["secret"] = json!(secret);
        }
        let made = self.ok("POST", "/api/v1/bots", Some(body)).await;
        assert!(!made.to_string().contains(path) && !made.to_string().contains(SECRET), "sealed: {made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    async fn notice(&self, kind: &'static str) {
        let app = &self.program.app;
        let tenant = TenantId(self.tenant.parse().expect("an id"));
        let notice = Notice {
            tenant,
            line: LineId(0),
            team: TeamId(0),
            kind,
            title: Both::new("Two wait too long", "2 个会话排队超时"),
            text: Both::new("Look at the queue", "请关注售后技能组"),
            path: "/monitor".into(),
        };
        let posted = Posted::new(app, notice);
        let write = async move |tx: &mut Tx| post(tx, &posted).await;
        app.db()
            .write(&TenantScope::tenant(tenant), AggregateKey::new("t", 1), write)
            .await
            .expect("is posted");
    }

    async fn cards(&self, bot: &str, until: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        for _ in 0..400 {
            let all = self.ok("GET", &format!("/api/v1/bots/{bot}/cards"), None).await;
            let all = all["items"].as_array().expect("a list").clone();
            if until(&all) {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("cards of {bot}: {}", self.ok("GET", &format!("/api/v1/bots/{bot}/cards"), None).await);
    }
}

fn all_are(status: &'static str) -> impl Fn(&[Value]) -> bool {
    move |all| !all.is_empty() && all.iter().all(|c| c["status"] == status)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_platform_gets_its_card_signed_as_it_documents() {
    let s = Stage::new().await;
    let wecom = s.bot("wecom", "/cgi-bin/webhook/send?key=k1", None).await;
    let dingtalk = s.bot("dingtalk", "/robot/send?access_token=a", Some(SECRET)).await;
    let feishu = s.bot("feishu", "/open-apis/bot/v2/hook/1", Some(SECRET)).await;
    s.notice("webhook.stopped").await;
    for bot in [&wecom, &dingtalk, &feishu] {
        s.cards(bot, all_are("delivered")).await;
    }
    let got = s.platforms.got.lock().clone();
    assert_eq!(got.len(), 3);
    for (who, v) in got {
        let text = v.to_string();
        assert!(
            text.contains("2 个会话排队超时") && text.contains("http://desk.test/monitor"),
            "{who}: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_in_words_what_the_platform_said() {
    let s = Stage::new().await;
    let good = s.bot("dingtalk", "/robot/send?access_token=a", Some(SECRET)).await;
    let wrong = s.bot("dingtalk", "/robot/send?access_token=a", Some("SECwrong")).await;
    let gone = s.bot("wecom", "/cgi-bin/webhook/send?key=gone", None).await;
    let unsigned = s.bot("feishu", "/open-apis/bot/v2/hook/1", None).await;
    let test = async |bot: &str| s.ok("POST", &format!("/api/v1/bots/{bot}/test"), None).await;
    assert_eq!(test(&good).await["ok"], true);
    for (bot, code) in
        [(&wrong, "bot.signature"), (&gone, "bot.address_unknown"), (&unsigned, "bot.signature")]
    {
        let answer = test(bot).await;
        assert_eq!(answer["failure"]["code"], code);
        assert!(answer["failure"]["title"].as_str().is_some_and(|t| t.len() > 20) && answer["answer"] != "");
    }
    // What is private stays closed.
    let body = json!({"tenant": s.tenant, "platform": "wecom", "name": "x", "kinds": ["*"], "address": "http://10.0.0.1/x"});
    assert_eq!(s.call("POST", "/api/v1/bots", Some(body)).await.2["code"], "egress.refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_gets_twenty_a_minute_and_the_rest_waits() {
    let s = Stage::new().await;
    let bot = s.bot("wecom", "/cgi-bin/webhook/send?key=k1", None).await;
    for _ in 0..25 {
        s.notice("webhook.stopped").await;
    }
    let delivered = |all: &[Value]| all.iter().filter(|c| c["status"] == "delivered").count();
    s.cards(&bot, |all| all.len() == 25 && delivered(all) == 20).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(s.platforms.count(), 20);
    s.program.clock.advance(61_000);
    s.cards(&bot, |all| delivered(all) == 25).await;
    assert_eq!(s.platforms.count(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_is_tried_again_later_and_refused_is_laid_aside_until_sent_by_hand() {
    let s = Stage::new().await;
    let bot = s.bot("wecom", "/cgi-bin/webhook/send?key=k1", None).await;
    s.platforms.answers.lock().extend([
        json!({"errcode": 45009, "errmsg": "api freq out of limit"}),
        json!({"errcode": 40058, "errmsg": "invalid request parameter"}),
    ]);
    s.notice("webhook.stopped").await;
    let waiting = s.cards(&bot, |all| all.iter().any(|c| c["attempts"] == 1)).await;
    assert_eq!(
        (waiting[0]["status"].as_str(), waiting[0]["failure"]["code"].as_str()),
        (Some("pending"), Some("bot.busy"))
    );
    s.program.clock.advance(601_000);
    let failed = s.cards(&bot, all_are("failed")).await;
    assert_eq!(failed[0]["failure"]["code"], "bot.refused");
    let path = format!("/api/v1/bots/{bot}/cards/{}/replay", failed[0]["id"].as_str().expect("an id"));
    s.ok("POST", &path, None).await;
    s.cards(&bot, all_are("delivered")).await;
    // Switched off, nothing is told.
    s.ok("PATCH", &format!("/api/v1/bots/{bot}"), Some(json!({"enabled": false}))).await;
    let before = s.platforms.count();
    s.notice("webhook.stopped").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(s.platforms.count(), before);
}
