//! A line in a quarter of an hour: what it lacks, a starting pack, and another line to copy from.

use crate::house::{House, Person};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

async fn line(admin: &Person, tenant: &str, name: &str) -> String {
    let made = admin.make("/api/v1/lines", json!({"tenant": tenant, "name": name})).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn parts(admin: &Person, line: &str) -> Vec<Value> {
    let all = admin.read(&format!("/api/v1/lines/{line}/parts")).await;
    all["items"].as_array().expect("a list").clone()
}

async fn take(admin: &Person, line: &str, how: &str, body: Value) -> Vec<Value> {
    let r = admin.ask(Method::POST, &format!("/api/v1/lines/{line}/{how}"), Some(body)).await;
    assert_eq!(r.status, 200, "{}", r.text);
    let all = r.json["items"].as_array().expect("a list").clone();
    let failed: Vec<&Value> = all.iter().filter(|b| !b["failure"].is_null()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    all
}

fn sum(all: &[Value], what: &str) -> i64 {
    all.iter().filter_map(|b| b[what].as_i64()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_and_a_copy_fill_a_line_and_doing_it_twice_makes_nothing_twice() {
    let house = House::on(Engine::Sqlite).await;
    let admin = house.admin.clone();
    let tenant = house.a1.id("tenant");
    let packs = admin.read("/api/v1/packs").await;
    assert_eq!(packs["items"].as_array().map(Vec::len), Some(4));
    for pack in packs["items"].as_array().expect("a list") {
        let key = pack["key"].as_str().expect("a key");
        let new = line(&admin, &tenant, &format!("New {key}")).await;
        let lacking = parts(&admin, &new).await;
        let keys: Vec<&str> = lacking.iter().filter_map(|p| p["key"].as_str()).collect();
        assert_eq!(keys, ["hours", "queues", "categories", "inboxes", "phrases", "words", "surveys"]);
        // Words of the whole client count on every line of it.
        let lacks = |p: &Value| p["key"] == "words" || (p["ready"] == false && p["missing"] != "");
        assert!(lacking.iter().all(lacks), "{lacking:?}");
        let made = take(&admin, &new, "pack", json!({"pack": key, "language": "zh-CN"})).await;
        assert!(sum(&made, "made") > 20, "{made:?}");
        let named = |b: &Value| b["names"].as_array().map(Vec::len) == b["made"].as_u64().map(|n| n as usize);
        assert!(
            made.iter().all(|b| b["made"].as_i64() > Some(0) && named(b)),
            "each part brings something: {made:?}"
        );
        let again = take(&admin, &new, "pack", json!({"pack": key, "language": "zh-CN"})).await;
        assert_eq!(sum(&again, "made"), 0, "{again:?}");
        for p in parts(&admin, &new).await {
            // Only the sites on which a widget may stand, and who will serve, cannot be known beforehand.
            let ready = p["ready"] == true || p["key"] == "inboxes" || p["key"] == "queues";
            assert!(ready, "{p}");
        }
        staffed(&house, &admin, &new).await;
        if key == "ecommerce" {
            let other = line(&admin, &house.b1.id("tenant"), "Copied").await;
            let copied = take(&admin, &other, "copy", json!({"from": new})).await;
            assert_eq!(sum(&copied, "made"), sum(&made, "made"), "{copied:?}");
            let again = take(&admin, &other, "copy", json!({"from": new})).await;
            assert_eq!(sum(&again, "made"), 0, "{again:?}");
            // What names one client does not reach another.
            let inboxes = admin.read("/api/v1/inboxes").await;
            let there = inboxes["items"].as_array().into_iter().flatten().find(|i| i["line"] == json!(other));
            let there = there.expect("the inbox");
            assert_eq!(there["config"]["allowed_sites"], json!([]));
            assert_eq!(there["config"]["brand"]["greeting_zh"], "", "another client greets in its own words");
            assert!(there["queue"].is_string(), "its queue is the line's own: {there}");
        }
    }
    house.end().await;
}

/// A line whose queues nobody can serve says so, until somebody who works there is given the skills at their level.
async fn staffed(house: &House, admin: &Person, line: &str) {
    let queues = admin.read("/api/v1/queues").await;
    let own = queues.as_array().expect("a list").iter().filter(|q| q["line"] == line);
    let asked: Vec<(String, i64)> = own
        .flat_map(|q| q["skills"].as_array().cloned().unwrap_or_default())
        .map(|s| (s["skill"].as_str().expect("an id").to_owned(), s["level"].as_i64().expect("a level")))
        .collect();
    let standing = async || {
        let all = parts(admin, line).await;
        all.into_iter().find(|p| p["key"] == "queues").expect("the queues")
    };
    let (top, agent) =
        (asked.iter().map(|a| a.1).max().expect("skills are asked"), &house.person("agent@A").user);
    let give = async |level: i64| {
        for (skill, _) in &asked {
            let path = format!("/api/v1/skills/{skill}/holders");
            let r = admin.ask(Method::PATCH, &path, Some(json!({"give": [agent], "level": level}))).await;
            assert_eq!(r.status, 200, "{}", r.text);
            let held = r.json["items"].as_array().expect("a list").iter().find(|h| h["user"] == json!(agent));
            assert_eq!(held.map(|h| h["level"].clone()), Some(json!(level)), "{}", r.text);
        }
    };
    if top > 1 {
        give(top - 1).await;
        let lacking = standing().await;
        assert_eq!(lacking["ready"], false, "nobody has the level: {lacking}");
        assert!(lacking["missing"].as_str().is_some_and(|m| m.contains("serve")), "{lacking}");
    }
    give(top).await;
    assert_eq!(standing().await["ready"], true, "{}", standing().await);
    for (skill, _) in &asked {
        let path = format!("/api/v1/skills/{skill}/holders");
        let r = admin.ask(Method::PATCH, &path, Some(json!({"take": [agent]}))).await;
        assert_eq!(r.status, 200, "{}", r.text);
    }
    assert_eq!(standing().await["ready"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_sets_up_both_lines_copies_and_unknown_names_are_refused() {
    let house = House::on(Engine::Sqlite).await;
    let (a1, a2) = (house.a1.id("line"), house.a2.id("line"));
    let path = format!("/api/v1/lines/{a1}/copy");
    let r = house.person("administrator@A1").ask(Method::POST, &path, Some(json!({"from": a2}))).await;
    assert_eq!(r.status, 404, "{}", r.text);
    let r = house.person("developer@A").ask(Method::POST, &path, Some(json!({"from": a2}))).await;
    assert_eq!(r.status, 403, "{}", r.text);
    let r = house.admin.ask(Method::POST, &path, Some(json!({"from": a2, "parts": ["nonsense"]}))).await;
    assert_eq!(r.status, 422, "{}", r.text);
    let pack = format!("/api/v1/lines/{a1}/pack");
    let r = house.admin.ask(Method::POST, &pack, Some(json!({"pack": "nonsense"}))).await;
    assert_eq!(r.json["code"], "pack.unknown", "{}", r.text);
    house.end().await;
}

/// What somebody sees of a line: its phrases, words, survey, categories, queues, inboxes and calendar, without ids and times.
async fn look(admin: &Person, tenant: &str, line: &str) -> Value {
    let all = async |path: &str| {
        let found = admin.read(path).await;
        let items = if found.is_array() { found } else { found["items"].clone() };
        items.as_array().cloned().unwrap_or_default()
    };
    let cut = |items: Vec<Value>, of: &dyn Fn(&Value) -> bool, fields: &[&str]| -> Vec<Value> {
        let kept = items.into_iter().filter(of);
        let mut kept: Vec<Value> = kept
            .map(|i| {
                fields
                    .iter()
                    .map(|f| ((*f).to_owned(), i[*f].clone()))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            })
            .collect();
        kept.sort_by_key(Value::to_string);
        kept
    };
    let here = |i: &Value| i["line"] == json!(line);
    let survey = admin.read(&format!("/api/v1/lines/{line}/survey")).await;
    json!({
        "phrases": cut(all(&format!("/api/v1/phrases?tenant={tenant}&line={line}")).await,
            &|p| p["audience"]["line"] == json!(line), &["folder", "title", "shortcut", "zh", "en", "place"]),
        "words": cut(all(&format!("/api/v1/word-lists?tenant={tenant}")).await, &here,
            &["name", "category", "direction", "action", "words"]),
        "survey": [survey["enabled"], survey["definition"]],
        "categories": cut(all(&format!("/api/v1/categories?line={line}")).await, &here, &["name_zh", "name_en"]),
        "queues": cut(all(&format!("/api/v1/queues?tenant={tenant}")).await, &here,
            &["name", "skills", "priority", "fit", "offer_ms", "auto_accept", "wrap_up_ms", "on_absence", "rules"]),
        "inboxes": cut(all(&format!("/api/v1/inboxes?tenant={tenant}")).await, &here, &["name", "channel", "config"]),
        "calendar": admin.read(&format!("/api/v1/lines/{line}")).await["calendar"].is_string(),
    })
}

async fn newest(admin: &Person, tenant: &str, action: &str) -> Value {
    admin.read(&format!("/api/v1/audit?tenant={tenant}&action={action}")).await["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_speaks_both_languages_and_is_taken_back_as_a_whole() {
    for engine in Engine::ALL {
        let house = House::on(engine).await;
        let admin = house.admin.clone();
        let tenant = house.a1.id("tenant");
        let new = line(&admin, &tenant, "Taken back").await;
        let before = look(&admin, &tenant, &new).await;
        take(&admin, &new, "pack", json!({"pack": "banking", "language": "zh-CN"})).await;
        let full = look(&admin, &tenant, &new).await;
        let of = |part: &str, field: &str, is: &str| {
            let found = full[part].as_array().into_iter().flatten().find(|p| p[field] == is).cloned();
            found.unwrap_or_else(|| panic!("no {is} in {}", full[part]))
        };
        let opening = of("phrases", "title", "开头语");
        assert!(opening["zh"].as_str().is_some_and(|t| t.starts_with("您好")));
        assert!(opening["en"].as_str().is_some_and(|t| t.starts_with("Hello")));
        let words = of("words", "name", "金融违规用语");
        assert_eq!((&words["direction"], &words["action"]), (&json!("out"), &json!("block")));
        let holds = |w: &str| words["words"].as_array().is_some_and(|all| all.iter().any(|x| x == w));
        assert!(holds("保本保息") && holds("guaranteed return"), "words of both languages: {words}");
        assert_eq!(full["survey"][0], true);
        assert_eq!(full["survey"][1]["question_en"], "How satisfied are you with this service?");
        let brand = &full["inboxes"][0]["config"]["brand"];
        for text in ["greeting_zh", "greeting_en", "offline_zh", "offline_en"] {
            assert!(brand[text].as_str().is_some_and(|t| !t.is_empty()), "{text}: {brand}");
        }
        assert!(of("categories", "name_zh", "投诉")["name_en"].is_string());
        assert_eq!(full["calendar"], true);

        // As a whole, from the record; once; and not by who does not set up lines.
        let filled = newest(&admin, &tenant, "line.filled").await;
        assert_eq!((&filled["undoable"], &filled["after"]["from"]), (&json!(true), &json!("banking")));
        let undo = format!("/api/v1/audit/{}/undo", filled["id"].as_str().expect("an id"));
        let r = house.person("client_staff@A").post(&undo, json!({})).await;
        assert!(matches!(r.status, 403 | 404), "{}", r.text);
        assert_eq!(admin.post(&undo, json!({})).await.status, 204);
        assert_eq!(look(&admin, &tenant, &new).await, before, "nothing is left of it");
        let emptied = newest(&admin, &tenant, "line.emptied").await;
        assert_eq!(emptied["undoes"], filled["id"]);
        assert_eq!(admin.post(&undo, json!({})).await.code(), "undo.nothing");

        // What was changed or is used since stays, and what hangs on it.
        take(&admin, &new, "pack", json!({"pack": "banking", "language": "en"})).await;
        let phrases = admin.read(&format!("/api/v1/phrases?tenant={tenant}&line={new}")).await;
        let phrase =
            phrases["items"].as_array().into_iter().flatten().find(|p| p["audience"]["line"] == json!(new));
        let phrase = phrase.expect("a phrase");
        let own = json!({"title": "Ours", "zh": "", "en": "Our own words", "folder": "", "shortcut": "", "place": 0});
        let path = format!("/api/v1/phrases/{}", phrase["id"].as_str().expect("an id"));
        assert_eq!(admin.ask(Method::PUT, &path, Some(own)).await.status, 200);
        let inboxes = admin.read(&format!("/api/v1/inboxes?tenant={tenant}")).await;
        let inbox =
            inboxes["items"].as_array().into_iter().flatten().find(|i| i["line"] == json!(new)).expect("it");
        let path = format!("/api/v1/inboxes/{}", inbox["id"].as_str().expect("an id"));
        assert_eq!(admin.ask(Method::PATCH, &path, Some(json!({"name": "Ours"}))).await.status, 200);
        let filled = newest(&admin, &tenant, "line.filled").await;
        let undo = format!("/api/v1/audit/{}/undo", filled["id"].as_str().expect("an id"));
        assert_eq!(admin.post(&undo, json!({})).await.status, 204);
        let left = look(&admin, &tenant, &new).await;
        let count = |part: &str| left[part].as_array().map(Vec::len);
        assert_eq!(
            (count("phrases"), count("inboxes"), count("queues")),
            (Some(1), Some(1), Some(1)),
            "{left}"
        );
        assert_eq!((count("words"), count("categories")), (Some(0), Some(0)));
        assert_eq!(newest(&admin, &tenant, "line.emptied").await["after"]["stayed"]["queues"], 1);
        house.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_line_works_by_the_same_rules() {
    let house = House::on(Engine::Sqlite).await;
    let admin = house.admin.clone();
    let tenant = house.a1.id("tenant");
    let from = line(&admin, &tenant, "From").await;
    take(&admin, &from, "pack", json!({"pack": "ecommerce", "language": "en"})).await;
    let queues = async |line: &str, tenant: &str| {
        let all = admin.read(&format!("/api/v1/queues?tenant={tenant}")).await;
        let own = all.as_array().into_iter().flatten().filter(|q| q["line"] == json!(line)).cloned();
        own.map(|q| (q["name"].as_str().unwrap_or("").to_owned(), q))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let made = queues(&from, &tenant).await;
    let id = |name: &str| made[name]["id"].clone();
    let (hers, elsewhere) = (house.person("agent@A").user.clone(), house.person("agent@A1").user.clone());
    let rules = json!({
        "hours": "line", "seats": [hers], "work": "mail", "last_agent_keep_ms": 1_000, "repeat_keep_ms": 2_000,
        "stages": [{"after_ms": 0, "crew": "seats"}, {"after_ms": 10_000, "crew": "members"},
            {"after_ms": 20_000, "crew": "teams", "teams": [house.a1.id("team")]},
            {"after_ms": 30_000, "crew": "queue", "queue": id("Complaints")},
            {"after_ms": 40_000, "crew": "queue", "queue": house.a1.id("queue")}],
    });
    let path = format!("/api/v1/queues/{}", id("Returns and refunds").as_str().expect("an id"));
    let r = admin.ask(Method::PATCH, &path, Some(json!({"rules": rules}))).await;
    assert_eq!(r.status, 200, "{}", r.text);
    // A choice of the form leads to a queue of the line.
    let inboxes = admin.read(&format!("/api/v1/inboxes?tenant={tenant}")).await;
    let inbox =
        inboxes["items"].as_array().into_iter().flatten().find(|i| i["line"] == json!(from)).expect("it");
    let mut config = inbox["config"].clone();
    config["widget"]["prechat"]["fields"] = json!([{"key": "topic", "kind": "choice", "label_zh": "类型", "label_en": "Topic",
        "required": false, "options": [{"value": "c", "label_zh": "投诉", "label_en": "Complaint", "queue": id("Complaints")}]}]);
    let path = format!("/api/v1/inboxes/{}", inbox["id"].as_str().expect("an id"));
    let r = admin.ask(Method::PATCH, &path, Some(json!({"config": config}))).await;
    assert_eq!(r.status, 200, "{}", r.text);

    // To another line of the client: the same, but that what named queues of the line names their likes.
    let to = line(&admin, &tenant, "To").await;
    let told = take(&admin, &to, "copy", json!({"from": from})).await;
    assert!(told.iter().all(|b| b["remarks"] == json!([])), "{told:?}");
    let (old, new) =
        (look(&admin, &tenant, &from).await.to_string(), look(&admin, &tenant, &to).await.to_string());
    let copied = queues(&to, &tenant).await;
    let mut as_there = old;
    for (name, q) in &made {
        as_there =
            as_there.replace(q["id"].as_str().expect("an id"), copied[name]["id"].as_str().expect("an id"));
    }
    assert_eq!(new, as_there);
    assert!(new.contains(&hers) && new.contains(copied["Complaints"]["id"].as_str().expect("an id")));

    // To another client: what has no like there stays behind, and that is told.
    let (foreign, b) = (house.b1.id("tenant"), line(&admin, &house.b1.id("tenant"), "Far").await);
    let told = take(&admin, &b, "copy", json!({"from": from})).await;
    let remarks = told.iter().find(|p| p["key"] == "queues").expect("queues")["remarks"].clone();
    assert_eq!(remarks.as_array().map(Vec::len), Some(2), "{remarks}");
    let far = queues(&b, &foreign).await["Returns and refunds"]["rules"].clone();
    assert_eq!(
        (&far["seats"], &far["work"], &far["last_agent_keep_ms"]),
        (&json!([]), &json!("mail"), &json!(1_000))
    );
    let crews: Vec<&Value> = far["stages"].as_array().into_iter().flatten().map(|s| &s["crew"]).collect();
    assert_eq!(crews, ["members", "teams", "queue"], "{far}");
    let whole = look(&admin, &foreign, &b).await.to_string();
    for name in [hers, elsewhere, house.a1.id("queue"), id("Complaints").as_str().expect("an id").to_owned()]
    {
        assert!(!whole.contains(&name), "nothing of client A is named there");
    }
    house.end().await;
}
