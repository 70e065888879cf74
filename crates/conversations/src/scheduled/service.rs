//! Use cases of replies that wait.

use super::model::{self, OF_AUTHOR_MAX, Scheduled, State, WAITING_MAX};
use super::view::{NewScheduled, ScheduledPatch};
use super::{jobs, store};
use crate::inboxes::Cache;
use crate::messages::{self, ATTACHMENTS_MAX, MailHead, MailInput, NewMessage};
use crate::permissions::REPLY;
use crate::threads::{self, HandOver, Row, Status};
use crate::ways;
use crate::wording::Watch;
use crate::{codes, drafts};
use accounts::audit::{Change, record};
use accounts::{Caller, Directory};
use kernel::{
    Actor, AggregateKey, ConversationId, Error, Event, JobId, Kind, MessageId, Millis, Result, ScheduledId,
    TenantScope,
};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Who changes what and with which ids, made before the transaction.
struct Deed {
    audit: i64,
    job: JobId,
    actor: Actor,
    at: Millis,
    ip: std::net::IpAddr,
}

impl Deed {
    fn by(app: &App, caller: &Caller) -> Deed {
        Deed { audit: app.id(), job: app.id(), actor: caller.actor, at: app.now(), ip: caller.info.ip }
    }

    /// Writes the reply, its timer and the record.
    async fn done(&self, tx: &mut Tx, s: &Scheduled, action: &'static str) -> Result<()> {
        store::put(tx, s, self.at).await?;
        match s.state {
            State::Pending => tx.enqueue(&jobs::timer(self.job, s)).await?,
            _ => tx.cancel_job(&jobs::key(s.id)).await?,
        }
        let change = Change {
            tenant: s.tenant,
            actor: self.actor,
            action,
            subject: ("scheduled", s.id.0),
            before: None,
            after: Some(json!({ "conversation": s.conversation, "due_at": s.due_at, "hold": s.hold,
                "characters": s.body.chars().count() })),
            reason: None,
            ip: Some(self.ip),
        };
        // What waits some seconds to be taken back is recorded once it is a message.
        if !s.hold {
            record(tx, self.audit, self.at, &change).await?;
        }
        tell(tx, s, self.actor, self.at, "scheduled.changed");
        Ok(())
    }
}

/// Tells the log where a reply stands.
fn tell(tx: &mut Tx, s: &Scheduled, actor: Actor, now: Millis, kind: &'static str) {
    let facts = json!({ "state": s.state, "author": s.author, "reason": s.reason, "hold": s.hold });
    tx.emit(
        Event::new(s.tenant, kind, s.id.0, actor, now).line(s.line).conversation(s.conversation).data(facts),
    );
}

/// Takes what waits in a conversation along into another one, these alone or all: `seen` is what counts as seen there. Answers
/// which.
pub(crate) async fn move_along(
    tx: &mut Tx,
    (from, to): (&Row, &Row),
    only: Option<&[ScheduledId]>,
    seen: i64,
    (actor, now): (Actor, Millis),
) -> Result<Vec<ScheduledId>> {
    let waiting = store::of_conversation(tx, from, WAITING_MAX).await?;
    let mut moved = vec![];
    for s in waiting.into_iter().filter(|s| only.is_none_or(|ids| ids.contains(&s.id))) {
        let s = Scheduled { conversation: to.id, line: to.line, seen_seq: seen, ..s };
        store::move_to(tx, &s).await?;
        tell(tx, &s, actor, now, "scheduled.changed");
        moved.push(s.id);
    }
    Ok(moved)
}

/// Lets a reply wait for its undo time, in the transaction that made the conversation it stands in.
pub(crate) async fn hold_back(tx: &mut Tx, s: &Scheduled, job: JobId, actor: Actor) -> Result<()> {
    store::put(tx, s, s.created_at).await?;
    tx.enqueue(&jobs::timer(job, s)).await?;
    tell(tx, s, actor, s.created_at, "scheduled.changed");
    Ok(())
}

