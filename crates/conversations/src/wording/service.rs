//! Use cases of listed words.

use super::model::{self, CLIENT_WORDS_MAX, Direction, LISTS_MAX, Outcome, WordList};
use super::store::{self, Fact};
use super::view::{NewWordList, WordListPatch, WordListView};
use super::watch::{Watch, refresh};
use crate::codes;
use crate::permissions::WORDING;
use crate::threads::Row;
use accounts::audit::{Change, record};
use accounts::{Caller, Directory};
use kernel::{Actor, AggregateKey, Error, Event, LineId, Millis, Result, TenantId, TenantScope, WordListId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// How far back figures of a list reach.
const FIGURES_MS: Millis = 30 * 24 * 3_600_000;

/// Who changes what, made before the transaction.
struct Deed {
    id: i64,
    actor: Actor,
    at: Millis,
    ip: std::net::IpAddr,
}

impl Deed {
    fn by(app: &App, caller: &Caller) -> Deed {
        Deed { id: app.id(), actor: caller.actor, at: app.now(), ip: caller.info.ip }
    }

    async fn done(
        &self,
        tx: &mut Tx,
        action: &'static str,
        list: &WordList,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<()> {
        let subject = ("word_list", list.id.0);
        let (tenant, ip) = (list.tenant, Some(self.ip));
        let c = Change { tenant, actor: self.actor, action, subject, before, after, reason: None, ip };
        record(tx, self.id, self.at, &c).await?;
        tx.emit(Event::new(list.tenant, action, list.id.0, self.actor, self.at).line(list.line));
        Ok(())
    }
}

/// What the record holds of a list: how many words, never which.
fn facts(l: &WordList) -> Value {
    json!({ "name": l.name, "category": l.category, "direction": l.direction, "action": l.action,
        "words": l.words.len(), "enabled": l.enabled, "line": l.line.some() })
}

/// The scope of whoever may change lists of this line, or of the whole client.
fn right(caller: &Caller, tenant: TenantId, line: Option<LineId>) -> Result<TenantScope> {
    match line {
        Some(line) => caller.authorize(WORDING, tenant, Some(line)),
        None => caller.authorize_whole(WORDING, tenant),
    }
}

pub(super) async fn list(app: &App, caller: &Caller, tenant: TenantId) -> Result<Vec<WordListView>> {
    let scope = caller.authorize(WORDING, tenant, None)?;
    let since = app.now() - FIGURES_MS;
    let read = async move |tx: &mut Tx| {
        Ok((store::of_tenant(tx, tenant, LISTS_MAX).await?, store::figures(tx, tenant, since).await?))
    };
    let (lists, figures) = app.db().read(&scope, read).await?;
    let figures: HashMap<_, _> = figures.into_iter().map(|(id, sent, not)| (id, (sent, not))).collect();
    let reached = |l: &WordList| l.line.is_none() || scope.contains_line(tenant, l.line);
    let shown = lists.into_iter().filter(reached);
    Ok(shown
        .map(|l| {
            let f = figures.get(&l.id).copied().unwrap_or_default();
            WordListView::of(l, f)
        })
        .collect())
}

async fn room(tx: &mut Tx, l: &WordList) -> Result<()> {
    let (lists, words) = store::sizes(tx, l.tenant, l.id).await?;
    if lists >= LISTS_MAX || words + l.words.len() as i64 > CLIENT_WORDS_MAX {
        return Err(Error::invalid("/words", "too_many"));
    }
    Ok(())
}

pub(super) async fn create(app: &App, caller: &Caller, new: NewWordList) -> Result<WordListView> {
    let scope = right(caller, new.tenant, new.line)?;
    let deed = Deed::by(app, caller);
    let made = WordList {
        id: app.id(),
        tenant: new.tenant,
        line: new.line.unwrap_or_default(),
        name: model::name("/name", &new.name)?,
        category: model::name("/category", &new.category)?,
        direction: new.direction,
        action: new.action,
        words: model::cleaned("/words", &new.words)?,
        enabled: true,
        created_at: deed.at,
        changed_at: deed.at,
    };
    let l = made.clone();
    let write = async move |tx: &mut Tx| {
        room(tx, &l).await?;
        store::put(tx, &l).await?;
        deed.done(tx, "word_list.created", &l, None, Some(facts(&l))).await?;
        tx.made(l.id.0);
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("tenant", new.tenant.0), write).await?;
    refresh(app).await?;
    Ok(WordListView::of(made, (0, 0)))
}

/// The list as it is, for somebody who may change it.
async fn held(app: &App, caller: &Caller, id: WordListId) -> Result<(WordList, TenantScope)> {
    let any = caller.authorize_any(WORDING);
    let found = app.db().read(&any, async move |tx: &mut Tx| store::get(tx, id).await).await?;
    let scope = right(caller, found.tenant, found.line.some())?;
    Ok((found, scope))
}

pub(super) async fn change(
    app: &App,
    caller: &Caller,
    id: WordListId,
    patch: WordListPatch,
) -> Result<WordListView> {
    let (found, scope) = held(app, caller, id).await?;
    let name = patch.name.as_deref().map(|n| model::name("/name", n)).transpose()?;
    let category = patch.category.as_deref().map(|n| model::name("/category", n)).transpose()?;
    let words = patch.words.as_deref().map(|w| model::cleaned("/words", w)).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::get(tx, id).await?;
        let new = WordList {
            name: name.clone().unwrap_or_else(|| old.name.clone()),
            category: category.clone().unwrap_or_else(|| old.category.clone()),
            direction: patch.direction.unwrap_or(old.direction),
            action: patch.action.unwrap_or(old.action),
            words: words.clone().unwrap_or_else(|| old.words.clone()),
            enabled: patch.enabled.unwrap_or(old.enabled),
            changed_at: deed.at,
            ..old.clone()
        };
        room(tx, &new).await?;
        store::put(tx, &new).await?;
        deed.done(tx, "word_list.changed", &new, Some(facts(&old)), Some(facts(&new))).await?;
        Ok(new)
    };
    let new = app.db().write(&scope, AggregateKey::new("tenant", found.tenant.0), write).await?;
    refresh(app).await?;
    Ok(WordListView::of(new, (0, 0)))
}

pub(super) async fn remove(app: &App, caller: &Caller, id: WordListId) -> Result<()> {
    let (found, scope) = held(app, caller, id).await?;
    let deed = Deed::by(app, caller);
    let tenant = found.tenant;
    let write = async move |tx: &mut Tx| {
        let old = store::get(tx, id).await?;
        store::remove(tx, &old).await?;
        deed.done(tx, "word_list.removed", &old, Some(facts(&old)), None).await
    };
    app.db().write(&scope, AggregateKey::new("tenant", tenant.0), write).await?;
    refresh(app).await
}

/// Tries a text by a client's lists.
pub(super) fn tried(
    app: &App,
    caller: &Caller,
    place: (TenantId, Option<LineId>),
    direction: Direction,
    text: &str,
) -> Result<Vec<model::Hit>> {
    let (tenant, line) = place;
    caller.authorize(WORDING, tenant, line)?;
    let of_tenant = |l: LineId| app.port::<Arc<Directory>>().line(l).is_some_and(|l| l.tenant == tenant);
    if line.is_some_and(|l| !of_tenant(l)) {
        return Err(Error::not_found());
    }
    measured("/text", text)?;
    Ok(app.port::<Arc<Watch>>().judge(tenant, line.unwrap_or_default(), direction, text))
}

/// A text no longer than a message.
pub(super) fn measured(field: &str, text: &str) -> Result<()> {
    match text.chars().count() > crate::messages::BODY_MAX {
        true => Err(Error::new(&codes::BODY_TOO_LONG).field(field, "too_long")),
        false => Ok(()),
    }
}

/// Keeps that a reply was not sent because of listed words. What cannot be kept is only counted less.
pub(crate) async fn note_refusal(app: &App, scope: &TenantScope, row: &Row, author: Actor, body: &str) {
    let (message, at) = (app.id(), app.now());
    let found = app.port::<Arc<Watch>>().found(row, author.kind, body);
    let facts: Vec<Fact> = found
        .into_iter()
        .map(|(l, places)| Fact {
            tenant: row.tenant,
            line: row.line,
            conversation: row.id.0,
            message,
            author,
            list: l.id,
            category: l.category,
            action: l.action,
            direction: Direction::Out,
            places,
            outcome: Outcome::Refused,
            at,
        })
        .collect();
    let write = async move |tx: &mut Tx| {
        for fact in &facts {
            store::keep(tx, fact).await?;
        }
        Ok(())
    };
    if let Err(e) = app.db().write(scope, AggregateKey::new("conversation", row.id.0), write).await {
        tracing::warn!(error = %e, "that a reply was refused could not be kept");
    }
}
