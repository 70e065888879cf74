//! Routes of targets.

use super::model::Target;
use super::store;
use crate::permissions::{ALERTS, MONITOR, REPORTS};
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use kernel::{AggregateKey, Error, Event, LineId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde_json::json;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(one, change))
}

/// What a line aims at.
#[utoipa::path(get, path = "/api/v1/lines/{line}/target", tag = "insight", operation_id = "get_line_target",
    params(("line" = LineId, Path)), responses((status = 200, body = Target)))]
async fn one(State(app): State<App>, caller: Caller, PathId(id): PathId<LineId>) -> Answer<Json<Target>> {
    let line = app.port::<Arc<Directory>>().line(id).ok_or_else(Error::not_found)?;
    let held = [MONITOR, REPORTS, ALERTS].map(|p| caller.authorize(p, line.tenant, Some(id)));
    let [a, b, c] = held;
    let scope = a.or(b).or(c)?;
    let of = [(line.tenant, id)];
    let read = async move |tx: &mut Tx| store::of_lines(tx, &of).await;
    let found = app.db().read(&scope, read).await?;
    Ok(Json(found.get(&id).copied().unwrap_or_default()))
}

/// Sets what a line aims at.
#[utoipa::path(put, path = "/api/v1/lines/{line}/target", tag = "insight", operation_id = "set_line_target",
    params(("line" = LineId, Path)), request_body = Target, responses((status = 200, body = Target)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<LineId>,
    Body(to): Body<Target>,
) -> Answer<Json<Target>> {
    let line = app.port::<Arc<Directory>>().line(id).ok_or_else(Error::not_found)?;
    let tenant = line.tenant;
    let scope = caller.authorize(ALERTS, tenant, Some(id))?;
    to.check()?;
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.id::<i64>(), app.now());
    let write = async move |tx: &mut Tx| {
        let before = store::of_lines(tx, &[(tenant, id)]).await?.get(&id).copied().unwrap_or_default();
        store::put(tx, tenant, id, &to, now).await?;
        let change = audit::Change {
            tenant,
            actor,
            action: "target.changed",
            subject: ("line", id.0),
            before: Some(json!(before)),
            after: Some(json!(to)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(tenant, "target.changed", id.0, actor, now).line(id));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("line", id.0), write).await?;
    Ok(Json(to))
}
