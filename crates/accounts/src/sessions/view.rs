//! How sign-in and one's own account are asked for and shown.

use super::model::{Density, HowTold, SendKey, Theme};
use crate::users::UserView;
use futures_util::future::BoxFuture;
use kernel::{Language, LineId, Result, SessionId, TenantId, UserId};
use platform::App;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Login and password, and the code where one is asked for.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// Six digits of the authenticator, or a recovery code.
    pub code: Option<String>,
}

/// A new password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present one.
    pub current: String,
    /// The new one: at least 10 characters, at most 1,024 bytes.
    pub next: String,
}

/// One of somebody's sessions.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// Is it the one that asks?
    pub current: bool,
    /// When it began, ms since 1970.
    pub created_at: i64,
    /// When it was last seen, to five minutes, ms since 1970.
    pub seen_at: i64,
    /// From where it began.
    pub ip: String,
    /// The browser, as it names itself.
    pub agent: String,
}

/// A seed for an authenticator, shown once.
#[derive(Clone, Serialize, ToSchema)]
pub struct TotpSecret {
    /// In base32, to be typed.
    pub secret: String,
    /// `otpauth://…`, as the picture holds it.
    pub uri: String,
    /// The QR code: the path of a picture, one unit a module, margin included.
    pub qr_path: String,
    /// Its side in units.
    pub qr_side: i32,
}

/// The first code of an authenticator.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    /// Six digits.
    pub code: String,
}

/// Codes that each work once instead of the authenticator's, shown once.
#[derive(Clone, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes.
    pub recovery_codes: Vec<String>,
}

/// The password, to confirm.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordProof {
    /// The present one.
    pub password: String,
}

/// The secret of a one-time link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkProof {
    /// What stands behind `#` in the link.
    pub token: String,
}

/// Whom a one-time link is for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LinkView {
    /// `invite` or `reset`.
    pub kind: String,
    /// The login.
    pub login: String,
    /// The legal name.
    pub name: String,
}

/// A password chosen by a one-time link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkUse {
    /// What stands behind `#` in the link.
    pub token: String,
    /// At least 10 characters, at most 1,024 bytes.
    pub password: String,
}

/// What an agent is doing. Routing knows; accounts only shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Presence)]
pub struct PresenceView {
    /// `ready`, `serving`, `wrap_up`, `break`, `busy`, `training`, `meeting` or `offline`.
    pub state: String,
    /// The kind of break.
    pub kind: Option<String>,
    /// Since when, ms since 1970.
    pub since: i64,
    /// Work under way.
    pub load: i64,
    /// Work that may be under way at once.
    pub capacity: i64,
}

/// Where a person's presence comes from: a port, `Arc<dyn PresenceSource>`, which routing provides. Without it
/// everybody is offline.
pub trait PresenceSource: Send + Sync + 'static {
    /// What this user is doing now.
    fn presence<'a>(&'a self, app: &'a App, user: UserId) -> BoxFuture<'a, Result<PresenceView>>;
}

/// A client within reach.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyTenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// The colour of its mark.
    pub mark_color: String,
    /// The first letter of its name.
    pub initial: String,
}

/// A line within reach.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyLine {
    /// Its id.
    pub id: LineId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
}

/// What one holds, to decide what a screen offers. The server decides anew at every request.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct MyPermissions {
    /// Held over everything.
    pub provider: Vec<String>,
    /// Held for whole clients, by client.
    pub tenants: BTreeMap<String, Vec<String>>,
    /// Held for lines, by line.
    pub lines: BTreeMap<String, Vec<String>>,
}

/// What one has chosen for one's screen.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MySettings {
    /// The language of the interface.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// How large letters are.
    pub density: Density,
    /// Which key sends.
    pub send_key: SendKey,
    /// For how many seconds a reply that cannot be called back waits before it goes.
    pub undo_s: u32,
    /// How one is told of notices, by kind; a kind that is not there as designed.
    pub notices: BTreeMap<String, HowTold>,
    /// Is one told by mail of one's conversations while away from the desk?
    pub mail_when_away: bool,
    /// What stands below one's own mails, before the inbox's signature; with variables.
    pub mail_signature: String,
    /// Widths and the like, as the desk keeps them.
    #[schema(value_type = Object)]
    pub layout: serde_json::Value,
}

/// What to change of one's screen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsPatch {
    /// The language of the interface.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Option<Theme>,
    /// How large letters are.
    pub density: Option<Density>,
    /// Which key sends.
    pub send_key: Option<SendKey>,
    /// For how many seconds a reply that cannot be called back waits before it goes, 0 to 60.
    pub undo_s: Option<u32>,
    /// How one is told of notices, by kind, at most 40; replaces what is kept.
    pub notices: Option<BTreeMap<String, HowTold>>,
    /// Whether one is told by mail of one's conversations while away from the desk.
    pub mail_when_away: Option<bool>,
    /// What stands below one's own mails, at most 2,000 characters; empty for the inbox's signature.
    pub mail_signature: Option<String>,
    /// Widths and the like, at most 16 KiB; replaces what is kept.
    #[schema(value_type = Option<Object>)]
    pub layout: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The addresses of the three origins.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Origins {
    /// The desk.
    pub desk: String,
    /// The widget and the API inbox.
    pub public: String,
    /// Attachments.
    pub files: String,
}

/// Oneself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Me {
    /// The account.
    pub user: UserView,
    /// The clients within reach.
    pub tenants: Vec<MyTenant>,
    /// The lines within reach.
    pub lines: Vec<MyLine>,
    /// What one holds.
    pub permissions: MyPermissions,
    /// What one has chosen.
    pub settings: MySettings,
    /// What one is doing.
    pub presence: PresenceView,
    /// Are screens marked with who looks at them?
    pub watermark: bool,
    /// The three origins.
    pub origins: Origins,
    /// The server's time, ms since 1970.
    pub now: i64,
}

/// Somebody who forgot their password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// The login, or the address of mail.
    pub login: String,
}
