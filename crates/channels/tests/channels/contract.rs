//! What every channel promises, as one set of tests that each channel passes.

use crate::stage::{CLIENTS, Stage};
use futures_util::future::join_all;
use kernel::TenantId;
use serde_json::{Value, json};

/// A channel as its customers use it.
trait Channel {
    /// One customer.
    type Person: Clone;
    async fn person(stage: &Stage, tenant: TenantId, name: &str) -> Self::Person;
    /// Sends a message under the sender's own name for it; answers the status and the body.
    async fn write(stage: &Stage, person: &Self::Person, key: &str, body: &str) -> (u16, Value);
    /// The texts a customer sees, where the channel lets them fetch any.
    async fn sees(stage: &Stage, person: &Self::Person) -> Option<Vec<String>>;
    /// The word of its inboxes.
    const WORD: &'static str;
}

struct Widget;

impl Channel for Widget {
    type Person = String;
    const WORD: &'static str = "webchat";
    async fn person(stage: &Stage, tenant: TenantId, _: &str) -> String {
        stage.visitor(tenant).await
    }
    async fn write(stage: &Stage, token: &String, key: &str, body: &str) -> (u16, Value) {
        let (status, answer) = stage.say(token, key, body).await;
        (status.as_u16(), answer)
    }
    async fn sees(stage: &Stage, token: &String) -> Option<Vec<String>> {
        let page = stage.seen(token, 0).await;
        let items = page["items"].as_array().expect("a list").clone();
        let text = |m: &Value| m["body"].as_str().expect("a text").to_owned();
        Some(items.iter().filter(|m| m["event"].is_null()).map(text).collect())
    }
}

struct Source;

impl Channel for Source {
    type Person = (TenantId, String);
    const WORD: &'static str = "api";
    async fn person(_: &Stage, tenant: TenantId, name: &str) -> (TenantId, String) {
        (tenant, name.to_owned())
    }
    async fn write(stage: &Stage, (tenant, name): &Self::Person, key: &str, body: &str) -> (u16, Value) {
        let message = json!({ "external_id": key, "contact": { "external_id": name }, "body": body });
        let (status, answer) = stage.inbound(*tenant, &message).await;
        (status.as_u16(), answer)
    }
    async fn sees(_: &Stage, _: &Self::Person) -> Option<Vec<String>> {
        None
    }
}

async fn repeated_at_once_is_one_message<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    let answers = join_all((0..32).map(|_| C::write(&stage, &person, "k1", "hello"))).await;
    // A visitor may not send 32 messages at once, whether they are the same or not.
    let taken: Vec<_> = answers.iter().filter(|(s, _)| *s != 429).collect();
    assert_eq!(taken.iter().filter(|(s, _)| *s == 201).count(), 1);
    assert!(
        taken.len() >= 16
            && taken.iter().all(|(s, a)| [200, 201].contains(s) && a["seq"] == taken[0].1["seq"])
    );
    assert_eq!(stage.conversations(CLIENTS[0]).await.len(), 1);
    assert_eq!(stage.texts(CLIENTS[0]).await.len(), 1);
}

async fn reordered_and_repeated_stay_in_one_conversation<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    let mut first = vec![];
    for key in ["k3", "k1", "k2", "k1", "k3", "k2"] {
        let (status, answer) = C::write(&stage, &person, key, key).await;
        assert!([200, 201].contains(&status), "{answer}");
        first.push((key, answer["seq"].as_i64().expect("a number"), status));
    }
    let (new, old): (Vec<_>, Vec<_>) = first.into_iter().partition(|(.., s)| *s == 201);
    assert_eq!(new.iter().map(|(k, ..)| *k).collect::<Vec<_>>(), ["k3", "k1", "k2"], "as they arrived");
    assert!(new.windows(2).all(|w| w[0].1 + 1 == w[1].1), "numbers without gaps");
    for (key, seq, _) in old {
        assert!(new.iter().any(|(k, s, _)| *k == key && *s == seq), "the same answer again");
    }
    assert_eq!(stage.conversations(CLIENTS[0]).await.len(), 1);
    assert_eq!(
        stage.texts(CLIENTS[0]).await.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(),
        ["k3", "k1", "k2"]
    );
}

