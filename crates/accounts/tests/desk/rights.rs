//! Who may do what, and what others look like from outside.

use crate::desk::{Browser, Desk, PASSWORD, text};
use accounts::Directory;
use kernel::{LineId, Permission, SkillId, TenantId, UserId};
use serde_json::json;
use std::sync::Arc;
use testkit::Engine;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_clients_things_are_not_there() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (blue, red) = (d.tenant("Blue").await, d.tenant("Red").await);
        let (sales, care) = (d.line(&blue, "Sales").await, d.line(&blue, "Care").await);
        let repair = d.line(&red, "Repair").await;
        let agent = d.person("mia", "agent", json!({"tenant": blue, "line": sales})).await;
        let foreign = d.person("foreign", "supervisor", json!({"tenant": red})).await;

        let tenants = d.get(&agent, "/api/v1/tenants").await.ok();
        assert_eq!(tenants["items"].as_array().expect("a list").len(), 1);
        let lines = d.get(&agent, "/api/v1/lines").await.ok();
        assert_eq!(lines["items"].as_array().expect("a list").len(), 1);
        for path in [
            format!("/api/v1/tenants/{red}"),
            format!("/api/v1/lines/{care}"),
            format!("/api/v1/lines/{repair}"),
            format!("/api/v1/lines?tenant={red}"),
            format!("/api/v1/users?tenant={red}"),
            format!("/api/v1/users/{}", foreign.id),
            format!("/api/v1/audit?tenant={red}"),
            format!("/api/v1/calendars?tenant={red}"),
            "/api/v1/tenants/1".to_owned(),
            "/api/v1/tenants/abc".to_owned(),
        ] {
            d.get(&agent, &path).await.refused(404, "not_found");
        }
        let rename = json!({"name": "Stolen"});
        d.ask(&agent, "PATCH", &format!("/api/v1/tenants/{red}"), Some(rename.clone()))
            .await
            .refused(404, "not_found");
        let own = format!("/api/v1/tenants/{blue}");
        d.ask(&agent, "PATCH", &own, Some(rename)).await.refused(403, "access.missing_permission");
        d.get(&agent, "/api/v1/audit").await.refused(403, "access.missing_permission");
        let me = d.get(&agent, "/api/v1/me").await.ok();
        assert_eq!(me["lines"].as_array().expect("a list").len(), 1);
        assert_eq!(me["permissions"]["provider"], json!([]));

        let directory = d.program.app.port::<Arc<Directory>>().clone();
        let read = Permission("conversations.read");
        let user = UserId(agent.id.parse().expect("an id"));
        let id = |s: &str| s.parse::<i64>().expect("an id");
        assert!(directory.reaches(user, read, TenantId(id(&blue)), LineId(id(&sales))));
        assert!(!directory.reaches(user, read, TenantId(id(&blue)), LineId(id(&care))));
        assert!(!directory.reaches(user, read, TenantId(id(&red)), LineId(id(&repair))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disabling_and_changed_rights_end_sessions() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let blue = d.tenant("Blue").await;
        let agent = d.person("mia", "agent", json!({"tenant": blue})).await;
        let grants = d.get(&d.admin, &format!("/api/v1/users/{}/grants", agent.id)).await.ok();
        let path = format!("/api/v1/users/{}/grants/{}", agent.id, text(&grants["items"][0]["id"]));
        d.ask(&d.admin, "DELETE", &path, None).await.ok();
        d.get(&agent, "/api/v1/me").await.refused(401, "sign_in.required");
        let again = Browser { cookie: d.sign_in("mia", PASSWORD, None).await.cookie, ..Browser::default() };
        assert_eq!(d.get(&again, "/api/v1/me").await.ok()["tenants"], json!([]));
        let user = format!("/api/v1/users/{}", agent.id);
        d.ask(&d.admin, "PATCH", &user, Some(json!({"disabled": true}))).await.ok();
        d.get(&again, "/api/v1/me").await.refused(401, "sign_in.required");
        d.sign_in("mia", PASSWORD, None).await.refused(401, "sign_in.refused");
        let own = format!("/api/v1/users/{}", d.admin.id);
        d.ask(&d.admin, "PATCH", &own, Some(json!({"disabled": true}))).await.refused(409, "user.self");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gives_or_manages_more_than_they_hold() {
    let d = Desk::new(Engine::Sqlite).await;
    let asked =
        json!({"name_en": "Desk lead", "name_zh": "主管", "permissions": ["users.manage", "users.read"]});
    let lead = text(&d.post(&d.admin, "/api/v1/roles", asked).await.ok()["id"]);
    let mia = d.person("mia", "agent", json!({})).await;
    d.post(&d.admin, &format!("/api/v1/users/{}/grants", mia.id), json!({"role": lead})).await.ok();
    let mia = Browser { cookie: d.sign_in("mia", PASSWORD, None).await.cookie, ..mia };
    let admin_role = d.role("administrator").await;
    let grant = json!({"role": admin_role});
    d.post(&mia, &format!("/api/v1/users/{}/grants", mia.id), grant).await.refused(403, "access.beyond_own");
    let reset = format!("/api/v1/users/{}/reset", d.admin.id);
    d.ask(&mia, "POST", &reset, None).await.refused(403, "access.beyond_own");
    let admin = format!("/api/v1/users/{}", d.admin.id);
    let disable = Some(json!({"disabled": true}));
    d.ask(&mia, "PATCH", &admin, disable).await.refused(403, "access.beyond_own");
    let builtin = format!("/api/v1/roles/{admin_role}");
    d.ask(&d.admin, "DELETE", &builtin, None).await.refused(409, "role.built_in");
    d.ask(&d.admin, "DELETE", &format!("/api/v1/roles/{lead}"), None).await.refused(409, "in_use");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_does_what_it_is_for_until_it_is_revoked_or_its_owner_goes() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let (blue, red) = (d.tenant("Blue").await, d.tenant("Red").await);
        let asked = json!({"name": "loader", "permissions": ["lines.manage"], "tenant": blue});
        let made = d.post(&d.admin, "/api/v1/tokens", asked.clone()).await.ok();
        let token = text(&made["token"]);
        assert!(token.starts_with("hk_"));
        let loader = Browser { token: Some(token.clone()), ..Browser::default() };
        d.post(&loader, "/api/v1/lines", json!({"tenant": blue, "name": "One"})).await.ok();
        d.post(&loader, "/api/v1/lines", json!({"tenant": red, "name": "One"}))
            .await
            .refused(404, "not_found");
        d.get(&loader, "/api/v1/audit").await.refused(403, "access.missing_permission");
        d.post(&loader, "/api/v1/me/password", json!({"current": PASSWORD, "next": PASSWORD}))
            .await
            .refused(401, "sign_in.required");
        let record = d.get(&d.admin, "/api/v1/audit?action=line.created").await.ok();
        assert_eq!(record["items"][0]["actor"]["name"], "loader (敏敏)", "the record names it and its owner");
        let list = d.get(&d.admin, "/api/v1/tokens").await.ok();
        assert!(!list.to_string().contains(&token));
        let agent = d.person("mia", "agent", json!({"tenant": blue})).await;
        let path = format!("/api/v1/tokens/{}", text(&made["id"]));
        d.ask(&agent, "DELETE", &path, None).await.refused(404, "not_found");
        d.ask(&d.admin, "DELETE", &path, None).await.ok();
        d.get(&loader, "/api/v1/lines").await.refused(401, "sign_in.required");
        let soon = kernel::Clock::now(&d.program.clock) + 60_000;
        let mut asked = asked;
        asked["expires_at"] = json!(soon);
        let token = text(&d.post(&d.admin, "/api/v1/tokens", asked).await.ok()["token"]);
        let short = Browser { token: Some(token), ..Browser::default() };
        d.get(&short, "/api/v1/lines").await.ok();
        d.program.clock.advance(60_000);
        d.get(&short, "/api/v1/lines").await.refused(401, "sign_in.required");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teams_skills_and_calendars_reach_the_directory() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        let blue = d.tenant("Blue").await;
        let agent = d.person("mia", "agent", json!({"tenant": blue})).await;
        let team = json!({"name": "Night", "members": [agent.id]});
        let team = d.post(&d.admin, "/api/v1/teams", team).await.ok();
        d.post(&d.admin, "/api/v1/teams", json!({"name": " night "})).await.refused(409, "name.taken");
        let user = d.get(&d.admin, &format!("/api/v1/users/{}", agent.id)).await.ok();
        assert_eq!(user["teams"], json!([team["id"]]));

        let skill = text(&d.post(&d.admin, "/api/v1/skills", json!({"name": "Refunds"})).await.ok()["id"]);
        let until = kernel::Clock::now(&d.program.clock) + 1_000;
        let asked = json!({"skills": [{"skill": skill, "level": 3, "valid_until": until}]});
        d.ask(&d.admin, "PUT", &format!("/api/v1/users/{}/skills", agent.id), Some(asked)).await.ok();
        let directory = d.program.app.port::<Arc<Directory>>().clone();
        let user = UserId(agent.id.parse().expect("an id"));
        assert_eq!(directory.skills_of(user), [(SkillId(skill.parse().expect("an id")), 3)]);
        d.program.clock.advance(1_000);
        assert_eq!(directory.skills_of(user), []);
        d.ask(&d.admin, "DELETE", &format!("/api/v1/skills/{skill}"), None).await.refused(409, "in_use");

        let made =
            d.post(&d.admin, "/api/v1/calendars", json!({"tenant": blue, "name": "Office"})).await.ok();
        let calendar = text(&made["id"]);
        let line = json!({"tenant": blue, "name": "Sales", "calendar": calendar});
        let line = text(&d.post(&d.admin, "/api/v1/lines", line).await.ok()["id"]);
        let named = directory.line(LineId(line.parse().expect("an id"))).expect("a line");
        let calendar_id = named.calendar.expect("a calendar");
        // Thursday 2026-10-01 is National Day; Friday 2026-09-25 is the Mid-Autumn Festival; Monday 28 is a workday.
        let calendar_of = directory.calendar(calendar_id).expect("ready");
        let at = |s: &str| s.parse::<jiff::Timestamp>().expect("a time").as_millisecond();
        assert!(!calendar_of.is_open(at("2026-10-01T10:00:00+08:00")));
        assert!(calendar_of.is_open(at("2026-09-28T10:00:00+08:00")));
        let path = format!("/api/v1/calendars/{calendar}");
        let zone = Some(json!({"zone": "Mars/Olympus"}));
        d.ask(&d.admin, "PATCH", &path, zone).await.refused(422, "calendar.invalid");
        d.ask(&d.admin, "PATCH", &path, Some(json!({"zone": "Europe/Paris"}))).await.ok();
        assert_eq!(d.get(&d.admin, &path).await.ok()["zone"], "Europe/Paris");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_page_and_unknown_fields_are_refused() {
    for engine in Engine::ALL {
        let d = Desk::new(engine).await;
        for i in 0..5 {
            d.tenant(&format!("T{i}")).await;
        }
        let (mut path, mut seen) = ("/api/v1/tenants?limit=2".to_owned(), 0);
        loop {
            let page = d.get(&d.admin, &path).await.ok();
            seen += page["items"].as_array().expect("a list").len();
            match page["next"].as_str() {
                Some(next) => path = format!("/api/v1/tenants?limit=2&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, 5);
        let asked = json!({"name": "X", "tenant_id": "1"});
        let refused = d.post(&d.admin, "/api/v1/tenants", asked).await.refused(422, "invalid");
        assert_eq!(refused["fields"][0], json!({"field": "/tenant_id", "fault": "unknown"}));
        let audit = d.get(&d.admin, "/api/v1/audit?limit=3&action=tenant.created").await.ok();
        assert_eq!(audit["items"].as_array().expect("a list").len(), 3);
        assert!(audit["next"].is_string());
        assert_eq!(audit["items"][0]["actor"]["name"], "敏敏");
    }
}
