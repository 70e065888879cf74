//! What runs later: telling an agent who is still away.

use super::letters;
use crate::email::{mailbox, token_key};
use accounts::Directory;
use conversations::inboxes::Cache;
use conversations::messages;
use conversations::permissions::{READ, REPLY};
use conversations::protection;
use conversations::threads::{self, Channel, Status};
use kernel::{ActorKind, AggregateKey, ConversationId, JobId, Millis, Result, TenantId, UserId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::mail::{self, Address, Letter, Queued};
use platform::store::Tx;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The kind of the job.
pub(super) const TELL: &str = "mail.tell_agent";
/// The kind of the letter.
const KIND: &str = "mail.agent";
/// Whoever comes back within this needs no letter.
const AWAY_MS: Millis = 120_000;
/// Letters about one conversation in an hour.
const AN_HOUR_MAX: i64 = 6;
const HOUR_MS: Millis = 3_600_000;
/// Messages looked back at for what the customer wrote last.
const LOOK_BACK: i64 = 20;

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum About {
    /// The customer wrote, and it is theirs.
    Message,
    /// A colleague named them in a note.
    Mention,
    /// They were given it.
    Assigned,
    /// Something was said in what they follow.
    Followed,
}

impl About {
    /// Of a notice's kind.
    pub(super) fn of(kind: &str) -> About {
        match kind {
            "mention" => About::Mention,
            "followed" => About::Followed,
            _ => About::Assigned,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Payload {
    user: UserId,
    about: About,
}

/// The job of a letter; about the same conversation and person it is the same one, moved.
pub(super) fn telling(
    id: JobId,
    tenant: TenantId,
    conversation: ConversationId,
    user: UserId,
    about: About,
    now: Millis,
) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: TELL,
        subject: conversation.0,
        payload: serde_json::json!(Payload { user, about }),
        due_at: now + AWAY_MS,
        unique_key: Some(format!("{TELL}:{conversation}:{user}")),
    }
}

/// Writes the letter, if its reader is still away and may still read what it says.
pub(super) async fn tell(app: App, job: Job) -> Result<()> {
    let Ok(Payload { user, about }) = serde_json::from_value(job.payload) else { return Ok(()) };
    let (tenant, id, now) = (job.tenant, ConversationId(job.subject), app.now());
    let directory = app.port::<Arc<Directory>>().clone();
    let Some(name) = directory.user(user).filter(|u| !u.disabled) else { return Ok(()) };
    if app.live().is_connected(user) || !accounts::wants_mail(&app, user) {
        return Ok(());
    }
    let scope = accounts::authorize::job(tenant);
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let to = accounts::proved_mail(tx, user).await?;
        let mailbox = mailbox::by_inbox(tx, tenant, row.inbox).await?;
        let last = messages::between(tx, &row, 0, i64::MAX, LOOK_BACK, false).await?;
        Ok((row, to, mailbox, last, mail::is_set_up(tx, tenant).await?))
    };
    let (row, to, mailbox, last, goes_out) = app.db().read(&scope, read).await?;
    let over = row.status == Status::Resolved || (about == About::Message && row.waiting_since.is_none());
    let (Some(to), Some(mailbox)) = (to.as_deref().and_then(Address::parse), mailbox) else { return Ok(()) };
    if over || !goes_out || row.channel != Channel::Email || !directory.reaches(user, READ, tenant, row.line)
    {
        return Ok(());
    }
    let said = last.iter().rev().find(|m| !m.is_event && !m.note && m.author.kind == ActorKind::Contact);
    let said = said.map(|m| protection::masked(&m.body)).unwrap_or_default();
    let may = directory.reaches(user, REPLY, tenant, row.line);
    let token = mail_token(&app, &mailbox, id, user).filter(|_| may);
    let brand =
        app.port::<Arc<Cache>>().get(row.inbox).map(|i| i.config.brand.name.clone()).unwrap_or_default();
    let words = letters::news(&letters::News {
        language: name.language,
        about,
        number: row.number,
        subject: protection::masked(row.subject.as_deref().unwrap_or_default()),
        brand,
        said,
        url: format!("{}/c/{}", app.settings().desk_url, id),
        may_answer: token.is_some(),
    });
    let letter = Letter { tenant, kind: KIND, subject: id.0, to, words, reply_to: token };
    let queued = Queued::new(&app, letter)?;
    let write =
        async move |tx: &mut Tx| match mail::written_since(tx, tenant, (KIND, id.0), now - HOUR_MS).await? {
            had if had >= AN_HOUR_MAX => Ok(()),
            _ => mail::queue(tx, &queued).await,
        };
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await
}

/// Where this user's answer goes.
fn mail_token(
    app: &App,
    to: &mailbox::Mailbox,
    conversation: ConversationId,
    user: UserId,
) -> Option<Address> {
    let token = ::mail::threading::sign_staff(&token_key(app), to.tenant, to.inbox, conversation, user);
    ::mail::threading::plus_address(to.address.as_str(), &token).as_deref().and_then(Address::parse)
}
