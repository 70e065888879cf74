//! Fills a house over HTTP, as an administrator and two clients' customers would.

use super::{Api, House, MARK_A, MARK_B, PASSWORD, Person, ROLES, text};
use accounts::setup::{NewAdmin, create_admin};
use kernel::Language;
use reqwest::Method;
use serde_json::{Value, json};
use server::Running;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tempfile::TempDir;
use testkit::Engine;
use tokio::task::JoinSet;

/// A line of a client, and an object of every kind that stands in it.
pub struct Places {
    /// What it is called: `A1`, `A2`, `B1`, `B2`.
    pub name: &'static str,
    /// Stands in all its texts; begins with its client's mark.
    pub mark: String,
    /// The public name of its web chat.
    pub chat_key: String,
    /// The public name of its API inbox.
    pub api_key: String,
    /// The secret of its API inbox.
    pub api_secret: String,
    /// The token of its visitor.
    pub visitor: String,
    ids: BTreeMap<String, String>,
    counter: AtomicU64,
}

impl Places {
    /// The object of this kind. A kind without one fails the test: whoever adds a route with a new kind of object adds
    /// the object here, and the walls are tested against it.
    pub fn id(&self, kind: &str) -> String {
        let found = self.ids.get(kind);
        found
            .unwrap_or_else(|| panic!("{} holds no `{kind}`: add one in tests/it/house/build.rs", self.name))
            .clone()
    }

    /// A further object of this kind, where there is one.
    pub fn second(&self, kind: &str) -> String {
        self.ids.get(&format!("second {kind}")).cloned().unwrap_or_else(|| self.id(kind))
    }

    /// Is there an object of this kind?
    pub fn holds(&self, kind: &str) -> bool {
        self.ids.contains_key(kind)
    }

    /// The ids of this line that nobody outside may ever read.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ids.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// The same kinds, none of which exists.
    pub fn nowhere(&self) -> Places {
        let ids =
            self.ids.keys().enumerate().map(|(i, k)| (k.clone(), (4_000_000_000_000_000 + i).to_string()));
        Places {
            name: "nowhere",
            mark: String::new(),
            chat_key: String::new(),
            api_key: String::new(),
            api_secret: String::new(),
            visitor: String::new(),
            ids: ids.collect(),
            counter: AtomicU64::new(0),
        }
    }

    /// A text that fits a field of this name; another one at each call.
    pub fn words(&self, field: &str) -> String {
        let n = self.counter.fetch_add(1, Relaxed);
        match field {
            "password" | "next" => "another long password".into(),
            "current" => PASSWORD.into(),
            "url" => "https://example.com/hook".into(),
            "value" | "address" => format!("n{n}@example.com"),
            "key" => format!("key_{n}"),
            "login" => format!("login{n}"),
            "code" => "123456".into(),
            "zone" => "Asia/Shanghai".into(),
            "client_id" | "external_id" => format!("c{n}"),
            _ => format!("text {n}"),
        }
    }

    pub(super) fn keep(&mut self, kind: &str, made: &Value) -> String {
        let id = text(made, "id");
        self.ids.insert(kind.to_owned(), id.clone());
        id
    }
}

fn place(name: &'static str, shared: &BTreeMap<String, String>) -> Places {
    let empty = String::new;
    let (ids, counter) = (shared.clone(), AtomicU64::new(1));
    let client = if name.starts_with('A') { MARK_A } else { MARK_B };
    Places {
        name,
        mark: format!("{client}{}", name.get(1..).unwrap_or("")),
        chat_key: empty(),
        api_key: empty(),
        api_secret: empty(),
        visitor: empty(),
        ids,
        counter,
    }
}

