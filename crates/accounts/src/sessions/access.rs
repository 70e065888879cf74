//! The cache of proven sessions and tokens, so that a request costs no read of the store.
//!
//! Invariant: what has been ended is never taken into the cache again. A read that began before an end and finishes
//! after it is told by the generation, which every end raises, and is done again.

use super::store;
use crate::authorize::{Narrow, Via};
use crate::codes;
use http::HeaderMap;
use kernel::{AggregateKey, Error, Millis, Result, SessionId, TokenId, UserId};
use parking_lot::RwLock;
use platform::App;
use platform::store::Tx;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};

/// A session ends when nothing has come for this long.
pub const IDLE_MS: Millis = 12 * 3_600_000;
/// A session ends at the latest after this long.
pub const SESSION_MS: Millis = 7 * 86_400_000;
/// When a session was last seen is written at most this often.
const SEEN_EVERY_MS: Millis = 5 * 60_000;
/// When a token was last used is written at most this often.
const USED_EVERY_MS: Millis = 3_600_000;
/// Entries kept; those in use by a socket stay.
const CACHE_MAX: usize = 50_000;
/// Reads that an end may spoil before the caller is asked to try again.
const TRIES_MAX: usize = 5;
/// What API tokens begin with, so that they are found in places where they do not belong.
pub const TOKEN_PREFIX: &str = "hk_";
/// A cookie's or token's text at the most, in bytes.
const SECRET_MAX: usize = 128;

/// The SHA-256 of a session's or API token's secret.
pub type Hash = [u8; 32];

/// The hash under which a secret is stored: its 256 random bits need no slow hash.
pub fn hash_of(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// One proven session or token.
#[derive(Debug)]
pub(crate) struct Grip {
    pub via: Via,
    pub user: UserId,
    pub expires_at: Millis,
    pub narrow: Option<Arc<Narrow>>,
    pub seen_at: AtomicI64,
    saved_at: AtomicI64,
    ended: AtomicBool,
}

impl Grip {
    pub fn new(
        via: Via,
        user: UserId,
        expires_at: Millis,
        seen_at: Millis,
        narrow: Option<Arc<Narrow>>,
    ) -> Grip {
        Grip {
            via,
            user,
            expires_at,
            narrow,
            seen_at: AtomicI64::new(seen_at),
            saved_at: AtomicI64::new(seen_at),
            ended: AtomicBool::new(false),
        }
    }

    /// Is it still good, idleness apart?
    pub fn is_live(&self, now: Millis) -> bool {
        !self.ended.load(SeqCst) && now < self.expires_at
    }

    fn is_idle(&self, now: Millis) -> bool {
        matches!(self.via, Via::Session(_)) && now - self.seen_at.load(Relaxed) >= IDLE_MS
    }
}

#[derive(Default)]
pub(crate) struct Access {
    known: RwLock<HashMap<Hash, Arc<Grip>>>,
    generation: AtomicU64,
}

/// What a request carries as proof: a bearer token, or else the desk's cookie.
pub(crate) enum Secret {
    Token(String),
    Session(String),
}

/// The name of the cookie. With TLS it has the prefix that binds it to this host (RFC 6265bis §4.1.3.2).
pub(crate) fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-hark" } else { "hark_session" }
}

/// Reads the proof from the headers. A bearer token wins over a cookie.
pub(crate) fn presented(headers: &HeaderMap, secure: bool) -> Option<Secret> {
    let fits = |s: &&str| !s.is_empty() && s.len() <= SECRET_MAX;
    if let Some(value) = headers.get(http::header::AUTHORIZATION) {
        let token = value.to_str().ok()?.strip_prefix("Bearer ").map(str::trim).filter(fits)?;
        return Some(Secret::Token(token.to_owned()));
    }
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == cookie_name(secure) && fits(value))
        .map(|(_, value)| Secret::Session(value.to_owned()))
}

fn required() -> Error {
    Error::new(&codes::SIGN_IN_REQUIRED)
}

