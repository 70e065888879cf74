//! Conversations as staff sees them: a row of a list, and the whole.

use super::model::{Channel, Priority, Row, Status, Undo, Waiting};
use crate::joins::{ConversationMark, JoinView};
use crate::labels::DispositionView;
use crate::messages::Names;
use crate::ports::Work;
use crate::protection;
use customers::ContactBrief;
use kernel::{
    ActorKind, CategoryId, ContactId, ConversationId, InboxId, LineId, Millis, QueueId, TenantId, UserId,
};
use platform::App;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A contact, as a mark in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactMark {
    /// The contact.
    pub id: ContactId,
    /// The name.
    pub name: String,
    /// One letter or character.
    pub initial: String,
    /// A colour.
    pub color: String,
    /// How this contact likes to be addressed.
    pub salutation: Option<String>,
    /// The client's tier of the contact.
    pub tier: Option<String>,
}

/// A member of staff, as a mark.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonMark {
    /// The user.
    pub id: UserId,
    /// The name customers see.
    pub alias: String,
}

/// One line of the last message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LastView {
    /// At most 120 characters.
    pub text: String,
    /// When.
    pub at: Millis,
    /// By whom.
    pub by: ActorKind,
    /// An internal note?
    pub note: bool,
}

/// A row of a list. On the live socket the fields that differ from reader to reader (`unread`, `draft`, `mentioned`) are
/// `null`: the screen keeps its own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationRow {
    /// The conversation.
    pub id: ConversationId,
    /// The number people say.
    pub number: i64,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Where it came in.
    pub inbox: InboxId,
    /// The kind of medium.
    pub channel: Channel,
    /// With whom.
    pub contact: ContactMark,
    /// Where it stands.
    pub status: Status,
    /// Who is to act.
    pub waiting: Waiting,
    /// Since when we are waited for.
    pub waiting_since: Option<Millis>,
    /// When something is due.
    pub due_at: Option<Millis>,
    /// Who holds it.
    pub assignee: Option<PersonMark>,
    /// Its queue.
    pub queue: Option<QueueId>,
    /// How urgent.
    pub priority: Priority,
    /// What a mail said it is about.
    pub subject: Option<String>,
    /// The last message.
    pub last: Option<LastView>,
    /// Messages by the contact so far.
    pub contact_count: i64,
    /// Of these, not read by the reader.
    pub unread: Option<i64>,
    /// The reader's draft, its first 120 characters.
    pub draft: Option<String>,
    /// Was the reader mentioned and has not looked?
    pub mentioned: Option<bool>,
    /// Tags.
    pub tags: Vec<String>,
    /// What it is about.
    pub category: Option<CategoryId>,
    /// Sleeps until.
    pub snoozed_until: Option<Millis>,
    /// Its sleep ended then, and nobody has acted since.
    pub woke_at: Option<Millis>,
    /// The number of its newest message.
    pub seq: i64,
    /// Since when it waits for an agent.
    pub queued_at: Option<Millis>,
    /// Its place in the queue, from 1.
    pub place: Option<u32>,
    /// How long it will probably wait yet, in milliseconds: four of five wait no longer.
    pub estimate_ms: Option<i64>,
    /// When it began.
    pub created_at: Millis,
}

/// In whose name we answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BrandView {
    /// The client's name to its customers.
    pub name: String,
    /// The client's colour.
    pub color: String,
}

/// The page a visitor wrote from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageView {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
}

/// How often this contact came in on this line before.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct RepeatView {
    /// In the 24 hours before.
    pub within_24h: i64,
    /// In the 48 hours before.
    pub within_48h: i64,
    /// The last of these.
    pub last: Option<LastTime>,
}

/// A conversation, whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationView {
    /// What lists show.
    #[serde(flatten)]
    pub row: ConversationRow,
    /// In whose name we answer.
    pub brand: BrandView,
    /// The inbox's name.
    pub inbox_name: String,
    /// The line's name.
    pub line_name: String,
    /// The client's name.
    pub tenant_name: String,
    /// The page it was opened from.
    pub page: Option<PageView>,
    /// Who follows it.
    pub followers: Vec<PersonMark>,
    /// The record that closed it.
    pub disposition: Option<DispositionView>,
    /// Does the line ask for a disposition at the end?
    pub disposition_required: bool,
    /// How often the contact came before.
    pub repeat: RepeatView,
    /// Who has it open just now.
    pub lookers: Vec<PersonMark>,
    /// When it ended.
    pub resolved_at: Option<Millis>,
    /// When its agent got it.
    pub assigned_at: Option<Millis>,
    /// Why this agent: reason keys.
    pub why: Option<Vec<String>>,
    /// Other live conversations of the contact.
    pub other_open: i64,
    /// Up to where the contact has read.
    pub contact_read: i64,
    /// Up to where our messages reached the contact's device.
    pub contact_delivered: i64,
    /// How a reply can be taken back.
    pub undo: Undo,
    /// Over which other channels it can go on.
    pub ways: WaysView,
    /// What its client asks of screens that show it.
    pub protection: ScreenView,
    /// Where it goes on, since it was merged.
    pub merged_into: Option<ConversationMark>,
    /// From which conversation it was split.
    pub split_from: Option<ConversationMark>,
    /// What it is joined with.
    pub joins: Vec<JoinView>,
}

