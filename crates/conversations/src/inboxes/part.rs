//! The inboxes of a line with their texts, as they are copied and taken from a pack; and how a change is undone.

use super::http::{self, InboxChange, NewInbox};
use super::model::{Brand, Inbox, InboxConfig};
use super::{Cache, store};
use crate::threads::Channel;
use accounts::directory::LineName;
use accounts::packs::{Brought, Kept, LinePart, Standing, Texts, mark_of, pick};
use accounts::{Caller, audit};
use futures_util::future::BoxFuture;
use kernel::{Error, InboxId, Language, QueueId, Result};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// The inboxes of a line.
pub(crate) struct Inboxes;

/// Says which changes of inboxes can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    audit::undoable(reg, "inbox.changed", |app, caller, id, before| {
        Box::pin(async move {
            let change = InboxChange {
                name: audit::as_patch(before["name"].clone())?,
                queue: audit::as_patch(before["queue"].clone())?,
                enabled: audit::as_patch(before["enabled"].clone())?,
                config: audit::as_patch(before["config"].clone())?,
            };
            http::change_inbox(&app, &caller, InboxId(id), change).await.map(|_| ())
        })
    });
}

fn of_line(app: &App, line: &LineName) -> Vec<Arc<Inbox>> {
    let all = app.port::<Arc<Cache>>().list();
    all.into_iter().filter(|i| i.tenant == line.tenant && i.line == line.id).collect()
}

async fn queue_like(app: &App, queue: Option<QueueId>, to: &LineName) -> Result<Option<QueueId>> {
    let (tenant, line) = (to.tenant, to.id);
    let read = async move |tx: &mut Tx| store::queue_like(tx, queue, tenant, line).await;
    app.db().read(&accounts::authorize::reader(), read).await
}

/// The queues of the new line that are called like those to which an inbox's choices lead.
async fn instead(app: &App, i: &Inbox, to: &LineName) -> Result<HashMap<QueueId, QueueId>> {
    let old: Vec<QueueId> = i.config.widget.queues().collect();
    let (tenant, line) = (to.tenant, to.id);
    let read = async move |tx: &mut Tx| {
        let mut found = HashMap::new();
        for q in &old {
            if let Some(new) = store::queue_named_like(tx, *q, tenant, line).await? {
                found.insert(*q, new);
            }
        }
        Ok(found)
    };
    app.db().read(&accounts::authorize::reader(), read).await
}

/// How an inbox stands, as far as people set it.
fn mark(i: &Inbox) -> i64 {
    mark_of(&json!([i.name, i.queue, i.enabled, i.config]))
}

async fn copy(app: &App, caller: &Caller, from: &LineName, to: &LineName) -> Result<Brought> {
    let mut b = Brought::default();
    for i in of_line(app, from) {
        if of_line(app, to).iter().any(|t| t.name == i.name && t.channel == i.channel) {
            b.left += 1;
            continue;
        }
        let mut config = i.config.clone();
        config.widget.lead(&instead(app, &i, to).await?);
        if from.tenant != to.tenant {
            // Another client has another name, which its texts say too, other pages and another receiver.
            config.brand = Brand::default();
            config.allowed_sites = vec![];
            config.webhook_url = None;
            config.widget.leave_client();
        }
        let queue = queue_like(app, i.queue, to).await?;
        let new = NewInbox {
            tenant: to.tenant,
            line: to.id,
            channel: i.channel,
            name: i.name.clone(),
            queue,
            config,
        };
        let made = http::create_inbox(app, caller, new).await?;
        let mark = mark(&made);
        b.add(made.id.0, made.name, mark);
    }
    Ok(b)
}

