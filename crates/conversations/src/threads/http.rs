//! Routes of conversations: reading one, opening one, and every arrow that a person may take.

use super::model::{Channel, Priority, Row};
use super::service::{Page, Start, start};
use super::transitions::{self, Assign, HandOver};
use super::view::{
    BrandView, ConversationView, Own, PageView, RepeatView, ScreenView, person_mark, row_view,
};
use super::{Numbers, store};
use crate::inboxes::Cache;
use crate::joins;
use crate::labels::{self, DispositionInput};
use crate::live::Looking;
use crate::messages::{self, MailInput, Names, NewMessage};
use crate::permissions::{ASSIGN, READ, REPLY};
use crate::protection::{self, Sight, Unmasked};
use crate::wording::Watch;
use crate::{codes, inboxes};
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use customers::ContactBrief;
use kernel::{
    AggregateKey, CategoryId, ContactId, ConversationId, Error, InboxId, Millis, Permission, Result,
    TenantId, UserId, args, sql,
};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const HOUR: Millis = 3_600_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(one))
        .routes(routes!(create))
        .routes(routes!(assign))
        .merge(super::passing::routes())
        .routes(routes!(resolve))
        .routes(routes!(reopen))
        .routes(routes!(snooze))
        .routes(routes!(priority))
        .routes(routes!(tags))
        .routes(routes!(category))
        .routes(routes!(follow))
        .routes(routes!(unfollow))
}

/// What a whole view needs beside the row.
pub(crate) struct Whole {
    row: Row,
    contacts: Vec<ContactBrief>,
    disposition: Option<labels::DispositionView>,
    repeat: RepeatView,
    other_open: i64,
    read_count: i64,
    in_chat: bool,
    joined: joins::Joined,
}

pub(crate) async fn read_whole(tx: &mut Tx, row: Row, user: UserId) -> Result<Whole> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let contacts = customers::brief(tx, &scope, &[row.contact]).await?;
    let disposition = labels::disposition(tx, &row).await?;
    let (line, at) = (row.line, row.created_at);
    let within_24h = store::came_since(tx, &row, line, at - 24 * HOUR).await?;
    let within_48h = store::came_since(tx, &row, line, at - 48 * HOUR).await?;
    let last = match within_48h {
        0 => None,
        _ => store::last_time(tx, &row, at - 48 * HOUR).await?,
    };
    let other_open = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM conversation WHERE contact_id = $1 AND tenant_id = $2 AND id <> $3 AND status <> 'resolved'"
            ),
            args![row.contact, row.tenant, row.id],
            |r| r.int(0),
        )
        .await?
        .unwrap_or(0);
    let readings = crate::lists::readings(tx, &tenants, user, &row.id.to_string()).await?;
    let read_count = readings.first().map_or(0, |(_, n)| *n);
    let in_chat = row.channel == Channel::Email && crate::ways::chat_of(tx, &row).await?.is_some();
    let joined = joins::of_conversation(tx, &row).await?;
    Ok(Whole {
        in_chat,
        joined,
        row,
        contacts,
        disposition,
        repeat: RepeatView { within_24h, within_48h, last },
        other_open,
        read_count,
    })
}

fn screen(app: &App, caller: &Caller, row: &Row, sight: &Sight) -> ScreenView {
    let asked = app.port::<Arc<Watch>>().protection(row.tenant);
    ScreenView {
        watermark: asked.watermark,
        copy_control: asked.copy_control,
        masked: !sight.is_full(row.tenant, row.line, row.id),
        unmasked_until: app.port::<Arc<Unmasked>>().until(caller.user, row.id, app.now()),
    }
}

