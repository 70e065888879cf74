//! Writing the record: changes in the transaction that makes them, looks beside the read.

use super::chain::Entry;
use super::store;
use crate::Accounts;
use kernel::{Actor, AggregateKey, Error, Millis, Result, TenantId, TenantScope};
use parking_lot::Mutex;
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Opening the same object again within this time is one look.
pub const LOOK_MS: Millis = 5 * 60_000;
/// Looks kept in memory to tell repeats without asking the store.
const LOOKS_MAX: usize = 50_000;
/// Looks being written beside their reads; further ones are written before the answer.
const WRITING_MAX: usize = 256;

/// One change, as it is recorded in the transaction that makes it.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Whose series, 0 for the provider's own.
    pub tenant: TenantId,
    /// Who did it.
    pub actor: Actor,
    /// Such as `user.disabled`.
    pub action: &'static str,
    /// The kind and id of what was changed.
    pub subject: (&'static str, i64),
    /// What it was; never secrets or message text.
    pub before: Option<Value>,
    /// What it is.
    pub after: Option<Value>,
    /// Why, in the actor's words.
    pub reason: Option<&'a str>,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// Records a change at the end of its client's series. `id` and `now` are made before the transaction.
pub async fn record(tx: &mut Tx, id: i64, now: Millis, c: &Change<'_>) -> Result<()> {
    let undone = super::undo::reason(tx, c.subject, c.before.as_ref())?;
    let reason = undone.as_deref().or(c.reason);
    let mut fact = serde_json::Map::new();
    let parts =
        [("before", c.before.clone()), ("after", c.after.clone()), ("reason", reason.map(|r| json!(r)))];
    fact.extend(parts.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v?))));
    let entry = Entry {
        id,
        tenant: c.tenant,
        seq: 0,
        at: now,
        actor_kind: c.actor.kind.code(),
        actor_id: c.actor.id,
        action: c.action.to_owned(),
        subject_kind: c.subject.0.to_owned(),
        subject_id: c.subject.1,
        fact: (!fact.is_empty()).then(|| Value::Object(fact).to_string()),
        ip: c.ip.map(|ip| ip.to_string()),
    };
    store::append(tx, entry).await
}

/// One look at personal data.
#[derive(Debug, Clone)]
pub struct Look {
    /// Whose.
    pub tenant: TenantId,
    /// Who looked.
    pub actor: Actor,
    /// Such as `contact` or `conversation`.
    pub kind: &'static str,
    /// The id within the kind.
    pub id: i64,
    /// `opened`, `unmasked`, `exported` or `looked_up`.
    pub how: &'static str,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// From where.
    pub ip: Option<IpAddr>,
}

type Seen = (TenantId, Actor, &'static str, i64);

/// The looks of the last minutes.
pub(crate) struct Looks {
    seen: Mutex<HashMap<Seen, Millis>>,
    writing: Arc<Semaphore>,
}

impl Default for Looks {
    fn default() -> Looks {
        Looks { seen: Mutex::default(), writing: Arc::new(Semaphore::new(WRITING_MAX)) }
    }
}

impl Looks {
    /// Notes a look; false when it repeats one of the last minutes.
    fn note(&self, key: Seen, now: Millis) -> bool {
        let mut seen = self.seen.lock();
        if seen.get(&key).is_some_and(|at| now - at < LOOK_MS) {
            return false;
        }
        if seen.len() >= LOOKS_MAX {
            seen.retain(|_, at| now - *at < LOOK_MS);
        }
        if seen.len() < LOOKS_MAX {
            seen.insert(key, now);
        }
        true
    }

    fn forget(&self, key: &Seen) {
        self.seen.lock().remove(key);
    }
}

/// Records a look. `opened` counts once per person, object and five minutes and is written beside the read; every
/// other kind is in the store before this returns.
pub async fn look(app: &App, scope: &TenantScope, look: Look) -> Result<()> {
    let now = app.now();
    let action = action_of(look.kind, look.how)?;
    let entry = Entry {
        id: app.id(),
        tenant: look.tenant,
        seq: 0,
        at: now,
        actor_kind: look.actor.kind.code(),
        actor_id: look.actor.id,
        action,
        subject_kind: look.kind.to_owned(),
        subject_id: look.id,
        fact: look.reason.as_ref().map(|r| json!({ "reason": r }).to_string()),
        ip: look.ip.map(|ip| ip.to_string()),
    };
    if look.how != "opened" {
        return write(app, scope, entry, None).await;
    }
    let accounts = app.port::<Arc<Accounts>>().clone();
    let key = (look.tenant, look.actor, look.kind, look.id);
    if !accounts.looks.note(key, now) {
        return Ok(());
    }
    let Ok(place) = accounts.looks.writing.clone().try_acquire_owned() else {
        return write(app, scope, entry, Some(now - LOOK_MS)).await;
    };
    let (app, scope) = (app.clone(), scope.clone());
    tokio::spawn(async move {
        if let Err(e) = write(&app, &scope, entry, Some(now - LOOK_MS)).await {
            tracing::warn!(error = %e, "a look could not be recorded; the next one will be");
            accounts.looks.forget(&key);
        }
        drop(place);
    });
    Ok(())
}

fn action_of(kind: &str, how: &str) -> Result<String> {
    match how {
        "opened" | "unmasked" | "exported" | "looked_up" => Ok(format!("{kind}.{how}")),
        _ => Err(Error::internal(format!("{how} is no way to look"))),
    }
}

async fn write(app: &App, scope: &TenantScope, entry: Entry, unless_since: Option<Millis>) -> Result<()> {
    let key = AggregateKey::new("audit", entry.tenant.0);
    let write = async move |tx: &mut Tx| {
        if let Some(since) = unless_since
            && store::opened_since(tx, &entry, since).await?
        {
            return Ok(());
        }
        store::append(tx, entry.clone()).await
    };
    app.db().write(scope, key, write).await
}
