//! Routes of queues.

use super::model::{Absence, Fit, Queue, SkillAsk};
use super::rules::Rules;
use super::service::{self, Change, New};
use super::store;
use super::view::QueueView;
use crate::floor::{Board, OpenNow};
use crate::permissions::{FLOOR, QUEUES, TAKE};
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{LineId, QueueId, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId, Query};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's.
    tenant: Option<TenantId>,
}

fn view(app: &App, q: &Queue) -> QueueView {
    let figures = app.port::<Arc<Board>>().queue_figures(q, app.now());
    QueueView::of(q, &figures, OpenNow::of(app.port::<Arc<Directory>>(), q, app.now()))
}

/// The queues of the lines that the caller serves, watches or sets up.
#[utoipa::path(get, path = "/api/v1/queues", tag = "routing", operation_id = "list_queues", params(Filter),
    responses((status = 200, body = Vec<QueueView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<Vec<QueueView>>> {
    let reach = [QUEUES, FLOOR, TAKE, conversations::permissions::READ].map(|p| caller.authorize_any(p));
    let read = async |tx: &mut Tx| store::all(tx).await;
    let all = app.db().read(&accounts::authorize::reader(), read).await?;
    let seen = |q: &&Queue| {
        f.tenant.is_none_or(|t| t == q.tenant) && reach.iter().any(|r| r.contains_line(q.tenant, q.line))
    };
    Ok(Json(all.iter().filter(seen).map(|q| view(&app, q)).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewQueue {
    /// The client.
    tenant: TenantId,
    /// The line.
    line: LineId,
    /// Its name, at most 100 characters.
    name: String,
    /// What the work needs.
    skills: Option<Vec<SkillAsk>>,
    /// Larger goes first, -100 to 100.
    priority: Option<i64>,
    /// Which of several qualified agents it prefers.
    fit: Option<Fit>,
    /// How long an offer rings, 5,000 to 600,000 ms.
    offer_ms: Option<i64>,
    /// Give work without asking?
    auto_accept: Option<bool>,
    /// Time for the record after an agent's last item, up to 3,600,000 ms.
    wrap_up_ms: Option<i64>,
    /// What becomes of held work when its agent is gone.
    on_absence: Option<Absence>,
    /// How it is served beyond that, as a whole.
    rules: Option<Rules>,
}

/// Makes a queue.
#[utoipa::path(post, path = "/api/v1/queues", tag = "routing", operation_id = "create_queue",
    request_body = NewQueue, responses((status = 201, body = QueueView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewQueue>,
) -> Answer<(StatusCode, Json<QueueView>)> {
    let rest = Change {
        name: None,
        skills: b.skills,
        priority: b.priority,
        fit: b.fit,
        offer_ms: b.offer_ms,
        auto_accept: b.auto_accept,
        wrap_up_ms: b.wrap_up_ms,
        on_absence: b.on_absence,
        rules: b.rules,
    };
    let new = New { tenant: b.tenant, line: b.line, name: b.name, rest };
    let queue = service::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &queue))))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QueueChange {
    /// Its name, at most 100 characters.
    name: Option<String>,
    /// What the work needs.
    skills: Option<Vec<SkillAsk>>,
    /// Larger goes first, -100 to 100.
    priority: Option<i64>,
    /// Which of several qualified agents it prefers.
    fit: Option<Fit>,
    /// How long an offer rings, 5,000 to 600,000 ms.
    offer_ms: Option<i64>,
    /// Give work without asking?
    auto_accept: Option<bool>,
    /// Time for the record after an agent's last item, up to 3,600,000 ms.
    wrap_up_ms: Option<i64>,
    /// What becomes of held work when its agent is gone.
    on_absence: Option<Absence>,
    /// How it is served beyond that, as a whole.
    rules: Option<Rules>,
}

/// Changes a queue.
#[utoipa::path(patch, path = "/api/v1/queues/{queue}", tag = "routing", operation_id = "change_queue",
    params(("queue" = QueueId, Path)), request_body = QueueChange, responses((status = 200, body = QueueView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<QueueId>,
    Body(b): Body<QueueChange>,
) -> Answer<Json<QueueView>> {
    let change = Change {
        name: b.name,
        skills: b.skills,
        priority: b.priority,
        fit: b.fit,
        offer_ms: b.offer_ms,
        auto_accept: b.auto_accept,
        wrap_up_ms: b.wrap_up_ms,
        on_absence: b.on_absence,
        rules: b.rules,
    };
    let queue = service::change(&app, &caller, id, change).await?;
    Ok(Json(view(&app, &queue)))
}
