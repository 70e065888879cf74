//! What can be done with the block list.

use super::jobs;
use super::model::{LASTS_MAX_MS, State};
use super::store::{self, Entry};
use super::view::{Block, BlockInput, BlockPolicy, BlockQuery, Decision, Lift};
use crate::codes;
use crate::contacts::{self, Author, REASON_MAX, audit, line, optional_line};
use crate::handles::{country_of, normalise};
use crate::permissions::{BLOCK, BLOCK_DECIDE, READ};
use accounts::Caller;
use kernel::{AggregateKey, BlockId, ContactId, Error, Event, InboxId, JobId, Result, TenantId, TenantScope};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page};
use serde_json::{Value, json};

async fn shown(app: &App, scope: &TenantScope, caller: &Caller, entries: Vec<Entry>) -> Result<Vec<Block>> {
    let ids = Tx::ids(entries.iter().filter_map(|e| e.contact).map(|c| c.0));
    let inner = scope.clone();
    let briefs =
        app.db().read(scope, async move |tx: &mut Tx| contacts::briefs(tx, &inner, &ids).await).await?;
    Ok(entries.into_iter().map(|e| Block::of(e, caller.user, &briefs)).collect())
}

async fn entry(app: &App, caller: &Caller, id: BlockId) -> Result<Entry> {
    let scope = caller.authorize_any(READ);
    let inner = scope.clone();
    let found = app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await?;
    // An entry of another line of the client is not there.
    match found.line {
        Some(line) if !scope.contains_line(found.tenant, line) => Err(Error::not_found()),
        _ => Ok(found),
    }
}

pub(super) async fn open(app: &App, caller: &Caller, id: BlockId) -> Result<Block> {
    let found = entry(app, caller, id).await?;
    let scope = caller.authorize(READ, found.tenant, None)?;
    shown(app, &scope, caller, vec![found]).await?.pop().ok_or_else(Error::not_found)
}

pub(super) async fn list(app: &App, caller: &Caller, q: BlockQuery) -> Result<Listing<Block>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(READ, t, None)?,
        None => caller.authorize_any(READ),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let state = q.state.map(State::word);
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, state, before, rows as i64 + 1).await;
    let mut found = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |e| e.id.0);
    found.items.retain(|e| e.line.is_none_or(|l| scope.contains_line(e.tenant, l)));
    Ok(Listing { next: found.next, items: shown(app, &scope, caller, found.items).await? })
}

/// Which inboxes a client has is known to the spine above; asked through the port it provides.
pub trait InboxLines: Send + Sync + 'static {
    /// The client and line of an inbox.
    fn line_of(&self, app: &App, inbox: InboxId) -> Option<(TenantId, kernel::LineId)>;
}

fn masked(e: &Entry) -> Value {
    json!({ "contact": e.contact, "address": e.masked(), "line": e.line, "inbox": e.inbox, "state": e.state,
        "expires_at": e.expires_at })
}

/// Asks for somebody to be blocked. Errors: `block.open` (409), `invalid`.
pub(super) async fn ask(app: &App, caller: &Caller, input: BlockInput) -> Result<Block> {
    let tenant = input.tenant;
    let scope = caller.authorize(BLOCK, tenant, None)?;
    if input.line.is_some_and(|l| caller.authorize(BLOCK, tenant, Some(l)).is_err()) {
        return Err(Error::invalid("/line", "unknown"));
    }
    if let Some(inbox) = input.inbox {
        let port = app.try_port::<std::sync::Arc<dyn InboxLines>>();
        let place = port.and_then(|p| p.line_of(app, inbox));
        if place.is_none_or(|(t, l)| t != tenant || !scope.contains_line(t, l)) {
            return Err(Error::invalid("/inbox", "unknown"));
        }
    }
    let by = Author::of(caller, app);
    if input.expires_at.is_some_and(|at| at <= by.now || at > by.now + LASTS_MAX_MS) {
        return Err(Error::invalid("/expires_at", "unfit"));
    }
    let reason = line("/reason", &input.reason, REASON_MAX)?;
    let (id, user, timer): (BlockId, _, JobId) = (app.id(), caller.user, app.id());
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let handle = match (input.contact, input.kind.zip(input.value.as_deref())) {
            (Some(contact), None) => {
                known(tx, &inner, tenant, contact).await?;
                None
            }
            (None, Some((kind, value))) => {
                let country = country_of(tx, tenant).await?;
                Some(normalise(kind, value, &country).ok_or_else(|| Error::invalid("/value", "unfit"))?)
            }
            _ => return Err(Error::invalid("/contact", "required")),
        };
        let made = Entry {
            id,
            tenant,
            contact: input.contact,
            handle,
            line: input.line,
            inbox: input.inbox,
            reason: reason.clone(),
            state: State::Asked,
            by: user,
            asked_at: by.now,
            decided_by: None,
            decided_at: None,
            answer: None,
            expires_at: input.expires_at,
            hits: 0,
            hit_at: None,
        };
        if !store::insert(tx, &made).await? {
            return Err(Error::new(&codes::BLOCK_OPEN));
        }
        if let Some(at) = made.expires_at {
            tx.enqueue(&jobs::timer(timer, tenant, id, at)).await?;
        }
        audit(tx, &by, tenant, "block.asked", ("block", id.0), None, Some(masked(&made))).await?;
        tx.emit(
            Event::new(tenant, "block.asked", id.0, by.actor, by.now)
                .data(json!({ "contact": made.contact })),
        );
        tx.made(id.0);
        Ok(id)
    };
    let made = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, AggregateKey::new("block", tenant.0), write).await?,
    };
    open(app, caller, made).await
}

