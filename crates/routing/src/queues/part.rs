//! The queues of a line with the skills they need, as they are copied and taken from a pack; and how a change is undone.

use super::fitting::{Ground, fitted};
use super::model::{Absence, Fit, Queue, SkillAsk};
use super::rules::{Hours, Rules};
use super::service::{self, Change, New, Reach};
use super::store;
use crate::permissions::TAKE;
use accounts::directory::LineName;
use accounts::packs::{Brought, Kept, LinePart, Standing, Texts, mark_of, pick};
use accounts::{Caller, Directory, audit, calendars, skills};
use futures_util::future::BoxFuture;
use kernel::{Language, QueueId, Result};
use platform::store::Tx;
use platform::{App, Registry};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The queues of a line.
pub(crate) struct Queues;

/// What is recorded of a queue, as a change that puts it back.
#[derive(Deserialize)]
struct Recorded {
    name: Option<String>,
    skills: Option<Vec<SkillAsk>>,
    priority: Option<i64>,
    fit: Option<Fit>,
    offer_ms: Option<i64>,
    auto_accept: Option<bool>,
    wrap_up_ms: Option<i64>,
    on_absence: Option<Absence>,
    rules: Option<Rules>,
}

impl From<Recorded> for Change {
    fn from(r: Recorded) -> Change {
        Change {
            name: r.name,
            skills: r.skills,
            priority: r.priority,
            fit: r.fit,
            offer_ms: r.offer_ms,
            auto_accept: r.auto_accept,
            wrap_up_ms: r.wrap_up_ms,
            on_absence: r.on_absence,
            rules: r.rules,
        }
    }
}

/// Says which changes of queues can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    audit::undoable(reg, "queue.changed", |app, caller, id, before| {
        Box::pin(async move {
            let recorded: Recorded = audit::as_patch(before)?;
            service::change(&app, &caller, QueueId(id), recorded.into()).await.map(|_| ())
        })
    });
}

async fn of_line(app: &App, line: &LineName) -> Result<Vec<Queue>> {
    let read = async |tx: &mut Tx| store::all(tx).await;
    let all = app.db().read(&accounts::authorize::reader(), read).await?;
    Ok(all.into_iter().filter(|q| q.tenant == line.tenant && q.line == line.id).collect())
}

/// Is there anybody who may take its work and has its skills at the level that it asks for?
fn is_served(directory: &Directory, q: &Queue) -> bool {
    directory.users().iter().any(|u| {
        let held = directory.skills_of(u.id);
        let has =
            |ask: &SkillAsk| held.iter().any(|(skill, level)| *skill == ask.skill && *level >= ask.level);
        !u.disabled && directory.reaches(u.id, TAKE, q.tenant, q.line) && q.skills.iter().all(has)
    })
}

/// What the queues of a line still lack; empty where nothing.
fn missing(all: &[Queue], unserved: &[&str], language: Language) -> String {
    if all.is_empty() {
        return language.pick("at least one queue", "至少一个技能组").into();
    }
    if all.iter().all(|q| q.skills.is_empty()) {
        return language.pick("the skills its work needs", "接待所需的技能").into();
    }
    let open: Vec<&str> = all.iter().filter(|q| q.skills.is_empty()).map(|q| q.name.as_str()).collect();
    match (unserved, language) {
        ([], _) if open.is_empty() => String::new(),
        ([], Language::Zh) => {
            format!("“{}”所需的技能（未设技能，现在人人可接）", open.join("”“"))
        }
        ([], Language::En) => {
            format!("the skills that {} needs (without any, everybody is offered its work)", open.join(", "))
        }
        (names, Language::Zh) => {
            format!("能接待“{}”的坐席（需有本项目的权限，并具备所需技能和级别）", names.join("”“"))
        }
        (names, Language::En) => {
            format!(
                "somebody to serve {} (with a role in this line and the skills at their level)",
                names.join(", ")
            )
        }
    }
}

/// Makes those whose names the line does not have yet.
async fn bring(app: &App, caller: &Caller, to: &LineName, wanted: Vec<(String, Change)>) -> Result<Brought> {
    let mut there: Vec<String> = of_line(app, to).await?.iter().map(Queue::name_key).collect();
    let mut b = Brought::default();
    for (name, rest) in wanted {
        let key = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if there.contains(&key) {
            b.left += 1;
            continue;
        }
        let new = New { tenant: to.tenant, line: to.id, name, rest };
        let made = service::create(app, caller, new).await?;
        there.push(key);
        let mark = mark_of(&service::facts(&made));
        b.add(made.id.0, made.name, mark);
    }
    Ok(b)
}

/// As it is, but for its rules: they may name queues that are not there yet.
fn without_rules(q: &Queue) -> Change {
    Change {
        skills: Some(q.skills.clone()),
        priority: Some(q.priority),
        fit: Some(q.fit),
        offer_ms: Some(q.offer_ms),
        auto_accept: Some(q.auto_accept),
        wrap_up_ms: Some(q.wrap_up_ms),
        on_absence: Some(q.on_absence),
        ..Change::default()
    }
}

