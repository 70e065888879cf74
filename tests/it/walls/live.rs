//! Sockets: what is said in one client or line is heard in no other, and whoever loses a right hears nothing more.

use crate::house::{House, PASSWORD, Person, Places, Socket, text};
use platform::live::LiveWiring;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Engine;

/// A socket whose user was disabled or whose session ended closes within this.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);
/// Events read at once from the log.
const PAGE: usize = 10_000;

async fn ready(house: &House, of: &Person) -> Socket {
    let mut s = house.socket(of).await;
    s.say(json!({"op": "hello"})).await;
    s.until(|f| f["op"] == "ready").await;
    s
}

fn public(house: &House) -> Person {
    Person::at(house.running.public, &house.running.app().settings().public_url)
}

/// A visitor's socket, let in.
async fn visitor(house: &House, p: &Places) -> Socket {
    let at = format!("ws://{}/w/v1/live", house.running.public);
    let origin = &house.running.app().settings().public_url;
    let mut s = Socket::open_at(&at, origin, None).await.expect("opens");
    s.say(json!({"op": "auth", "token": p.visitor, "after": 0})).await;
    s.until(|f| f["op"] == "ready").await;
    s
}

/// Everything that happens in a line: words of both sides, typing, looking, priority, tags.
async fn stir(house: &House, p: &Places, by: &mut Socket, customer: &mut Socket, n: usize) {
    let conversation = p.id("conversation");
    let path = format!("/api/v1/conversations/{conversation}");
    by.say(json!({"op": "watch", "conversation": conversation})).await;
    by.say(json!({"op": "typing", "conversation": conversation, "on": true, "mode": "note"})).await;
    by.so_far().await;
    customer.say(json!({"op": "typing", "on": true})).await;
    customer
        .say(json!({"op": "send", "client_id": format!("s{n}"), "body": format!("more {}", p.mark)}))
        .await;
    customer.until(|f| f["op"] == "ack").await;
    let said = json!({"client_id": format!("r{n}"), "mode": "reply", "body": format!("answer {} {n}", p.name), "seen_seq": 99});
    house.admin.make(&format!("{path}/messages"), said).await;
    house.admin.make(&format!("{path}/tags"), json!({"add": [format!("tag{n}{}", p.mark)]})).await;
    house
        .admin
        .make(
            &format!("{path}/priority"),
            json!({"priority": if n.is_multiple_of(2) { "high" } else { "normal" }}),
        )
        .await;
    by.say(json!({"op": "unwatch", "conversation": conversation})).await;
    by.so_far().await;
}

fn about<'a>(heard: &'a [Value], p: &Places) -> Option<&'a Value> {
    let ids: Vec<String> = ["conversation", "line", "queue", "inbox", "reservation", "message", "user"]
        .iter()
        .map(|k| format!("\"{}\"", p.id(k)))
        .collect();
    let fits = |f: &&Value| {
        let text = f.to_string();
        text.contains(p.mark.as_str()) || ids.iter().any(|id| text.contains(id.as_str()))
    };
    heard.iter().find(fits)
}

