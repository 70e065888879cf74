//! Every operation, as everybody, with every object of another client and of another line.

use super::{PROVIDERS, Wall, changed, none};
use crate::house::{Api, House, Operation, Person, Places, Reply, difference};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::Engine;

/// Operations there must be at the least, lest the description is empty and the test says nothing.
const OPERATIONS_MIN: usize = 100;
/// What answers somebody without any proof.
const OPEN_TO_ALL: [&str; 6] =
    ["sign_in", "get_setup", "set_up", "look_at_invite", "accept_invite", "forgot_password"];
/// Paths that consist of the caller alone: a session ends by this, so it is tried by nobody whose session is needed.
const ENDS_SESSION: [&str; 1] = ["sign_out"];

/// What names the provider's own in its path and changes people, whom leads of a client may say things of.
const OF_PEOPLE: [&str; 1] = ["change_skill_holders"];

async fn call(o: &Operation, person: &Person, path: &str, api: &Api, body_of: &Places) -> Reply {
    let body = o.body.as_ref().map(|(kind, schema)| match kind.as_str() {
        "application/json" => (kind.as_str(), api.body(schema, body_of).to_string().into_bytes()),
        other => (other, b"2026-01-01,holiday,x\n".to_vec()),
    });
    person.send(o.method.clone(), path, body, &[]).await
}

/// The paths of an operation that name something behind the wall, whole or in part, with their likes that do not exist.
fn paths(o: &Operation, w: &Wall<'_>) -> Vec<(String, String)> {
    let hidden: Vec<&String> = o.path_params.iter().filter(|p| w.hides(p)).collect();
    let mut out = vec![];
    if !hidden.is_empty() {
        out.push((o.address(w.foreign), o.address(w.nowhere)));
    }
    for (name, kind, _) in
        o.query.iter().filter(|q| !q.1.is_empty() && w.hides(&q.1) && o.path_params.is_empty())
    {
        let path = o.address(w.own);
        if !path.contains(&format!("{name}=")) {
            let with = |p: &Places| {
                format!("{path}{}{name}={}", if path.contains('?') { "&" } else { "?" }, p.id(kind))
            };
            out.push((with(w.foreign), with(w.nowhere)));
        }
    }
    // One's own contact with a foreign one beside it.
    for (name, kind, _) in
        o.query.iter().filter(|q| !q.1.is_empty() && w.hides(&q.1) && !o.path_params.is_empty())
    {
        let own = o.address(w.own);
        let given = |p: &Places| format!("{name}={}", p.second(kind));
        if own.contains(&given(w.own)) {
            let with = |p: &Places| own.replace(&given(w.own), &given(p));
            out.push((with(w.foreign), with(w.nowhere)));
        }
    }
    // One's own conversation with a foreign message, and the other way round.
    if let [a, b] = o.path_params.as_slice() {
        let mixed = |x: &Places, y: &Places| {
            o.path.replace(&format!("{{{a}}}"), &x.id(a)).replace(&format!("{{{b}}}"), &y.id(b))
        };
        if w.hides(b) {
            out.push((mixed(w.own, w.foreign), mixed(w.own, w.nowhere)));
        }
        if w.hides(a) {
            out.push((mixed(w.foreign, w.own), mixed(w.nowhere, w.own)));
        }
    }
    out
}

/// What is wrong with how a foreign object was answered.
fn fault(o: &Operation, w: &Wall<'_>, path: &str, r: &Reply, like: &Reply) -> Option<String> {
    let named = format!("{} {} {path} ({}): ", w.who, o.method, o.id);
    if let Some(what) = w.leak(r) {
        return Some(format!("{named}{} lets out {what}", r.status));
    }
    if r.tells() != like.tells() {
        return Some(format!("{named}{} but {} for what does not exist", r.tells(), like.tells()));
    }
    // A filter may be answered by an empty list; an object may not.
    let filter = o.reads() && o.path_params.is_empty() && r.status == 200;
    // A parameter beside one's own object is named as unknown, as what does not exist is.
    let beside = !o.path_params.is_empty() && path.contains('?') && r.status == 422;
    let refused = matches!(r.status, 401 | 403 | 404) || beside;
    (!filter && !refused).then(|| format!("{named}{}", r.tells()))
}

fn walls<'a>(house: &'a House, nowhere: &'a Places) -> Vec<Wall<'a>> {
    let mut all = vec![];
    for (who, person) in &house.people {
        let (own, foreign): (&Places, &[&Places]) = match who.rsplit('@').next() {
            Some("A") => (&house.a1, &[&house.b1]),
            Some("A1") => (&house.a1, &[&house.b1, &house.a2]),
            Some("B") => (&house.b2, &[&house.a1]),
            Some("B2") => (&house.b2, &[&house.a1, &house.b1]),
            _ => (&house.a1, &[]),
        };
        all.extend(foreign.iter().map(|f| Wall { who, person, own, foreign: f, nowhere }));
    }
    all
}

