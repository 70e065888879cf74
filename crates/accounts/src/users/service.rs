//! Use cases of users.

use super::store::{self, NewUserRow, Stored};
use super::view::{NewUser, UserPatch};
use crate::audit::{self, Deed, Fact};
use crate::directory::{Snapshot, UserRow};
use crate::permissions::{USERS_MANAGE, USERS_READ};
use crate::sessions::{self, NewLink};
use crate::{Accounts, Caller, codes, directory};
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, Error, Result, TenantId, TenantScope, UserId};
use platform::mail::{self, Address, Letter, Queued, Words};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::sync::Arc;

/// A login at the most, in characters.
const LOGIN_MAX: usize = 64;
/// A number that customers see at the most, in characters.
const NUMBER_MAX: usize = 32;

/// A login in small letters. Errors: `required`, `too_long`, `unfit`.
pub(crate) fn login_of(text: &str) -> Result<String> {
    let login = text.trim().to_lowercase();
    let fault = if login.is_empty() {
        "required"
    } else if login.chars().count() > LOGIN_MAX {
        "too_long"
    } else if !login.chars().all(|c| c.is_alphanumeric() || "._@-+".contains(c)) {
        "unfit"
    } else {
        return Ok(login);
    };
    Err(Error::invalid("/login", fault))
}

fn number_of(text: &str) -> Result<String> {
    let number = text.trim();
    if number.chars().count() > NUMBER_MAX || number.chars().any(char::is_control) {
        return Err(Error::invalid("/number", "unfit"));
    }
    Ok(number.to_owned())
}

fn facts(u: &Stored) -> Value {
    json!({
        "login": u.login, "name": u.name, "alias": u.alias, "number": u.number, "language": u.language,
        "disabled": u.disabled_at.is_some(), "email": u.email,
    })
}

/// An address of mail as it is stored; none where the text is empty.
fn email_of(text: &str) -> Result<Option<String>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Address::of_field("/email", text).map(|a| Some(a.as_str().to_lowercase()))
}

/// Can letters go out at all?
async fn has_mail(app: &App) -> Result<bool> {
    let read = async |tx: &mut Tx| mail::is_set_up(tx, TenantId(0)).await;
    app.db().read(&crate::authorize::provider(), read).await
}

/// The letter with a one-time link, where its user has an address and letters go out.
async fn letter_of(
    app: &App,
    kind: &'static str,
    user: UserId,
    email: Option<&str>,
    words: impl FnOnce() -> Words,
) -> Result<Option<Queued>> {
    let Some(to) = email.and_then(Address::parse) else { return Ok(None) };
    if !has_mail(app).await? {
        return Ok(None);
    }
    Queued::new(
        app,
        Letter { tenant: TenantId(0), kind, subject: user.0, to, words: words(), reply_to: None },
    )
    .map(Some)
}

/// A user whom the caller may see. Errors: `not_found`, also for one whose existence is a secret;
/// `access.missing_permission` for one they meet but may not look up.
pub(super) fn visible(app: &App, caller: &Caller, id: UserId) -> Result<(Arc<Snapshot>, Arc<UserRow>)> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let row = snapshot.user(id).cloned().ok_or_else(Error::not_found)?;
    let sees = [USERS_READ, USERS_MANAGE].iter().any(|p| snapshot.sees(&caller.grants, *p, id));
    if sees || id == caller.user {
        return Ok((snapshot, row));
    }
    if snapshot.meet(&caller.grants, id) {
        caller.authorize_provider(USERS_READ)?;
    }
    Err(Error::not_found())
}

/// Refuses to touch somebody who holds more than the caller.
pub(super) fn manages(app: &App, caller: &Caller, id: UserId) -> Result<TenantScope> {
    let (snapshot, _) = visible(app, caller, id)?;
    let scope = caller.authorize_provider(USERS_MANAGE)?;
    if caller.grants.covers_all(&snapshot.holdings(id)) {
        Ok(scope)
    } else {
        Err(Error::new(&codes::BEYOND_OWN))
    }
}

/// Makes a user; answers its id and, without a password, the one-time link, and whether it was mailed.
pub(super) async fn create(
    app: &App,
    caller: &Caller,
    new: NewUser,
) -> Result<(UserId, Option<String>, bool)> {
    let scope = caller.authorize_provider(USERS_MANAGE)?;
    let login = login_of(&new.login)?;
    let name = directory::name("/name", &new.name)?;
    let alias = directory::name("/alias", new.alias.as_deref().unwrap_or(&name))?;
    let number = number_of(new.number.as_deref().unwrap_or(""))?;
    let email = email_of(new.email.as_deref().unwrap_or(""))?;
    let password = match new.password {
        None => None,
        Some(p) => Some(sessions::hash_new(app, p, &login, "/password").await?),
    };
    let deed = Deed::by(app, caller);
    let id: UserId = app.id();
    let link = password.is_none().then(|| NewLink::new(app, id, "invite"));
    let language = new.language.unwrap_or(caller.language);
    let letter = match &link {
        Some(l) => {
            let words = || sessions::invitation(app, language, &name, &login, &l.url);
            letter_of(app, "user.invited", id, email.as_deref(), words).await?
        }
        None => None,
    };
    let mailed = letter.is_some();
    let link = link.map(|l| if mailed { l.mailed_to(email.as_deref().unwrap_or("")) } else { l });
    let row = NewUserRow { id, login, name, alias, number, language, email, password, now: deed.at };
    let (url, invite) = link.map_or((None, None), |l| (Some(l.url), Some(l.row)));
    let write = async move |tx: &mut Tx| {
        if !store::add(tx, &row).await? {
            return Err(Error::new(&codes::LOGIN_TAKEN).field("/login", "taken"));
        }
        if let Some(invite) = &invite {
            sessions::store::add_invite(tx, invite).await?;
        }
        if let Some(letter) = &letter {
            mail::queue(tx, letter).await?;
        }
        let stored = store::get(tx, id).await?;
        deed.done(tx, Fact::own("user.created", id.0).after(facts(&stored))).await
    };
    app.db().write(&scope, AggregateKey::new("user", id.0), write).await?;
    crate::settled(app).await?;
    Ok((id, url, mailed))
}

