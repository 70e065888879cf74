//! Publishing, reading and withdrawing announcements.

use super::model::Announcement;
use super::store;
use crate::codes;
use crate::deed::{Deed, Fact};
use crate::permissions::ANNOUNCEMENTS;
use accounts::{Caller, Directory, authorize};
use conversations::permissions::READ;
use kernel::{AggregateKey, AnnouncementId, Error, LineId, Millis, Result, RoleId, TeamId, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

/// An announcement to be published.
#[derive(Debug, Clone)]
pub struct New {
    pub tenant: TenantId,
    pub line: Option<LineId>,
    pub team: Option<TeamId>,
    pub role: Option<RoleId>,
    pub title: String,
    pub body: String,
    pub must_read: bool,
    pub bars_ready: bool,
    pub from_at: Option<Millis>,
    pub until_at: Option<Millis>,
}

fn fact(n: &Announcement, kind: &'static str, facts: Value) -> Fact {
    let line = n.line.unwrap_or_default();
    Fact { tenant: n.tenant, line, conversation: None, kind, subject: n.id.0, facts }
}

/// Publishes an announcement. Errors: `not_found`, `invalid`; 403 without `announcements.manage` there.
pub async fn publish(app: &App, caller: &Caller, new: New) -> Result<Announcement> {
    let scope = match new.line {
        Some(line) => caller.authorize(ANNOUNCEMENTS, new.tenant, Some(line))?,
        None => caller.authorize_whole(ANNOUNCEMENTS, new.tenant)?,
    };
    let directory = app.port::<Arc<Directory>>();
    if new.team.is_some_and(|t| !directory.has_team(t)) {
        return Err(Error::invalid("/team", "unknown"));
    }
    if new.role.is_some_and(|r| !directory.knows_role(r)) {
        return Err(Error::invalid("/role", "unknown"));
    }
    let deed = Deed::by(app, caller);
    let announcement = Announcement {
        id: app.id(),
        tenant: new.tenant,
        line: new.line,
        team: new.team,
        role: new.role,
        title: new.title.trim().to_owned(),
        body: new.body.trim_end().to_owned(),
        must_read: new.must_read,
        bars_ready: new.bars_ready,
        from_at: new.from_at.unwrap_or(deed.at),
        until_at: new.until_at,
        created_by: deed.user,
        created_at: deed.at,
        withdrawn_at: None,
    };
    announcement.check()?;
    let write = async move |tx: &mut Tx| {
        store::insert(tx, &announcement).await?;
        tx.made(announcement.id.0);
        let facts = json!({
            "line": announcement.line, "team": announcement.team, "role": announcement.role, "must_read": announcement.must_read,
            "bars_ready": announcement.bars_ready, "from_at": announcement.from_at, "until_at": announcement.until_at,
        });
        deed.done(tx, fact(&announcement, "announcement.published", facts)).await?;
        Ok(announcement.clone())
    };
    app.db().write(&scope, AggregateKey::new("announcement", new.tenant.0), write).await
}

/// An announcement that the caller manages or that is for them. Error: `not_found`.
pub async fn find(app: &App, caller: &Caller, id: AnnouncementId) -> Result<Announcement> {
    let read = async move |tx: &mut Tx| store::by_id(tx, id).await;
    let found = app.db().read(&caller.authorize_any(READ), read).await?.ok_or_else(Error::not_found)?;
    let own = found.is_for(app.port::<Arc<Directory>>(), caller.user) && found.is_valid(app.now());
    if own || manages(caller, &found) { Ok(found) } else { Err(Error::not_found()) }
}

/// May the caller manage it? One for the whole client needs the right on the whole client.
pub fn manages(caller: &Caller, n: &Announcement) -> bool {
    match n.line {
        Some(line) => caller.may(ANNOUNCEMENTS, n.tenant, Some(line)),
        None => caller.authorize_whole(ANNOUNCEMENTS, n.tenant).is_ok(),
    }
}

/// Signs that one has read it; again changes nothing. Errors: `not_found`, `announcement.withdrawn`.
pub async fn sign(app: &App, caller: &Caller, id: AnnouncementId) -> Result<()> {
    let found = find(app, caller, id).await?;
    if !found.is_valid(app.now()) {
        return Err(Error::new(&codes::ANNOUNCEMENT_OVER));
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if store::sign(tx, &found, deed.user, deed.at).await? {
            deed.done(tx, fact(&found, "announcement.read", json!({ "user": deed.user }))).await?;
        }
        Ok(())
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("announcement", id.0), write).await
}

/// Withdraws it. Errors: `not_found`, `announcement.withdrawn`; 403 without `announcements.manage` there.
pub async fn withdraw(app: &App, caller: &Caller, id: AnnouncementId) -> Result<Announcement> {
    let found = managed(app, caller, id).await?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::withdraw(tx, &found, deed.at).await? {
            return Err(Error::new(&codes::ANNOUNCEMENT_OVER));
        }
        deed.done(tx, fact(&found, "announcement.withdrawn", json!({}))).await?;
        Ok(Announcement { withdrawn_at: Some(deed.at), ..found.clone() })
    };
    app.db().write(&caller.authorize_any(ANNOUNCEMENTS), AggregateKey::new("announcement", id.0), write).await
}

/// An announcement that the caller manages. Errors: `not_found`; 403 where it is only for them to read.
pub async fn managed(app: &App, caller: &Caller, id: AnnouncementId) -> Result<Announcement> {
    let found = find(app, caller, id).await?;
    if manages(caller, &found) {
        return Ok(found);
    }
    Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail(ANNOUNCEMENTS.0))
}

/// Who is to read it, in the order of their ids, with when they did.
pub async fn readers(
    app: &App,
    caller: &Caller,
    id: AnnouncementId,
) -> Result<Vec<(UserId, Option<Millis>)>> {
    let announcement = managed(app, caller, id).await?;
    let of = announcement.clone();
    let read = async move |tx: &mut Tx| store::receipts(tx, &of).await;
    let done = app.db().read(&caller.authorize_any(ANNOUNCEMENTS), read).await?;
    let directory = app.port::<Arc<Directory>>();
    let meant = directory.users().into_iter().filter(|u| !u.disabled && announcement.is_for(directory, u.id));
    let at = |user: UserId| done.binary_search_by_key(&user, |(u, _)| *u).ok().map(|i| done[i].1);
    Ok(meant.map(|u| (u.id, at(u.id))).collect())
}

/// What this user must still read, oldest first.
pub async fn unread_of(app: &App, user: UserId) -> Result<Vec<Announcement>> {
    let (scope, now) = (authorize::user(app, user, READ), app.now());
    let read = async move |tx: &mut Tx| store::unread(tx, user, now).await;
    let all = app.db().read(&scope, read).await?;
    let directory = app.port::<Arc<Directory>>();
    Ok(all.into_iter().filter(|n| n.is_for(directory, user)).collect())
}