/// Every route that names an object, as everybody, with every object behind their walls. Answers what is wrong.
pub(super) async fn objects(house: &House) -> Vec<String> {
    let operations = house.api.desk();
    assert!(operations.len() >= OPERATIONS_MIN, "only {} operations", operations.len());
    let nowhere = house.b1.nowhere();
    let walls = walls(house, &nowhere);
    let (mut faults, mut calls, mut named) = (vec![], 0, BTreeSet::new());
    for w in &walls {
        let before = house.rows().await;
        for o in &operations {
            for (path, like) in paths(o, w) {
                let r = call(o, w.person, &path, &house.api, w.foreign).await;
                let l = call(o, w.person, &like, &house.api, w.nowhere).await;
                calls += 1;
                named.insert(o.id.as_str());
                faults.extend(fault(o, w, &path, &r, &l));
            }
        }
        let after = house.rows().await;
        if before != after {
            faults.push(format!("{} changed rows:\n{}", w.who, difference(&before, &after)));
        }
    }
    println!(
        "{} operations, {} of them name an object; {} people before {} walls: {calls} calls with foreign objects and as \
         many with none",
        operations.len(),
        named.len(),
        house.people.len(),
        walls.len(),
    );
    faults
}

/// Bodies that are one's own but for one id, which is foreign.
fn with_foreign(api: &Api, schema: &Value, w: &Wall<'_>, depth: usize) -> Vec<(String, Value, Value)> {
    if depth > 4 {
        return vec![];
    }
    let mut out = vec![];
    for alternative in api.alternatives(schema) {
        let base = api.body(alternative, w.own);
        for (field, inner) in api.fields(alternative) {
            let set = |v: Value| {
                let mut body = if base.is_object() { base.clone() } else { json!({}) };
                if api.is_one_of(alternative) {
                    body = json!({});
                }
                body[&field] = if api.is_list(&inner) { json!([v]) } else { v };
                body
            };
            match api.names(&inner) {
                Some(kind) if w.hides(&kind) && w.own.id(&kind) != w.foreign.id(&kind) => {
                    out.push((
                        field.clone(),
                        set(json!(w.foreign.id(&kind))),
                        set(json!(w.nowhere.id(&kind))),
                    ));
                }
                Some(_) => {}
                None => {
                    for (name, f, n) in with_foreign(api, api.inner(&inner), w, depth + 1) {
                        out.push((format!("{field}.{name}"), set(f), set(n)));
                    }
                }
            }
        }
    }
    out
}

/// Every field of every body that names an object, with a foreign one.
pub(super) async fn references(house: &House) -> Vec<String> {
    let nowhere = house.b1.nowhere();
    let (mut faults, mut calls) = (vec![], 0);
    let mut before = house.rows().await;
    for (who, own, foreign) in [
        ("administrator@A", &house.a1, &house.b1),
        ("administrator@A1", &house.a1, &house.a2),
        ("token@A1", &house.a1, &house.a2),
        ("administrator@B2", &house.b2, &house.b1),
        ("agent@A1", &house.a1, &house.a2),
    ] {
        let w = Wall { who, person: house.person(who), own, foreign, nowhere: &nowhere };
        for o in &house.api.desk() {
            let Some((_, schema)) = o.body.as_ref().filter(|(kind, _)| kind == "application/json") else {
                continue;
            };
            for (field, body, like) in with_foreign(&house.api, schema, &w, 0) {
                let path = o.address(w.own);
                let r = w.person.ask(o.method.clone(), &path, Some(body)).await;
                let after = house.rows().await;
                let l = w.person.ask(o.method.clone(), &path, Some(like)).await;
                calls += 1;
                let named = format!("{who} {} {path} ({}) with a foreign {field}: ", o.method, o.id);
                if !(400..500).contains(&r.status) {
                    faults.push(format!("{named}{} {}", r.status, r.text));
                }
                if r.is_unread() {
                    faults.push(format!("{named}not even read: {}", r.tells()));
                }
                if r.tells() != l.tells() {
                    faults.push(format!("{named}{} but {} for what does not exist", r.tells(), l.tells()));
                }
                if before != after {
                    faults.push(format!("{named}rows changed\n{}", difference(&before, &after)));
                    before = house.rows().await;
                }
            }
        }
    }
    println!("{calls} foreign references in bodies");
    assert!(calls > 60, "only {calls} foreign references were tried");
    faults
}

