//! Forms, consent, offline messages and the limits of opening, over HTTP.

use crate::stage::{CLIENTS, ORIGIN, Stage, key_of};
use axum::http::{Method, StatusCode};
use conversations::inboxes::{ConsentText, FieldKind, FormField, VisitorForm};
use kernel::{TenantScope, args, sql};
use platform::store::Tx;
use serde_json::{Value, json};

const A: kernel::TenantId = CLIENTS[0];

fn form() -> VisitorForm {
    let field = |key: &str, kind, required| FormField {
        key: key.into(),
        kind,
        required,
        label_zh: key.into(),
        ..FormField::default()
    };
    VisitorForm {
        enabled: true,
        fields: vec![field("name", FieldKind::Name, true), field("mail", FieldKind::Email, false)],
        consent: Some(ConsentText {
            version: "2026-1".into(),
            text_zh: "同意处理".into(),
            text_en: "I agree".into(),
        }),
    }
}

async fn send(stage: &Stage, token: &str, key: &str, form: Value) -> (StatusCode, Value) {
    let body = json!({ "client_id": key, "body": "hello", "form": form }).to_string();
    stage.call(Method::POST, "/w/v1/messages", &[("authorization", token)], body).await
}

async fn count(stage: &Stage, of: &'static str) -> i64 {
    let read = async move |tx: &mut Tx| match of {
        "visit" => tx.one(sql!("SELECT COUNT(*) FROM visit WHERE tenant_id > 0"), &[], |r| r.int(0)).await,
        _ => {
            tx.one(sql!("SELECT COUNT(*) FROM visitor_consent WHERE tenant_id > 0"), &[], |r| r.int(0)).await
        }
    };
    stage.program.app.db().read(&TenantScope::system(), read).await.expect("reads").unwrap_or(0)
}

#[tokio::test]
async fn a_conversation_begins_with_what_is_asked_and_not_without() {
    let stage = Stage::new().await;
    stage.configure(A, |c| c.widget.prechat = form()).await;
    let body = json!({ "inbox": key_of(A, "webchat"), "language": "en" }).to_string();
    let (_, s) = stage.call(Method::POST, "/w/v1/session", &[("origin", ORIGIN)], body).await;
    assert_eq!(s["config"]["form"]["kind"], "prechat");
    assert_eq!(s["config"]["form"]["consent"]["text"], "I agree");
    let token = format!("Visitor {}", s["token"].as_str().expect("a token"));
    for (bad, code) in [
        (Value::Null, "visitor.form"),
        (json!({ "answers": { "name": "  " } }), "visitor.form"),
        (json!({ "answers": { "name": "Li", "mail": "nobody" }, "consent": "2026-1" }), "visitor.form"),
        (json!({ "answers": { "name": "Li" } }), "visitor.consent"),
        (json!({ "answers": { "name": "Li" }, "consent": "2025-9" }), "visitor.consent"),
    ] {
        let (status, answer) = send(&stage, &token, "k0", bad).await;
        assert_eq!((status.as_u16(), answer["code"].as_str()), (422, Some(code)));
    }
    assert!(stage.conversations(A).await.is_empty(), "nothing was opened");
    let good = json!({ "answers": { "name": "Li", "mail": "li@example.com" }, "consent": "2026-1" });
    assert_eq!(send(&stage, &token, "k1", good.clone()).await.0, StatusCode::CREATED);
    assert_eq!(send(&stage, &token, "k1", good).await.0, StatusCode::OK, "sent again it is one");
    assert_eq!((count(&stage, "visit").await, count(&stage, "consent").await), (1, 1));
    let (id, contact) = stage.conversations(A).await.first().map(|r| (r.id, r.contact)).expect("one");
    let read = async move |tx: &mut Tx| {
        let scope = TenantScope::tenant(A);
        let brief = customers::brief(tx, &scope, &[contact]).await?;
        let sql = sql!(
            "SELECT version, wording, language FROM visitor_consent WHERE conversation_id = $1 AND tenant_id = $2"
        );
        let consent = tx.one(sql, args![id, A], |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?))).await?;
        Ok((brief, consent))
    };
    let (brief, consent) = stage.program.app.db().read(&TenantScope::tenant(A), read).await.expect("reads");
    assert_eq!(brief[0].name, "Li");
    assert_eq!(consent, Some(("2026-1".into(), "I agree".into(), "en".into())));
    // The conversation goes on without being asked again.
    assert_eq!(stage.say(&token, "k2", "more").await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_typed_address_finds_nobody() {
    let stage = Stage::new().await;
    stage.configure(A, |c| c.widget.prechat = form()).await;
    let good = json!({ "answers": { "name": "Li", "mail": "li@example.com" }, "consent": "2026-1" });
    let (one, two) = (stage.visitor(A).await, stage.visitor(A).await);
    send(&stage, &one, "k1", good.clone()).await;
    send(&stage, &two, "k1", good).await;
    let rows = stage.conversations(A).await;
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0].contact, rows[1].contact, "whoever types an address is not its owner");
    assert_eq!(stage.seen(&two, 0).await["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn ten_thousand_opens_from_one_neighbourhood_leave_the_others_alone() {
    let stage = Stage::new().await;
    let session = || json!({ "inbox": key_of(A, "webchat") }).to_string();
    let mut opened = 0;
    for i in 0..10_000_u32 {
        stage.program.clock.advance(6);
        let ip = [203, 0, 113, (i % 256) as u8];
        let (status, s) = stage.call_from(ip, Method::POST, "/w/v1/session", &[], session()).await;
        if status != StatusCode::OK {
            assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
            continue;
        }
        let token = format!("Visitor {}", s["token"].as_str().expect("a token"));
        let body = json!({ "client_id": "k", "body": "spam" }).to_string();
        let (status, _) =
            stage.call_from(ip, Method::POST, "/w/v1/messages", &[("authorization", &token)], body).await;
        opened += u32::from(status == StatusCode::CREATED);
        if i % 500 == 0 {
            let other = [198, 51, (i / 500) as u8, 7];
            let (status, s) = stage.call_from(other, Method::POST, "/w/v1/session", &[], session()).await;
            assert_eq!(status, StatusCode::OK);
            let token = format!("Visitor {}", s["token"].as_str().expect("a token"));
            let body = json!({ "client_id": "k", "body": "help" }).to_string();
            let headers = [("authorization", token.as_str())];
            let (status, _) = stage.call_from(other, Method::POST, "/w/v1/messages", &headers, body).await;
            assert_eq!(status, StatusCode::CREATED, "somebody else, at {i}");
        }
    }
    assert!(opened <= 200, "{opened} opened within a minute");
}