/// Whether a conversation still takes replies.
fn must_be_live(row: &Row) -> Result<()> {
    row.must_stand()?;
    match row.status {
        Status::Resolved => Err(Error::new(&codes::STATE).detail(row.status.word())),
        _ => Ok(()),
    }
}

/// Whoever cannot reach a conversation hears of nothing else. Error: `not_found`.
async fn reachable(app: &App, scope: &TenantScope, id: ConversationId) -> Result<()> {
    app.db().read(scope, async move |tx: &mut Tx| threads::by_id(tx, id).await.map(|_| ())).await
}

/// Only people write for later: a program sends when it sends.
fn person(caller: &Caller) -> Result<()> {
    match caller.actor.kind {
        kernel::ActorKind::User => Ok(()),
        _ => Err(Error::new(&codes::STATE).detail("a token cannot write for later")),
    }
}

pub(super) async fn create(
    app: &App,
    caller: &Caller,
    id: ConversationId,
    new: NewScheduled,
) -> Result<Scheduled> {
    let scope = caller.authorize_any(REPLY);
    reachable(app, &scope, id).await?;
    person(caller)?;
    let deed = Deed::by(app, caller);
    if new.attachments.len() > ATTACHMENTS_MAX {
        return Err(Error::invalid("/attachments", "too_many"));
    }
    model::check_zone(&new.zone)?;
    let due_at = match new.due_at {
        Some(at) => model::check_due(at, deed.at).map(|()| at)?,
        None => deed.at + accounts::undo_ms(app, caller.user),
    };
    let made = Scheduled {
        id: app.id(),
        tenant: Default::default(),
        line: Default::default(),
        conversation: id,
        author: caller.user,
        body: messages::clean(&new.body, !new.attachments.is_empty())?,
        attachments: new.attachments,
        mail: new.mail.map(MailInput::head).transpose()?.map(Arc::new),
        due_at,
        zone: new.zone,
        hold: new.due_at.is_none(),
        confirmed: new.confirmed,
        seen_seq: new.seen_seq,
        state: State::Pending,
        reason: None,
        message: None,
        created_at: deed.at,
    };
    let watch = app.port::<Arc<Watch>>().clone();
    let inboxes = app.port::<Arc<Cache>>().clone();
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let s = Scheduled { tenant: row.tenant, line: row.line, ..made.clone() };
        must_be_live(&row)?;
        let mut s = s;
        if let Some(head) = s.mail.take() {
            s.mail = Some(ways::by_mail(tx, &inboxes, &row, &head).await?);
        }
        watch.refusal(&row, &s.body, s.confirmed)?;
        let (here, own) = store::counts(tx, &row, s.author).await?;
        if here >= WAITING_MAX || own >= OF_AUTHOR_MAX {
            return Err(Error::new(&codes::SCHEDULED_FULL));
        }
        if !store::files_are_free(tx, &row, s.author, &s.attachments).await? {
            return Err(Error::new(&codes::ATTACHMENT));
        }
        drafts::remove(tx, &row, s.author, 0).await?;
        deed.done(tx, &s, "scheduled.created").await?;
        tx.made(s.id.0);
        Ok(s)
    };
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await
}

/// A reply that came another way than by the desk, with all that must be made before the transaction.
#[derive(Debug, Clone)]
pub struct Undoable {
    /// Its id.
    pub id: ScheduledId,
    /// Its timer's.
    pub job: JobId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// By whom.
    pub author: kernel::UserId,
    /// The text, already masked.
    pub body: String,
    /// Files, already uploaded.
    pub attachments: Vec<kernel::AttachmentId>,
    /// When its author's undo time is over.
    pub due_at: Millis,
    /// The newest message its author had seen.
    pub seen_seq: i64,
    /// Now.
    pub now: Millis,
}