pub(crate) fn show(app: &App, caller: &Caller, mut w: Whole) -> ConversationView {
    let sight = Sight::of(app, caller);
    let screen = screen(app, caller, &w.row, &sight);
    if let Some(last) = w.repeat.last.as_mut().filter(|_| screen.masked) {
        last.text = protection::masked(&last.text);
    }
    let names = Names::new(app, w.contacts).seen(sight);
    let row = &w.row;
    let line = names.directory.line(row.line);
    let tenant = names.directory.tenant(row.tenant);
    let inbox = app.port::<Arc<Cache>>().get(row.inbox);
    let brand = inbox.as_ref().map(|i| i.config.brand.clone()).unwrap_or_default();
    let tenant_name = tenant.as_ref().map(|t| t.name.clone()).unwrap_or_default();
    let or = |a: String, b: String| if a.is_empty() { b } else { a };
    let color = tenant.as_ref().map(|t| t.mark_color.clone()).unwrap_or_default();
    let mark = |u: &UserId| person_mark(&names, *u);
    let own = Own { read_count: w.read_count, draft: None, mentioned: false };
    ConversationView {
        merged_into: row.merged_into.and_then(|id| w.joined.mark(id)),
        split_from: w.joined.split_from(row),
        joins: w.joined.views(&names, app.now()),
        brand: BrandView { name: or(brand.name, tenant_name.clone()), color: or(brand.color, color) },
        inbox_name: inbox.map(|i| i.name.clone()).unwrap_or_default(),
        line_name: line.as_ref().map(|l| l.name.clone()).unwrap_or_default(),
        tenant_name,
        page: row.page_url.clone().map(|url| PageView { url, title: row.page_title.clone() }),
        followers: row.followers.iter().map(mark).collect(),
        disposition: w.disposition,
        disposition_required: line.is_some_and(|l| l.disposition_required),
        repeat: w.repeat,
        lookers: app.port::<Arc<Looking>>().users(row.id).iter().map(mark).collect(),
        resolved_at: row.resolved_at,
        assigned_at: row.assigned_at,
        why: row.assignee.map(|_| row.why.clone()),
        other_open: w.other_open,
        contact_read: row.contact_read,
        contact_delivered: row.contact_delivered,
        undo: row.channel.undo(),
        ways: crate::ways::shown(&app.port::<Arc<Cache>>().list(), row, w.in_chat),
        protection: screen,
        row: row_view(app, &names, row, Some(&own)),
    }
}

/// A conversation, whole. That it was opened is recorded.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}", tag = "conversations",
    operation_id = "get_conversation", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ConversationView)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ConversationView>> {
    let (scope, user) = (caller.authorize_any(READ), caller.user);
    let read = async move |tx: &mut Tx| {
        let row = store::by_id(tx, id).await?;
        read_whole(tx, row, user).await
    };
    let whole = app.db().read(&scope, read).await?;
    let look = audit::Look {
        tenant: whole.row.tenant,
        actor: caller.actor,
        kind: "conversation",
        id: id.0,
        how: "opened",
        reason: None,
        ip: Some(caller.info.ip),
    };
    audit::look(&app, &scope, look).await?;
    Ok(Json(show(&app, &caller, whole)))
}

