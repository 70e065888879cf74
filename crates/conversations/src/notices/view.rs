//! How notices are shown.

use super::model::Notice;
use crate::messages::Names;
use crate::threads::{PersonMark, Row};
use kernel::{ActorKind, ConversationId, LineId, Millis, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Something one is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PersonalNotice)]
pub struct NoticeView {
    /// What happened, such as `mention`.
    pub kind: String,
    /// The id of what it is about; with the kind it names the notice.
    pub subject: String,
    /// Whose.
    pub tenant: Option<TenantId>,
    /// On which line.
    pub line: Option<LineId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// The number people say of the conversation.
    pub number: Option<i64>,
    /// With whom the conversation is.
    pub contact: Option<String>,
    /// Which member of staff did it.
    pub by: Option<PersonMark>,
    /// Facts, such as `reason`.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// When, in ms since 1970.
    pub at: Millis,
    /// When it was read, in ms since 1970.
    pub read_at: Option<Millis>,
}

impl NoticeView {
    pub(super) fn of(names: &Names, row: Option<&Row>, n: Notice) -> NoticeView {
        let by = (n.actor.kind == ActorKind::User).then_some(UserId(n.actor.id));
        let contact = row.and_then(|r| names.contacts.get(&r.contact)).map(|c| c.name.clone());
        NoticeView {
            kind: n.kind,
            subject: n.subject.to_string(),
            tenant: n.tenant.some(),
            line: n.line.some(),
            conversation: n.conversation.some(),
            number: row.map(|r| r.number),
            contact,
            by: by.map(|u| crate::threads::person_mark(names, u)),
            data: if n.data.is_null() { serde_json::json!({}) } else { n.data },
            at: n.at,
            read_at: n.read_at,
        }
    }
}

/// A part of one's notices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalNoticePage)]
pub struct NoticePage {
    /// The newest first.
    pub items: Vec<NoticeView>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// How many are unread.
    pub unread: i64,
}

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Only those not read.
    #[serde(default)]
    pub unread: bool,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticesRead {
    /// Everything up to this time, in ms since 1970.
    pub until: Millis,
    /// Only what is about this conversation.
    pub conversation: Option<ConversationId>,
}
