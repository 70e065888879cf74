//! Asking for a break, deciding about it, and what any other change of state does to it.

use super::jobs::{FREED, OVERRUN};
use super::model::{Break, BreakState, Kind, Used};
use super::store;
use super::view::{day_of, team_of};
use crate::codes;
use crate::permissions::LEAD;
use crate::presence::{self, AgentNow, State};
use accounts::{Caller, Directory, audit, authorize};
use conversations::threads::{self, Status};
use kernel::{
    Actor, AggregateKey, BreakId, BreakKindId, Error, Event, JobId, Millis, Result, TenantId, UserId,
};
use platform::App;
use platform::jobs::NewJob;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Ids and the moment, made before a transaction in which a break may begin.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// Of the interval of the state.
    pub interval: i64,
    /// Of the job that rings when the time is over.
    pub job: JobId,
    /// Now.
    pub now: Millis,
}

impl Made {
    /// Makes them.
    pub fn of(app: &App) -> Made {
        Made { interval: app.ids().next(), job: app.id(), now: app.now() }
    }
}

/// Tells that a request moved.
pub fn tell(tx: &mut Tx, b: &Break, actor: Actor, now: Millis) {
    let facts = json!({ "user": b.user, "break": b.id, "state": b.shown() });
    tx.emit(Event::new(TenantId(0), "presence.break_changed", b.user.0, actor, now).data(facts));
}

/// Begins a break whose kind was taken: the request, the state, and the job for the end of its time.
pub async fn begin(
    tx: &mut Tx,
    kind: &Kind,
    b: &Break,
    from: BreakState,
    m: Made,
    by: (Actor, Option<UserId>),
) -> Result<Break> {
    let active = Break {
        state: BreakState::Active,
        began_at: Some(m.now),
        due_at: Some(m.now + b.planned_ms),
        granted_at: None,
        ..b.clone()
    };
    if !store::turn(tx, b.id, from, &active, by.1).await? {
        return Err(Error::new(&codes::BREAK_DECIDED));
    }
    presence::begin_break(tx, m.interval, b.user, &kind.key, by.0, m.now).await?;
    tx.enqueue(&NewJob {
        id: m.job,
        tenant: TenantId(0),
        kind: OVERRUN,
        subject: b.id.0,
        payload: json!(null),
        due_at: m.now + b.planned_ms,
        unique_key: Some(format!("break:{}", b.id)),
    })
    .await?;
    tell(tx, &active, by.0, m.now);
    Ok(active)
}

/// Does this user serve anybody now? What sleeps is nobody's at this moment.
async fn serves(tx: &mut Tx, user: UserId) -> Result<bool> {
    Ok(threads::routed_held_by(tx, user).await?.iter().any(|r| r.status == Status::Open))
}

/// Gives a break its place: it begins; or, where the kind says so and conversations are in hand, it begins with the end of
/// the last of them, and until then its user is given nothing new.
async fn grant(
    tx: &mut Tx,
    kind: &Kind,
    b: &Break,
    from: BreakState,
    m: Made,
    by: (Actor, Option<UserId>),
) -> Result<Break> {
    if kind.anytime || !serves(tx, b.user).await? {
        return begin(tx, kind, b, from, m, by).await;
    }
    let granted = Break { state: BreakState::Queued, granted_at: Some(m.now), ..b.clone() };
    if !store::turn(tx, b.id, from, &granted, by.1).await? {
        return Err(Error::new(&codes::BREAK_DECIDED));
    }
    tell(tx, &granted, by.0, m.now);
    Ok(granted)
}

/// Begins the break of a user who only waited for the end of their last conversation; false where they still serve somebody,
/// or a lead has set their state since.
pub(crate) async fn begin_granted(app: &App, user: UserId) -> Result<bool> {
    let made = Made::of(app);
    let write = async move |tx: &mut Tx| {
        let Some(b) = store::open_of(tx, &[user]).await?.pop() else { return Ok(false) };
        if serves(tx, user).await? {
            return Ok(false);
        }
        let Some(kind) = store::take_kind(tx, b.kind).await? else { return Ok(false) };
        let Some(b) = store::by_id(tx, b.id).await?.filter(|b| b.shown() == BreakState::Granted) else {
            return Ok(false);
        };
        let forced = presence::forced_of(tx, user).await?;
        let is_later = |f: &presence::Forced| f.holds(made.now) && Some(f.since) > b.granted_at;
        if forced.as_ref().is_some_and(is_later) {
            return Ok(false);
        }
        begin(tx, &kind, &b, BreakState::Queued, made, (Actor::SYSTEM, None)).await.map(|_| true)
    };
    let begun = app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await?;
    if begun {
        note(app, &[user]).await?;
    }
    Ok(begun)
}