async fn copy(app: &App, caller: &Caller, from: &LineName, to: &LineName) -> Result<Brought> {
    let old = of_line(app, from).await?;
    let wanted = old.iter().map(|q| (q.name.clone(), without_rules(q))).collect();
    let mut b = bring(app, caller, to, wanted).await?;
    let there: HashMap<String, QueueId> =
        of_line(app, to).await?.into_iter().map(|q| (q.name_key(), q.id)).collect();
    let likes: HashMap<QueueId, QueueId> =
        old.iter().filter_map(|q| Some((q.id, *there.get(&q.name_key())?))).collect();
    let reach = Reach::of(app, caller, to.tenant, to.id).await?;
    for q in old.iter().filter(|q| q.rules != Rules::default()) {
        let new = likes.get(&q.id).and_then(|id| b.made.iter_mut().find(|m| m.id == id.0));
        let Some(new) = new else { continue };
        let calendar = match q.rules.calendar {
            Some(id) => calendars::for_client(app, caller, id, to.tenant).await.ok(),
            None => None,
        };
        let (rules, lost) = {
            let queue = |id: QueueId| likes.get(&id).copied().or_else(|| reach.queue(id).then_some(id));
            let ground = Ground {
                calendar,
                queue: &queue,
                team: &|t| reach.team(t),
                seat: &|s| reach.serves(s) && reach.answers_for(s),
            };
            fitted(&q.rules, &ground)
        };
        let change = Change { rules: Some(rules), ..Change::default() };
        let set = service::change(app, caller, QueueId(new.id), change).await?;
        new.mark = mark_of(&service::facts(&set));
        b.remarks.extend(lost.remarks(&q.name, caller.language));
    }
    Ok(b)
}

/// The skills that a pack's queue needs: by name where they are there, made where the caller may; else left out and named.
async fn needs(
    app: &App,
    caller: &Caller,
    v: &Value,
    language: Language,
) -> Result<(Vec<SkillAsk>, Vec<String>)> {
    let (mut out, mut lost) = (vec![], vec![]);
    for s in v.as_array().into_iter().flatten() {
        let (level, name) = (s["level"].as_i64().unwrap_or(1), pick(&s["name"], language));
        match skills::found_or_made(app, caller, name).await? {
            Some(skill) => out.push(SkillAsk { skill, level }),
            None => lost.push(name.to_owned()),
        }
    }
    Ok((out, lost))
}

/// What is said of a queue whose skills the caller may not make.
fn without_skills(queue: &str, lost: &[String], open: bool, language: Language) -> String {
    let names = lost.join(language.pick(", ", "、"));
    match (language, open) {
        (Language::Zh, true) => {
            format!("技能“{names}”需要管理员建立；技能组“{queue}”现在人人可接")
        }
        (Language::Zh, false) => format!("技能“{names}”需要管理员建立；技能组“{queue}”暂未要求该技能"),
        (Language::En, true) => {
            format!(
                "An administrator has to make the skill {names}; until then everybody is offered the work of {queue}"
            )
        }
        (Language::En, false) => {
            format!("An administrator has to make the skill {names}; until then {queue} does not ask for it")
        }
    }
}

async fn unpack(app: &App, caller: &Caller, section: &Value, to: &LineName, l: Language) -> Result<Brought> {
    let (mut wanted, mut lacking) = (vec![], vec![]);
    for q in section.as_array().into_iter().flatten() {
        let (skills, lost) = needs(app, caller, &q["skills"], l).await?;
        let name = pick(&q["name"], l).to_owned();
        if !lost.is_empty() {
            let said = without_skills(&name, &lost, skills.is_empty(), caller.language);
            lacking.push((name.clone(), said));
        }
        let rest = Change {
            skills: Some(skills),
            priority: q["priority"].as_i64(),
            wrap_up_ms: q["wrap_up_ms"].as_i64(),
            offer_ms: q["offer_ms"].as_i64(),
            // Whoever writes outside the hours of the line is told when it opens, and is served then.
            rules: Some(Rules { hours: Hours::Line, ..Rules::default() }),
            ..Change::default()
        };
        wanted.push((name, rest));
    }
    let mut b = bring(app, caller, to, wanted).await?;
    let made = |name: &str| b.made.iter().any(|m| m.name == name);
    let said: Vec<String> = lacking.into_iter().filter(|(name, _)| made(name)).map(|(_, s)| s).collect();
    b.remarks.extend(said);
    Ok(b)
}

impl LinePart for Queues {
    fn key(&self) -> &'static str {
        "queues"
    }
    fn rank(&self) -> u8 {
        20
    }
    fn title(&self) -> Texts {
        Texts { en: "Queues and skills", zh: "技能组与技能" }
    }
    fn path(&self) -> &'static str {
        "/settings/queues"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let all = of_line(app, line).await?;
            let directory = app.port::<Arc<Directory>>();
            let unserved = all.iter().filter(|q| !is_served(directory, q)).map(|q| q.name.as_str());
            let missing = missing(&all, &unserved.collect::<Vec<_>>(), caller.language);
            Ok(Standing { count: all.len() as i64, ready: missing.is_empty(), missing })
        })
    }
    fn copy<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        from: &'a LineName,
        to: &'a LineName,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(copy(app, caller, from, to))
    }
    fn unpack<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        section: &'a Value,
        to: &'a LineName,
        language: Language,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(unpack(app, caller, section, to, language))
    }
    fn take_back<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
        made: &'a [Kept],
    ) -> BoxFuture<'a, Result<i64>> {
        Box::pin(service::remove_unused(app, caller, line, made))
    }
}
