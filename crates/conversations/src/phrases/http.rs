//! Routes and shapes of phrases.

use super::import::{self, RowFault};
use super::model::{PhraseText, Sounds, sounds};
use super::store::{self, Stored};
use crate::audience::{Audience, AudienceInput, Reader};
use crate::codes;
use crate::permissions::{PHRASES, READ, REPLY};
use crate::variables::{VARIABLES, Variable};
use accounts::{Caller, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AggregateKey, Error, Event, LineId, Millis, PhraseId, Result, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId, Query, decode_cursor, encode_cursor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Shared phrases of one client at the most.
const SHARED_MAX: i64 = 5_000;
/// One person's own phrases in one client at the most.
const OWN_MAX: i64 = 500;
/// Phrases of a page: the desk reads them all, once.
const PAGE: i64 = 500;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, remove))
        .routes(routes!(used))
        .routes(routes!(import_table))
        .routes(routes!(variables))
}

/// A phrase.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PhraseView {
    /// Its id.
    id: PhraseId,
    /// For whom.
    audience: Audience,
    /// The group it stands in; empty for none.
    folder: String,
    /// What it is called.
    title: String,
    /// The word that finds it at once; empty for none.
    shortcut: String,
    /// The Chinese text.
    zh: String,
    /// The English text.
    en: String,
    /// Its place among its folder's.
    place: i64,
    /// How often it was used.
    used: i64,
    /// How its title sounds.
    sounds: Sounds,
    /// May the reader change it?
    editable: bool,
    /// When it was last changed.
    changed_at: Millis,
}

