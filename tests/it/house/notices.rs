//! Outgoing mail and staff notices of the two clients: a server, whom notices are told, a notice, and the letter it became;
//! and an entry of the record.

use super::{House, Places};
use kernel::{AggregateKey, LineId, TeamId, TenantId, TenantScope};
use platform::notices::{Both, Notice, Posted, post};
use platform::store::Tx;
use serde_json::json;
use std::time::Duration;

/// Adds them to all four lines; they belong to the clients as a whole.
pub(super) async fn fill(house: &mut House) {
    let (a, b) = (of_client(house, &house.a1.id("tenant"), super::MARK_A).await, {
        of_client(house, &house.b1.id("tenant"), super::MARK_B).await
    });
    for (p, made) in [(&mut house.a1, &a), (&mut house.a2, &a), (&mut house.b1, &b), (&mut house.b2, &b)] {
        keep(p, made);
    }
}

fn keep(p: &mut Places, made: &[(&'static str, serde_json::Value)]) {
    for (kind, v) in made {
        p.keep(kind, v);
    }
}

async fn of_client(house: &House, tenant: &str, mark: &str) -> Vec<(&'static str, serde_json::Value)> {
    let admin = &house.admin;
    // A private address: its letters are laid aside at once, so that no row changes later.
    let server = json!({
        "tenant": tenant, "host": "10.0.0.1", "port": 25, "security": "none", "from_name": mark,
        "from_address": format!("{mark}@example.com"), "enabled": true,
    });
    let set = admin.ask(reqwest::Method::PUT, "/api/v1/mail-server", Some(server)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let bot = json!({
        "tenant": tenant, "platform": "mail", "name": format!("Floor {mark}"), "kinds": ["*"],
        "address": format!("{mark}.floor@example.com"),
    });
    let bot = admin.make("/api/v1/bots", bot).await;
    let app = house.running.app();
    let client = TenantId(tenant.parse().expect("an id"));
    let notice = Notice {
        tenant: client,
        line: LineId(0),
        team: TeamId(0),
        kind: "webhook.stopped",
        title: Both::new(mark, mark),
        text: Both::new(mark, mark),
        path: "/settings/webhooks".into(),
    };
    let posted = Posted::new(app, notice);
    let write = async move |tx: &mut Tx| post(tx, &posted).await;
    let key = AggregateKey::new("staff_notice", client.0);
    app.db().write(&TenantScope::tenant(client), key, write).await.expect("is posted");
    let id = bot["id"].as_str().expect("an id").to_owned();
    let card = settled(house, &format!("/api/v1/bots/{id}/cards"), "delivered").await;
    let letter = settled(house, &format!("/api/v1/letters?tenant={tenant}"), "failed").await;
    let record = admin.read(&format!("/api/v1/audit?tenant={tenant}")).await;
    vec![("bot", bot), ("card", card), ("letter", letter), ("entry", record["items"][0].clone())]
}

/// The first of a list, once it stands so.
async fn settled(house: &House, path: &str, status: &str) -> serde_json::Value {
    for _ in 0..400 {
        let all = house.admin.read(path).await;
        if all["items"][0]["status"] == status {
            return all["items"][0].clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path} has nothing {status}: {}", house.admin.read(path).await);
}
