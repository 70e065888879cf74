//! Forwarding: one message, or the whole conversation, is sent on by mail to somebody outside. It opens a conversation with that
//! person: their answers come there, and of the customer's they read what was quoted to them.

use super::merging::Deed;
use super::model::{self, BLOCK_MAX, Back, Join, Kind};
use super::{quoting, splitting, store};
use crate::codes;
use crate::inboxes::Cache;
use crate::messages::{
    self, ATTACHMENTS_MAX, AttachmentMeta, MailHead, MailInput, MessageRow, Names, NewMessage,
};
use crate::permissions::REPLY;
use crate::protection::Sight;
use crate::scheduled::{self, Scheduled, State};
use crate::threads::{self, Channel, Numbers, Page, Row, Start, Whole};
use crate::wording::{self, Watch};
use accounts::{Caller, Directory};
use customers::{ContactBrief, HandleKind, NewContact, NewHandle};
use engines::calendar::{Calendar, CalendarSpec};
use kernel::{
    ActorKind, AggregateKey, AttachmentId, ConversationId, Error, InboxId, JobId, MessageId, Result,
    ScheduledId,
};
use platform::App;
use platform::store::Tx;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

/// Files of one mail, in bytes; the channel's own bound.
const FILES_BYTES_MAX: i64 = 20 * 1024 * 1024;
/// Where a line has no calendar, times are those of China.
const ZONE: &str = "Asia/Shanghai";

/// What is sent on, to whom, and with which words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ForwardInput {
    /// Over which inbox of mail.
    pub inbox: InboxId,
    /// To whom, at least one; the subject left out is `Fwd:` and what the conversation is about.
    pub mail: MailInput,
    /// The words above what is quoted; may be empty.
    pub body: String,
    /// Which messages, by number; left out, the whole conversation without notes.
    pub seqs: Option<Vec<i64>>,
    /// Which of their files; left out, all.
    pub files: Option<Vec<AttachmentId>>,
    /// Send it although words to be careful with, or another client's name, were found in it.
    #[serde(default)]
    pub confirmed: bool,
}

/// What is sent on, as it was read.
struct Found {
    row: Row,
    messages: Vec<MessageRow>,
    earlier: bool,
    contacts: Vec<ContactBrief>,
}

/// Only what the customer has written or read is sent on: no notes, thin lines, or what was withdrawn.
fn is_public(m: &MessageRow) -> bool {
    !m.is_event && !m.note && m.extras.withdrawn.is_none()
}

async fn found(tx: &mut Tx, id: ConversationId, seqs: Option<&[i64]>) -> Result<Found> {
    let row = threads::by_id(tx, id).await?;
    let scope = tx.scope().clone();
    let contacts = customers::brief(tx, &scope, &[row.contact]).await?;
    let (mut messages, mut earlier) = match seqs {
        Some(seqs) => (messages::by_seqs(tx, &row, seqs).await?, false),
        None => {
            let own = messages::between(tx, &row, 0, i64::MAX, BLOCK_MAX + 1, true).await?;
            let surplus = own.len() as i64 > BLOCK_MAX;
            (own, surplus)
        }
    };
    match seqs {
        Some(seqs) if messages.len() < seqs.len() || !messages.iter().all(is_public) => {
            return Err(Error::new(&codes::SPLIT_UNFIT).field("/seqs", "unfit"));
        }
        Some(_) => {}
        None => {
            messages.extend(store::behind(tx, &row, BLOCK_MAX).await?);
            messages.retain(is_public);
            messages.sort_by_key(|m| (m.at, m.id));
            let surplus = messages.len().saturating_sub(BLOCK_MAX as usize);
            earlier |= surplus > 0;
            messages.drain(..surplus);
        }
    }
    Ok(Found { row, messages, earlier, contacts })
}

/// The calendar whose clock times are read from.
fn clock(app: &App, row: &Row) -> Result<Arc<Calendar>> {
    let directory = app.port::<Arc<Directory>>();
    let own = directory.line(row.line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c));
    match own {
        Some(calendar) => Ok(calendar),
        None => Calendar::new(CalendarSpec::always(ZONE))
            .map(Arc::new)
            .map_err(|e| Error::internal("the zone of a mail").detail(e.message(kernel::Language::En))),
    }
}

