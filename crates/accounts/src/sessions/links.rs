//! One-time links: with an invitation or a reset somebody chooses a password, within 24 hours and once.
//!
//! The secret stands behind `#`, so that no server, proxy or history of requests sees it.

use super::access::hash_of;
use super::model::new_secret;
use super::password::hash_new;
use super::store::{self, NewInvite};
use crate::audit::{Deed, Fact};
use crate::{Accounts, codes};
use kernel::{Actor, AggregateKey, Error, Millis, Result, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::RequestInfo;
use std::sync::Arc;

/// A link works for this long.
pub(crate) const LINK_MS: Millis = 24 * 3_600_000;
/// The kind of a link that its user asked for.
pub(super) const FORGOT: &str = "forgot";
/// Such a link works for this long.
pub(super) const FORGOT_MS: Millis = 3_600_000;
/// A link's secret at the most, in bytes.
const SECRET_MAX: usize = 128;

/// A link to be written, with the address that is shown once.
pub(crate) struct NewLink {
    pub url: String,
    pub row: NewInvite,
}

impl NewLink {
    /// A link for this user, `invite` or `reset`, made by somebody who manages them.
    pub fn new(app: &App, user: UserId, kind: &'static str) -> NewLink {
        NewLink::of(app, user, kind, LINK_MS)
    }

    /// A link that its user asked for themselves.
    pub fn forgotten(app: &App, user: UserId) -> NewLink {
        NewLink::of(app, user, FORGOT, FORGOT_MS)
    }

    /// Notes the address that the link is mailed to: using it proves the address.
    pub fn mailed_to(mut self, address: &str) -> NewLink {
        self.row.mailed_to = Some(address.to_owned());
        self
    }

    fn of(app: &App, user: UserId, kind: &'static str, lasts: Millis) -> NewLink {
        let (secret, now) = (new_secret(app), app.now());
        let url = format!("{}/invite#{secret}", app.settings().desk_url);
        let hash = hash_of(&secret);
        NewLink {
            url,
            row: NewInvite { id: app.id(), user, kind, hash, now, expires_at: now + lasts, mailed_to: None },
        }
    }
}

fn refused() -> Error {
    Error::new(&codes::INVITE_REFUSED)
}

/// Whose link this is, and of which kind. Error: `invite.refused` (401).
pub(super) async fn look(app: &App, secret: &str) -> Result<(UserId, String)> {
    if secret.len() > SECRET_MAX {
        return Err(refused());
    }
    let (hash, now) = (hash_of(secret), app.now());
    let read = async move |tx: &mut Tx| store::invite(tx, hash, now).await;
    let found = app.db().read(&crate::authorize::provider(), read).await?.ok_or_else(refused)?;
    let user = app.port::<Arc<Accounts>>().directory.user(found.0);
    if user.is_none_or(|u| u.disabled) { Err(refused()) } else { Ok(found) }
}

/// Chooses a password and uses the link up; other sessions end. Answers whose it was.
pub(super) async fn accept(app: &App, info: &RequestInfo, secret: &str, password: String) -> Result<UserId> {
    let (user, _) = look(app, secret).await?;
    let accounts = app.port::<Arc<Accounts>>().clone();
    let login = accounts.directory.snapshot().user(user).map(|u| u.login.clone()).unwrap_or_default();
    let password = hash_new(app, password, &login, "/password").await?;
    let (hash, now) = (hash_of(secret), app.now());
    let deed = Deed::of(app, Actor::user(user), Some(info.ip));
    let write = async move |tx: &mut Tx| {
        if !store::use_invite(tx, hash, now).await? {
            return Err(refused());
        }
        store::settle_links(tx, user, hash, now).await?;
        store::set_password(tx, user, &password).await?;
        store::remove_sessions(tx, user, 0).await?;
        deed.record(tx, &Fact::own("user.password_changed", user.0)).await?;
        deed.tell(tx, Fact::own("user.signed_out", user.0));
        Ok(())
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    accounts.access.end_user(user, None);
    Ok(user)
}