/// What one may read holds nothing from behind one's walls.
async fn readings(house: &House) -> Vec<String> {
    let nowhere = house.b1.nowhere();
    let (mut faults, mut calls, mut granted) = (vec![], 0, 0);
    for w in &walls(house, &nowhere) {
        for o in house.api.desk().iter().filter(|o| o.reads()) {
            let mut paths = vec![o.address(w.own)];
            if o.id == "list_conversations" {
                paths.extend(["queue", "open", "all", "mine"].map(|v| format!("{}?view={v}", o.path)));
            }
            if o.id == "search" {
                let words = ["Qvalpha", "Qvalpha2", "Qvbravo", "Qvbravo1", "help", "Person", "note"];
                paths.extend(words.map(|q| format!("{}?q={q}", o.path)));
            }
            for path in paths {
                let r = w.person.get(&path).await;
                calls += 1;
                granted += u32::from(r.status == 200);
                if let Some(what) = w.leak(&r) {
                    faults.push(format!("{} GET {path}: {} lets out {what}: {}", w.who, r.status, r.text));
                }
                if r.status >= 500 {
                    faults.push(format!("{} GET {path}: {}", w.who, r.tells()));
                }
            }
        }
    }
    println!("{calls} readings, {granted} granted");
    assert!(granted > 100, "only {granted} readings were granted");
    faults
}

/// Without proof, or with a forged or another origin's proof, nothing answers but the doors.
async fn no_proof(house: &House) -> Vec<String> {
    let nobody = house.nobody();
    let forged = [
        nobody.clone(),
        nobody.bearing("hark_forged"),
        nobody.bearing(&house.a1.visitor),
        nobody.visiting(&house.a1.visitor),
        nobody.bearing(&house.a1.api_secret),
    ];
    let before = house.rows().await;
    let (mut faults, mut calls) = (vec![], 0);
    for person in &forged {
        for o in house.api.desk().iter().filter(|o| !OPEN_TO_ALL.contains(&o.id.as_str())) {
            let r = call(o, person, &o.address(&house.a1), &house.api, &house.a1).await;
            calls += 1;
            if !matches!(r.status, 401 | 404) {
                faults.push(format!("{} {}: {}", o.method, o.path, r.tells()));
            }
        }
    }
    println!("{calls} calls without proof");
    faults.extend(changed(&before, &house.rows().await));
    faults
}

/// What is the provider's own is changed by nobody of a client.
async fn providers(house: &House) -> Vec<String> {
    let (mut faults, mut calls) = (vec![], 0);
    let before = house.rows().await;
    for (who, person) in house.people.iter().filter(|(n, _)| n.contains("@A")) {
        for o in house.api.desk().iter().filter(|o| !o.reads() && !ENDS_SESSION.contains(&o.id.as_str())) {
            let providers = !o.path_params.is_empty()
                && o.path_params.iter().all(|p| PROVIDERS.contains(&p.as_str()))
                && !OF_PEOPLE.contains(&o.id.as_str());
            let makes = matches!(
                o.id.as_str(),
                "create_role" | "create_skill" | "create_team" | "create_tenant" | "change_provider"
            );
            if !providers && !makes {
                continue;
            }
            let r = call(o, person, &o.address(&house.a1), &house.api, &house.a1).await;
            calls += 1;
            if !matches!(r.status, 401 | 403 | 404) {
                faults.push(format!("{who} {} {}: {}", o.method, o.path, r.tells()));
            }
        }
    }
    println!("{calls} calls at the provider's own");
    faults.extend(changed(&before, &house.rows().await));
    faults
}

/// An inbox may wait in the queue of another line of its client, if whoever ties them together serves both lines.
async fn shared_queue(house: &House) -> Vec<String> {
    let mut faults = vec![];
    for (who, expected) in [("administrator@A1", 422), ("token@A1", 422), ("administrator@A", 200)] {
        for (foreign, expected) in [(&house.a2, expected), (&house.b1, 422)] {
            let path = format!("/api/v1/inboxes/{}", house.a1.id("inbox"));
            let r = house
                .person(who)
                .ask(Method::PATCH, &path, Some(json!({"queue": foreign.id("queue")})))
                .await;
            if r.status != expected {
                faults.push(format!("{who}, queue of {}: {} {}", foreign.name, r.status, r.text));
            }
        }
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_others_is_not_there() {
    let house = House::on(Engine::Sqlite).await;
    let mut faults = objects(&house).await;
    faults.extend(references(&house).await);
    house.end().await;
    none(&faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_read_holds_nothing_of_others() {
    let house = House::on(Engine::Sqlite).await;
    let mut faults = readings(&house).await;
    faults.extend(no_proof(&house).await);
    faults.extend(providers(&house).await);
    faults.extend(shared_queue(&house).await);
    house.end().await;
    none(&faults);
}
