//! How outgoing mail is asked for and shown.

use kernel::{Code, Language, LetterId, Millis, TenantId};
use platform::mail::{Failure, LetterRow, Security, ServerRow, Status, Step, Taken};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whose settings.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// The client; left out for the provider.
    pub tenant: Option<TenantId>,
}

/// Where mail goes out.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MailServer)]
pub struct MailServerView {
    /// The client; `null` for the provider.
    pub tenant: Option<TenantId>,
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is guarded.
    pub security: Security,
    /// What to sign in with.
    pub login: Option<String>,
    /// Is a password kept?
    pub has_password: bool,
    /// The name that readers see.
    pub from_name: String,
    /// The address that readers see.
    pub from_address: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// A certificate to trust besides the system's, as PEM.
    pub ca: Option<String>,
    /// Letters a minute at the most.
    pub per_minute: i64,
    /// Is anything sent?
    pub enabled: bool,
}

impl MailServerView {
    pub(super) fn of(s: ServerRow, has_password: bool) -> MailServerView {
        MailServerView {
            tenant: s.tenant.some(),
            host: s.host,
            port: s.port,
            security: s.security,
            login: s.login,
            has_password,
            from_name: s.from_name,
            from_address: s.from.to_string(),
            reply_to: s.reply_to.map(|a| a.to_string()),
            ca: s.ca,
            per_minute: s.per_minute,
            enabled: s.enabled,
        }
    }
}

/// The settings there are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct MailServerFound {
    /// `null` where none are set: a client's letters then go through the provider's server.
    pub server: Option<MailServerView>,
}

/// Where mail is to go out, as a whole.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MailServerSet {
    /// The client; left out for the provider.
    pub tenant: Option<TenantId>,
    /// Host name, up to 253 bytes.
    pub host: String,
    /// Port, 1 to 65535.
    pub port: u16,
    /// How the connection is guarded.
    pub security: Security,
    /// What to sign in with; empty for without.
    pub login: Option<String>,
    /// Its password; left out, the one kept stays.
    pub password: Option<String>,
    /// The name that readers see, up to 80 characters.
    pub from_name: String,
    /// The address that readers see.
    pub from_address: String,
    /// Where answers go; empty for the same address.
    pub reply_to: Option<String>,
    /// A certificate to trust besides the system's, as PEM.
    pub ca: Option<String>,
    /// Letters a minute at the most, 1 to 6,000; 60 if left out.
    pub per_minute: Option<i64>,
    /// Is anything sent?
    pub enabled: bool,
}

/// Whom a test letter goes to.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MailTest {
    /// The client; left out for the provider.
    pub tenant: Option<TenantId>,
    /// An address of your own.
    pub to: String,
}

/// What went wrong, in the reader's language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailFault {
    /// The stable code.
    pub code: String,
    /// What happened and what to do.
    pub title: String,
}

pub(super) fn fault_of(code: &Code, language: Language) -> MailFault {
    MailFault { code: code.code.to_owned(), title: language.pick(code.en, code.zh).to_owned() }
}

/// A step of a test.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailStepView {
    /// Which.
    pub step: Step,
    /// Did it go well?
    pub ok: bool,
    /// How long it took, in ms; `null` for the one that failed.
    pub took_ms: Option<i64>,
    /// What the server said; to be shown as text only.
    pub answer: String,
}

/// What a test came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MailTestResult)]
pub struct MailTestView {
    /// Did the server take the letter?
    pub ok: bool,
    /// The steps, in order; the last may be the one that failed.
    pub steps: Vec<MailStepView>,
    /// What went wrong, and what to do.
    pub failure: Option<MailFault>,
}

impl MailTestView {
    pub(super) fn of(taken: Vec<Taken>, failure: Option<Failure>, language: Language) -> MailTestView {
        let went_well =
            |t: Taken| MailStepView { step: t.step, ok: true, took_ms: Some(t.took_ms), answer: t.answer };
        let mut steps: Vec<MailStepView> = taken.into_iter().map(went_well).collect();
        if let Some(f) = &failure {
            steps.push(MailStepView { step: f.step, ok: false, took_ms: None, answer: f.answer.clone() });
        }
        let failure = failure.map(|f| fault_of(f.code, language));
        MailTestView { ok: failure.is_none(), steps, failure }
    }
}

/// Which letters to show.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LetterQuery {
    /// Only this client's.
    pub tenant: Option<TenantId>,
    /// Only those in this state.
    pub status: Option<Status>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// A letter, without its words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Letter)]
pub struct LetterView {
    /// Its id.
    pub id: LetterId,
    /// The client; `null` for the provider's own.
    pub tenant: Option<TenantId>,
    /// What it is for.
    pub kind: String,
    /// Enough of the address to recognise it by.
    pub to_hint: String,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// The last try.
    pub tried_at: Option<Millis>,
    /// What went wrong, and what to do.
    pub failure: Option<MailFault>,
    /// What the server said; to be shown as text only.
    pub answer: Option<String>,
    /// When it was written.
    pub created_at: Millis,
}

impl LetterView {
    pub(super) fn of(l: LetterRow, language: Language) -> LetterView {
        let known = |name: &str| platform::codes::ALL.iter().copied().find(|c| c.code == name);
        LetterView {
            id: l.id,
            tenant: l.tenant.some(),
            kind: l.kind,
            to_hint: l.to_hint,
            status: l.status,
            attempts: l.attempts,
            next_at: l.next_at,
            tried_at: l.tried_at,
            failure: l.fault.as_deref().and_then(known).map(|c| fault_of(c, language)),
            answer: l.answer,
            created_at: l.created_at,
        }
    }
}
