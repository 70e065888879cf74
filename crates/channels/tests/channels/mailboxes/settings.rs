//! Settings over HTTP: secrets go in and never come out, and walls stand.

use super::house::{House, Person, text};
use serde_json::{Value, json};

fn body() -> Value {
    json!({ "address": "Help@Example.test", "imap_password": "imap secret 1", "smtp_password": "smtp secret 1",
        "config": {
            "from_name": "售后",
            "imap": { "host": "imap.example.com", "port": 993, "security": "tls", "login": "help" },
            "smtp": { "host": "smtp.example.com", "port": 465, "security": "tls", "login": "help" } } })
}

async fn put(h: &House, b: Value) -> super::house::Answer {
    h.ask(&h.admin, "PUT", &h.path(), b).await
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_go_in_and_never_come_out() {
    let h = House::new().await;
    assert_eq!(h.get(&h.path()).await, json!({ "mailbox": null }));
    let set = put(&h, body()).await.ok();
    assert_eq!(set["address"], "help@example.test");
    assert_eq!(
        set["secrets"],
        json!({"imap_password": true, "smtp_password": true, "oauth_client_secret": false})
    );
    assert_eq!(set["health"]["status"], "never");
    // Left out, a secret stays; another host or login needs it anew.
    let mut again = body();
    (again["imap_password"], again["smtp_password"]) = (Value::Null, Value::Null);
    again["config"]["signature"] = json!("-- \n{{agent}}");
    put(&h, again.clone()).await.ok();
    for (server, field) in [("imap", "/imap_password"), ("smtp", "/smtp_password")] {
        for key in ["host", "login"] {
            let mut elsewhere = again.clone();
            elsewhere["config"][server][key] = json!("thief.example.com");
            let refused = put(&h, elsewhere).await.refused(422, "invalid");
            assert_eq!(refused["fields"][0]["field"], field, "{refused}");
        }
    }
    // A refresh token is not carried to another place that trades it.
    let mut oauth = body();
    oauth["config"]["imap"]["with"] = json!("oauth2");
    oauth["config"]["smtp"]["with"] = json!("oauth2");
    oauth["config"]["oauth"] =
        json!({"token_url": "https://oauth.example.com/token", "client_id": "c", "scope": ""});
    oauth["oauth_client_secret"] = json!("client secret 1");
    oauth["smtp_password"] = Value::Null;
    let set = put(&h, oauth.clone()).await.ok();
    assert_eq!(
        set["secrets"],
        json!({"imap_password": true, "smtp_password": false, "oauth_client_secret": true})
    );
    (oauth["imap_password"], oauth["oauth_client_secret"]) = (Value::Null, Value::Null);
    put(&h, oauth.clone()).await.ok();
    oauth["config"]["oauth"]["token_url"] = json!("https://thief.example.com/token");
    put(&h, oauth).await.refused(422, "invalid");
    // Nowhere do they come out.
    let shown = [
        h.get(&h.path()).await.to_string(),
        h.get("/api/v1/mailboxes").await.to_string(),
        h.get(&format!("/api/v1/audit?tenant={}", h.tenant)).await.to_string(),
    ];
    assert!(shown[2].contains("mailbox.changed") && shown[2].contains("imap.example.com"));
    assert!(shown.iter().all(|s| !s.contains("secret 1")), "{shown:?}");
    h.ask(&h.admin, "DELETE", &h.path(), Value::Null).await.ok();
    h.ask(&h.admin, "DELETE", &h.path(), Value::Null).await.refused(404, "not_found");
    assert_eq!(h.get(&h.path()).await, json!({ "mailbox": null }));
    assert_eq!(
        put(&h, again).await.refused(422, "invalid")["fields"][0]["field"],
        "/imap_password",
        "gone with it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_with_its_field() {
    let h = House::new().await;
    for (at, value, field) in [
        ("/address", json!("a@b\r\nX: y"), "/address"),
        ("/config/imap/host", json!("a b"), "/config/imap/host"),
        ("/config/imap/security", json!("none"), "/config/imap/security"),
        ("/imap_password", json!("a\nb"), "/imap_password"),
        ("/config/folder", json!("a\r\nDELETE INBOX"), "/config/folder"),
    ] {
        let mut b = body();
        b["config"]["folder"] = json!("");
        *b.pointer_mut(at).expect("a field") = value;
        let refused = put(&h, b).await.refused(422, "invalid");
        assert_eq!(refused["fields"][0]["field"], field, "{refused}");
    }
    put(&h, body()).await.ok();
    let other = h.new_inbox(&h.tenant, &h.line, "email").await;
    let at = format!("/api/v1/inboxes/{other}/mailbox");
    let refused = h.ask(&h.admin, "PUT", &at, body()).await.refused(409, "mailbox.taken");
    assert_eq!(refused["fields"][0]["field"], "/address");
    let chat = h.new_inbox(&h.tenant, &h.line, "webchat").await;
    let at = format!("/api/v1/inboxes/{chat}/mailbox");
    h.ask(&h.admin, "PUT", &at, body()).await.refused(409, "mailbox.not_mail");
    assert_eq!(h.get(&at).await["mailbox"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_the_mailbox_of_another_client_or_line() {
    let h = House::new().await;
    put(&h, body()).await.ok();
    let other = h.made("/api/v1/tenants", json!({"name": "蓝鲸旅行"})).await;
    let line = h.made("/api/v1/lines", json!({"tenant": h.tenant, "name": "投诉"})).await;
    let foreign = h.person("ann", "administrator", json!({"tenant": other})).await;
    let beside = h.person("bob", "supervisor", json!({"tenant": h.tenant, "line": line})).await;
    let own = h.person("cai", "administrator", json!({"tenant": h.tenant})).await;
    let calls: [(&str, String, Value); 3] =
        [("GET", h.path(), Value::Null), ("PUT", h.path(), body()), ("DELETE", h.path(), Value::Null)];
    for who in [&foreign, &beside, &Person::default()] {
        for (method, path, b) in &calls {
            let status = h.ask(who, method, path, b.clone()).await.status.as_u16();
            let wanted = if who.cookie.is_some() { 404 } else { 401 };
            assert_eq!(status, wanted, "{method} {path}");
        }
    }
    for who in [&foreign, &beside] {
        let list = h.ask(who, "GET", "/api/v1/mailboxes", Value::Null).await.ok();
        assert_eq!(list["items"], json!([]));
    }
    let list = h.ask(&own, "GET", "/api/v1/mailboxes", Value::Null).await.ok();
    assert_eq!(text(&list["items"][0]["inbox"]), h.inbox);
    h.ask(&own, "GET", &h.path(), Value::Null).await.ok();
}
