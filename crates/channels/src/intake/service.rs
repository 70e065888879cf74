//! Taking a message in.

use super::model::{Incoming, SenderKey, Taken};
use super::store;
use crate::visits;
use conversations::inboxes::Inbox;
use conversations::messages::{self, NewMessage};
use conversations::threads::{self, Numbers, Start};
use kernel::{Actor, AggregateKey, ContactId, ConversationId, Error, MessageId, Result, TenantScope};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// Tries when another node was faster with the same delivery.
const TRIES_MAX: usize = 3;

/// How an attempt ended.
enum Attempt {
    /// The message is in.
    Taken(Taken),
    /// A conversation must be made and there is no number for it.
    NeedsNumber,
    /// Its sender stands on the block list, and is told so.
    Blocked,
}

/// What is made before the transaction, which may run twice.
struct Prepared {
    incoming: Incoming,
    scope: TenantScope,
    conversation: ConversationId,
    opened: MessageId,
    message: MessageId,
    reopened: MessageId,
    closed: MessageId,
}

/// Takes a message in and answers after the commit.
///
/// Errors: `inbox.closed`; `sender.blocked`; those of [`messages::append`]; those of the store.
pub async fn take(app: &App, incoming: Incoming) -> Result<Taken> {
    if !incoming.inbox.enabled {
        return Err(Error::new(&conversations::codes::INBOX_CLOSED));
    }
    let prepared = Arc::new(Prepared {
        scope: accounts::authorize::inbox(incoming.inbox.tenant),
        incoming,
        conversation: app.id(),
        opened: app.id(),
        message: app.id(),
        reopened: app.id(),
        closed: app.id(),
    });
    // Numbers are handed out in blocks, so one is asked for only when a conversation must be made.
    let mut number = None;
    let mut tries = 0;
    loop {
        match attempt(app, prepared.clone(), number).await {
            Ok(Attempt::Taken(taken)) => return Ok(taken),
            Ok(Attempt::Blocked) => return Err(Error::new(&customers::codes::SENDER_BLOCKED)),
            Ok(Attempt::NeedsNumber) => {
                let numbers = app.port::<Arc<Numbers>>();
                number = Some(numbers.next(app, &prepared.scope, prepared.incoming.inbox.tenant).await?);
            }
            Err(e) if is_passing(&e) && tries < TRIES_MAX => tries += 1,
            Err(e) => return Err(e),
        }
    }
}

/// Another node was faster with the same delivery, or the conversation was merged between the look and the write: another look
/// finds where it belongs.
fn is_passing(e: &Error) -> bool {
    e.code == &platform::codes::STORE_CONFLICT || e.code == &conversations::codes::MERGED
}

/// One transaction.
async fn attempt(app: &App, p: Arc<Prepared>, number: Option<i64>) -> Result<Attempt> {
    let key = AggregateKey::new("intake", p.incoming.lane());
    let scope = p.scope.clone();
    app.db().write(&scope, key, async move |tx: &mut Tx| write(tx, &p, number).await).await
}

async fn write(tx: &mut Tx, p: &Prepared, number: Option<i64>) -> Result<Attempt> {
    let m = &p.incoming;
    if let SenderKey::External(id) = &m.key
        && let Some(first) = store::seen(tx, &m.inbox, id).await?
    {
        return Ok(Attempt::Taken(first));
    }
    let (contact, _) = customers::find_or_create(tx, &m.contact).await?;
    let (tenant, line) = (m.inbox.tenant, m.inbox.line);
    let blocked = customers::blocked(tx, tenant, line, m.inbox.id, contact, m.now).await?;
    if let Some(hit) = blocked.filter(|h| !h.silent) {
        customers::hit(tx, tenant, hit.block, m.now).await?;
        return Ok(Attempt::Blocked);
    }
    let Some((conversation, made)) = conversation_of(tx, p, contact, number).await? else {
        return Ok(Attempt::NeedsNumber);
    };
    if let Some(visit) = &m.visit {
        if made {
            visits::begin(tx, visit, m.inbox.tenant, contact, conversation, m.now).await?;
        }
        visits::keep_facts(tx, m.inbox.tenant, contact, &visit.facts, false, m.now).await?;
    }
    let mut posted = messages::append(tx, &p.scope, &message_of(p, contact, conversation)).await?;
    if let Some(hit) = blocked {
        customers::hit(tx, tenant, hit.block, m.now).await?;
        posted.row = close(tx, p, posted.row).await?;
    }
    let taken = Taken {
        message: posted.message.id,
        conversation,
        seq: posted.message.seq,
        contact,
        opened: made,
        repeated: posted.repeated,
        whole: Some(Box::new((posted.message, posted.row))),
    };
    if let Some(mail) = &m.mail {
        mail.also.write(tx, &taken).await?;
    }
    if let SenderKey::External(id) = &m.key
        && !store::keep(tx, &m.inbox, id, &taken).await?
    {
        return Err(
            Error::new(&platform::codes::STORE_CONFLICT).detail("another node took the same delivery")
        );
    }
    Ok(Attempt::Taken(taken))
}

/// What somebody blocked writes is kept and takes nobody's time: its conversation ends at once.
async fn close(tx: &mut Tx, p: &Prepared, row: threads::Row) -> Result<threads::Row> {
    if row.status == threads::Status::Resolved {
        return Ok(row);
    }
    let (id, event_id, now) = (row.id, p.closed, p.incoming.now);
    let h = threads::HandOver { id, event_id, actor: Actor::SYSTEM, epoch: None, now };
    threads::resolve(tx, &h).await
}

async fn conversation_of(
    tx: &mut Tx,
    p: &Prepared,
    contact: ContactId,
    number: Option<i64>,
) -> Result<Option<(ConversationId, bool)>> {
    let m = &p.incoming;
    if let Some(id) = m.into
        && let Some(id) = threads::standing_for(tx, id).await?
    {
        return Ok(Some((id, false)));
    }
    let Some(number) = number else {
        let since = m.now - threads::REOPEN_MS;
        let found = threads::live_or_recent(tx, &p.scope, m.inbox.id, contact, &m.thread, since).await?;
        return Ok(found.map(|id| (id, false)));
    };
    let start = Start {
        id: p.conversation,
        number,
        event_id: p.opened,
        inbox: waiting_in(m),
        contact,
        thread: m.thread.clone(),
        actor: Actor::contact(contact),
        page: m.page.clone(),
        subject: m.mail.as_ref().map(|mail| mail.head.subject.clone()),
        now: m.now,
    };
    threads::open_or_find(tx, &p.scope, &start).await.map(Some)
}

/// The inbox, with the queue that a choice of the form leads to in place of its own.
fn waiting_in(m: &Incoming) -> Inbox {
    let mut inbox = (*m.inbox).clone();
    inbox.queue = m.visit.as_ref().and_then(|v| v.given.queue).or(inbox.queue);
    inbox
}

fn message_of(p: &Prepared, contact: ContactId, conversation: ConversationId) -> NewMessage {
    let m = &p.incoming;
    NewMessage {
        id: p.message,
        event_id: p.reopened,
        conversation,
        author: Actor::contact(contact),
        note: false,
        body: m.body.clone(),
        attachments: m.attachments.clone(),
        mentions: vec![],
        client_key: match &m.key {
            SenderKey::Client(key) => Some(key.clone()),
            SenderKey::External(_) => None,
        },
        mail: m.mail.as_ref().map(|mail| mail.head.clone()),
        chat: false,
        automatic: m.mail.as_ref().is_some_and(|mail| mail.automatic),
        seen_seq: None,
        now: m.now,
    }
}
