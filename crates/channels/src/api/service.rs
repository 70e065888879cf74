//! Taking in what another source sends. The common case costs a signature, one transaction and no lookup outside of it.

use super::model::{Inbound, InboundFile};
use super::secrets::SecretCache;
use crate::codes;
use crate::intake::{self, Incoming, SenderKey};
use bytes::Bytes;
use conversations::attachments;
use conversations::inboxes::{Cache, Inbox};
use conversations::threads::{Channel, Page};
use customers::{HandleKind, NewContact, NewHandle};
use futures_util::future::try_join_all;
use kernel::{
    Actor, AggregateKey, AttachmentId, ContactId, ConversationId, Error, MessageId, Millis, Result,
};
use platform::App;
use platform::egress::Call;
use platform::store::Tx;
use platform::web::signature::{SignatureFault, Signed};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// Fetching all files of a message ends after this long, each.
const FETCH_WITHIN: Duration = Duration::from_secs(10);

/// What was taken in; the same answer at every repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Received {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: i64,
}

/// Takes in a signed request. The flag says that it had been here before.
///
/// Errors: `not_found` for an unknown key; `inbox.closed`; `api.no_secret`, `api.headers`, `api.timestamp`,
/// `api.signature`; `invalid` with the field; `api.file`.
pub async fn receive(
    app: &App,
    key: &str,
    headers: &http::HeaderMap,
    body: &Bytes,
) -> Result<(Received, bool)> {
    let now = app.now();
    let inbox = app.port::<Arc<Cache>>().by_key(key).filter(|i| i.channel == Channel::Api);
    let inbox = inbox.ok_or_else(Error::not_found)?;
    app.db().admit(inbox.tenant)?;
    verify(app, &inbox, headers, body, now).await?;
    if !inbox.enabled {
        return Err(Error::new(&conversations::codes::INBOX_CLOSED));
    }
    let inbound: Inbound = platform::web::parse(body)?;
    inbound.check(now)?;
    let text = conversations::messages::clean(&inbound.body, !inbound.attachments.is_empty())?;
    let contact = contact_of(app, &inbox, &inbound, now);
    let attachments = match inbound.attachments.as_slice() {
        [] => vec![],
        files => match seen(app, &inbox, &inbound.external_id).await? {
            Some(first) => return Ok((first, true)),
            None => fetch(app, &inbox, &contact, files).await?,
        },
    };
    let incoming = Incoming {
        inbox,
        contact,
        // Replies are addressed by the thread, so where the source names none it is the person.
        thread: inbound.thread.filter(|t| !t.is_empty()).unwrap_or(inbound.contact.external_id),
        body: text,
        attachments,
        key: SenderKey::External(inbound.external_id),
        page: Page::default(),
        visit: None,
        mail: None,
        into: None,
        now,
    };
    let taken = intake::take(app, incoming).await?;
    let received = Received { message: taken.message, conversation: taken.conversation, seq: taken.seq };
    Ok((received, taken.repeated))
}

async fn verify(app: &App, inbox: &Inbox, headers: &http::HeaderMap, body: &[u8], now: Millis) -> Result<()> {
    let refused = |fault| match fault {
        SignatureFault::Malformed => Error::new(&codes::API_HEADERS),
        SignatureFault::Timestamp => Error::new(&codes::API_TIMESTAMP),
        SignatureFault::Mismatch => Error::new(&codes::API_SIGNATURE),
    };
    let keys = app.port::<Arc<SecretCache>>().keys(app, inbox).await?;
    let keys = keys.good(now);
    if keys.is_empty() {
        return Err(Error::new(&codes::API_NO_SECRET));
    }
    Signed::of(headers).and_then(|s| s.verify(keys, body, now)).map_err(refused)
}

/// The person as this inbox knows them. Names of one source mean nothing in another, so the inbox is part of the handle.
fn contact_of(app: &App, inbox: &Inbox, m: &Inbound, now: Millis) -> NewContact {
    let c = &m.contact;
    let handle = |kind, value: String| NewHandle { kind, value, verified: false };
    let mut handles = vec![handle(HandleKind::External, format!("{}@{}", c.external_id, inbox.id))];
    handles.extend(c.email.clone().map(|e| handle(HandleKind::Email, e)));
    handles.extend(c.phone.clone().map(|p| handle(HandleKind::Phone, p)));
    NewContact {
        id: app.id(),
        handle_ids: handles.iter().map(|_| app.id()).collect(),
        tenant: inbox.tenant,
        name: c.name.clone(),
        language: None,
        handles,
        now,
    }
}

async fn seen(app: &App, inbox: &Arc<Inbox>, external_id: &str) -> Result<Option<Received>> {
    let (inbox, external_id) = (inbox.clone(), external_id.to_owned());
    let scope = accounts::authorize::inbox(inbox.tenant);
    let read = async move |tx: &mut Tx| intake::seen(tx, &inbox, &external_id).await;
    let first = app.db().read(&scope, read).await?;
    Ok(first.map(|t| Received { message: t.message, conversation: t.conversation, seq: t.seq }))
}

/// Fetches the files and keeps them under the contact's name. All or none: the source is told which one could not be had.
async fn fetch(
    app: &App,
    inbox: &Inbox,
    contact: &NewContact,
    files: &[InboundFile],
) -> Result<Vec<AttachmentId>> {
    let bodies = try_join_all(files.iter().enumerate().map(|(i, f)| fetch_one(app, i, f))).await?;
    let scope = accounts::authorize::inbox(inbox.tenant);
    let made = contact.clone();
    let find = async move |tx: &mut Tx| customers::find_or_create(tx, &made).await;
    let key = AggregateKey::new("contact", contact.id.0);
    let (owner, _): (ContactId, bool) = app.db().write(&scope, key, find).await?;
    let mut ids = vec![];
    for (f, bytes) in files.iter().zip(bodies) {
        let actor = Actor::contact(owner);
        let kept = attachments::keep(app, &scope, inbox.tenant, None, actor, &f.name, bytes).await?;
        ids.push(kept.id);
    }
    Ok(ids)
}

async fn fetch_one(app: &App, i: usize, f: &InboundFile) -> Result<Bytes> {
    let refused = |why: String| {
        Error::new(&codes::API_FILE).field(format!("/attachments/{i}/url"), "unfit").detail(why)
    };
    let call = Call::get(&f.url).time(FETCH_WITHIN).answer_max(attachments::FILE_MAX);
    let reply =
        app.egress().send(call).await.map_err(|e| refused(format!("{}: {}", e.code.code, e.detail)))?;
    if reply.status.is_success() && !reply.body.is_empty() {
        Ok(reply.body)
    } else {
        Err(refused(format!("status {}, {} bytes", reply.status.as_u16(), reply.body.len())))
    }
}
