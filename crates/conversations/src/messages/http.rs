//! Routes of messages.

use super::head::MailInput;
use super::model::{CLIENT_KEY_MAX, MENTIONS_MAX, MessageRow, NewMessage, clean};
use super::service::{Mark, append, mark};
use super::view::{MessageView, Names, view};
use super::withdraw::withdraw;
use super::{model, store};
use crate::codes;
use crate::drafts::{self, Mode};
use crate::inboxes::Cache;
use crate::permissions::{READ, REPLY};
use crate::protection::Sight;
use crate::threads::{self, HandOver, Row};
use crate::ways;
use crate::wording::{self, Watch};
use accounts::audit::{Change, record};
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use customers::ContactBrief;
use kernel::{
    ActorKind, AggregateKey, AttachmentId, ConversationId, Error, MessageId, Result, TeamId, TenantScope,
    UserId,
};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PAGE_DEFAULT, PAGE_MAX, PathId, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Teams mentioned in one note.
const TEAMS_MAX: usize = 5;
/// Members of one team who are told at the most.
const TEAM_TOLD_MAX: usize = 50;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, post))
        .routes(routes!(read_up_to))
        .routes(routes!(retry))
        .routes(routes!(take_back))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Part {
    /// Only numbers after this; the oldest of them.
    after: Option<i64>,
    /// Only numbers before this; the newest of them.
    before: Option<i64>,
    /// Messages, 1 to 100.
    limit: Option<u32>,
}

/// A part of a thread.
#[derive(Debug, Serialize, ToSchema)]
struct Thread {
    /// By number.
    items: Vec<MessageView>,
    /// The number of the first one here, 0 if none.
    first_seq: i64,
    /// The number of the conversation's newest message.
    last_seq: i64,
    /// Live events after this position are news.
    pos: i64,
}

/// Messages of a conversation: the newest, those before a number, or those after one.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/messages", tag = "conversations",
    operation_id = "list_messages", params(("conversation" = ConversationId, Path), Part),
    responses((status = 200, body = Thread)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Query(p): Query<Part>,
) -> Answer<Json<Thread>> {
    let limit = i64::from(p.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX));
    let read = async move |tx: &mut Tx| {
        let pos = tx.position().await?;
        let row = threads::by_id(tx, id).await?;
        let messages = match p.after {
            Some(after) => store::following(tx, &row, after, limit, false).await?,
            None => store::between(tx, &row, 0, p.before.unwrap_or(i64::MAX), limit, false).await?,
        };
        let scope = tx.scope().clone();
        let contacts = customers::brief(tx, &scope, &[row.contact]).await?;
        Ok((pos, row, messages, contacts))
    };
    let (pos, row, messages, contacts) = app.db().read(&caller.authorize_any(READ), read).await?;
    let names = Names::new(&app, contacts).seen(Sight::of(&app, &caller));
    let items: Vec<_> = messages.iter().map(|m| view(&app, &names, m, &row)).collect();
    let first_seq = items.first().map_or(0, |m| m.seq);
    Ok(Json(Thread { items, first_seq, last_seq: row.last_seq, pos }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageInput {
    /// The sender's own id: sending it again is the same message.
    client_id: String,
    /// To whom.
    mode: Mode,
    /// The text.
    body: String,
    /// Files uploaded before.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    /// Colleagues to be told (notes only).
    #[serde(default)]
    mentions: Vec<UserId>,
    /// The newest number the author has seen.
    seen_seq: i64,
    /// Send even over a colleague's newer answer.
    #[serde(default)]
    force: bool,
    /// Send although words to be careful with, or another client's name, were found in it.
    #[serde(default)]
    confirmed: bool,
    /// Teams whose members are to be told (notes only).
    #[serde(default)]
    teams: Vec<TeamId>,
    /// To whom a reply by mail goes, and about what. Of a conversation that began on another channel it makes the reply a mail.
    mail: Option<MailInput>,
    /// A reply for the widget, of a conversation of mail that goes on there.
    #[serde(default)]
    chat: bool,
}

impl MessageInput {
    fn checked(&self) -> Result<()> {
        if self.client_id.is_empty() || self.client_id.len() > CLIENT_KEY_MAX {
            return Err(Error::invalid("/client_id", "unfit"));
        }
        if self.attachments.len() > model::ATTACHMENTS_MAX {
            return Err(Error::invalid("/attachments", "too_many"));
        }
        if self.mentions.len() > MENTIONS_MAX || (self.mode == Mode::Reply && !self.mentions.is_empty()) {
            return Err(Error::invalid("/mentions", "unfit"));
        }
        if self.teams.len() > TEAMS_MAX || (self.mode == Mode::Reply && !self.teams.is_empty()) {
            return Err(Error::invalid("/teams", "unfit"));
        }
        if self.mode == Mode::Note && self.mail.is_some() {
            return Err(Error::invalid("/mail", "unfit"));
        }
        if self.chat && (self.mode == Mode::Note || self.mail.is_some()) {
            return Err(Error::invalid("/chat", "unfit"));
        }
        Ok(())
    }
}

/// Sends a reply or keeps a note. 409 `conversation.newer_message` when a colleague answered after `seen_seq`; its
/// `detail` lists the ids of those answers. 422 `message.words_blocked`, and unless `confirmed` 409 `message.words_warned`
/// or `message.other_client`; their `detail` lists the places, as `first-after` in UTF-16 units.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/messages", tag = "conversations",
    operation_id = "post_message", params(("conversation" = ConversationId, Path)), request_body = MessageInput,
    responses((status = 201, body = MessageView), (status = 409, body = platform::web::Problem)))]
