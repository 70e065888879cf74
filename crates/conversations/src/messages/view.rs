//! Messages as staff and visitors see them.

use super::head::MailHead;
use super::model::{AttachmentMeta, MessageRow};
use crate::protection::{self, Sight};
use crate::threads::Row;
use accounts::Directory;
use customers::{ContactBrief, HandleKind, mask};
use kernel::{ActorKind, AttachmentId, ContactId, ConversationId, MessageId, Millis, UserId};
use platform::App;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Who wrote.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthorView {
    /// The kind of party.
    pub kind: ActorKind,
    /// Its id, `null` for the system.
    pub id: Option<String>,
    /// The alias of staff, the name of a contact.
    pub name: String,
    /// One letter or character for a mark.
    pub initial: String,
    /// A colour for a mark.
    pub color: String,
}

/// A file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentView {
    /// The attachment.
    pub id: AttachmentId,
    /// Its name; shown as text only.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// In bytes.
    pub size: i64,
    /// Of a picture, in pixels.
    pub width: Option<i64>,
    /// Of a picture, in pixels.
    pub height: Option<i64>,
    /// Where it can be had for a while; on the files' origin.
    pub url: String,
    /// A smaller picture.
    pub preview_url: Option<String>,
}

/// What happened, for a thin line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    /// Such as `assigned`.
    pub kind: String,
    /// Facts for its words; ids come with `*_name` beside them.
    pub data: serde_json::Value,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is kept.
    Sent,
    /// It reached the other side's device.
    Delivered,
    /// The other side has read it.
    Read,
    /// It could not be delivered.
    Failed,
}

/// Someone named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Mentioned {
    /// The user.
    pub id: UserId,
    /// The alias.
    pub alias: String,
}

/// That a note was whispered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhisperTo {
    /// To whom.
    pub to: Mentioned,
    /// Is what it says kept from the reader? It is for its addressee, its author and who helps; live screens never hold it.
    pub hidden: bool,
}

/// A message as staff sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// The sender's own id.
    pub client_id: Option<String>,
    /// Where.
    pub conversation: ConversationId,
    /// Its number, from 1.
    pub seq: i64,
    /// `text` or `event`.
    pub kind: &'static str,
    /// `reply` or `note`.
    pub mode: &'static str,
    /// By whom.
    pub author: AuthorView,
    /// The text.
    pub body: String,
    /// Files.
    pub attachments: Vec<AttachmentView>,
    /// Colleagues mentioned.
    pub mentions: Vec<Mentioned>,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed: an error code.
    pub failure: Option<String>,
    /// When its author took it back; text and files are gone then.
    pub withdrawn_at: Option<Millis>,
    /// Of a note that was whispered: to whom.
    pub whisper: Option<WhisperTo>,
    /// When.
    pub at: Millis,
    /// The head of a mail.
    pub mail: Option<MailHead>,
    /// Ours, of a conversation of mail, that went to the widget.
    pub chat: bool,
    /// What happened, for a thin line.
    pub event: Option<EventView>,
}

/// Names for rendering: staff from the directory, contacts as read for this page.
pub struct Names {
    /// Staff, clients, lines.
    pub directory: Arc<Directory>,
    /// Contacts by id.
    pub contacts: HashMap<ContactId, ContactBrief>,
    /// Through whose eyes; in full unless said otherwise.
    pub sight: Sight,
}

impl Names {
    /// With the contacts read for this page.
    pub fn new(app: &App, contacts: impl IntoIterator<Item = ContactBrief>) -> Names {
        let directory = app.port::<Arc<Directory>>().clone();
        let contacts = contacts.into_iter().map(|c| (c.id, c)).collect();
        Names { directory, contacts, sight: Sight::Full }
    }

    /// The same through somebody's eyes.
    pub fn seen(self, sight: Sight) -> Names {
        Names { sight, ..self }
    }

    fn author(&self, m: &MessageRow) -> AuthorView {
        let id = (m.author.id != 0).then(|| m.author.id.to_string());
        let (name, initial, color) = match m.author.kind {
            ActorKind::User => match self.directory.user(UserId(m.author.id)) {
                Some(u) => (u.alias.clone(), u.initial.clone(), u.color.to_string()),
                None => (String::new(), "?".into(), "#7b8ba1".into()),
            },
            ActorKind::Contact => match self.contacts.get(&ContactId(m.author.id)) {
                Some(c) => (c.name.clone(), c.initial.clone(), c.color.clone()),
                None => self.by_mail(m),
            },
            _ => (String::new(), String::new(), String::new()),
        };
        AuthorView { kind: m.author.kind, id, name, initial, color }
    }

    /// Somebody who takes part by mail and is not the conversation's contact: as their mail names them.
    fn by_mail(&self, m: &MessageRow) -> (String, String, String) {
        let from = m.extras.mail.as_ref().and_then(|h| h.from.as_ref());
        let shown = from.map_or("", |p| if p.name.is_empty() { p.address.as_str() } else { p.name.as_str() });
        let initial = shown.chars().find(|c| c.is_alphanumeric()).map_or("?".into(), |c| c.to_string());
        // An address is shown as one: to who may see it, in the head of the mail.
        let name = if shown.contains('@') { mask(HandleKind::Email, shown) } else { shown.to_owned() };
        (name, initial.to_uppercase(), "#7b8ba1".into())
    }

