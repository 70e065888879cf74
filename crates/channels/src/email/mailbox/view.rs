//! How mailboxes are shown and set.

use super::model::{Mailbox, MailboxConfig};
use crate::email::fetch::{Fault, Step};
use kernel::{Code, InboxId, Language, LineId, Millis, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// What is set on a mailbox, as a whole. A secret left out stays as it is.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxSet {
    /// The address customers write to.
    pub address: String,
    /// Servers, signature, words and limits.
    pub config: MailboxConfig,
    /// The password for fetching; the refresh token where one signs in with OAuth 2.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    pub imap_password: Option<Zeroizing<String>>,
    /// The same for sending. With OAuth 2 the one for fetching is good for both.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    pub smtp_password: Option<Zeroizing<String>>,
    /// The client's secret for OAuth 2, where the service gave one.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    pub oauth_client_secret: Option<Zeroizing<String>>,
}

/// Which secrets are kept. They are never shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailboxSecrets {
    /// The one for fetching.
    pub imap_password: bool,
    /// The one for sending.
    pub smtp_password: bool,
    /// The client's secret for OAuth 2.
    pub oauth_client_secret: bool,
}

/// How fetching goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailboxHealthStatus)]
pub enum HealthStatus {
    /// The last look went well.
    Ok,
    /// It did not.
    Failing,
    /// Nobody looked yet, or there is nothing to fetch from.
    Never,
}

/// What went wrong, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MailboxFault)]
pub struct FaultView {
    /// The stable code.
    pub code: String,
    /// What happened and what to do.
    pub title: String,
}

impl FaultView {
    pub(super) fn of(code: &Code, language: Language) -> FaultView {
        FaultView { code: code.code.to_owned(), title: language.pick(code.en, code.zh).to_owned() }
    }

    /// From a stored code; one that this version does not know speaks for itself.
    fn of_word(word: &str, language: Language) -> FaultView {
        let known = crate::codes::ALL.iter().chain(platform::codes::ALL).find(|c| c.code == word);
        match known {
            Some(code) => FaultView::of(code, language),
            None => FaultView { code: word.to_owned(), title: word.to_owned() },
        }
    }
}

/// How fetching goes, and why not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailboxHealth {
    /// How it goes.
    pub status: HealthStatus,
    /// Why it does not.
    pub fault: Option<FaultView>,
    /// What the server said; to be shown as text only.
    pub answer: Option<String>,
    /// Since when it does not.
    pub since: Option<Millis>,
    /// Mails of programs that were not sent since an address or the client had its share, so far.
    pub dropped: i64,
    /// When the last of them was.
    pub dropped_at: Option<Millis>,
}

/// A mailbox as administrators see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mailbox)]
pub struct MailboxView {
    /// Its inbox.
    pub inbox: InboxId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The address customers write to.
    pub address: String,
    /// What is set.
    pub config: MailboxConfig,
    /// Which secrets are kept.
    pub secrets: MailboxSecrets,
    /// How fetching goes.
    pub health: MailboxHealth,
    /// When fetching last went well.
    pub fetched_at: Option<Millis>,
    /// Mails that wait to be read.
    pub pending: i64,
    /// Mails laid aside.
    pub quarantined: i64,
}

impl MailboxView {
    pub(super) fn of(
        m: Mailbox,
        secrets: MailboxSecrets,
        (pending, quarantined): (i64, i64),
        language: Language,
    ) -> MailboxView {
        let status = match (m.failing_since, m.fetched_at) {
            (Some(_), _) => HealthStatus::Failing,
            (None, Some(_)) => HealthStatus::Ok,
            (None, None) => HealthStatus::Never,
        };
        let fault = m.fault.as_deref().map(|f| FaultView::of_word(f, language));
        let health = MailboxHealth {
            status,
            fault,
            answer: m.answer,
            since: m.failing_since,
            dropped: m.dropped,
            dropped_at: m.dropped_at,
        };
        MailboxView {
            inbox: m.inbox,
            tenant: m.tenant,
            line: m.line,
            address: m.address.as_str().to_owned(),
            config: m.config,
            secrets,
            health,
            fetched_at: m.fetched_at,
            pending,
            quarantined,
        }
    }
}

/// The mailbox of an inbox, if it has one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MailboxFound {
    /// `null` where nothing is set yet.
    pub mailbox: Option<MailboxView>,
}

/// Of what a step of a test is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailboxTestPart)]
pub enum Part {
    /// Signing in for fetching.
    Fetching,
    /// Sending the test mail.
    Sending,
    /// Its way into the mailbox.
    RoundTrip,
}

/// A step of a test.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MailboxTestStep)]
pub struct TestStepView {
    /// Of what.
    pub part: Part,
    /// Which.
    pub step: Step,
    /// Did it go well?
    pub ok: bool,
    /// How long it took, in ms; `null` for one that failed.
    pub took_ms: Option<i64>,
    /// What the server said; to be shown as text only.
    pub answer: String,
    /// What went wrong, and what to do.
    pub failure: Option<FaultView>,
    /// The folders there are, where the one wanted is missing.
    pub folders: Vec<String>,
}

impl TestStepView {
    pub(super) fn well(part: Part, step: Step, took_ms: i64, answer: String) -> TestStepView {
        TestStepView { part, step, ok: true, took_ms: Some(took_ms), answer, failure: None, folders: vec![] }
    }
    pub(super) fn failed(part: Part, f: Fault, language: Language) -> TestStepView {
        let failure = Some(FaultView::of(f.code, language));
        TestStepView {
            part,
            step: f.step,
            ok: false,
            took_ms: None,
            answer: f.answer,
            failure,
            folders: f.folders,
        }
    }
}

/// What a test came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MailboxTestResult)]
pub struct MailboxTestView {
    /// Did everything go well?
    pub ok: bool,
    /// The steps, in order.
    pub steps: Vec<TestStepView>,
    /// Under which id the mailbox's own server writes down what it found out about senders: to be taken over as
    /// `authserv_id`. `null` where the test mail bore none.
    pub authserv_id: Option<String>,
}
