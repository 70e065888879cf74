//! Two contacts become one, and are parted as if they never had been.

use crate::desk::{Desk, on_both, text};
use axum::http::StatusCode;
use kernel::{TenantScope, sql};
use platform::store::{Row, Tx};
use serde_json::{Value, json};

/// Every row that belongs to contacts, as text, in order.
async fn rows(desk: &Desk) -> Vec<String> {
    let read = async |tx: &mut Tx| {
        let line = |r: &Row<'_>| r.text(0);
        let mut all = tx
            .all(
                sql!(
                    "SELECT 'contact ' || id || name || name_key || named || COALESCE(salutation, '-') || COALESCE(tier, '-')
                       || COALESCE(note, '-') || COALESCE(language, '-') || COALESCE(CAST(organisation_id AS TEXT), '-')
                       || first_seen_at || ' ' || last_seen_at
                     FROM contact WHERE tenant_id > 0"
                ),
                &[],
                line,
            )
            .await?;
        for s in [
            sql!(
                "SELECT 'handle ' || id || ' ' || contact_id || norm || standing FROM contact_handle WHERE tenant_id > 0"
            ),
            sql!("SELECT 'tag ' || contact_id || tag FROM contact_tag WHERE tenant_id > 0"),
            sql!(
                "SELECT 'value ' || contact_id || ' ' || attribute_id || value FROM contact_attribute WHERE tenant_id > 0"
            ),
            sql!(
                "SELECT 'consent ' || id || ' ' || contact_id || topic || given FROM consent WHERE tenant_id > 0"
            ),
            sql!(
                "SELECT 'relation ' || id || ' ' || contact_id || ' ' || other_id || kind FROM contact_relation WHERE tenant_id > 0"
            ),
            sql!(
                "SELECT 'block ' || id || ' ' || contact_id || state FROM contact_block WHERE tenant_id > 0"
            ),
        ] {
            all.extend(tx.all(s, &[], line).await?);
        }
        all.sort();
        Ok(all)
    };
    desk.program.app.db().read(&TenantScope::system(), read).await.expect("reads")
}

async fn pair(desk: &Desk) -> (String, String) {
    let asked = json!({ "tenant": desk.tenant, "key": "city", "label_en": "City", "label_zh": "城市", "kind": "text" });
    desk.call(&desk.admin, "POST", "/attributes", asked).await;
    let a = desk
        .contact(
            json!({ "name": "周敏", "tier": "金卡", "tags": ["a", "both"], "attributes": { "city": "上海" },
            "note": "旧备注", "handles": [{ "kind": "phone", "value": "13800136207" }] }),
        )
        .await;
    let b = desk
        .contact(json!({ "name": "周敏敏", "salutation": "周女士", "tags": ["b", "both"], "attributes": { "city": "北京" },
            "note": "新备注", "handles": [{ "kind": "email", "value": "zhou@example.com" }] }))
        .await;
    for (id, given) in [(&a, true), (&b, false)] {
        let said = json!({ "topic": "survey", "given": given, "source": "电话" });
        desk.call(&desk.admin, "POST", &format!("/contacts/{id}/consents"), said).await;
    }
    let c = desk.contact(json!({ "name": "亲属" })).await;
    for (from, to) in [(&a, &b), (&b, &a), (&c, &b), (&b, &c)] {
        desk.post(&format!("/contacts/{from}/relations"), json!({ "other": to, "kind": "family" })).await;
    }
    desk.post("/blocks", json!({ "tenant": desk.tenant, "contact": b, "reason": "骚扰" })).await;
    (a, b)
}

#[test]
fn merge_and_undo_leave_everything_as_it_was() {
    on_both(async |desk: Desk| {
        let (a, b) = pair(&desk).await;
        let before = rows(&desk).await;
        let preview = desk.get(&format!("/contacts/{a}/merge?with={b}")).await;
        let fields: Vec<String> =
            preview["conflicts"].as_array().expect("conflicts").iter().map(|c| text(&c["field"])).collect();
        assert_eq!(fields, ["name", "salutation", "note", "attribute:city"]);
        assert_eq!((&preview["handles"], &preview["tags"]), (&json!(1), &json!(["b"])));
        assert_eq!(rows(&desk).await, before, "a preview changes nothing");

        let choose = json!({ "name": "merged", "note": "both", "attribute:city": "merged" });
        let done = desk.post(&format!("/contacts/{a}/merge"), json!({ "with": b, "choose": choose })).await;
        let c = &done["contact"];
        assert_eq!(
            (&c["name"], &c["tier"], &c["salutation"]),
            (&json!("周敏敏"), &json!("金卡"), &json!("周女士"))
        );
        assert_eq!((&c["tags"], &c["note"]), (&json!(["a", "b", "both"]), &json!("旧备注\n\n新备注")));
        assert_eq!(
            (&c["attributes"]["city"], c["handles"].as_array().map(Vec::len)),
            (&json!("北京"), Some(2))
        );
        // The old id leads to who stayed.
        assert_eq!(desk.get(&format!("/contacts/{b}")).await["id"], json!(a));
        let around = desk.get(&format!("/contacts/{a}/around")).await;
        assert_eq!(around["consents"][0]["given"], json!(false), "the newest word counts");
        assert_eq!(around["relations"].as_array().map(Vec::len), Some(2));
        assert_eq!(around["blocks"].as_array().map(Vec::len), Some(1));
        assert_eq!(around["merges"][0]["merged_name"], json!("周敏敏"));

        let path = format!("/merges/{}/undo", text(&done["merge"]["id"]));
        desk.post(&path, Value::Null).await;
        assert_eq!(rows(&desk).await, before);
        let (status, problem) = desk.call(&desk.admin, "POST", &path, Value::Null).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("merge.undone")));
    });
}

