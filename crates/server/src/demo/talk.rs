//! The conversations, lived in order of time: visitors by the widget's calls, agents at the desk.

use super::clock::DemoClock;
use super::data::{self, By, Contact, Conversation, Status, Talks};
use super::floor::{self, Deed};
use super::house::Made;
use super::people::Person;
use crate::boot::Running;
use crate::startup::Startup;
use axum::http::Method;
use engines::calendar::{Calendar, CalendarSpec};
use kernel::{Error, Millis, Result, Rng};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;
/// Wall times of the data are those of Shanghai.
const SHANGHAI: Millis = 8 * 60 * MINUTE;
/// What the data calls "today" ends at this minute of the day: the last visitor wrote three minutes ago.
const TODAY_ENDS: Millis = (11 * 60 + 30) * MINUTE;
/// A snoozed conversation comes back after this.
const SNOOZE: Millis = 22 * 60 * MINUTE;
/// The first answer of some takes longer.
const SLOW: Millis = 150_000;
/// Each so many-th who was served is asked how it was, and answers.
const ASKED: usize = 3;
/// Progress is told each so many steps.
const TELL_EVERY: usize = 100;

/// One thing that happens.
struct Step {
    at: Millis,
    talk: usize,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    /// The message of this number.
    Says(usize),
    /// What comes after the last message: category, tags, resolve, snooze.
    Ends,
    /// Something on the floor, of this number.
    Does(usize),
}

/// One conversation under way.
struct Talk<'a> {
    client: &'static str,
    data: &'a Conversation,
    contact: &'a Contact,
    id: String,
    visitor: Option<Person>,
    taken: bool,
    seen: i64,
}

/// Lives through all of them.
pub async fn hold(
    running: &Running,
    clock: &DemoClock,
    made: &Made,
    now: Millis,
    startup: &Startup,
) -> Result<()> {
    let all = data::talks()?;
    let mut talks = under_way(&all)?;
    let deeds = floor::deeds(now, &day_of(now)?)?;
    let steps = in_order(&talks, &deeds, now)?;
    let mut tokens = BTreeMap::new();
    for (n, step) in steps.iter().enumerate() {
        clock.go_to(step.at);
        let mut stage = Stage { running, made, tokens: &mut tokens };
        match step.what {
            What::Says(i) => stage.says(&mut talks[step.talk], i).await?,
            What::Ends => stage.ends(&mut talks[step.talk], step.talk, now).await?,
            What::Does(i) => floor::act(running.app(), made, &deeds[i].1).await?,
        }
        if n % TELL_EVERY == 0 {
            startup.progress(n as u64, steps.len() as u64);
        }
    }
    clock.go_to(now);
    floor::finish(made, now).await
}

/// The day in Shanghai, `YYYY-MM-DD`.
fn day_of(now: Millis) -> Result<String> {
    let calendar = Calendar::new(CalendarSpec::always("Asia/Shanghai")).ok();
    let day = calendar.and_then(|c| c.day_at(now));
    day.map(|d| d.to_string()).ok_or_else(|| Error::internal("a day in Shanghai"))
}