/// The files that go along. Errors: `invalid` for one that is not of these messages; `conversation.forward_large`.
fn files(messages: &[MessageRow], wanted: Option<&[AttachmentId]>) -> Result<Vec<AttachmentMeta>> {
    let all: Vec<&AttachmentMeta> = messages.iter().flat_map(|m| &m.extras.attachments).collect();
    if let Some(at) = wanted.and_then(|w| w.iter().position(|id| !all.iter().any(|a| a.id == *id))) {
        return Err(Error::invalid(format!("/files/{at}"), "unknown"));
    }
    let chosen: Vec<AttachmentMeta> =
        all.into_iter().filter(|a| wanted.is_none_or(|w| w.contains(&a.id))).cloned().collect();
    if chosen.len() > ATTACHMENTS_MAX || chosen.iter().map(|a| a.size).sum::<i64>() > FILES_BYTES_MAX {
        return Err(Error::new(&codes::FORWARD_LARGE).field("/files", "too_many"));
    }
    Ok(chosen)
}

/// Everything made before the transaction.
struct Sending {
    origin: ConversationId,
    seqs: Option<Vec<i64>>,
    start: Start,
    to: NewContact,
    head: Arc<MailHead>,
    body: String,
    files: Vec<(AttachmentId, AttachmentId)>,
    ids: (MessageId, MessageId, ScheduledId, JobId),
    hold_ms: Option<i64>,
    confirmed: bool,
}

/// Sends on, and answers the new conversation. Errors: `not_found`; `invalid`; `conversation.forward_inbox`, `.forward_large`,
/// `.split_unfit`; `message.*` as for any reply.
pub(super) async fn forward(
    app: &App,
    caller: &Caller,
    id: ConversationId,
    input: ForwardInput,
) -> Result<Whole> {
    let scope = caller.authorize_any(REPLY);
    let seqs = input.seqs.as_deref().map(model::chosen).transpose()?;
    let wanted = seqs.clone();
    let read = async move |tx: &mut Tx| found(tx, id, wanted.as_deref()).await;
    let Found { row, messages, earlier, contacts } = app.db().read(&scope, read).await?;
    let inbox = app.port::<Arc<Cache>>().get(input.inbox).filter(|i| i.tenant == row.tenant);
    let inbox = (*inbox.ok_or_else(Error::not_found)?).clone();
    caller.authorize(REPLY, row.tenant, Some(inbox.line))?;
    if inbox.channel != Channel::Email || !inbox.enabled {
        return Err(Error::new(&codes::FORWARD_INBOX).field("/inbox", "unfit"));
    }
    let about = splitting::subject(input.mail.subject.clone())?;
    let mut head = input.mail.head()?;
    let first = head.to.first().cloned().ok_or_else(|| Error::invalid("/mail/to", "required"))?;
    head.subject =
        about.unwrap_or_else(|| quoting::subject(row.subject.as_deref().unwrap_or_default(), row.number));
    let chosen = files(&messages, input.files.as_deref())?;
    let names = Names::new(app, contacts).seen(Sight::of(app, caller));
    let shown: Vec<_> = messages.iter().map(|m| messages::view(app, &names, m, &row)).collect();
    let words = messages::clean(&input.body, true)?.trim().to_owned();
    head.quoted_at = u32::try_from(words.chars().count()).ok();
    let body = quoting::body(&words, &shown, caller.language, &*clock(app, &row)?, earlier);
    let made: ConversationId = app.id();
    let number = app.port::<Arc<Numbers>>().next(app, &scope, row.tenant).await?;
    let person = caller.actor.kind == ActorKind::User;
    let sending = Sending {
        origin: id,
        seqs,
        start: Start {
            id: made,
            number,
            event_id: app.id(),
            inbox,
            contact: Default::default(),
            thread: made.to_string(),
            actor: caller.actor,
            page: Page::default(),
            subject: Some(head.subject.clone()),
            now: app.now(),
        },
        to: NewContact {
            id: app.id(),
            handle_ids: vec![app.id()],
            tenant: row.tenant,
            // Nameless, they are called by what stands before the @: whole addresses are for who may see them.
            name: Some(first.name.clone())
                .filter(|n| !n.is_empty())
                .or_else(|| first.address.split('@').next().map(str::to_owned)),
            language: None,
            handles: vec![NewHandle { kind: HandleKind::Email, value: first.address, verified: false }],
            now: app.now(),
        },
        head: Arc::new(head),
        body: messages::clean(&body, true)?,
        files: chosen.iter().map(|a| (a.id, app.id())).collect(),
        ids: (app.id(), app.id(), app.id(), app.id()),
        // A person can call it back for a while, as any mail; a program sends when it sends.
        hold_ms: person.then(|| accounts::undo_ms(app, caller.user)),
        confirmed: input.confirmed,
    };
    let (deed, user) = (Deed::by(app, caller), caller.user);
    let watch = app.port::<Arc<Watch>>().clone();
    let (author, text, told) = (caller.actor, words, row.clone());
    let write = async move |tx: &mut Tx| {
        let row = send(tx, &deed, &sending, user, &watch).await?;
        tx.made(deed.join.0);
        threads::read_whole(tx, row, user).await
    };
    let done = app.db().write(&scope, AggregateKey::new("conversation", made.0), write).await;
    if done.as_ref().is_err_and(wording::is_refusal) {
        wording::note_refusal(app, &scope, &told, author, &text).await;
    }
    done
}

