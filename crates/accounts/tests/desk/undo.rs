//! Changes of settings are undone from the record: where they still stand, by who may change them, and on record.

use crate::desk::{Browser, Desk, PASSWORD, text};
use serde_json::{Value, json};
use testkit::Engine;

async fn newest(d: &Desk, action: &str) -> Value {
    d.get(&d.admin, &format!("/api/v1/audit?action={action}")).await.ok()["items"][0].clone()
}

async fn line(d: &Desk, id: &str) -> Value {
    d.get(&d.admin, &format!("/api/v1/lines/{id}")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_undone_once_and_the_undoing_can_be_undone() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let d = Desk::new(engine).await;
        let tenant = d.tenant("Acme").await;
        let id = d.line(&tenant, "Before").await;
        let path = format!("/api/v1/lines/{id}");
        d.ask(&d.admin, "PATCH", &path, Some(json!({"name": "After", "disposition_required": true})))
            .await
            .ok();
        let entry = newest(&d, "line.changed").await;
        assert_eq!(entry["undoable"], true);
        let undo = |e: &Value| format!("/api/v1/audit/{}/undo", text(&e["id"]));
        d.post(&d.admin, &undo(&entry), json!({})).await.ok();
        let now = line(&d, &id).await;
        assert_eq!(
            (now["name"].as_str(), now["disposition_required"].as_bool()),
            (Some("Before"), Some(false))
        );
        let undone = newest(&d, "line.changed").await;
        assert_eq!(undone["undoes"], entry["id"], "the undoing is on record");
        // What it left does not stand any more.
        d.post(&d.admin, &undo(&entry), json!({})).await.refused(409, "undo.changed_since");
        d.post(&d.admin, &undo(&undone), json!({})).await.ok();
        assert_eq!(line(&d, &id).await["name"], "After");
        // A later change keeps an earlier one from being undone.
        d.ask(&d.admin, "PATCH", &path, Some(json!({"name": "Later"}))).await.ok();
        d.post(&d.admin, &undo(&undone), json!({})).await.refused(409, "undo.changed_since");
        assert_eq!(line(&d, &id).await["name"], "Later");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_changes_and_only_with_the_right_to_make_them() {
    let d = Desk::new(Engine::Sqlite).await;
    let tenant = d.tenant("Acme").await;
    let id = d.line(&tenant, "Before").await;
    let made = newest(&d, "line.created").await;
    assert_eq!(made["undoable"], false);
    d.post(&d.admin, &format!("/api/v1/audit/{}/undo", text(&made["id"])), json!({}))
        .await
        .refused(409, "undo.not_this");
    d.ask(&d.admin, "PATCH", &format!("/api/v1/lines/{id}"), Some(json!({"name": "After"}))).await.ok();
    let entry = newest(&d, "line.changed").await;
    let path = format!("/api/v1/audit/{}/undo", text(&entry["id"]));
    // A reader of the record may not change lines; an agent may do neither.
    let role = json!({"name_en": "Reader", "name_zh": "查阅", "permissions": ["audit.read"]});
    let role = text(&d.post(&d.admin, "/api/v1/roles", role).await.ok()["id"]);
    let reader = d.person("sue", "agent", json!({"tenant": tenant})).await;
    let grant = json!({"role": role, "tenant": tenant});
    d.post(&d.admin, &format!("/api/v1/users/{}/grants", reader.id), grant).await.ok();
    let reader = Browser { cookie: d.sign_in("sue", PASSWORD, None).await.cookie, ..reader };
    d.post(&reader, &path, json!({})).await.refused(403, "access.missing_permission");
    let agent = d.person("leo", "agent", json!({"tenant": tenant})).await;
    d.post(&agent, &path, json!({})).await.refused(404, "not_found");
    assert_eq!(line(&d, &id).await["name"], "After");
}
