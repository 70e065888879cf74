//! How entries are asked for and shown.

use super::undo::{self, Undoable};
use kernel::{ActorKind, Language, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which entries to show, newest first.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Only this client; `0` is the provider's own series.
    pub tenant: Option<TenantId>,
    /// Only this user, contact, bot or token.
    pub actor: Option<String>,
    /// Only this action, such as `user.disabled`.
    pub action: Option<String>,
    /// Only this subject: `user` or `user:17`.
    pub subject: Option<String>,
    /// From this time on, ms since 1970.
    pub from: Option<i64>,
    /// Before this time, ms since 1970.
    pub to: Option<i64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// Who did it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditActor {
    /// The kind of party.
    pub kind: ActorKind,
    /// The id within the kind.
    pub id: String,
    /// The alias of a user, the name of a token; empty where it is not known.
    pub name: String,
}

/// What it was done to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditSubject {
    /// Such as `user`.
    pub kind: String,
    /// The id within the kind.
    pub id: String,
}

/// One entry of the record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its id.
    pub id: String,
    /// When, ms since 1970.
    pub at: i64,
    /// Whose series, `0` for the provider's own.
    pub tenant: TenantId,
    /// Who did it.
    pub actor: AuditActor,
    /// Such as `user.disabled` or `contact.unmasked`.
    pub action: String,
    /// What it was done to.
    pub subject: AuditSubject,
    /// What it was.
    pub before: Option<Value>,
    /// What it is.
    pub after: Option<Value>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// From where.
    pub ip: Option<String>,
    /// Is it a change of a setting that can be undone?
    pub undoable: bool,
    /// The entry that this one undid.
    pub undoes: Option<String>,
}

impl AuditEntry {
    pub(super) fn of(
        e: super::chain::Entry,
        all: Option<&Undoable>,
        name: impl Fn(ActorKind, i64) -> String,
    ) -> AuditEntry {
        let kind = ActorKind::from_code(e.actor_kind);
        let mut fact: Value =
            e.fact.as_deref().and_then(|f| serde_json::from_str(f).ok()).unwrap_or(Value::Null);
        let mut part = |k: &str| fact.get_mut(k).map(Value::take);
        let undoable = undo::can_be(all, &e);
        let reason = part("reason").and_then(|r| r.as_str().map(str::to_owned));
        let undoes = reason.as_deref().and_then(|r| r.strip_prefix(undo::REASON)).map(str::to_owned);
        AuditEntry {
            undoable,
            reason: reason.filter(|_| undoes.is_none()),
            undoes,
            id: e.id.to_string(),
            at: e.at,
            tenant: e.tenant,
            actor: AuditActor { kind, id: e.actor_id.to_string(), name: name(kind, e.actor_id) },
            action: e.action,
            subject: AuditSubject { kind: e.subject_kind, id: e.subject_id.to_string() },
            before: part("before"),
            after: part("after"),
            ip: e.ip,
        }
    }

    pub(super) fn system_name(language: Language) -> &'static str {
        language.pick("System", "系统")
    }
}
