//! What comes in: foreign fields, bodies that break readers, foreign sites, foreign names of ours.

use crate::house::{House, Operation, difference};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

/// Fields that somebody might hope to be heard.
const HOPED_FOR: [&str; 5] = ["tenant_id", "owner", "role", "id", "created_at"];

fn json_operations(house: &House) -> Vec<(Operation, Value)> {
    let desk = house.api.desk().into_iter();
    desk.filter_map(|o| {
        let (kind, schema) = o.body.clone()?;
        (kind == "application/json").then_some((o, schema))
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_not_asked_for_are_refused() {
    let house = House::on(Engine::Sqlite).await;
    let (mut faults, mut calls) = (vec![], 0);
    let before = house.rows().await;
    for (o, schema) in json_operations(&house) {
        let known = house.api.fields(&schema);
        for field in HOPED_FOR.iter().filter(|f| !known.contains_key(**f)) {
            let mut body = house.api.body(&schema, &house.a1);
            body[*field] = json!(house.b1.id("tenant"));
            let r = house.admin.ask(o.method.clone(), &o.address(&house.a1), Some(body)).await;
            calls += 1;
            if r.status != 422 {
                faults.push(format!("{} {} with {field}: {}", o.method, o.path, r.tells()));
            }
        }
    }
    let after = house.rows().await;
    println!("{calls} bodies with a field too many");
    house.end().await;
    assert!(calls > 100, "only {calls} bodies");
    assert_eq!(difference(&before, &after), "");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The body with this text in every text of it.
fn everywhere(v: &Value, text: &str) -> Value {
    match v {
        // Ids stay, or nothing would come further than the path.
        Value::String(s) if s.bytes().all(|b| b.is_ascii_digit()) => v.clone(),
        Value::String(_) => json!(text),
        Value::Array(items) => items.iter().map(|i| everywhere(i, text)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(k, v)| (k.clone(), everywhere(v, text))).collect())
        }
        other => other.clone(),
    }
}

/// The body with this token of JSON in place of every number, and of every text if there is no number.
fn raw(v: &Value, token: &str) -> String {
    v.to_string().replace(":1", &format!(":{token}")).replace("\"text ", &format!("{token},\"text "))
}

fn monsters(good: &Value) -> Vec<(&'static str, Vec<u8>)> {
    let text = good.to_string();
    let first = good.as_object().and_then(|o| o.keys().next()).cloned().unwrap_or_else(|| "x".into());
    let with = |value: &str| format!("{{\"{first}\":{value}}}").into_bytes();
    vec![
        ("depth", with(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)))),
        (
            "objects within objects",
            format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)).into_bytes(),
        ),
        ("a huge number", with("1e400")),
        ("a number of many digits", with(&"9".repeat(5_000))),
        ("huge numbers", raw(good, "99999999999999999999999").into_bytes()),
        ("a lone surrogate", with("\"\\ud800\"")),
        ("not UTF-8", [b"{\"".as_slice(), &[0xff, 0xfe], b"\":1}"].concat()),
        ("NUL", everywhere(good, "a\0b").to_string().into_bytes()),
        ("only NUL", everywhere(good, "\0").to_string().into_bytes()),
        ("marks of direction", everywhere(good, "\u{202e}\u{2066}x\u{fffe}").to_string().into_bytes()),
        ("1 MB", everywhere(good, &"字".repeat(350_000)).to_string().into_bytes()),
        ("200 kB", everywhere(good, &"x".repeat(200_000)).to_string().into_bytes()),
        ("nothing", vec![]),
        ("null", b"null".to_vec()),
        ("a list", b"[1]".to_vec()),
        ("the same twice", text.replacen('{', &format!("{{\"{first}\":null,"), 1).into_bytes()),
        ("cut off", text.as_bytes()[..text.len() / 2].to_vec()),
    ]
}

