//! Drawing up, signing and acknowledging briefings.

use super::model::{Attendance, Briefing, BriefingPoint};
use super::store;
use crate::codes;
use crate::deed::{Deed, Fact};
use crate::permissions::BRIEF;
use accounts::{Caller, Directory};
use conversations::permissions::{READ, REPLY};
use kernel::{AggregateKey, BriefingId, Error, LineId, Result, TeamId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

/// People whom a sheet may concern.
pub const CONCERNED_MAX: usize = 500;

/// A sheet to be drawn up.
#[derive(Debug, Clone)]
pub struct New {
    pub line: LineId,
    pub team: Option<TeamId>,
    pub day: String,
    pub title: String,
    pub points: Vec<BriefingPoint>,
}

fn fact(b: &Briefing, kind: &'static str, facts: Value) -> Fact {
    Fact { tenant: b.tenant, line: b.line, conversation: None, kind, subject: b.id.0, facts }
}

/// Draws up a sheet. Errors: `not_found`, `invalid`; 403 without `briefings.manage` there.
pub async fn create(app: &App, caller: &Caller, new: New) -> Result<Briefing> {
    let directory = app.port::<Arc<Directory>>();
    let line = directory.line(new.line).ok_or_else(Error::not_found)?;
    let scope = caller.authorize(BRIEF, line.tenant, Some(line.id))?;
    if new.team.is_some_and(|t| !directory.has_team(t)) {
        return Err(Error::invalid("/team", "unknown"));
    }
    let deed = Deed::by(app, caller);
    let sheet = Briefing {
        id: app.id(),
        tenant: line.tenant,
        line: line.id,
        team: new.team,
        day: new.day,
        title: new.title.trim().to_owned(),
        points: new.points,
        signed: false,
        created_by: deed.user,
        created_at: deed.at,
        signed_by: None,
        signed_at: None,
        hash: None,
        attendance: vec![],
    };
    sheet.check()?;
    let write = async move |tx: &mut Tx| {
        store::insert(tx, &sheet).await?;
        tx.made(sheet.id.0);
        deed.done(tx, fact(&sheet, "briefing.created", json!({ "day": sheet.day }))).await?;
        Ok(sheet.clone())
    };
    app.db().write(&scope, AggregateKey::new("briefing", line.id.0), write).await
}

/// One sheet; a draft only for who may manage it. Error: `not_found`.
pub async fn find(app: &App, caller: &Caller, id: BriefingId) -> Result<Briefing> {
    let read = async move |tx: &mut Tx| store::by_id(tx, id).await;
    let found = app.db().read(&caller.authorize_any(READ), read).await?.ok_or_else(Error::not_found)?;
    let seen = found.signed || caller.may(BRIEF, found.tenant, Some(found.line));
    if seen { Ok(found) } else { Err(Error::not_found()) }
}

async fn managed(app: &App, caller: &Caller, id: BriefingId) -> Result<(kernel::TenantScope, Briefing)> {
    let found = find(app, caller, id).await?;
    Ok((caller.authorize(BRIEF, found.tenant, Some(found.line))?, found))
}

/// What is to be different.
#[derive(Debug, Clone)]
pub struct Change {
    pub day: Option<String>,
    pub title: Option<String>,
    pub points: Option<Vec<BriefingPoint>>,
}

/// Changes a draft. Errors: `not_found`, `invalid`, `sheet.signed`.
pub async fn change(app: &App, caller: &Caller, id: BriefingId, c: Change) -> Result<Briefing> {
    let (scope, found) = managed(app, caller, id).await?;
    let is = Briefing {
        day: c.day.unwrap_or(found.day),
        title: c.title.map_or(found.title, |t| t.trim().to_owned()),
        points: c.points.unwrap_or(found.points),
        ..found
    };
    is.check()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::update(tx, &is).await? {
            return Err(Error::new(&codes::SIGNED));
        }
        deed.done(tx, fact(&is, "briefing.changed", json!({ "points": is.points.len() }))).await?;
        Ok(is.clone())
    };
    app.db().write(&scope, AggregateKey::new("briefing", found.line.0), write).await
}

/// Whom a sheet concerns now: the agents of the line, or those of them in the team.
pub fn concerned(app: &App, b: &Briefing) -> Vec<UserId> {
    let directory = app.port::<Arc<Directory>>();
    let works = |u: UserId| {
        directory.holds(u, REPLY, b.tenant, Some(b.line))
            && b.team.is_none_or(|t| directory.teams_of(u).contains(&t))
    };
    let all = directory.users().into_iter().filter(|u| !u.disabled && works(u.id)).map(|u| u.id);
    all.take(CONCERNED_MAX).collect()
}

/// Signs a sheet; `present` says who was there, of whom it concerns. Errors: `not_found`, `invalid`, `sheet.signed`.
pub async fn sign(app: &App, caller: &Caller, id: BriefingId, present: Vec<UserId>) -> Result<Briefing> {
    let (scope, found) = managed(app, caller, id).await?;
    if found.signed {
        return Err(Error::new(&codes::SIGNED));
    }
    let concerned = concerned(app, &found);
    if present.iter().any(|u| !concerned.contains(u)) {
        return Err(Error::invalid("/present", "unknown"));
    }
    if found.points.is_empty() {
        return Err(Error::invalid("/points", "required"));
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        // Read again: the points are those of this moment.
        let mut is = store::by_id(tx, id).await?.ok_or_else(Error::not_found)?;
        is.signed = true;
        (is.signed_by, is.signed_at) = (Some(deed.user), Some(deed.at));
        let there = |user: &UserId| Attendance {
            user: *user,
            present: present.contains(user),
            acknowledged_at: None,
        };
        is.attendance = concerned.iter().map(there).collect();
        is.attendance.sort_by_key(|a| a.user);
        is.hash = Some(is.digest());
        if !store::sign(tx, &is).await? {
            return Err(Error::new(&codes::SIGNED));
        }
        let facts = json!({ "concerns": is.attendance.len(), "present": present.len(), "hash": hex(is.hash.as_deref()) });
        deed.done(tx, fact(&is, "briefing.signed", facts)).await?;
        Ok(is)
    };
    app.db().write(&scope, AggregateKey::new("briefing", found.line.0), write).await
}

/// Acknowledges a signed sheet that concerns the caller; again changes nothing.
/// Errors: `not_found` (also where it does not concern them), `sheet.unsigned`.
pub async fn acknowledge(app: &App, caller: &Caller, id: BriefingId) -> Result<Briefing> {
    let found = find(app, caller, id).await?;
    if !found.signed {
        return Err(Error::new(&codes::UNSIGNED));
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        match store::acknowledge(tx, &found, deed.user, deed.at).await? {
            None => return Err(Error::not_found()),
            Some(true) => {
                deed.done(tx, fact(&found, "briefing.acknowledged", json!({ "user": deed.user }))).await?;
            }
            Some(false) => {}
        }
        store::by_id(tx, id).await?.ok_or_else(Error::not_found)
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("briefing", id.0), write).await
}

/// Bytes as letters.
pub fn hex(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|b| b.iter().map(|byte| format!("{byte:02x}")).collect())
}
