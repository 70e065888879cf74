//! Use cases of the first start.

use super::store;
use crate::audit::{Deed, Fact};
use crate::roles::ADMINISTRATOR;
use crate::sessions::access::hash_of;
use crate::sessions::{hash_new, new_secret};
use crate::users::{NewUserRow, add, grant_built_in, login_of};
use crate::{codes, directory};
use kernel::{Actor, AggregateKey, Error, GrantId, Language, Millis, Result, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::net::IpAddr;

/// A set-up link works for this long, and until the next start.
const LINK_MS: Millis = 24 * 3_600_000;

/// The one-time link of the first start. Shown to a terminal or written to a file of mode 0600, never logged.
pub struct SetupLink {
    /// The whole address.
    pub url: String,
    /// The token alone, for `POST /api/v1/setup`.
    pub token: String,
    /// Until when it works, ms since 1970.
    pub expires_at: Millis,
}

/// The first administrator.
pub struct NewAdmin {
    /// The legal name.
    pub name: String,
    /// The name customers see; the legal name without one.
    pub alias: Option<String>,
    /// What to sign in with.
    pub login: String,
    /// At least 10 characters, at most 1,024 bytes.
    pub password: String,
    /// The language of the interface.
    pub language: Language,
}

/// Makes a new set-up link if nobody has set up the installation yet. Call once per start, after the registry's
/// `on_start`.
pub async fn ensure(app: &App) -> Result<Option<SetupLink>> {
    let token = new_secret(app);
    let (hash, expires_at) = (hash_of(&token), app.now() + LINK_MS);
    let write = async move |tx: &mut Tx| store::set_setup_token(tx, hash, expires_at).await;
    let open = app.db().write(&crate::authorize::provider(), AggregateKey::new("setup", 1), write).await?;
    let url = format!("{}/setup#{token}", app.settings().desk_url);
    Ok(open.then_some(SetupLink { url, token, expires_at }))
}

/// Is set-up open?
pub(super) async fn is_open(app: &App) -> Result<bool> {
    app.db().read(&crate::authorize::provider(), async |tx: &mut Tx| store::setup_open(tx).await).await
}

/// Makes the first administrator without a link and closes set-up for good: for commands without a prompt, run by whoever
/// holds the data folder. Errors: `setup.closed`, `password.weak`, `invalid`.
pub async fn create_admin(app: &App, new: NewAdmin) -> Result<UserId> {
    if !is_open(app).await? {
        return Err(Error::new(&codes::SETUP_CLOSED));
    }
    make(app, new, None, None).await
}

/// Makes the first administrator by the link's token. Errors: `setup.closed`, `setup.refused`, `password.weak`.
pub(super) async fn by_token(app: &App, token: &str, new: NewAdmin, ip: IpAddr) -> Result<UserId> {
    let (hash, now) = (hash_of(token), app.now());
    let read =
        async move |tx: &mut Tx| Ok((store::setup_open(tx).await?, store::setup_fits(tx, hash, now).await?));
    let (open, fits) = app.db().read(&crate::authorize::provider(), read).await?;
    if !open {
        return Err(Error::new(&codes::SETUP_CLOSED));
    }
    if !fits {
        return Err(Error::new(&codes::SETUP_REFUSED));
    }
    make(app, new, Some(hash), Some(ip)).await
}

async fn make(app: &App, new: NewAdmin, token: Option<[u8; 32]>, ip: Option<IpAddr>) -> Result<UserId> {
    let login = login_of(&new.login)?;
    let name = directory::name("/name", &new.name)?;
    let alias =
        directory::name("/alias", new.alias.as_deref().filter(|a| !a.trim().is_empty()).unwrap_or(&name))?;
    let password = hash_new(app, new.password, &login, "/password").await?;
    let id: UserId = app.id();
    let grant: GrantId = app.id();
    let deed = Deed::of(app, Actor::user(id), ip);
    let now = deed.at;
    let language = new.language;
    let number = String::new();
    let row =
        NewUserRow { id, login, name, alias, number, language, email: None, password: Some(password), now };
    let write = async move |tx: &mut Tx| {
        // Looked at again, since somebody else may have come first.
        if let Some(hash) = token
            && !store::setup_fits(tx, hash, now).await?
        {
            return Err(Error::new(&codes::SETUP_REFUSED));
        }
        if !store::close_setup(tx, now).await? {
            return Err(Error::new(&codes::SETUP_CLOSED));
        }
        if !add(tx, &row).await? {
            return Err(Error::new(&codes::LOGIN_TAKEN).field("/login", "taken"));
        }
        if grant_built_in(tx, grant, id, ADMINISTRATOR, now).await? == 0 {
            return Err(Error::internal("the administrator's role is not seeded"));
        }
        let after = json!({"login": row.login, "name": row.name, "role": ADMINISTRATOR});
        deed.done(tx, Fact::own("user.created", id.0).after(after)).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("setup", 1), write).await?;
    crate::settled(app).await?;
    Ok(id)
}
