//! Routes of the desk: a line's survey, a conversation's survey, and inviting.

use super::model::{Definition, InvitedBy, Survey};
use super::service::{self, Inviting};
use super::store;
use super::view::{ConversationSurvey, SurveyView};
use crate::permissions::SURVEYS;
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use conversations::permissions::{READ, REPLY};
use conversations::threads::{self, Channel};
use kernel::{AggregateKey, ConversationId, Error, Event, LineId, Result, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId, Problem};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look, put)).routes(routes!(of_conversation, invite))
}

/// The client of a line; what nobody knows is not found.
pub(super) fn tenant_of(app: &App, line: LineId) -> Result<TenantId> {
    app.port::<Arc<Directory>>().line(line).map(|l| l.tenant).ok_or_else(Error::not_found)
}

/// What customers of a line are asked; where nothing was set, what it would begin with.
#[utoipa::path(get, path = "/api/v1/lines/{line}/survey", tag = "quality", operation_id = "get_survey",
    params(("line" = LineId, Path)), responses((status = 200, body = SurveyView), (status = 404, body = Problem)))]
async fn look(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
) -> Answer<Json<SurveyView>> {
    let tenant = tenant_of(&app, line)?;
    let scope = caller.authorize(SURVEYS, tenant, Some(line))?;
    let read = async move |tx: &mut Tx| store::of_line(tx, tenant, line).await;
    let found = app.db().read(&scope, read).await?;
    let definition = Definition::default();
    let none = SurveyView { line, tenant, enabled: false, definition, version: 0 };
    Ok(Json(found.map_or(none, SurveyView::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SurveyInput {
    /// Is it used?
    pub enabled: bool,
    /// What is asked.
    pub definition: Definition,
}

/// Sets what customers of a line are asked. Invitations that are out keep their questions.
#[utoipa::path(put, path = "/api/v1/lines/{line}/survey", tag = "quality", operation_id = "set_survey",
    params(("line" = LineId, Path)), request_body = SurveyInput,
    responses((status = 200, body = SurveyView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn put(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
    Body(b): Body<SurveyInput>,
) -> Answer<Json<SurveyView>> {
    Ok(Json(set(&app, &caller, line, b).await?))
}

/// Sets what customers of a line are asked.
pub(super) async fn set(app: &App, caller: &Caller, line: LineId, b: SurveyInput) -> Result<SurveyView> {
    let tenant = tenant_of(app, line)?;
    let scope = caller.authorize(SURVEYS, tenant, Some(line))?;
    b.definition.check()?;
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.id::<i64>(), app.now());
    let b = Arc::new(b);
    let write = async move |tx: &mut Tx| {
        let before = store::of_line(tx, tenant, line).await?;
        let version = before.as_ref().map_or(0, |s| s.version) + 1;
        let survey = Survey {
            line,
            tenant,
            enabled: b.enabled,
            definition: b.definition.clone(),
            version,
            changed_at: now,
        };
        store::put(tx, &survey).await?;
        let after = SurveyView::from(survey);
        let change = audit::Change {
            tenant,
            actor,
            action: "survey.changed",
            subject: ("line", line.0),
            before: before.map(SurveyView::from).and_then(|s| serde_json::to_value(s).ok()),
            after: serde_json::to_value(&after).ok(),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(tenant, "survey.changed", line.0, actor, now).line(line));
        Ok(after)
    };
    app.db().write(&scope, AggregateKey::new("line", line.0), write).await
}

/// Takes a line's questions away while they are of this version; false when they are not. Invitations that are out stay.
pub(super) async fn remove(app: &App, caller: &Caller, line: LineId, version: i64) -> Result<bool> {
    let tenant = tenant_of(app, line)?;
    let scope = caller.authorize(SURVEYS, tenant, Some(line))?;
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.id::<i64>(), app.now());
    let write = async move |tx: &mut Tx| {
        let before = store::of_line(tx, tenant, line).await?.filter(|s| s.version == version);
        let Some(before) = before else { return Ok(false) };
        store::remove(tx, tenant, line).await?;
        let change = audit::Change {
            tenant,
            actor,
            action: "survey.removed",
            subject: ("line", line.0),
            before: serde_json::to_value(SurveyView::from(before)).ok(),
            after: None,
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(tenant, "survey.removed", line.0, actor, now).line(line));
        Ok(true)
    };
    app.db().write(&scope, AggregateKey::new("line", line.0), write).await
}

async fn standing(tx: &mut Tx, id: ConversationId) -> Result<ConversationSurvey> {
    let row = threads::by_id(tx, id).await?;
    let invitation = store::invitation(tx, row.tenant, id).await?;
    let survey = store::of_line(tx, row.tenant, row.line).await?;
    let response = store::response(tx, row.tenant, id).await?;
    Ok(ConversationSurvey {
        can_invite: invitation.is_none()
            && row.channel == Channel::Webchat
            && survey.is_some_and(|s| s.enabled),
        invited_by: invitation.as_ref().map(|i| i.by),
        invited_at: invitation.as_ref().map(|i| i.at),
        response: response.map(Into::into),
    })
}

/// Where a conversation's survey stands, and what was answered.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/survey", tag = "quality",
    operation_id = "get_conversation_survey", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ConversationSurvey), (status = 404, body = Problem)))]
async fn of_conversation(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ConversationSurvey>> {
    let read = async move |tx: &mut Tx| standing(tx, id).await;
    Ok(Json(app.db().read(&caller.authorize_any(READ), read).await?))
}

/// Invites the contact to say how they were served; once per conversation.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/survey", tag = "quality", operation_id = "invite_to_survey",
    params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = ConversationSurvey), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn invite(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<ConversationSurvey>> {
    let how = Inviting {
        by: InvitedBy::Agent,
        inviter: Some(caller.user),
        actor: caller.actor,
        event_id: app.id(),
        now: app.now(),
    };
    let (ip, audit_id) = (caller.info.ip, app.id::<i64>());
    let write = async move |tx: &mut Tx| {
        let row = service::invite(tx, id, how).await?;
        let change = audit::Change {
            tenant: row.tenant,
            actor: how.actor,
            action: "survey.invited",
            subject: ("conversation", id.0),
            before: None,
            after: None,
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, how.now, &change).await?;
        standing(tx, id).await
    };
    let key = AggregateKey::new("conversation", id.0);
    let standing = app.db().write(&caller.authorize_any(REPLY), key, write).await?;
    service::tell(&app, id);
    Ok(Json(standing))
}