async fn broken_bodies(engine: Engine) {
    let house = House::on(engine).await;
    let (mut faults, mut calls) = (vec![], 0);
    let mut admin = house.admin.clone();
    for (o, schema) in json_operations(&house) {
        for (what, bytes) in monsters(&house.api.body(&schema, &house.a1)) {
            let path = o.address(&house.a1);
            let r = admin.send(o.method.clone(), &path, Some(("application/json", bytes)), &[]).await;
            calls += 1;
            // A password that was changed ended the session; the door itself is no fault.
            if r.status == 401
                && !matches!(o.id.as_str(), "sign_in" | "change_password" | "remove_totp" | "confirm_totp")
            {
                faults.push(format!("{} {} with {what}: {}", o.method, o.path, r.tells()));
            }
            if r.status >= 500 && !matches!(r.status, 503 | 507) {
                faults.push(format!("{} {} with {what}: {} {}", o.method, o.path, r.status, r.text));
            }
            if o.id == "change_password" && r.status < 300 {
                admin = house.admin.sign_in("root", crate::house::PASSWORD).await;
            }
        }
    }
    println!("{engine:?}: {calls} broken bodies");
    house.end().await;
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_readers_breaks_nothing_on_sqlite() {
    broken_bodies(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_readers_breaks_nothing_on_postgres() {
    broken_bodies(Engine::Postgres).await;
}

async fn broken_addresses(engine: Engine) {
    let house = House::on(engine).await;
    let mut faults = vec![];
    let odd = [
        "%00",
        "%ff",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "1e9",
        "..%2f..",
        "x%0d%0aSet-Cookie:a=b",
        "'%20OR%201=1",
    ];
    for o in house.api.desk().iter().filter(|o| o.reads()) {
        for value in odd {
            let mut path = o.path.clone();
            for p in &o.path_params {
                path = path.replace(&format!("{{{p}}}"), value);
            }
            let query: Vec<String> = o.query.iter().map(|(name, ..)| format!("{name}={value}")).collect();
            let mut tries = vec![path.clone()];
            tries.extend(query.iter().map(|q| format!("{path}?{q}")));
            tries.push(format!("{path}?tenant_id={value}"));
            for path in tries {
                let r = house.admin.get(&path).await;
                if r.status >= 500 && !matches!(r.status, 503 | 507) {
                    faults.push(format!("GET {path}: {} {}", r.status, r.text));
                }
            }
        }
    }
    house.end().await;
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_address_breaks_nothing_on_sqlite() {
    broken_addresses(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_address_breaks_nothing_on_postgres() {
    broken_addresses(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_foreign_site_writes_with_the_desks_cookie() {
    let house = House::on(Engine::Sqlite).await;
    let public = house.running.app().settings().public_url.clone();
    let sites = ["https://evil.example", "null", public.as_str()];
    let (mut faults, mut calls) = (vec![], 0);
    let before = house.rows().await;
    for o in house.api.desk().iter().filter(|o| !o.reads()) {
        let schema = o.body.as_ref();
        let body = schema.map(|(k, s)| (k.as_str(), house.api.body(s, &house.a1).to_string().into_bytes()));
        for site in sites {
            let path = o.address(&house.a1);
            let headers = [("origin", site), ("sec-fetch-site", "cross-site")];
            let r = house.admin.send(o.method.clone(), &path, body.clone(), &headers).await;
            calls += 1;
            if r.status != 403 {
                faults.push(format!("{} {path} from {site}: {}", o.method, r.tells()));
            }
        }
    }
    let after = house.rows().await;
    println!("{calls} writes from foreign sites");
    house.end().await;
    assert_eq!(difference(&before, &after), "");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_come_from_the_configured_address_alone() {
    let house = House::on(Engine::Sqlite).await;
    let spoof = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "host=evil.example;proto=gopher"),
    ];
    let mut seen = 0;
    for o in house.api.desk() {
        if matches!(o.id.as_str(), "sign_out" | "end_user_sessions" | "change_password")
            || o.method == Method::DELETE
        {
            continue;
        }
        let schema = o.body.as_ref();
        let body = schema.map(|(k, s)| (k.as_str(), house.api.body(s, &house.a1).to_string().into_bytes()));
        let r = house.admin.send(o.method.clone(), &o.address(&house.a1), body, &spoof).await;
        let headers = format!("{:?}", r.headers);
        assert!(
            !r.text.contains("evil.example") && !headers.contains("evil.example"),
            "{}: {} {headers}",
            o.path,
            r.text
        );
        assert!(!r.text.contains("gopher:") && !headers.contains("gopher:"), "{}: {}", o.path, r.text);
        seen += usize::from(r.status < 300);
    }
    assert!(seen > 50, "only {seen} answers were granted");
    let path = format!("/api/v1/users/{}/reset", house.a1.id("user"));
    let r = house.admin.send(Method::POST, &path, None, &spoof).await;
    let desk = &house.running.app().settings().desk_url;
    assert!(r.json["invite_url"].as_str().is_some_and(|u| u.starts_with(desk.as_str())), "{}", r.text);
    house.end().await;
}
