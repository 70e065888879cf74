//! What comes in: foreign fields, bodies that break readers, foreign sites, foreign names of ours.

use super::{changed, none};
use crate::house::{House, MARK_B, Operation, Person};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

/// Fields that somebody might hope to be heard.
const HOPED_FOR: [&str; 5] = ["tenant_id", "owner", "role", "id", "created_at"];
/// Routes whose body is a proof, which may be wrong.
const ASK_FOR_PROOF: [&str; 8] = [
    "sign_in",
    "change_password",
    "remove_totp",
    "confirm_totp",
    "look_at_invite",
    "accept_invite",
    "set_up",
    "begin_totp",
];
/// Names that mean an object in one place and something else in another: a link's secret, a public name, a person's
/// attributes by their keys.
const NOT_AN_OBJECT: [&str; 3] = ["token", "key", "attribute"];
/// Where a name is a free word and no object: what sort of words a list holds. [`words_name_nothing`] shows that it is.
const NAMES_A_WORD: [(&str, &str); 2] = [("create_word_list", "category"), ("change_word_list", "category")];

fn json_operations(house: &House) -> Vec<(Operation, Value)> {
    let desk = house.api.desk().into_iter();
    desk.filter_map(|o| {
        let (kind, schema) = o.body.clone()?;
        (kind == "application/json").then_some((o, schema))
    })
    .collect()
}

async fn fields_not_asked_for(house: &House) -> Vec<String> {
    let (mut faults, mut calls) = (vec![], 0);
    let before = house.rows().await;
    for (o, schema) in json_operations(house) {
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
    println!("{calls} bodies with a field too many");
    assert!(calls > 100, "only {calls} bodies");
    faults.extend(changed(&before, &house.rows().await));
    faults
}

/// Who sends this: where a password may really be changed, somebody whom no other test needs.
fn sender<'a>(house: &'a House, o: &Operation) -> &'a Person {
    if o.id == "change_password" { house.person("developer@A2") } else { &house.admin }
}

/// The house knows how to fill every route: a body that is not even read, or a look that is not answered, would let
/// every other test here pass by itself.
async fn filled(house: &House) -> Vec<String> {
    let (mut faults, mut granted) = (vec![], 0);
    for o in house.api.desk().iter().filter(|o| o.reads()) {
        let r = house.admin.get(&o.address(&house.a1)).await;
        granted += usize::from(r.status == 200);
        if r.status != 200 {
            faults.push(format!("GET {} ({}): {}", o.path, o.id, r.tells()));
        }
    }
    for (o, schema) in json_operations(house) {
        let body = house.api.body(&schema, &house.a1);
        let r = sender(house, &o).ask(o.method.clone(), &o.address(&house.a1), Some(body.clone())).await;
        granted += usize::from(r.status < 300);
        if r.is_unread() {
            faults.push(format!("{} {} ({}) with {body}: {}", o.method, o.path, o.id, r.tells()));
        }
    }
    println!("{granted} routes granted to whoever may do everything");
    faults
}

/// A field or a parameter that is called like an object names one by its id, or the matrix would not see it.
fn names(house: &House) -> Vec<String> {
    let called_like = |o: &str, name: &str| {
        house.a1.holds(name) && !NOT_AN_OBJECT.contains(&name) && !NAMES_A_WORD.contains(&(o, name))
    };
    let mut faults = vec![];
    for o in house.api.desk() {
        for (name, kind, _) in o.query.iter().filter(|(n, ..)| called_like(&o.id, n)) {
            if kind.is_empty() && !o.words.contains(name) {
                faults.push(format!("{}: the parameter {name} is no id", o.id));
            }
        }
        let Some((_, schema)) = o.body.as_ref().filter(|(kind, _)| kind == "application/json") else {
            continue;
        };
        for (name, inner) in house.api.fields(schema) {
            if called_like(&o.id, name.trim_end_matches('s'))
                && house.api.names(&inner).is_none()
                && !house.api.is_object(&inner)
            {
                faults.push(format!("{}: the field {name} is no id", o.id));
            }
        }
    }
    faults
}