/// Is a place of this kind free in a team? The kind must have been taken.
pub async fn has_place(tx: &mut Tx, kind: &Kind, b: &Break) -> Result<bool> {
    Ok(kind.at_once == 0 || store::taken_in(tx, kind.id, b.team).await? < kind.at_once)
}

/// Asks for a break. It begins at once or with the end of the last conversation, waits for a place, or waits for a lead: that
/// also where a lead has set the asker's state and it holds.
/// Errors: `not_found`, `break.open`, `break.offline`, `break.times_used`, `break.minutes_used`.
pub async fn ask(app: &App, caller: &Caller, kind: BreakKindId) -> Result<Break> {
    let (id, made, actor, user) = (app.id::<BreakId>(), Made::of(app), caller.actor, caller.user);
    let (day, team) = (day_of(app, user, made.now), team_of(app, user));
    let write = async move |tx: &mut Tx| {
        let kind = store::take_kind(tx, kind).await?.filter(|k| !k.archived).ok_or_else(Error::not_found)?;
        let is = presence::one(tx, &[user]).await?.pop().unwrap_or_else(|| AgentNow::absent(user));
        if is.state == State::Offline {
            return Err(Error::new(&codes::BREAK_OFFLINE));
        }
        let used = store::used_on(tx, &[user], day, made.now).await?;
        let used = used.iter().find(|(_, k, _)| *k == kind.id).map_or(Used::default(), |(.., u)| *u);
        let planned_ms = kind.allows(used)?;
        let held = presence::forced_of(tx, user).await?.is_some_and(|f| f.holds(made.now));
        let state = if kind.approval || held { BreakState::Asked } else { BreakState::Queued };
        let asked = Break {
            id,
            user,
            kind: kind.id,
            team,
            day,
            state,
            planned_ms,
            asked_at: made.now,
            reason: None,
            began_at: None,
            due_at: None,
            overrun_at: None,
            granted_at: None,
        };
        if !store::insert(tx, &asked).await? {
            return Err(Error::new(&codes::BREAK_OPEN));
        }
        tx.made(id.0);
        if state == BreakState::Queued && has_place(tx, &kind, &asked).await? {
            return grant(tx, &kind, &asked, state, made, (actor, None)).await;
        }
        tell(tx, &asked, actor, made.now);
        Ok(asked)
    };
    let asked: Break =
        app.db().write(&authorize::reader(), AggregateKey::new("break", kind.0), write).await?;
    note(app, &[user]).await?;
    Ok(asked)
}

/// As [`ask`], by the key of a kind. Error: `invalid` for an unknown one.
pub(crate) async fn ask_by_key(app: &App, caller: &Caller, key: Option<&str>) -> Result<Break> {
    let kinds = app.db().read(&authorize::reader(), async |tx: &mut Tx| store::kinds(tx).await).await?;
    let found = kinds.iter().find(|k| !k.archived && key.is_none_or(|key| key == k.key));
    let kind = found.ok_or_else(|| Error::invalid("/kind", "unknown"))?.id;
    ask(app, caller, kind).await
}

/// Takes back what the caller waits for. Error: `not_found`.
pub async fn cancel(app: &App, caller: &Caller) -> Result<()> {
    let (user, actor, now, job) = (caller.user, caller.actor, app.now(), app.id::<JobId>());
    let write = async move |tx: &mut Tx| {
        let was = store::cancel_waiting(tx, user, now).await?.ok_or_else(Error::not_found)?;
        tell(tx, &was, actor, now);
        if was.granted_at.is_some() { tx.enqueue(&freed(job, was.kind, now)).await } else { Ok(()) }
    };
    app.db().write(&authorize::reader(), AggregateKey::new("agent", user.0), write).await?;
    note(app, &[user]).await
}

/// What a lead decides.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It may be: it begins, or waits for a place.
    Approve,
    /// It may not be, because.
    Refuse(String),
}

