//! Use cases of sessions: signing in and out, listing, ending, a new password.

use super::access::{IDLE_MS, SESSION_MS, Secret, hash_of};
use super::factor;
use super::model::new_secret;
use super::password::hash_new;
use super::store::{self, Credentials, NewSession};
use super::throttle::Key;
use super::view::{PasswordChange, SessionView, SignIn};
use crate::audit::{Deed, Fact};
use crate::{Accounts, Caller, Via, codes};
use kernel::{Actor, AggregateKey, Error, Result, SessionId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Listing, Page, RequestInfo};
use serde_json::json;
use std::sync::Arc;

/// A login's text at the most, in bytes; a longer one is nobody's.
pub(super) const LOGIN_BYTES_MAX: usize = 256;

fn refused() -> Error {
    Error::new(&codes::SIGN_IN_REFUSED)
}

pub(super) fn throttled(wait_ms: i64) -> Error {
    let seconds = u32::try_from((wait_ms + 999) / 1000).unwrap_or(u32::MAX);
    Error::new(&codes::SIGN_IN_THROTTLED).retry_after(seconds)
}

/// Proves a login and password, and the code where one is asked for; answers who it is.
///
/// Errors: `sign_in.throttled` (429), `sign_in.refused` and `sign_in.code_required` (401). An unknown login, a disabled
/// user and a wrong password are answered alike, after the same work.
pub(super) async fn prove(app: &App, info: &RequestInfo, asked: SignIn) -> Result<UserId> {
    let accounts = app.port::<Arc<Accounts>>().clone();
    let login = asked.login.trim().to_lowercase();
    let keys = [Key::Login(hash_of(&login)), Key::ip(info.ip)];
    accounts.throttle.begin(keys, app.now()).map_err(throttled)?;
    let known = if login.len() > LOGIN_BYTES_MAX { None } else { credentials(app, login).await? };
    let hash = known.as_ref().and_then(|c| c.password.clone());
    let fits = accounts.hashing.verify(asked.password, hash).await?;
    let Some(c) = known.filter(|c| fits && !c.disabled) else { return Err(refused()) };
    if c.totp {
        let Some(code) = asked.code.filter(|c| !c.trim().is_empty()) else {
            accounts.throttle.give_back(keys);
            return Err(Error::new(&codes::CODE_REQUIRED));
        };
        if !factor::fits(app, c.user, c.totp_step, &code).await? {
            return Err(refused());
        }
    }
    accounts.throttle.succeeded(keys);
    Ok(c.user)
}

async fn credentials(app: &App, login: String) -> Result<Option<Credentials>> {
    let read = async move |tx: &mut Tx| store::credentials(tx, &login).await;
    app.db().read(&crate::authorize::provider(), read).await
}

/// Begins a session: a new secret each time. A session that the browser had before ends.
pub(super) async fn start(
    app: &App,
    info: &RequestInfo,
    user: UserId,
    before: Option<Secret>,
) -> Result<String> {
    let secret = new_secret(app);
    let deed = Deed::of(app, Actor::user(user), Some(info.ip));
    let new = NewSession {
        id: app.id(),
        user,
        hash: hash_of(&secret),
        now: deed.at,
        expires_at: deed.at + SESSION_MS,
        ip: info.ip.to_string(),
        agent: info.agent.clone(),
    };
    let write = async move |tx: &mut Tx| {
        store::add_session(tx, &new).await?;
        deed.record(tx, &Fact::own("session.started", new.id.0).after(json!({"user": user}))).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    if let Some(old @ Secret::Session(_)) = before {
        let accounts = app.port::<Arc<Accounts>>().clone();
        if let Ok(grip) = accounts.access.resolve(app, &old).await
            && let Via::Session(id) = grip.via
        {
            let deed = Deed::of(app, Actor::user(grip.user), Some(info.ip));
            end_session(app, grip.user, id, deed).await?;
        }
    }
    Ok(secret)
}

async fn end_session(app: &App, user: UserId, id: SessionId, deed: Deed) -> Result<()> {
    let write = async move |tx: &mut Tx| {
        if !store::remove_session(tx, user, id).await? {
            return Err(Error::not_found());
        }
        deed.done(tx, Fact::own("session.ended", id.0).data(json!({"user": user}))).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    app.port::<Arc<Accounts>>().access.end_session(id.0);
    super::close_ended(app);
    Ok(())
}

/// Ends one of the caller's own sessions. Error: `not_found`.
pub(super) async fn end(app: &App, caller: &Caller, id: SessionId) -> Result<()> {
    end_session(app, caller.user, id, Deed::by(app, caller)).await
}

/// A user's live sessions, newest first.
pub(crate) async fn list_of(
    app: &App,
    caller: &Caller,
    user: UserId,
    page: &Page,
) -> Result<Listing<SessionView>> {
    let (now, rows) = (app.now(), page.rows());
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let read = async move |tx: &mut Tx| {
        store::sessions_of(tx, user, (now, now - IDLE_MS), before, rows as i64 + 1).await
    };
    let found = app.db().read(&crate::authorize::provider(), read).await?;
    let listing = Listing::from_surplus(found, rows, |s| s.id.0);
    let shown = |s: store::SessionRow| SessionView {
        id: s.id,
        current: caller.via == Via::Session(s.id),
        created_at: s.created_at,
        seen_at: s.seen_at,
        ip: s.ip,
        agent: s.agent,
    };
    Ok(Listing { items: listing.items.into_iter().map(shown).collect(), next: listing.next })
}

/// Checks the caller's password, throttled like sign-in. Errors: `password.wrong`, `sign_in.throttled`.
pub(super) async fn confirm_password(app: &App, caller: &Caller, password: String) -> Result<()> {
    let accounts = app.port::<Arc<Accounts>>().clone();
    let keys = [Key::Login(hash_of(&format!("user {}", caller.user))), Key::ip(caller.info.ip)];
    accounts.throttle.begin(keys, app.now()).map_err(throttled)?;
    let user = caller.user;
    let read = async move |tx: &mut Tx| store::password_of(tx, user).await;
    let hash = app.db().read(&crate::authorize::provider(), read).await?;
    if !accounts.hashing.verify(password, hash).await? {
        return Err(Error::new(&codes::PASSWORD_WRONG).field("/current", "wrong"));
    }
    accounts.throttle.succeeded(keys);
    Ok(())
}

/// Chooses a new password; every other session ends.
pub(super) async fn change_password(app: &App, caller: &Caller, asked: PasswordChange) -> Result<()> {
    let kept = caller.session()?.0;
    confirm_password(app, caller, asked.current).await?;
    let accounts = app.port::<Arc<Accounts>>().clone();
    let user = caller.user;
    let login = accounts.directory.snapshot().user(user).map(|u| u.login.clone()).unwrap_or_default();
    let hash = hash_new(app, asked.next, &login, "/next").await?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        store::set_password(tx, user, &hash).await?;
        store::remove_sessions(tx, user, kept).await?;
        deed.record(tx, &Fact::own("user.password_changed", user.0)).await?;
        deed.tell(tx, Fact::own("user.signed_out", user.0).data(json!({"kept": kept.to_string()})));
        Ok(())
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    accounts.access.end_user(user, Some(kept));
    super::close_ended(app);
    Ok(())
}
