//! What a mailbox is made of, and which of it is allowed. Pure.

use kernel::{Error, InboxId, LineId, Millis, Result, TenantId};
use platform::mail::{Address, Security};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A host name or login at the most, in bytes.
const WORD_MAX: usize = 253;
/// A signature or an acknowledgement at the most, in characters.
const TEXT_MAX: usize = 4_000;
/// A certificate at the most, in bytes.
const CA_MAX: usize = 20_000;
/// Mails a minute that can be set.
pub const PER_MINUTE_MAX: i64 = 6_000;

/// How one signs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailboxLogin)]
pub enum Login {
    /// With a password.
    #[default]
    Password,
    /// With OAuth 2: a refresh token is traded for access (XOAUTH2).
    Oauth2,
}

/// A server, and how one signs in to it. The password or refresh token lies among the secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailboxEndpoint)]
pub struct Endpoint {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is guarded.
    pub security: Security,
    /// Whom to sign in as; without one nobody signs in.
    #[serde(default)]
    pub login: Option<String>,
    /// With what.
    #[serde(default)]
    pub with: Login,
    /// A certificate to trust besides the system's, as PEM.
    #[serde(default)]
    pub ca: Option<String>,
}

impl Endpoint {
    fn check(&self, field: &str) -> Result<()> {
        let name =
            |s: &str| !s.is_empty() && s.len() <= WORD_MAX && !s.chars().any(|c| c.is_control() || c == ' ');
        if !name(&self.host) {
            return Err(Error::invalid(format!("{field}/host"), "unfit"));
        }
        if self.port == 0 {
            return Err(Error::invalid(format!("{field}/port"), "unfit"));
        }
        if self.login.as_deref().is_some_and(|l| !name(l)) {
            return Err(Error::invalid(format!("{field}/login"), "unfit"));
        }
        if self.login.is_some() && self.security == Security::None {
            return Err(Error::invalid(format!("{field}/security"), "unfit"));
        }
        match &self.ca {
            Some(ca) if ca.len() > CA_MAX || !ca.contains("BEGIN CERTIFICATE") => {
                Err(Error::invalid(format!("{field}/ca"), "unfit"))
            }
            _ => Ok(()),
        }
    }
}

/// Whose word about a sender counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JudgedBy {
    /// That of the mailbox's own server where `authserv_id` says by what it is known, else ours.
    #[default]
    Auto,
    /// That of its own server alone; without `authserv_id` nobody's.
    Server,
    /// Ours; its own server's only where we cannot know.
    Hark,
}

/// Where access is had with a refresh token (RFC 6749, 6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = MailboxOauth)]
pub struct Oauth {
    /// The address that answers with access, such as `https://oauth2.googleapis.com/token`.
    pub token_url: String,
    /// The client id.
    pub client_id: String,
    /// What access is asked for, separated by spaces; may be empty.
    pub scope: String,
}

/// What can be set on a mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailboxConfig {
    /// The name customers see beside the address.
    pub from_name: String,
    /// Where its mail is fetched; without one it comes by SMTP or LMTP.
    pub imap: Option<Endpoint>,
    /// The folder that is fetched; empty is `INBOX`.
    pub folder: String,
    /// Where its mail goes out; without one through the client's server for letters, or the provider's.
    pub smtp: Option<Endpoint>,
    /// Fetch what lies in the folder already, too; else only what comes from the first look on.
    pub from_the_start: bool,
    /// For signing in with OAuth 2.
    pub oauth: Option<Oauth>,
    /// The id under which its own server writes down what it found out about a sender (`Authentication-Results`, RFC 8601);
    /// without one its word is not taken.
    pub authserv_id: Option<String>,
    /// Whose word about a sender counts.
    pub judged_by: JudgedBy,
    /// Take a sender about whom nothing is said for who they claim to be. Where the server judges senders, leave it off.
    pub believe_unproved: bool,
    /// Stands below each mail; with variables.
    pub signature: String,
    /// What somebody who begins a conversation is told at once, by itself, where no text of their language is set; empty for
    /// nothing. Their own words never stand in it.
    pub acknowledgement: String,
    /// The same for who writes Chinese.
    pub acknowledgement_zh: String,
    /// The same for who writes English.
    pub acknowledgement_en: String,
    /// Mails a minute at the most.
    pub per_minute: Option<i64>,
    /// Mails to one address in an hour at the most.
    pub address_per_hour: Option<i64>,
    /// In a day.
    pub address_per_day: Option<i64>,
}

