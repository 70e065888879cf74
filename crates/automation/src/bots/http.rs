//! Routes of bots.

use super::cards::Said;
use super::model::{BOTS_MAX, Bot, Platform, Status, check_address, check_kinds, check_name, check_secret};
use super::service::{self, ADDRESS, SIGNING};
use super::view::{BotTestView, BotView, CardView, NoticeKindView};
use super::{jobs, store};
use crate::codes;
use crate::permissions::BOTS;
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{
    AggregateKey, BotId, CardId, Error, Event, JobId, Language, LineId, LineSet, Millis, Result, TeamId,
    TenantId, TenantScope,
};
use platform::App;
use platform::notices::NoticeKinds;
use platform::secrets::FreshSecret;
use platform::store::Tx;
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
        .routes(routes!(cards))
        .routes(routes!(replay))
        .routes(routes!(test))
}

/// The clients whose bots this caller sets up: those held as a whole, and the provider for who holds all.
fn reach(caller: &Caller) -> Vec<TenantId> {
    let scope = caller.authorize_any(BOTS);
    let whole = scope.reach().iter().filter(|(_, lines)| *lines == LineSet::All);
    let mut all: Vec<TenantId> = whole.map(|(t, _)| *t).collect();
    if caller.authorize_provider(BOTS).is_ok() {
        all.push(TenantId(0));
    }
    all
}

fn scope(caller: &Caller, tenant: Option<TenantId>) -> Result<TenantScope> {
    match tenant.and_then(TenantId::some) {
        None => caller.authorize_provider(BOTS),
        Some(t) => caller.authorize_whole(BOTS, t),
    }
}

/// A bot within reach, with the scope to change it in.
async fn reached(app: &App, caller: &Caller, id: BotId) -> Result<(Bot, TenantScope)> {
    let tenants = reach(caller);
    let read = async move |tx: &mut Tx| store::by_id(tx, &tenants, id).await;
    let bot = app.db().read(&accounts::authorize::reader(), read).await?;
    let scope = scope(caller, bot.tenant.some())?;
    Ok((bot, scope))
}

/// A line must be the client's own, and a team one that is there.
fn check_place(app: &App, tenant: TenantId, line: Option<LineId>, team: Option<TeamId>) -> Result<()> {
    let directory = app.port::<Arc<Directory>>();
    if let Some(l) = line {
        let found = directory.line(l).filter(|l| l.tenant == tenant);
        found.ok_or_else(Error::not_found)?;
    }
    match team {
        Some(t) if !directory.has_team(t) => Err(Error::not_found()),
        _ => Ok(()),
    }
}

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
        b: &Bot,
        what: &'static str,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<()> {
        let change = audit::Change {
            tenant: b.tenant,
            actor: self.actor,
            action: what,
            subject: ("bot", b.id.0),
            before,
            after,
            reason: None,
            ip: Some(self.ip),
        };
        audit::record(tx, self.id, self.now, &change).await?;
        tx.emit(Event::new(b.tenant, what, b.id.0, self.actor, self.now));
        Ok(())
    }
}

