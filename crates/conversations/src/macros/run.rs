//! Running a macro in a conversation, and saying beforehand what it would do.

use super::http::{LISTED_MAX, MacroView, seen, view};
use super::model::Definition;
use super::store::{self, Stored};
use crate::actions::{self, Action, Doer};
use crate::audience::{Audience, Reader};
use crate::codes;
use crate::permissions::{MACROS, READ};
use crate::threads::{self, ConversationView};
use crate::variables;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{AggregateKey, ConversationId, Error, Event, Language, MacroId, Result};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(offered)).routes(routes!(preview, run))
}

/// Macros that are meant for a conversation, the most used first.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/macros", tag = "conversations",
    operation_id = "list_conversation_macros", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = Listing<MacroView>)))]
async fn offered(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<Listing<MacroView>>> {
    let reader = Reader::of(&app, &caller, READ, MACROS);
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let found = store::all(tx, &row.tenant.to_string(), user, LISTED_MAX).await?;
        Ok((row, found))
    };
    let (row, found) = app.db().read(reader.scope(), read).await?;
    let meant = found.into_iter().filter(|s| {
        s.audience.shows(&reader) && s.audience.serves(row.tenant, row.line) && s.definition.when.fits(&row)
    });
    Ok(Json(Listing::whole(meant.map(|s| view(&caller, s)).collect())))
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
#[schema(as = MacroRunInput)]
struct RunInput {
    /// In which language texts are sent where there are two; the reader's own otherwise.
    language: Option<Language>,
}

/// One step of what would happen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MacroStep)]
struct Step {
    /// What is done.
    action: Action,
    /// The text that would be sent or kept, with its variables filled.
    text: Option<String>,
    /// Variables that have no value here.
    missing: Vec<String>,
    /// May the reader do it?
    allowed: bool,
}

/// What would happen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MacroPreview)]
struct Preview {
    /// Step by step.
    steps: Vec<Step>,
    /// Is it meant for this conversation, and does nothing stand in the way?
    ready: bool,
}

fn doer(app: &App, caller: &Caller, language: Option<Language>, actions: usize) -> Doer {
    let rights = caller.clone();
    let may = move |p, t, l| rights.may(p, t, Some(l));
    let language = language.unwrap_or(caller.language);
    Doer::new(app, caller.user, caller.actor, language, actions, may)
}

/// What a macro would do in a conversation. Nothing is changed.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/macros/{macro}", tag = "conversations",
    operation_id = "preview_macro", params(("conversation" = ConversationId, Path), ("macro" = MacroId, Path), RunInput),
    responses((status = 200, body = Preview)))]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    PathId((id, wanted)): PathId<(ConversationId, MacroId)>,
    Query(q): Query<RunInput>,
) -> Answer<Json<Preview>> {
    let found = seen(&app, &caller, wanted).await?;
    let who = doer(&app, &caller, q.language, 0);
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let meant = meant_for(&found, &row).is_ok();
        let mut steps = vec![];
        for action in &found.definition.actions {
            let source = match action {
                Action::Reply { zh, en } => Some(variables::in_language(zh, en, who.language)),
                Action::Note { text } => Some(text.as_str()),
                _ => None,
            };
            let filled = match source {
                Some(text) => Some(who.text(tx, &row, text).await?),
                None => None,
            };
            let allowed = who.allowed(action, &row).is_ok();
            let (text, missing) = filled.map_or((None, vec![]), |f| (Some(f.text), f.missing));
            steps.push(Step { action: action.clone(), text, missing, allowed });
        }
        let ready = meant && steps.iter().all(|s| s.allowed && s.missing.is_empty());
        Ok(Preview { steps, ready })
    };
    Ok(Json(app.db().read(&caller.authorize_any(READ), read).await?))
}

fn meant_for(s: &Stored, row: &threads::Row) -> Result<()> {
    if s.audience.tenant != row.tenant {
        return Err(Error::not_found());
    }
    let meant = s.audience.serves(row.tenant, row.line) && s.definition.when.fits(row);
    if meant { Ok(()) } else { Err(Error::new(&codes::MACRO_UNFIT)) }
}

/// Runs a macro in a conversation: all of it, or nothing.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/macros/{macro}", tag = "conversations",
    operation_id = "run_macro", params(("conversation" = ConversationId, Path), ("macro" = MacroId, Path)),
    request_body = RunInput, responses((status = 200, body = ConversationView)))]
async fn run(
    State(app): State<App>,
    caller: Caller,
    PathId((id, wanted)): PathId<(ConversationId, MacroId)>,
    Body(b): Body<RunInput>,
) -> Answer<Json<ConversationView>> {
    let found = seen(&app, &caller, wanted).await?;
    let who = doer(&app, &caller, b.language, found.definition.actions.len());
    let (user, scope) = (caller.user, caller.authorize_any(READ));
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        meant_for(&found, &row)?;
        let (row, _) = actions::perform_all(tx, &who, id, &found.definition.actions).await?;
        store::count_use(tx, row.tenant, found.id).await?;
        let event = Event::new(row.tenant, "macro.ran", found.id.0, who.actor, who.now);
        tx.emit(event.line(row.line).conversation(row.id));
        threads::read_whole(tx, row, user).await
    };
    let whole = app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    Ok(Json(threads::show(&app, &caller, whole)))
}

/// A macro that the caller sees, for a bulk edit: for whom it is, and what it is.
pub(crate) async fn for_bulk(app: &App, caller: &Caller, id: MacroId) -> Result<(Audience, Definition)> {
    let found = seen(app, caller, id).await?;
    Ok((found.audience, found.definition))
}