async fn one_clients_customers_are_nothing_to_another<C: Channel>() {
    let stage = Stage::new().await;
    let one = C::person(&stage, CLIENTS[0], "same").await;
    let two = C::person(&stage, CLIENTS[1], "same").await;
    assert_eq!(C::write(&stage, &one, "k1", "one").await.0, 201);
    assert_eq!(
        C::write(&stage, &two, "k1", "two").await.0,
        201,
        "the same names in another client are others"
    );
    for (tenant, text) in CLIENTS.into_iter().zip(["one", "two"]) {
        assert_eq!(stage.texts(tenant).await.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(), [text]);
    }
    if let (Some(a), Some(b)) = (C::sees(&stage, &one).await, C::sees(&stage, &two).await) {
        assert_eq!((a, b), (vec!["one".to_owned()], vec!["two".to_owned()]));
    }
}

async fn notes_stay_inside<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    C::write(&stage, &person, "k1", "question").await;
    let id = stage.conversations(CLIENTS[0]).await[0].id;
    stage.answer(CLIENTS[0], id, "a difficult one", true).await;
    stage.answer(CLIENTS[0], id, "answer", false).await;
    if let Some(texts) = C::sees(&stage, &person).await {
        assert_eq!(texts, ["question", "answer"]);
    }
}

async fn waits_for_us_after_a_message_and_not_after_a_reply<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    C::write(&stage, &person, "k1", "question").await;
    let row = stage.conversations(CLIENTS[0]).await.remove(0);
    assert_eq!((row.waiting.word(), row.contact_count, row.channel.word()), ("agent", 1, C::WORD));
    let row = stage.answer(CLIENTS[0], row.id, "answer", false).await.row;
    assert_eq!(row.waiting.word(), "customer");
}

async fn card_numbers_do_not_get_in<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    assert_eq!(C::write(&stage, &person, "k1", "卡号 4111 1111 1111 1111").await.0, 201);
    assert!(!stage.texts(CLIENTS[0]).await[0].1.contains("1111 1111 1111"));
}

async fn an_inbox_that_is_off_takes_nothing<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    stage.set_inbox(stage.inbox(CLIENTS[0], C::WORD).id, false).await;
    let (status, answer) = C::write(&stage, &person, "k1", "hello").await;
    assert_eq!((status, answer["code"].as_str()), (403, Some("inbox.closed")));
    assert!(stage.texts(CLIENTS[0]).await.is_empty());
}

async fn what_does_not_fit_is_refused_and_leaves_nothing<C: Channel>() {
    let stage = Stage::new().await;
    let person = C::person(&stage, CLIENTS[0], "u1").await;
    for body in ["", "  \n ", &"字".repeat(17_000)] {
        let (status, answer) = C::write(&stage, &person, "k1", body).await;
        assert_eq!(status, 422, "{answer}");
    }
    assert!(stage.conversations(CLIENTS[0]).await.is_empty());
}

macro_rules! contract {
    ($($name:ident),+ $(,)?) => {
        mod widget { $(#[tokio::test] async fn $name() { super::$name::<super::Widget>().await } )+ }
        mod source { $(#[tokio::test] async fn $name() { super::$name::<super::Source>().await } )+ }
    };
}

contract! {
    repeated_at_once_is_one_message,
    reordered_and_repeated_stay_in_one_conversation,
    one_clients_customers_are_nothing_to_another,
    notes_stay_inside,
    waits_for_us_after_a_message_and_not_after_a_reply,
    card_numbers_do_not_get_in,
    an_inbox_that_is_off_takes_nothing,
    what_does_not_fit_is_refused_and_leaves_nothing,
}