fn facts(b: &Bot) -> Option<Value> {
    Some(json!({
        "name": b.name, "platform": b.platform, "line": b.line.some(), "team": b.team.some(), "kinds": b.kinds,
        "language": b.language, "enabled": b.enabled,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only this client's.
    tenant: Option<TenantId>,
}

/// Whom staff notices are told, at the clients that the caller sets up.
#[utoipa::path(get, path = "/api/v1/bots", tag = "automation", operation_id = "list_bots", params(Filter),
    responses((status = 200, body = Listing<BotView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<Listing<BotView>>> {
    let mut tenants = reach(&caller);
    if let Some(only) = f.tenant {
        tenants.retain(|t| *t == only);
    }
    let read = async move |tx: &mut Tx| store::list(tx, &tenants).await;
    let all = app.db().read(&accounts::authorize::reader(), read).await?;
    Ok(Json(Listing::whole(all.into_iter().map(BotView::from).collect())))
}

/// What can be told.
#[utoipa::path(get, path = "/api/v1/notice-kinds", tag = "automation", operation_id = "list_notice_kinds",
    responses((status = 200, body = Listing<NoticeKindView>)))]
async fn kinds(State(app): State<App>, caller: Caller) -> Answer<Json<Listing<NoticeKindView>>> {
    let _ = caller;
    let all = app.port::<NoticeKinds>().all();
    let items = all.iter().map(|k| NoticeKindView { kind: k.key, en: k.en, zh: k.zh }).collect();
    Ok(Json(Listing::whole(items)))
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBot {
    /// The client; left out for the provider, which hears of all.
    tenant: Option<TenantId>,
    /// Only notices of this line.
    line: Option<LineId>,
    /// Only notices of this team.
    team: Option<TeamId>,
    /// Who carries the cards.
    platform: Platform,
    /// What staff call it, up to 80 characters.
    name: String,
    /// What it listens to; `*` is everything.
    kinds: Vec<String>,
    /// In which language.
    language: Option<Language>,
    /// The bot's webhook address, or addresses of mail, one a line. Sealed, and not shown again.
    address: String,
    /// The signing secret, for DingTalk and Feishu. Sealed, and not shown again.
    secret: Option<String>,
    /// Is anything sent?
    #[serde(default = "yes")]
    enabled: bool,
}

/// Makes a bot.
#[utoipa::path(post, path = "/api/v1/bots", tag = "automation", operation_id = "create_bot", request_body = NewBot,
    responses((status = 201, body = BotView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewBot>,
) -> Answer<(StatusCode, Json<BotView>)> {
    let scope = scope(&caller, b.tenant)?;
    let tenant = b.tenant.unwrap_or_default();
    check_place(&app, tenant, b.line, b.team)?;
    let name = check_name(&b.name)?;
    check_kinds(&b.kinds, app.port::<NoticeKinds>())?;
    let address = judged(&app, b.platform, &b.address)?;
    let secret = b.secret.filter(|s| b.platform.signs() && !s.trim().is_empty()).map(|s| s.trim().to_owned());
    secret.as_deref().map(check_secret).transpose()?;
    let bot = Bot {
        id: app.id(),
        tenant,
        line: b.line.unwrap_or_default(),
        team: b.team.unwrap_or_default(),
        platform: b.platform,
        name,
        kinds: b.kinds,
        language: b.language.unwrap_or(caller.language),
        enabled: b.enabled,
        created_by: caller.user,
        created_at: app.now(),
    };
    let (made, trace, sealing) =
        (bot.clone(), Trace::of(&app, &caller), Sealing::new(&app, Some(address), secret));
    let write = async move |tx: &mut Tx| {
        if store::count(tx, made.tenant).await? >= BOTS_MAX {
            return Err(Error::new(&codes::BOT_TOO_MANY));
        }
        store::insert(tx, &made).await?;
        sealing.seal(tx, &made, trace.now).await?;
        trace.leave(tx, &made, "bot.created", None, facts(&made)).await
    };
    app.db().write(&scope, AggregateKey::new("bot", bot.id.0), write).await?;
    Ok((StatusCode::CREATED, Json(bot.into())))
}

/// An address that may be called, as far as can be told without calling it.
fn judged(app: &App, platform: Platform, address: &str) -> Result<String> {
    let address = check_address(platform, address)?;
    if platform != Platform::Mail {
        app.egress().check(&address)?;
    }
    Ok(address)
}

/// What is to be sealed of a bot, with what must be made before the transaction.
struct Sealing {
    secrets: platform::secrets::Secrets,
    fresh: [FreshSecret; 2],
    address: Option<String>,
    secret: Option<String>,
}

impl Sealing {
    fn new(app: &App, address: Option<String>, secret: Option<String>) -> Sealing {
        let fresh = [FreshSecret::new(app.ids(), app.rng()), FreshSecret::new(app.ids(), app.rng())];
        Sealing { secrets: app.secrets().clone(), fresh, address, secret }
    }

    async fn seal(&self, tx: &mut Tx, b: &Bot, now: Millis) -> Result<()> {
        let both = [(ADDRESS, &self.address, self.fresh[0]), (SIGNING, &self.secret, self.fresh[1])];
        for (name, value, fresh) in both {
            match value.as_deref() {
                None => {}
                Some("") => drop(self.secrets.remove(tx, b.tenant, name, b.id.0).await?),
                Some(v) => self.secrets.seal(tx, &fresh, b.tenant, name, b.id.0, v.as_bytes(), now).await?,
            }
        }
        Ok(())
    }
}

/// One bot.
#[utoipa::path(get, path = "/api/v1/bots/{bot}", tag = "automation", operation_id = "get_bot",
    params(("bot" = BotId, Path)), responses((status = 200, body = BotView), (status = 404, body = Problem)))]
async fn one(State(app): State<App>, caller: Caller, PathId(id): PathId<BotId>) -> Answer<Json<BotView>> {
    Ok(Json(reached(&app, &caller, id).await?.0.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BotChange {
    /// Only notices of this line; `null` for all.
    #[serde(default, deserialize_with = "accounts::directory::given")]
    #[schema(value_type = Option<LineId>)]
    line: Option<Option<LineId>>,
    /// Only notices of this team; `null` for all.
    #[serde(default, deserialize_with = "accounts::directory::given")]
    #[schema(value_type = Option<TeamId>)]
    team: Option<Option<TeamId>>,
    /// What staff call it, up to 80 characters.
    name: Option<String>,
    /// What it listens to.
    kinds: Option<Vec<String>>,
    /// In which language.
    language: Option<Language>,
    /// Another address.
    address: Option<String>,
    /// Another signing secret; empty for none.
    secret: Option<String>,
    /// Is anything sent?
    enabled: Option<bool>,
}

/// Changes a bot.
#[utoipa::path(patch, path = "/api/v1/bots/{bot}", tag = "automation", operation_id = "change_bot",
    params(("bot" = BotId, Path)), request_body = BotChange,
    responses((status = 200, body = BotView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BotId>,
    Body(b): Body<BotChange>,
) -> Answer<Json<BotView>> {
    let (found, scope) = reached(&app, &caller, id).await?;
    check_place(&app, found.tenant, b.line.flatten(), b.team.flatten())?;
    let name = b.name.as_deref().map(check_name).transpose()?;
    b.kinds.as_deref().map(|k| check_kinds(k, app.port::<NoticeKinds>())).transpose()?;
    let address = b.address.as_deref().map(|a| judged(&app, found.platform, a)).transpose()?;
    let secret = b.secret.as_deref().map(|s| s.trim().to_owned()).filter(|_| found.platform.signs());
    secret.as_deref().map(check_secret).transpose()?;
    let (trace, sealing) = (Trace::of(&app, &caller), Sealing::new(&app, address, secret));
    let (tenant, b) = (found.tenant, Arc::new(b));
    let write = async move |tx: &mut Tx| {
        let before = store::by_id(tx, &[tenant], id).await?;
        let mut after = before.clone();
        after.line = b.line.map_or(after.line, Option::unwrap_or_default);
        after.team = b.team.map_or(after.team, Option::unwrap_or_default);
        after.name = name.clone().unwrap_or(after.name);
        after.kinds = b.kinds.clone().unwrap_or(after.kinds);
        after.language = b.language.unwrap_or(after.language);
        after.enabled = b.enabled.unwrap_or(after.enabled);
        store::update(tx, &after, trace.now).await?;
        sealing.seal(tx, &after, trace.now).await?;
        trace.leave(tx, &after, "bot.changed", facts(&before), facts(&after)).await?;
        Ok(after)
    };
    let after = app.db().write(&scope, AggregateKey::new("bot", id.0), write).await?;
    Ok(Json(after.into()))
}

/// Removes a bot with its cards.
#[utoipa::path(delete, path = "/api/v1/bots/{bot}", tag = "automation", operation_id = "remove_bot",
    params(("bot" = BotId, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, PathId(id): PathId<BotId>) -> Answer<StatusCode> {
    let (found, scope) = reached(&app, &caller, id).await?;
    let (trace, secrets) = (Trace::of(&app, &caller), app.secrets().clone());
    let write = async move |tx: &mut Tx| {
        let bot = store::by_id(tx, &[found.tenant], id).await?;
        store::remove(tx, &bot).await?;
        for name in [ADDRESS, SIGNING] {
            secrets.remove(tx, bot.tenant, name, id.0).await?;
        }
        trace.leave(tx, &bot, "bot.removed", facts(&bot), None).await
    };
    app.db().write(&scope, AggregateKey::new("bot", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A bot's cards, newest first.
#[utoipa::path(get, path = "/api/v1/bots/{bot}/cards", tag = "automation", operation_id = "list_cards",
    params(("bot" = BotId, Path), Page),
    responses((status = 200, body = Listing<CardView>), (status = 404, body = Problem)))]
async fn cards(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BotId>,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<CardView>>> {
    let (bot, scope) = reached(&app, &caller, id).await?;
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let read = async move |tx: &mut Tx| store::cards(tx, &bot, before, rows as i64 + 1).await;
    let found = app.db().read(&scope, read).await?;
    let shown = found.into_iter().map(|c| CardView::of(c, caller.language)).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |c: &CardView| c.id.0)))
}

/// Sends a card once more.
#[utoipa::path(post, path = "/api/v1/bots/{bot}/cards/{card}/replay", tag = "automation", operation_id = "replay_card",
    params(("bot" = BotId, Path), ("card" = CardId, Path)),
    responses((status = 200, body = CardView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn replay(
    State(app): State<App>,
    caller: Caller,
    PathId((id, card)): PathId<(BotId, CardId)>,
) -> Answer<Json<CardView>> {
    let (bot, scope) = reached(&app, &caller, id).await?;
    let (now, job) = (app.now(), app.id::<JobId>());
    let write = async move |tx: &mut Tx| {
        let found = store::card(tx, bot.tenant, card).await?.filter(|c| c.bot == bot.id);
        let c = found.ok_or_else(Error::not_found)?;
        if !bot.enabled {
            return Err(Error::new(&codes::BOT_OFF));
        }
        let c = super::Card { status: Status::Pending, attempts: 0, next_at: Some(now), ..c };
        store::update_card(tx, &c).await?;
        tx.enqueue(&jobs::job(job, &c, now)).await?;
        Ok(c)
    };
    let c = app.db().write(&scope, AggregateKey::new("card", card.0), write).await?;
    Ok(Json(CardView::of(c, caller.language)))
}

/// Sends a test card and answers what came of it, in words. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/bots/{bot}/test", tag = "automation", operation_id = "test_bot",
    params(("bot" = BotId, Path)),
    responses((status = 200, body = BotTestView), (status = 404, body = Problem)))]
async fn test(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BotId>,
) -> Answer<Json<BotTestView>> {
    let (bot, _) = reached(&app, &caller, id).await?;
    let said = Said {
        title: bot.language.pick("A test from Hark", "来自 Hark 的测试通知").to_owned(),
        text: bot.language.pick("Notices arrive here as they should.", "通知可以正常送达本群。").to_owned(),
        label: bot.language.pick("Open the desk", "打开工作台").to_owned(),
        url: app.settings().desk_url.clone(),
    };
    let outcome = service::attempt(&app, &bot, &said).await?;
    Ok(Json(BotTestView::of(outcome, caller.language)))
}

/// Says which changes of bots can be undone.
pub fn undoable(reg: &mut platform::Registry) {
    audit::undoable(reg, "bot.changed", |app, caller, id, mut before| {
        Box::pin(async move {
            if let Some(facts) = before.as_object_mut() {
                facts.remove("platform");
            }
            let body = Body(audit::as_patch(before)?);
            change(State(app), caller, PathId(BotId(id)), body).await.map(|_| ()).map_err(|e| e.0)
        })
    });
}