async fn unpack(app: &App, caller: &Caller, section: &Value, to: &LineName, l: Language) -> Result<Brought> {
    let there = of_line(app, to);
    let text = |k: &str, l: Language| pick(&section[k], l).to_owned();
    let mut b = Brought::default();
    if let Some(chat) = there.iter().find(|i| i.channel == Channel::Webchat) {
        if has_texts(&chat.config.brand) {
            return Ok(Brought::nothing_but_left());
        }
        let mut config = chat.config.clone();
        config.brand = brand(text, config.brand);
        let change = InboxChange { name: None, queue: None, enabled: None, config: Some(config) };
        let changed = http::change_inbox(app, caller, chat.id, change).await?;
        // Below 0: the texts of an inbox that was there.
        let mark = -mark(&changed);
        b.add(changed.id.0, changed.name, mark);
        return Ok(b);
    }
    let config = InboxConfig { brand: brand(text, Brand::default()), ..InboxConfig::default() };
    let name = text("name", l);
    if name.is_empty() {
        return Err(Error::internal("an inbox of a pack has a name"));
    }
    let queue = queue_like(app, None, to).await?;
    let new = NewInbox { tenant: to.tenant, line: to.id, channel: Channel::Webchat, name, queue, config };
    let made = http::create_inbox(app, caller, new).await?;
    let mark = mark(&made);
    b.add(made.id.0, made.name, mark);
    Ok(b)
}

fn has_texts(b: &Brand) -> bool {
    [&b.greeting_zh, &b.greeting_en, &b.offline_zh, &b.offline_en].iter().any(|t| !t.is_empty())
}

/// Takes one back: an inbox that was made goes unless something came in by it; texts that were given go from theirs.
async fn take_one_back(app: &App, caller: &Caller, i: &Inbox, made: &Kept) -> Result<bool> {
    if made.mark.abs() != mark(i) {
        return Ok(false);
    }
    if made.mark > 0 {
        return http::remove_unused(app, caller, i.id).await;
    }
    let mut config = i.config.clone();
    config.brand = brand(|_, _| String::new(), config.brand);
    let change = InboxChange { name: None, queue: None, enabled: None, config: Some(config) };
    http::change_inbox(app, caller, i.id, change).await.map(|_| true)
}

fn brand(text: impl Fn(&str, Language) -> String, before: Brand) -> Brand {
    Brand {
        greeting_zh: text("greeting", Language::Zh),
        greeting_en: text("greeting", Language::En),
        offline_zh: text("offline", Language::Zh),
        offline_en: text("offline", Language::En),
        ..before
    }
}

/// What an inbox of the line still lacks.
fn missing(all: &[Arc<Inbox>], language: Language) -> &'static str {
    let welcomes = |i: &&Arc<Inbox>| {
        let b = &i.config.brand;
        (!b.greeting_zh.is_empty() || !b.greeting_en.is_empty())
            && (!b.offline_zh.is_empty() || !b.offline_en.is_empty())
    };
    let chat = |i: &&Arc<Inbox>| i.channel == Channel::Webchat;
    match () {
        () if all.is_empty() => language.pick("an inbox", "接入点"),
        () if !all.iter().any(|i| i.queue.is_some()) => {
            language.pick("the queue it leads to", "接入的技能组")
        }
        () if all.iter().filter(chat).any(|i| !welcomes(&i)) => {
            language.pick("welcome and offline texts", "欢迎语和非服务时间提示")
        }
        () if all.iter().filter(chat).any(|i| i.config.allowed_sites.is_empty()) => {
            language.pick("the sites on which the widget may stand", "允许嵌入的网站")
        }
        () => "",
    }
}

impl LinePart for Inboxes {
    fn key(&self) -> &'static str {
        "inboxes"
    }
    fn rank(&self) -> u8 {
        40
    }
    fn title(&self) -> Texts {
        Texts {
            en: "Inboxes, welcome and offline texts", zh: "接入点、欢迎语与非服务时间提示"
        }
    }
    fn path(&self) -> &'static str {
        "/settings/inboxes"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let all = of_line(app, line);
            let missing = missing(&all, caller.language);
            Ok(Standing { count: all.len() as i64, ready: missing.is_empty(), missing: missing.to_owned() })
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
        Box::pin(async move {
            let mut n = 0;
            for i in of_line(app, line) {
                if let Some(m) = made.iter().find(|m| m.id == i.id.0) {
                    n += i64::from(take_one_back(app, caller, &i, m).await?);
                }
            }
            Ok(n)
        })
    }
}
