//! The record: chained, looked at, verified, anchored.

use crate::desk::Desk;
use accounts::audit::{self, Change, Look};
use kernel::{Actor, AggregateKey, TenantId, TenantScope, UserId, args, sql};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use testkit::Engine;

async fn tamper(app: &App, statement: &'static str) {
    let write = async move |tx: &mut Tx| tx.exec(statement, args![]).await;
    let changed = app.db().write(&TenantScope::system(), AggregateKey::new("audit", 0), write).await;
    assert!(changed.expect("written") > 0, "{statement}");
}

async fn change(app: &App, tenant: TenantId, id: i64) {
    let (entry, now) = (app.id(), app.now());
    let write = async move |tx: &mut Tx| {
        let change = Change {
            tenant,
            actor: Actor::user(UserId(7)),
            action: "contact.changed",
            subject: ("contact", id),
            before: Some(json!({"tier": 1})),
            after: Some(json!({"tier": 2})),
            reason: Some("asked"),
            ip: None,
        };
        audit::record(tx, entry, now, &change).await
    };
    let scope = TenantScope::tenant(tenant);
    app.db().write(&scope, AggregateKey::new("contact", id), write).await.expect("recorded");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tampering_is_found() {
    const TAMPERINGS: [&str; 4] = [
        sql!("UPDATE audit SET fact = '{}' WHERE action = 'contact.changed' AND subject_id = 3"),
        sql!("DELETE FROM audit WHERE action = 'contact.changed' AND subject_id = 3"),
        sql!("DELETE FROM audit WHERE action = 'contact.changed' AND subject_id = 9"),
        sql!("UPDATE audit_head SET seq = seq - 1 WHERE tenant_id <> 0"),
    ];
    for engine in Engine::ALL {
        for statement in TAMPERINGS {
            let d = Desk::new(engine).await;
            let app = &d.program.app;
            let tenant = TenantId(d.tenant("Blue").await.parse().expect("an id"));
            for i in 0..10 {
                change(app, tenant, i).await;
            }
            let whole = audit::verify(app).await.expect("walked");
            assert_eq!(whole.broken, []);
            assert!(whole.entries >= 11 && whole.series == 2);
            tamper(app, statement).await;
            let broken = audit::verify(app).await.expect("walked").broken;
            assert!(
                !broken.is_empty() && broken.iter().all(|b| b.tenant == tenant),
                "{statement}: {broken:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_count_once_in_five_minutes_and_others_each_time() {
    for engine in Engine::ALL {
        let mut d = Desk::new(engine).await;
        let tenant = TenantId(d.tenant("Blue").await.parse().expect("an id"));
        let app = d.program.app.clone();
        let look = |how: &'static str| Look {
            tenant,
            actor: Actor::user(UserId(7)),
            kind: "contact",
            id: 5,
            how,
            reason: None,
            ip: None,
        };
        let scope = TenantScope::tenant(tenant);
        for _ in 0..3 {
            audit::look(&app, &scope, look("opened")).await.expect("noted");
            audit::look(&app, &scope, look("unmasked")).await.expect("recorded");
        }
        d.program.clock.advance(audit::LOOK_MS);
        audit::look(&app, &scope, look("opened")).await.expect("noted");
        let path = format!("/api/v1/audit?tenant={tenant}&subject=contact:5");
        // What was opened is written beside the read, so it is asked for until it is there.
        let count = |action: &'static str, list: &serde_json::Value| {
            list["items"].as_array().map_or(0, |l| l.iter().filter(|e| e["action"] == action).count())
        };
        let mut list = d.get(&d.admin, &path).await.ok();
        while count("contact.opened", &list) < 2 {
            tokio::task::yield_now().await;
            list = d.get(&d.admin, &path).await.ok();
        }
        assert_eq!((count("contact.opened", &list), count("contact.unmasked", &list)), (2, 3));
        assert_eq!(audit::verify(&app).await.expect("walked").broken, []);
        d.program.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rewritten_chain_is_found_by_its_anchor() {
    let d = Desk::new(Engine::Sqlite).await;
    let app = &d.program.app;
    // The first daily job runs at the start; it is asked for until its line is there.
    let file = d.program.store.folder().join("audit-anchors.log");
    d.tenant("Blue").await;
    d.program.clock.advance(86_400_000);
    let line = loop {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Some(line) = text.lines().rfind(|l| !l.contains("tenant=0 ")) {
            break line.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(audit::verify(app).await.expect("walked").broken, []);
    let forged = line.rsplit_once("mac=").expect("a mac").0.to_owned() + "mac=" + &"00".repeat(32) + "\n";
    let mut text = std::fs::read_to_string(&file).expect("the anchors");
    text.push_str(&forged);
    std::fs::write(&file, text).expect("written");
    let broken = audit::verify(app).await.expect("walked").broken;
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].what.contains("anchored"));
}