/// Fills the house.
pub(super) async fn build(running: Running, engine: Engine, database: String, folder: TempDir) -> House {
    let new = NewAdmin {
        name: "Root".into(),
        alias: None,
        login: "root".into(),
        password: PASSWORD.into(),
        language: Language::En,
    };
    create_admin(running.app(), new).await.expect("the administrator is made");
    let admin = Person::at(running.desk, &running.app().settings().desk_url).sign_in("root", PASSWORD).await;
    let api = Api::read();
    let a = client(&admin, "A", MARK_A).await;
    let b = client(&admin, "B", MARK_B).await;
    let public = Person::at(running.public, &running.app().settings().public_url);
    let mut house = House {
        running,
        api,
        admin,
        people: BTreeMap::new(),
        a1: place("A1", &a),
        a2: place("A2", &a),
        b1: place("B1", &b),
        b2: place("B2", &b),
        engine,
        database,
        sockets: JoinSet::new(),
        _folder: folder,
    };
    house.a1 = fill(&mut house, &public, place("A1", &a)).await;
    house.a2 = fill(&mut house, &public, place("A2", &a)).await;
    house.b1 = fill(&mut house, &public, place("B1", &b)).await;
    house.b2 = fill(&mut house, &public, place("B2", &b)).await;
    let kind = super::floor::kinds(&house).await;
    for name in ["A1", "A2", "B1", "B2"] {
        let made = super::floor::fill(&house, house.places(name), &kind).await;
        house.places_mut(name).ids.extend(made);
        let mail = super::mail::fill(&house, house.places(name)).await;
        house.places_mut(name).ids.extend(mail);
    }
    everybody(&mut house).await;
    house.settle().await;
    deliveries(&mut house).await;
    super::notices::fill(&mut house).await;
    super::insight::alerts(&mut house).await;
    // Each alert is told to the clients' bots.
    house.settle().await;
    house
}

impl House {
    fn places(&self, name: &str) -> &Places {
        [&self.a1, &self.a2, &self.b1, &self.b2].into_iter().find(|p| p.name == name).unwrap_or(&self.a1)
    }
    fn places_mut(&mut self, name: &str) -> &mut Places {
        match name {
            "A2" => &mut self.a2,
            "B1" => &mut self.b1,
            "B2" => &mut self.b2,
            _ => &mut self.a1,
        }
    }
}

/// A client and what belongs to all of its lines.
async fn client(admin: &Person, name: &str, mark: &str) -> BTreeMap<String, String> {
    let mut p = place("", &BTreeMap::new());
    let named = |what: &str| format!("{what} {name} {mark}");
    let made = admin.make("/api/v1/tenants", json!({"name": named("Client")})).await;
    let tenant = p.keep("tenant", &made);
    let made = admin.make("/api/v1/calendars", json!({"name": named("Calendar"), "tenant": tenant})).await;
    p.keep("calendar", &made);
    let made = admin.make("/api/v1/organisations", json!({"name": named("Firm"), "tenant": tenant})).await;
    let organisation = p.keep("organisation", &made);
    let handle = json!([{"kind": "email", "value": format!("someone.{name}{mark}@example.com")}]);
    let body =
        json!({"name": named("Person"), "tenant": tenant, "handles": handle, "organisation": organisation});
    let made = admin.make("/api/v1/contacts", body).await;
    p.keep("handle", &made["handles"][0]);
    p.keep("contact", &made);
    let contact = p.id("contact");
    p.ids.extend(super::crm::fill(admin, name, mark, &tenant, &contact).await);
    let label = named("Tier");
    let body = json!({"tenant": tenant, "key": "tier", "label_en": label, "label_zh": label, "kind": "text"});
    let made = admin.make("/api/v1/attributes", body).await;
    if made["id"].is_string() {
        p.keep("attribute", &made);
    }
    let body = json!({"tenant": tenant, "url": "https://example.com/hook", "kinds": ["*"]});
    let made = admin.make("/api/v1/webhooks", body).await;
    p.keep("webhook", &made);
    p.ids
}

/// What the clients' webhooks were told of all this.
async fn deliveries(house: &mut House) {
    let admin = house.admin.clone();
    for p in [&mut house.a1, &mut house.a2, &mut house.b1, &mut house.b2] {
        let path = format!("/api/v1/webhooks/{}/deliveries", p.id("webhook"));
        let told = admin.read(&path).await;
        p.keep("delivery", &told["items"][0]);
    }
}

