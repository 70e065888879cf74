//! What runs later: notices become cards, cards are tried, old ones are forgotten.

use super::cards::Said;
use super::explain::{Outcome, Step, next_step};
use super::model::{Bot, Card, Status};
use super::{service, store};
use crate::codes;
use kernel::{AggregateKey, CardId, JobId, Millis, NoticeId, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::notices::{self, NoticeRow};
use platform::store::Tx;

/// The kind of a try's job.
pub const SEND: &str = "bot.send";
/// The kind of the job that forgets.
pub const PRUNE: &str = "bot.prune";
/// Cards that one bot gets in a minute: what WeCom and DingTalk allow, and Feishu exceeds.
pub const PER_MINUTE: i64 = 20;
const MINUTE_MS: Millis = 60_000;
/// While a bot has had its share of the minute, a card waits this long.
const CROWDED_MS: Millis = 5_000;
/// Bots that are looked at for one notice.
const BOTS_PER_NOTICE: usize = 200;
/// Cards and notices forgotten in one transaction, and transactions of one run.
const PRUNE_STEP: i64 = 1_000;
const PRUNE_STEPS_MAX: usize = 100;
const PRUNE_EVERY_MS: Millis = 6 * 3_600_000;
const PRUNE_AFTER_START_MS: Millis = 1_200_000;

/// The job of a card's next try; writing it again moves it.
pub fn job(id: JobId, c: &Card, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: c.tenant,
        kind: SEND,
        subject: c.id.0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(format!("card:{}", c.id)),
    }
}

/// Writes a card for every bot that listens to a notice. What was written before is left as it is.
pub async fn spread(app: App, j: Job) -> Result<()> {
    let (scope, now) = (accounts::authorize::reader(), app.now());
    let (tenant, id) = (j.tenant, NoticeId(j.subject));
    let ids: Vec<(CardId, JobId)> = (0..BOTS_PER_NOTICE).map(|_| (app.id(), app.id())).collect();
    let write = async move |tx: &mut Tx| {
        let Some(n) = notices::notice(tx, tenant, id).await? else { return Ok(()) };
        let bots = store::list(tx, &[tenant, TenantId(0)]).await?;
        for (bot, (card, job_id)) in bots.iter().filter(|b| b.listens(&n)).zip(&ids) {
            let c = fresh(*card, bot, &n, now);
            if store::insert_card(tx, &c).await? {
                tx.enqueue(&job(*job_id, &c, now)).await?;
            }
        }
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("staff_notice", id.0), write).await
}

fn fresh(id: CardId, bot: &Bot, n: &NoticeRow, now: Millis) -> Card {
    Card {
        id,
        tenant: bot.tenant,
        bot: bot.id,
        notice: n.id,
        concerns: n.tenant,
        status: Status::Pending,
        attempts: 0,
        next_at: Some(now),
        tried_at: None,
        fault: None,
        answer: None,
        created_at: now,
    }
}

/// What a try begins with.
enum Turn {
    Over,
    Gone(Box<Card>),
    Go(Box<(Card, Bot, NoticeRow)>),
}

/// Makes a try and keeps what came of it.
pub async fn send(app: App, j: Job) -> Result<()> {
    let scope = accounts::authorize::reader();
    let (tenant, id, now, wait) = (j.tenant, CardId(j.subject), app.now(), app.id::<JobId>());
    let turn = async move |tx: &mut Tx| {
        let found = store::card(tx, tenant, id).await?.filter(|c| c.status == Status::Pending);
        let Some(c) = found else { return Ok(Turn::Over) };
        let Ok(bot) = store::by_id(tx, &[tenant], c.bot).await else { return Ok(Turn::Over) };
        let notice = notices::notice(tx, c.concerns, c.notice).await?;
        let Some(n) = notice.filter(|_| bot.enabled) else { return Ok(Turn::Gone(Box::new(c))) };
        if store::sent_since(tx, &c, now - MINUTE_MS).await? >= PER_MINUTE {
            tx.enqueue(&job(wait, &c, now + CROWDED_MS)).await?;
            return Ok(Turn::Over);
        }
        store::begin_try(tx, &c, now).await?;
        Ok(Turn::Go(Box::new((c, bot, n))))
    };
    // One lane for all turns, so that no two count the same share.
    match app.db().write(&scope, AggregateKey::new("bot", 0), turn).await? {
        Turn::Over => Ok(()),
        Turn::Gone(c) => settle(&app, *c, &Outcome::bad(&codes::BOT_OFF)).await,
        Turn::Go(all) => {
            let (c, bot, n) = *all;
            let said = Said::of(&n, bot.language, &app.settings().desk_url);
            let outcome = service::attempt(&app, &bot, &said).await?;
            settle(&app, c, &outcome).await
        }
    }
}

async fn settle(app: &App, c: Card, outcome: &Outcome) -> Result<()> {
    let (now, job_id) = (app.now(), app.id::<JobId>());
    let attempts = c.attempts + 1;
    let (status, next_at) = match next_step(outcome, attempts) {
        Step::Done => (Status::Delivered, None),
        Step::Again(ms) => (Status::Pending, Some(now + ms)),
        Step::GiveUp => (Status::Failed, None),
    };
    let fault = outcome.fault.map(|f| f.code.to_owned());
    let answer = Some(outcome.answer.clone()).filter(|a| !a.is_empty());
    let c = Card { status, attempts, next_at, fault, answer, ..c };
    let id = c.id;
    let write = async move |tx: &mut Tx| {
        store::update_card(tx, &c).await?;
        match c.next_at {
            Some(at) => tx.enqueue(&job(job_id, &c, at)).await,
            None => Ok(()),
        }
    };
    app.db().write(&accounts::authorize::reader(), AggregateKey::new("card", id.0), write).await
}

fn prune_job(id: JobId, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: TenantId(0),
        kind: PRUNE,
        subject: 0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(PRUNE.to_owned()),
    }
}

/// Sets the job that forgets. Done before the first request.
pub async fn begin(app: App) -> Result<()> {
    let job = prune_job(app.id(), app.now() + PRUNE_AFTER_START_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&job).await;
    app.db().write(&accounts::authorize::reader(), AggregateKey::new("card", 0), write).await
}

/// Forgets cards that are done with and notices that are old, and sets itself again.
pub async fn prune(app: App, _: Job) -> Result<()> {
    let (scope, before) = (accounts::authorize::reader(), app.now() - notices::KEEP_MS);
    for _ in 0..PRUNE_STEPS_MAX {
        let write = async move |tx: &mut Tx| {
            let cards = store::prune(tx, before, PRUNE_STEP).await?;
            Ok(cards + notices::prune(tx, before, PRUNE_STEP).await?)
        };
        if app.db().write(&scope, AggregateKey::new("card", 0), write).await? == 0 {
            break;
        }
    }
    let again = prune_job(app.id(), app.now() + PRUNE_EVERY_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&again).await;
    app.db().write(&scope, AggregateKey::new("card", 0), write).await
}
