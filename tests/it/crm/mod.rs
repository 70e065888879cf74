//! What customers decides and conversations obey: merges take conversations along, the block list stops messages.

use crate::house::{House, Person};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

fn id(v: &Value) -> String {
    v["id"].as_str().unwrap_or_else(|| panic!("no id in {v}")).to_owned()
}

/// A visitor of A1 who has written once, with the contact and conversation they became.
async fn visitor(house: &House, words: &str) -> (Person, String, String) {
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let session = public.make("/w/v1/session", json!({"inbox": house.a1.chat_key})).await;
    let person = public.visiting(session["token"].as_str().expect("a token"));
    person.make("/w/v1/messages", json!({"client_id": words, "body": words})).await;
    let all = house.admin.read(&format!("/api/v1/conversations?view=all&line={}", house.a1.id("line"))).await;
    let rows = all["items"].as_array().expect("rows");
    let row =
        rows.iter().find(|r| r["last"]["text"] == words || r.to_string().contains(words)).expect("the row");
    (person, row["contact"]["id"].as_str().expect("a contact").to_owned(), id(row))
}

async fn contact_of(house: &House, conversation: &str) -> String {
    let open = house.admin.read(&format!("/api/v1/conversations/{conversation}")).await;
    open["contact"]["id"].as_str().expect("a contact").to_owned()
}

async fn merging(house: &House) {
    let admin = &house.admin;
    let (_, first, talk) = visitor(house, "merging-first").await;
    let (_, second, other) = visitor(house, "merging-second").await;
    let path = format!("/api/v1/contacts/{first}/merge");
    // Both talk at the same inbox: one has to end.
    let refused = admin.post(&path, json!({"with": second})).await;
    assert_eq!(
        (refused.status, &refused.json["code"]),
        (409, &json!("contact.both_talking")),
        "{}",
        refused.text
    );
    assert_eq!(contact_of(house, &other).await, second, "nothing changed");
    admin.make(&format!("/api/v1/conversations/{other}/resolve"), json!({})).await;
    let done = admin.make(&path, json!({"with": second})).await;
    assert_eq!(contact_of(house, &other).await, first);
    assert_eq!(contact_of(house, &talk).await, first);
    let history = admin.read(&format!("/api/v1/contacts/{first}/timeline")).await;
    let told: Vec<&Value> =
        history["items"].as_array().expect("entries").iter().map(|e| &e["conversation"]).collect();
    assert!(told.contains(&&json!(other)) && told.contains(&&json!(talk)), "{history}");
    admin.make(&format!("/api/v1/merges/{}/undo", id(&done["merge"])), json!({})).await;
    assert_eq!(contact_of(house, &other).await, second);
    assert_eq!(contact_of(house, &talk).await, first);
}

async fn blocking(house: &House) {
    let admin = &house.admin;
    let tenant = house.a1.id("tenant");
    let (person, contact, conversation) = visitor(house, "blocking-first").await;
    let write = |words: &'static str| {
        let person = &person;
        async move { person.post("/w/v1/messages", json!({"client_id": words, "body": words})).await }
    };
    let body = json!({"tenant": tenant, "contact": contact, "reason": "abuse", "line": house.a1.id("line")});
    let made = admin.make("/api/v1/blocks", body).await;
    assert!(write("still-asked").await.status < 300, "what is only asked for stops nobody");
    let lead = house.person("supervisor@A");
    lead.make(&format!("/api/v1/blocks/{}/decision", id(&made)), json!({"agree": true})).await;
    let refused = write("refused").await;
    assert_eq!((refused.status, &refused.json["code"]), (403, &json!("sender.blocked")), "{}", refused.text);
    let policy = json!({"tenant": tenant, "silent": true});
    let set = admin.ask(Method::PUT, "/api/v1/block-policy", Some(policy)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert!(write("silent").await.status < 300, "taken silently");
    let open = admin.read(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(open["status"], "resolved", "and nobody's time is spent: {open}");
    let listed = admin.read(&format!("/api/v1/blocks/{}", id(&made))).await;
    assert_eq!(listed["hits"], 2);
    lead.make(&format!("/api/v1/blocks/{}/lift", id(&made)), json!({"reason": "apologised"})).await;
    assert!(write("lifted").await.status < 300);
    let open = admin.read(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(open["status"], "open", "{open}");
}

#[tokio::test(flavor = "multi_thread")]
async fn merges_and_blocks_reach_conversations() {
    for engine in Engine::ALL {
        let house = House::on(engine).await;
        merging(&house).await;
        blocking(&house).await;
        house.end().await;
    }
}
