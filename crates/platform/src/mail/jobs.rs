//! What runs later: a letter's tries, and forgetting old letters.

use super::compose::compose;
use super::outbox::{self, LetterRow, Status};
use super::server::{Server, server_for};
use super::smtp::deliver;
use crate::jobs::{Job, NewJob};
use crate::store::Tx;
use crate::{App, codes};
use kernel::{AggregateKey, Code, JobId, LetterId, Millis, Result, TenantId, TenantScope};

/// The kind of a try's job.
pub const SEND: &str = "mail.send";
/// The kind of the job that forgets.
pub(super) const PRUNE: &str = "mail.prune";
/// Letters that are done with are kept this long.
pub const KEEP_MS: Millis = 30 * 86_400_000;
/// The pauses before the second, third … try; two days in all.
const PAUSES_MS: &[Millis] =
    &[60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000, 24 * 3_600_000];
/// While a server has had its share of the minute, a letter waits this long.
const CROWDED_MS: Millis = 5_000;
/// A server's share is counted over this long.
const MINUTE_MS: Millis = 60_000;
/// Letters forgotten in one transaction, and transactions of one run.
const PRUNE_STEP: i64 = 1_000;
const PRUNE_STEPS_MAX: usize = 100;
const PRUNE_EVERY_MS: Millis = 6 * 3_600_000;
const PRUNE_AFTER_START_MS: Millis = 900_000;

/// What a try begins with.
enum Turn {
    /// Not to be sent, or not any more.
    Over,
    /// The server has had its share; the letter waits.
    Wait,
    /// There is no server.
    NoServer(Box<LetterRow>),
    Go(Box<LetterRow>, Box<Server>),
}

/// Makes a try and keeps what came of it.
pub(super) async fn send(app: App, j: Job) -> Result<()> {
    let scope = TenantScope::system();
    let (id, now, wait) = (LetterId(j.subject), app.now(), app.id::<JobId>());
    let (tenant, secrets) = (j.tenant, app.secrets().clone());
    let turn = async move |tx: &mut Tx| {
        let found = outbox::letter(tx, &[tenant], id).await?.filter(|l| l.status == Status::Pending);
        let Some(l) = found else { return Ok(Turn::Over) };
        let Some(server) = server_for(tx, &secrets, tenant).await? else {
            return Ok(Turn::NoServer(Box::new(l)));
        };
        if outbox::sent_since(tx, server.tenant, now - MINUTE_MS).await? >= server.per_minute {
            tx.enqueue(&outbox::job(wait, tenant, id, now + CROWDED_MS)).await?;
            return Ok(Turn::Wait);
        }
        outbox::begin_try(tx, &l, server.tenant, now).await?;
        Ok(Turn::Go(Box::new(l), Box::new(server)))
    };
    // One lane for all turns, so that no two count the same share.
    match app.db().write(&scope, AggregateKey::new("mail_server", 0), turn).await? {
        Turn::Over | Turn::Wait => Ok(()),
        Turn::NoServer(l) => settle(&app, *l, Err((&codes::MAIL_NOT_SET_UP, String::new(), false))).await,
        Turn::Go(l, server) => {
            let outcome = attempt(&app, &l, &server).await?;
            settle(&app, *l, outcome).await
        }
    }
}

