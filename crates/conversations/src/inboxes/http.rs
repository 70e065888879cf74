//! Routes of inboxes.

use super::model::{Inbox, InboxConfig};
use super::{Cache, SECRET, SECRET_BEFORE, store};
use crate::permissions::{INBOXES, READ};
use crate::threads::Channel;
use accounts::{Caller, audit};
use axum::Json;
use axum::extract::State;
use kernel::{AggregateKey, Error, Event, InboxId, LineId, QueueId, Result, TenantId};
use platform::App;
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Names at the most, in characters.
const NAME_MAX: usize = 80;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, change)).routes(routes!(rotate))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's.
    tenant: Option<TenantId>,
}

/// Inboxes of the lines that the caller serves.
#[utoipa::path(get, path = "/api/v1/inboxes", tag = "conversations", operation_id = "list_inboxes", params(Filter),
    responses((status = 200, body = Listing<Inbox>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<Listing<Inbox>>> {
    let (read, manage) = (caller.authorize_any(READ), caller.authorize_any(INBOXES));
    let seen = |i: &Inbox| read.contains_line(i.tenant, i.line) || manage.contains_line(i.tenant, i.line);
    let all = app.port::<Arc<Cache>>().list();
    let items =
        all.iter().filter(|i| seen(i) && f.tenant.is_none_or(|t| t == i.tenant)).map(|i| (**i).clone());
    Ok(Json(Listing::whole(items.collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInbox {
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The kind of medium.
    pub channel: Channel,
    /// What staff call it.
    pub name: String,
    /// Where its conversations wait.
    pub queue: Option<QueueId>,
    /// Settings.
    #[serde(default)]
    pub config: InboxConfig,
}

fn check_name(name: &str) -> Result<()> {
    match name.trim().chars().count() {
        1..=NAME_MAX => Ok(()),
        0 => Err(Error::invalid("/name", "required")),
        _ => Err(Error::invalid("/name", "too_long")),
    }
}

/// The queues that choices of its forms lead to must be as allowed as its own.
async fn check_queues(tx: &mut Tx, inbox: &Inbox) -> Result<()> {
    for queue in inbox.config.widget.queues() {
        if !store::queue_within(tx, inbox.tenant, queue).await? {
            return Err(Error::invalid("/config/widget", "unknown_queue"));
        }
    }
    Ok(())
}

/// A random public name: 130 bits in letters and digits.
fn random_key(app: &App) -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 26];
    app.rng().fill(&mut bytes);
    bytes.iter().map(|b| LETTERS[usize::from(b % 32)] as char).collect()
}

/// Makes an inbox.
#[utoipa::path(post, path = "/api/v1/inboxes", tag = "conversations", operation_id = "create_inbox",
    request_body = NewInbox, responses((status = 201, body = Inbox)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewInbox>,
) -> Answer<(axum::http::StatusCode, Json<Inbox>)> {
    let inbox = create_inbox(&app, &caller, b).await?;
    Ok((axum::http::StatusCode::CREATED, Json(inbox)))
}

pub(super) async fn create_inbox(app: &App, caller: &Caller, b: NewInbox) -> Result<Inbox> {
    let scope = caller.authorize(INBOXES, b.tenant, Some(b.line))?;
    check_name(&b.name)?;
    b.config.check()?;
    let inbox = Inbox {
        id: app.id(),
        tenant: b.tenant,
        line: b.line,
        channel: b.channel,
        name: b.name.trim().to_owned(),
        queue: b.queue,
        enabled: true,
        config: b.config,
        key: random_key(app),
        created_at: app.now(),
    };
    let (made, actor, ip, audit_id) = (inbox.clone(), caller.actor, caller.info.ip, app.id::<i64>());
    let write = async move |tx: &mut Tx| {
        if let Some(q) = made.queue
            && !store::queue_within(tx, made.tenant, q).await?
        {
            return Err(Error::invalid("/queue", "unknown"));
        }
        check_queues(tx, &made).await?;
        store::insert(tx, &made).await?;
        let after = serde_json::to_value(&made).ok();
        record(tx, audit_id, &made, actor, ip, "inbox.created", None, after).await
    };
    app.db().write(&scope, AggregateKey::new("inbox", inbox.id.0), write).await?;
    app.port::<Arc<Cache>>().refresh(app).await?;
    Ok(inbox)
}

#[expect(clippy::too_many_arguments, reason = "an audit entry has this many parts")]
async fn record(
    tx: &mut Tx,
    id: i64,
    inbox: &Inbox,
    actor: kernel::Actor,
    ip: std::net::IpAddr,
    what: &'static str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Result<()> {
    let now = kernel::made_at(id);
    let change = audit::Change {
        tenant: inbox.tenant,
        actor,
        action: what,
        subject: ("inbox", inbox.id.0),
        before,
        after,
        reason: None,
        ip: Some(ip),
    };
    audit::record(tx, id, now, &change).await?;
    tx.emit(Event::new(inbox.tenant, what, inbox.id.0, actor, now).line(inbox.line));
    Ok(())
}

/// One inbox.
#[utoipa::path(get, path = "/api/v1/inboxes/{inbox}", tag = "conversations", operation_id = "get_inbox",
    params(("inbox" = InboxId, Path)), responses((status = 200, body = Inbox)))]
async fn one(State(app): State<App>, caller: Caller, PathId(id): PathId<InboxId>) -> Answer<Json<Inbox>> {
    let scope = caller.authorize_any(INBOXES);
    let read = async move |tx: &mut Tx| store::by_id(tx, &tx.scope().clone(), id).await;
    Ok(Json(app.db().read(&scope, read).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InboxChange {
    /// What staff call it.
    pub name: Option<String>,
    /// Where its conversations wait.
    pub queue: Option<QueueId>,
    /// Does it take anything?
    pub enabled: Option<bool>,
    /// Settings, as a whole.
    pub config: Option<InboxConfig>,
}

/// Changes an inbox.
#[utoipa::path(patch, path = "/api/v1/inboxes/{inbox}", tag = "conversations", operation_id = "change_inbox",
    params(("inbox" = InboxId, Path)), request_body = InboxChange, responses((status = 200, body = Inbox)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<InboxId>,
    Body(b): Body<InboxChange>,
) -> Answer<Json<Inbox>> {
    Ok(Json(change_inbox(&app, &caller, id, b).await?))
}

pub(super) async fn change_inbox(app: &App, caller: &Caller, id: InboxId, b: InboxChange) -> Result<Inbox> {
    b.name.as_deref().map(check_name).transpose()?;
    b.config.as_ref().map(InboxConfig::check).transpose()?;
    let scope = caller.authorize_any(INBOXES);
    let (actor, ip, audit_id) = (caller.actor, caller.info.ip, app.id::<i64>());
    let b = Arc::new(b);
    let write = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        let before = store::by_id(tx, &scope, id).await?;
        let mut after = before.clone();
        if let Some(q) = b.queue {
            if !store::queue_within(tx, after.tenant, q).await? {
                return Err(Error::invalid("/queue", "unknown"));
            }
            after.queue = Some(q);
        }
        after.name = b.name.clone().map_or(after.name, |n| n.trim().to_owned());
        after.enabled = b.enabled.unwrap_or(after.enabled);
        if let Some(config) = &b.config {
            after.config = config.clone();
            check_queues(tx, &after).await?;
        }
        store::update(tx, &after).await?;
        let (old, new) = (serde_json::to_value(&before).ok(), serde_json::to_value(&after).ok());
        record(tx, audit_id, &after, actor, ip, "inbox.changed", old, new).await?;
        Ok(after)
    };
    let inbox = app.db().write(&scope, AggregateKey::new("inbox", id.0), write).await?;
    app.port::<Arc<Cache>>().refresh(app).await?;
    Ok(inbox)
}

/// Removes an inbox by which nothing ever came in; false when it stays.
pub(super) async fn remove_unused(app: &App, caller: &Caller, id: InboxId) -> Result<bool> {
    let scope = caller.authorize_any(INBOXES);
    let (actor, ip, audit_id) = (caller.actor, caller.info.ip, app.id::<i64>());
    let write = async move |tx: &mut Tx| {
        let inbox = store::by_id(tx, &tx.scope().clone(), id).await?;
        if !store::remove_unused(tx, &inbox).await? {
            return Ok(false);
        }
        let before = serde_json::to_value(&inbox).ok();
        record(tx, audit_id, &inbox, actor, ip, "inbox.removed", before, None).await?;
        Ok(true)
    };
    let gone = app.db().write(&scope, AggregateKey::new("inbox", id.0), write).await?;
    app.port::<Arc<Cache>>().refresh(app).await?;
    Ok(gone)
}

#[derive(Debug, Serialize, ToSchema)]
struct Secret {
    /// Shown once: `whsec_` and base64, as Standard Webhooks has it.
    secret: String,
}

/// Makes a new secret for an API inbox. The one before stays good for a day.
#[utoipa::path(post, path = "/api/v1/inboxes/{inbox}/secret", tag = "conversations", operation_id = "rotate_inbox_secret",
    params(("inbox" = InboxId, Path)), responses((status = 200, body = Secret)))]
async fn rotate(State(app): State<App>, caller: Caller, PathId(id): PathId<InboxId>) -> Answer<Json<Secret>> {
    use base64::Engine;
    let scope = caller.authorize_any(INBOXES);
    let mut bytes = [0_u8; 32];
    app.rng().fill(&mut bytes);
    let secret = format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(bytes));
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.id::<i64>(), app.now());
    let (a, text) = (app.clone(), secret.clone());
    let (fresh_old, fresh_new) =
        (FreshSecret::new(app.ids(), app.rng()), FreshSecret::new(app.ids(), app.rng()));
    let write = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        let inbox = store::by_id(tx, &scope, id).await?;
        let s = a.secrets();
        if let Some(old) = s.open(tx, inbox.tenant, SECRET, id.0).await? {
            s.seal(tx, &fresh_old, inbox.tenant, SECRET_BEFORE, id.0, &old, now).await?;
        }
        s.seal(tx, &fresh_new, inbox.tenant, SECRET, id.0, text.as_bytes(), now).await?;
        record(tx, audit_id, &inbox, actor, ip, "inbox.secret_rotated", None, None).await
    };
    app.db().write(&scope, AggregateKey::new("inbox", id.0), write).await?;
    Ok(Json(Secret { secret }))
}