/// Over which channels besides its own a conversation can go on.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct WaysView {
    /// A reply may leave as a mail: the line has an inbox of mail. Of a conversation of mail itself always false.
    pub mail: bool,
    /// Of a conversation of mail: the line has a widget in which it can be offered.
    pub chat: bool,
    /// It is offered there.
    pub in_chat: bool,
}

/// What a client asks of screens, and how the reader sees personal data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScreenView {
    /// Is the screen to be marked with who looks at it?
    pub watermark: bool,
    /// Are copying, dragging and printing held back and recorded?
    pub copy_control: bool,
    /// Is personal data masked for the reader?
    pub masked: bool,
    /// Until when it is shown in full for a reason that was given, in ms since 1970.
    pub unmasked_until: Option<Millis>,
}

/// What the contact's last conversation on this line before was about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LastTime {
    /// The conversation.
    pub id: ConversationId,
    /// The number people say.
    pub number: i64,
    /// When it began, in ms since 1970.
    pub at: Millis,
    /// Its category.
    pub category: Option<CategoryId>,
    /// One line of its last message.
    pub text: String,
    /// Is it still live?
    pub open: bool,
}

/// What the reader alone knows of a row.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Messages by the contact that the reader has read.
    pub read_count: i64,
    /// The reader's draft.
    pub draft: Option<String>,
    /// Mentioned and not looked.
    pub mentioned: bool,
}

/// A mark for a contact; a nameless one where it cannot be read any more.
pub fn contact_mark(id: ContactId, c: Option<&ContactBrief>) -> ContactMark {
    match c {
        Some(c) => ContactMark {
            id,
            name: c.name.clone(),
            initial: c.initial.clone(),
            color: c.color.clone(),
            salutation: c.salutation.clone(),
            tier: c.tier.clone(),
        },
        None => ContactMark {
            id,
            name: String::new(),
            initial: "?".into(),
            color: "#7b8ba1".into(),
            salutation: None,
            tier: None,
        },
    }
}

/// A mark for a member of staff.
pub fn person_mark(names: &Names, id: UserId) -> PersonMark {
    let alias = names.directory.user(id).map(|u| u.alias.clone()).unwrap_or_default();
    PersonMark { id, alias }
}

/// A row as its reader sees it; with `own: None` as a socket's room sees it.
pub fn row_view(app: &App, names: &Names, c: &Row, own: Option<&Own>) -> ConversationRow {
    let place = c.is_queued().then(|| app.try_port::<Arc<dyn Work>>().and_then(|w| w.place(c.id))).flatten();
    let estimate_ms = place.and_then(|_| app.try_port::<Arc<dyn Work>>().and_then(|w| w.estimate_ms(c.id)));
    let said = c.contact_count > 0 || !c.last_text.is_empty();
    ConversationRow {
        id: c.id,
        number: c.number,
        tenant: c.tenant,
        line: c.line,
        inbox: c.inbox,
        channel: c.channel,
        contact: contact_mark(c.contact, names.contacts.get(&c.contact)),
        status: c.status,
        waiting: c.waiting,
        waiting_since: c.waiting_since,
        due_at: c.next_due,
        assignee: c.assignee.map(|u| person_mark(names, u)),
        queue: c.queue,
        priority: c.priority,
        subject: c.subject.clone(),
        last: said.then(|| LastView {
            text: match names.sight.is_full(c.tenant, c.line, c.id) {
                true => c.last_text.clone(),
                false => protection::masked(&c.last_text),
            },
            at: c.last_at,
            by: c.last_by,
            note: c.last_note,
        }),
        contact_count: c.contact_count,
        unread: own.map(|o| (c.contact_count - o.read_count).max(0)),
        draft: own.and_then(|o| o.draft.clone()),
        mentioned: own.map(|o| o.mentioned),
        tags: c.tags.clone(),
        category: c.category,
        snoozed_until: c.snoozed_until,
        woke_at: c.woke_at,
        seq: c.last_seq,
        queued_at: c.queued_at,
        place,
        estimate_ms,
        created_at: c.created_at,
    }
}
