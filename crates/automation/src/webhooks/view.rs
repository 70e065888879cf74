//! Webhooks and deliveries as administrators see them.

use super::explain::Outcome;
use super::model::{Delivery, Status, Webhook};
use crate::codes;
use kernel::{DeliveryId, Language, Millis, TenantId, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

/// A webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    pub id: WebhookId,
    /// The client.
    pub tenant: TenantId,
    /// Where to.
    pub url: String,
    /// What it listens to; `*` is everything but notes.
    pub kinds: Vec<String>,
    /// Is anything sent?
    pub enabled: bool,
    /// Why it was switched off by itself: `failing` or `gone`.
    pub stopped: Option<String>,
    /// Since when nothing has come through.
    pub failing_since: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
}

impl From<Webhook> for WebhookView {
    fn from(w: Webhook) -> WebhookView {
        WebhookView {
            id: w.id,
            tenant: w.tenant,
            url: w.url,
            kinds: w.kinds,
            enabled: w.enabled,
            stopped: w.stopped,
            failing_since: w.failing_since,
            created_at: w.created_at,
        }
    }
}

/// A new webhook, with its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookMade {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// Shown once: `whsec_` and base64, as Standard Webhooks has it.
    pub secret: String,
}

/// A webhook's new secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookSecret {
    /// Shown once: `whsec_` and base64, as Standard Webhooks has it.
    pub secret: String,
    /// Until when everything is signed with the secret before as well, ms since 1970.
    pub before_until: Millis,
}

/// What can be listened to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KindView {
    /// The kind.
    pub kind: &'static str,
    /// What it says, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// What went wrong, in the reader's language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FaultView {
    /// The stable code.
    pub code: String,
    /// What happened and what to do.
    pub title: String,
}

fn fault(code: &str, language: Language) -> FaultView {
    let title = codes::by_name(code).map_or("", |c| language.pick(c.en, c.zh));
    FaultView { code: code.to_owned(), title: title.to_owned() }
}

/// A delivery.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Its id; the `webhook-id` at every try.
    pub id: DeliveryId,
    /// What happened.
    pub kind: String,
    /// The conversation it happened in.
    pub conversation: Option<String>,
    /// When it happened.
    pub happened_at: Millis,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// The last try.
    pub tried_at: Option<Millis>,
    /// How long it took.
    pub took_ms: Option<i64>,
    /// The receiver's status.
    pub response_code: Option<i64>,
    /// The beginning of the receiver's answer; to be shown as text only.
    pub response: Option<String>,
    /// What went wrong.
    pub failure: Option<FaultView>,
}

impl DeliveryView {
    /// For a reader of this language.
    pub fn of(d: Delivery, language: Language) -> DeliveryView {
        DeliveryView {
            id: d.id,
            kind: d.kind,
            conversation: (d.conversation != 0).then(|| d.conversation.to_string()),
            happened_at: d.happened_at,
            status: d.status,
            attempts: d.attempts,
            next_at: d.next_at,
            tried_at: d.tried_at,
            took_ms: d.took_ms,
            response_code: d.code,
            response: d.response,
            failure: d.fault.as_deref().map(|f| fault(f, language)),
        }
    }
}

/// What a test came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TestView {
    /// Did the receiver answer with 2xx?
    pub ok: bool,
    /// How long it took.
    pub took_ms: i64,
    /// The receiver's status.
    pub response_code: Option<u16>,
    /// The beginning of the receiver's answer; to be shown as text only.
    pub response: String,
    /// What went wrong, and what to do.
    pub failure: Option<FaultView>,
}

impl TestView {
    /// For a reader of this language.
    pub fn of(o: &Outcome, took_ms: i64, language: Language) -> TestView {
        TestView {
            ok: o.fault.is_none(),
            took_ms,
            response_code: o.status,
            response: o.response.clone(),
            failure: o.fault.map(|f| fault(f.code, language)),
        }
    }
}
