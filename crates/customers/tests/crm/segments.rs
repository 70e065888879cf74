//! A segment holds exactly those whom somebody who looks at every contact would pick.

use crate::desk::{Desk, on_both, text};
use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::SeededRng;

/// What a condition means of a contact, worked out without the store.
type Meaning = Box<dyn Fn(&Known) -> bool>;

/// What the test itself knows of a contact it made.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    name: String,
    tier: Option<&'static str>,
    tags: Vec<&'static str>,
    points: Option<i64>,
    joined: Option<&'static str>,
    mail: bool,
    marketing: Option<bool>,
}

const NAMES: [&str; 5] = ["王小明", "Li Wei", "李雷", "ＷＡＮＧ Min", "Zoë"];
const TIERS: [Option<&str>; 3] = [None, Some("金卡"), Some("银卡")];
const TAGS: [&str; 3] = ["老客户", "vip", "投诉"];
const DAYS: [Option<&str>; 3] = [None, Some("2025-01-31"), Some("2026-03-04")];

async fn people(desk: &Desk, dice: &SeededRng) -> Vec<Known> {
    for (key, kind) in [("points", "number"), ("joined", "date")] {
        let asked =
            json!({ "tenant": desk.tenant, "key": key, "label_en": key, "label_zh": key, "kind": kind });
        desk.post("/attributes", asked).await;
    }
    let mut out = vec![];
    for i in 0..60 {
        let mut k = Known {
            id: String::new(),
            name: dice.pick(&NAMES).to_string(),
            tier: *dice.pick(&TIERS),
            tags: TAGS.into_iter().filter(|_| dice.below(2) == 1).collect(),
            points: (dice.below(3) > 0).then(|| dice.below(200) as i64 - 50),
            joined: *dice.pick(&DAYS),
            mail: dice.below(2) == 1,
            marketing: [None, Some(true), Some(false)][dice.below(3) as usize],
        };
        let mut attributes = json!({});
        if let Some(p) = k.points {
            attributes["points"] = json!(p.to_string());
        }
        if let Some(d) = k.joined {
            attributes["joined"] = json!(d);
        }
        let handles =
            if k.mail { json!([{ "kind": "email", "value": format!("p{i}@shop.cn") }]) } else { json!([]) };
        let asked = json!({ "name": k.name, "tier": k.tier, "tags": k.tags, "attributes": attributes, "handles": handles });
        k.id = desk.contact(asked).await;
        if let Some(given) = k.marketing {
            let said = json!({ "topic": "marketing", "given": given, "source": "表单" });
            let path = format!("/contacts/{}/consents", k.id);
            let (status, _) = desk.call(&desk.admin, "POST", &path, said).await;
            assert_eq!(status, StatusCode::NO_CONTENT);
        }
        out.push(k);
    }
    out
}

/// A condition, and what it means to somebody who looks at the contact.
type Question = (Value, Box<dyn Fn(&Known) -> bool>);

fn question(dice: &SeededRng) -> Question {
    let tag = *dice.pick(&TAGS);
    let n = dice.below(150) as i64 - 20;
    match dice.below(12) {
        0 => (json!({ "field": "tag", "op": "is", "value": tag }), Box::new(move |k| k.tags.contains(&tag))),
        1 => (
            json!({ "field": "tag", "op": "is_not", "value": tag }),
            Box::new(move |k| !k.tags.contains(&tag)),
        ),
        2 => (json!({ "field": "tag", "op": "unset" }), Box::new(|k| k.tags.is_empty())),
        3 => (json!({ "field": "tier", "op": "is", "value": "金卡" }), Box::new(|k| k.tier == Some("金卡"))),
        4 => (
            json!({ "field": "tier", "op": "is_not", "value": "金卡" }),
            Box::new(|k| k.tier != Some("金卡")),
        ),
        5 => (
            json!({ "field": "attribute", "op": "above", "key": "points", "value": n.to_string() }),
            Box::new(move |k| k.points.is_some_and(|p| p > n)),
        ),
        6 => (
            json!({ "field": "attribute", "op": "before", "key": "joined", "value": "2026-01-01" }),
            Box::new(|k| k.joined == Some("2025-01-31")),
        ),
        7 => (
            json!({ "field": "attribute", "op": "unset", "key": "joined" }),
            Box::new(|k| k.joined.is_none()),
        ),
        8 => (
            json!({ "field": "handle", "op": "ends", "key": "email", "value": "@shop.cn" }),
            Box::new(|k| k.mail),
        ),
        9 => (
            json!({ "field": "name", "op": "contains", "value": "ｗａｎｇ" }),
            Box::new(|k| k.name.starts_with('Ｗ')),
        ),
        10 => (
            json!({ "field": "consent", "op": "is", "key": "marketing", "value": "refused" }),
            Box::new(|k| k.marketing == Some(false)),
        ),
        _ => (json!({ "field": "created", "op": "within", "value": "3" }), Box::new(|_| true)),
    }
}

