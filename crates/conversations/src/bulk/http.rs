//! Routes and shapes of bulk edits.

use super::jobs;
use super::store::{self, DONE, FAILED, Run, UNDOING, UNDONE, WAITING};
use crate::actions::{self, Action};
use crate::codes;
use crate::macros;
use crate::permissions::READ;
use crate::threads;
use accounts::{Caller, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{
    AggregateKey, BulkId, ConversationId, Error, Language, LineId, MacroId, Result, TenantId, TenantScope,
};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Conversations of one bulk edit at the most.
const ITEMS_MAX: usize = 1_000;
/// Failed items named at the most.
const FAILURES_MAX: i64 = 100;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(one)).routes(routes!(undo))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkInput {
    /// The conversations, at most a thousand.
    conversations: Vec<ConversationId>,
    /// What is done to each; or a macro.
    #[serde(default)]
    actions: Vec<Action>,
    /// A macro whose actions are done.
    #[serde(rename = "macro")]
    stored: Option<MacroId>,
}

/// Where a bulk edit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum BulkState {
    /// Being done.
    Running,
    /// Done.
    Done,
    /// Being taken back.
    Undoing,
    /// Taken back.
    Undone,
}

/// A conversation that was left as it was.
#[derive(Debug, Serialize, ToSchema)]
struct BulkFailure {
    /// The conversation.
    conversation: ConversationId,
    /// Its number.
    number: Option<i64>,
    /// Why: an error code.
    code: String,
    /// Why, in the reader's language.
    words: String,
}

/// The words of a code that an item failed with.
fn words(code: &str, language: Language) -> String {
    let all = codes::ALL.iter().chain(accounts::codes::ALL).chain(kernel::CODES);
    let found = all.copied().find(|c| c.code == code).unwrap_or(&kernel::INTERNAL);
    match language {
        Language::En => found.en.into(),
        Language::Zh => found.zh.into(),
    }
}

/// A bulk edit.
#[derive(Debug, Serialize, ToSchema)]
struct BulkView {
    /// Its id.
    id: BulkId,
    /// Where it stands.
    state: BulkState,
    /// Conversations in it.
    total: i64,
    /// Done so far.
    done: i64,
    /// Taken back so far.
    undone: i64,
    /// Left as they were.
    failed: i64,
    /// Asked for, but gone, or not meant by the macro.
    left_out: i64,
    /// Which were left as they were, at most a hundred.
    failures: Vec<BulkFailure>,
    /// Can it be taken back?
    undoable: bool,
}

async fn shown(app: &App, scope: &TenantScope, run: Run) -> Result<BulkView> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let id = run.id;
    let read = async move |tx: &mut Tx| {
        let counts = store::counts(tx, &tenants, id).await?;
        let failed = store::failures(tx, &tenants, id, FAILURES_MAX).await?;
        let ids: Vec<ConversationId> = failed.iter().map(|(c, _)| *c).collect();
        Ok((counts, failed, threads::by_ids(tx, &ids).await?))
    };
    let (counts, failed, rows) = app.db().read(scope, read).await?;
    let counts: BTreeMap<String, i64> = counts.into_iter().collect();
    let n = |state: &str| counts.get(state).copied().unwrap_or(0);
    let state = match (run.undoing, n(WAITING) + n(UNDOING)) {
        (false, 0) => BulkState::Done,
        (false, _) => BulkState::Running,
        (true, 0) => BulkState::Undone,
        (true, _) => BulkState::Undoing,
    };
    let number = |c: ConversationId| rows.iter().find(|r| r.id == c).map(|r| r.number);
    let failures = failed.into_iter();
    Ok(BulkView {
        id,
        state,
        total: counts.values().sum(),
        done: n(DONE) + n(UNDOING),
        undone: n(UNDONE),
        failed: n(FAILED),
        left_out: run.left_out,
        failures: failures
            .map(|(conversation, code)| {
                let words = words(&code, run.language);
                BulkFailure { conversation, number: number(conversation), code, words }
            })
            .collect(),
        undoable: state == BulkState::Done && n(DONE) > 0 && undoable(&run.actions),
    })
}

fn undoable(all: &[Action]) -> bool {
    all.iter().any(|a| actions::entry(a.word()).is_some_and(|d| d.undoable))
}

