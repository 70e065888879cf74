//! Opening a conversation: found where one is live, made otherwise, put into its queue.

use super::model::{Priority, Row, Status, Waiting};
use super::{REOPEN_MS, store};
use crate::inboxes::Inbox;
use crate::messages::{self, ThreadEvent};
use kernel::{Actor, ContactId, ConversationId, Event, MessageId, Millis, Result, TenantScope};
use platform::store::Tx;
use serde_json::json;

/// The page a visitor wrote from.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its address, capped by the caller.
    pub url: Option<String>,
    /// Its title, capped by the caller.
    pub title: Option<String>,
}

/// What opening needs; everything made before the transaction.
#[derive(Debug, Clone)]
pub struct Start {
    /// The id, if a conversation must be made.
    pub id: ConversationId,
    /// The number, if a conversation must be made.
    pub number: i64,
    /// The id of the first line in the thread.
    pub event_id: MessageId,
    /// Where it came in.
    pub inbox: Inbox,
    /// With whom.
    pub contact: ContactId,
    /// Which of the contact's threads, where a source has several; otherwise empty.
    pub thread: String,
    /// Who opens it.
    pub actor: Actor,
    /// The page it was opened from.
    pub page: Page,
    /// What a mail says it is about.
    pub subject: Option<String>,
    /// Now.
    pub now: Millis,
}

/// The live conversation of this contact, inbox and thread; one resolved less than [`REOPEN_MS`] ago, reopened; or a new
/// one. The flag says that it is new.
pub async fn open_or_find(tx: &mut Tx, scope: &TenantScope, s: &Start) -> Result<(ConversationId, bool)> {
    let since = s.now - REOPEN_MS;
    if let Some(id) = store::live_or_recent(tx, scope, s.inbox.id, s.contact, &s.thread, since).await? {
        return Ok((id, false));
    }
    if start(tx, scope, s, None).await? {
        return Ok((s.id, true));
    }
    // Another delivery made it between the look and the insert.
    let id = store::live_or_recent(tx, scope, s.inbox.id, s.contact, &s.thread, since).await?;
    Ok((
        id.ok_or_else(|| kernel::Error::internal("a live conversation that blocks another must exist"))?,
        false,
    ))
}

/// Makes a conversation, waiting in the inbox's queue or held by `assignee`. False when a live one is in the way.
pub async fn start(
    tx: &mut Tx,
    scope: &TenantScope,
    s: &Start,
    assignee: Option<kernel::UserId>,
) -> Result<bool> {
    let row = Row {
        id: s.id,
        tenant: s.inbox.tenant,
        line: s.inbox.line,
        inbox: s.inbox.id,
        channel: s.inbox.channel,
        contact: s.contact,
        number: s.number,
        status: Status::Open,
        waiting: Waiting::Nobody,
        waiting_since: None,
        next_due: None,
        assignee,
        assigned_at: assignee.map(|_| s.now),
        why: vec![],
        queue: s.inbox.queue,
        queued_at: assignee.is_none().then_some(s.now),
        epoch: 0,
        priority: Priority::Normal,
        tags: vec![],
        followers: vec![],
        category: None,
        snoozed_until: None,
        last_seq: 0,
        last_at: s.now,
        last_text: String::new(),
        last_by: s.actor.kind,
        last_note: false,
        user_seq: 0,
        contact_count: 0,
        contact_delivered: 0,
        contact_read: 0,
        staff_read: 0,
        first_reply_at: None,
        page_url: s.page.url.clone(),
        page_title: s.page.title.clone(),
        subject: s.subject.clone(),
        created_at: s.now,
        resolved_at: None,
        thread: s.thread.clone(),
        woke_at: None,
        merged_into: None,
    };
    if !store::insert(tx, &row).await? {
        return Ok(false);
    }
    let opened = ThreadEvent { id: s.event_id, kind: "opened", data: json!({ "page": s.page.title }) };
    let row = messages::append_event(tx, scope, row.id, s.actor, opened, s.now).await?;
    let facts = json!({
        "queue": row.queue, "assignee": row.assignee, "channel": row.channel.word(), "contact": row.contact,
    });
    tx.emit(
        Event::new(row.tenant, "conversation.opened", row.id.0, s.actor, s.now)
            .line(row.line)
            .conversation(row.id)
            .data(facts),
    );
    if row.is_queued() {
        queued_event(tx, &row, s.actor, s.now);
    }
    Ok(true)
}

/// Says that a conversation waits for an agent; routing listens.
pub(crate) fn queued_event(tx: &mut Tx, row: &Row, actor: Actor, now: Millis) {
    let facts =
        json!({ "queue": row.queue, "epoch": row.epoch, "since": row.queued_at, "last_agent": row.assignee });
    tx.emit(
        Event::new(row.tenant, "conversation.queued", row.id.0, actor, now)
            .line(row.line)
            .conversation(row.id)
            .data(facts),
    );
}
