//! Everything a visitor ever sees, and the only place where it is made.

use crate::visits::FormView;
use accounts::Directory;
use conversations::messages::{
    AttachmentView, MailHead, MessageRow, MessageState, attachment_view, state_of,
};
use conversations::ports::Work;
use conversations::threads::{Row, Status};
use kernel::{ActorKind, ConversationId, MessageId, Millis, UserId};
use platform::App;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// In whose name we answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorBrand {
    /// The client's name to its customers.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// One letter or character for a mark.
    pub initial: String,
}

/// What the frame shows before anything is said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfigView {
    /// In whose name.
    pub brand: VisitorBrand,
    /// The first line, in the visitor's language.
    pub greeting: String,
    /// What is said outside the hours.
    pub offline_text: String,
    /// Is somebody there now, by the line's calendar?
    pub open: bool,
    /// When somebody is there again, where that is known.
    pub next_open_at: Option<Millis>,
    /// Languages the frame can speak.
    pub languages: Vec<&'static str>,
    /// Said while a conversation waits.
    pub queue_text: String,
    /// When what is written now is answered, where that is promised; outside the hours alone.
    pub answer_by: Option<Millis>,
    /// Asked before the next message; `null` when nothing is.
    pub form: Option<FormView>,
    /// May agents see what is being typed, if the visitor agrees?
    pub peek: bool,
}

/// What a visitor may send.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorLimits {
    /// A text, in bytes of UTF-8.
    pub body: usize,
    /// A file, in bytes.
    pub file: usize,
    /// Kinds of files.
    pub mimes: Vec<&'static str>,
}

/// Who serves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgentView {
    /// The name customers see.
    pub alias: String,
    /// One letter or character for a mark.
    pub initial: String,
    /// Signed out, while the conversation stays with them: nobody else answers meanwhile.
    pub away: bool,
}

/// The visitor's conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorConversation {
    /// Its id: another one counts its messages anew.
    pub id: ConversationId,
    /// `open` or `resolved`.
    pub status: &'static str,
    /// Who serves, once somebody does.
    pub agent: Option<AgentView>,
    /// The place in the queue, from 1, while it waits.
    pub place: Option<u32>,
    /// How long it will probably wait yet, in milliseconds: four of five wait no longer; `null` while too few were served
    /// lately to say.
    pub estimate_ms: Option<i64>,
    /// The number of its newest message, also of those that visitors do not see.
    pub last_seq: i64,
}

/// A session of the widget.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionView {
    /// To be kept, and sent as `Authorization: Visitor TOKEN`.
    pub token: String,
    /// The visitor's own id.
    pub visitor: String,
    /// `none`, `proved`, or `needed`: nothing can be read or written before the visitor is proved.
    pub identity: &'static str,
    /// What the frame shows.
    pub config: ConfigView,
    /// The conversation, if there is one.
    pub conversation: Option<VisitorConversation>,
    /// What may be sent.
    pub limits: VisitorLimits,
}

/// What happened, for a thin line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorEvent {
    /// `queued`, `joined`, `left`, `resolved` or `reopened`; `withdrawn` for a message that was taken back.
    pub kind: &'static str,
    /// The alias of whoever came or went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The place in the queue now, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
}

/// A message as its visitor sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorMessage {
    /// Its id.
    pub id: MessageId,
    /// The visitor's own id of it; `null` for others' messages.
    pub client_id: Option<String>,
    /// Its number in the conversation; there may be holes.
    pub seq: i64,
    /// `me`, `agent`, `bot` or `system`.
    pub from: &'static str,
    /// The name customers see.
    pub name: String,
    /// One letter or character for a mark.
    pub initial: String,
    /// The text.
    pub body: String,
    /// Files.
    pub attachments: Vec<AttachmentView>,
    /// When.
    pub at: Millis,
    /// How far it has come: `sent`, `delivered` or `read`.
    pub state: MessageState,
    /// What happened, for a thin line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<VisitorEvent>,
}

/// An earlier conversation of the visitor's own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PastView {
    /// Its id.
    pub id: ConversationId,
    /// `open` or `resolved`.
    pub status: &'static str,
    /// What the visitor wrote first, up to 80 characters.
    pub about: String,
    /// Is it the one that the window shows, and in which the next message is written if it may go on?
    pub current: bool,
    /// When it began.
    pub begun_at: Millis,
    /// When it was last written in.
    pub last_at: Millis,
}

/// Earlier conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PastList {
    /// The newest first.
    pub items: Vec<PastView>,
}

/// A page of the conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorPage {
    /// In order.
    pub items: Vec<VisitorMessage>,
    /// Everything up to this number has been looked at.
    pub last_seq: i64,
    /// The conversation.
    pub conversation: Option<VisitorConversation>,
}

