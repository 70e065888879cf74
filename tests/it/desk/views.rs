//! Views: what the server finds by its walks is what asking every conversation finds, in the same order, page by page.

use super::{House, Person, Value, conversation, json, text};
use reqwest::Method;

/// Numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

/// Forty conversations on two lines in all sorts of states.
async fn fill(house: &House, dice: &mut Dice) {
    for n in 0..40 {
        let place = if dice.roll(3) == 0 { &house.a2 } else { &house.a1 };
        let who = house.person(if place.name == "A1" { "agent@A1" } else { "agent@A2" });
        let c = conversation(who, place, &format!("View {n}")).await;
        let at = |what: &str| format!("/api/v1/conversations/{c}/{what}");
        for tag in ["red", "green", "blue"] {
            if dice.roll(3) == 0 {
                who.make(&at("tags"), json!({"add": [tag]})).await;
            }
        }
        let priority = ["low", "normal", "high", "urgent"][dice.roll(4)];
        who.make(&at("priority"), json!({"priority": priority})).await;
        if dice.roll(2) == 0 {
            who.make(&at("category"), json!({"category": place.id("category")})).await;
        }
        let say = json!({"client_id": format!("v{n}"), "mode": "reply", "body": format!("word{}", dice.roll(4)), "seen_seq": 99});
        who.make(&at("messages"), say).await;
        match dice.roll(5) {
            0 => drop(who.make(&at("resolve"), json!({})).await),
            1 => {
                let until = house.running.app().now() + 3_600_000 * (1 + dice.roll(50) as i64);
                who.make(&at("snooze"), json!({"until": until})).await;
            }
            2 => drop(who.make(&at("assign"), json!({"user": null})).await),
            _ => {}
        }
    }
}

