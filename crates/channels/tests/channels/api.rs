//! The API inbox: who may send, and what is refused.

use crate::stage::{API_SECRET, CLIENTS, Stage, key_of};
use axum::http::{Method, StatusCode};
use channels::api::SecretCache;
use conversations::inboxes::{SECRET, SECRET_BEFORE};
use kernel::{AggregateKey, TenantScope};
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::web::signature::SigningKey;
use serde_json::{Value, json};
use std::sync::Arc;

fn message() -> String {
    json!({ "external_id": "m1", "contact": { "external_id": "u1", "name": "王女士" }, "body": "hello" })
        .to_string()
}

struct Sent<'a> {
    secret: &'a str,
    at: i64,
    body: String,
    key: String,
}

impl Stage {
    fn sent(&self) -> Sent<'static> {
        let at = self.program.app.now() / 1_000;
        Sent { secret: API_SECRET, at, body: message(), key: key_of(CLIENTS[0], "api") }
    }

    async fn send(&self, s: Sent<'_>, change: impl Fn(String) -> String) -> (StatusCode, Value) {
        let key = SigningKey::parse(s.secret).expect("a secret");
        let signature = key.sign("d1", s.at, s.body.as_bytes());
        let at = s.at.to_string();
        let headers = [
            ("webhook-id", "d1"),
            ("webhook-timestamp", at.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        self.call(Method::POST, &format!("/in/v1/{}", s.key), &headers, change(s.body)).await
    }
}

#[tokio::test]
async fn only_what_was_signed_with_the_inboxs_secret_is_taken() {
    let stage = Stage::new().await;
    let same = |b: String| b;
    let code = |a: &Value| a["code"].as_str().unwrap_or("").to_owned();
    let (status, answer) = stage.send(stage.sent(), |b| format!("{b} ")).await;
    assert_eq!((status.as_u16(), code(&answer).as_str()), (401, "api.signature"), "one byte more");
    let (status, answer) = stage.send(Sent { secret: "whsec_AAAA", ..stage.sent() }, same).await;
    assert_eq!((status.as_u16(), code(&answer).as_str()), (401, "api.signature"), "another secret");
    for late in [-301, 301] {
        let (status, answer) = stage.send(Sent { at: stage.sent().at + late, ..stage.sent() }, same).await;
        assert_eq!((status.as_u16(), code(&answer).as_str()), (401, "api.timestamp"));
    }
    let (status, answer) =
        stage.call(Method::POST, &format!("/in/v1/{}", stage.sent().key), &[], message()).await;
    assert_eq!((status.as_u16(), code(&answer).as_str()), (401, "api.headers"));
    for key in [String::from("nobody"), key_of(CLIENTS[0], "webchat")] {
        let (status, _) = stage.send(Sent { key, ..stage.sent() }, same).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    // Nothing is read before the signature was found good.
    let (status, _) = stage.send(stage.sent(), |_| "{".into()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, answer) =
        stage.send(Sent { body: message().replace("\"body\"", "\"tenant\""), ..stage.sent() }, same).await;
    assert_eq!((status.as_u16(), answer["fields"][0]["fault"].as_str()), (422, Some("unknown")));
    assert!(stage.texts(CLIENTS[0]).await.is_empty(), "nothing was taken");
    assert_eq!(stage.send(stage.sent(), same).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn two_secrets_are_good_while_one_is_being_changed() {
    let stage = Stage::new().await;
    let app = stage.program.app.clone();
    let (inbox, now) = (stage.inbox(CLIENTS[0], "api"), app.now());
    let fresh = [FreshSecret::new(app.ids(), app.rng()), FreshSecret::new(app.ids(), app.rng())];
    let (secrets, tenant, id) = (app.secrets().clone(), inbox.tenant, inbox.id.0);
    let write = async move |tx: &mut Tx| {
        secrets.seal(tx, &fresh[0], tenant, SECRET_BEFORE, id, API_SECRET.as_bytes(), now).await?;
        secrets.seal(tx, &fresh[1], tenant, SECRET, id, b"whsec_bmV3LW5ldy1uZXc=", now).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
    app.port::<Arc<SecretCache>>().forget(inbox.id);
    let same = |b: String| b;
    let new = "whsec_bmV3LW5ldy1uZXc=";
    assert_eq!(stage.send(stage.sent(), same).await.0, StatusCode::CREATED, "the one before");
    assert_eq!(stage.send(Sent { secret: new, ..stage.sent() }, same).await.0, StatusCode::OK, "the new one");
    stage.program.clock.advance(86_400_000);
    assert_eq!(
        stage.send(stage.sent(), same).await.0,
        StatusCode::UNAUTHORIZED,
        "a day later only the new one"
    );
    assert_eq!(stage.send(Sent { secret: new, ..stage.sent() }, same).await.0, StatusCode::OK);
}

#[tokio::test]
async fn threads_of_one_person_are_conversations_of_their_own() {
    let stage = Stage::new().await;
    for (id, thread) in
        [("m1", None), ("m2", Some("order 1")), ("m3", Some("order 2")), ("m4", Some("order 1"))]
    {
        let body =
            json!({ "external_id": id, "thread": thread, "contact": { "external_id": "u1" }, "body": "x" });
        assert_eq!(stage.inbound(CLIENTS[0], &body).await.0, StatusCode::CREATED);
    }
    let rows = stage.conversations(CLIENTS[0]).await;
    assert_eq!(rows.iter().map(|r| r.thread.as_str()).collect::<Vec<_>>(), ["u1", "order 1", "order 2"]);
    assert!(rows.windows(2).all(|w| w[0].contact == w[1].contact));
}

#[tokio::test]
async fn a_file_at_a_private_address_is_not_fetched_and_the_source_is_told() {
    let stage = Stage::new().await;
    let body = json!({ "external_id": "m1", "contact": { "external_id": "u1" }, "body": "",
        "attachments": [{ "url": "http://169.254.169.254/latest", "name": "a.png" }] });
    let (status, answer) = stage.inbound(CLIENTS[0], &body).await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (422, Some("api.file")));
    assert_eq!(answer["fields"][0]["field"], "/attachments/0/url");
    assert!(stage.conversations(CLIENTS[0]).await.is_empty());
}
