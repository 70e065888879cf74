//! Notices: mentions, hand-overs, what one follows.

use crate::desk::{Desk, Person, text};
use serde_json::{Value, json};
use testkit::Engine;

async fn notice(d: &Desk, of: &Person, kind: &str) -> Value {
    d.until(kind, async || {
        let all = d.get(of, "/api/v1/me/notices").await;
        let items = all["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|n| n["kind"] == kind)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mentioned_the_team_and_the_followers_are_told() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (agent, tom) = (d.person("mia", "agent").await, d.person("tom", "agent").await);
        let (eva, stranger) = (d.person("eva", "agent").await, d.person("ida", "developer").await);
        let c = d.conversation(&agent, 0).await;
        let mut screen = d.screen(&tom, &c);
        d.reply(&agent, &c, "@tom 看一下", json!({"mode": "note", "mentions": [tom.id]})).await.ok();
        let told = screen.hears("personal_notice.created").await;
        assert_eq!(told["data"]["notice"]["kind"], "mention");
        assert_eq!(told["data"]["notice"]["by"]["alias"], "mia");
        assert_eq!(told["data"]["notice"]["contact"], "李雷");

        let team = json!({"name": "二线"});
        let team = text(&d.post(&d.admin, "/api/v1/teams", team).await.ok()["id"]);
        for person in [&eva, &agent] {
            let path = format!("/api/v1/teams/{team}");
            let now = d.get(&d.admin, &path).await;
            let mut members: Vec<Value> = now["members"].as_array().cloned().unwrap_or_default();
            members.push(json!(person.id));
            d.ask(&d.admin, "PATCH", &path, json!({"members": members})).await.ok();
        }
        let teams = d.get(&agent, &format!("/api/v1/colleagues/teams?tenant={}", d.tenant)).await;
        assert_eq!(
            (teams["items"][0]["name"].as_str(), teams["items"][0]["members"].as_i64()),
            (Some("二线"), Some(2))
        );
        d.reply(&agent, &c, "@二线 请支援", json!({"mode": "note", "teams": [team]})).await.ok();
        notice(&d, &eva, "mention").await;
        let own = d.get(&agent, "/api/v1/me/notices").await;
        assert_eq!(own["items"], json!([]), "nobody is told of their own");

        d.post(&eva, &format!("/api/v1/conversations/{c}/follow"), json!({})).await.ok();
        d.says(&c, "一").await;
        d.says(&c, "二").await;
        notice(&d, &eva, "followed").await;
        d.program.settle().await;
        let all = d.get(&eva, "/api/v1/me/notices").await;
        let followed =
            all["items"].as_array().expect("a list").iter().filter(|n| n["kind"] == "followed").count();
        assert_eq!((followed, all["unread"].as_i64()), (1, Some(2)), "ten messages are one notice: {all}");
        let now = d.program.app.now();
        d.post(&eva, "/api/v1/me/notices/read", json!({"until": now, "conversation": c})).await.ok();
        assert_eq!(d.get(&eva, "/api/v1/me/notices?unread=true").await["items"], json!([]));
        assert_eq!(d.get(&stranger, "/api/v1/me/notices").await["unread"], 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hand_over_is_told_and_a_lost_right_shows_nothing() {
    let d = Desk::new(Engine::Sqlite).await;
    let (agent, tom) = (d.person("mia", "agent").await, d.person("tom", "agent").await);
    let c = d.conversation(&agent, 0).await;
    let to = json!({"to": {"user": tom.id}, "reason": "专长"});
    d.post(&agent, &format!("/api/v1/conversations/{c}/transfer"), to).await.ok();
    notice(&d, &tom, "handed_over").await;
    d.post(&agent, &format!("/api/v1/conversations/{c}/assign"), json!({"user": agent.id})).await.ok();
    notice(&d, &tom, "taken").await;
    let to_dos = d.get(&tom, "/api/v1/me/to-dos").await;
    assert_eq!(to_dos["unread_notices"], 2);
    let grants = d.get(&d.admin, &format!("/api/v1/users/{}/grants", tom.id)).await;
    let grants = grants["items"].as_array().cloned().or_else(|| grants.as_array().cloned()).expect("a list");
    for grant in grants {
        let path = format!("/api/v1/users/{}/grants/{}", tom.id, text(&grant["id"]));
        d.ask(&d.admin, "DELETE", &path, Value::Null).await.ok();
    }
    let asked = json!({"login": "tom", "password": "correct horse battery"});
    let again = d.post(&Person::default(), "/api/v1/session", asked).await;
    let tom = Person { cookie: again.cookie.clone(), id: tom.id };
    again.ok();
    assert_eq!(d.get(&tom, "/api/v1/me/notices").await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_one_is_told_is_kept() {
    let d = Desk::new(Engine::Sqlite).await;
    let agent = d.person("mia", "agent").await;
    let wish = json!({"notices": {"mention": {"desktop": false, "sound": true}}, "density": "large"});
    d.ask(&agent, "PATCH", "/api/v1/me", wish).await.ok();
    let me = d.get(&agent, "/api/v1/me").await;
    assert_eq!(me["settings"]["notices"]["mention"], json!({"desktop": false, "sound": true}));
    assert_eq!(
        (me["settings"]["density"].as_str(), me["settings"]["undo_s"].as_i64()),
        (Some("large"), Some(5))
    );
    let many: serde_json::Map<String, Value> =
        (0..41).map(|n| (format!("k{n}"), json!({"desktop": true, "sound": true}))).collect();
    d.ask(&agent, "PATCH", "/api/v1/me", json!({"notices": many})).await.refused(422, "invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_offered_for_a_line_may_answer_there() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let mia = d.person("mia", "agent").await;
        // The client's own people look on and answer nobody; Ida works in another line.
        let sun = d.person("sun", "client_staff").await;
        let ida = d.person("ida", "developer").await;
        let line = json!({"tenant": d.tenant, "name": "另一个项目"});
        let other = text(&d.post(&d.admin, "/api/v1/lines", line).await.ok()["id"]);
        let roles = d.get(&d.admin, "/api/v1/roles").await;
        let agent = roles["items"].as_array().expect("a list").iter().find(|r| r["key"] == "agent").cloned();
        let grant = json!({"role": agent.expect("agents")["id"], "tenant": d.tenant, "line": other});
        d.post(&d.admin, &format!("/api/v1/users/{}/grants", ida.id), grant).await.ok();
        let members = json!({"name": "另一组", "members": [ida.id]});
        d.post(&d.admin, "/api/v1/teams", members).await.ok();

        let names = async |path: &str, of: &str| {
            let all = d.get(&d.admin, &format!("/api/v1/{path}?tenant={}{of}", d.tenant)).await;
            let all = all["items"].as_array().expect("a list").clone();
            all.iter()
                .filter_map(|one| one["alias"].as_str().or(one["name"].as_str()).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let all = names("colleagues", "").await;
        assert!(["mia", "sun", "ida"].iter().all(|name| all.contains(&(*name).to_owned())), "{all:?}");
        let here = names("colleagues", &format!("&line={}", d.line)).await;
        assert!(here.contains(&"mia".to_owned()), "{here:?}");
        assert!(!here.contains(&"sun".to_owned()) && !here.contains(&"ida".to_owned()), "{here:?}");
        assert_eq!(names("colleagues/teams", &format!("&line={}", d.line)).await, Vec::<String>::new());
        assert_eq!(names("colleagues/teams", &format!("&line={other}")).await, ["另一组"]);
        let foreign = format!("/api/v1/colleagues?tenant={}&line=4000000000000000", d.tenant);
        assert!(d.ask(&mia, "GET", &foreign, json!(null)).await.status.as_u16() >= 403);
        drop(sun);
    }
}