/// What is exempt as a word is one: the id of a foreign object of that name is kept as its digits, and brings nothing of it.
async fn words_name_nothing(house: &House) -> Vec<String> {
    let mut faults = vec![];
    for (id, field) in NAMES_A_WORD {
        let found = json_operations(house).into_iter().find(|(o, _)| o.id == id);
        let (o, schema) = found.unwrap_or_else(|| panic!("{id} is exempt and not there"));
        let foreign = house.b1.id(field);
        let mut body = house.api.body(&schema, &house.a1);
        body[field] = json!(foreign);
        body["words"] = json!(["a word"]);
        let r = house.admin.ask(o.method.clone(), &o.address(&house.a1), Some(body)).await;
        if r.status >= 300 || r.json[field] != json!(foreign) || r.text.contains(MARK_B) {
            faults.push(format!("{id}: {field} is no word: {}", r.tells()));
        }
    }
    faults
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

/// How many texts there are, at any depth.
fn texts(v: &Value) -> usize {
    match v {
        Value::String(_) => 1,
        Value::Array(all) => all.iter().map(texts).sum(),
        Value::Object(all) => all.values().map(texts).sum(),
        _ => 0,
    }
}

fn monsters(good: &Value) -> Vec<(&'static str, Vec<u8>)> {
    let text = good.to_string();
    let first = good.as_object().and_then(|o| o.keys().next()).cloned().unwrap_or_else(|| "x".into());
    let texts = texts(good).max(1);
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
        ("1 MB", everywhere(good, &"字".repeat(350_000 / texts)).to_string().into_bytes()),
        ("200 kB", everywhere(good, &"x".repeat(200_000)).to_string().into_bytes()),
        ("nothing", vec![]),
        ("null", b"null".to_vec()),
        ("a list", b"[1]".to_vec()),
        ("the same twice", text.replacen('{', &format!("{{\"{first}\":null,"), 1).into_bytes()),
        ("cut off", text.as_bytes()[..text.len() / 2].to_vec()),
    ]
}

/// Bodies that break readers break nothing: a refusal that says why, or a change, never a fault of ours.
pub(super) async fn broken_bodies(house: &House) -> Vec<String> {
    let (mut faults, mut calls, mut refused) = (vec![], 0, 0);
    house.settle().await;
    let mut before = house.rows().await;
    for (o, schema) in json_operations(house) {
        let mut taken = false;
        for (what, bytes) in monsters(&house.api.body(&schema, &house.a1)) {
            let (path, person) = (o.address(&house.a1), sender(house, &o));
            let r = person.send(o.method.clone(), &path, Some(("application/json", bytes)), &[]).await;
            calls += 1;
            taken |= r.status < 400;
            if r.status == 401 && !ASK_FOR_PROOF.contains(&o.id.as_str()) {
                faults.push(format!("{} {} with {what}: {}", o.method, o.path, r.tells()));
            }
            if r.status >= 500 && !matches!(r.status, 503 | 507) {
                faults.push(format!("{} {} with {what}: {} {}", o.method, o.path, r.status, r.text));
            }
        }
        house.settle().await;
        let after = house.rows().await;
        if !taken {
            refused += 1;
            faults.extend(changed(&before, &after).map(|c| format!("{} {}: {c}", o.method, o.path)));
        }
        before = after;
    }
    println!("{calls} broken bodies, {refused} routes refused all of theirs");
    faults
}

/// Odd values in paths and queries break nothing and change nothing.
pub(super) async fn broken_addresses(house: &House) -> Vec<String> {
    let (mut faults, mut calls) = (vec![], 0);
    let before = house.rows().await;
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
                calls += 1;
                if r.status >= 500 && !matches!(r.status, 503 | 507) {
                    faults.push(format!("GET {path}: {} {}", r.status, r.text));
                }
            }
        }
    }
    println!("{calls} odd addresses");
    faults.extend(changed(&before, &house.rows().await));
    faults
}

/// No foreign site writes with the desk's cookie.
async fn foreign_sites(house: &House) -> Vec<String> {
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
    println!("{calls} writes from foreign sites");
    faults.extend(changed(&before, &house.rows().await));
    faults
}

/// Links come from the configured address alone, whatever a request claims to be addressed to.
async fn links(house: &House) {
    let spoof = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "host=evil.example;proto=gopher"),
    ];
    let mut seen = 0;
    for o in house.api.desk() {
        if matches!(o.id.as_str(), "sign_out" | "change_password") || o.method == Method::DELETE {
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
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let house = House::on(Engine::Sqlite).await;
    let mut faults = names(&house);
    faults.extend(fields_not_asked_for(&house).await);
    faults.extend(foreign_sites(&house).await);
    faults.extend(broken_addresses(&house).await);
    links(&house).await;
    faults.extend(filled(&house).await);
    faults.extend(words_name_nothing(&house).await);
    faults.extend(broken_bodies(&house).await);
    house.end().await;
    none(&faults);
}