fn under_way<'a>(all: &'a [(&'static str, Talks)]) -> Result<Vec<Talk<'a>>> {
    let mut out = vec![];
    for (client, talks) in all {
        for data in &talks.conversations {
            let contact = talks.contacts.iter().find(|c| c.name == data.contact);
            let contact = contact.ok_or_else(|| Error::internal(format!("no contact {}", data.contact)))?;
            out.push(Talk { client, data, contact, id: String::new(), visitor: None, taken: false, seen: 0 });
        }
    }
    Ok(out)
}

/// Every step of every conversation, by time. What belongs to today is told back from now.
fn in_order(talks: &[Talk<'_>], deeds: &[(Millis, Deed)], now: Millis) -> Result<Vec<Step>> {
    let midnight = (now + SHANGHAI) / DAY * DAY - SHANGHAI;
    let does = |(i, (at, _)): (usize, &(Millis, Deed))| Step { at: *at, talk: 0, what: What::Does(i) };
    let mut steps: Vec<Step> = deeds.iter().enumerate().map(does).collect();
    for (talk, t) in talks.iter().enumerate() {
        let wall = minutes(&t.data.time)? * MINUTE;
        let mut at = match t.data.days_ago {
            0 => now - (TODAY_ENDS - wall),
            days => midnight - days * DAY + wall,
        };
        for (i, message) in t.data.messages.iter().enumerate() {
            if i > 0 {
                let slow = i == 1 && t.data.days_ago > 0 && talk % 6 == 1;
                at += pause(talk, i, message.by) + if slow { SLOW } else { 0 };
            }
            steps.push(Step { at: at.min(now - 2_000), talk, what: What::Says(i) });
        }
        let patience = if t.data.status == Status::Left { 4 * MINUTE } else { 40_000 };
        steps.push(Step { at: (at + patience).min(now - 1_000), talk, what: What::Ends });
    }
    // Stable, so that the steps of one conversation keep their order.
    steps.sort_by_key(|s| s.at);
    Ok(steps)
}

fn minutes(time: &str) -> Result<i64> {
    let read = || -> Option<i64> {
        let (h, m) = time.split_once(':')?;
        Some(h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?)
    };
    read().ok_or_else(|| Error::internal(format!("the time {time}")))
}

/// How long somebody takes to answer: the same at every run, and different for each message.
fn pause(talk: usize, message: usize, by: By) -> Millis {
    let spread = ((talk * 7919 + message * 104_729) % 45) as Millis * 1_000;
    match by {
        By::Contact => 20_000 + spread,
        By::Agent => 15_000 + spread,
        By::Note => 10_000,
    }
}

struct Stage<'a> {
    running: &'a Running,
    made: &'a Made,
    tokens: &'a mut BTreeMap<String, String>,
}

impl Stage<'_> {
    async fn says(&mut self, talk: &mut Talk<'_>, i: usize) -> Result<()> {
        let message = &talk.data.messages[i];
        match message.by {
            By::Contact => self.contact_says(talk, &message.text).await,
            By::Agent if talk.id.is_empty() => self.agent_begins(talk, &message.text).await,
            By::Agent => self.agent_says(talk, "reply", &message.text).await,
            By::Note => self.agent_says(talk, "note", &message.text).await,
        }
    }

    fn inbox_of(&self, talk: &Talk<'_>) -> String {
        format!("{}/{}", talk.client, talk.data.line)
    }

    /// The widget's session, taken up again when this person has been here before.
    async fn enter(&mut self, talk: &mut Talk<'_>) -> Result<()> {
        if talk.visitor.is_some() {
            return Ok(());
        }
        let (public, origin) = (&self.running.origins().public, &self.running.app().settings().public_url);
        let inbox = self.inbox_of(talk);
        let known = format!("{inbox}/{}", talk.contact.name);
        let language = if talk.client == "harbor" { "en" } else { "zh-CN" };
        let page = json!({"url": format!("{origin}/shop/?client={}", talk.client), "title": talk.client});
        let mut body = json!({"inbox": self.made.inbox_key(&inbox)?, "language": language, "page": page});
        if let Some(token) = self.tokens.get(&known) {
            body["token"] = json!(token);
        }
        let answer = Person::nobody(public, origin).post("/w/v1/session", body).await?;
        let token = answer["token"].as_str().ok_or_else(|| Error::internal("a session without a token"))?;
        talk.visitor = Some(Person::visitor(public, origin, token));
        self.tokens.insert(known, token.to_owned());
        Ok(())
    }

    async fn contact_says(&mut self, talk: &mut Talk<'_>, text: &str) -> Result<()> {
        self.enter(talk).await?;
        let Some(visitor) = &talk.visitor else { return Ok(()) };
        if talk.seen > 0 {
            visitor.post("/w/v1/read", json!({"seq": talk.seen})).await?;
        }
        let body = json!({"client_id": self.client_id(), "body": text});
        visitor.post("/w/v1/messages", body).await?;
        if talk.id.is_empty() {
            self.find(talk).await?;
        }
        Ok(())
    }

    /// The conversation that a visitor's first message opened: the newest of its inbox. Then who that is, noted.
    async fn find(&mut self, talk: &mut Talk<'_>) -> Result<()> {
        let inbox = self.made.id(&format!("inbox:{}", self.inbox_of(talk)))?;
        let path = format!("/api/v1/conversations?view=all&inbox={inbox}&order=recent&limit=1");
        let rows = self.made.admin.get(&path).await?;
        let row = &rows["items"][0];
        talk.id = text_of(row, "id")?;
        let contact = text_of(&row["contact"], "id")?;
        let tenant = self.made.id(&format!("tenant:{}", talk.client))?;
        self.introduce(talk, &contact, tenant).await
    }

    async fn introduce(&self, talk: &Talk<'_>, contact: &str, tenant: &str) -> Result<()> {
        let known = self.made.admin.get(&format!("/api/v1/contacts/{contact}")).await?;
        if known["name"] == talk.contact.name.as_str() {
            return Ok(());
        }
        let patch = json!({"name": talk.contact.name, "tier": talk.contact.tier});
        self.made.admin.call(Method::PATCH, &format!("/api/v1/contacts/{contact}"), Some(patch)).await?;
        let phone = talk.contact.phone.as_ref().map(|p| ("phone", p));
        let email = talk.contact.email.as_ref().map(|e| ("email", e));
        for (kind, value) in phone.into_iter().chain(email) {
            let body = json!({"kind": kind, "value": value});
            self.made.admin.post(&format!("/api/v1/contacts/{contact}/handles"), body).await?;
        }
        let _ = tenant;
        Ok(())
    }

    fn agent(&self, talk: &Talk<'_>) -> Result<&Person> {
        let key = talk.data.agent.as_deref().unwrap_or_default();
        self.made
            .staff
            .get(key)
            .ok_or_else(|| Error::internal(format!("the demonstration has no agent {key}")))
    }

    async fn take(&self, talk: &mut Talk<'_>) -> Result<()> {
        if !talk.taken {
            let user = self.made.id(&format!("user:{}", talk.data.agent.as_deref().unwrap_or_default()))?;
            self.act(talk, "assign", json!({"user": user})).await?;
            talk.taken = true;
        }
        Ok(())
    }

    async fn act(&self, talk: &Talk<'_>, what: &str, body: Value) -> Result<Value> {
        self.agent(talk)?.post(&format!("/api/v1/conversations/{}/{what}", talk.id), body).await
    }

    async fn agent_says(&self, talk: &mut Talk<'_>, mode: &str, text: &str) -> Result<()> {
        self.take(talk).await?;
        let body = json!({
            "client_id": self.client_id(), "mode": mode, "body": text, "seen_seq": talk.seen, "force": true,
        });
        let answer = self.act(talk, "messages", body).await?;
        talk.seen = answer["seq"].as_i64().unwrap_or(talk.seen);
        Ok(())
    }

    /// An agent writes first, to somebody who was here before.
    async fn agent_begins(&self, talk: &mut Talk<'_>, text: &str) -> Result<()> {
        let tenant = self.made.id(&format!("tenant:{}", talk.client))?;
        let inbox = self.made.id(&format!("inbox:{}", self.inbox_of(talk)))?;
        let path = format!("/api/v1/conversations?view=all&inbox={inbox}&order=recent&limit=100");
        let rows = self.made.admin.get(&path).await?;
        let rows = rows["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let theirs = rows.iter().find(|r| r["contact"]["name"] == talk.contact.name.as_str());
        let contact = theirs.map(|r| r["contact"]["id"].clone());
        let contact =
            contact.ok_or_else(|| Error::internal(format!("{} was not here", talk.contact.name)))?;
        let body = json!({"tenant": tenant, "inbox": inbox, "contact": contact, "body": text});
        let answer = self.agent(talk)?.post("/api/v1/conversations", body).await?;
        talk.id = text_of(&answer, "id")?;
        self.take(talk).await
    }

    async fn ends(&self, talk: &mut Talk<'_>, number: usize, now: Millis) -> Result<()> {
        let data = talk.data;
        if let (Status::Left, Some(visitor)) = (data.status, &talk.visitor) {
            return visitor.post("/w/v1/end", json!({})).await.map(|_| ());
        }
        let category = self.made.id(&format!("category:{}/{}", self.inbox_of(talk), data.category))?;
        let by = if data.agent.is_some() { self.agent(talk)? } else { &self.made.admin };
        let path = format!("/api/v1/conversations/{}", talk.id);
        by.post(&format!("{path}/category"), json!({"category": category})).await?;
        by.post(&format!("{path}/tags"), json!({"add": data.tags})).await?;
        if let Some(priority) = &data.priority {
            by.post(&format!("{path}/priority"), json!({"priority": priority})).await?;
        }
        match (data.status, &data.disposition) {
            (Status::Resolved, Some(d)) => {
                let disposition = json!({
                    "kind": d.kind, "category": category, "cause": d.cause.clone().unwrap_or_default(),
                    "outcome": d.outcome,
                });
                by.post(&format!("{path}/resolve"), json!({"disposition": disposition})).await?;
                if number.is_multiple_of(ASKED) {
                    self.judges(talk, number / ASKED).await?;
                }
            }
            (Status::Snoozed, _) => {
                by.post(&format!("{path}/snooze"), json!({"until": now + SNOOZE})).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The customer is asked how it was, and says so; on lines that ask.
    async fn judges(&self, talk: &Talk<'_>, number: usize) -> Result<()> {
        let Some(visitor) = &talk.visitor else { return Ok(()) };
        let line = self.made.id(&format!("line:{}", self.inbox_of(talk)))?;
        let survey = self.made.admin.get(&format!("/api/v1/lines/{line}/survey")).await?;
        if survey["enabled"] != true {
            return Ok(());
        }
        self.act(talk, "survey", json!({})).await?;
        let score = [5, 5, 4, 5, 3, 5, 4, 5, 2, 5][number % 10];
        let remarks = super::days::remarks(talk.client)?;
        let remark = remarks.get(number % (remarks.len() * 2)).cloned().unwrap_or_default();
        let body = json!({
            "conversation": talk.id, "score": score, "attitude": score.max(4), "expertise": score, "resolution": score,
            "solved": score > 2, "remark": remark,
        });
        visitor.post("/w/v1/survey", body).await.map(|_| ())
    }

    /// A random UUID.
    fn client_id(&self) -> String {
        let mut b = [0; 16];
        Rng::fill(self.running.app().rng(), &mut b);
        b[6] = b[6] & 0x0f | 0x40;
        b[8] = b[8] & 0x3f | 0x80;
        let h: String = b.iter().map(|x| format!("{x:02x}")).collect();
        format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
    }
}

fn text_of(v: &Value, field: &str) -> Result<String> {
    v[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Error::internal(format!("an answer without {field}: {v}")))
}
