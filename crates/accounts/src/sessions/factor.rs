//! Use cases of the second factor.

use super::access::Hash;
use super::service::confirm_password;
use super::store;
use super::totp::{self, SEED};
use super::view::{RecoveryCodes, TotpSecret};
use crate::audit::{Deed, Fact};
use crate::{Accounts, Caller, codes};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{AggregateKey, Error, Result, TenantId, UserId};
use platform::App;
use platform::secrets::FreshSecret;
use platform::store::Tx;
use serde_json::json;
use sha2::Sha256;
use std::sync::Arc;

/// Where a seed in use is sealed.
const IN_USE: &str = "totp";
/// Where a seed waits for its first code.
const PENDING: &str = "totp.pending";
/// A code's text at the most, in bytes.
const CODE_MAX: usize = 32;

/// The hash of a recovery code, under a key of its own: ten letters alone could be guessed from the store.
fn recovery_hash(app: &App, user: UserId, code: &str) -> Hash {
    let key = app.secrets().derive("recovery codes");
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(&key).expect("invariant: HMAC takes keys of every length");
    mac.update(&user.0.to_be_bytes());
    mac.update(&totp::recovery_hash(code));
    mac.finalize().into_bytes().into()
}

async fn seed(app: &App, user: UserId, name: &'static str) -> Result<Option<[u8; SEED]>> {
    let secrets = app.secrets().clone();
    let read = async move |tx: &mut Tx| secrets.open(tx, TenantId(0), name, user.0).await;
    let found = app.db().read(&crate::authorize::provider(), read).await?;
    Ok(found.and_then(|s| s.as_slice().try_into().ok()))
}

/// Does this code fit, and was it not used before? Either six digits or a recovery code; it is used up.
pub(super) async fn fits(app: &App, user: UserId, last_step: i64, code: &str) -> Result<bool> {
    let code = code.trim().to_owned();
    if code.len() > CODE_MAX {
        return Ok(false);
    }
    let now = app.now();
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let key = AggregateKey::new("user", user.0);
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let Some(seed) = seed(app, user, IN_USE).await? else { return Ok(false) };
        let Some(step) = totp::step_of(seed, &digits, now).filter(|s| *s > last_step) else {
            return Ok(false);
        };
        let write = async move |tx: &mut Tx| store::use_step(tx, user, step).await;
        return app.db().write(&crate::authorize::provider(), key, write).await;
    }
    let hash = recovery_hash(app, user, &code);
    let write = async move |tx: &mut Tx| store::use_recovery(tx, user, hash, now).await;
    app.db().write(&crate::authorize::provider(), key, write).await
}

fn is_on(app: &App, user: UserId) -> bool {
    app.port::<Arc<Accounts>>().directory.snapshot().user(user).is_some_and(|u| u.totp)
}

/// Makes a seed; it counts from its first code on. Error: `totp.on`.
pub(super) async fn begin(app: &App, caller: &Caller) -> Result<TotpSecret> {
    caller.session()?;
    if is_on(app, caller.user) {
        return Err(Error::new(&codes::TOTP_ON));
    }
    let mut seed = [0; SEED];
    app.rng().fill(&mut seed);
    let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
    let (user, now) = (caller.user, app.now());
    let write =
        async move |tx: &mut Tx| secrets.seal(tx, &fresh, TenantId(0), PENDING, user.0, &seed, now).await;
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let login = snapshot.user(user).map(|u| u.login.clone()).unwrap_or_default();
    let issuer = if snapshot.provider_name.is_empty() { "Hark" } else { &snapshot.provider_name };
    let uri = totp::uri(&seed, issuer, &login);
    let (qr_path, qr_side) =
        totp::qr(&uri).ok_or_else(|| Error::internal("an address too long for a QR code"))?;
    Ok(TotpSecret { secret: totp::base32(&seed), uri, qr_path, qr_side })
}

/// Turns the second factor on with its first code. Errors: `totp.not_begun`, `totp.refused`, `totp.on`.
pub(super) async fn confirm(app: &App, caller: &Caller, code: &str) -> Result<RecoveryCodes> {
    caller.session()?;
    let user = caller.user;
    if is_on(app, user) {
        return Err(Error::new(&codes::TOTP_ON));
    }
    let pending = seed(app, user, PENDING).await?.ok_or_else(|| Error::new(&codes::TOTP_NOT_BEGUN))?;
    let step = totp::step_of(pending, code.trim(), app.now());
    let step = step.ok_or_else(|| Error::new(&codes::TOTP_REFUSED).field("/code", "wrong"))?;
    let recovery_codes = totp::recovery_codes(|out| app.rng().fill(out));
    let hashes: Vec<Hash> = recovery_codes.iter().map(|c| recovery_hash(app, user, c)).collect();
    let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        secrets.seal(tx, &fresh, TenantId(0), IN_USE, user.0, &pending, deed.at).await?;
        secrets.remove(tx, TenantId(0), PENDING, user.0).await?;
        store::set_totp(tx, user, true, step).await?;
        store::set_recovery(tx, user, &hashes).await?;
        deed.done(tx, Fact::own("user.changed", user.0).after(json!({"totp": true}))).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    crate::settled(app).await?;
    Ok(RecoveryCodes { recovery_codes })
}

/// Turns the second factor off. Error: `password.wrong`.
pub(super) async fn remove(app: &App, caller: &Caller, password: String) -> Result<()> {
    caller.session()?;
    confirm_password(app, caller, password).await?;
    let (user, secrets, deed) = (caller.user, app.secrets().clone(), Deed::by(app, caller));
    let write = async move |tx: &mut Tx| {
        for name in [IN_USE, PENDING] {
            secrets.remove(tx, TenantId(0), name, user.0).await?;
        }
        store::set_totp(tx, user, false, 0).await?;
        store::set_recovery(tx, user, &[]).await?;
        deed.done(tx, Fact::own("user.changed", user.0).after(json!({"totp": false}))).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    crate::settled(app).await
}