    /// Adds names beside the ids that a thin line speaks of.
    fn event(&self, kind: &str, data: &serde_json::Value) -> EventView {
        let mut data = data.clone();
        let name = |v: &serde_json::Value| {
            let id = v.as_str()?.parse::<i64>().ok()?;
            self.directory.user(UserId(id)).map(|u| serde_json::json!(u.alias))
        };
        let found: Vec<_> = ["from", "to", "by"]
            .iter()
            .filter_map(|k| {
                let v = &data[*k];
                let v = if v.is_object() { &v["user"] } else { v };
                name(v).map(|n| (format!("{k}_name"), n))
            })
            .collect();
        let team = data["to"]["team"].as_str().and_then(|id| id.parse().ok()).map(kernel::TeamId);
        let team = team.and_then(|id| self.directory.team_name(id));
        if let serde_json::Value::Object(o) = &mut data {
            o.extend(found);
            o.extend(team.map(|name| ("to_name".to_owned(), serde_json::json!(name))));
        }
        EventView { kind: kind.to_owned(), data }
    }
}

/// A file with an address that works for a while.
pub fn attachment_view(app: &App, m: &MessageRow, a: &AttachmentMeta) -> AttachmentView {
    let sign = |hash: &str, mime: &str| crate::attachments::signed_url(app, m.tenant, hash, &a.name, mime);
    AttachmentView {
        id: a.id,
        name: a.name.clone(),
        mime: a.mime.clone(),
        size: a.size,
        width: a.width,
        height: a.height,
        url: sign(&a.hash, &a.mime),
        preview_url: a.preview.as_deref().map(|p| sign(p, "image/png")),
    }
}

/// How far a message has come, from its conversation's marks.
pub fn state_of(m: &MessageRow, row: &Row) -> MessageState {
    let (delivered, read) = match m.author.kind {
        ActorKind::Contact => (m.seq, row.staff_read),
        _ => (row.contact_delivered, row.contact_read),
    };
    match () {
        () if m.failure.is_some() => MessageState::Failed,
        () if m.note || m.is_event => MessageState::Sent,
        () if m.seq <= read => MessageState::Read,
        () if m.seq <= delivered && m.author.kind != ActorKind::Contact => MessageState::Delivered,
        () => MessageState::Sent,
    }
}

/// A message as staff sees it.
pub fn view(app: &App, names: &Names, m: &MessageRow, row: &Row) -> MessageView {
    let mentioned = |u: &UserId| {
        let alias = names.directory.user(*u).map(|n| n.alias.clone()).unwrap_or_default();
        Mentioned { id: *u, alias }
    };
    let full = names.sight.is_full(row.tenant, row.line, row.id);
    let mut event = m.extras.event.as_ref().map(|(k, d)| names.event(k, d));
    if let Some(e) = event.as_mut().filter(|_| !full) {
        protection::masked_facts(&mut e.data);
    }
    let whisper = m.extras.whisper.map(|to| WhisperTo {
        to: mentioned(&to),
        hidden: !names.sight.hears(&[UserId(m.author.id), to], row.tenant, row.line),
    });
    let kept = whisper.as_ref().is_some_and(|w| w.hidden);
    let body = match () {
        () if kept => String::new(),
        () if full => m.body.clone(),
        () => protection::masked(&m.body),
    };
    MessageView {
        id: m.id,
        client_id: m.client_key.clone(),
        conversation: m.conversation,
        seq: m.seq,
        kind: if m.is_event { "event" } else { "text" },
        mode: if m.note { "note" } else { "reply" },
        author: names.author(m),
        body,
        attachments: m.extras.attachments.iter().map(|a| attachment_view(app, m, a)).collect(),
        mentions: m.extras.mentions.iter().map(mentioned).collect(),
        state: state_of(m, row),
        failure: m.failure.clone(),
        withdrawn_at: m.extras.withdrawn,
        whisper,
        at: m.at,
        chat: m.extras.chat,
        mail: m.extras.mail.as_ref().map(|h| if full { (**h).clone() } else { h.masked() }),
        event,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Extras;
    use crate::threads::sample_row;
    use kernel::{Actor, TenantId};

    fn message(seq: i64, author: Actor) -> MessageRow {
        MessageRow {
            id: MessageId(seq),
            tenant: TenantId(1),
            conversation: ConversationId(1),
            seq,
            is_event: false,
            note: false,
            author,
            body: "x".into(),
            extras: Extras::default(),
            client_key: None,
            failure: None,
            at: 0,
        }
    }

    #[test]
    fn a_reply_is_sent_then_delivered_then_read() {
        let mut row = sample_row();
        let m = message(4, Actor::user(UserId(1)));
        assert_eq!(state_of(&m, &row), MessageState::Sent);
        row.contact_delivered = 4;
        assert_eq!(state_of(&m, &row), MessageState::Delivered);
        row.contact_read = 5;
        assert_eq!(state_of(&m, &row), MessageState::Read);
    }

    #[test]
    fn a_contacts_message_is_read_when_staff_has_read_it() {
        let mut row = sample_row();
        row.contact_read = 9;
        let m = message(4, Actor::contact(ContactId(1)));
        assert_eq!(state_of(&m, &row), MessageState::Sent);
        row.staff_read = 4;
        assert_eq!(state_of(&m, &row), MessageState::Read);
    }
}