fn place(app: &App, row: &Row) -> Option<u32> {
    row.is_queued().then(|| app.try_port::<Arc<dyn Work>>().and_then(|w| w.place(row.id))).flatten()
}

fn estimate_ms(app: &App, row: &Row) -> Option<i64> {
    row.is_queued().then(|| app.try_port::<Arc<dyn Work>>().and_then(|w| w.estimate_ms(row.id))).flatten()
}

/// Has this agent signed out? What is theirs by their queue's rule waits for them.
fn is_away(app: &App, user: UserId) -> bool {
    app.try_port::<Arc<dyn Work>>().is_some_and(|w| w.presence(user).state == "offline")
}

/// The state of a conversation. That it sleeps, or which queue it is in, is no business of visitors.
pub fn conversation(app: &App, directory: &Directory, row: &Row) -> VisitorConversation {
    let live = row.status != Status::Resolved;
    let agent = row.assignee.filter(|_| live && !row.is_queued()).and_then(|u| directory.user(u));
    VisitorConversation {
        id: row.id,
        status: if live { "open" } else { "resolved" },
        agent: agent.map(|u| AgentView {
            alias: u.alias.clone(),
            initial: u.initial.clone(),
            away: is_away(app, u.id),
        }),
        place: place(app, row),
        estimate_ms: estimate_ms(app, row),
        last_seq: row.last_seq,
    }
}

/// A message, or `None` where it is no business of visitors: notes, and what staff do among themselves.
pub fn message(app: &App, directory: &Directory, m: &MessageRow, row: &Row) -> Option<VisitorMessage> {
    if m.note || m.extras.mail.as_deref().is_some_and(|h| !is_theirs(m, h, row)) {
        return None;
    }
    let event = match &m.extras.event {
        Some((kind, data)) => Some(event(app, directory, kind, data, m, row)?),
        None if m.is_event => return None,
        None if m.extras.withdrawn.is_some() => Some(withdrawn(directory, m)),
        None => None,
    };
    let (from, name, initial) = match m.author.kind {
        _ if event.is_some() => ("system", String::new(), String::new()),
        ActorKind::Contact => ("me", String::new(), String::new()),
        ActorKind::User => match directory.user(UserId(m.author.id)) {
            Some(u) => ("agent", u.alias.clone(), u.initial.clone()),
            None => ("agent", String::new(), String::new()),
        },
        ActorKind::Bot | ActorKind::Token => ("bot", String::new(), String::new()),
        ActorKind::System => ("system", String::new(), String::new()),
    };
    let own = m.author.kind == ActorKind::Contact;
    let state = match state_of(m, row) {
        MessageState::Failed => MessageState::Sent,
        state => state,
    };
    Some(VisitorMessage {
        id: m.id,
        client_id: m.client_key.clone().filter(|_| own),
        seq: m.seq,
        from,
        name,
        initial,
        body: m.body.clone(),
        attachments: m.extras.attachments.iter().map(|a| attachment_view(app, m, a)).collect(),
        at: m.at,
        state,
        event,
    })
}

/// Is a mail for this visitor's eyes? What they wrote, and what went to an address known to be theirs. Others' mails, and ours to
/// others alone, stay among those who got them.
fn is_theirs(m: &MessageRow, head: &MailHead, row: &Row) -> bool {
    match m.author.kind {
        ActorKind::Contact => m.author.id == row.contact.0,
        _ => head.to_contact,
    }
}

/// What stands for a message that its author took back.
fn withdrawn(directory: &Directory, m: &MessageRow) -> VisitorEvent {
    let name = directory.user(UserId(m.author.id)).map(|u| u.alias.clone());
    VisitorEvent { kind: "withdrawn", name, place: None }
}

/// Which of the thread's thin lines a visitor sees, and how.
fn event(
    app: &App,
    directory: &Directory,
    kind: &str,
    data: &Value,
    m: &MessageRow,
    row: &Row,
) -> Option<VisitorEvent> {
    let alias = |v: &Value| {
        let id = v.as_str()?.parse().ok()?;
        directory.user(UserId(id)).map(|u| u.alias.clone())
    };
    let line = |kind, name| Some(VisitorEvent { kind, name, place: None });
    match kind {
        // What an agent begins is not waited for.
        "opened" if m.author.kind == ActorKind::Contact => {
            Some(VisitorEvent { kind: "queued", name: None, place: place(app, row) })
        }
        "assigned" => line("joined", Some(alias(&data["to"])?)),
        "transferred" if !data["to"]["user"].is_null() && data["waits"] != true => {
            line("joined", Some(alias(&data["to"]["user"])?))
        }
        "transferred" | "requeued" => line("left", Some(alias(&data["from"])?)),
        "resolved" => line("resolved", None),
        "reopened" => line("reopened", None),
        _ => None,
    }
}