impl MailboxConfig {
    /// Checks what an administrator set, naming the field at fault.
    pub fn check(&self) -> Result<()> {
        if let Some(e) = &self.imap {
            e.check("/config/imap")?;
            if e.login.is_none() {
                return Err(Error::invalid("/config/imap/login", "required"));
            }
        }
        if let Some(e) = &self.smtp {
            e.check("/config/smtp")?;
        }
        let short = |s: &str, max: usize| s.chars().count() <= max && !s.contains(['\0', '\r']);
        let line = |s: &str, max: usize| short(s, max) && !s.chars().any(char::is_control);
        let uses_oauth = [&self.imap, &self.smtp].into_iter().flatten().any(|e| e.with == Login::Oauth2);
        match &self.oauth {
            Some(o) if !o.token_url.starts_with("https://") || !line(&o.token_url, 500) => {
                return Err(Error::invalid("/config/oauth/token_url", "not_an_address"));
            }
            Some(o) if o.client_id.is_empty() || !line(&o.client_id, 500) || !line(&o.scope, 1_000) => {
                return Err(Error::invalid("/config/oauth/client_id", "unfit"));
            }
            None if uses_oauth => return Err(Error::invalid("/config/oauth", "required")),
            _ => {}
        }
        for (field, fits) in [
            ("/config/from_name", line(&self.from_name, 120)),
            ("/config/folder", line(&self.folder, 200)),
            (
                "/config/authserv_id",
                self.authserv_id.as_deref().is_none_or(|a| line(a, WORD_MAX) && !a.contains(' ')),
            ),
            ("/config/signature", short(&self.signature, TEXT_MAX)),
            ("/config/acknowledgement", short(&self.acknowledgement, TEXT_MAX)),
            ("/config/acknowledgement_zh", short(&self.acknowledgement_zh, TEXT_MAX)),
            ("/config/acknowledgement_en", short(&self.acknowledgement_en, TEXT_MAX)),
            (
                "/config/address_per_hour",
                self.address_per_hour.is_none_or(|n| (1..=PER_MINUTE_MAX).contains(&n)),
            ),
            (
                "/config/address_per_day",
                self.address_per_day.is_none_or(|n| (1..=PER_MINUTE_MAX).contains(&n)),
            ),
            ("/config/per_minute", self.per_minute.is_none_or(|n| (1..=PER_MINUTE_MAX).contains(&n))),
        ] {
            if !fits {
                return Err(Error::invalid(field, "unfit"));
            }
        }
        Ok(())
    }

    /// The folder that is fetched.
    pub fn folder(&self) -> &str {
        if self.folder.is_empty() { "INBOX" } else { &self.folder }
    }
}

/// A mailbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Mailbox {
    /// Its inbox.
    pub inbox: InboxId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The address customers write to.
    pub address: Address,
    /// What can be set.
    pub config: MailboxConfig,
    /// The folder's UIDVALIDITY at the last look.
    pub uid_validity: Option<i64>,
    /// The first UID not looked at yet.
    pub uid_next: Option<i64>,
    /// How often somebody took fetching over.
    pub epoch: i64,
    /// When fetching last went well.
    pub fetched_at: Option<Millis>,
    /// Since when it does not.
    pub failing_since: Option<Millis>,
    /// Why: an error code.
    pub fault: Option<String>,
    /// What the server said.
    pub answer: Option<String>,
    /// Mails of programs that were not sent since a share was used up, so far.
    pub dropped: i64,
    /// When the last of them was.
    pub dropped_at: Option<Millis>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> Endpoint {
        Endpoint {
            host: "imap.example.com".into(),
            port: 993,
            security: Security::Tls,
            login: Some("a".into()),
            with: Login::Password,
            ca: None,
        }
    }

    #[test]
    fn the_field_at_fault_is_named() {
        let fault = |c: &MailboxConfig| c.check().err().map(|e| e.fields[0].field.to_string());
        let good = MailboxConfig { imap: Some(endpoint()), ..MailboxConfig::default() };
        assert_eq!(fault(&good), None);
        let open = Endpoint { security: Security::None, ..endpoint() };
        let open = MailboxConfig { imap: Some(open), ..good.clone() };
        assert_eq!(fault(&open).as_deref(), Some("/config/imap/security"), "no password in the clear");
        let nobody = MailboxConfig { imap: Some(Endpoint { login: None, ..endpoint() }), ..good.clone() };
        assert_eq!(fault(&nobody).as_deref(), Some("/config/imap/login"));
        let oauth =
            MailboxConfig { imap: Some(Endpoint { with: Login::Oauth2, ..endpoint() }), ..good.clone() };
        assert_eq!(fault(&oauth).as_deref(), Some("/config/oauth"));
        let header = MailboxConfig { from_name: "A\r\nBcc: x@y".into(), ..good };
        assert_eq!(fault(&header).as_deref(), Some("/config/from_name"));
    }
}