/// A line and what stands in it.
async fn fill(house: &mut House, public: &Person, mut p: Places) -> Places {
    let (admin, mark, name) = (house.admin.clone(), p.mark.clone(), p.name);
    let named = |what: &str| format!("{what} {name} {mark}");
    let tenant = p.id("tenant");
    let line = admin.make("/api/v1/lines", json!({"tenant": tenant, "name": named("Line")})).await;
    let line = p.keep("line", &line);
    let body = json!({"line": line, "name_zh": named("类"), "name_en": named("Category")});
    let made = admin.make("/api/v1/categories", body).await;
    p.keep("category", &made);
    let body = json!({"tenant": tenant, "line": line, "name": named("Queue"), "offer_ms": 600_000});
    let made = admin.make("/api/v1/queues", body).await;
    let queue = p.keep("queue", &made);
    let site = house.running.app().settings().public_url.clone();
    let inbox = |channel: &str, config: Value| json!({"tenant": tenant, "line": line, "channel": channel, "name": named(channel), "queue": queue, "config": config});
    let made = admin.make("/api/v1/inboxes", inbox("api", json!({}))).await;
    p.api_key = text(&made, "key");
    let secret = admin.make(&format!("/api/v1/inboxes/{}/secret", text(&made, "id")), json!({})).await;
    p.api_secret = text(&secret, "secret");
    let made = admin.make("/api/v1/inboxes", inbox("webchat", json!({"allowed_sites": [site]}))).await;
    p.chat_key = text(&made, "key");
    p.keep("inbox", &made);
    worker(house, &mut p).await;
    talk(house, public, &mut p).await;
    super::desk_work::fill(&admin, &mut p).await;
    p
}

/// A user with this role here; `line` empty for the whole client.
async fn hire(house: &House, name: &str, role: &str, tenant: &str, line: &str) -> (Person, String) {
    let login = name.replace('@', ".");
    let place = name.rsplit('@').next().unwrap_or("");
    let client = if place.starts_with('A') { MARK_A } else { MARK_B };
    let marked = format!("{name} {client}{}", place.get(1..).unwrap_or(""));
    let body =
        json!({"login": login, "name": marked, "alias": marked, "number": "8001", "password": PASSWORD});
    let user = text(&house.admin.make("/api/v1/users", body).await, "id");
    let roles = house.admin.read("/api/v1/roles").await;
    let found = roles["items"].as_array().into_iter().flatten().find(|r| r["key"] == role);
    let role = text(found.unwrap_or_else(|| panic!("no role {role}")), "id");
    let mut grant = json!({"role": role});
    for (key, value) in [("tenant", tenant), ("line", line)] {
        if !value.is_empty() {
            grant[key] = json!(value);
        }
    }
    let grant = text(&house.admin.make(&format!("/api/v1/users/{user}/grants"), grant).await, "id");
    (house.admin.sign_in(&login, PASSWORD).await, grant)
}

/// The agent who works in a line, and what is theirs: account, grant, session, token, skill, team.
async fn worker(house: &mut House, p: &mut Places) {
    let suffix = p.name;
    let (tenant, line) = (p.id("tenant"), p.id("line"));
    let name = format!("agent@{suffix}");
    let (agent, grant) = hire(house, &name, "agent", &tenant, &line).await;
    let user = agent.user.clone();
    p.ids.insert("grant".into(), grant);
    p.ids.insert("user".into(), user.clone());
    let sessions = house.admin.read(&format!("/api/v1/users/{user}/sessions")).await;
    p.keep("session", &sessions["items"][0]);
    let (developer, _) = hire(house, &format!("developer@{suffix}"), "developer", &tenant, &line).await;
    let body = json!({"name": format!("token {}", p.mark), "permissions": ["conversations.read"], "tenant": tenant, "line": line});
    let made = developer.make("/api/v1/tokens", body).await;
    p.keep("token", &made);
    let roles = house.admin.read("/api/v1/roles").await;
    let role =
        roles["items"].as_array().into_iter().flatten().find(|r| r["key"] == "agent").expect("agent").clone();
    p.keep("role", &role);
    for (kind, path) in [("skill", "/api/v1/skills"), ("team", "/api/v1/teams")] {
        let made = house.admin.make(path, json!({"name": format!("{kind} of {suffix}")})).await;
        p.keep(kind, &made);
    }
    // Ready, so that work is offered.
    let mut socket = house.socket(&agent).await;
    socket.say(json!({"op": "hello"})).await;
    socket.until(|f| f["op"] == "ready").await;
    house.keep(socket);
    let r = agent.ask(Method::PUT, "/api/v1/presence", Some(json!({"state": "ready"}))).await;
    assert_eq!(r.status, 200, "{}", r.text);
    house.people.insert(name, agent);
    house.people.insert(format!("developer@{suffix}"), developer);
}

