//! Routes and shapes of macros: reading and writing them.

use super::model::Definition;
use super::store::{self, Stored};
use crate::actions;
use crate::audience::{Audience, AudienceInput, Reader};
use crate::codes;
use crate::permissions::{MACROS, READ};
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AggregateKey, Error, Event, MacroId, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Shared macros of one client at the most.
const SHARED_MAX: i64 = 300;
/// One person's own macros in one client at the most.
const OWN_MAX: i64 = 60;
/// Macros listed at the most, all clients together.
pub(super) const LISTED_MAX: i64 = 2_000;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, remove))
}

/// A macro.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct MacroView {
    /// Its id.
    id: MacroId,
    /// For whom.
    audience: Audience,
    /// What it is.
    #[serde(flatten)]
    definition: Definition,
    /// How often it ran.
    used: i64,
    /// May the reader change it?
    editable: bool,
    /// When it was last changed.
    changed_at: Millis,
}

pub(super) fn view(caller: &Caller, s: Stored) -> MacroView {
    let editable = s.audience.authorize(caller, MACROS).is_ok();
    let Stored { id, audience, definition, used, changed_at } = s;
    MacroView { id, audience, definition, used, editable, changed_at }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfTenant {
    /// Only this client's.
    tenant: Option<TenantId>,
}

/// Macros that the reader may use, the most used first.
#[utoipa::path(get, path = "/api/v1/macros", tag = "conversations", operation_id = "list_macros", params(OfTenant),
    responses((status = 200, body = Listing<MacroView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OfTenant>,
) -> Answer<Json<Listing<MacroView>>> {
    let reader = Reader::of(&app, &caller, READ, MACROS);
    let tenants = Tx::ids(reader.scope().tenants().filter(|t| q.tenant.is_none_or(|w| w == *t)).map(|t| t.0));
    let user = caller.user;
    let read = async move |tx: &mut Tx| store::all(tx, &tenants, user, LISTED_MAX).await;
    let found = app.db().read(reader.scope(), read).await?;
    let shown = found.into_iter().filter(|s| s.audience.shows(&reader));
    Ok(Json(Listing::whole(shown.map(|s| view(&caller, s)).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMacro {
    /// For whom.
    audience: AudienceInput,
    /// What it is.
    #[serde(rename = "macro")]
    definition: Definition,
}

async fn record(
    tx: &mut Tx,
    caller: &Caller,
    action: &'static str,
    s: &Stored,
    ids: (i64, Millis),
    before: Option<&Definition>,
    after: Option<&Definition>,
) -> Result<()> {
    let shown = |d: Option<&Definition>| {
        d.map(|d| match s.audience.owner {
            None => {
                let words: Vec<&str> = d.actions.iter().map(|a| a.word()).collect();
                serde_json::json!({"name": d.name, "actions": words})
            }
            Some(_) => serde_json::json!({"own": true}),
        })
    };
    let change = audit::Change {
        tenant: s.audience.tenant,
        actor: caller.actor,
        action,
        subject: ("macro", s.id.0),
        before: shown(before),
        after: shown(after),
        reason: None,
        ip: Some(caller.info.ip),
    };
    audit::record(tx, ids.0, ids.1, &change).await?;
    let event = Event::new(s.audience.tenant, action, s.id.0, caller.actor, ids.1);
    tx.emit(match s.audience.line {
        Some(line) => event.line(line),
        None => event,
    });
    Ok(())
}

/// Adds a macro.
#[utoipa::path(post, path = "/api/v1/macros", tag = "conversations", operation_id = "create_macro",
    request_body = NewMacro, responses((status = 201, body = MacroView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewMacro>,
) -> Answer<(StatusCode, Json<MacroView>)> {
    let audience = b.audience.resolved(&app, &caller)?;
    let scope = audience.authorize(&caller, MACROS)?;
    let now = app.now();
    let made =
        Stored { id: app.id(), audience, definition: b.definition.cleaned()?, used: 0, changed_at: now };
    let (s, by, audit_id) = (made.clone(), caller.clone(), app.id::<i64>());
    let directory = app.port::<Arc<Directory>>().clone();
    let write = async move |tx: &mut Tx| {
        let max = if s.audience.owner.is_some() { OWN_MAX } else { SHARED_MAX };
        if store::count(tx, s.audience.tenant, s.audience.owner, max).await? >= max {
            return Err(Error::new(&codes::STORED_MAX).detail(max.to_string()));
        }
        let actions = &s.definition.actions;
        actions::check_against(tx, &directory, s.audience.tenant, s.audience.line, actions).await?;
        store::put(tx, &s).await?;
        record(tx, &by, "macro.created", &s, (audit_id, now), None, Some(&s.definition)).await
    };
    app.db().write(&scope, AggregateKey::new("macro", audience.tenant.0), write).await?;
    Ok((StatusCode::CREATED, Json(view(&caller, made))))
}

/// A macro that the reader sees.
pub(super) async fn seen(app: &App, caller: &Caller, id: MacroId) -> Result<Stored> {
    let reader = Reader::of(app, caller, READ, MACROS);
    let tenants = Tx::ids(reader.scope().tenants().map(|t| t.0));
    let read = async move |tx: &mut Tx| store::get(tx, &tenants, id).await;
    let found = app.db().read(reader.scope(), read).await?;
    if found.audience.shows(&reader) { Ok(found) } else { Err(Error::not_found()) }
}

/// Changes a macro.
#[utoipa::path(put, path = "/api/v1/macros/{macro}", tag = "conversations", operation_id = "change_macro",
    params(("macro" = MacroId, Path)), request_body = Definition, responses((status = 200, body = MacroView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<MacroId>,
    Body(b): Body<Definition>,
) -> Answer<Json<MacroView>> {
    let old = seen(&app, &caller, id).await?;
    let scope = old.audience.authorize(&caller, MACROS)?;
    let now = app.now();
    let new = Stored { definition: b.cleaned()?, changed_at: now, ..old.clone() };
    let (s, by, audit_id) = (new.clone(), caller.clone(), app.id::<i64>());
    let directory = app.port::<Arc<Directory>>().clone();
    let write = async move |tx: &mut Tx| {
        let actions = &s.definition.actions;
        actions::check_against(tx, &directory, s.audience.tenant, s.audience.line, actions).await?;
        store::put(tx, &s).await?;
        let (before, after) = (Some(&old.definition), Some(&s.definition));
        record(tx, &by, "macro.changed", &s, (audit_id, now), before, after).await
    };
    app.db().write(&scope, AggregateKey::new("macro", new.audience.tenant.0), write).await?;
    Ok(Json(view(&caller, new)))
}

/// Takes a macro away. What it did stays.
#[utoipa::path(delete, path = "/api/v1/macros/{macro}", tag = "conversations", operation_id = "remove_macro",
    params(("macro" = MacroId, Path)), responses((status = 204)))]
async fn remove(State(app): State<App>, caller: Caller, PathId(id): PathId<MacroId>) -> Answer<StatusCode> {
    let old = seen(&app, &caller, id).await?;
    let scope = old.audience.authorize(&caller, MACROS)?;
    let (by, audit_id, now) = (caller.clone(), app.id::<i64>(), app.now());
    let key = AggregateKey::new("macro", old.audience.tenant.0);
    let write = async move |tx: &mut Tx| {
        store::remove(tx, old.audience.tenant, id).await?;
        record(tx, &by, "macro.removed", &old, (audit_id, now), Some(&old.definition), None).await
    };
    app.db().write(&scope, key, write).await?;
    Ok(StatusCode::NO_CONTENT)
}