async fn post(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<MessageInput>,
) -> Answer<(StatusCode, Json<MessageView>)> {
    b.checked()?;
    let scope = caller.authorize_any(REPLY);
    let new = NewMessage {
        id: app.id(),
        event_id: app.id(),
        conversation: id,
        author: caller.actor,
        note: b.mode == Mode::Note,
        body: clean(&b.body, !b.attachments.is_empty())?,
        attachments: b.attachments,
        mentions: b.mentions,
        // A key is the sender's own: two people's may coincide.
        client_key: Some(format!("{}:{}", caller.user, b.client_id)),
        mail: b.mail.map(MailInput::head).transpose()?.map(Arc::new),
        chat: b.chat,
        automatic: false,
        seen_seq: (!b.force).then_some(b.seen_seq),
        now: app.now(),
    };
    let directory = app.port::<Arc<Directory>>().clone();
    let watch = app.port::<Arc<Watch>>().clone();
    let inboxes = app.port::<Arc<Cache>>().clone();
    let user = caller.user;
    let (takes, taken) = (is_person(&caller) && threads::is_at_work(&app, user), app.id());
    let (author, body, confirmed, teams) = (new.author, new.body.clone(), b.confirmed, b.teams);
    let write = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        let mut new = new.clone();
        if let Some(head) = &new.mail {
            let row = threads::by_id(tx, id).await?;
            new.mail = Some(ways::by_mail(tx, &inboxes, &row, head).await?);
        }
        if new.chat {
            let row = threads::by_id(tx, id).await?;
            ways::must_be_in_chat(tx, &row).await?;
        }
        if !teams.is_empty() {
            let row = threads::by_id(tx, id).await?;
            mention_teams(&directory, &row, user, &teams, &mut new.mentions)?;
        }
        let mut posted = append(tx, &scope, &new).await?;
        if !new.note && !posted.repeated {
            watch.refusal(&posted.row, &new.body, confirmed)?;
        }
        check_mentions(&directory, &posted.row, &new.mentions)?;
        if takes && !new.note && !posted.repeated {
            let h = HandOver { id, event_id: taken, actor: new.author, epoch: None, now: new.now };
            posted.row = threads::take_by_answering(tx, posted.row, &h, user).await?;
        }
        drafts::remove(tx, &posted.row, user, i64::from(new.note)).await?;
        let contacts = customers::brief(tx, &scope, &[posted.row.contact]).await?;
        Ok((posted.message, posted.row, contacts))
    };
    let done = app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await;
    if done.as_ref().is_err_and(wording::is_refusal) {
        let read = async move |tx: &mut Tx| threads::by_id(tx, id).await;
        if let Ok(row) = app.db().read(&scope, read).await {
            wording::note_refusal(&app, &scope, &row, author, &body).await;
        }
    }
    let (message, row, contacts) = done?;
    Ok((StatusCode::CREATED, Json(shown(&app, &caller, contacts, &message, &row))))
}

/// Programs answer in nobody's stead.
fn is_person(caller: &Caller) -> bool {
    caller.actor.kind == ActorKind::User
}

/// Only colleagues who may read the conversation can be mentioned in it.
fn check_mentions(directory: &Directory, row: &Row, mentions: &[UserId]) -> Result<()> {
    match mentions.iter().position(|u| !directory.reaches(*u, READ, row.tenant, row.line)) {
        Some(i) => Err(Error::invalid(format!("/mentions/{i}"), "unknown")),
        None => Ok(()),
    }
}

/// Adds the members of teams who may read the conversation, its author left out. Error: `invalid` for a team that is not there
/// or has nobody here.
fn mention_teams(
    directory: &Directory,
    row: &Row,
    author: UserId,
    teams: &[TeamId],
    mentions: &mut Vec<UserId>,
) -> Result<()> {
    for (n, team) in teams.iter().enumerate() {
        let members = directory.members(*team);
        let reads = |u: &UserId| directory.reaches(*u, READ, row.tenant, row.line);
        let here: Vec<UserId> = members.into_iter().filter(reads).collect();
        if here.is_empty() {
            return Err(Error::invalid(format!("/teams/{n}"), "unknown"));
        }
        let new = here.into_iter().filter(|u| *u != author && !mentions.contains(u)).take(TEAM_TOLD_MAX);
        let new: Vec<UserId> = new.collect();
        mentions.extend(new);
    }
    Ok(())
}