#[test]
fn what_was_changed_since_the_merge_stays_after_the_undo() {
    on_both(async |desk: Desk| {
        let (a, b) = pair(&desk).await;
        let done = desk.post(&format!("/contacts/{a}/merge"), json!({ "with": b })).await;
        let patch = json!({ "note": "合并后写的", "tags": ["a", "b", "both", "since"] });
        desk.call(&desk.admin, "PATCH", &format!("/contacts/{a}"), patch).await;
        desk.post(&format!("/merges/{}/undo", text(&done["merge"]["id"])), Value::Null).await;
        let (one, other) =
            (desk.get(&format!("/contacts/{a}")).await, desk.get(&format!("/contacts/{b}")).await);
        assert_eq!((&one["note"], &one["tags"]), (&json!("合并后写的"), &json!(["a", "both", "since"])));
        assert_eq!((&other["name"], &other["note"]), (&json!("周敏敏"), &json!("新备注")));
        assert_eq!(other["handles"][0]["value"], json!("z***@example.com"));
    });
}

#[test]
fn merges_that_race_end_in_one_contact() {
    on_both(async |desk: Desk| {
        let mut ids = vec![];
        for i in 0..6 {
            let handles = json!([{ "kind": "email", "value": format!("r{i}@example.com") }]);
            ids.push(desk.contact(json!({ "name": format!("竞 {i}"), "handles": handles })).await);
        }
        let first = ids[0].clone();
        let both_ways = ids[1..]
            .iter()
            .flat_map(|other| [(first.clone(), other.clone()), (other.clone(), first.clone())]);
        let calls = both_ways.map(|(to, from)| {
            let path = format!("/contacts/{to}/merge");
            let desk = &desk;
            async move { desk.call(&desk.admin, "POST", &path, json!({ "with": from })).await.0 }
        });
        let answers = futures_util::future::join_all(calls).await;
        let done = answers.iter().filter(|s| s.is_success()).count();
        assert!(answers.iter().all(|s| s.is_success() || s.is_client_error()), "{answers:?}");
        // Every merge took one away; nothing is lost on the way.
        let left = desk.get(&format!("/contacts?tenant={}", desk.tenant)).await;
        let left = left["items"].as_array().expect("items").clone();
        assert_eq!(left.len(), ids.len() - done);
        let handles: usize = left.iter().map(|c| c["handles"].as_array().map_or(0, Vec::len)).sum();
        assert_eq!(handles, ids.len());
    });
}

#[test]
fn a_merge_of_long_ago_cannot_be_undone_nor_one_that_a_later_covers() {
    on_both(async |desk: Desk| {
        let (a, b) = pair(&desk).await;
        let c = desk.contact(json!({ "name": "第三" })).await;
        let first = desk.post(&format!("/contacts/{a}/merge"), json!({ "with": b })).await;
        let later = desk.post(&format!("/contacts/{c}/merge"), json!({ "with": a })).await;
        assert_eq!(desk.get(&format!("/contacts/{b}")).await["id"], json!(c), "ids lead on and on");
        let undo = |m: &Value| format!("/merges/{}/undo", text(&m["merge"]["id"]));
        let (status, problem) = desk.call(&desk.admin, "POST", &undo(&first), Value::Null).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("merge.later_first")));
        desk.post(&undo(&later), Value::Null).await;
        desk.post(&undo(&first), Value::Null).await;
        let right = desk.token(&desk.tenant, &["contacts.read", "contacts.edit"]).await;
        let (status, _) =
            desk.call(&right, "POST", &format!("/contacts/{a}/merge"), json!({ "with": b })).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "merging is a right of its own");
    });
}