impl Access {
    /// The session or token behind a secret. Error: `sign_in.required` (401).
    pub async fn resolve(&self, app: &App, secret: &Secret) -> Result<Arc<Grip>> {
        let (text, token) = match secret {
            Secret::Token(t) if t.starts_with(TOKEN_PREFIX) => (t, true),
            Secret::Token(_) => return Err(required()),
            Secret::Session(s) => (s, false),
        };
        let hash = hash_of(text);
        let now = app.now();
        let known = self.known.read().get(&hash).cloned();
        // Another node may have seen a session that looks idle here.
        let grip = match known.filter(|g| g.is_live(now) && !g.is_idle(now)) {
            Some(grip) => grip,
            None => self.fetch(app, hash, token).await?,
        };
        if !grip.is_live(now) || grip.is_idle(now) {
            return Err(required());
        }
        self.touch(app, &grip, now);
        Ok(grip)
    }

    async fn fetch(&self, app: &App, hash: Hash, token: bool) -> Result<Arc<Grip>> {
        for _ in 0..TRIES_MAX {
            let generation = self.generation.load(SeqCst);
            let read = async move |tx: &mut Tx| {
                if token { store::token(tx, hash).await } else { store::session(tx, hash).await }
            };
            let found = app.db().read(&crate::authorize::provider(), read).await?.ok_or_else(required)?;
            let mut known = self.known.write();
            if self.generation.load(SeqCst) != generation {
                continue;
            }
            if known.len() >= CACHE_MAX {
                known.retain(|_, g| Arc::strong_count(g) > 1);
            }
            if let Some(here) = known.get(&hash) {
                // The entry that sockets hold stays the one that an end marks.
                here.seen_at.fetch_max(found.seen_at.load(Relaxed), Relaxed);
                return Ok(here.clone());
            }
            let grip = Arc::new(found);
            known.insert(hash, grip.clone());
            return Ok(grip);
        }
        Err(Error::new(&codes::SIGN_IN_BUSY).retry_after(1))
    }

    /// Notes that it is in use; written now and then, beside the request.
    fn touch(&self, app: &App, grip: &Arc<Grip>, now: Millis) {
        grip.seen_at.fetch_max(now, Relaxed);
        let every = if matches!(grip.via, Via::Session(_)) { SEEN_EVERY_MS } else { USED_EVERY_MS };
        let saved = grip.saved_at.load(Relaxed);
        if now - saved < every || grip.saved_at.compare_exchange(saved, now, Relaxed, Relaxed).is_err() {
            return;
        }
        let (app, via) = (app.clone(), grip.via);
        tokio::spawn(async move {
            let write = async move |tx: &mut Tx| match via {
                Via::Session(id) => store::seen(tx, id, now).await,
                Via::Token(id) => store::used(tx, id, now).await,
            };
            let key = AggregateKey::new("session", 0);
            if let Err(e) = app.db().write(&crate::authorize::provider(), key, write).await {
                tracing::debug!(error = %e, "when a session was last seen could not be kept");
            }
        });
    }

    fn end(&self, fits: impl Fn(&Grip) -> bool) {
        self.generation.fetch_add(1, SeqCst);
        let mut known = self.known.write();
        known.retain(|_, g| {
            let ends = fits(g);
            if ends {
                g.ended.store(true, SeqCst);
            }
            !ends
        });
    }

    pub fn end_session(&self, id: i64) {
        self.end(|g| g.via == Via::Session(SessionId(id)));
    }
    pub fn end_token(&self, id: i64) {
        self.end(|g| g.via == Via::Token(TokenId(id)));
    }
    /// Ends every session of a user but one. Tokens follow their owner's state by themselves.
    pub fn end_user(&self, user: UserId, kept: Option<i64>) {
        self.end(|g| g.user == user && matches!(g.via, Via::Session(s) if Some(s.0) != kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearer_wins_and_only_the_right_cookie_counts() {
        let mut h = HeaderMap::new();
        let cookie = "a=1; __Host-hark=no; hark_session=abc";
        h.insert("cookie", cookie.parse().expect("a header"));
        assert!(matches!(presented(&h, false), Some(Secret::Session(s)) if s == "abc"));
        assert!(matches!(presented(&h, true), Some(Secret::Session(s)) if s == "no"));
        h.insert("authorization", "Bearer hk_x".parse().expect("a header"));
        assert!(matches!(presented(&h, false), Some(Secret::Token(s)) if s == "hk_x"));
        h.insert("authorization", "Basic x".parse().expect("a header"));
        assert!(presented(&h, false).is_none());
    }
}