/// What every arrow over HTTP does: the right, one write, the whole view.
pub(crate) async fn act<F>(
    app: &App,
    caller: &Caller,
    need: Permission,
    id: ConversationId,
    f: F,
) -> Answer<Json<ConversationView>>
where
    F: AsyncFn(&mut Tx, &HandOver) -> Result<Row> + Send + 'static,
{
    let h = HandOver { id, event_id: app.id(), actor: caller.actor, epoch: None, now: app.now() };
    let user = caller.user;
    let write = async move |tx: &mut Tx| {
        let row = f(tx, &h).await?;
        read_whole(tx, row, user).await
    };
    let scope = caller.authorize_any(need);
    let whole = app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    Ok(Json(show(app, caller, whole)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConversation {
    /// The client.
    tenant: TenantId,
    /// Over which inbox.
    inbox: InboxId,
    /// With whom.
    contact: ContactId,
    /// The first message, if there is to be one.
    body: Option<String>,
    /// Send it although words to be careful with, or another client's name, were found in it.
    #[serde(default)]
    confirmed: bool,
    /// Over mail: to whom it goes, and about what it is, which must be said.
    mail: Option<MailInput>,
}

/// Begins a conversation with a contact; the caller holds it.
#[utoipa::path(post, path = "/api/v1/conversations", tag = "conversations", operation_id = "create_conversation",
    request_body = NewConversation, responses((status = 201, body = ConversationView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewConversation>,
) -> Answer<(StatusCode, Json<ConversationView>)> {
    let inbox = app.port::<Arc<Cache>>().get(b.inbox).filter(|i| i.tenant == b.tenant);
    let inbox: inboxes::Inbox = (*inbox.ok_or_else(Error::not_found)?).clone();
    let scope = caller.authorize(REPLY, b.tenant, Some(inbox.line))?;
    if !inbox.enabled {
        return Err(Error::new(&codes::INBOX_CLOSED).into());
    }
    let body = b.body.as_deref().map(|t| messages::clean(t, false)).transpose()?;
    let mail = b.mail.map(MailInput::head).transpose()?.map(Arc::new);
    let is_mail = inbox.channel == Channel::Email;
    if is_mail && mail.as_ref().is_none_or(|m| m.subject.is_empty()) {
        return Err(Error::invalid("/mail/subject", "required").into());
    }
    if !is_mail && mail.is_some() {
        return Err(Error::invalid("/mail", "unfit").into());
    }
    let number = app.port::<Arc<Numbers>>().next(&app, &scope, b.tenant).await?;
    let made: ConversationId = app.id();
    let s = Start {
        id: made,
        number,
        event_id: app.id(),
        inbox,
        contact: b.contact,
        // Each mail that somebody begins is a thread of its own.
        thread: if is_mail { made.to_string() } else { String::new() },
        actor: caller.actor,
        page: Page::default(),
        subject: mail.as_ref().map(|m| m.subject.clone()),
        now: app.now(),
    };
    let (id, user, ids) = (s.id, caller.user, (app.id(), app.id()));
    let (watch, confirmed) = (app.port::<Arc<Watch>>().clone(), b.confirmed);
    let write = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        if customers::brief(tx, &scope, &[s.contact]).await?.is_empty() {
            return Err(Error::invalid("/contact", "unknown"));
        }
        if !start(tx, &scope, &s, Some(user)).await? {
            return Err(Error::new(&codes::STATE).detail("the contact has a live conversation in this inbox"));
        }
        if let Some(body) = &body {
            let row = store::by_id(tx, s.id).await?;
            watch.refusal(&row, body, confirmed)?;
            let first = NewMessage {
                id: ids.0,
                event_id: ids.1,
                conversation: s.id,
                author: s.actor,
                note: false,
                body: body.clone(),
                attachments: vec![],
                mentions: vec![],
                client_key: None,
                mail: mail.clone(),
                chat: false,
                automatic: false,
                seen_seq: None,
                now: s.now,
            };
            messages::append(tx, &scope, &first).await?;
        }
        let row = store::by_id(tx, s.id).await?;
        read_whole(tx, row, user).await
    };
    let whole = app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    Ok((StatusCode::CREATED, Json(show(&app, &caller, whole))))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignInput {
    /// To whom; `null` puts it back into its queue.
    #[schema(required)]
    user: Option<UserId>,
}

/// Gives a conversation to a colleague, or to oneself, or back to its queue.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/assign", tag = "conversations",
    operation_id = "assign_conversation", params(("conversation" = ConversationId, Path)), request_body = AssignInput,
    responses((status = 200, body = ConversationView)))]
async fn assign(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<AssignInput>,
) -> Answer<Json<ConversationView>> {
    let directory = app.port::<Arc<Directory>>().clone();
    act(&app, &caller, ASSIGN, id, async move |tx: &mut Tx, h: &HandOver| {
        let row = store::by_id(tx, h.id).await?;
        match b.user {
            Some(user) => {
                transitions::must_be_able(&directory, user, &row)?;
                transitions::assign(tx, h, &Assign { to: user, why: vec!["why.manual".into()] }).await
            }
            None => transitions::requeue(tx, h, row.waiting_since.unwrap_or(h.now), "put_back").await,
        }
    })
    .await
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveInput {
    /// The record that closes it.
    disposition: Option<DispositionInput>,
}

/// Ends a conversation, with its disposition where the line asks for one.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/resolve", tag = "conversations",
    operation_id = "resolve_conversation", params(("conversation" = ConversationId, Path)),
    request_body = ResolveInput, responses((status = 200, body = ConversationView)))]
async fn resolve(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<ResolveInput>,
) -> Answer<Json<ConversationView>> {
    let disposition = b.disposition.map(DispositionInput::cleaned).transpose()?;
    let directory = app.port::<Arc<Directory>>().clone();
    let user = caller.user;
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::resolve_with(tx, h, &directory, disposition.as_ref(), user).await
    })
    .await
}