/// Everything the reader may list, row by row.
async fn everything(who: &Person) -> Vec<Value> {
    let (mut all, mut cursor) = (vec![], String::new());
    loop {
        let page = who.read(&format!("/api/v1/conversations?view=all&limit=100{cursor}")).await;
        all.extend(page["items"].as_array().into_iter().flatten().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// The oracle: asks one row, as plainly as can be, from what the list shows of it.
fn holds(c: &Value, r: &Value, me: &str, now: i64) -> bool {
    let values: Vec<&str> = c["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let held = |v: &Value| v.as_str().map(str::to_owned);
    let assignee = held(&r["assignee"]["id"]);
    let any = |mine: Option<String>| {
        values.iter().any(|v| match *v {
            "none" => mine.is_none(),
            "me" => mine.as_deref() == Some(me),
            v => mine.as_deref() == Some(v),
        })
    };
    let minutes = || values[0].parse::<i64>().unwrap_or(0) * 60_000;
    let inside = match c["field"].as_str().unwrap_or("") {
        "assignee" => any(assignee),
        "tag" => {
            let tags: Vec<&str> =
                r["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            values.iter().any(|v| tags.contains(v))
        }
        "text" => {
            let text = r["last"]["text"].as_str().unwrap_or("").to_lowercase();
            text.contains(values[0])
                || r["contact"]["name"].as_str().unwrap_or("").to_lowercase().contains(values[0])
        }
        "unread" => (r["unread"].as_i64().unwrap_or(0) > 0) == (values[0] == "yes"),
        "wakes" => r["snoozed_until"].as_i64().is_some_and(|t| match c["op"].as_str() {
            Some("at_most") => t - now <= minutes(),
            _ => t - now >= minutes(),
        }),
        field => any(held(&r[field])),
    };
    if c["op"] == "not_in" { !inside } else { inside }
}

fn matches(f: &Value, r: &Value, me: &str, now: i64) -> bool {
    let joined = |how: &Value, all: Vec<bool>| match how.as_str() {
        Some("any") => all.iter().any(|b| *b),
        _ => all.iter().all(|b| *b),
    };
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let mut all: Vec<bool> = list(&f["conditions"]).iter().map(|c| holds(c, r, me, now)).collect();
    for g in list(&f["groups"]) {
        all.push(joined(&g["join"], list(&g["conditions"]).iter().map(|c| holds(c, r, me, now)).collect()));
    }
    all.is_empty() || joined(&f["join"], all)
}

fn condition(dice: &mut Dice, house: &House) -> Value {
    let c = |field: &str, op: &str, values: Value| json!({"field": field, "op": op, "values": values});
    let op = ["in", "not_in"][dice.roll(2)];
    let status = ["open", "snoozed", "resolved"];
    match dice.roll(10) {
        0 => c("status", op, json!([status[dice.roll(3)]])),
        1 => c("status", op, json!([status[dice.roll(3)], status[dice.roll(3)]])),
        2 => c("assignee", op, json!([(["me", "none"][dice.roll(2)])])),
        3 => c("assignee", op, json!([house.a1.id("user"), house.a2.id("user")])),
        4 => c("tag", op, json!([(["red", "green", "blue"][dice.roll(3)])])),
        5 => c("priority", op, json!([(["low", "high", "urgent"][dice.roll(3)])])),
        6 => c("category", op, json!([house.a1.id("category"), "none"])),
        7 => c("line", op, json!([house.a1.id("line")])),
        8 => c("text", "contains", json!([format!("word{}", dice.roll(4))])),
        _ => {
            c("wakes", ["at_most", "at_least"][dice.roll(2)], json!([(dice.roll(50) * 60 + 30).to_string()]))
        }
    }
}

fn filter(dice: &mut Dice, house: &House) -> Value {
    let some = |dice: &mut Dice, from, n| {
        (0..from + dice.roll(n)).map(|_| condition(dice, house)).collect::<Vec<_>>()
    };
    let join = |dice: &mut Dice| ["all", "any"][dice.roll(2)];
    let conditions = some(dice, 0, 3);
    let groups: Vec<Value> =
        (0..dice.roll(2)).map(|_| json!({"join": join(dice), "conditions": some(dice, 1, 2)})).collect();
    json!({"join": join(dice), "conditions": conditions, "groups": groups})
}

/// All rows of a filter, in pages of seven, by id.
async fn found(who: &Person, filter: &Value, order: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (vec![], Value::Null);
    for _ in 0..100 {
        let body = json!({"filter": filter, "order": order, "cursor": cursor, "limit": 7});
        let page = who.make("/api/v1/views/try", body).await;
        all.extend(page["items"].as_array().into_iter().flatten().cloned());
        cursor = page["next"].clone();
        if cursor.is_null() {
            return all;
        }
    }
    panic!("the pages of {filter} do not end");
}

/// What comes first, as the list's order is said in words.
fn rank(r: &Value, order: &str) -> (i64, i64) {
    let at = |v: &Value| v.as_i64();
    let last = r["last"]["at"].as_i64().or(at(&r["created_at"])).unwrap_or(0);
    if order == "recent" {
        return (0, -last);
    }
    match r["status"].as_str() {
        Some("resolved") => (5, -last),
        Some("snoozed") => (4, -last),
        _ => match (at(&r["woke_at"]).or(at(&r["due_at"])), at(&r["waiting_since"])) {
            (Some(due), _) => (0, due),
            (None, Some(since)) => (1, since),
            _ => (3, -last),
        },
    }
}

pub(super) async fn all(house: &House) {
    let mut dice = Dice(20_261_129);
    fill(house, &mut dice).await;
    house.settle().await;
    let (supervisor, agent) = (house.person("supervisor@A"), house.person("agent@A1"));
    let everything = everything(supervisor).await;
    assert!(everything.len() > 40, "{}", everything.len());
    let mut kept = 0;
    for n in 0..80 {
        let f = filter(&mut dice, house);
        let order = ["due", "recent"][n % 2];
        let now = house.running.app().now();
        let got = found(supervisor, &f, order).await;
        let ranks: Vec<_> = got.iter().map(|r| rank(r, order)).collect();
        assert!(ranks.is_sorted(), "{f} {order}: {ranks:?}");
        let mut got: Vec<&str> = got.iter().filter_map(|r| r["id"].as_str()).collect();
        let wanted = everything.iter().filter(|r| matches(&f, r, &supervisor.user, now));
        let mut wanted: Vec<&str> = wanted.filter_map(|r| r["id"].as_str()).collect();
        kept += wanted.len();
        got.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(got, wanted, "{f} {order}");
        // Who sees a part of the lines sees that part of the view.
        let part = found(agent, &f, order).await;
        let line = house.a1.id("line");
        let fits = |r: &Value| {
            let own = r["assignee"]["id"] == agent.user.as_str() || r["queued_at"].is_i64();
            r["line"] == line.as_str() && own && matches(&f, r, &agent.user, now)
        };
        let wanted = everything.iter().filter(|r| fits(r)).count();
        let got = part.iter().filter(|r| everything.iter().any(|e| e["id"] == r["id"])).count();
        assert!(part.iter().all(|r| r["line"] == line.as_str()), "{f}");
        assert!(got <= wanted, "{f}: {got} of {wanted}");
    }
    assert!(kept > 200, "the filters must find something: {kept}");
    saved(house).await;
}

/// Saved views: one's own, shared ones, counts, and who may change them.
async fn saved(house: &House) {
    let (agent, supervisor) = (house.person("agent@A1"), house.person("supervisor@A1"));
    let red = json!({"conditions": [{"field": "tag", "op": "in", "values": ["red"]}]});
    let view =
        |name: &str| json!({"name": name, "filter": red, "order": "recent", "columns": ["tags", "number"]});
    let own = agent.make("/api/v1/views", json!({"view": view("Mine")})).await;
    let audience = json!({"tenant": house.a1.id("tenant"), "line": house.a1.id("line")});
    let shared = json!({"audience": audience, "view": view("Ours")});
    assert_eq!(agent.post("/api/v1/views", shared.clone()).await.status, 403);
    let shared = supervisor.make("/api/v1/views", shared).await;
    let names = async |who: &Person| {
        let all = who.read("/api/v1/views").await;
        all["items"].as_array().into_iter().flatten().map(|v| text(v, "name")).collect::<Vec<_>>()
    };
    assert!(names(agent).await.contains(&"Mine".into()) && names(agent).await.contains(&"Ours".into()));
    assert!(!names(supervisor).await.contains(&"Mine".into()));
    assert!(!names(house.person("agent@A2")).await.contains(&"Ours".into()));
    let path = format!("/api/v1/views/{}", text(&own, "id"));
    assert_eq!(supervisor.get(&format!("{path}/conversations")).await.status, 404);
    let list = agent.read(&format!("{path}/conversations?limit=100")).await;
    let n = list["items"].as_array().map_or(0, Vec::len);
    let counts = agent.read("/api/v1/views/counts").await;
    let count =
        counts["items"].as_array().into_iter().flatten().find(|c| c["view"] == own["id"]).expect("counted");
    assert_eq!((count["count"].as_i64(), &count["more"]), (Some(n as i64), &json!(false)), "{counts}");
    let change = json!({"view": view("Mine too"), "place": 3});
    assert_eq!(agent.ask(Method::PUT, &path, Some(change.clone())).await.status, 200);
    let other = format!("/api/v1/views/{}", text(&shared, "id"));
    assert_eq!(agent.ask(Method::PUT, &other, Some(change)).await.status, 403);
    for bad in [
        json!({"field": "status", "op": "in", "values": ["x"]}),
        json!({"field": "queue", "op": "in", "values": ["1 OR 1"]}),
    ] {
        let body = json!({"filter": {"conditions": [bad]}});
        let r = agent.post("/api/v1/views/try", body).await;
        assert_eq!((r.status, r.code()), (422, "view.unfit"), "{}", r.text);
    }
    assert_eq!(agent.ask(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(agent.get(&format!("{path}/conversations")).await.status, 404);
}
