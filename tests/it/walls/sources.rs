//! API inboxes: a source speaks for its own inbox alone.

use crate::house::{House, Person, Places, Reply, text};
use ::platform::web::signature::SigningKey;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

/// What the public origin answers to anybody: the widget's own files, and where a session begins; the socket asks for its
/// proof in the first frame.
const OPEN_TO_ALL: [&str; 5] =
    ["get_widget_asset", "get_widget_frame", "get_widget_loader", "begin_session", "visitor_live"];

async fn deliver(house: &House, at: &Person, key: &str, secret: &str, body: &Value) -> Reply {
    let signing = SigningKey::parse(secret).expect("a secret");
    let (body, now) = (body.to_string(), house.running.app().now() / 1_000);
    let signature = signing.sign("d1", now, body.as_bytes());
    let now = now.to_string();
    let headers = [
        ("webhook-id", "d1"),
        ("webhook-timestamp", now.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    at.send(Method::POST, &format!("/in/v1/{key}"), Some(("application/json", body.into_bytes())), &headers)
        .await
}

async fn texts(house: &House, who: &str, conversation: &str) -> String {
    house.person(who).get(&format!("/api/v1/conversations/{conversation}/messages")).await.text
}

/// The same names in two clients are two people.
pub(super) async fn same_names(house: &House) {
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let body = |say: &str| {
        json!({"external_id": "m1", "thread": "t1", "body": say,
            "contact": {"external_id": "customer-1", "name": say, "email": "same@example.com"}})
    };
    let a = deliver(house, &public, &house.a1.api_key, &house.a1.api_secret, &body("for Alpha")).await;
    let b = deliver(house, &public, &house.b1.api_key, &house.b1.api_secret, &body("for Bravo")).await;
    assert_eq!((a.status, b.status), (201, 201), "{} {}", a.text, b.text);
    let (a, b) = (text(&a.json, "conversation"), text(&b.json, "conversation"));
    assert_ne!(a, b);
    house.settle().await;
    let (at_a, at_b) = (texts(house, "administrator@A", &a).await, texts(house, "agent@B1", &b).await);
    assert!(at_a.contains("for Alpha") && !at_a.contains("for Bravo"), "{at_a}");
    assert!(at_b.contains("for Bravo") && !at_b.contains("for Alpha"), "{at_b}");
    for (who, other) in [("administrator@A", &b), ("agent@B1", &a)] {
        let r = house.person(who).get(&format!("/api/v1/conversations/{other}")).await;
        assert_eq!(r.status, 404, "{who}: {}", r.text);
    }
    let lookup = |p: &Places| json!({"tenant": p.id("tenant"), "kind": "email", "value": "same@example.com", "reason": "a call"});
    let found = house.person("administrator@A").make("/api/v1/contacts/lookup", lookup(&house.a1)).await;
    assert_eq!(found["contact"]["name"], "for Alpha");
}

/// A secret opens its own inbox alone.
async fn secrets(house: &House) {
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let body = json!({"external_id": "m1", "body": "hello", "contact": {"external_id": "c1"}});
    house.settle().await;
    let before = house.rows().await;
    for (key, secret) in
        [(&house.b1.api_key, &house.a1.api_secret), (&house.a2.api_key, &house.a1.api_secret)]
    {
        let r = deliver(house, &public, key, secret, &body).await;
        assert_eq!(r.status, 401, "{}", r.text);
    }
    // A web chat is no API inbox, and the other way round.
    let r = deliver(house, &public, &house.a1.chat_key, &house.a1.api_secret, &body).await;
    assert!(matches!(r.status, 401 | 404), "{}", r.text);
    let r = public.post("/w/v1/session", json!({"inbox": house.a1.api_key})).await;
    assert_eq!(r.status, 404, "{}", r.text);
    assert_eq!(crate::house::difference(&before, &house.rows().await), "");
}

/// Everything on the public origin that asks for a proof, without one, with a forged one, and with staff's.
async fn doors(house: &House) {
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let strangers = [
        public.clone(),
        public.visiting("a.b"),
        public.bearing(&house.a1.visitor),
        public.proving(house.person("token@A")),
        public.proving(house.person("agent@A1")),
    ];
    let before = house.rows().await;
    let (mut calls, mut faults) = (0, vec![]);
    for o in house.api.operations.iter().filter(|o| ["/w/", "/in/"].iter().any(|p| o.path.starts_with(p))) {
        if OPEN_TO_ALL.contains(&o.id.as_str()) {
            continue;
        }
        for person in &strangers {
            let path = o.path.replace("{key}", &house.a1.api_key);
            let body = o.body.as_ref().map(|(kind, schema)| {
                (kind.as_str(), house.api.body(schema, &house.a1).to_string().into_bytes())
            });
            let query = if o.query.iter().any(|q| q.2) { "?name=x" } else { "" };
            let r = person.send(o.method.clone(), &format!("{path}{query}"), body, &[]).await;
            calls += 1;
            // The desk's cookie on another origin's write is refused before anything else.
            if !matches!((r.status, r.code()), (401, _) | (403, "request.cross_site")) {
                faults.push(format!("{} {path}: {}", o.method, r.tells()));
            }
        }
    }
    println!("{calls} calls at the public origin without a proof");
    assert!(calls > 20, "only {calls}");
    faults.extend(super::changed(&before, &house.rows().await));
    super::none(&faults);
}

/// Every page of the three origins, and what is no page: a policy that lets no foreign script in, nothing kept, no frame
/// around the desk, no guessing of types.
async fn pages(house: &House) {
    let settings = house.running.app().settings();
    let desk = house.admin.clone();
    let public = Person::at(house.running.public, &settings.public_url);
    let files = Person::at(house.running.files, &settings.files_url);
    let frame = format!("/w/v1/frame?inbox={}&lang=en&page=https%3A%2F%2Fevil.example%2F", house.a1.chat_key);
    let all: [(&Person, &str); 21] = [
        (&desk, "/"),
        (&desk, "/index.html"),
        (&desk, "/conversations/1"),
        (&desk, "/settings/users?x=<script>"),
        (&desk, "/problems/not_found"),
        (&desk, "/problems/no.such"),
        (&desk, "/assets/none.js"),
        (&desk, "/none.js"),
        (&desk, "/api/v1/none"),
        (&desk, "/api/v1/me"),
        (&desk, "/api/v1/openapi.json"),
        (&desk, "/healthz"),
        (&desk, "/metrics"),
        (&public, "/"),
        (&public, "/shop/"),
        (&public, &frame),
        (&public, "/w/v1/frame?inbox=none"),
        (&public, "/w/v1/hark.js"),
        (&public, "/none<script>"),
        (&files, "/"),
        (&files, "/f/v1/none"),
    ];
    for (person, path) in all {
        let r = person.get(path).await;
        let header = |name: &str| r.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let (policy, kind) = (header("content-security-policy"), header("content-type"));
        assert!(
            policy.contains("default-src 'none'") || policy.contains("default-src 'self'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-eval"), "{path}: {policy}");
        let scripts = policy.split(';').map(str::trim).find(|d| d.starts_with("script-src"));
        assert!(scripts.is_none_or(|d| d == "script-src 'self'"), "{path}: {policy}");
        let is_page = kind.starts_with("text/html");
        if is_page && std::ptr::eq(person, &desk) {
            assert!(
                policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
                "{path}: {policy}"
            );
        }
        if is_page || path.starts_with("/api/") {
            let kept = header("cache-control");
            assert!(kept.contains("no-store") || kept.contains("no-cache"), "{path}: {kept}");
        }
        assert!(!r.text.contains("<script>"), "{path}: {}", r.text);
        assert!(!r.headers.contains_key("access-control-allow-origin"), "{path}");
        assert!(r.status < 500, "{path}: {}", r.status);
    }
}

/// The desk's routes answer on the desk's origin alone, and the visitors' on theirs.
async fn origins(house: &House) {
    let settings = house.running.app().settings();
    let elsewhere = [
        Person::at(house.running.public, &settings.public_url),
        Person::at(house.running.files, &settings.files_url),
    ];
    for o in house.api.desk() {
        for at in &elsewhere {
            let r = at.proving(&house.admin).send(o.method.clone(), &o.address(&house.a1), None, &[]).await;
            // A write with the desk's cookie is refused before anybody looks where it goes.
            assert!(matches!(r.status, 403..=405), "{} {}: {}", o.method, o.path, r.tells());
        }
    }
    for path in ["/w/v1/messages", "/w/v1/hark.js", "/w/v1/frame", "/in/v1/x"] {
        let r = house.admin.get(path).await;
        let page = r.headers.get("content-type").is_some_and(|k| k.as_bytes().starts_with(b"text/html"));
        assert!(page || matches!(r.status, 404 | 405), "{path} at the desk: {} {}", r.status, r.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_origins_and_their_sources_stay_apart() {
    let house = House::on(Engine::Sqlite).await;
    secrets(&house).await;
    doors(&house).await;
    pages(&house).await;
    origins(&house).await;
    same_names(&house).await;
    house.end().await;
}
