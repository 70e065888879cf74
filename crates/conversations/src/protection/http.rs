//! The routes of protection.

use super::sight::{UNMASK_MS, Unmasked};
use super::store::{self, Protection};
use crate::permissions::{READ, WORDING};
use crate::threads;
use crate::wording;
use accounts::audit::{self, Change, Look};
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use customers::permissions::UNMASK;
use kernel::{AggregateKey, ConversationId, Error, Event, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Further names of one client at the most.
const ALIASES_MAX: usize = 50;
/// A reason at the most, in characters.
const REASON_MAX: usize = 500;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put)).routes(routes!(unmask)).routes(routes!(copied))
}

/// How a client wants its screens protected.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProtectionView {
    /// Names by which the client is known besides its own: a text for another client that has one is questioned.
    pub aliases: Vec<String>,
    /// Are screens that show its conversations marked with who looks at them?
    pub watermark: bool,
    /// Are copying, cutting, dragging and printing held back and recorded?
    pub copy_control: bool,
}

impl From<Protection> for ProtectionView {
    fn from(p: Protection) -> ProtectionView {
        ProtectionView { aliases: p.aliases, watermark: p.watermark, copy_control: p.copy_control }
    }
}

/// How a client wants its screens protected.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant}/protection", tag = "conversations",
    operation_id = "get_protection", params(("tenant" = TenantId, Path)),
    responses((status = 200, body = ProtectionView)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    PathId(tenant): PathId<TenantId>,
) -> Answer<Json<ProtectionView>> {
    let scope = caller.authorize(WORDING, tenant, None)?;
    let found = app.db().read(&scope, async move |tx: &mut Tx| store::of(tx, tenant).await).await?;
    Ok(Json(found.into()))
}

/// Changes how a client's screens are protected, and by which names it is known.
#[utoipa::path(put, path = "/api/v1/tenants/{tenant}/protection", tag = "conversations",
    operation_id = "set_protection", params(("tenant" = TenantId, Path)), request_body = ProtectionView,
    responses((status = 200, body = ProtectionView)))]
async fn put(
    State(app): State<App>,
    caller: Caller,
    PathId(tenant): PathId<TenantId>,
    Body(b): Body<ProtectionView>,
) -> Answer<Json<ProtectionView>> {
    let scope = caller.authorize_whole(WORDING, tenant)?;
    let new = cleaned(b)?;
    let (id, actor, now, ip, kept) = (app.id(), caller.actor, app.now(), caller.info.ip, new.clone());
    let write = async move |tx: &mut Tx| {
        let old = store::of(tx, tenant).await?;
        store::set(tx, tenant, &kept, now).await?;
        let facts = |p: &Protection| json!({ "aliases": p.aliases, "watermark": p.watermark, "copy_control": p.copy_control });
        let change = Change {
            tenant,
            actor,
            action: "protection.changed",
            subject: ("tenant", tenant.0),
            before: Some(facts(&old)),
            after: Some(facts(&kept)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, id, now, &change).await?;
        tx.emit(Event::new(tenant, "protection.changed", tenant.0, actor, now));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("tenant", tenant.0), write).await?;
    wording::refresh(&app).await?;
    Ok(Json(new.into()))
}

fn cleaned(b: ProtectionView) -> Result<Protection> {
    if b.aliases.len() > ALIASES_MAX {
        return Err(Error::invalid("/aliases", "too_many"));
    }
    let mut aliases: Vec<String> = vec![];
    for (n, alias) in b.aliases.iter().enumerate().filter(|(_, a)| !a.trim().is_empty()) {
        let field = format!("/aliases/{n}");
        let alias = wording::name(&field, alias)?;
        if !engines::words::is_fit(&alias) {
            return Err(Error::invalid(field, "unfit"));
        }
        if !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    Ok(Protection { aliases, watermark: b.watermark, copy_control: b.copy_control })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnmaskInput {
    /// In the asker's words, up to 500 characters; recorded.
    reason: String,
}

/// Until when personal data is shown in full.
#[derive(Debug, Serialize, ToSchema)]
struct UnmaskedUntil {
    /// In ms since 1970.
    until: Millis,
}

/// Shows personal data of one conversation in full for ten minutes, for a reason that is recorded before the answer.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/unmask", tag = "conversations",
    operation_id = "unmask_conversation", params(("conversation" = ConversationId, Path)),
    request_body = UnmaskInput, responses((status = 200, body = UnmaskedUntil)))]
async fn unmask(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<UnmaskInput>,
) -> Answer<Json<UnmaskedUntil>> {
    let scope = caller.authorize_any(READ);
    let row = app.db().read(&scope, async move |tx: &mut Tx| threads::by_id(tx, id).await).await?;
    let scope = caller.authorize(UNMASK, row.tenant, Some(row.line))?;
    let reason = b.reason.trim().to_owned();
    match reason.chars().count() {
        0 => return Err(Error::invalid("/reason", "required").into()),
        n if n > REASON_MAX => return Err(Error::invalid("/reason", "too_long").into()),
        _ => {}
    }
    let look = Look {
        tenant: row.tenant,
        actor: caller.actor,
        kind: "conversation",
        id: id.0,
        how: "unmasked",
        reason: Some(engines::redact::mask_cards(&reason).into_owned()),
        ip: Some(caller.info.ip),
    };
    audit::look(&app, &scope, look).await?;
    let (user, actor, now) = (caller.user, caller.actor, app.now());
    let until = now + UNMASK_MS;
    let write = async move |tx: &mut Tx| {
        store::unmask(tx, (row.tenant, id), user, until).await?;
        let opened = Event::new(row.tenant, "conversation.unmasked", id.0, actor, now);
        tx.emit(opened.line(row.line).conversation(id).data(json!({ "user": user, "until": until })));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    app.port::<Arc<Unmasked>>().refresh(&app).await?;
    Ok(Json(UnmaskedUntil { until }))
}

/// How something was taken off the screen, or was tried to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CopyHow {
    /// Copied.
    Copy,
    /// Cut.
    Cut,
    /// Dragged away.
    Drag,
    /// Printed.
    Print,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CopyInput {
    /// How.
    how: CopyHow,
}

/// Records that somebody tried to take text off the screen of a client that has that held back.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/copies", tag = "conversations",
    operation_id = "record_copy", params(("conversation" = ConversationId, Path)), request_body = CopyInput,
    responses((status = 204)))]
async fn copied(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<CopyInput>,
) -> Answer<StatusCode> {
    let how = match b.how {
        CopyHow::Copy => "copy",
        CopyHow::Cut => "cut",
        CopyHow::Drag => "drag",
        CopyHow::Print => "print",
    };
    let (entry, actor, now, ip) = (app.id(), caller.actor, app.now(), caller.info.ip);
    let alias = app.port::<Arc<Directory>>().user(caller.user).map(|u| u.number.clone());
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let change = Change {
            tenant: row.tenant,
            actor,
            action: "conversation.copied",
            subject: ("conversation", id.0),
            before: None,
            after: Some(json!({ "how": how, "number": alias })),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, entry, now, &change).await?;
        let told = Event::new(row.tenant, "conversation.copied", id.0, actor, now);
        tx.emit(told.line(row.line).conversation(id).data(json!({ "how": how })));
        Ok(())
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("conversation", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}