/// Does the same to many conversations. Answers at once; how far it has come is asked for with its id. Conversations that
/// are gone, or for which the macro is not meant, are left out and counted.
#[utoipa::path(post, path = "/api/v1/bulk", tag = "conversations", operation_id = "start_bulk",
    request_body = BulkInput, responses((status = 202, body = BulkView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<BulkInput>,
) -> Answer<(StatusCode, Json<BulkView>)> {
    if b.conversations.is_empty() || b.conversations.len() > ITEMS_MAX {
        let fault = if b.conversations.is_empty() { "required" } else { "too_many" };
        return Err(Error::invalid("/conversations", fault).into());
    }
    let stored = match b.stored {
        Some(_) if !b.actions.is_empty() => return Err(Error::invalid("/actions", "unfit").into()),
        Some(id) => Some(macros::for_bulk(&app, &caller, id).await?),
        None => None,
    };
    let list = match &stored {
        Some((_, definition)) => definition.actions.clone(),
        None => actions::check_all(b.actions)?,
    };
    let run = Run {
        id: app.id(),
        user: caller.user,
        actor: caller.actor,
        language: caller.language,
        actions: list,
        undoing: false,
        left_out: 0,
        created_at: app.now(),
    };
    let scope = caller.authorize_any(READ);
    let (by, wanted, asked) = (caller.clone(), b.conversations.clone(), b.conversations.len());
    let (new, job) = (run.clone(), jobs::job(&app, run.id, serde_json::Value::Null));
    let audit_ids: Vec<i64> = scope.tenants().map(|_| app.id::<i64>()).collect();
    let write = async move |tx: &mut Tx| {
        let mut rows = threads::by_ids(tx, &wanted).await?;
        if rows.is_empty() {
            return Err(Error::invalid("/conversations", "unknown"));
        }
        // A token holds less than its owner, so what it may is asked here; the owner's rights again when it is done.
        let may = |r: &threads::Row| {
            let meant = stored.as_ref().is_none_or(|(a, d)| a.serves(r.tenant, r.line) && d.when.fits(r));
            meant && new.actions.iter().all(|a| by.may(a.need(), r.tenant, Some(r.line)))
        };
        rows.retain(may);
        if rows.is_empty() {
            return Err(Error::new(&accounts::codes::MISSING_PERMISSION));
        }
        let run = Run { left_out: asked as i64 - rows.len() as i64, ..new.clone() };
        store::insert(tx, &run).await?;
        let mut by_client: BTreeMap<_, usize> = BTreeMap::new();
        for r in &rows {
            store::add(tx, run.id, r.id, r.tenant).await?;
            *by_client.entry(r.tenant).or_default() += 1;
        }
        let words: Vec<&str> = run.actions.iter().map(|a| a.word()).collect();
        for ((tenant, n), audit_id) in by_client.iter().zip(&audit_ids) {
            let change = audit::Change {
                tenant: *tenant,
                actor: by.actor,
                action: "conversations.bulk",
                subject: ("bulk", run.id.0),
                before: None,
                after: Some(serde_json::json!({"actions": words, "conversations": n})),
                reason: None,
                ip: Some(by.info.ip),
            };
            audit::record(tx, *audit_id, run.created_at, &change).await?;
        }
        tx.enqueue(&job).await?;
        tx.made(run.id.0);
        Ok(run)
    };
    let run = app.db().write(&scope, AggregateKey::new("bulk", run.id.0), write).await?;
    Ok((StatusCode::ACCEPTED, Json(shown(&app, &scope, run).await?)))
}

/// A run is there for whoever reaches the lines of its conversations: a token may reach less than its owner.
fn reached(caller: &Caller) -> impl Fn(&[(TenantId, LineId)]) -> Result<()> + Send + 'static {
    let caller = caller.clone();
    move |places| {
        let all = places.iter().all(|(tenant, line)| caller.may(READ, *tenant, Some(*line)));
        if all && !places.is_empty() { Ok(()) } else { Err(Error::not_found()) }
    }
}

/// How far a bulk edit of one's own has come.
#[utoipa::path(get, path = "/api/v1/bulk/{bulk}", tag = "conversations", operation_id = "get_bulk",
    params(("bulk" = BulkId, Path)), responses((status = 200, body = BulkView)))]
async fn one(State(app): State<App>, caller: Caller, PathId(id): PathId<BulkId>) -> Answer<Json<BulkView>> {
    let (scope, user) = (caller.authorize_any(READ), caller.user);
    let reached = reached(&caller);
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let read = async move |tx: &mut Tx| {
        let run = store::get(tx, user, id).await?;
        reached(&store::places(tx, &tenants, id).await?)?;
        Ok(run)
    };
    let run = app.db().read(&scope, read).await?;
    Ok(Json(shown(&app, &scope, run).await?))
}

/// Takes a bulk edit of one's own back, as far as it can be. What somebody handed over since is left as it is.
#[utoipa::path(post, path = "/api/v1/bulk/{bulk}/undo", tag = "conversations", operation_id = "undo_bulk",
    params(("bulk" = BulkId, Path)), responses((status = 202, body = BulkView)))]
async fn undo(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BulkId>,
) -> Answer<(StatusCode, Json<BulkView>)> {
    let (scope, user) = (caller.authorize_any(READ), caller.user);
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let job = jobs::job(&app, id, serde_json::json!({"undo": true}));
    let reached = reached(&caller);
    let write = async move |tx: &mut Tx| {
        let run = store::get(tx, user, id).await?;
        reached(&store::places(tx, &tenants, id).await?)?;
        let counts = store::counts(tx, &tenants, id).await?;
        let waiting = counts.iter().any(|(state, n)| state == WAITING && *n > 0);
        if run.undoing || waiting || store::begin_undo(tx, &tenants, id, user).await? == 0 {
            return Err(Error::new(&codes::BULK_UNDONE));
        }
        tx.enqueue(&job).await?;
        Ok(Run { undoing: true, ..run })
    };
    let run = app.db().write(&scope, AggregateKey::new("bulk", id.0), write).await?;
    Ok((StatusCode::ACCEPTED, Json(shown(&app, &scope, run).await?)))
}
