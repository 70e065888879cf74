//! Secrets of sessions and links, cookies, and a person's own settings. Pure but for chance.

use super::access::{SESSION_MS, cookie_name};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Error, Result};
use platform::App;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A person's layout at the most, in bytes of JSON.
const LAYOUT_MAX: usize = 16 * 1024;

/// 256 random bits as text.
pub(crate) fn new_secret(app: &App) -> String {
    let mut bytes = [0; 32];
    app.rng().fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The header that gives a browser its session.
pub(super) fn cookie(secret: &str, secure: bool) -> String {
    let (name, tls) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{tls}", SESSION_MS / 1000)
}

/// The header that takes it away.
pub(super) fn no_cookie(secure: bool) -> String {
    let (name, tls) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{tls}")
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// As the system.
    #[default]
    System,
}

/// How large letters are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// As designed.
    #[default]
    Normal,
    /// Larger letters.
    Large,
}

/// Which key sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendKey {
    /// Enter sends, Shift+Enter begins a line.
    #[default]
    Enter,
    /// Ctrl+Enter sends.
    CtrlEnter,
}

/// Seconds for which a reply that cannot be called back waits before it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoSeconds(pub u32);

impl Default for UndoSeconds {
    fn default() -> UndoSeconds {
        UndoSeconds(5)
    }
}

/// The longest that a reply waits to be taken back.
pub const UNDO_S_MAX: u32 = 60;
/// Kinds of notices that a person can set at the most.
pub const NOTICE_KINDS_MAX: usize = 40;

/// The name of a kind of notice at the most, in bytes.
pub const NOTICE_KIND_LENGTH_MAX: usize = 40;

/// How a person is told of one kind of notice, besides in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HowTold {
    /// By a notice of the computer, when the desk is not in front.
    pub desktop: bool,
    /// By a sound.
    pub sound: bool,
}

/// What a person has chosen for their screen, as stored. The language stands with the user.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Screen {
    pub theme: Theme,
    pub density: Density,
    pub send_key: SendKey,
    pub undo_s: UndoSeconds,
    pub notices: BTreeMap<String, HowTold>,
    pub mail_when_away: bool,
    pub mail_signature: String,
    pub layout: serde_json::Map<String, serde_json::Value>,
}

impl Screen {
    /// From what is stored; what cannot be read is as designed.
    pub fn of(stored: &serde_json::Value) -> Screen {
        serde_json::from_value(stored.clone()).unwrap_or_default()
    }

    /// As it is stored. Error: `too_long` for a layout beyond 16 KiB.
    pub fn text(&self) -> Result<String> {
        let text = serde_json::to_string(self).map_err(|e| Error::internal("settings").cause(e))?;
        if text.len() > LAYOUT_MAX { Err(Error::invalid("/layout", "too_long")) } else { Ok(text) }
    }
}

/// What stands below one's own mails at the most, in characters.
pub(super) const SIGNATURE_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_bound_to_the_host() {
        assert_eq!(
            cookie("abc", true),
            "__Host-hark=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure"
        );
        assert_eq!(no_cookie(false), "hark_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn settings_survive_a_version_that_knows_less() {
        let stored = serde_json::json!({"theme": "dark", "new_thing": 1});
        assert_eq!(Screen::of(&stored).theme, Theme::Dark);
        assert_eq!(Screen::of(&serde_json::json!({"theme": "pink"})), Screen::default());
    }
}
