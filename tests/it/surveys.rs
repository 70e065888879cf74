//! Surveys, from the end of a conversation to the figures: the widget's routes, the desk's, and the reader of the log between.

use crate::house::{House, Person, Places, text};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Engine;

/// A visitor of a line who was answered, with their conversation.
async fn served(house: &House, public: &Person, p: &Places, agent: &Person) -> (Person, String) {
    let session = public.make("/w/v1/session", json!({"inbox": p.chat_key, "language": "zh-CN"})).await;
    let visitor = public.visiting(&text(&session, "token"));
    visitor.make("/w/v1/messages", json!({"client_id": "s1", "body": "please help"})).await;
    let all = house.admin.read(&format!("/api/v1/conversations?view=all&line={}", p.id("line"))).await;
    let known = p.id("conversation");
    let rows = all["items"].as_array().expect("a list");
    let id = rows.iter().map(|r| text(r, "id")).filter(|id| *id != known).max().expect("the new one");
    let reply = json!({"client_id": format!("r{id}"), "mode": "reply", "body": "done", "seen_seq": 9});
    agent.make(&format!("/api/v1/conversations/{id}/messages"), reply).await;
    (visitor, id)
}

async fn open_survey(visitor: &Person) -> Value {
    visitor.read("/w/v1/survey").await["survey"].clone()
}

async fn from_end_to_figures(engine: Engine) {
    let house = House::on(engine).await;
    let p = &house.a1;
    let line = p.id("line");
    let public = Person::at(house.running.public, &house.running.app().settings().public_url);
    let set = |auto: bool| json!({"enabled": true, "definition": {"auto": auto, "question_zh": "满意吗？", "expertise": false}});
    let put = house.admin.ask(Method::PUT, &format!("/api/v1/lines/{line}/survey"), Some(set(true))).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let agent = house.admin.clone();

    // By itself, at the end.
    let (visitor, id) = served(&house, &public, p, &agent).await;
    assert!(open_survey(&visitor).await.is_null(), "not before the end");
    assert_eq!(visitor.post("/w/v1/end", json!({})).await.status, 204);
    house.settle().await;
    let asked = open_survey(&visitor).await;
    assert_eq!(
        (asked["conversation"].as_str(), asked["question"].as_str()),
        (Some(id.as_str()), Some("满意吗？"))
    );
    assert_eq!(asked["dimensions"], json!(["attitude", "resolution"]));
    // Nobody else's, and only what is asked.
    let stranger = public.visiting(&p.visitor);
    let answer = json!({"conversation": id, "score": 5, "attitude": 4, "solved": true, "remark": "quick"});
    assert_eq!(stranger.post("/w/v1/survey", answer.clone()).await.code(), "survey.gone");
    let unasked = json!({"conversation": id, "score": 5, "expertise": 4});
    assert_eq!(visitor.post("/w/v1/survey", unasked).await.status, 422);
    assert_eq!(visitor.post("/w/v1/survey", answer.clone()).await.status, 204);
    assert_eq!(visitor.post("/w/v1/survey", answer).await.code(), "survey.answered");
    assert!(open_survey(&visitor).await.is_null());
    let of = house.admin.read(&format!("/api/v1/conversations/{id}/survey")).await;
    assert_eq!((of["response"]["score"].as_i64(), of["invited_by"].as_str()), (Some(5), Some("auto")));

    // By the agent, once.
    let (second, id) = served(&house, &public, p, &agent).await;
    let invite = format!("/api/v1/conversations/{id}/survey");
    assert_eq!(agent.post(&invite, json!({})).await.status, 200);
    assert_eq!(agent.post(&invite, json!({})).await.code(), "survey.invited");
    assert_eq!(
        second.post("/w/v1/survey", json!({"conversation": id, "score": 2, "solved": false})).await.status,
        204
    );

    // The figures are those of the two, apart by who invited.
    let results = house.admin.read(&format!("/api/v1/lines/{line}/survey/results?from=0&to=1")).await;
    assert_eq!(results["distribution"], json!([0, 0, 0, 0, 0]), "outside the span there is nothing");
    let now = house.running.app().now();
    let span = format!("from={}&to={}", now - 86_400_000, now + 60_000);
    let results = house.admin.read(&format!("/api/v1/lines/{line}/survey/results?{span}")).await;
    assert_eq!(results["distribution"], json!([0, 1, 0, 0, 1]));
    let share = |i: usize, f: &str| results["shares"][i][f].as_i64();
    assert_eq!(
        (share(0, "invited"), share(0, "answered"), share(0, "score_sum")),
        (Some(1), Some(1), Some(5))
    );
    assert_eq!(
        (share(1, "invited"), share(1, "answered"), share(1, "score_sum")),
        (Some(1), Some(1), Some(2))
    );
    assert_eq!((results["solved_yes"].as_i64(), results["solved_count"].as_i64()), (Some(1), Some(2)));
    assert_eq!(results["dimensions"][0], json!({"name": "attitude", "count": 1, "sum": 4}));
    let page = house.admin.read(&format!("/api/v1/lines/{line}/survey/responses?{span}&limit=1")).await;
    assert_eq!(page["items"][0]["score"], 2);
    let next = text(&page, "next");
    let page = house
        .admin
        .read(&format!("/api/v1/lines/{line}/survey/responses?{span}&limit=1&cursor={next}"))
        .await;
    assert_eq!((page["items"][0]["score"].as_i64(), page["next"].is_null()), (Some(5), true));

    // Off, nobody is asked.
    let off = json!({"enabled": false, "definition": {}});
    house.admin.ask(Method::PUT, &format!("/api/v1/lines/{line}/survey"), Some(off)).await;
    let (third, id) = served(&house, &public, p, &agent).await;
    assert_eq!(third.post("/w/v1/end", json!({})).await.status, 204);
    house.settle().await;
    assert!(open_survey(&third).await.is_null());
    assert_eq!(
        agent.post(&format!("/api/v1/conversations/{id}/survey"), json!({})).await.code(),
        "survey.off"
    );
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_end_of_a_conversation_to_the_figures() {
    from_end_to_figures(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_end_of_a_conversation_to_the_figures_on_postgres() {
    from_end_to_figures(Engine::Postgres).await;
}