async fn send(tx: &mut Tx, deed: &Deed, s: &Sending, user: kernel::UserId, watch: &Watch) -> Result<Row> {
    let scope = tx.scope().clone();
    let origin = threads::by_id(tx, s.origin).await?;
    let contact = customers::find_or_enter(tx, &s.to).await?;
    let start = Start { contact, ..s.start.clone() };
    if !threads::start(tx, &scope, &start, Some(user)).await? {
        return Err(Error::new(&codes::STATE));
    }
    let row = threads::by_id(tx, start.id).await?;
    watch.refusal(&row, MailHead::own(Some(&s.head), &s.body), s.confirmed)?;
    for ids in &s.files {
        if !store::copy_file(tx, *ids, &row, deed.actor, deed.now).await? {
            return Err(Error::new(&codes::ATTACHMENT));
        }
    }
    let files: Vec<AttachmentId> = s.files.iter().map(|(_, new)| *new).collect();
    let count = s.seqs.as_ref().map(Vec::len);
    deed.lines(tx, (&origin, "forwarded"), (&row, "forwarded_from"), count).await?;
    let row = threads::by_id(tx, row.id).await?;
    match s.hold_ms {
        Some(ms) => {
            let waits = waiting(s, &row, user, files, deed.now + ms, deed.now);
            scheduled::hold_back(tx, &waits, s.ids.3, deed.actor).await?;
        }
        None => {
            messages::append(tx, &scope, &message(s, deed, files)).await?;
        }
    }
    let join = Join {
        id: deed.join,
        tenant: origin.tenant,
        line: origin.line,
        kind: Kind::Forwarded,
        holder: row.id,
        origin: origin.id,
        seqs: s.seqs.clone(),
        back: Back::default(),
        at: deed.now,
        by: deed.actor,
        undone_at: None,
    };
    store::insert(tx, &join).await?;
    deed.told(tx, (&origin, &row), "conversation.forwarded", json!({ "seqs": s.seqs })).await?;
    threads::by_id(tx, row.id).await
}

fn waiting(
    s: &Sending,
    row: &Row,
    author: kernel::UserId,
    attachments: Vec<AttachmentId>,
    due_at: i64,
    now: i64,
) -> Scheduled {
    Scheduled {
        id: s.ids.2,
        tenant: row.tenant,
        line: row.line,
        conversation: row.id,
        author,
        body: s.body.clone(),
        attachments,
        mail: Some(s.head.clone()),
        due_at,
        zone: ZONE.to_owned(),
        hold: true,
        confirmed: s.confirmed,
        seen_seq: row.last_seq,
        state: State::Pending,
        reason: None,
        message: None,
        created_at: now,
    }
}

fn message(s: &Sending, deed: &Deed, attachments: Vec<AttachmentId>) -> NewMessage {
    NewMessage {
        id: s.ids.0,
        event_id: s.ids.1,
        conversation: s.start.id,
        author: deed.actor,
        note: false,
        body: s.body.clone(),
        attachments,
        mentions: vec![],
        client_key: None,
        mail: Some(s.head.clone()),
        chat: false,
        automatic: false,
        seen_seq: None,
        now: deed.now,
    }
}