fn view(caller: &Caller, s: Stored) -> PhraseView {
    let editable = s.audience.authorize(caller, PHRASES).is_ok();
    let t = s.text;
    PhraseView {
        id: s.id,
        audience: s.audience,
        sounds: sounds(&t.title),
        folder: t.folder,
        title: t.title,
        shortcut: t.shortcut,
        zh: t.zh,
        en: t.en,
        place: t.place,
        used: s.used,
        editable,
        changed_at: s.changed_at,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Part {
    /// Only this client's.
    tenant: Option<TenantId>,
    /// Only those that serve this line.
    line: Option<LineId>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Phrases that the reader may use, five hundred at a time.
#[utoipa::path(get, path = "/api/v1/phrases", tag = "conversations", operation_id = "list_phrases", params(Part),
    responses((status = 200, body = Listing<PhraseView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Part>,
) -> Answer<Json<Listing<PhraseView>>> {
    let reader = Reader::of(&app, &caller, READ, PHRASES);
    let after: PhraseId = q.cursor.as_deref().map(decode_cursor).transpose()?.unwrap_or_default();
    let tenants = Tx::ids(reader.scope().tenants().filter(|t| q.tenant.is_none_or(|w| w == *t)).map(|t| t.0));
    let user = caller.user;
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, user, after, PAGE + 1).await;
    let mut found = app.db().read(reader.scope(), read).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|s| encode_cursor(&s.id));
    let serves = |a: &Audience| q.line.is_none_or(|l| a.line.is_none_or(|own| own == l));
    let shown = found.into_iter().filter(|s| reader.scope().contains(s.audience.tenant));
    let shown = shown.filter(|s| s.audience.shows(&reader) && serves(&s.audience));
    Ok(Json(Listing { items: shown.map(|s| view(&caller, s)).collect(), next }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPhrase {
    /// For whom.
    pub audience: AudienceInput,
    /// What it says.
    pub phrase: PhraseText,
}

async fn room(tx: &mut Tx, a: &Audience, more: i64) -> Result<()> {
    let max = if a.owner.is_some() { OWN_MAX } else { SHARED_MAX };
    match store::count(tx, a.tenant, a.owner, max + 1).await? + more > max {
        true => Err(Error::new(&codes::STORED_MAX).detail(max.to_string())),
        false => Ok(()),
    }
}

/// What changed, for the record: one's own are nobody else's business, so that only what is shared tells its title.
async fn record(
    tx: &mut Tx,
    caller: &Caller,
    action: &'static str,
    s: &Stored,
    ids: (i64, Millis),
    before: Option<&PhraseText>,
    after: Option<&PhraseText>,
) -> Result<()> {
    let shown = |t: Option<&PhraseText>| {
        t.map(|t| match s.audience.owner {
            None => serde_json::json!({"folder": t.folder, "title": t.title, "shortcut": t.shortcut}),
            Some(_) => serde_json::json!({"own": true}),
        })
    };
    let change = audit::Change {
        tenant: s.audience.tenant,
        actor: caller.actor,
        action,
        subject: ("phrase", s.id.0),
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

/// Adds a phrase.
#[utoipa::path(post, path = "/api/v1/phrases", tag = "conversations", operation_id = "create_phrase",
    request_body = NewPhrase, responses((status = 201, body = PhraseView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewPhrase>,
) -> Answer<(StatusCode, Json<PhraseView>)> {
    let made = make(&app, &caller, b).await?;
    Ok((StatusCode::CREATED, Json(view(&caller, made))))
}

/// Makes a phrase.
pub(super) async fn make(app: &App, caller: &Caller, b: NewPhrase) -> Result<Stored> {
    let audience = b.audience.resolved(app, caller)?;
    let scope = audience.authorize(caller, PHRASES)?;
    let now = app.now();
    let made = Stored { id: app.id(), audience, text: b.phrase.cleaned()?, used: 0, changed_at: now };
    let (s, by, audit_id) = (made.clone(), caller.clone(), app.id::<i64>());
    let write = async move |tx: &mut Tx| {
        room(tx, &s.audience, 1).await?;
        store::put(tx, &s).await?;
        record(tx, &by, "phrase.created", &s, (audit_id, now), None, Some(&s.text)).await
    };
    app.db().write(&scope, AggregateKey::new("phrase", audience.tenant.0), write).await?;
    Ok(made)
}

/// A phrase that the caller may change, with the scope to do so.
async fn changeable(app: &App, caller: &Caller, id: PhraseId) -> Result<(Stored, kernel::TenantScope)> {
    let reader = Reader::of(app, caller, READ, PHRASES);
    let tenants = Tx::ids(reader.scope().tenants().map(|t| t.0));
    let read = async move |tx: &mut Tx| store::get(tx, &tenants, id).await;
    let found = app.db().read(reader.scope(), read).await?;
    if !found.audience.shows(&reader) {
        return Err(Error::not_found());
    }
    let scope = found.audience.authorize(caller, PHRASES)?;
    Ok((found, scope))
}

/// Changes what a phrase says.
#[utoipa::path(put, path = "/api/v1/phrases/{phrase}", tag = "conversations", operation_id = "change_phrase",
    params(("phrase" = PhraseId, Path)), request_body = PhraseText, responses((status = 200, body = PhraseView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<PhraseId>,
    Body(b): Body<PhraseText>,
) -> Answer<Json<PhraseView>> {
    let (old, scope) = changeable(&app, &caller, id).await?;
    let now = app.now();
    let new = Stored { text: b.cleaned()?, changed_at: now, ..old.clone() };
    let (s, by, audit_id) = (new.clone(), caller.clone(), app.id::<i64>());
    let write = async move |tx: &mut Tx| {
        store::put(tx, &s).await?;
        record(tx, &by, "phrase.changed", &s, (audit_id, now), Some(&old.text), Some(&s.text)).await
    };
    app.db().write(&scope, AggregateKey::new("phrase", new.audience.tenant.0), write).await?;
    Ok(Json(view(&caller, new)))
}

/// Takes a phrase away. Texts that were sent with it stay as they are.
#[utoipa::path(delete, path = "/api/v1/phrases/{phrase}", tag = "conversations", operation_id = "remove_phrase",
    params(("phrase" = PhraseId, Path)), responses((status = 204)))]
async fn remove(State(app): State<App>, caller: Caller, PathId(id): PathId<PhraseId>) -> Answer<StatusCode> {
    take_away(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a phrase away.
pub(super) async fn take_away(app: &App, caller: &Caller, id: PhraseId) -> Result<()> {
    let (old, scope) = changeable(app, caller, id).await?;
    let (by, audit_id, now) = (caller.clone(), app.id::<i64>(), app.now());
    let key = AggregateKey::new("phrase", old.audience.tenant.0);
    let write = async move |tx: &mut Tx| {
        store::remove(tx, old.audience.tenant, id).await?;
        record(tx, &by, "phrase.removed", &old, (audit_id, now), Some(&old.text), None).await
    };
    app.db().write(&scope, key, write).await
}

/// Counts that a phrase was used.
#[utoipa::path(post, path = "/api/v1/phrases/{phrase}/used", tag = "conversations", operation_id = "use_phrase",
    params(("phrase" = PhraseId, Path)), responses((status = 204)))]
async fn used(State(app): State<App>, caller: Caller, PathId(id): PathId<PhraseId>) -> Answer<StatusCode> {
    let reader = Reader::of(&app, &caller, REPLY, PHRASES);
    let tenants = Tx::ids(reader.scope().tenants().map(|t| t.0));
    let scope = reader.scope().clone();
    let write = async move |tx: &mut Tx| {
        let found = store::get(tx, &tenants, id).await?;
        if !found.audience.shows(&reader) {
            return Err(Error::not_found());
        }
        store::count_use(tx, found.audience.tenant, id).await
    };
    app.db().write(&scope, AggregateKey::new("phrase_use", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhraseTable {
    /// For whom all of them are.
    audience: AudienceInput,
    /// The table: folder, title, shortcut, Chinese, English; by comma or by tab.
    text: String,
    /// Only look: nothing is kept.
    #[serde(default)]
    dry_run: bool,
}

/// What became of a table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhrasesImported)]
struct Imported {
    /// Phrases read.
    read: usize,
    /// Phrases kept; none where a row is at fault.
    kept: usize,
    /// Rows that cannot be taken.
    faults: Vec<RowFault>,
}

/// Takes phrases from a pasted table: all of them, or none and the rows at fault.
#[utoipa::path(post, path = "/api/v1/phrases/import", tag = "conversations", operation_id = "import_phrases",
    request_body = PhraseTable, responses((status = 200, body = Imported)))]
async fn import_table(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<PhraseTable>,
) -> Answer<Json<Imported>> {
    let audience = b.audience.resolved(&app, &caller)?;
    let scope = audience.authorize(&caller, PHRASES)?;
    let phrases = match import::read(&b.text, caller.language)? {
        Ok(all) => all,
        Err(faults) => return Ok(Json(Imported { read: faults.len(), kept: 0, faults })),
    };
    let read = phrases.len();
    if b.dry_run || read == 0 {
        return Ok(Json(Imported { read, kept: 0, faults: vec![] }));
    }
    let now = app.now();
    let made = phrases.into_iter().map(|text| {
        let stored = Stored { id: app.id(), audience, text, used: 0, changed_at: now };
        (stored, app.id::<i64>())
    });
    let made: Vec<(Stored, i64)> = made.collect();
    let by = caller.clone();
    let write = async move |tx: &mut Tx| {
        room(tx, &audience, made.len() as i64).await?;
        for (s, audit_id) in &made {
            store::put(tx, s).await?;
            record(tx, &by, "phrase.created", s, (*audit_id, now), None, Some(&s.text)).await?;
        }
        Ok(made.len())
    };
    let kept = app.db().write(&scope, AggregateKey::new("phrase", audience.tenant.0), write).await?;
    Ok(Json(Imported { read, kept, faults: vec![] }))
}

/// The variables that texts may hold.
#[utoipa::path(get, path = "/api/v1/phrase-variables", tag = "conversations", operation_id = "list_phrase_variables",
    responses((status = 200, body = Listing<Variable>)))]
async fn variables(_: Caller) -> Answer<Json<Listing<Variable>>> {
    Ok(Json(Listing::whole(VARIABLES.to_vec())))
}