/// Has such a reply wait its undo time as a typed one does, with the same checks. Rights are its caller's to ask. Errors:
/// `conversation.state`, `message.words_blocked`, `message.words_warned`, `message.other_client`, `scheduled.full`,
/// `message.attachment`.
pub async fn with_undo(tx: &mut Tx, watch: &Watch, h: &Undoable) -> Result<Scheduled> {
    let row = threads::by_id(tx, h.conversation).await?;
    must_be_live(&row)?;
    watch.refusal(&row, &h.body, false)?;
    let s = Scheduled {
        id: h.id,
        tenant: row.tenant,
        line: row.line,
        conversation: row.id,
        author: h.author,
        body: h.body.clone(),
        attachments: h.attachments.clone(),
        mail: None,
        due_at: h.due_at,
        zone: "UTC".to_owned(),
        hold: true,
        confirmed: false,
        seen_seq: h.seen_seq,
        state: State::Pending,
        reason: None,
        message: None,
        created_at: h.now,
    };
    let (here, own) = store::counts(tx, &row, s.author).await?;
    if here >= WAITING_MAX || own >= OF_AUTHOR_MAX {
        return Err(Error::new(&codes::SCHEDULED_FULL));
    }
    if !store::files_are_free(tx, &row, s.author, &s.attachments).await? {
        return Err(Error::new(&codes::ATTACHMENT));
    }
    store::put(tx, &s, h.now).await?;
    tx.enqueue(&jobs::timer(h.job, &s)).await?;
    tell(tx, &s, Actor::user(h.author), h.now, "scheduled.changed");
    Ok(s)
}

/// Changes what waits; its author alone may.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    place: (ConversationId, ScheduledId),
    patch: ScheduledPatch,
) -> Result<Scheduled> {
    let scope = caller.authorize_any(REPLY);
    let deed = Deed::by(app, caller);
    let user = caller.user;
    if let Some(at) = patch.due_at {
        model::check_due(at, deed.at)?;
    }
    if let Some(zone) = &patch.zone {
        model::check_zone(zone)?;
    }
    let body = patch.body.as_deref().map(|b| messages::clean(b, true)).transpose()?;
    let watch = app.port::<Arc<Watch>>().clone();
    let (id, scheduled) = place;
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let mut s = store::get(tx, id, scheduled).await?;
        if s.author != user {
            return Err(Error::new(&codes::SCHEDULED_OTHERS));
        }
        waits(&s)?;
        must_be_live(&row)?;
        s.body = body.clone().unwrap_or(s.body);
        if s.body.trim().is_empty() && s.attachments.is_empty() {
            return Err(Error::new(&codes::BODY_EMPTY));
        }
        // A held one goes at the next chance unless another time is chosen.
        s.due_at = patch.due_at.unwrap_or(if s.state == State::Held { deed.at } else { s.due_at });
        s.zone = patch.zone.clone().unwrap_or(s.zone);
        (s.seen_seq, s.confirmed, s.state, s.reason) =
            (patch.seen_seq, patch.confirmed, State::Pending, None);
        s.hold = s.hold && patch.due_at.is_none();
        watch.refusal(&row, &s.body, s.confirmed)?;
        deed.done(tx, &s, "scheduled.changed").await?;
        Ok(s)
    };
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await
}

fn waits(s: &Scheduled) -> Result<()> {
    match s.state {
        State::Pending | State::Held => Ok(()),
        State::Sent | State::Cancelled => Err(Error::new(&codes::SCHEDULED_OVER).detail(s.state.word())),
    }
}

/// Takes back what waits; whoever may answer in the conversation may, and its author is told.
pub(super) async fn cancel(
    app: &App,
    caller: &Caller,
    id: ConversationId,
    scheduled: ScheduledId,
) -> Result<Scheduled> {
    let scope = caller.authorize_any(REPLY);
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let mut s = store::get(tx, id, scheduled).await?;
        waits(&s)?;
        s.state = State::Cancelled;
        deed.done(tx, &s, "scheduled.cancelled").await?;
        Ok(s)
    };
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await
}

/// Ids and time for sending, made before the transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending {
    pub message: MessageId,
    pub event: MessageId,
    pub taken: MessageId,
    pub now: Millis,
}

