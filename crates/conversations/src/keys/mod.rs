//! Each person's keys: which combination does what on the desk. What is not set has the desk's own key.
//!
//! Invariant: no bare letter, nothing that an input method or the browser takes for itself, and no combination twice.

use crate::codes;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{AggregateKey, Error, Result, UserId, args, sql};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Keys one person may set.
const KEYS_MAX: usize = 60;
/// An action's name at the most, in characters.
const NAME_MAX: usize = 40;
/// Combinations that browsers keep for themselves.
const BROWSERS: [&str; 17] = [
    "Ctrl+KeyN",
    "Ctrl+KeyT",
    "Ctrl+KeyW",
    "Ctrl+Shift+KeyN",
    "Ctrl+Shift+KeyT",
    "Ctrl+Shift+KeyW",
    "Ctrl+Tab",
    "Ctrl+KeyC",
    "Ctrl+KeyV",
    "Ctrl+KeyX",
    "Ctrl+KeyA",
    "Ctrl+KeyZ",
    "Ctrl+KeyR",
    "Alt+F4",
    "Alt+ArrowLeft",
    "Alt+ArrowRight",
    "Ctrl+KeyF",
];
/// Keys with which input methods are switched.
const INPUT_METHODS: [&str; 4] = ["Space", "Shift", "Comma", "Period"];

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// One's own keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnKeys)]
struct Keys {
    /// From an action's name, such as `transfer`, to a combination, such as `Alt+KeyT`; an empty one takes the key away.
    keys: BTreeMap<String, String>,
}

fn fits(combination: &str) -> bool {
    let parts: Vec<&str> = combination.split('+').collect();
    let Some((key, holds)) = parts.split_last() else { return false };
    let known = holds.iter().all(|h| matches!(*h, "Ctrl" | "Alt" | "Shift"));
    let once = holds.iter().collect::<std::collections::BTreeSet<_>>().len() == holds.len();
    let held = holds.contains(&"Alt") || holds.contains(&"Ctrl");
    let function =
        key.strip_prefix('F').is_some_and(|n| n.parse::<u8>().is_ok_and(|n| (2..=10).contains(&n)));
    let named = key.len() <= 16 && !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric());
    // Ctrl and Alt together is AltGr, with which people type; Alt and Shift together changes the input language.
    let typed = holds.contains(&"Alt") && (holds.contains(&"Ctrl") || holds.contains(&"Shift"));
    known
        && once
        && named
        && (held || function)
        && !typed
        && !INPUT_METHODS.contains(key)
        && !BROWSERS.contains(&combination)
}

impl Keys {
    fn check(&self) -> Result<()> {
        if self.keys.len() > KEYS_MAX {
            return Err(Error::invalid("/keys", "too_many"));
        }
        let mut taken = std::collections::BTreeSet::new();
        for (name, combination) in &self.keys {
            let named = !name.is_empty()
                && name.len() <= NAME_MAX
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if !named {
                return Err(Error::invalid("/keys", "unknown"));
            }
            if combination.is_empty() {
                continue;
            }
            if !fits(combination) || !taken.insert(combination) {
                return Err(Error::new(&codes::KEYS_UNFIT).field(format!("/keys/{name}"), "unfit"));
            }
        }
        Ok(())
    }
}

async fn read(tx: &mut Tx, user: UserId) -> Result<Keys> {
    let found =
        tx.one(sql!("SELECT keys FROM own_keys WHERE user_id = $1"), args![user], |r| r.text(0)).await?;
    // What an older version kept and cannot be read any more is as if nothing were set.
    Ok(found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// One's own keys.
#[utoipa::path(get, path = "/api/v1/me/keys", tag = "conversations", operation_id = "get_my_keys",
    responses((status = 200, body = Keys)))]
async fn get(State(app): State<App>, caller: Caller) -> Answer<Json<Keys>> {
    let user = caller.user;
    let scope = caller.authorize_any(crate::permissions::READ);
    Ok(Json(app.db().read(&scope, async move |tx: &mut Tx| read(tx, user).await).await?))
}

/// Sets one's own keys, all of them. One's own keyboard is nobody else's business: it is not recorded.
#[utoipa::path(put, path = "/api/v1/me/keys", tag = "conversations", operation_id = "put_my_keys",
    request_body = Keys, responses((status = 200, body = Keys)))]
async fn put(State(app): State<App>, caller: Caller, Body(b): Body<Keys>) -> Answer<Json<Keys>> {
    b.check()?;
    let text = serde_json::to_string(&b).map_err(|e| Error::internal("keys cannot be stored").cause(e))?;
    let (user, now) = (caller.user, app.now());
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!(
                "INSERT INTO own_keys(user_id, keys, changed_at) VALUES ($1, $2, $3)
                 ON CONFLICT (user_id) DO UPDATE SET keys = excluded.keys, changed_at = excluded.changed_at"
            ),
            args![user, text, now],
        )
        .await
    };
    let scope = caller.authorize_any(crate::permissions::READ);
    app.db().write(&scope, AggregateKey::new("user", user.0), write).await?;
    Ok(Json(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_nobody_elses() {
        for good in ["Alt+KeyT", "Ctrl+KeyK", "Alt+Digit1", "Ctrl+Shift+KeyE", "F4", "Alt+ArrowDown"] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "KeyT",
            "Shift+KeyT",
            "Ctrl+Space",
            "Ctrl+KeyW",
            "Ctrl+Alt+KeyT",
            "Alt+Shift+KeyT",
            "Alt+",
            "",
            "F12",
            "Alt+Alt+KeyT",
            "Super+KeyT",
            "Ctrl+Period",
            "Alt+<b>",
        ] {
            assert!(!fits(bad), "{bad}");
        }
        let twice = [("transfer", "Alt+KeyT"), ("resolve", "Alt+KeyT")];
        let keys = twice.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert!(Keys { keys }.check().is_err());
    }
}
