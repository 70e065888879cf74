//! Sockets: what is said in one client or line is heard in no other.

use crate::house::{House, MARK_A2, MARK_B, PASSWORD, Person, Places, Socket, text};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

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
        (!p.mark.is_empty() && text.contains(p.mark)) || ids.iter().any(|id| text.contains(id.as_str()))
    };
    heard.iter().find(fits)
}

async fn foreign_ears(engine: Engine) {
    let house = House::on(engine).await;
    let (mut root, mut of_line, mut of_client, mut by_token) = (
        ready(&house, &house.admin).await,
        ready(&house, house.person("agent@A1")).await,
        ready(&house, house.person("supervisor@A")).await,
        ready(&house, house.person("token@A1")).await,
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
    let mut by = ready(&house, &house.admin).await;
    for (n, p) in [&house.b1, &house.a2, &house.a1].into_iter().enumerate() {
        let mut customer = visitor(&house, p).await;
        stir(&house, p, &mut by, &mut customer, n).await;
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
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_foreign_is_heard_on_sqlite() {
    foreign_ears(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_foreign_is_heard_on_postgres() {
    foreign_ears(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_and_general_rooms_are_refused() {
    let house = House::on(Engine::Sqlite).await;
    for who in ["agent@A1", "administrator@A1", "supervisor@A", "client_staff@A", "token@A", "token@A1"] {
        let mut s = ready(&house, house.person(who)).await;
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
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_disabled_is_shown_out() {
    let house = House::on(Engine::Sqlite).await;
    let agent = house.person("agent@A1").clone();
    let token = text(&house.person("developer@A1").make("/api/v1/tokens", json!({
        "name": "t", "permissions": ["conversations.read"], "tenant": house.a1.id("tenant"), "line": house.a1.id("line"),
    })).await, "token");
    let bearer = house.admin.bearing(&token);
    let (mut by_cookie, mut by_token) = (ready(&house, &agent).await, ready(&house, &bearer).await);
    for user in [&agent.user, &house.person("developer@A1").user] {
        let path = format!("/api/v1/users/{user}");
        let r = house.admin.ask(Method::PATCH, &path, Some(json!({"disabled": true}))).await;
        assert_eq!(r.status, 200, "{}", r.text);
    }
    for (who, person) in [("cookie", &agent), ("token", &bearer)] {
        let r = person.get("/api/v1/conversations").await;
        assert_eq!(r.status, 401, "{who}: {}", r.text);
    }
    for s in [&mut by_cookie, &mut by_token] {
        s.until(|f| f["op"] == "closed").await;
    }
    let origin = house.running.app().settings().desk_url.clone();
    assert!(Socket::open(house.running.desk, &origin, &agent).await.is_err());
    let r = house.nobody().post("/api/v1/session", json!({"login": "agent.A1", "password": PASSWORD})).await;
    assert_eq!(r.status, 401, "{}", r.text);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_taken_away_is_gone_at_once() {
    let house = House::on(Engine::Sqlite).await;
    let agent = house.person("agent@A1").clone();
    let conversation = house.a1.id("conversation");
    let mut s = ready(&house, &agent).await;
    let topics = json!([format!("line:{}", house.a1.id("line")), format!("queue:{}", house.a1.id("queue"))]);
    s.say(json!({"op": "subscribe", "topics": topics})).await;
    s.say(json!({"op": "watch", "conversation": conversation})).await;
    s.so_far().await;
    let mut root = ready(&house, &house.admin).await;
    let mut by = ready(&house, &house.admin).await;
    root.say(json!({"op": "watch", "conversation": conversation})).await;
    root.so_far().await;
    let path = format!("/api/v1/users/{}/grants/{}", agent.user, house.a1.id("grant"));
    let r = house.admin.ask(Method::DELETE, &path, None).await;
    assert_eq!(r.status, 204, "{}", r.text);
    s.so_far().await;
    let mut customer = visitor(&house, &house.a1).await;
    stir(&house, &house.a1, &mut by, &mut customer, 7).await;
    root.until(|f| f["what"] == "conversation.priority").await;
    let heard = s.so_far().await;
    let told: Vec<&Value> = heard.iter().filter(|f| f.to_string().contains(&conversation)).collect();
    assert!(told.is_empty(), "{told:?}");
    s.say(json!({"op": "typing", "conversation": conversation, "on": true})).await;
    let heard = s.so_far().await;
    assert!(heard.iter().any(|f| f["op"] == "refused"), "{heard:?}");
    let r = agent.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(r.status, 404, "{}", r.text);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_opens_from_our_own_pages_and_by_no_address() {
    let house = House::on(Engine::Sqlite).await;
    let settings = house.running.app().settings();
    let (desk, public) = (settings.desk_url.clone(), settings.public_url.clone());
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
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_token_is_good_at_its_own_inbox_alone() {
    let house = House::on(Engine::Sqlite).await;
    let public = public(&house);
    let own =
        public.make("/w/v1/session", json!({"inbox": house.a1.chat_key, "token": house.a1.visitor})).await;
    for p in [&house.b1, &house.a2] {
        let there =
            public.make("/w/v1/session", json!({"inbox": p.chat_key, "token": house.a1.visitor})).await;
        assert_ne!(there["visitor"], own["visitor"], "{}", p.name);
        assert!(there["conversation"].is_null(), "{there}");
        // Somebody new there sees nothing of the line's own visitor.
        let stranger = public.visiting(&text(&there, "token"));
        let seen = stranger.read("/w/v1/messages").await;
        assert_eq!(seen["items"], json!([]), "{seen}");
    }
    let seen = public.visiting(&house.a1.visitor).read("/w/v1/messages").await;
    let seen = seen.to_string();
    assert!(!seen.contains(MARK_B) && !seen.contains(MARK_A2) && !seen.contains("a note"), "{seen}");
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
    house.end().await;
}