pub(super) async fn change(app: &App, caller: &Caller, id: UserId, patch: UserPatch) -> Result<()> {
    let scope = manages(app, caller, id)?;
    if id == caller.user && patch.disabled == Some(true) {
        return Err(Error::new(&codes::USER_SELF));
    }
    let login = patch.login.as_deref().map(login_of).transpose()?;
    let name = patch.name.as_deref().map(|n| directory::name("/name", n)).transpose()?;
    let alias = patch.alias.as_deref().map(|n| directory::name("/alias", n)).transpose()?;
    let number = patch.number.as_deref().map(number_of).transpose()?;
    let email = patch.email.as_deref().map(email_of).transpose()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let old = store::get(tx, id).await?;
        let mut new = old.clone();
        new.login = login.clone().unwrap_or(new.login);
        new.name = name.clone().unwrap_or(new.name);
        new.alias = alias.clone().unwrap_or(new.alias);
        new.number = number.clone().unwrap_or(new.number);
        new.language = patch.language.unwrap_or(new.language);
        new.email = email.clone().unwrap_or(new.email);
        new.disabled_at = match patch.disabled {
            Some(true) => new.disabled_at.or(Some(deed.at)),
            Some(false) => None,
            None => new.disabled_at,
        };
        if !store::set(tx, id, &new).await? {
            return Err(Error::new(&codes::LOGIN_TAKEN).field("/login", "taken"));
        }
        let kind = match (old.disabled_at, new.disabled_at) {
            (None, Some(_)) => "user.disabled",
            (Some(_), None) => "user.enabled",
            _ => "user.changed",
        };
        if kind == "user.disabled" {
            sessions::store::remove_sessions(tx, id, 0).await?;
            if store::administrators(tx).await? == 0 {
                return Err(Error::new(&codes::LAST_ADMINISTRATOR));
            }
        }
        deed.done(tx, Fact::own(kind, id.0).before(facts(&old)).after(facts(&new))).await
    };
    app.db().write(&scope, AggregateKey::new("user", id.0), write).await?;
    if patch.disabled == Some(true) {
        app.port::<Arc<Accounts>>().access.end_user(id, None);
    }
    crate::settled(app).await
}

/// Ends every session of a user.
pub(super) async fn sign_out(app: &App, caller: &Caller, id: UserId) -> Result<()> {
    let scope = manages(app, caller, id)?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        sessions::store::remove_sessions(tx, id, 0).await?;
        deed.done(tx, Fact::own("user.signed_out", id.0)).await
    };
    app.db().write(&scope, AggregateKey::new("user", id.0), write).await?;
    app.port::<Arc<Accounts>>().access.end_user(id, None);
    Ok(())
}

/// Makes a one-time link with which a user chooses a new password; answers also whether it was mailed.
pub(super) async fn reset(app: &App, caller: &Caller, id: UserId) -> Result<(String, bool)> {
    let scope = manages(app, caller, id)?;
    let deed = Deed::by(app, caller);
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let who = snapshot.user(id).cloned().ok_or_else(Error::not_found)?;
    let mut link = NewLink::new(app, id, "reset");
    let words = || sessions::reset(app, who.name.language, &who.name.name, &link.url, 24);
    let letter = letter_of(app, "user.reset", id, who.email.as_deref(), words).await?;
    let mailed = letter.is_some();
    if let Some(address) = who.email.as_deref().filter(|_| mailed) {
        link = link.mailed_to(address);
    }
    let (url, row) = (link.url, link.row);
    let write = async move |tx: &mut Tx| {
        sessions::store::add_invite(tx, &row).await?;
        if let Some(letter) = &letter {
            mail::queue(tx, letter).await?;
        }
        deed.record(tx, &Fact::own("user.reset_link", id.0)).await
    };
    app.db().write(&scope, AggregateKey::new("user", id.0), write).await?;
    Ok((url, mailed))
}

/// Says which of these changes can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    fn put_back(app: App, caller: Caller, id: i64, before: Value) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let mut before = before;
            if before["email"].is_null() {
                before["email"] = json!("");
            }
            change(&app, &caller, UserId(id), audit::as_patch(before)?).await
        })
    }
    audit::undoable(reg, "user.changed", put_back);
    audit::undoable(reg, "user.disabled", put_back);
    audit::undoable(reg, "user.enabled", put_back);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_small_and_plain() {
        assert_eq!(login_of(" Mia.Lin@Example.com ").expect("fits"), "mia.lin@example.com");
        assert_eq!(login_of("小林").expect("fits"), "小林");
        for bad in ["", " ", "a b", "a\"b", "<x>", &"x".repeat(65)] {
            assert!(login_of(bad).is_err(), "{bad:?}");
        }
    }
}