fn shown(
    app: &App,
    caller: &Caller,
    contacts: Vec<ContactBrief>,
    message: &MessageRow,
    row: &Row,
) -> MessageView {
    let names = Names::new(app, contacts).seen(Sight::of(app, caller));
    let mut v = view(app, &names, message, row);
    v.client_id = v.client_id.map(|k| own_key(&k).to_owned());
    v
}

/// The sender's id without the sender.
pub(super) fn own_key(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, own)| own)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadUpTo {
    /// The newest number read.
    seq: i64,
}

/// Says up to where the caller has read.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/read", tag = "conversations",
    operation_id = "read_conversation", params(("conversation" = ConversationId, Path)), request_body = ReadUpTo,
    responses((status = 204)))]
async fn read_up_to(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<ReadUpTo>,
) -> Answer<StatusCode> {
    let (actor, now) = (caller.actor, app.now());
    let user = caller.user;
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let theirs = row.assignee == Some(user);
        if theirs {
            mark(tx, id, Mark::ReadByStaff, actor, b.seq, now).await
        } else {
            store::set_reading(tx, &row, user, b.seq.clamp(0, row.last_seq), now).await
        }
    };
    let scope: TenantScope = caller.authorize_any(READ);
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a reply again that could not be delivered.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/messages/{message}/retry", tag = "conversations",
    operation_id = "retry_message",
    params(("conversation" = ConversationId, Path), ("message" = MessageId, Path)),
    responses((status = 200, body = MessageView)))]
async fn retry(
    State(app): State<App>,
    caller: Caller,
    PathId((id, message)): PathId<(ConversationId, MessageId)>,
) -> Answer<Json<MessageView>> {
    let scope = caller.authorize_any(REPLY);
    let (actor, now) = (caller.actor, app.now());
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let scope = tx.scope().clone();
        let found = messages_of(tx, &scope, id, message).await?;
        if found.failure.is_none() {
            return Err(Error::new(&codes::STATE));
        }
        let message = store::clear_failure(tx, &found, &row, actor, now).await?;
        let contacts = customers::brief(tx, &scope, &[row.contact]).await?;
        Ok((message, row, contacts))
    };
    let (message, row, contacts) =
        app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    let outbound = app.try_port::<Vec<Arc<dyn crate::ports::Outbound>>>();
    let went_by = message.way(&row);
    if let Some(channel) = outbound.and_then(|all| all.iter().find(|o| o.channel() == went_by)) {
        channel.retry(&app, &message).await?;
    }
    Ok(Json(shown(&app, &caller, contacts, &message, &row)))
}

/// Takes one's own reply back within five seconds, unless the contact has read it. Both sides see that there was one.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/messages/{message}/withdraw", tag = "conversations",
    operation_id = "withdraw_message",
    params(("conversation" = ConversationId, Path), ("message" = MessageId, Path)),
    responses((status = 200, body = MessageView), (status = 409, body = platform::web::Problem)))]
async fn take_back(
    State(app): State<App>,
    caller: Caller,
    PathId((id, message)): PathId<(ConversationId, MessageId)>,
) -> Answer<Json<MessageView>> {
    let (actor, now, audit_id, ip) = (caller.actor, app.now(), app.id(), caller.info.ip);
    let write = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        let (message, row) = withdraw(tx, id, message, actor, now).await?;
        let change = Change {
            tenant: row.tenant,
            actor,
            action: "message.withdrawn",
            subject: ("message", message.id.0),
            before: None,
            after: Some(serde_json::json!({ "conversation": row.id, "seq": message.seq })),
            reason: None,
            ip: Some(ip),
        };
        record(tx, audit_id, now, &change).await?;
        let contacts = customers::brief(tx, &scope, &[row.contact]).await?;
        Ok((message, row, contacts))
    };
    let key = AggregateKey::new("conversation", id.0);
    let (message, row, contacts) = app.db().write(&caller.authorize_any(REPLY), key, write).await?;
    Ok(Json(shown(&app, &caller, contacts, &message, &row)))
}

async fn messages_of(
    tx: &mut Tx,
    scope: &TenantScope,
    conversation: ConversationId,
    id: MessageId,
) -> Result<MessageRow> {
    let found = store::by_ids(tx, scope, &[id]).await?.pop();
    found.filter(|m| m.conversation == conversation).ok_or_else(Error::not_found)
}
