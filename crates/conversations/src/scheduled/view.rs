//! How replies that wait are asked for and shown.

use super::model::{Scheduled, State};
use crate::messages::{MailHead, MailInput, Names};
use crate::protection::Sight;
use crate::threads::{PersonMark, person_mark};
use kernel::{AttachmentId, ConversationId, Millis, ScheduledId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A reply that waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScheduledView {
    /// Its id.
    pub id: ScheduledId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// By whom.
    pub author: PersonMark,
    /// The text.
    pub body: String,
    /// How many files it has.
    pub files: i64,
    /// To whom a mail goes, and about what.
    pub mail: Option<MailHead>,
    /// When it goes, in ms since 1970.
    pub due_at: Millis,
    /// The time zone in which the time was chosen.
    pub zone: String,
    /// Does it only wait for its undo time?
    pub hold: bool,
    /// Where it stands.
    pub state: State,
    /// Why it is held: an error code.
    pub reason: Option<String>,
    /// When it was written, in ms since 1970.
    pub created_at: Millis,
}

impl ScheduledView {
    /// Through these eyes.
    pub fn of(names: &Names, sight: &Sight, s: Scheduled) -> ScheduledView {
        let full = sight.is_full(s.tenant, s.line, s.conversation);
        ScheduledView {
            id: s.id,
            conversation: s.conversation,
            author: person_mark(names, s.author),
            body: if full { s.body } else { crate::protection::masked(&s.body) },
            files: s.attachments.len() as i64,
            mail: s.mail.map(|h| if full { (*h).clone() } else { h.masked() }),
            due_at: s.due_at,
            zone: s.zone,
            hold: s.hold,
            state: s.state,
            reason: s.reason,
            created_at: s.created_at,
        }
    }
}

/// What waits in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduledList {
    /// The next first.
    pub items: Vec<ScheduledView>,
    /// The time zone of the line, by its calendar, in which times are best chosen; `null` without one.
    pub zone: Option<String>,
}

/// A reply to be sent later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScheduled {
    /// The text.
    pub body: String,
    /// Files uploaded before.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
    /// When it is to go, in ms since 1970: ten seconds to ninety days ahead. Without one it waits for the author's undo
    /// time only.
    pub due_at: Option<Millis>,
    /// The time zone in which the time was chosen, such as `Asia/Shanghai`.
    pub zone: String,
    /// The newest message its author has seen.
    pub seen_seq: i64,
    /// Has its author confirmed what was found in it?
    #[serde(default)]
    pub confirmed: bool,
    /// To whom a reply by mail goes, and about what.
    pub mail: Option<MailInput>,
}

/// What to change of a reply that waits; a held one waits again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduledPatch {
    /// The text.
    pub body: Option<String>,
    /// When it is to go, in ms since 1970.
    pub due_at: Option<Millis>,
    /// The time zone in which the time was chosen.
    pub zone: Option<String>,
    /// The newest message its author has seen.
    pub seen_seq: i64,
    /// Has its author confirmed what was found in it?
    #[serde(default)]
    pub confirmed: bool,
}