/// Opens a resolved conversation again; whoever held it holds it again.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/reopen", tag = "conversations",
    operation_id = "reopen_conversation", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ConversationView)))]
async fn reopen(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ConversationView>> {
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::reopen_for_staff(tx, h).await
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SnoozeInput {
    /// Until when.
    until: Millis,
}

/// Lets a conversation sleep until a time; a message by the contact wakes it sooner.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/snooze", tag = "conversations",
    operation_id = "snooze_conversation", params(("conversation" = ConversationId, Path)),
    request_body = SnoozeInput, responses((status = 200, body = ConversationView)))]
async fn snooze(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<SnoozeInput>,
) -> Answer<Json<ConversationView>> {
    let job_id = app.id();
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::snooze_with_timer(tx, h, job_id, b.until).await
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriorityInput {
    /// How urgent.
    priority: Priority,
}

/// Changes how urgent a conversation is.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/priority", tag = "conversations",
    operation_id = "prioritise_conversation", params(("conversation" = ConversationId, Path)),
    request_body = PriorityInput, responses((status = 200, body = ConversationView)))]
async fn priority(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<PriorityInput>,
) -> Answer<Json<ConversationView>> {
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::set_priority(tx, h, b.priority).await
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TagsInput {
    /// To be added.
    #[serde(default)]
    add: Vec<String>,
    /// To be removed.
    #[serde(default)]
    remove: Vec<String>,
}

/// Adds and removes tags.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/tags", tag = "conversations",
    operation_id = "tag_conversation", params(("conversation" = ConversationId, Path)), request_body = TagsInput,
    responses((status = 200, body = ConversationView)))]
async fn tags(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<TagsInput>,
) -> Answer<Json<ConversationView>> {
    let add: Vec<String> = b.add.iter().map(|t| t.trim().to_owned()).collect();
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::set_tags(tx, h, &add, &b.remove).await
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CategoryInput {
    /// What it is about; `null` takes it away.
    #[schema(required)]
    category: Option<CategoryId>,
}

/// Sets what a conversation is about.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/category", tag = "conversations",
    operation_id = "categorise_conversation", params(("conversation" = ConversationId, Path)),
    request_body = CategoryInput, responses((status = 200, body = ConversationView)))]
async fn category(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<CategoryInput>,
) -> Answer<Json<ConversationView>> {
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::set_category(tx, h, b.category).await
    })
    .await
}

/// Begins to follow a conversation.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/follow", tag = "conversations",
    operation_id = "follow_conversation", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ConversationView)))]
async fn follow(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ConversationView>> {
    let user = caller.user;
    act(&app, &caller, READ, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::follow(tx, h, user, true).await
    })
    .await
}

/// Ends following a conversation.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/unfollow", tag = "conversations",
    operation_id = "unfollow_conversation", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ConversationView)))]
async fn unfollow(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ConversationView>> {
    let user = caller.user;
    act(&app, &caller, READ, id, async move |tx: &mut Tx, h: &HandOver| {
        transitions::follow(tx, h, user, false).await
    })
    .await
}