/// Sends what is due, or holds it and says why. Nothing happens when it was sent, moved or taken back before.
pub(super) async fn send(app: &App, job: &platform::jobs::Job) -> Result<()> {
    let id = ScheduledId(job.subject);
    let ids = Sending { message: app.id(), event: app.id(), taken: app.id(), now: app.now() };
    let scope = accounts::authorize::job(job.tenant);
    let read = async move |tx: &mut Tx| store::due(tx, id).await;
    let Some(found) = app.db().read(&scope, read).await? else { return Ok(()) };
    let key = AggregateKey::new("conversation", found.conversation.0);
    let at_work = threads::is_at_work(app, found.author);
    let (watch, directory) = (app.port::<Arc<Watch>>().clone(), app.port::<Arc<Directory>>().clone());
    let write = async move |tx: &mut Tx| {
        let Some(s) = store::due(tx, id).await?.filter(|s| s.state == State::Pending && s.due_at <= ids.now)
        else {
            return Ok(());
        };
        let row = threads::by_id(tx, s.conversation).await?;
        may_go(tx, &s, &row, &directory, &watch).await?;
        go(tx, s, ids, at_work).await
    };
    match app.db().write(&scope, key, write).await {
        Ok(()) => Ok(()),
        // What another try cannot change is a person's to decide.
        Err(e) if matches!(e.kind(), Kind::Invalid | Kind::Conflict | Kind::Forbidden | Kind::NotFound) => {
            let reason = e.code.code;
            let write = async move |tx: &mut Tx| hold(tx, id, reason, ids.now).await;
            app.db().write(&scope, key, write).await
        }
        Err(e) => Err(e),
    }
}

/// Why it may not go any more.
async fn may_go(tx: &mut Tx, s: &Scheduled, row: &Row, directory: &Directory, watch: &Watch) -> Result<()> {
    let enabled = directory.user(s.author).is_some_and(|u| !u.disabled);
    if !enabled || !directory.reaches(s.author, REPLY, row.tenant, row.line) {
        return Err(Error::new(&codes::ASSIGNEE));
    }
    must_be_live(row)?;
    if store::changed_since(tx, s, !s.hold).await? {
        return Err(Error::new(&codes::NEWER_MESSAGE));
    }
    watch.refusal(row, MailHead::own(s.mail.as_deref(), &s.body), s.confirmed)
}

async fn go(tx: &mut Tx, mut s: Scheduled, ids: Sending, at_work: bool) -> Result<()> {
    let message = NewMessage {
        id: ids.message,
        event_id: ids.event,
        conversation: s.conversation,
        author: Actor::user(s.author),
        note: false,
        body: s.body.clone(),
        attachments: s.attachments.clone(),
        mentions: vec![],
        client_key: Some(format!("{}:scheduled-{}", s.author, s.id)),
        mail: s.mail.clone(),
        chat: false,
        automatic: false,
        seen_seq: None,
        now: ids.now,
    };
    let scope = tx.scope().clone();
    let posted = messages::append(tx, &scope, &message).await?;
    if s.hold && at_work {
        let h = HandOver {
            id: s.conversation,
            event_id: ids.taken,
            actor: message.author,
            epoch: None,
            now: ids.now,
        };
        threads::take_by_answering(tx, posted.row, &h, s.author).await?;
    }
    (s.state, s.message) = (State::Sent, Some(posted.message.id));
    store::put(tx, &s, ids.now).await?;
    tell(tx, &s, Actor::SYSTEM, ids.now, "scheduled.changed");
    Ok(())
}

async fn hold(tx: &mut Tx, id: ScheduledId, reason: &'static str, now: Millis) -> Result<()> {
    let Some(mut s) = store::due(tx, id).await?.filter(|s| s.state == State::Pending) else { return Ok(()) };
    (s.state, s.reason) = (State::Held, Some(reason.to_owned()));
    store::put(tx, &s, now).await?;
    tell(tx, &s, Actor::SYSTEM, now, "scheduled.held");
    Ok(())
}
