//! Personal data, and what a client asks of screens.

use crate::desk::Desk;
use serde_json::{Value, json};
use testkit::Engine;

const SECRET: &str = "电话13800136207，邮箱 li@example.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_right_it_never_leaves_the_server() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (agent, client) = (d.person("mia", "agent").await, d.person("guest", "client_staff").await);
        let c = d.conversation(&agent, 0).await;
        let (mut full, mut masked) = (d.screen(&agent, &c), d.screen(&client, &c));
        d.says(&c, SECRET).await;
        let heard = full.hears_words().await;
        assert_eq!(heard["data"]["message"]["body"], SECRET);
        let heard = masked.hears_words().await;
        assert_eq!(heard["data"]["message"]["body"], "电话138****6207，邮箱 l***@example.com");
        assert!(!heard.to_string().contains("13800136207"));
        assert_eq!(d.texts(&agent, &c).await, [SECRET]);
        d.program.settle().await;
        for path in [
            format!("/api/v1/conversations/{c}/messages"),
            format!("/api/v1/conversations/{c}"),
            "/api/v1/conversations?view=all".to_owned(),
            "/api/v1/search?q=%E7%94%B5%E8%AF%9D".to_owned(),
        ] {
            let seen = d.get(&client, &path).await.to_string();
            assert!(!seen.contains("13800136207") && !seen.contains("li@example"), "{path}: {seen}");
        }
        let whole = d.get(&client, &format!("/api/v1/conversations/{c}")).await;
        assert_eq!(whole["protection"]["masked"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reason_opens_one_conversation_for_ten_minutes_and_is_recorded() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let agent = d.person("mia", "agent").await;
        let c = d.conversation(&agent, 0).await;
        d.says(&c, SECRET).await;
        let role = json!({"name_en": "Looker", "name_zh": "查看员",
            "permissions": ["conversations.read", "contacts.read", "contacts.unmask"]});
        let role = d.post(&d.admin, "/api/v1/roles", role).await.ok();
        let looker = d.person("leo", "client_staff").await;
        let path = format!("/api/v1/conversations/{c}/unmask");
        d.post(&looker, &path, json!({"reason": "核对"})).await.refused(403, "access.missing_permission");
        let grant = json!({"role": role["id"], "tenant": d.tenant});
        d.post(&d.admin, &format!("/api/v1/users/{}/grants", looker.id), grant).await.ok();
        let again = json!({"login": "leo", "password": "correct horse battery"});
        let again = d.post(&Default::default(), "/api/v1/session", again).await;
        let looker = crate::desk::Person { cookie: again.cookie.clone(), id: looker.id };
        d.post(&looker, &path, json!({"reason": "  "})).await.refused(422, "invalid");
        d.post(&looker, &path, json!({"reason": "客户来电核对"})).await.ok();
        assert_eq!(d.texts(&looker, &c).await, [SECRET]);
        let mut screen = d.screen(&looker, &c);
        d.says(&c, "另一个 13900139000").await;
        assert_eq!(screen.hears_words().await["data"]["message"]["body"], "另一个 13900139000");
        let trail =
            d.get(&d.admin, &format!("/api/v1/audit?tenant={}&action=conversation.unmasked", d.tenant)).await;
        assert!(trail["items"][0].to_string().contains("客户来电核对"), "{trail}");
        d.program.clock.advance(10 * 60_000 + 1);
        assert_ne!(d.texts(&looker, &c).await[0], SECRET);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_asks_of_screens_is_told_and_attempts_are_recorded() {
    let d = Desk::new(Engine::Sqlite).await;
    let agent = d.person("mia", "agent").await;
    let c = d.conversation(&agent, 0).await;
    let asks = json!({"aliases": [], "watermark": true, "copy_control": true});
    let path = format!("/api/v1/tenants/{}/protection", d.tenant);
    d.ask(&agent, "PUT", &path, asks.clone()).await.refused(403, "access.missing_permission");
    d.ask(&d.admin, "PUT", &path, asks).await.ok();
    let whole = d.get(&agent, &format!("/api/v1/conversations/{c}")).await;
    let protection = &whole["protection"];
    assert_eq!((&protection["watermark"], &protection["copy_control"]), (&json!(true), &json!(true)));
    assert_eq!(protection["masked"], Value::Bool(false));
    d.post(&agent, &format!("/api/v1/conversations/{c}/copies"), json!({"how": "copy"})).await.ok();
    let trail =
        d.get(&d.admin, &format!("/api/v1/audit?tenant={}&action=conversation.copied", d.tenant)).await;
    assert!(trail["items"][0].to_string().contains("copy"), "{trail}");
}
