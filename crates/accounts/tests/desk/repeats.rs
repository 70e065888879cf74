//! Requests that are sent twice under one key.

use crate::desk::{Browser, Desk, text};
use axum::body::Body;
use futures_util::future::join_all;
use http::{Request, Response, StatusCode, header};
use kernel::{TenantScope, sql};
use platform::store::Tx;
use serde_json::{Value, json};
use testkit::Engine;
use tower::ServiceExt;

async fn send(d: &Desk, by: &Browser, path: &str, key: &str, body: &Value) -> (Response<()>, String) {
    let mut rq =
        Request::post(path).header(header::CONTENT_TYPE, "application/json").header("idempotency-key", key);
    if let Some(c) = &by.cookie {
        rq = rq.header(header::COOKIE, c).header(header::ORIGIN, "http://desk.test");
    }
    let rq = rq.body(Body::from(body.to_string())).expect("a request");
    let answer = d.router.clone().oneshot(rq).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    (Response::from_parts(parts, ()), String::from_utf8(bytes.to_vec()).expect("text"))
}

fn code(body: &str) -> Value {
    serde_json::from_str::<Value>(body).expect("a problem")["code"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_does_it_once_and_is_answered_alike() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let body = json!({ "name": "夜班" });
        let (first, one) = send(&d, &d.admin, "/api/v1/tenants", "k-1", &body).await;
        let (again, two) = send(&d, &d.admin, "/api/v1/tenants", "k-1", &body).await;
        assert_eq!((first.status(), again.status()), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(one, two);
        assert_eq!(again.headers()["idempotency-replayed"], "true");
        assert_eq!(again.headers()[header::CONTENT_TYPE], first.headers()[header::CONTENT_TYPE]);
        assert!(again.headers().contains_key("x-request-id"));
        let (other, words) = send(&d, &d.admin, "/api/v1/tenants", "k-1", &json!({ "name": "x" })).await;
        assert_eq!((other.status(), code(&words)), (StatusCode::CONFLICT, json!("idempotency.other_body")));
        let all = d.get(&d.admin, "/api/v1/tenants").await.ok();
        assert_eq!(all["items"].as_array().map(Vec::len), Some(1), "{all}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_are_one() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let body = json!({ "name": "夜班" });
        let all = join_all((0..16).map(|_| send(&d, &d.admin, "/api/v1/tenants", "k-2", &body))).await;
        for (answer, words) in &all {
            match answer.status() {
                StatusCode::CREATED => {}
                StatusCode::CONFLICT => assert_eq!(code(words), "idempotency.under_way"),
                other => panic!("{other}: {words}"),
            }
        }
        let tenants = d.get(&d.admin, "/api/v1/tenants").await.ok();
        assert_eq!(tenants["items"].as_array().map(Vec::len), Some(1), "{tenants}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refused_may_be_mended_and_keys_are_ones_own() {
    let d = Desk::new(Engine::Sqlite).await;
    let (refused, _) = send(&d, &d.admin, "/api/v1/tenants", "k-3", &json!({ "name": "" })).await;
    assert!(refused.status().is_client_error());
    let (made, one) = send(&d, &d.admin, "/api/v1/tenants", "k-3", &json!({ "name": "A" })).await;
    assert_eq!(made.status(), StatusCode::CREATED, "{one}");
    let tenant = text(&serde_json::from_str::<Value>(&one).expect("JSON")["id"]);
    let second = d.person("second", "administrator", json!({ "tenant": null, "line": null })).await;
    let (theirs, two) = send(&d, &second, "/api/v1/tenants", "k-3", &json!({ "name": "A" })).await;
    assert_ne!((theirs.status(), one), (StatusCode::CREATED, two), "{tenant}");
    let (unfit, words) =
        send(&d, &d.admin, "/api/v1/tenants", &"k".repeat(129), &json!({ "name": "B" })).await;
    assert_eq!((unfit.status(), code(&words)), (StatusCode::UNPROCESSABLE_ENTITY, json!("invalid")));
    let (nobody, words) =
        send(&d, &Browser::default(), "/api/v1/tenants", "k-3", &json!({ "name": "A" })).await;
    assert_eq!((nobody.status(), code(&words)), (StatusCode::UNAUTHORIZED, json!("sign_in.required")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_answer_can_be_read_by_nobody() {
    let d = Desk::new(Engine::Sqlite).await;
    let (made, words) = send(&d, &d.admin, "/api/v1/tenants", "k-4", &json!({ "name": "Geheim" })).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    assert!(words.contains("Geheim"));
    let read = async |tx: &mut Tx| tx.all(sql!("SELECT answer FROM idempotency"), &[], |r| r.text(0)).await;
    let kept = d.program.app.db().read(&TenantScope::system(), read).await.expect("reads");
    assert!(kept.len() == 1 && !kept[0].is_empty() && !kept[0].contains("Geheim"), "{kept:?}");
}