/// Everybody with ears, and what they may never hear. Everything happens in every line; the administrator hears it all.
pub(super) async fn foreign_ears(house: &House) {
    let (mut root, mut of_line, mut of_client, mut by_token) = (
        ready(house, &house.admin).await,
        ready(house, house.person("agent@A1")).await,
        ready(house, house.person("supervisor@A")).await,
        ready(house, house.person("token@A1")).await,
    );
    for s in [&mut of_line, &mut of_client, &mut by_token] {
        let topics =
            json!([format!("line:{}", house.a1.id("line")), format!("queue:{}", house.a1.id("queue"))]);
        s.say(json!({"op": "subscribe", "topics": topics})).await;
        s.say(json!({"op": "watch", "conversation": house.a1.id("conversation")})).await;
    }
    let mut everywhere = vec![];
    for p in [&house.a1, &house.a2, &house.b1] {
        everywhere.push(format!("line:{}", p.id("line")));
        root.say(json!({"op": "watch", "conversation": p.id("conversation")})).await;
    }
    root.say(json!({"op": "subscribe", "topics": everywhere})).await;
    root.so_far().await;
    let mut by = ready(house, &house.admin).await;
    for (n, p) in [&house.b1, &house.a2, &house.a1].into_iter().enumerate() {
        let mut customer = visitor(house, p).await;
        stir(house, p, &mut by, &mut customer, n).await;
    }
    // The last of A1 comes after everything else in the log, so whoever has heard it has heard all there is.
    let end = |f: &Value| {
        f["kind"] == "conversation.changed"
            && f["what"] == "conversation.priority"
            && f["conversation"] == house.a1.id("conversation").as_str()
    };
    let all = root.until(end).await;
    for p in [&house.b1, &house.a2, &house.a1] {
        assert!(about(&all, p).is_some(), "the control hears {}", p.name);
    }
    let a1 = of_line.until(end).await;
    let a = of_client.until(end).await;
    let t = by_token.until(end).await;
    for (who, heard) in [("agent@A1", &a1), ("supervisor@A", &a), ("token@A1", &t)] {
        assert!(about(heard, &house.a1).is_some(), "{who} hears its own");
        assert_eq!(about(heard, &house.b1), None, "{who} hears of another client");
        if who != "supervisor@A" {
            assert_eq!(about(heard, &house.a2), None, "{who} hears of another line");
        }
    }
    let mut kinds: Vec<&str> = all.iter().filter_map(|f| f["kind"].as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    println!(
        "{} frames of {} kinds at the control, {} at agent@A1: {kinds:?}",
        all.len(),
        kinds.len(),
        a1.len()
    );
    assert!(kinds.len() > 5, "too little happened: {kinds:?}");
    every_event_has_its_place(house).await;
}

/// What a socket is shown is decided by an event's client and line, so an event of a conversation without them would be
/// shown to whoever serves any line.
async fn every_event_has_its_place(house: &House) {
    let events = house.running.app().log().after(0, PAGE).await.expect("reads the log");
    let of_conversations: Vec<_> = events.iter().filter(|e| e.conversation != 0).collect();
    assert!(of_conversations.len() > 10, "only {}", of_conversations.len());
    for e in of_conversations {
        assert!(!e.tenant.is_none() && !e.line.is_none(), "{} of conversation {}", e.kind, e.conversation);
    }
}

/// Every operation that the areas added to the protocol: granted on one's own conversation, refused on every other. An
/// operation that this does not know how to call fails here.
async fn operations(house: &House) {
    let ops: Vec<&str> = house.running.app().port::<LiveWiring>().ops.keys().copied().collect();
    assert!(ops.len() >= 3, "{ops:?}");
    let mut calls = 0;
    for (who, foreign) in [("agent@A1", [&house.a2, &house.b1]), ("token@A1", [&house.a2, &house.b1])] {
        let mut s = ready(house, house.person(who)).await;
        let own = house.a1.id("conversation");
        let frame = |op: &str, conversation: &str| json!({"op": op, "conversation": conversation, "on": true, "mode": "note"});
        s.say(frame("watch", &own)).await;
        s.so_far().await;
        // What ends something is harmless where nothing is.
        for op in ops.iter().filter(|op| !op.starts_with("un")) {
            s.say(frame(op, &own)).await;
            let heard = s.so_far().await;
            assert!(!heard.iter().any(|f| f["op"] == "refused"), "{who} {op} on their own: {heard:?}");
            for p in foreign {
                s.say(frame(op, &p.id("conversation"))).await;
                let heard = s.so_far().await;
                calls += 1;
                assert!(heard.iter().any(|f| f["op"] == "refused"), "{who} {op} in {}: {heard:?}", p.name);
            }
        }
    }
    println!("{} operations of the socket, {calls} foreign calls refused", ops.len());
}

/// Rooms of others, and rooms that are nobody's.
async fn rooms(house: &House) {
    for who in ["agent@A1", "administrator@A1", "supervisor@A", "client_staff@A", "token@A", "token@A1"] {
        let mut s = ready(house, house.person(who)).await;
        let mut foreign = vec![&house.b1];
        if who.ends_with("A1") {
            foreign.push(&house.a2);
        }
        let mut frames: Vec<Value> = vec![];
        for p in foreign {
            for topic in ["line", "queue"] {
                frames.push(json!({"op": "subscribe", "topics": [format!("{topic}:{}", p.id(topic))]}));
            }
            for op in ["watch", "typing"] {
                frames.push(json!({"op": op, "conversation": p.id("conversation"), "on": true}));
            }
        }
        let conversation = house.a1.id("conversation");
        for topic in ["*", "line:*", "queue:*", "line:0", "staff", "staff:1", "user:1", "line:-1", "all"] {
            frames.push(json!({"op": "subscribe", "topics": [topic]}));
        }
        frames.push(json!({"op": "subscribe", "topics": [format!("conversation:{conversation}")]}));
        frames.push(json!({"op": "subscribe", "topics": [format!("visitor:{conversation}")]}));
        frames.push(json!({"op": "subscribe", "topics": [7]}));
        frames.push(json!({"op": "watch", "conversation": "*"}));
        frames.push(json!({"op": "no_such_op"}));
        for frame in frames {
            s.say(frame.clone()).await;
            let heard = s.so_far().await;
            assert!(heard.iter().any(|f| f["op"] == "refused"), "{who} {frame}: {heard:?}");
        }
    }
}

/// Listens until the socket is closed, which is to be soon; answers what it still heard.
async fn closes(s: &mut Socket, why: &str) -> Vec<Value> {
    let heard = tokio::time::timeout(CLOSED_WITHIN, s.until(|f| f["op"] == "closed")).await;
    heard.unwrap_or_else(|_| panic!("still open {CLOSED_WITHIN:?} after {why}"))
}

/// Whoever is disabled, signed out, or whose token is revoked, is shown out of every socket.
async fn shown_out(house: &House) {
    let place = json!({"tenant": house.a1.id("tenant"), "line": house.a1.id("line")});
    let new = |name: &str| json!({"name": name, "permissions": ["conversations.read"], "tenant": place["tenant"], "line": place["line"]});
    let developer = house.person("developer@A1");
    let (of_disabled, revoked) = (
        developer.make("/api/v1/tokens", new("t")).await,
        house.admin.make("/api/v1/tokens", new("u")).await,
    );
    let agent = house.person("agent@A1").clone();
    let ended = house.person("client_staff@A1").clone();
    let leaving = house.admin.sign_in("supervisor.A1", PASSWORD).await;
    let bearer = house.admin.bearing(&text(&of_disabled, "token"));
    let other = house.admin.bearing(&text(&revoked, "token"));
    let mut sockets = vec![];
    for person in [&agent, &bearer, &ended, &leaving, &other] {
        sockets.push(ready(house, person).await);
    }
    let mut next = sockets.iter_mut();
    let mut socket = || next.next().expect("one each");
    for user in [&agent.user, &developer.user] {
        let path = format!("/api/v1/users/{user}");
        let r = house.admin.ask(Method::PATCH, &path, Some(json!({"disabled": true}))).await;
        assert_eq!(r.status, 200, "{}", r.text);
        closes(socket(), "its user was disabled").await;
    }
    let r = house.admin.ask(Method::DELETE, &format!("/api/v1/users/{}/sessions", ended.user), None).await;
    assert_eq!(r.status, 204, "{}", r.text);
    closes(socket(), "its session was ended").await;
    let r = leaving.ask(Method::DELETE, "/api/v1/session", None).await;
    assert_eq!(r.status, 204, "{}", r.text);
    closes(socket(), "signing out").await;
    let r = house.admin.ask(Method::DELETE, &format!("/api/v1/tokens/{}", text(&revoked, "id")), None).await;
    assert_eq!(r.status, 204, "{}", r.text);
    closes(socket(), "its token was revoked").await;
    let origin = house.running.app().settings().desk_url.clone();
    for person in [&agent, &bearer, &ended, &leaving, &other] {
        let r = person.get("/api/v1/conversations").await;
        assert_eq!(r.status, 401, "{}", r.text);
        assert!(Socket::open(house.running.desk, &origin, person).await.is_err());
    }
    let r = house.nobody().post("/api/v1/session", json!({"login": "agent.A1", "password": PASSWORD})).await;
    assert_eq!(r.status, 401, "{}", r.text);
}

/// A right that is taken away: the last frame that somebody hears is of a moment when they still held it.
async fn narrowed(house: &House) {
    let (tenant, line) = (house.a1.id("tenant"), house.a1.id("line"));
    let conversation = house.a1.id("conversation");
    let listening = async |person: &Person| {
        let mut s = ready(house, person).await;
        s.say(json!({"op": "subscribe", "topics": [format!("line:{line}"), format!("queue:{}", house.a1.id("queue"))]})).await;
        s.say(json!({"op": "watch", "conversation": conversation})).await;
        let heard = s.so_far().await;
        assert!(!heard.iter().any(|f| f["op"] == "refused"), "{heard:?}");
        s
    };
    // One by a role of their own that loses the permission, one by a grant that is taken away.
    let role = house
        .admin
        .make(
            "/api/v1/roles",
            json!({"name_en": "Reader", "name_zh": "只读", "permissions": ["conversations.read"]}),
        )
        .await;
    let role = text(&role, "id");
    let body = json!({"login": "reader", "name": "Reader", "alias": "Reader", "number": "8002", "password": PASSWORD});
    let user = text(&house.admin.make("/api/v1/users", body).await, "id");
    let grant = json!({"role": role, "tenant": tenant, "line": line});
    house.admin.make(&format!("/api/v1/users/{user}/grants"), grant).await;
    let by_role = house.admin.sign_in("reader", PASSWORD).await;
    let by_grant = house.person("supervisor@A1").clone();
    let grants = house.admin.read(&format!("/api/v1/users/{}/grants", by_grant.user)).await;
    let grant = text(&grants["items"][0], "id");
    let (mut role_hears, mut grant_hears) = (listening(&by_role).await, listening(&by_grant).await);
    let change = json!({"permissions": ["contacts.read"]});
    let r = house.admin.ask(Method::PATCH, &format!("/api/v1/roles/{role}"), Some(change)).await;
    assert_eq!(r.status, 200, "{}", r.text);
    let r = house
        .admin
        .ask(Method::DELETE, &format!("/api/v1/users/{}/grants/{grant}", by_grant.user), None)
        .await;
    assert_eq!(r.status, 204, "{}", r.text);
    let mut root = ready(house, &house.admin).await;
    let mut by = ready(house, &house.admin).await;
    root.say(json!({"op": "watch", "conversation": conversation})).await;
    root.so_far().await;
    let mut customer = visitor(house, &house.a1).await;
    stir(house, &house.a1, &mut by, &mut customer, 7).await;
    root.until(|f| f["what"] == "conversation.priority").await;
    for (who, s) in [("role", &mut role_hears), ("grant", &mut grant_hears)] {
        let heard = closes(s, "a right was taken away").await;
        let told = |f: &&Value| f["op"] == "event" && f.to_string().contains(&conversation);
        assert!(!heard.iter().any(|f| told(&f)), "{who}: {heard:?}");
    }
    // Whoever comes back finds the doors closed.
    let back = house.admin.sign_in("reader", PASSWORD).await;
    let mut s = ready(house, &back).await;
    for frame in [
        json!({"op": "watch", "conversation": conversation}),
        json!({"op": "typing", "conversation": conversation, "on": true}),
        json!({"op": "subscribe", "topics": [format!("line:{line}")]}),
    ] {
        s.say(frame.clone()).await;
        let heard = s.so_far().await;
        assert!(heard.iter().any(|f| f["op"] == "refused"), "{frame}: {heard:?}");
    }
    let r = back.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(r.status, 404, "{}", r.text);
}

/// A socket that says nothing at first is asked who it is, and not for ever.
async fn first_frames(house: &House, desk: &str) {
    let open = async || {
        let at = format!("ws://{}/api/v1/live", house.running.desk);
        Socket::open_at(&at, desk, None).await.expect("opens")
    };
    let mut silent = open().await;
    let token = house.person("token@A").token.clone().expect("a token");
    let mut good = open().await;
    good.say(json!({"op": "auth", "token": token})).await;
    good.say(json!({"op": "hello"})).await;
    good.until(|f| f["op"] == "ready").await;
    let visitor = house.a1.visitor.clone();
    for bad in [
        json!({"op": "hello"}),
        json!({"op": "auth"}),
        json!({"op": "auth", "token": "hark_forged"}),
        json!({"op": "auth", "token": visitor}),
        json!({"op": "auth", "token": "x".repeat(2_000)}),
        json!({"op": "watch", "conversation": house.a1.id("conversation")}),
    ] {
        let mut s = open().await;
        s.say(bad.clone()).await;
        assert_eq!(s.hear().await["op"], "bye", "{bad}");
        closes(&mut s, "a first frame that proves nothing").await;
    }
    assert_eq!(silent.hear().await["op"], "bye", "a socket that never says who it is");
}

/// A staff socket opens from the desk's own pages, and no address carries a proof.
async fn own_pages(house: &House) {
    let settings = house.running.app().settings();
    let (desk, public) = (settings.desk_url.clone(), settings.public_url.clone());
    first_frames(house, &desk).await;
    for origin in ["https://evil.example", "null", public.as_str()] {
        assert!(Socket::open(house.running.desk, origin, &house.admin).await.is_err(), "{origin}");
    }
    let token = house.person("token@A").token.clone().expect("a token");
    for query in ["token", "access_token", "auth", "authorization"] {
        let address = format!("ws://{}/api/v1/live?{query}={token}", house.running.desk);
        if let Ok(mut s) = Socket::open_at(&address, &desk, None).await {
            s.say(json!({"op": "hello"})).await;
            let first = s.hear().await;
            assert_eq!(first["op"], "bye", "{query}: {first}");
        }
        let r = house.nobody().get(&format!("/api/v1/conversations?{query}={token}")).await;
        assert_eq!(r.status, 401, "{}", r.text);
    }
}

/// A visitor's token is good at its own inbox alone.
async fn visitors(house: &House) {
    let public = public(house);
    let own = json!({"inbox": house.a1.chat_key, "token": house.a1.visitor});
    public.make("/w/v1/session", own).await;
    for p in [&house.b1, &house.a2] {
        let r = public.post("/w/v1/session", json!({"inbox": p.chat_key, "token": house.a1.visitor})).await;
        assert_eq!((r.status, r.code()), (401, "visitor.unknown"), "{}: {}", p.name, r.text);
        // Somebody new there sees nothing of the line's own visitor.
        let there = public.make("/w/v1/session", json!({"inbox": p.chat_key})).await;
        assert!(there["conversation"].is_null(), "{there}");
        let seen = public.visiting(&text(&there, "token")).read("/w/v1/messages").await;
        assert_eq!(seen["items"], json!([]), "{seen}");
    }
    let seen = public.visiting(&house.a1.visitor).read("/w/v1/messages").await;
    let seen = seen.to_string();
    assert!(
        !seen.contains(&house.b1.mark) && !seen.contains(&house.a2.mark) && !seen.contains("a note"),
        "{seen}"
    );
    // Files that others uploaded are not theirs to send.
    for p in [&house.a1, &house.a2, &house.b1] {
        let body = json!({"client_id": format!("file-{}", p.name), "body": "mine", "attachments": [p.id("attachment")]});
        let r = public.visiting(&house.a1.visitor).post("/w/v1/messages", body).await;
        assert!(matches!(r.status, 404 | 422), "the file of {}: {} {}", p.name, r.status, r.text);
    }
    // A signature of one inbox under the words of another.
    let (words, signature) = house.b1.visitor.rsplit_once('.').expect("two parts");
    let (own_words, own_signature) = house.a1.visitor.rsplit_once('.').expect("two parts");
    for forged in
        [format!("{words}.{own_signature}"), format!("{own_words}.{signature}"), "a.b".into(), String::new()]
    {
        let r = public.visiting(&forged).get("/w/v1/messages").await;
        assert_eq!(r.status, 401, "{}", r.text);
    }
    // Staff are no visitors.
    for who in ["token@A", "agent@A1"] {
        let person = house.person(who);
        let r = public.proving(person).get("/w/v1/messages").await;
        assert_eq!(r.status, 401, "{who}: {}", r.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_hear_what_their_people_may() {
    let house = House::on(Engine::Sqlite).await;
    foreign_ears(&house).await;
    operations(&house).await;
    rooms(&house).await;
    visitors(&house).await;
    own_pages(&house).await;
    narrowed(&house).await;
    shown_out(&house).await;
    house.end().await;
}
