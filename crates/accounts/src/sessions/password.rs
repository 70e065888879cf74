//! Passwords: argon2id, off the runtime's threads, a few at once.

use crate::codes;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use kernel::{Error, Result};
use platform::App;
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// A password at the least, in characters.
pub const PASSWORD_MIN: usize = 10;
/// A password at the most, in bytes: more would be work for nothing.
pub const PASSWORD_MAX: usize = 1_024;
/// Hashes worked out at once: each takes 19 MiB and some 20 ms of one core.
const AT_ONCE: usize = 4;
/// Sign-ins waiting for their turn.
const WAITING_MAX: usize = 256;

/// What everybody tries first; compared without regard to case.
const COMMON: [&str; 12] = [
    "1234567890",
    "0123456789",
    "12345678910",
    "password123",
    "password1234",
    "qwertyuiop",
    "qwerty12345",
    "1qaz2wsx3edc",
    "administrator",
    "admin123456",
    "1111111111",
    "5201314520",
];

/// The turns for hashing.
pub struct Hashing {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Hashing {
        Hashing {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
        }
    }
}

/// Refuses a password that is too short, too long, the login, or one that everybody tries. Error: `password.weak`.
pub fn check(password: &str, login: &str, field: &'static str) -> Result<()> {
    let lower = password.to_lowercase();
    let weak = |fault: &str| Err(Error::new(&codes::PASSWORD_WEAK).field(field, fault));
    if password.chars().count() < PASSWORD_MIN {
        return weak("too_short");
    }
    if password.len() > PASSWORD_MAX {
        return weak("too_long");
    }
    let one_letter = password.chars().skip(1).all(|c| password.starts_with(c));
    if lower == login.to_lowercase() || COMMON.contains(&lower.as_str()) || one_letter {
        return weak("common");
    }
    Ok(())
}

fn fault(what: &'static str) -> impl Fn(argon2::password_hash::Error) -> Error {
    move |e| Error::internal(format!("{what}: {e}"))
}

/// A hash of no password, so that an unknown login costs the same work as a known one.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let salt = b"nobody has this.";
        let made: std::result::Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(b"nobody has this password", salt);
        made.map(|h| h.to_string()).expect("invariant: a fixed password and salt hash")
    })
}

impl Hashing {
    async fn turn<T: Send + 'static>(&self, f: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let busy = || Error::new(&codes::SIGN_IN_BUSY).retry_after(3);
        let waiting = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let place = self.at_once.clone().acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let out = f();
            // Held until the work is done, whatever becomes of the caller.
            drop((place, waiting));
            out
        });
        done.await.map_err(|e| Error::internal("hashing ended early").cause(e))
    }

    /// The PHC string of a password (argon2id, m = 19 MiB, t = 2, p = 1: OWASP's least).
    pub async fn hash(&self, app: &App, password: String) -> Result<String> {
        let mut salt = [0; 16];
        app.rng().fill(&mut salt);
        self.turn(move || {
            let made: std::result::Result<PasswordHash, _> =
                Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
            made.map(|h| h.to_string()).map_err(fault("hashing"))
        })
        .await?
    }

    /// Does the password fit? Without a hash, and beyond the cap, the same work is done and the answer is no.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.turn(move || {
            let known = hash.is_some() && password.len() <= PASSWORD_MAX;
            let hash = hash.unwrap_or_else(|| nobody().to_owned());
            let bytes = &password.as_bytes()[..password.len().min(PASSWORD_MAX)];
            let fits = Argon2::default().verify_password(bytes, hash.as_str()).is_ok();
            fits && known
        })
        .await
    }
}

/// Checks and hashes a new password. Error: `password.weak`.
pub(crate) async fn hash_new(
    app: &App,
    password: String,
    login: &str,
    field: &'static str,
) -> Result<String> {
    check(&password, login, field)?;
    app.port::<Arc<crate::Accounts>>().hashing.hash(app, password).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        for weak in ["short", "123456789", "1234567890", "PASSWORD123", "aaaaaaaaaaaa", "mia.lin.2026"] {
            assert!(check(weak, "mia.lin.2026", "password").is_err(), "{weak}");
        }
        assert!(check(&"x1".repeat(600), "mia", "password").is_err());
        assert!(check("一二三四五六七八九十", "mia", "password").is_ok());
        assert!(check("correct horse", "mia", "password").is_ok());
    }

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let h = Hashing::default();
        let hash = h
            .turn(|| {
                let made: PasswordHash = Argon2::default()
                    .hash_password_with_salt(b"correct horse", b"0123456789abcdef")
                    .expect("hashes");
                made.to_string()
            })
            .await
            .expect("a turn");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(h.verify("correct horse".into(), Some(hash.clone())).await.expect("a turn"));
        assert!(!h.verify("wrong horse".into(), Some(hash)).await.expect("a turn"));
        assert!(!h.verify("nobody has this password".into(), None).await.expect("a turn"));
    }
}
