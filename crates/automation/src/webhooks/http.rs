//! Routes of webhooks.

use super::jobs;
use super::model::{Delivery, KINDS, Status, Target, WEBHOOKS_MAX, Webhook, check_kinds, check_url};
use super::service::{self, SECRET, SECRET_BEFORE};
use super::store;
use super::view::{DeliveryView, KindView, TestView, WebhookMade, WebhookSecret, WebhookView};
use crate::codes;
use crate::permissions::WEBHOOKS;
use accounts::{Caller, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{
    AggregateKey, DeliveryId, Error, Event, JobId, LineSet, Millis, Result, TenantId, TenantScope, WebhookId,
};
use platform::App;
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::web::signature::SigningKey;
use platform::web::{Answer, Body, Listing, Page, PathId, Problem, Query};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(kinds))
        .routes(routes!(one, change, remove))
        .routes(routes!(deliveries))
        .routes(routes!(replay))
        .routes(routes!(test))
        .routes(routes!(rotate))
}

/// A webhook hears of all of a client's lines, so the right must be held for all of them.
fn is_whole(scope: &TenantScope, tenant: TenantId) -> bool {
    scope.is_system() || scope.reach().iter().any(|(t, lines)| *t == tenant && *lines == LineSet::All)
}

async fn reached(tx: &mut Tx, id: WebhookId) -> Result<Webhook> {
    let w = store::by_id(tx, id).await?;
    if is_whole(tx.scope(), w.tenant) { Ok(w) } else { Err(Error::not_found()) }
}

/// What a change leaves behind, made before the transaction.
struct Trace {
    id: i64,
    actor: kernel::Actor,
    ip: std::net::IpAddr,
    now: Millis,
}

impl Trace {
    fn of(app: &App, caller: &Caller) -> Trace {
        Trace { id: app.id(), actor: caller.actor, ip: caller.info.ip, now: app.now() }
    }

    async fn leave(
        &self,
        tx: &mut Tx,
        w: &Webhook,
        what: &'static str,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<()> {
        let change = audit::Change {
            tenant: w.tenant,
            actor: self.actor,
            action: what,
            subject: ("webhook", w.id.0),
            before,
            after,
            reason: None,
            ip: Some(self.ip),
        };
        audit::record(tx, self.id, self.now, &change).await?;
        tx.emit(Event::new(w.tenant, what, w.id.0, self.actor, self.now));
        Ok(())
    }
}

