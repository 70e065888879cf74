//! Access with OAuth 2: a refresh token is traded for access, which is kept until shortly before it ends (RFC 6749, 6).

use super::model::{Login, Mailbox, Oauth};
use super::{IMAP_SECRET, OAUTH_SECRET, SMTP_SECRET};
use crate::codes;
use kernel::{AggregateKey, Code, Error, InboxId, Millis, Result};
use parking_lot::Mutex;
use platform::App;
use platform::egress::Call;
use platform::secrets::FreshSecret;
use platform::store::Tx;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Access is not used in its last minutes.
const EARLY_MS: Millis = 120_000;
/// Access is kept for this long where the service does not say how long it is good, and never longer than a day.
const KEPT_MS: Millis = 300_000;
const KEPT_MS_MAX: Millis = 86_400_000;
/// Accesses kept at the most.
const KEPT_MAX: usize = 10_000;

/// A secret that is needed to sign in, or why there is none: an error code and what the service said.
pub type Access = std::result::Result<Zeroizing<String>, (&'static Code, String)>;

struct Kept {
    /// From what it was had: other settings do not find it.
    from: [u8; 32],
    access: Zeroizing<String>,
    until: Millis,
}

/// Accesses that are still good. Provided as a port.
#[derive(Default)]
pub struct Accesses {
    kept: Mutex<HashMap<(InboxId, &'static str), Kept>>,
}

impl Accesses {
    fn find(&self, key: (InboxId, &'static str), from: &[u8; 32], now: Millis) -> Option<Zeroizing<String>> {
        let kept = self.kept.lock();
        kept.get(&key).filter(|k| k.from == *from && now < k.until).map(|k| k.access.clone())
    }

    fn keep(&self, key: (InboxId, &'static str), kept: Kept, now: Millis) {
        let mut all = self.kept.lock();
        if all.len() >= KEPT_MAX {
            all.retain(|_, k| now < k.until);
        }
        if all.len() < KEPT_MAX {
            all.insert(key, kept);
        }
    }

    /// Forgets what is kept of an inbox, as after a server refused it.
    pub fn forget(&self, inbox: InboxId) {
        self.kept.lock().retain(|(i, _), _| *i != inbox);
    }
}

async fn opened(app: &App, m: &Mailbox, name: &'static str) -> Result<Option<Zeroizing<String>>> {
    let (secrets, tenant, inbox) = (app.secrets().clone(), m.tenant, m.inbox);
    let read = async move |tx: &mut Tx| secrets.open(tx, tenant, name, inbox.0).await;
    let found = app.db().read(&accounts::authorize::job(tenant), read).await?;
    Ok(found.and_then(|p| std::str::from_utf8(&p).ok().map(|s| Zeroizing::new(s.to_owned()))))
}

/// What one signs in with at one of a mailbox's servers: the password kept, or access. `name` is the secret's.
pub async fn secret(app: &App, m: &Mailbox, name: &'static str, with: Login) -> Result<Access> {
    let mut kept = (opened(app, m, name).await?, name);
    if with == Login::Oauth2 && kept.0.is_none() && name == SMTP_SECRET {
        // One grant is good for both servers.
        kept = (opened(app, m, IMAP_SECRET).await?, IMAP_SECRET);
    }
    let (Some(secret), name) = kept else {
        return Ok(Err((&codes::MAILBOX_NO_SECRET, String::new())));
    };
    match (&m.config.oauth, with) {
        (Some(oauth), Login::Oauth2) => traded(app, m, oauth, secret, name).await,
        _ => Ok(Ok(secret)),
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: Zeroizing<String>,
    #[serde(default)]
    expires_in: Option<i64>,
    /// Some services give a new one each time; the one before ends then.
    #[serde(default)]
    refresh_token: Option<Zeroizing<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Denied {
    error: String,
    error_description: String,
}

fn form(pairs: &[(&str, &str)]) -> Zeroizing<String> {
    let coded = |text: &str| -> String {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
        text.bytes()
            .map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    let all: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={}", coded(v))).collect();
    Zeroizing::new(all.join("&"))
}

async fn traded(
    app: &App,
    m: &Mailbox,
    oauth: &Oauth,
    refresh: Zeroizing<String>,
    name: &'static str,
) -> Result<Access> {
    let from = *blake3::hash(
        format!("{}\n{}\n{}\n{}", oauth.token_url, oauth.client_id, oauth.scope, *refresh).as_bytes(),
    )
    .as_bytes();
    let accesses = app.port::<Arc<Accesses>>();
    if let Some(access) = accesses.find((m.inbox, name), &from, app.now()) {
        return Ok(Ok(access));
    }
    let client_secret = opened(app, m, OAUTH_SECRET).await?;
    let mut pairs = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("client_id", oauth.client_id.as_str()),
    ];
    pairs.extend(client_secret.as_ref().map(|s| ("client_secret", s.as_str())));
    pairs.extend(Some(oauth.scope.as_str()).filter(|s| !s.is_empty()).map(|s| ("scope", s)));
    let call = Call::post(oauth.token_url.clone(), form(&pairs).as_bytes().to_vec())
        .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(http::header::ACCEPT, "application/json");
    let reply = match app.egress().send(call).await {
        Ok(reply) => reply,
        Err(e) => return Ok(Err((&codes::MAILBOX_OAUTH_AWAY, e.detail.to_string()))),
    };
    if !reply.status.is_success() {
        let d: Denied = serde_json::from_slice(&reply.body).unwrap_or_default();
        let said = format!("{} {} {}", reply.status.as_u16(), d.error, d.error_description);
        let away = reply.status.is_server_error() || reply.status.as_u16() == 429;
        return Ok(Err((
            if away { &codes::MAILBOX_OAUTH_AWAY } else { &codes::MAILBOX_OAUTH_REFUSED },
            said,
        )));
    }
    let Ok(granted) = serde_json::from_slice::<Granted>(&reply.body) else {
        return Ok(Err((&codes::MAILBOX_OAUTH_AWAY, "an answer without access".into())));
    };
    let from = match granted.refresh_token.filter(|r| *r != refresh) {
        Some(next) => {
            seal_next(app, m, name, &refresh, &next).await?;
            *blake3::hash(
                format!("{}\n{}\n{}\n{}", oauth.token_url, oauth.client_id, oauth.scope, *next).as_bytes(),
            )
            .as_bytes()
        }
        None => from,
    };
    let good_ms = granted.expires_in.map_or(KEPT_MS, |s| s.saturating_mul(1_000)).clamp(0, KEPT_MS_MAX);
    let kept = Kept { from, access: granted.access_token.clone(), until: app.now() + good_ms - EARLY_MS };
    accesses.keep((m.inbox, name), kept, app.now());
    Ok(Ok(granted.access_token))
}

/// Seals the refresh token that follows one, unless an administrator entered another meanwhile.
async fn seal_next(
    app: &App,
    m: &Mailbox,
    name: &'static str,
    before: &Zeroizing<String>,
    next: &Zeroizing<String>,
) -> Result<()> {
    let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
    let (tenant, inbox, now) = (m.tenant, m.inbox, app.now());
    let (before, next) = (before.clone(), next.clone());
    let write = async move |tx: &mut Tx| {
        let kept = secrets.open(tx, tenant, name, inbox.0).await?;
        if kept.is_none_or(|k| k.as_slice() != before.as_bytes()) {
            return Ok::<(), Error>(());
        }
        secrets.seal(tx, &fresh, tenant, name, inbox.0, next.as_bytes(), now).await
    };
    app.db().write(&accounts::authorize::job(tenant), AggregateKey::new("mailbox", inbox.0), write).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_form_holds_any_secret() {
        assert_eq!(*super::form(&[("a", "x y&z=1/é"), ("b", "")]), "a=x%20y%26z%3D1%2F%C3%A9&b=");
    }
}
