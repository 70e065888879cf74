//! Routing through HTTP and sockets: rules of queues and who may set them, passing on, taking over, and why.

use crate::house::{House, Person, Socket, text};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

/// A socket of somebody, told everything.
async fn listening(house: &House, who: &str) -> Socket {
    let mut socket = house.socket(house.person(who)).await;
    socket.say(json!({ "op": "hello" })).await;
    socket.until(|f| f["op"] == "ready").await;
    socket
}

fn conversation(house: &House, rest: &str) -> String {
    format!("/api/v1/conversations/{}{rest}", house.a1.id("conversation"))
}

/// The rules of line A1's queue, and the answer to changing them.
async fn rules(house: &House, who: &str, rules: Value) -> (u16, String, Value) {
    let path = format!("/api/v1/queues/{}", house.a1.id("queue"));
    let r = house.person(who).ask(Method::PATCH, &path, Some(json!({ "rules": rules }))).await;
    (r.status, r.code().to_owned(), r.json)
}

async fn audited(house: &House, action: &str) -> Value {
    let path = format!("/api/v1/audit?tenant={}", house.a1.id("tenant"));
    let all = house.admin.read(&path).await;
    let found = all["items"].as_array().into_iter().flatten().find(|e| e["action"] == action);
    found.unwrap_or_else(|| panic!("{action} is not in the audit: {all}")).clone()
}