fn facts(w: &Webhook) -> Option<Value> {
    Some(json!({ "url": w.url, "kinds": w.kinds, "enabled": w.enabled }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's.
    tenant: Option<TenantId>,
}

/// Webhooks of the clients that the caller sets up.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "automation", operation_id = "list_webhooks", params(Filter),
    responses((status = 200, body = Listing<WebhookView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<Listing<WebhookView>>> {
    let scope = caller.authorize_any(WEBHOOKS);
    let all = app.db().read(&scope, async |tx: &mut Tx| store::list(tx).await).await?;
    let shown =
        all.into_iter().filter(|w| is_whole(&scope, w.tenant) && f.tenant.is_none_or(|t| t == w.tenant));
    Ok(Json(Listing::whole(shown.map(WebhookView::from).collect())))
}

/// What can be listened to.
#[utoipa::path(get, path = "/api/v1/webhook-kinds", tag = "automation", operation_id = "list_webhook_kinds",
    responses((status = 200, body = Listing<KindView>)))]
async fn kinds(State(app): State<App>, caller: Caller) -> Answer<Json<Listing<KindView>>> {
    let _ = (app, caller);
    let items = KINDS.iter().map(|(kind, en, zh)| KindView { kind, en, zh }).collect();
    Ok(Json(Listing::whole(items)))
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// The client.
    tenant: TenantId,
    /// Where to.
    url: String,
    /// What it listens to; `*` is everything but notes.
    kinds: Vec<String>,
    /// Is anything sent?
    #[serde(default = "yes")]
    enabled: bool,
}

/// Makes a webhook. Its secret is shown once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "automation", operation_id = "create_webhook",
    request_body = NewWebhook, responses((status = 201, body = WebhookMade), (status = 422, body = Problem)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewWebhook>,
) -> Answer<(StatusCode, Json<WebhookMade>)> {
    let scope = caller.authorize_whole(WEBHOOKS, b.tenant)?;
    check_url(&b.url)?;
    check_kinds(&b.kinds)?;
    app.egress().check(&b.url)?;
    let w = Webhook {
        id: app.id(),
        tenant: b.tenant,
        url: b.url,
        kinds: b.kinds,
        enabled: b.enabled,
        stopped: None,
        failing_since: None,
        created_by: caller.user,
        created_at: app.now(),
    };
    let secret = SigningKey::fresh(app.rng());
    let (made, text, secrets) = (w.clone(), secret.clone(), app.secrets().clone());
    let (fresh, trace) = (FreshSecret::new(app.ids(), app.rng()), Trace::of(&app, &caller));
    let write = async move |tx: &mut Tx| {
        if store::count(tx, made.tenant).await? >= WEBHOOKS_MAX as i64 {
            return Err(Error::new(&codes::TOO_MANY));
        }
        store::insert(tx, &made).await?;
        secrets.seal(tx, &fresh, made.tenant, SECRET, made.id.0, text.as_bytes(), trace.now).await?;
        trace.leave(tx, &made, "webhook.created", None, facts(&made)).await
    };
    app.db().write(&scope, AggregateKey::new("webhook", w.tenant.0), write).await?;
    let made = WebhookMade { webhook: w.into(), secret: secret.to_string() };
    Ok((StatusCode::CREATED, Json(made)))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}", tag = "automation", operation_id = "get_webhook",
    params(("webhook" = WebhookId, Path)), responses((status = 200, body = WebhookView), (status = 404, body = Problem)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
) -> Answer<Json<WebhookView>> {
    let scope = caller.authorize_any(WEBHOOKS);
    let found = app.db().read(&scope, async move |tx: &mut Tx| reached(tx, id).await).await?;
    Ok(Json(found.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookChange {
    /// Where to.
    url: Option<String>,
    /// What it listens to.
    kinds: Option<Vec<String>>,
    /// Is anything sent? Switching on forgets why it was off.
    enabled: Option<bool>,
}

/// Changes a webhook.
#[utoipa::path(patch, path = "/api/v1/webhooks/{webhook}", tag = "automation", operation_id = "change_webhook",
    params(("webhook" = WebhookId, Path)), request_body = WebhookChange,
    responses((status = 200, body = WebhookView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
    Body(b): Body<WebhookChange>,
) -> Answer<Json<WebhookView>> {
    if let Some(url) = &b.url {
        check_url(url)?;
        app.egress().check(url)?;
    }
    b.kinds.as_deref().map(check_kinds).transpose()?;
    let (scope, trace) = (caller.authorize_any(WEBHOOKS), Trace::of(&app, &caller));
    let b = Arc::new(b);
    let write = async move |tx: &mut Tx| {
        let before = reached(tx, id).await?;
        let mut after = before.clone();
        after.url = b.url.clone().unwrap_or(after.url);
        after.kinds = b.kinds.clone().unwrap_or(after.kinds);
        if let Some(enabled) = b.enabled {
            after.enabled = enabled;
            (after.stopped, after.failing_since) = (None, None);
        }
        store::update(tx, &after, trace.now).await?;
        trace.leave(tx, &after, "webhook.changed", facts(&before), facts(&after)).await?;
        Ok(after)
    };
    let after = app.db().write(&scope, AggregateKey::new("webhook", id.0), write).await?;
    Ok(Json(after.into()))
}

/// Removes a webhook with its deliveries.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook}", tag = "automation", operation_id = "remove_webhook",
    params(("webhook" = WebhookId, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, PathId(id): PathId<WebhookId>) -> Answer<StatusCode> {
    let (scope, trace, secrets) =
        (caller.authorize_any(WEBHOOKS), Trace::of(&app, &caller), app.secrets().clone());
    let write = async move |tx: &mut Tx| {
        let w = reached(tx, id).await?;
        store::remove(tx, &w).await?;
        secrets.remove(tx, w.tenant, SECRET, id.0).await?;
        secrets.remove(tx, w.tenant, SECRET_BEFORE, id.0).await?;
        trace.leave(tx, &w, "webhook.removed", facts(&w), None).await
    };
    app.db().write(&scope, AggregateKey::new("webhook", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A webhook's deliveries, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}/deliveries", tag = "automation", operation_id = "list_deliveries",
    params(("webhook" = WebhookId, Path), Page),
    responses((status = 200, body = Listing<DeliveryView>), (status = 404, body = Problem)))]
async fn deliveries(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<DeliveryView>>> {
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let read = async move |tx: &mut Tx| {
        let w = reached(tx, id).await?;
        store::deliveries(tx, &w, before, rows as i64 + 1).await
    };
    let found = app.db().read(&caller.authorize_any(WEBHOOKS), read).await?;
    let shown = found.into_iter().map(|d| DeliveryView::of(d, caller.language)).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |d: &DeliveryView| d.id.0)))
}

/// Sends a delivery once more, under the same id.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/deliveries/{delivery}/replay", tag = "automation",
    operation_id = "replay_delivery", params(("webhook" = WebhookId, Path), ("delivery" = DeliveryId, Path)),
    responses((status = 200, body = DeliveryView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn replay(
    State(app): State<App>,
    caller: Caller,
    PathId((id, delivery)): PathId<(WebhookId, DeliveryId)>,
) -> Answer<Json<DeliveryView>> {
    let (scope, now, job) = (caller.authorize_any(WEBHOOKS), app.now(), app.id::<JobId>());
    let write = async move |tx: &mut Tx| {
        let w = reached(tx, id).await?;
        let found = store::delivery(tx, delivery).await?.filter(|d| d.target == Target::Webhook(w.id));
        let d = found.ok_or_else(Error::not_found)?;
        if !w.enabled {
            return Err(Error::new(&codes::OFF));
        }
        let d = Delivery { status: Status::Pending, attempts: 0, next_at: Some(now), ..d };
        store::update_delivery(tx, &d).await?;
        tx.enqueue(&jobs::job(job, &d, now)).await?;
        Ok(d)
    };
    let d = app.db().write(&scope, AggregateKey::new("delivery", delivery.0), write).await?;
    Ok(Json(DeliveryView::of(d, caller.language)))
}

/// Sends a test and answers what came of it, in words.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/test", tag = "automation", operation_id = "test_webhook",
    params(("webhook" = WebhookId, Path)),
    responses((status = 200, body = TestView), (status = 404, body = Problem)))]
async fn test(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
) -> Answer<Json<TestView>> {
    let scope = caller.authorize_any(WEBHOOKS);
    let w = app.db().read(&scope, async move |tx: &mut Tx| reached(tx, id).await).await?;
    let (outcome, took_ms) = service::test(&app, &w).await?;
    Ok(Json(TestView::of(&outcome, took_ms, caller.language)))
}

/// Makes a new secret, shown once. For a day everything is signed with the one before as well, so that the receiver can
/// change over when it likes.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/secret", tag = "automation",
    operation_id = "rotate_webhook_secret", params(("webhook" = WebhookId, Path)),
    responses((status = 200, body = WebhookSecret), (status = 404, body = Problem)))]
async fn rotate(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
) -> Answer<Json<WebhookSecret>> {
    let (scope, trace, secrets) =
        (caller.authorize_any(WEBHOOKS), Trace::of(&app, &caller), app.secrets().clone());
    let secret = SigningKey::fresh(app.rng()).to_string();
    let fresh = [FreshSecret::new(app.ids(), app.rng()), FreshSecret::new(app.ids(), app.rng())];
    let before_until = trace.now + service::BEFORE_MS;
    let text = secret.clone();
    let write = async move |tx: &mut Tx| {
        let w = reached(tx, id).await?;
        if let Some(old) = secrets.open(tx, w.tenant, SECRET, id.0).await? {
            let old = service::until(before_until, &old);
            secrets.seal(tx, &fresh[0], w.tenant, SECRET_BEFORE, id.0, &old, trace.now).await?;
        }
        secrets.seal(tx, &fresh[1], w.tenant, SECRET, id.0, text.as_bytes(), trace.now).await?;
        trace.leave(tx, &w, "webhook.secret_rotated", None, None).await
    };
    app.db().write(&scope, AggregateKey::new("webhook", id.0), write).await?;
    Ok(Json(WebhookSecret { secret, before_until }))
}

/// Says which changes of webhooks can be undone.
pub fn undoable(reg: &mut platform::Registry) {
    audit::undoable(reg, "webhook.changed", |app, caller, id, before| {
        Box::pin(async move {
            let body = Body(audit::as_patch(before)?);
            change(State(app), caller, PathId(WebhookId(id)), body).await.map(|_| ()).map_err(|e| e.0)
        })
    });
}
