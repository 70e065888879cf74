//! What a client keeps about its contacts beyond the contacts themselves.

use super::Person;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often the search for duplicates is asked whether it is through.
const ASKED_MAX: usize = 200;

/// An object of every kind, by kind.
pub(super) async fn fill(
    admin: &Person,
    name: &str,
    mark: &str,
    tenant: &str,
    contact: &str,
) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    let named = |what: &str| format!("{what} {name} {mark}");
    let mut keep = |kind: &str, v: &Value| {
        let id = v.as_str().unwrap_or_else(|| panic!("no {kind}")).to_owned();
        ids.insert(kind.to_owned(), id);
    };
    let person = async |what: &str, phone: &str| -> String {
        let handles = json!([{"kind": "phone", "value": phone}]);
        let body = json!({"name": named(what), "tenant": tenant, "handles": handles});
        admin.make("/api/v1/contacts", body).await["id"].as_str().expect("an id").to_owned()
    };
    let everybody = json!({"join": "all", "groups": []});
    let body = json!({"tenant": tenant, "name": named("Segment"), "filter": everybody});
    keep("segment", &admin.make("/api/v1/segments", body).await["id"]);
    let (left, right) = (person("Left", "+8613800000001").await, person("Right", "+8613800000002").await);
    keep("second contact", &json!(left));
    let path = format!("/api/v1/contacts/{left}/merge");
    keep("merge", &admin.make(&path, json!({"with": right})).await["merge"]["id"]);
    let body = json!({"other": left, "kind": "family", "note": named("Relation")});
    keep("relation", &admin.make(&format!("/api/v1/contacts/{contact}/relations"), body).await["id"]);
    let body = json!({"tenant": tenant, "contact": left, "reason": named("Block")});
    keep("block", &admin.make("/api/v1/blocks", body).await["id"]);
    let file = format!("name,phone\n{},+8613800000003\n", named("Row"));
    let path = format!("/api/v1/imports?tenant={tenant}&name={}.csv", named("Table").replace(' ', "%20"));
    let up =
        admin.send(Method::POST, &path, Some(("application/octet-stream", file.into_bytes())), &[]).await;
    assert_eq!(up.status, 201, "{}", up.text);
    keep("import", &up.json["import"]["id"]);
    let plan = up.json["import"]["plan"].clone();
    let body = json!({"tenant": tenant, "name": named("Template"), "plan": plan});
    keep("template", &admin.make("/api/v1/import-templates", body).await["id"]);
    let body = json!({"tenant": tenant, "columns": ["name"], "format": "csv", "purpose": named("Export")});
    keep("export", &admin.make("/api/v1/exports", body).await["id"]);
    // One number, written with two countries.
    person("Twin", "+8613800999888").await;
    person("Twin", "+85213800999888").await;
    admin.make("/api/v1/duplicates/scan", json!({"tenant": tenant})).await;
    for _ in 0..ASKED_MAX {
        let found = admin.read(&format!("/api/v1/duplicates?tenant={tenant}")).await;
        if found["items"][0]["id"].is_string() {
            keep("pair", &found["items"][0]["id"]);
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ids
}
