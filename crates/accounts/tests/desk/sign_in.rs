//! Sign-in, sessions, second factor, links, set-up.

use crate::desk::{Browser, Desk, PASSWORD, text};
use serde_json::json;
use testkit::Engine;
use totp_rs::{Builder, Secret};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn set_up_closes_for_good() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let state = d.get(&Browser::default(), "/api/v1/setup").await.ok();
        assert_eq!(state, json!({"open": false}));
        assert!(accounts::setup::ensure(&d.program.app).await.expect("asked").is_none());
        let asked = json!({
            "token": "x", "name": "n", "alias": "a", "login": "l", "password": PASSWORD, "language": "en",
        });
        d.post(&Browser::default(), "/api/v1/setup", asked).await.refused(409, "setup.closed");
        let me = d.get(&d.admin, "/api/v1/me").await.ok();
        assert_eq!(me["user"]["login"], "admin");
        assert!(me["permissions"]["provider"].as_array().expect("a list").contains(&json!("users.manage")));
        assert_eq!(me["presence"]["state"], "offline");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wrong_password_and_nobody_are_answered_alike_and_throttled() {
    let d = Desk::new(Engine::Sqlite).await;
    let wrong = d.sign_in("admin", "wrong horse battery", None).await.refused(401, "sign_in.refused");
    let nobody = d.sign_in("nobody", "wrong horse battery", None).await.refused(401, "sign_in.refused");
    assert_eq!(wrong["title"], nobody["title"]);
    for _ in 0..8 {
        d.sign_in("nobody", "wrong horse battery", None).await.refused(401, "sign_in.refused");
    }
    let waits = d.sign_in("admin", PASSWORD, None).await.refused(429, "sign_in.throttled");
    assert!(waits["retry_after_s"].as_u64().is_some_and(|s| s >= 1));
    d.program.clock.advance(2_000);
    d.sign_in("admin", PASSWORD, None).await.ok();
    let long = "x".repeat(1_025);
    d.program.clock.advance(20 * 60_000);
    d.sign_in("admin", &long, None).await.refused(401, "sign_in.refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_listed_ended_and_run_out() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let second = d.sign_in("admin", PASSWORD, None).await;
        let second = Browser { cookie: second.cookie, ..Browser::default() };
        let list = d.get(&d.admin, "/api/v1/me/sessions").await.ok();
        let items = list["items"].as_array().expect("a list");
        assert_eq!(items.len(), 2);
        let other = items.iter().find(|s| s["current"] == false).expect("the other");
        let path = format!("/api/v1/me/sessions/{}", text(&other["id"]));
        d.ask(&d.admin, "DELETE", &path, None).await.ok();
        d.get(&second, "/api/v1/me").await.refused(401, "sign_in.required");
        d.program.clock.advance(11 * 3_600_000);
        d.get(&d.admin, "/api/v1/me").await.ok();
        d.program.clock.advance(11 * 3_600_000);
        d.get(&d.admin, "/api/v1/me").await.ok();
        d.program.clock.advance(12 * 3_600_000);
        d.get(&d.admin, "/api/v1/me").await.refused(401, "sign_in.required");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_ends_the_other_sessions() {
    let d = Desk::new(Engine::Sqlite).await;
    let second = Browser { cookie: d.sign_in("admin", PASSWORD, None).await.cookie, ..Browser::default() };
    let asked = |current: &str, next: &str| json!({"current": current, "next": next});
    let path = "/api/v1/me/password";
    d.post(&d.admin, path, asked("nonsense!", "a new long one")).await.refused(422, "password.wrong");
    d.post(&d.admin, path, asked(PASSWORD, "short")).await.refused(422, "password.weak");
    d.post(&d.admin, path, asked(PASSWORD, "a new long one")).await.ok();
    d.get(&d.admin, "/api/v1/me").await.ok();
    d.get(&second, "/api/v1/me").await.refused(401, "sign_in.required");
    d.sign_in("admin", PASSWORD, None).await.refused(401, "sign_in.refused");
    d.sign_in("admin", "a new long one", None).await.ok();
}

fn code(base32: &str, now_ms: i64) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = base32.chars().map(|c| format!("{:05b}", ALPHABET.find(c).expect("base32"))).collect();
    let bytes: Vec<u8> =
        (0..20).map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).expect("bits")).collect();
    let seed: [u8; 20] = bytes.try_into().expect("twenty bytes");
    let totp = Builder::new().with_secret(Secret::new_stack(seed)).with_digits(6).build_noncompliant();
    totp.generate((now_ms / 1000) as u64).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_factor_is_asked_for_and_no_code_works_twice() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let now = || kernel::Clock::now(&d.program.clock);
        d.post(&d.admin, "/api/v1/me/totp/confirm", json!({"code": "123456"}))
            .await
            .refused(409, "totp.not_begun");
        let made = d.ask(&d.admin, "POST", "/api/v1/me/totp", None).await.ok();
        let secret = text(&made["secret"]);
        assert!(text(&made["uri"]).contains(&secret));
        d.post(&d.admin, "/api/v1/me/totp/confirm", json!({"code": "000000"}))
            .await
            .refused(422, "totp.refused");
        let first = code(&secret, now());
        let codes = d.post(&d.admin, "/api/v1/me/totp/confirm", json!({"code": first})).await.ok();
        let recovery = text(&codes["recovery_codes"][0]);
        d.sign_in("admin", PASSWORD, None).await.refused(401, "sign_in.code_required");
        d.sign_in("admin", PASSWORD, Some(&first)).await.refused(401, "sign_in.refused");
        d.program.clock.advance(30_000);
        let next = code(&secret, now());
        d.sign_in("admin", PASSWORD, Some(&next)).await.ok();
        d.sign_in("admin", PASSWORD, Some(&next)).await.refused(401, "sign_in.refused");
        d.sign_in("admin", PASSWORD, Some(&recovery.to_lowercase())).await.ok();
        d.sign_in("admin", PASSWORD, Some(&recovery)).await.refused(401, "sign_in.refused");
        d.ask(&d.admin, "DELETE", "/api/v1/me/totp", Some(json!({"password": PASSWORD}))).await.ok();
        d.sign_in("admin", PASSWORD, None).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_works_once_and_for_a_day() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let asked = json!({"login": "mia", "name": "林米娅"});
        let made = d.post(&d.admin, "/api/v1/users", asked).await.ok();
        let url = text(&made["invite_url"]);
        let token = url.split_once('#').expect("a fragment").1.to_owned();
        let nobody = Browser::default();
        let seen = d.post(&nobody, "/api/v1/invites/look", json!({"token": token})).await.ok();
        assert_eq!(seen, json!({"kind": "invite", "login": "mia", "name": "林米娅"}));
        let accept = json!({"token": token, "password": PASSWORD});
        d.post(&nobody, "/api/v1/invites/accept", accept.clone()).await.ok();
        d.post(&nobody, "/api/v1/invites/accept", accept).await.refused(401, "invite.refused");
        d.sign_in("mia", PASSWORD, None).await.ok();
        let reset = format!("/api/v1/users/{}/reset", text(&made["id"]));
        let url = text(&d.ask(&d.admin, "POST", &reset, None).await.ok()["invite_url"]);
        d.program.clock.advance(24 * 3_600_000);
        let token = url.split_once('#').expect("a fragment").1;
        d.post(&nobody, "/api/v1/invites/look", json!({"token": token})).await.refused(401, "invite.refused");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_page_signs_nobody_in() {
    let d = Desk::new(Engine::Sqlite).await;
    let rq = http::Request::post("/api/v1/session")
        .header("origin", "http://evil.test")
        .body(axum::body::Body::from(json!({"login": "admin", "password": PASSWORD}).to_string()))
        .expect("a request");
    let answer = tower::ServiceExt::oneshot(d.router.clone(), rq).await.expect("an answer");
    assert_eq!(answer.status(), 403);
}
