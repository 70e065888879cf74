//! Who a visitor is, over HTTP: proof, its attacks, what it opens, and the inbox that asks for it.

use crate::stage::{CLIENTS, Stage, key_of};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use conversations::inboxes::IDENTITY_SECRET;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{AggregateKey, TenantScope};
use platform::secrets::FreshSecret;
use platform::store::Tx;
use serde_json::{Value, json};
use sha2::Sha256;

const A: kernel::TenantId = CLIENTS[0];
const B: kernel::TenantId = CLIENTS[1];
const SECRET: &str = "hark_id_secret_of_a";

fn mac(key: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn jwt(secret: &str, body: &Value) -> String {
    let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let text = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(body));
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac(secret, &text)))
}

async fn give_secret(stage: &Stage, tenant: kernel::TenantId, secret: &'static str) {
    let app = &stage.program.app;
    let (inbox, secrets, fresh) =
        (stage.inbox(tenant, "webchat"), app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
    let write = async move |tx: &mut Tx| {
        secrets.seal(tx, &fresh, tenant, IDENTITY_SECRET, inbox.id.0, secret.as_bytes(), 0).await
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("t", 1), write).await.expect("writes");
}

fn claims(stage: &Stage, sub: &str, nonce: &str) -> Value {
    let now = stage.program.app.now() / 1_000;
    json!({ "sub": sub, "aud": key_of(A, "webchat"), "iat": now, "exp": now + 600, "jti": nonce, "name": "李雷" })
}

async fn identify(stage: &Stage, visitor: &str, body: Value) -> (StatusCode, Value) {
    stage.call(Method::POST, "/w/v1/identify", &[("authorization", visitor)], body.to_string()).await
}

fn bearer(session: &Value) -> String {
    format!("Visitor {}", session["token"].as_str().expect("a token"))
}

async fn proved(stage: &Stage, sub: &str, nonce: &str) -> String {
    let visitor = stage.visitor(A).await;
    let token = jwt(SECRET, &claims(stage, sub, nonce));
    let (status, s) = identify(stage, &visitor, json!({ "token": token })).await;
    assert_eq!((status, s["identity"].as_str()), (StatusCode::OK, Some("proved")), "{s}");
    bearer(&s)
}

#[tokio::test]
async fn somebody_proved_finds_their_conversation_on_every_device_and_nobody_elses() {
    let stage = Stage::new().await;
    give_secret(&stage, A, SECRET).await;
    let phone = proved(&stage, "u-1", "nonce-phone").await;
    assert_eq!(stage.say(&phone, "k1", "from my phone").await.0, StatusCode::CREATED);
    let desk = proved(&stage, "u-1", "nonce-desk").await;
    assert_eq!(stage.seen(&desk, 0).await["items"][1]["body"], "from my phone");
    let past = stage.call(Method::GET, "/w/v1/conversations", &[("authorization", &desk)], "").await.1;
    let id = past["items"][0]["id"].as_str().expect("a conversation").to_owned();
    let one = &past["items"][0];
    assert_eq!(
        (&one["about"], &one["current"], &one["status"]),
        (&json!("from my phone"), &json!(true), &json!("open"))
    );
    let path = format!("/w/v1/conversations/{id}/messages");
    let (status, page) = stage.call(Method::GET, &path, &[("authorization", &desk)], "").await;
    assert_eq!((status, page["items"][1]["body"].as_str()), (StatusCode::OK, Some("from my phone")));
    // Another person, and nobody in particular, on whatever path.
    for other in [proved(&stage, "u-2", "nonce-other").await, stage.visitor(A).await] {
        assert_eq!(stage.seen(&other, 0).await["items"].as_array().map(Vec::len), Some(0));
        let (status, _) = stage.call(Method::GET, &path, &[("authorization", &other)], "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let list = stage.call(Method::GET, "/w/v1/conversations", &[("authorization", &other)], "").await.1;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
    }
}

#[tokio::test]
async fn proofs_that_prove_nothing_are_refused_with_the_reason() {
    let stage = Stage::new().await;
    give_secret(&stage, A, SECRET).await;
    give_secret(&stage, B, "hark_id_secret_of_b").await;
    let good = claims(&stage, "u-1", "nonce-0001");
    let with = |field: &str, value: Value| {
        let mut c = good.clone();
        c[field] = value;
        c
    };
    let now = stage.program.app.now() / 1_000;
    let none = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
        URL_SAFE_NO_PAD.encode(good.to_string())
    );
    let attacks = [
        ("algorithm", none),
        ("signature", jwt("hark_id_secret_of_b", &good)),
        ("signature", jwt(&key_of(A, "webchat"), &good)),
        ("audience", jwt(SECRET, &with("aud", json!(key_of(B, "webchat"))))),
        ("expired", jwt(SECRET, &with("exp", json!(now - 1)))),
        ("too_long", jwt(SECRET, &with("exp", json!(now + 7_200)))),
        ("claims", jwt(SECRET, &with("sub", json!("")))),
        ("malformed", String::from("not.a.token")),
    ];
    for (reason, token) in attacks {
        let visitor = stage.visitor(A).await;
        let (status, answer) = identify(&stage, &visitor, json!({ "token": token })).await;
        assert_eq!((status.as_u16(), answer["code"].as_str()), (403, Some("visitor.proof")), "{reason}");
        assert_eq!(answer["detail"], reason);
    }
    // A hash is taken only where the inbox says so.
    let hash: String = mac(SECRET, "u-1").iter().map(|b| format!("{b:02x}")).collect();
    let visitor = stage.visitor(A).await;
    let body = json!({ "identifier": "u-1", "identifier_hash": hash });
    assert_eq!(identify(&stage, &visitor, body.clone()).await.1["detail"], "not_taken");
    stage.configure(A, |c| c.widget.identity.accept_hash = true).await;
    assert_eq!(identify(&stage, &visitor, body).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_proof_is_good_for_one_device() {
    let stage = Stage::new().await;
    give_secret(&stage, A, SECRET).await;
    let body = json!({ "token": jwt(SECRET, &claims(&stage, "u-1", "nonce-0001")) });
    let (own, thief) = (stage.visitor(A).await, stage.visitor(A).await);
    assert_eq!(identify(&stage, &own, body.clone()).await.0, StatusCode::OK);
    assert_eq!(identify(&stage, &own, body.clone()).await.0, StatusCode::OK, "the answer may have been lost");
    let (status, answer) = identify(&stage, &thief, body).await;
    assert_eq!((status, answer["detail"].as_str()), (StatusCode::FORBIDDEN, Some("replayed")));
}

#[tokio::test]
async fn another_person_on_the_device_takes_nothing_along() {
    let stage = Stage::new().await;
    give_secret(&stage, A, SECRET).await;
    let first = proved(&stage, "u-1", "nonce-0001").await;
    stage.say(&first, "k1", "mine").await;
    let token = jwt(SECRET, &claims(&stage, "u-2", "nonce-0002"));
    let (status, s) = identify(&stage, &first, json!({ "token": token })).await;
    assert_eq!((status, s["conversation"].is_null()), (StatusCode::OK, true));
    assert_eq!(stage.seen(&bearer(&s), 0).await["items"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn an_inbox_that_asks_for_proof_is_shut_to_everybody_else() {
    let stage = Stage::new().await;
    give_secret(&stage, A, SECRET).await;
    let before = stage.visitor(A).await;
    stage.say(&before, "k1", "while it was open").await;
    stage.configure(A, |c| c.widget.identity.mode = conversations::inboxes::IdentityMode::Required).await;
    let (status, answer) = stage.say(&before, "k2", "no longer").await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (403, Some("visitor.identity")));
    let (status, _) = stage.call(Method::GET, "/w/v1/messages", &[("authorization", &before)], "").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nor read");
    let body = json!({ "inbox": key_of(A, "webchat"), "token": before.strip_prefix("Visitor ") }).to_string();
    let (_, s) = stage.call(Method::POST, "/w/v1/session", &[], body).await;
    assert_eq!((s["identity"].as_str(), s["conversation"].is_null()), (Some("needed"), true));
    let known = proved(&stage, "u-1", "nonce-0001").await;
    assert_eq!(stage.say(&known, "k1", "I am").await.0, StatusCode::CREATED);
    // The proof has an end; renewing the session does not move it.
    stage.program.clock.advance(23 * 3_600_000);
    let body = json!({ "inbox": key_of(A, "webchat"), "token": known.strip_prefix("Visitor ") }).to_string();
    let (_, s) = stage.call(Method::POST, "/w/v1/session", &[], body).await;
    let renewed = bearer(&s);
    stage.program.clock.advance(2 * 3_600_000);
    assert_eq!(stage.say(&renewed, "k2", "late").await.0, StatusCode::UNAUTHORIZED);
}
