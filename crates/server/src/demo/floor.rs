//! What is on the floor of the demonstration besides its conversations: rules and lists before the first day, and today's
//! deeds in order of time: a briefing, notices, breaks, raised hands, a handover.

use super::cast::{self, Part};
use super::house::Made;
use axum::http::Method;
use kernel::{Error, Millis, Result, UserId};
use platform::App;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// `floor.json`; what is `Value` goes to the interface as it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    break_kinds: Vec<Value>,
    clients: BTreeMap<String, Client>,
    cast: Vec<Part>,
    hands: Vec<Hand>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    targets: BTreeMap<String, Value>,
    surveys: BTreeMap<String, Value>,
    thresholds: Vec<Value>,
    words: Vec<Value>,
    attributes: Vec<Value>,
    organisations: Vec<Value>,
    contacts: BTreeMap<String, Known>,
    added_contacts: Vec<Value>,
    relations: Vec<Relation>,
    segments: Vec<Value>,
    blocks: Vec<Block>,
    announcements: Vec<Announcement>,
    briefings: Vec<Briefing>,
    handovers: Vec<Handover>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    patch: Value,
    /// What they agreed to, or not: (topic, did they, where they said so).
    #[serde(default)]
    consents: Vec<(String, bool, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Relation {
    of: String,
    other: String,
    kind: String,
    note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    contact: Option<String>,
    kind: Option<String>,
    value: Option<String>,
    by: String,
    reason: String,
    days: Option<i64>,
    agree: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Announcement {
    title: String,
    body: String,
    by: String,
    minutes_ago: i64,
    hours: i64,
    readers: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Briefing {
    line: String,
    title: String,
    by: String,
    minutes_ago: i64,
    present: Vec<String>,
    acknowledged: Vec<String>,
    points: Value,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handover {
    line: String,
    from: String,
    to: String,
    minutes_ago: i64,
    note: String,
    comments: BTreeMap<String, String>,
    /// Has who received it signed too?
    #[serde(default)]
    countersigned: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hand {
    who: String,
    contact: String,
    minutes_ago: i64,
    reason: String,
}

/// Something that somebody does today.
pub(super) struct Deed(What);

enum What {
    Enter { who: String, state: String },
    Pause { who: String, kind: String },
    Raise(Hand),
    Publish { client: String, one: Announcement, until: Millis },
    Brief { client: String, one: Briefing, day: String },
    HandOver { client: String, one: Handover },
}

fn read() -> Result<Floor> {
    serde_json::from_str(include_str!("../../demo/floor.json"))
        .map_err(|e| Error::internal("demo/floor.json").cause(e))
}

/// Who is at work without a browser.
pub(super) fn cast() -> Result<Vec<Part>> {
    Ok(read()?.cast)
}

/// The rules and lists that stand before the first conversation.
pub(super) async fn prepare(made: &Made) -> Result<()> {
    let floor = read()?;
    for kind in floor.break_kinds {
        made.admin.post("/api/v1/break-kinds", kind).await?;
    }
    for (key, client) in floor.clients {
        let tenant = made.id(&format!("tenant:{key}"))?;
        let lines = [("target", client.targets), ("survey", client.surveys)];
        for (what, by_line) in lines {
            for (line, body) in by_line {
                let path = format!("/api/v1/lines/{}/{what}", made.id(&format!("line:{key}/{line}"))?);
                made.admin.call(Method::PUT, &path, Some(body)).await?;
            }
        }
        let lists = [
            ("word-lists", client.words),
            ("attributes", client.attributes),
            ("organisations", client.organisations),
            ("segments", client.segments),
        ];
        for (path, bodies) in lists {
            for mut body in bodies {
                body["tenant"] = json!(tenant);
                made.admin.post(&format!("/api/v1/{path}"), body).await?;
            }
        }
    }
    Ok(())
}

/// What people do today, each with its moment.
pub(super) fn deeds(now: Millis, today: &str) -> Result<Vec<(Millis, Deed)>> {
    let floor = read()?;
    let mut deeds = vec![];
    let mut add = |minutes: i64, what| deeds.push((now - minutes * MINUTE, Deed(what)));
    for part in floor.cast {
        for turn in part.states {
            add(turn.minutes_ago, What::Enter { who: part.who.clone(), state: turn.state });
        }
        if let Some(p) = part.pause {
            add(p.minutes_ago, What::Pause { who: part.who, kind: p.kind });
        }
    }
    for hand in floor.hands {
        add(hand.minutes_ago, What::Raise(hand));
    }
    for (client, c) in floor.clients {
        for one in c.announcements {
            let until = now + one.hours * HOUR - one.minutes_ago * MINUTE;
            add(one.minutes_ago, What::Publish { client: client.clone(), one, until });
        }
        for one in c.briefings {
            add(one.minutes_ago, What::Brief { client: client.clone(), one, day: today.to_owned() });
        }
        for one in c.handovers {
            add(one.minutes_ago, What::HandOver { client: client.clone(), one });
        }
    }
    Ok(deeds)
}

/// Does it.
pub(super) async fn act(app: &App, made: &Made, deed: &Deed) -> Result<()> {
    match &deed.0 {
        What::Enter { who, state } => {
            let id = made.id(&format!("user:{who}"))?.parse();
            let user = UserId(id.map_err(|_| Error::internal(format!("the id of {who}")))?);
            made.seats.lock().add(app, user);
            cast::enter(made.person(who)?, state).await
        }
        What::Pause { who, kind } => cast::ask(made.person(who)?, kind).await,
        What::Raise(hand) => raise(made, hand).await,
        What::Publish { client, one, until } => publish(made, client, one, *until).await,
        What::Brief { client, one, day } => brief(made, client, one, day).await,
        What::HandOver { client, one } => hand_over(made, client, one).await,
    }
}

async fn raise(made: &Made, hand: &Hand) -> Result<()> {
    let person = made.person(&hand.who)?;
    let mine = person.get("/api/v1/conversations?view=mine&limit=50").await?;
    let rows = mine["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(row) = rows.iter().find(|r| r["contact"]["name"] == hand.contact.as_str()) else {
        return Err(Error::internal(format!("{} does not serve {}", hand.who, hand.contact)));
    };
    let path = format!("/api/v1/conversations/{}/hand", row["id"].as_str().unwrap_or_default());
    person.post(&path, json!({"reason": hand.reason})).await.map(|_| ())
}

async fn publish(made: &Made, client: &str, one: &Announcement, until: Millis) -> Result<()> {
    let body = json!({
        "tenant": made.id(&format!("tenant:{client}"))?, "title": one.title, "body": one.body, "must_read": true,
        "until_at": until,
    });
    let made_one = made.person(&one.by)?.post("/api/v1/announcements", body).await?;
    let path = format!("/api/v1/announcements/{}/read", made_one["id"].as_str().unwrap_or_default());
    for reader in &one.readers {
        made.person(reader)?.post(&path, json!({})).await?;
    }
    Ok(())
}

async fn brief(made: &Made, client: &str, one: &Briefing, day: &str) -> Result<()> {
    let by = made.person(&one.by)?;
    let line = made.id(&format!("line:{client}/{}", one.line))?;
    let body = json!({"line": line, "day": day, "title": one.title, "points": one.points});
    let sheet = by.post("/api/v1/briefings", body).await?;
    let path = format!("/api/v1/briefings/{}", sheet["id"].as_str().unwrap_or_default());
    let ids =
        |keys: &[String]| keys.iter().map(|k| made.id(&format!("user:{k}"))).collect::<Result<Vec<_>>>();
    by.post(&format!("{path}/sign"), json!({"present": ids(&one.present)?})).await?;
    for reader in &one.acknowledged {
        made.person(reader)?.post(&format!("{path}/acknowledge"), json!({})).await?;
    }
    Ok(())
}

async fn hand_over(made: &Made, client: &str, one: &Handover) -> Result<()> {
    let from = made.person(&one.from)?;
    let line = made.id(&format!("line:{client}/{}", one.line))?;
    let body = json!({"line": line, "to": made.id(&format!("user:{}", one.to))?, "note": one.note});
    let sheet = from.post("/api/v1/handovers", body).await?;
    let path = format!("/api/v1/handovers/{}", sheet["id"].as_str().unwrap_or_default());
    let mine = from.get("/api/v1/conversations?view=mine&limit=50").await?;
    let rows = mine["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let said = |r: &Value| {
        let comment = one.comments.get(r["contact"]["name"].as_str()?)?;
        Some(json!({"conversation": r["id"], "comment": comment}))
    };
    let items: Vec<Value> = rows.iter().filter_map(said).collect();
    from.call(Method::PATCH, &path, Some(json!({"items": items}))).await?;
    from.post(&format!("{path}/sign"), json!({})).await?;
    if one.countersigned {
        made.person(&one.to)?.post(&format!("{path}/countersign"), json!({})).await?;
    }
    Ok(())
}

/// What is known of contacts, once everybody has been here: names, firms, relations, the block list, and the thresholds,
/// which watch from now on.
pub(super) async fn finish(made: &Made, now: Millis) -> Result<()> {
    for (key, client) in read()?.clients {
        let tenant = made.id(&format!("tenant:{key}"))?;
        for mut threshold in client.thresholds {
            let line = threshold["line"].as_str().unwrap_or_default();
            threshold["line"] = json!(made.id(&format!("line:{key}/{line}"))?);
            made.admin.post("/api/v1/thresholds", threshold).await?;
        }
        for mut contact in client.added_contacts {
            contact["tenant"] = json!(tenant);
            made.admin.post("/api/v1/contacts", contact).await?;
        }
        let firms = made.admin.get(&format!("/api/v1/organisations?tenant={tenant}")).await?;
        for (name, known) in client.contacts {
            let mut patch = known.patch;
            if let Some(firm) = patch["organisation"].as_str() {
                patch["organisation"] = named(&firms, firm)?["id"].clone();
            }
            let id = find(made, tenant, &name).await?;
            made.admin.call(Method::PATCH, &format!("/api/v1/contacts/{id}"), Some(patch)).await?;
            for (topic, given, source) in known.consents {
                let body = json!({"topic": topic, "given": given, "source": source});
                made.admin.post(&format!("/api/v1/contacts/{id}/consents"), body).await?;
            }
        }
        for r in client.relations {
            let (of, other) = (find(made, tenant, &r.of).await?, find(made, tenant, &r.other).await?);
            let body = json!({"other": other, "kind": r.kind, "note": r.note});
            made.admin.post(&format!("/api/v1/contacts/{of}/relations"), body).await?;
        }
        for b in client.blocks {
            block(made, tenant, b, now).await?;
        }
        let segments = made.admin.get(&format!("/api/v1/segments?tenant={tenant}")).await?;
        for segment in segments["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let id = segment["id"].as_str().unwrap_or_default();
            made.admin.post(&format!("/api/v1/segments/{id}/count"), json!({})).await?;
        }
        made.admin.post("/api/v1/duplicates/scan", json!({"tenant": tenant})).await?;
    }
    Ok(())
}

async fn block(made: &Made, tenant: &str, b: Block, now: Millis) -> Result<()> {
    let contact = match &b.contact {
        Some(name) => Some(find(made, tenant, name).await?),
        None => None,
    };
    let mut body = json!({"tenant": tenant, "reason": b.reason, "expires_at": b.days.map(|d| now + d * DAY)});
    match contact {
        Some(id) => body["contact"] = json!(id),
        None => (body["kind"], body["value"]) = (json!(b.kind), json!(b.value)),
    }
    let asked = made.person(&b.by)?.post("/api/v1/blocks", body).await?;
    let Some(agree) = &b.agree else { return Ok(()) };
    let path = format!("/api/v1/blocks/{}/decision", asked["id"].as_str().unwrap_or_default());
    made.person(agree)?.post(&path, json!({"agree": true})).await.map(|_| ())
}

fn named<'a>(page: &'a Value, name: &str) -> Result<&'a Value> {
    let all = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().find(|i| i["name"] == name).ok_or_else(|| Error::internal(format!("there is no {name}")))
}

/// The first contact of this name.
async fn find(made: &Made, tenant: &str, name: &str) -> Result<String> {
    let group = json!({"join": "all", "conditions": [{"field": "name", "op": "is", "value": name}]});
    let body = json!({"tenant": tenant, "filter": {"join": "all", "groups": [group]}});
    let found = made.admin.post("/api/v1/contacts/find", body).await?;
    Ok(named(&found, name)?["id"].as_str().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floors_data_names_people_who_are_there() {
        let (floor, house) = (read().expect("reads"), super::super::data::house().expect("reads"));
        let known = |key: &String| house.users.iter().any(|u| u.key == *key && u.login == *key);
        assert!(floor.cast.iter().all(|p| known(&p.who)));
        assert!(floor.hands.iter().all(|h| known(&h.who)));
        // Work that a visitor waits for is never offered to them.
        let skilled = |key: &str| house.users.iter().any(|u| u.key == key && !u.skills.is_empty());
        assert!(!floor.cast.iter().any(|p| skilled(&p.who)));
        for client in floor.clients.values() {
            assert!(client.announcements.iter().all(|a| a.readers.iter().chain([&a.by]).all(known)));
            assert!(client.briefings.iter().all(|b| b.present.iter().chain(&b.acknowledged).all(known)));
        }
    }
}