/// Why it went as it went, once that fits: the floor takes a moment after an answer.
async fn settled(house: &House, who: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut told = Value::Null;
    for _ in 0..200 {
        told = house.person(who).read(&conversation(house, "/offers")).await;
        if fits(&told) {
            return told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("never: {told}");
}

/// Accepts what rings at somebody.
async fn take(house: &House, who: &Person) {
    let ringing = who.read("/api/v1/reservations").await;
    let id = text(&ringing[0], "id");
    let r = who.post(&format!("/api/v1/reservations/{id}/accept"), json!({})).await;
    assert_eq!(r.status, 204, "{}", r.text);
    house.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_passed_on_taken_over_and_explained() {
    for engine in Engine::ALL {
        let house = House::on(engine).await;
        let agent = house.person("agent@A1");
        take(&house, agent).await;

        // Why: who sees the floor is told who else was considered, others only why this one.
        let told = settled(&house, "supervisor@A1", |t| t["now"].is_null()).await;
        let offer = &told["items"][0];
        assert_eq!((&offer["kind"], &offer["state"]), (&json!("offered"), &json!("accepted")), "{told}");
        assert_eq!(offer["agent"]["id"], json!(agent.user));
        assert!(offer["why"].as_array().is_some_and(|w| !w.is_empty()), "{told}");
        assert_eq!(offer["considered"][0]["verdict"], "offered");
        let less = house.person("developer@A1").read(&conversation(&house, "/offers")).await;
        assert_eq!(less["items"][0]["considered"], json!([]));
        let foreign = house.person("agent@B1").get(&conversation(&house, "/offers")).await;
        assert_eq!(foreign.status, 404);

        // Taking over: with the right and a reason; both sides hear it; it is recorded.
        let over = conversation(&house, "/take-over");
        assert_eq!(agent.post(&over, json!({ "reason": "me" })).await.status, 404, "without the right");
        let chief = house.person("supervisor@A1");
        assert_eq!(chief.post(&over, json!({ "reason": " " })).await.status, 422);
        let (mut hers, mut his) =
            (listening(&house, "agent@A1").await, listening(&house, "supervisor@A1").await);
        let r = chief.post(&over, json!({ "reason": "a threat" })).await;
        assert_eq!((r.status, &r.json["assignee"]["id"]), (200, &json!(chief.user)), "{}", r.text);
        for socket in [&mut hers, &mut his] {
            let theirs = |f: &Value| f["data"]["row"]["assignee"]["id"] == json!(chief.user);
            socket.until(|f| f["kind"] == "conversation.changed" && theirs(f)).await;
        }
        assert_eq!(chief.post(&over, json!({ "reason": "again" })).await.code(), "conversation.state");
        let entry = audited(&house, "conversation.taken_over").await;
        assert_eq!(entry["reason"], "a threat");
        let thread = chief.read(&conversation(&house, "/messages")).await;
        let line = thread["items"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|m| m["event"]["data"]["taken_over"] == true);
        let line = line.unwrap_or_else(|| panic!("no line in {thread}"));
        assert_eq!(line["event"]["data"]["reason"], "a threat");

        // Passing on by name: it rings there, and the summary is a note.
        let pass = conversation(&house, "/transfer");
        let away = json!({ "to": { "user": house.person("supervisor@A").user }, "reason": "x" });
        assert_eq!(chief.post(&pass, away).await.code(), "conversation.away");
        let to = json!({ "to": { "user": agent.user }, "reason": "yours", "summary": "calm now" });
        let r = chief.post(&pass, to).await;
        assert_eq!((r.status, &r.json["assignee"]), (200, &Value::Null), "{}", r.text);
        hers.until(|f| f["kind"] == "reservation.offered").await;
        let waits = chief.read(&conversation(&house, "/offers")).await;
        assert_eq!(waits["now"]["place"], 1, "what rings still has its place");
        assert_eq!(waits["items"][0]["why"][0]["reason"], "passed_by_name", "{waits}");
        take(&house, agent).await;
        let one = chief.read(&conversation(&house, "")).await;
        assert_eq!(one["assignee"]["id"], json!(agent.user));
        let thread = chief.read(&conversation(&house, "/messages")).await;
        let noted = thread["items"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|m| m["body"] == "calm now" && m["mode"] == "note");
        assert!(noted, "{thread}");

        // To a team of which nobody is at work, and of which somebody is.
        let team = json!({ "to": { "team": house.a1.id("team") }, "reason": "theirs" });
        assert_eq!(agent.post(&pass, team.clone()).await.code(), "conversation.away");
        let members =
            json!({ "members": [house.person("agent@A1").user, house.person("supervisor@A").user] });
        let path = format!("/api/v1/teams/{}", house.a1.id("team"));
        assert_eq!(house.admin.ask(Method::PATCH, &path, Some(members)).await.status, 200);
        // Whoever passes something on is not at once asked for it again, so the chief does.
        assert_eq!(chief.post(&over, json!({ "reason": "to show it" })).await.status, 200);
        let r = chief.post(&pass, team).await;
        assert_eq!(r.status, 200, "{}", r.text);
        hers.until(|f| f["kind"] == "reservation.offered").await;

        // Signed out by somebody else's hand is the floor's; by her own it waits again.
        let off = json!({ "state": "offline" });
        assert_eq!(agent.ask(Method::PUT, "/api/v1/presence", Some(off)).await.status, 200);
        house.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_set_by_who_may_and_refused_by_field() {
    let house = House::on(Engine::Sqlite).await;
    let (a1, a2) = (&house.a1, &house.a2);
    let field = |j: &Value| j["fields"][0]["field"].as_str().unwrap_or("").to_owned();

    let stage = |queue: &str| json!({ "stages": [{ "after_ms": 0, "crew": "members" }, { "after_ms": 60_000, "crew": "queue", "queue": queue }] });
    let (status, _, refused) = rules(&house, "administrator@A1", stage(&a2.id("queue"))).await;
    assert_eq!(
        (status, field(&refused).as_str()),
        (422, "/rules/stages/1/queue"),
        "another line's queue: {refused}"
    );
    let (status, _, shown) = rules(&house, "administrator@A", stage(&a2.id("queue"))).await;
    assert_eq!((status, &shown["rules"]["stages"][1]["queue"]), (200, &json!(a2.id("queue"))), "{shown}");
    let (status, _, refused) = rules(&house, "administrator@A", json!({ "hours": "calendar" })).await;
    assert_eq!((status, field(&refused).as_str()), (422, "/rules/calendar"), "{refused}");
    let (status, _, shown) =
        rules(&house, "administrator@A", json!({ "hours": "calendar", "calendar": a1.id("calendar") })).await;
    assert_eq!(status, 200, "{shown}");
    assert!(shown["open_changes_at"].is_number(), "hours end or begin some time: {shown}");

    // A seat would take an agent of two lines from the other one.
    let both = house.person("agent@A").user.clone();
    let seat = json!({ "seats": [both] });
    let (status, code, _) = rules(&house, "administrator@A1", seat.clone()).await;
    assert_eq!((status, code.as_str()), (403, "queue.seat_elsewhere"));
    assert_eq!(rules(&house, "administrator@A", seat).await.0, 200);
    let entry = audited(&house, "queue.changed").await;
    assert_eq!(entry["after"]["rules"]["seats"], json!([both]), "{entry}");

    // What weighs clients against one another is the provider's.
    let settings = "/api/v1/routing/settings";
    let to = json!({ "aging_ms": 2_000 });
    assert_eq!(
        house.person("administrator@A").ask(Method::PUT, settings, Some(to.clone())).await.status,
        403
    );
    let set = house.admin.ask(Method::PUT, settings, Some(to)).await;
    assert_eq!((set.status, &set.json["aging_ms"], &set.json["missed_max"]), (200, &json!(2_000), &json!(2)));
    let path = format!("/api/v1/tenants/{}/routing", a1.id("tenant"));
    let tiers = json!({ "contact_tiers": [{ "name": "Gold", "tier": 3 }], "straight_tags": ["elder"] });
    let r = house.person("administrator@A").ask(Method::PUT, &path, Some(tiers)).await;
    assert_eq!(r.status, 200, "{}", r.text);
    let own = house.person("administrator@A").ask(Method::PUT, &path, Some(json!({ "tier": 5 }))).await;
    assert_eq!(own.status, 403, "its own tier is not the client's to set");
    assert_eq!(
        house.person("administrator@A1").get(&path).await.status,
        403,
        "it holds for all of its lines"
    );
    assert_eq!(house.person("administrator@B").get(&path).await.status, 404);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_visitor_is_told_place_and_estimate() {
    let house = House::on(Engine::Sqlite).await;
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let page = public.visiting(&house.a1.visitor).read("/w/v1/messages").await;
    assert_eq!(page["conversation"]["place"], 1, "{page}");
    assert!(page["conversation"].as_object().is_some_and(|c| c.contains_key("estimate_ms")), "{page}");
    house.end().await;
}

/// What comes back of asking until it fits.
async fn eventually<F: Future<Output = Value>>(ask: impl Fn() -> F, fits: impl Fn(&Value) -> bool) -> Value {
    let mut told = Value::Null;
    for _ in 0..400 {
        told = ask().await;
        if fits(&told) {
            return told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("never: {told}");
}

/// What rings at somebody for this conversation, once it does.
async fn rings(who: &Person, conversation: &str) -> Value {
    let of = |all: &Value| {
        all.as_array().into_iter().flatten().find(|r| r["conversation"] == json!(conversation)).cloned()
    };
    let all = eventually(|| who.read("/api/v1/reservations"), |all| of(all).is_some()).await;
    of(&all).expect("it rings")
}

async fn be(who: &Person, state: &str) {
    let r = who.ask(Method::PUT, "/api/v1/presence", Some(json!({ "state": state }))).await;
    assert_eq!(r.status, 200, "{}", r.text);
}

/// A visitor of A1 who writes, as contact and conversation.
async fn writes(house: &House, words: &str) -> (String, String) {
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let session = public.make("/w/v1/session", json!({ "inbox": house.a1.chat_key })).await;
    let visitor = public.visiting(session["token"].as_str().expect("a token"));
    visitor.make("/w/v1/messages", json!({ "client_id": words, "body": words })).await;
    let all = house.admin.read(&format!("/api/v1/conversations?view=all&line={}", house.a1.id("line"))).await;
    let row = all["items"].as_array().into_iter().flatten().find(|r| r.to_string().contains(words)).cloned();
    let row = row.expect("the conversation");
    (text(&row["contact"], "id"), text(&row, "id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_contact_comes_again_as_the_survivor_until_they_are_parted() {
    for engine in Engine::ALL {
        let house = House::on(engine).await;
        let knows = house.person("agent@A1");
        // She serves somebody, and is busy when they come as somebody else.
        take(&house, knows).await;
        let known = house.admin.read(&conversation(&house, "")).await;
        let known = text(&known["contact"], "id");
        house.admin.make(&conversation(&house, "/resolve"), json!({})).await;
        be(knows, "busy").await;
        let (stranger, work) = writes(&house, "same-person").await;
        let offers = format!("/api/v1/conversations/{work}/offers");
        let comes_again = |told: &Value| told["now"]["standing"]["repeat"].as_i64();
        eventually(|| house.admin.read(&offers), |t| comes_again(t) == Some(0)).await;
        // What waits already counts as a repeat once they are one, and no more once they are parted.
        let merge = format!("/api/v1/contacts/{stranger}/merge");
        let done = house.admin.make(&merge, json!({ "with": known })).await;
        eventually(|| house.admin.read(&offers), |t| comes_again(t) > Some(0)).await;
        let undo = format!("/api/v1/merges/{}/undo", text(&done["merge"], "id"));
        house.admin.make(&undo, json!({})).await;
        eventually(|| house.admin.read(&offers), |t| comes_again(t) == Some(0)).await;
        be(knows, "ready").await;
        let ring = rings(knows, &work).await;
        assert_eq!(ring["repeat_24h"], 0, "{ring}");
        assert!(!ring["why"].to_string().contains("last_agent"), "{ring}");
        let accept = format!("/api/v1/reservations/{}/accept", text(&ring, "id"));
        assert_eq!(knows.post(&accept, json!({})).await.status, 204);
        // With somebody else it is found again, and told with the ring.
        be(knows, "busy").await;
        let (third, again) = writes(&house, "third-name").await;
        house.admin.make(&format!("/api/v1/contacts/{third}/merge"), json!({ "with": known })).await;
        be(knows, "ready").await;
        let ring = rings(knows, &again).await;
        assert_eq!(ring["repeat_24h"], 1, "{ring}");
        house.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_closes_a_conversation_sees_at_once_that_there_is_room_again() {
    let house = House::on(Engine::Sqlite).await;
    let agent = house.person("agent@A1");
    take(&house, agent).await;
    let load = agent.read("/api/v1/presence").await["load"].as_i64().expect("a load");
    assert!(load > 0);
    let mut screen = listening(&house, "agent@A1").await;
    let body = json!({"disposition": {"kind": "consult", "category": null, "outcome": "solved"}});
    let r = agent.post(&conversation(&house, "/resolve"), body).await;
    assert!(r.status < 300, "{}", r.text);
    let own = |f: &Value| f["kind"] == "presence" && f["user"] == json!(agent.user);
    let heard = screen.until(|f| own(f) && f["presence"]["load"].as_i64() < Some(load)).await;
    assert_eq!(heard.last().map(|f| f["presence"]["load"].clone()), Some(json!(load - 3)), "{heard:?}");
    house.end().await;
}