#[test]
fn a_segment_holds_whom_somebody_who_looks_at_each_would_pick() {
    on_both(async |desk: Desk| {
        let dice = SeededRng::new(7);
        let people = people(&desk, &dice).await;
        for round in 0..60 {
            let (mut groups, mut meant): (Vec<Value>, Vec<Meaning>) = (vec![], vec![]);
            for _ in 0..1 + dice.below(3) {
                let all = dice.below(2) == 1;
                let not = dice.below(4) == 0;
                let some: Vec<Question> = (0..1 + dice.below(3)).map(|_| question(&dice)).collect();
                let join = if all { "all" } else { "any" };
                let conditions: Vec<&Value> = some.iter().map(|q| &q.0).collect();
                groups.push(json!({ "join": join, "not": not, "conditions": conditions }));
                meant.push(Box::new(move |k| {
                    let mut each = some.iter().map(|q| q.1(k));
                    (if all { each.all(|x| x) } else { each.any(|x| x) }) != not
                }));
            }
            let all = dice.below(2) == 1;
            let filter = json!({ "join": if all { "all" } else { "any" }, "groups": groups });
            let picked = |k: &&Known| {
                if all { meant.iter().all(|m| m(k)) } else { meant.iter().any(|m| m(k)) }
            };
            let mut want: Vec<&str> = people.iter().filter(picked).map(|k| k.id.as_str()).collect();
            want.reverse();
            let mut got = vec![];
            let mut cursor = Value::Null;
            loop {
                let asked = json!({ "tenant": desk.tenant, "filter": filter, "cursor": cursor, "limit": 7 });
                let page = desk.post("/contacts/find", asked).await;
                got.extend(page["items"].as_array().expect("items").iter().map(|c| text(&c["id"])));
                cursor = page["next"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            assert_eq!(got, want, "round {round}: {filter}");
            let counted =
                desk.post("/contacts/count", json!({ "tenant": desk.tenant, "filter": filter })).await;
            assert_eq!((&counted["count"], &counted["exact"]), (&json!(want.len()), &json!(true)));
        }
    });
}

#[test]
fn segments_are_kept_changed_counted_and_removed() {
    on_both(async |desk: Desk| {
        let id = desk.contact(json!({ "name": "周敏", "tags": ["vip"] })).await;
        desk.contact(json!({ "name": "李雷" })).await;
        let vip = json!({ "join": "all", "groups": [{ "join": "all",
            "conditions": [{ "field": "tag", "op": "is", "value": "vip" }] }] });
        let asked = json!({ "tenant": desk.tenant, "name": "重点客户", "filter": vip });
        let made = desk.post("/segments", asked.clone()).await;
        let path = format!("/segments/{}", text(&made["id"]));
        let (status, problem) = desk.call(&desk.admin, "POST", "/segments", asked).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("segment.name_taken")));
        let held = desk.get(&format!("{path}/contacts")).await;
        assert_eq!((held["items"].as_array().map(Vec::len), &held["items"][0]["id"]), (Some(1), &json!(id)));
        assert_eq!(desk.post(&format!("{path}/count"), Value::Null).await["count"], json!(1));
        let around = desk.get(&format!("/contacts/{id}/around")).await;
        assert_eq!(around["segments"][0]["name"], json!("重点客户"));
        let wrong = json!({ "filter": { "join": "all", "groups": [{ "join": "all",
            "conditions": [{ "field": "attribute", "op": "is", "key": "nope", "value": "x" }] }] } });
        let (status, problem) = desk.call(&desk.admin, "PATCH", &path, wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let (status, _) = desk.call(&desk.admin, "DELETE", &path, Value::Null).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let (status, _) = desk.call(&desk.admin, "GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn many_contacts_are_tagged_at_once() {
    on_both(async |desk: Desk| {
        let a = desk.contact(json!({ "name": "甲一", "tags": ["旧"] })).await;
        let b = desk.contact(json!({ "name": "甲二" })).await;
        let asked = json!({ "tenant": desk.tenant, "contacts": [a, b], "add": ["回访"], "remove": ["旧"] });
        assert_eq!(desk.post("/contacts/tags", asked.clone()).await["changed"], json!(2));
        assert_eq!(desk.post("/contacts/tags", asked).await["changed"], json!(0));
        for id in [&a, &b] {
            assert_eq!(desk.get(&format!("/contacts/{id}")).await["tags"], json!(["回访"]));
        }
        let foreign = json!({ "tenant": desk.tenant, "contacts": [a, "123"], "add": ["x"] });
        let (status, _) = desk.call(&desk.admin, "POST", "/contacts/tags", foreign).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}
