//! Every operation, as everybody, with every object of another client and of another line.

use super::{PROVIDERS, Wall};
use crate::house::{Api, House, Operation, Person, Places, Reply, difference};
use serde_json::{Value, json};
use testkit::Engine;

/// Operations there must be at the least, lest the description is empty and the test says nothing.
const OPERATIONS_MIN: usize = 100;
/// What answers somebody without any proof.
const OPEN_TO_ALL: [&str; 5] = ["sign_in", "get_setup", "set_up", "look_at_invite", "accept_invite"];
/// Paths that consist of the caller alone: a session ends by this, so it is tried by nobody whose session is needed.
const ENDS_SESSION: [&str; 1] = ["sign_out"];

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
    let refused = matches!(r.status, 401 | 403 | 404);
    (!filter && !refused).then(|| format!("{named}{}", r.tells()))
}

fn walls<'a>(house: &'a House, nowhere: &'a Places) -> Vec<Wall<'a>> {
    let mut all = vec![];
    for (who, person) in &house.people {
        let foreign: &[&Places] = match who.rsplit('@').next() {
            Some("A") => &[&house.b1],
            Some("A1") => &[&house.b1, &house.a2],
            _ => &[],
        };
        all.extend(foreign.iter().map(|f| Wall { who, person, own: &house.a1, foreign: f, nowhere }));
    }
    all
}

async fn objects(engine: Engine) {
    let house = House::on(engine).await;
    let operations = house.api.desk();
    assert!(operations.len() >= OPERATIONS_MIN, "only {} operations", operations.len());
    let nowhere = house.b1.nowhere();
    let walls = walls(&house, &nowhere);
    let (mut faults, mut calls) = (vec![], 0);
    for w in &walls {
        let before = house.rows().await;
        for o in &operations {
            for (path, like) in paths(o, w) {
                let r = call(o, w.person, &path, &house.api, w.foreign).await;
                let l = call(o, w.person, &like, &house.api, w.nowhere).await;
                calls += 1;
                faults.extend(fault(o, w, &path, &r, &l));
            }
        }
        let after = house.rows().await;
        if before != after {
            faults.push(format!("{} changed rows:\n{}", w.who, difference(&before, &after)));
        }
    }
    let (people, walls) = (house.people.len(), walls.len());
    println!("{engine:?}: {} operations, {people} people, {walls} walls, {calls} calls", operations.len());
    house.end().await;
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_others_are_not_there_on_sqlite() {
    objects(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_others_are_not_there_on_postgres() {
    objects(Engine::Postgres).await;
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

async fn references(engine: Engine) {
    let house = House::on(engine).await;
    let nowhere = house.b1.nowhere();
    let (mut faults, mut calls) = (vec![], 0);
    for (who, foreign) in
        [("administrator@A", &house.b1), ("administrator@A1", &house.a2), ("token@A1", &house.a2)]
    {
        let w = Wall { who, person: house.person(who), own: &house.a1, foreign, nowhere: &nowhere };
        for o in &house.api.desk() {
            let Some((_, schema)) = o.body.as_ref().filter(|(kind, _)| kind == "application/json") else {
                continue;
            };
            for (field, body, like) in with_foreign(&house.api, schema, &w, 0) {
                let path = o.address(w.own);
                let before = house.rows().await;
                let r = w.person.ask(o.method.clone(), &path, Some(body)).await;
                let after = house.rows().await;
                let l = w.person.ask(o.method.clone(), &path, Some(like)).await;
                calls += 1;
                let named = format!("{who} {} {path} ({}) with a foreign {field}: ", o.method, o.id);
                if !(400..500).contains(&r.status) {
                    faults.push(format!("{named}{} {}", r.status, r.text));
                }
                if r.tells() != l.tells() {
                    faults.push(format!("{named}{} but {} for what does not exist", r.tells(), l.tells()));
                }
                if before != after {
                    faults.push(format!("{named}rows changed\n{}", difference(&before, &after)));
                }
            }
        }
    }
    println!("{engine:?}: {calls} foreign references");
    house.end().await;
    assert!(calls > 20, "only {calls} foreign references were tried");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_ones_own_is_tied_to_what_is_foreign_on_sqlite() {
    references(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_ones_own_is_tied_to_what_is_foreign_on_postgres() {
    references(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_read_holds_nothing_of_others() {
    let house = House::on(Engine::Sqlite).await;
    let nowhere = house.b1.nowhere();
    let (mut faults, mut calls, mut granted) = (vec![], 0, 0);
    for w in &walls(&house, &nowhere) {
        for o in house.api.desk().iter().filter(|o| o.reads()) {
            let mut paths = vec![o.address(w.own)];
            if o.id == "list_conversations" {
                paths.extend(["queue", "open", "all", "mine"].map(|v| format!("{}?view={v}", o.path)));
            }
            if o.id == "search" {
                paths.extend(
                    ["Qvbravo", "Qvsecond", "help", "Person", "note"].map(|q| format!("{}?q={q}", o.path)),
                );
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
    house.end().await;
    assert!(granted > 100, "only {granted} readings were granted");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_proof_nothing_answers_but_the_doors() {
    let house = House::on(Engine::Sqlite).await;
    let nobody = house.nobody();
    let forged = [
        nobody.clone(),
        nobody.bearing("hark_forged"),
        nobody.bearing(&house.a1.visitor),
        nobody.visiting(&house.a1.visitor),
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
    let after = house.rows().await;
    println!("{calls} calls without proof");
    house.end().await;
    assert_eq!(difference(&before, &after), "");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_providers_is_changed_by_no_client() {
    let house = House::on(Engine::Sqlite).await;
    let (mut faults, mut calls) = (vec![], 0);
    let before = house.rows().await;
    for (who, person) in house.people.iter().filter(|(n, _)| n.contains("@A")) {
        for o in house.api.desk().iter().filter(|o| !o.reads() && !ENDS_SESSION.contains(&o.id.as_str())) {
            let providers =
                !o.path_params.is_empty() && o.path_params.iter().all(|p| PROVIDERS.contains(&p.as_str()));
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
    let after = house.rows().await;
    println!("{calls} calls at the provider's own");
    house.end().await;
    assert_eq!(difference(&before, &after), "");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