/// The server's answer; or what went wrong, what the server said, and whether that lasts.
type Outcome = std::result::Result<String, (&'static Code, String, bool)>;

async fn attempt(app: &App, l: &LetterRow, server: &Server) -> Result<Outcome> {
    let Some(o) = l.open(app.secrets())? else {
        return Ok(Err((&codes::MAIL_GONE, String::new(), true)));
    };
    let bytes = compose((l.id, l.created_at), server, &o.to, o.reply_to.as_ref(), &o.words)?;
    let done = deliver(app.egress(), server, &o.to, &bytes, &mut vec![]).await;
    Ok(done.map_err(|f| (f.code, f.answer, f.lasting)))
}

/// What follows from a try. Pure.
fn after(l: LetterRow, outcome: Outcome, now: Millis) -> LetterRow {
    let attempts = l.attempts + 1;
    let pause = usize::try_from(attempts - 1).ok().and_then(|i| PAUSES_MS.get(i));
    match outcome {
        Ok(answer) => LetterRow {
            status: Status::Delivered,
            attempts,
            next_at: None,
            fault: None,
            answer: Some(answer),
            content: None,
            ..l
        },
        Err((code, answer, lasting)) => {
            let next_at = pause.filter(|_| !lasting).map(|ms| now + ms);
            let status = if next_at.is_some() { Status::Pending } else { Status::Failed };
            let answer = Some(answer).filter(|a| !a.is_empty());
            LetterRow { status, attempts, next_at, fault: Some(code.code.to_owned()), answer, ..l }
        }
    }
}

async fn settle(app: &App, l: LetterRow, outcome: Outcome) -> Result<()> {
    let (now, job) = (app.now(), app.id::<JobId>());
    let l = after(l, outcome, now);
    let id = l.id;
    let write = async move |tx: &mut Tx| {
        outbox::settle(tx, &l).await?;
        match l.next_at {
            Some(at) => tx.enqueue(&outbox::job(job, l.tenant, l.id, at)).await,
            None => Ok(()),
        }
    };
    app.db().write(&TenantScope::system(), AggregateKey::new("letter", id.0), write).await
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
pub(super) async fn begin(app: App) -> Result<()> {
    let job = prune_job(app.id(), app.now() + PRUNE_AFTER_START_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&job).await;
    app.db().write(&TenantScope::system(), AggregateKey::new("letter", 0), write).await
}

/// Forgets letters that are done with and old, and sets itself again.
pub(super) async fn prune(app: App, _: Job) -> Result<()> {
    let (scope, before) = (TenantScope::system(), app.now() - KEEP_MS);
    for _ in 0..PRUNE_STEPS_MAX {
        let write = async move |tx: &mut Tx| outbox::prune(tx, before, PRUNE_STEP).await;
        if app.db().write(&scope, AggregateKey::new("letter", 0), write).await? < PRUNE_STEP as u64 {
            break;
        }
    }
    let again = prune_job(app.id(), app.now() + PRUNE_EVERY_MS);
    let write = async move |tx: &mut Tx| tx.enqueue(&again).await;
    app.db().write(&scope, AggregateKey::new("letter", 0), write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> LetterRow {
        LetterRow {
            id: LetterId(1),
            tenant: TenantId(0),
            kind: "test".into(),
            to_hint: "m***@example.com".into(),
            status: Status::Pending,
            attempts: 0,
            next_at: Some(0),
            tried_at: None,
            fault: None,
            answer: None,
            created_at: 0,
            content: Some("sealed".into()),
        }
    }

    #[test]
    fn what_passes_is_tried_again_and_what_lasts_is_laid_aside_with_its_words() {
        let sent = after(letter(), Ok("250 queued".into()), 5);
        assert_eq!((sent.status, sent.content, sent.next_at), (Status::Delivered, None, None));
        let busy = after(letter(), Err((&codes::MAIL_LATER, "451 later".into(), false)), 5);
        assert_eq!((busy.status, busy.next_at), (Status::Pending, Some(60_005)));
        let refused = after(letter(), Err((&codes::MAIL_RECIPIENT_REFUSED, "550 no".into(), true)), 5);
        assert_eq!((refused.status, refused.next_at), (Status::Failed, None));
        assert!(refused.content.is_some(), "it can be sent again");
        let worn = LetterRow { attempts: PAUSES_MS.len() as i64, ..letter() };
        let worn = after(worn, Err((&codes::MAIL_NO_CONNECTION, String::new(), false)), 5);
        assert_eq!(worn.status, Status::Failed);
    }
}
