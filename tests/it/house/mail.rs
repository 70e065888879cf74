//! An inbox of mail in a line, a mail of it that was laid aside, and two conversations that were merged.

use super::{House, Person, Places, text};
use channels::email::arrivals::{Arriving, Envelope, Via, keep};
use channels::email::mailbox::by_inbox;
use kernel::{InboxId, TenantId};
use platform::store::Tx;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Looks at the mails of an inbox at the most.
const LOOKS_MAX: usize = 1_000;

/// What stands in this line, by kind.
pub(super) async fn fill(house: &House, p: &Places) -> BTreeMap<String, String> {
    let admin = &house.admin;
    let body = json!({"tenant": p.id("tenant"), "line": p.id("line"), "channel": "email", "name": format!("mail {}", p.mark)});
    let inbox = text(&admin.make("/api/v1/inboxes", body).await, "id");
    let address = format!("service-{}@example.test", p.mark.to_lowercase());
    let path = format!("/api/v1/inboxes/{inbox}/mailbox");
    let r = admin.ask(Method::PUT, &path, Some(json!({"address": address, "config": {}}))).await;
    assert_eq!(r.status, 200, "{}", r.text);
    let app = house.running.app();
    let id = |of: &str| of.parse::<i64>().expect("an id");
    let (tenant, of) = (TenantId(id(&p.id("tenant"))), InboxId(id(&inbox)));
    let read = async move |tx: &mut Tx| by_inbox(tx, tenant, of).await;
    let mailbox =
        app.db().read(&kernel::TenantScope::tenant(tenant), read).await.expect("reads").expect("a mailbox");
    let envelope = Envelope { from: Some(format!("{}@example.test", p.mark)), ..Envelope::default() };
    let mail = Arriving { via: Via::Lmtp, envelope, raw: format!("no mail {}", p.mark).into_bytes().into() };
    assert!(keep(app, &mailbox, mail).await.expect("is kept"));
    for _ in 0..LOOKS_MAX {
        let found = admin.read(&format!("/api/v1/arrivals?inbox={inbox}&status=quarantined")).await;
        if let Some(id) = found["items"][0]["id"].as_str() {
            let join = merged(admin, p, &inbox).await;
            return BTreeMap::from([("arrival".to_owned(), id.to_owned()), ("join".to_owned(), join)]);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no mail was laid aside in {}", p.name);
}

/// Two conversations of mail with one contact, of which one goes on in the other.
async fn merged(admin: &Person, p: &Places, inbox: &str) -> String {
    let mut ids = vec![];
    for about in ["first", "second"] {
        let subject = format!("{about} {}", p.mark);
        let mail = json!({"subject": subject, "to": [{"address": "somebody@example.test"}]});
        let body =
            json!({"tenant": p.id("tenant"), "inbox": inbox, "contact": p.id("contact"), "mail": mail});
        ids.push(text(&admin.make("/api/v1/conversations", body).await, "id"));
    }
    let path = format!("/api/v1/conversations/{}/merge", ids[0]);
    let r = admin.ask(Method::POST, &path, Some(json!({"into": ids[1]}))).await;
    assert_eq!(r.status, 200, "{}", r.text);
    text(&r.json["joins"][0], "id")
}
