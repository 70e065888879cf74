//! The provider's house: clients, lines, people, skills, queues, inboxes, made by an administrator at the desk.

use super::Login;
use super::data::{self, Client, House, User};
use super::people::Person;
use crate::boot::Running;
use accounts::setup::{NewAdmin, create_admin};
use axum::http::Method;
use kernel::{Error, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What was made, by the keys of the data files.
pub struct Made {
    /// The data.
    pub data: House,
    /// The administrator.
    pub admin: Person,
    /// Everybody else, by key.
    pub staff: BTreeMap<String, Person>,
    /// Who is at work while it is lived.
    pub seats: parking_lot::Mutex<super::cast::Seats>,
    ids: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
}

impl Made {
    /// The id of something, such as `line:yunfu/wallet`.
    pub fn id(&self, name: &str) -> Result<&str> {
        let found = self.ids.get(name).map(String::as_str);
        found.ok_or_else(|| Error::internal(format!("the demonstration has no {name}")))
    }

    /// Somebody of the staff.
    pub fn person(&self, key: &str) -> Result<&Person> {
        let admin = self.data.users.first().filter(|u| u.key == key).map(|_| &self.admin);
        let found = admin.or_else(|| self.staff.get(key));
        found.ok_or_else(|| Error::internal(format!("the demonstration has nobody called {key}")))
    }

    /// The public key of an inbox, `yunfu/wallet`.
    pub fn inbox_key(&self, name: &str) -> Result<&str> {
        let found = self.keys.get(name).map(String::as_str);
        found.ok_or_else(|| Error::internal(format!("the demonstration has no inbox {name}")))
    }

    /// Shop → (key of its inbox, name).
    pub fn shops(&self) -> BTreeMap<String, (String, String)> {
        let of_client = |c: &Client| -> Vec<(String, (String, String))> {
            let with_shop =
                c.inboxes.iter().filter_map(|i| Some((i.shop.clone()?, format!("{}/{}", c.key, i.key))));
            with_shop
                .filter_map(|(shop, inbox)| Some((shop, (self.keys.get(&inbox)?.clone(), c.name.clone()))))
                .collect()
        };
        self.data.clients.iter().flat_map(of_client).collect()
    }

    /// Who can sign in.
    pub fn logins(&self) -> Vec<Login> {
        let login = |u: &User| Login {
            login: u.login.clone(),
            password: self.data.password.clone(),
            who: format!("{} {}", u.alias, u.number),
        };
        self.data.users.iter().map(login).collect()
    }

    fn keep(&mut self, name: String, answer: &Value) -> Result<String> {
        let id = answer["id"].as_str().ok_or_else(|| Error::internal(format!("no id for {name}")))?;
        self.ids.insert(name, id.to_owned());
        Ok(id.to_owned())
    }
}

/// Builds the house.
pub async fn build(running: &Running) -> Result<Made> {
    let data = data::house()?;
    let desk = &running.origins().desk;
    let origin = &running.app().settings().desk_url;
    let first = data.users.first().ok_or_else(|| Error::internal("the demonstration has nobody"))?;
    let new = NewAdmin {
        name: first.name.clone(),
        alias: Some(first.alias.clone()),
        login: first.login.clone(),
        password: data.password.clone(),
        language: first.language,
    };
    let admin_id = create_admin(running.app(), new).await?;
    let person = |u: &User| Person::staff(desk, origin, &u.login, &data.password);
    let admin = person(first);
    let staff = data.users.iter().skip(1).map(|u| (u.key.clone(), person(u))).collect();
    let ids = BTreeMap::from([(format!("user:{}", first.key), admin_id.to_string())]);
    let mut made =
        Made { admin, staff, seats: parking_lot::Mutex::default(), ids, keys: BTreeMap::new(), data };
    skills_and_calendar(&mut made).await?;
    for i in 0..made.data.clients.len() {
        client(&mut made, i, &running.app().settings().public_url).await?;
    }
    people(&mut made).await?;
    super::desk_work::fill(&made).await?;
    super::floor::prepare(&made).await?;
    Ok(made)
}

async fn skills_and_calendar(made: &mut Made) -> Result<()> {
    let skills: Vec<(String, String)> =
        made.data.skills.iter().map(|s| (s.key.clone(), s.name.clone())).collect();
    for (key, name) in skills {
        let answer = made.admin.post("/api/v1/skills", json!({"name": name})).await?;
        made.keep(format!("skill:{key}"), &answer)?;
    }
    let c = &made.data.calendar;
    let day = json!([{"from": c.from, "to": c.to}]);
    let weekly: Vec<&Value> = std::iter::repeat_n(&day, 7).collect();
    let body = json!({"name": c.name, "zone": c.zone, "weekly": weekly, "use_china_holidays": false});
    made.admin.post("/api/v1/calendars", body).await.map(|_| ())
}

async fn client(made: &mut Made, i: usize, public_url: &str) -> Result<()> {
    let (key, body) = {
        let c = &made.data.clients[i];
        (c.key.clone(), json!({"name": c.name, "mark_color": c.mark_color}))
    };
    let answer = made.admin.post("/api/v1/tenants", body).await?;
    let tenant = made.keep(format!("tenant:{key}"), &answer)?;
    lines(made, i, &tenant).await?;
    queues(made, i, &tenant).await?;
    inboxes(made, i, &tenant, public_url).await
}

async fn lines(made: &mut Made, i: usize, tenant: &str) -> Result<()> {
    for n in 0..made.data.clients[i].lines.len() {
        let (name, body, categories) = {
            let c = &made.data.clients[i];
            let l = &c.lines[n];
            let body =
                json!({"tenant": tenant, "name": l.name, "disposition_required": l.disposition_required});
            (format!("{}/{}", c.key, l.key), body, l.categories.clone())
        };
        let answer = made.admin.post("/api/v1/lines", body).await?;
        let line = made.keep(format!("line:{name}"), &answer)?;
        for (key, zh, en) in categories {
            let body = json!({"line": line, "name_zh": zh, "name_en": en});
            let answer = made.admin.post("/api/v1/categories", body).await?;
            made.keep(format!("category:{name}/{key}"), &answer)?;
        }
    }
    Ok(())
}

async fn queues(made: &mut Made, i: usize, tenant: &str) -> Result<()> {
    for n in 0..made.data.clients[i].queues.len() {
        let c = &made.data.clients[i];
        let q = &c.queues[n];
        let line = made.id(&format!("line:{}/{}", c.key, q.line))?;
        let skill = made.id(&format!("skill:{}", q.skill))?;
        let skills = json!([{"skill": skill, "level": q.level}]);
        // What agents held stays theirs: nobody is signed in when the demonstration begins.
        let body = json!({
            "tenant": tenant, "line": line, "name": q.name, "skills": skills, "on_absence": "keep",
        });
        let name = format!("queue:{}/{}", c.key, q.key);
        let answer = made.admin.post("/api/v1/queues", body).await?;
        made.keep(name, &answer)?;
    }
    Ok(())
}

async fn inboxes(made: &mut Made, i: usize, tenant: &str, public_url: &str) -> Result<()> {
    for n in 0..made.data.clients[i].inboxes.len() {
        let c = &made.data.clients[i];
        let b = &c.inboxes[n];
        let name = format!("{}/{}", c.key, b.key);
        let line = made.id(&format!("line:{}/{}", c.key, b.line))?;
        let queue = made.id(&format!("queue:{}/{}", c.key, b.queue))?;
        let config = json!({"allowed_sites": [public_url], "brand": b.brand});
        let body = json!({
            "tenant": tenant, "line": line, "channel": b.channel, "name": b.name, "queue": queue, "config": config,
        });
        let answer = made.admin.post("/api/v1/inboxes", body).await?;
        let key = answer["key"].as_str().unwrap_or_default().to_owned();
        made.keep(format!("inbox:{name}"), &answer)?;
        made.keys.insert(name, key);
    }
    Ok(())
}

async fn people(made: &mut Made) -> Result<()> {
    let roles = made.admin.get("/api/v1/roles").await?;
    let role = |key: &str| -> Result<Value> {
        let all = roles["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = all.iter().find(|r| r["key"] == key).map(|r| r["id"].clone());
        found.ok_or_else(|| Error::internal(format!("there is no role {key}")))
    };
    for n in 1..made.data.users.len() {
        let (key, body) = {
            let u = &made.data.users[n];
            let body = json!({
                "login": u.login, "name": u.name, "alias": u.alias, "number": u.number, "language": u.language,
                "password": made.data.password,
            });
            (u.key.clone(), body)
        };
        let answer = made.admin.post("/api/v1/users", body).await?;
        let id = made.keep(format!("user:{key}"), &answer)?;
        let u = &made.data.users[n];
        for r in &u.roles {
            let tenant = r.tenant.as_ref().map(|t| made.id(&format!("tenant:{t}"))).transpose()?;
            let line = match (&r.tenant, &r.line) {
                (Some(t), Some(l)) => Some(made.id(&format!("line:{t}/{l}"))?),
                _ => None,
            };
            let body = json!({"role": role(&r.role)?, "tenant": tenant, "line": line});
            made.admin.post(&format!("/api/v1/users/{id}/grants"), body).await?;
        }
        let skill = |(s, level): &(String, i64)| -> Result<Value> {
            Ok(json!({"skill": made.id(&format!("skill:{s}"))?, "level": level}))
        };
        let skills: Vec<Value> = u.skills.iter().map(skill).collect::<Result<_>>()?;
        if !skills.is_empty() {
            let body = Some(json!({"skills": skills}));
            made.admin.call(Method::PUT, &format!("/api/v1/users/{id}/skills"), body).await?;
        }
    }
    teams(made).await
}

async fn teams(made: &mut Made) -> Result<()> {
    for team in &made.data.teams {
        let members: Vec<&str> =
            team.members.iter().map(|m| made.id(&format!("user:{m}"))).collect::<Result<_>>()?;
        made.admin.post("/api/v1/teams", json!({"name": team.name, "members": members})).await?;
    }
    Ok(())
}