/// A visitor who wrote, an agent's note and file, and the offer that rings.
async fn talk(house: &mut House, public: &Person, p: &mut Places) {
    let session = public.make("/w/v1/session", json!({"inbox": p.chat_key})).await;
    p.visitor = text(&session, "token");
    let visitor = public.visiting(&p.visitor);
    let mut offers = house.socket(house.person(&agent_of(p))).await;
    offers.say(json!({"op": "hello"})).await;
    offers.until(|f| f["op"] == "ready").await;
    let body = json!({"client_id": "v1", "body": format!("I need help {}", p.mark)});
    visitor.make("/w/v1/messages", body).await;
    let heard = offers.until(|f| f["kind"] == "reservation.offered").await;
    let offer = &heard[heard.len() - 1]["data"]["reservation"];
    p.keep("reservation", offer);
    let all = house.admin.read(&format!("/api/v1/conversations?view=all&line={}", p.id("line"))).await;
    let conversation = p.keep("conversation", &all["items"][0]);
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let file = format!("/api/v1/attachments?conversation={conversation}&name=note{}.txt", p.mark);
    let sent = house
        .admin
        .send(Method::POST, &file, Some(("application/octet-stream", b"a file".to_vec())), &[])
        .await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let bound = text(&sent.json, "id");
    let note = json!({"client_id": "n1", "mode": "note", "body": format!("a note {}", p.mark), "attachments": [bound], "seen_seq": 9});
    let made = house.admin.make(&path, note).await;
    p.keep("message", &made);
    let sent = house
        .admin
        .send(Method::POST, &file, Some(("application/octet-stream", b"free".to_vec())), &[])
        .await;
    p.keep("attachment", &sent.json);
    super::sending::fill(house, p).await;
}

/// The agent who works in this line.
fn agent_of(p: &Places) -> String {
    format!("agent@{}", p.name)
}

/// Somebody of every role, for the whole of client A and for its first line; who sets up client B and its second line;
/// and tokens within the same bounds.
async fn everybody(house: &mut House) {
    let ids = |p: &Places| (p.id("tenant"), p.id("line"));
    let ((a, a1), (b, b2)) = (ids(&house.a1), ids(&house.b2));
    let mut wanted: Vec<(&str, &str, &str, &str)> = vec![];
    for role in ROLES {
        wanted.extend([(role, "A", a.as_str(), ""), (role, "A1", a.as_str(), a1.as_str())]);
    }
    wanted.extend([("administrator", "B", b.as_str(), ""), ("administrator", "B2", b.as_str(), b2.as_str())]);
    for (role, place, tenant, line) in wanted {
        let name = format!("{role}@{place}");
        if !house.people.contains_key(&name) {
            let (person, _) = hire(house, &name, role, tenant, line).await;
            house.people.insert(name, person);
        }
    }
    for (name, tenant, line) in [
        ("token@A", &a, ""),
        ("token@A1", &a, a1.as_str()),
        ("token@B", &b, ""),
        ("token@B2", &b, b2.as_str()),
    ] {
        let mut body = json!({"name": name, "permissions": ["*"], "tenant": tenant});
        if !line.is_empty() {
            body["line"] = json!(line);
        }
        let r = house.admin.post("/api/v1/tokens", body.clone()).await;
        let made = if r.status == 201 {
            r.json
        } else {
            let all = house.admin.get("/api/v1/permissions").await;
            let mut keys = vec![];
            keys_in(&all.json, &mut keys);
            body["permissions"] = json!(keys);
            house.admin.make("/api/v1/tokens", body).await
        };
        let person = house.admin.bearing(&text(&made, "token"));
        house.people.insert(name.into(), person);
    }
}

/// Every `key` in a document.
fn keys_in(v: &Value, out: &mut Vec<String>) {
    match v {
        Value::Array(items) => items.iter().for_each(|i| keys_in(i, out)),
        Value::Object(fields) => {
            out.extend(fields.get("key").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|i| keys_in(i, out));
        }
        _ => {}
    }
}
