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
        assert!(lacking.iter().all(|p| p["ready"] == false && p["missing"] != ""), "{lacking:?}");
        let made = take(&admin, &new, "pack", json!({"pack": key, "language": "zh-CN"})).await;
        assert!(sum(&made, "made") > 20, "{made:?}");
        let again = take(&admin, &new, "pack", json!({"pack": key, "language": "zh-CN"})).await;
        assert_eq!(sum(&again, "made"), 0, "{again:?}");
        for p in parts(&admin, &new).await {
            // Only the sites on which a widget may stand cannot be known beforehand.
            let ready = p["ready"] == true || p["key"] == "inboxes";
            assert!(ready, "{p}");
        }
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
            assert!(there["queue"].is_string(), "its queue is the line's own: {there}");
        }
    }
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_sets_up_both_lines_copies_and_unknown_names_are_refused() {
    let house = House::on(Engine::Sqlite).await;
    let (a1, a2) = (house.a1.id("line"), house.a2.id("line"));
    let path = format!("/api/v1/lines/{a1}/copy");
    let r = house.person("administrator@A1").ask(Method::POST, &path, Some(json!({"from": a2}))).await;
    assert_eq!(r.status, 404, "{}", r.text);
    let r = house.person("supervisor@A").ask(Method::POST, &path, Some(json!({"from": a2}))).await;
    assert_eq!(r.status, 403, "{}", r.text);
    let r = house.admin.ask(Method::POST, &path, Some(json!({"from": a2, "parts": ["nonsense"]}))).await;
    assert_eq!(r.status, 422, "{}", r.text);
    let pack = format!("/api/v1/lines/{a1}/pack");
    let r = house.admin.ask(Method::POST, &pack, Some(json!({"pack": "nonsense"}))).await;
    assert_eq!(r.json["code"], "pack.unknown", "{}", r.text);
    house.end().await;
}
