//! Phrases: who sees which, who may change which, and tables of them.

use super::{House, Person, Value, json, text};
use reqwest::Method;

fn phrase(title: &str, zh: &str) -> Value {
    json!({"folder": "开场", "title": title, "shortcut": "kc", "zh": zh, "en": ""})
}

async fn titles(who: &Person) -> Vec<String> {
    let all = who.read("/api/v1/phrases").await;
    let items = all["items"].as_array().expect("items");
    items.iter().map(|p| text(p, "title")).collect()
}

pub(super) async fn all(house: &House) {
    let (agent, other) = (house.person("agent@A1"), house.person("agent@A2"));
    let supervisor = house.person("supervisor@A1");
    let (tenant, line) = (house.a1.id("tenant"), house.a1.id("line"));
    let shared = json!({"tenant": tenant, "line": line});
    let r = agent.post("/api/v1/phrases", json!({"audience": shared, "phrase": phrase("t", "您好")})).await;
    assert_eq!((r.status, r.code()), (403, "access.missing_permission"), "an agent writes own ones only");
    let made = supervisor
        .make(
            "/api/v1/phrases",
            json!({"audience": shared, "phrase": phrase("重置密码", "{{contact.salutation}}，您好")}),
        )
        .await;
    let sounds = &made["sounds"];
    assert!(text(sounds, "initials").split(' ').any(|s| s == "czmm"), "{sounds}");
    let own = json!({"tenant": tenant, "own": true});
    let mine = agent.make("/api/v1/phrases", json!({"audience": own, "phrase": phrase("我的", "嗨")})).await;
    let seen = titles(agent).await;
    assert!(seen.contains(&"重置密码".to_owned()) && seen.contains(&"我的".to_owned()), "{seen:?}");
    assert!(!titles(supervisor).await.contains(&"我的".to_owned()), "one's own is nobody else's");
    assert!(!titles(other).await.contains(&"重置密码".to_owned()), "another line's is not seen");
    let path = format!("/api/v1/phrases/{}", text(&mine, "id"));
    for (who, status) in [(supervisor, 404), (other, 404), (agent, 200)] {
        let r = who.ask(Method::PUT, &path, Some(phrase("我的二", "嗨"))).await;
        assert_eq!(r.status, status, "{}", r.text);
    }
    let whole = json!({"audience": {"tenant": tenant}, "phrase": phrase("全体", "嗨")});
    assert_eq!(supervisor.post("/api/v1/phrases", whole.clone()).await.status, 403, "a line is not a client");
    assert_eq!(house.person("supervisor@A").post("/api/v1/phrases", whole).await.status, 201);
    assert!(titles(other).await.contains(&"全体".to_owned()));
    let bad = json!({"audience": shared, "phrase": phrase("坏", "{{contact.phone}}")});
    let r = supervisor.post("/api/v1/phrases", bad).await;
    assert_eq!((r.status, r.code()), (422, "phrase.variable"), "{}", r.text);
    used(agent, &text(&made, "id")).await;
    table(supervisor, &shared).await;
    assert_eq!(agent.ask(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(agent.ask(Method::DELETE, &path, None).await.status, 404);
}

async fn used(agent: &Person, id: &str) {
    for _ in 0..2 {
        assert_eq!(agent.post(&format!("/api/v1/phrases/{id}/used"), json!({})).await.status, 204);
    }
    let all = agent.read("/api/v1/phrases").await;
    let found = all["items"].as_array().into_iter().flatten().find(|p| p["id"] == id).expect("there");
    assert_eq!(found["used"], 2);
}

async fn table(supervisor: &Person, audience: &Value) {
    let before = titles(supervisor).await.len();
    let good = "分组,标题,快捷词,中文,英文\n退款,退款时效,tk,一般 3 天,3 days\n退款,退款进度,,请稍候,\n";
    let bad = format!("{good}退款,,,没有标题,\n");
    let send = async |text: &str, dry: bool| {
        let body = json!({"audience": audience, "text": text, "dry_run": dry});
        supervisor.make("/api/v1/phrases/import", body).await
    };
    let r = send(&bad, false).await;
    assert_eq!((r["kept"].as_i64(), r["faults"][0]["row"].as_i64()), (Some(0), Some(4)), "{r}");
    assert_eq!(send(good, true).await["read"], 2);
    assert_eq!(titles(supervisor).await.len(), before, "a look keeps nothing");
    assert_eq!(send(good, false).await["kept"], 2);
    assert_eq!(titles(supervisor).await.len(), before + 2);
}