/// Decides about a request. Errors: `not_found`, `break.decided`, `invalid` (a refusal needs a reason).
pub async fn decide(app: &App, caller: &Caller, id: BreakId, verdict: Verdict) -> Result<Break> {
    let find = async move |tx: &mut Tx| store::by_id(tx, id).await;
    let found = app.db().read(&authorize::reader(), find).await?.ok_or_else(Error::not_found)?;
    presence::led(app, caller, LEAD, found.user)?;
    if let Verdict::Refuse(reason) = &verdict {
        presence::check_reason(reason)?;
    }
    let (made, actor, by, audit_id) = (Made::of(app), caller.actor, caller.user, app.ids().next());
    let ip = caller.info.ip;
    let write = async move |tx: &mut Tx| {
        let kind = store::take_kind(tx, found.kind).await?.ok_or_else(Error::not_found)?;
        let was = store::by_id(tx, id).await?.ok_or_else(Error::not_found)?;
        if was.state != BreakState::Asked {
            return Err(Error::new(&codes::BREAK_DECIDED));
        }
        let is = match &verdict {
            Verdict::Refuse(reason) => {
                let is = Break { state: BreakState::Refused, reason: Some(reason.clone()), ..was.clone() };
                store::turn(tx, id, was.state, &is, Some(by)).await?;
                tell(tx, &is, actor, made.now);
                is
            }
            Verdict::Approve if has_place(tx, &kind, &was).await? => {
                grant(tx, &kind, &was, was.state, made, (actor, Some(by))).await?
            }
            Verdict::Approve => {
                let is = Break { state: BreakState::Queued, ..was.clone() };
                store::turn(tx, id, was.state, &is, Some(by)).await?;
                tell(tx, &is, actor, made.now);
                is
            }
        };
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action: if is.state == BreakState::Refused { "break.refused" } else { "break.approved" },
            subject: ("user", is.user.0),
            before: None,
            after: Some(json!({ "break": is.id, "kind": kind.key, "state": is.state })),
            reason: is.reason.as_deref(),
            ip: Some(ip),
        };
        audit::record(tx, audit_id, made.now, &change).await?;
        Ok(is)
    };
    let is: Break =
        app.db().write(&authorize::reader(), AggregateKey::new("break", found.kind.0), write).await?;
    note(app, &[is.user]).await?;
    Ok(is)
}

/// The job that gives free places of a kind to those who wait.
pub(crate) fn freed(id: JobId, kind: BreakKindId, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: TenantId(0),
        kind: FREED,
        subject: kind.0,
        payload: json!(null),
        due_at,
        unique_key: None,
    }
}

/// What a change of state does to breaks, in the transaction that makes it: leaving a break ends it, signing out also
/// takes back what waits. `job` is made before.
pub(crate) async fn leave(tx: &mut Tx, is: &AgentNow, was: State, job: JobId, actor: Actor) -> Result<()> {
    if was == State::Break
        && let Some(b) = store::end_active(tx, is.user, is.since).await?
    {
        tx.cancel_job(&format!("break:{}", b.id)).await?;
        tell(tx, &b, actor, is.since);
        tx.enqueue(&freed(job, b.kind, is.since)).await?;
    }
    if is.state == State::Offline
        && let Some(b) = store::cancel_waiting(tx, is.user, is.since).await?
    {
        tell(tx, &b, actor, is.since);
        if b.granted_at.is_some() {
            tx.enqueue(&freed(job, b.kind, is.since)).await?;
        }
    }
    Ok(())
}

/// Gives the free places of a kind to those who wait for them. Answers whose break began.
pub async fn fill_places(app: &App, kind: BreakKindId) -> Result<Vec<UserId>> {
    let find = async move |tx: &mut Tx| store::queued(tx, kind).await;
    let waiting = app.db().read(&authorize::reader(), find).await?;
    let mut begun = vec![];
    for b in waiting {
        let made = Made::of(app);
        let write = async move |tx: &mut Tx| {
            let Some(kind) = store::take_kind(tx, kind).await? else { return Ok(None) };
            let Some(b) = store::by_id(tx, b.id).await?.filter(|b| b.state == BreakState::Queued) else {
                return Ok(None);
            };
            let held = presence::forced_of(tx, b.user).await?.is_some_and(|f| f.holds(made.now));
            if held || b.granted_at.is_some() || !has_place(tx, &kind, &b).await? {
                return Ok(None);
            }
            grant(tx, &kind, &b, BreakState::Queued, made, (Actor::SYSTEM, None)).await.map(|b| Some(b.user))
        };
        let key = AggregateKey::new("break", kind.0);
        begun.extend(app.db().write(&authorize::reader(), key, write).await?);
    }
    note(app, &begun).await?;
    Ok(begun)
}

/// Shows the board what these users are now.
async fn note(app: &App, users: &[UserId]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let users = users.to_vec();
    let read = async move |tx: &mut Tx| presence::one(tx, &users).await;
    let board = app.port::<Arc<crate::floor::Board>>();
    app.db().read(&authorize::reader(), read).await?.into_iter().for_each(|a| board.note_agent(a));
    Ok(())
}

/// May the caller see this user's breaks?
pub fn seen(app: &App, caller: &Caller, user: UserId) -> bool {
    app.port::<Arc<Directory>>().sees(&caller.grants, LEAD, user)
}