async fn known(tx: &mut Tx, scope: &TenantScope, tenant: TenantId, contact: ContactId) -> Result<()> {
    let found = contacts::briefs(tx, scope, &Tx::ids([contact.0])).await?;
    match found.first() {
        Some(c) if c.tenant == tenant => Ok(()),
        _ => Err(Error::invalid("/contact", "unknown")),
    }
}

/// Moves an entry on.
async fn step(
    app: &App,
    caller: &Caller,
    id: BlockId,
    action: &'static str,
    to: impl Fn(&Entry) -> Result<Entry> + Send + 'static,
    scope: TenantScope,
) -> Result<Block> {
    let by = Author::of(caller, app);
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let before = store::get(tx, &inner, id).await?;
        let after = to(&before)?;
        if !store::save(tx, &after, before.state).await? {
            return Err(Error::new(&codes::BLOCK_DECIDED));
        }
        let (was, is) = (masked(&before), masked(&after));
        audit(tx, &by, before.tenant, action, ("block", id.0), Some(was), Some(is)).await?;
        let facts = json!({ "contact": after.contact, "state": after.state });
        tx.emit(Event::new(before.tenant, action, id.0, by.actor, by.now).data(facts));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("block", id.0), write).await?;
    open(app, caller, id).await
}

/// Agrees to an entry, or refuses it. Errors: `block.own`, `block.decided` (409).
pub(super) async fn decide(app: &App, caller: &Caller, id: BlockId, d: Decision) -> Result<Block> {
    let found = entry(app, caller, id).await?;
    let scope = caller.authorize(BLOCK_DECIDE, found.tenant, found.line)?;
    let answer = optional_line("/answer", d.answer.as_deref(), REASON_MAX)?;
    let (user, now, agree) = (caller.user, app.now(), d.agree);
    let to = move |e: &Entry| {
        let state = e.state.decide(agree, user, e.by)?;
        let (by, at) = (Some(user), Some(now));
        Ok(Entry { state, decided_by: by, decided_at: at, answer: answer.clone(), ..e.clone() })
    };
    step(app, caller, id, "block.decided", to, scope).await
}

/// Lifts an entry. Error: `block.decided` (409).
pub(super) async fn lift(app: &App, caller: &Caller, id: BlockId, l: Lift) -> Result<Block> {
    let found = entry(app, caller, id).await?;
    let scope = caller.authorize(BLOCK_DECIDE, found.tenant, found.line)?;
    let reason = line("/reason", &l.reason, REASON_MAX)?;
    let (user, now) = (caller.user, app.now());
    let to = move |e: &Entry| {
        let (by, at) = (Some(user), Some(now));
        Ok(Entry {
            state: e.state.lift()?,
            decided_by: by,
            decided_at: at,
            answer: Some(reason.clone()),
            ..e.clone()
        })
    };
    step(app, caller, id, "block.lifted", to, scope).await
}

pub(super) async fn policy(app: &App, caller: &Caller, tenant: TenantId) -> Result<BlockPolicy> {
    let scope = caller.authorize(READ, tenant, None)?;
    let silent = app.db().read(&scope, async move |tx: &mut Tx| store::silent(tx, tenant).await).await?;
    Ok(BlockPolicy { tenant, silent })
}

/// Chooses what becomes of messages from those blocked.
pub(super) async fn set_policy(app: &App, caller: &Caller, p: BlockPolicy) -> Result<BlockPolicy> {
    let tenant = p.tenant;
    let scope = caller.authorize_whole(BLOCK_DECIDE, tenant)?;
    let by = Author::of(caller, app);
    let write = async move |tx: &mut Tx| {
        let before = json!({ "silent": store::silent(tx, tenant).await? });
        store::set_silent(tx, tenant, p.silent).await?;
        let after = json!({ "silent": p.silent });
        audit(tx, &by, tenant, "block.policy_set", ("tenant", tenant.0), Some(before), Some(after)).await?;
        tx.emit(Event::new(tenant, "block.policy_set", tenant.0, by.actor, by.now));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("block", tenant.0), write).await?;
    policy(app, caller, tenant).await
}
