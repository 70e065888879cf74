//! What runs later: a reply's tries.

use super::building::{self, Built, Sources};
use super::model::{Delivery, Outcome, Status, after};
use super::store;
use crate::codes;
use crate::email::mailbox;
use crate::email::threading;
use conversations::messages::{self, Mark, MessageRow};
use conversations::threads::{self, Row};
use kernel::{Actor, AggregateKey, JobId, Kind, MessageId, Millis, Result};
use platform::App;
use platform::jobs::{Job, NewJob, TRIES_MAX};
use platform::mail::deliver_to_all;
use platform::store::Tx;

/// The kind of the job.
pub(super) const SEND: &str = "mail.out";
/// While an inbox has had its share of the minute, a reply waits this long.
const CROWDED_MS: Millis = 5_000;
const MINUTE_MS: Millis = 60_000;
/// Mails a minute of an inbox that sets nothing.
const PER_MINUTE: i64 = 120;

/// The job of a reply's next try; writing it again moves it.
pub(super) fn job(id: JobId, d: &Delivery, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant: d.tenant,
        kind: SEND,
        subject: d.message.0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(format!("mail out:{}", d.message)),
    }
}

/// What a try begins with.
enum Turn {
    /// Not to be sent, or not any more.
    Over,
    /// The inbox has had its share; the reply waits.
    Wait,
    Go(Box<(Delivery, Sources)>),
}

/// Makes a try and keeps what came of it.
pub(super) async fn send(app: App, j: Job) -> Result<()> {
    let (message, tenant, now, wait) = (MessageId(j.subject), j.tenant, app.now(), app.id::<JobId>());
    let scope = accounts::authorize::job(tenant);
    let turn = async move |tx: &mut Tx| {
        let found = store::of_message(tx, tenant, message).await?.filter(|d| d.status == Status::Pending);
        let Some(d) = found else { return Ok(Turn::Over) };
        let Some(s) = building::sources(tx, &d).await? else {
            return without_way(tx, d, now).await.map(|()| Turn::Over);
        };
        if s.message.extras.withdrawn.is_some() {
            return Ok(Turn::Over);
        }
        let share = s.mailbox.config.per_minute.unwrap_or(PER_MINUTE);
        if store::tried_since(tx, tenant, d.inbox, now - MINUTE_MS).await? >= share {
            tx.enqueue(&job(wait, &d, now + CROWDED_MS)).await?;
            return Ok(Turn::Wait);
        }
        store::begin_try(tx, &d, now).await?;
        Ok(Turn::Go(Box::new((d, s))))
    };
    // One lane for all turns of a client, so that no two count the same share.
    match app.db().write(&scope, AggregateKey::new("mail out", tenant.0), turn).await? {
        Turn::Over | Turn::Wait => Ok(()),
        Turn::Go(go) => {
            let (d, s) = *go;
            let (outcome, built) = match attempt(&app, &s).await {
                // Whatever it is, it does not pass: its author is told.
                Err(e) if j.attempts >= TRIES_MAX => {
                    (Outcome::Failed(e.code.code, e.detail.to_string(), true), None)
                }
                other => other?,
            };
            settle(&app, d, &s, outcome, built).await
        }
    }
}

/// A reply of an inbox whose mailbox is not set up, or not any more, goes nowhere, and says so.
async fn without_way(tx: &mut Tx, d: Delivery, now: Millis) -> Result<()> {
    let scope = tx.scope().clone();
    let Some(message) = messages::by_ids(tx, &scope, &[d.message]).await?.pop() else { return Ok(()) };
    let row = threads::by_id(tx, d.conversation).await?;
    let code = crate::codes::MAILBOX_NOT_SET_UP.code;
    let d = after(d, Outcome::Failed(code, String::new(), true), now);
    store::update(tx, &d, now).await?;
    messages::set_failure(tx, &message, &row, code, now).await
}

async fn attempt(app: &App, s: &Sources) -> Result<(Outcome, Option<Built>)> {
    let built = match building::build(app, s).await {
        Ok(built) => built,
        Err(e) if matches!(e.kind(), Kind::Invalid | Kind::Conflict | Kind::TooLarge) => {
            return Ok((Outcome::Failed(e.code.code, e.detail.to_string(), true), None));
        }
        Err(e) => return Err(e),
    };
    let server = match mailbox::server(app, &s.mailbox).await? {
        Ok(server) => server,
        Err((code, lasting)) => return Ok((Outcome::Failed(code, String::new(), lasting), None)),
    };
    let sent = deliver_to_all(app.egress(), &server, &built.recipients, &built.bytes, &mut vec![]).await;
    Ok(match sent {
        Ok(sent) if sent.refused.is_empty() => (Outcome::Accepted(sent.answer), Some(built)),
        Ok(sent) => {
            let refused = sent.refused.iter().map(|(a, f)| format!("{}: {}", a.as_str(), f.answer));
            let answer = refused.collect::<Vec<_>>().join("; ");
            (Outcome::Failed(codes::MAIL_PARTLY.code, answer, true), Some(built))
        }
        Err(f) => (Outcome::Failed(f.code.code, f.answer, f.lasting), None),
    })
}

async fn settle(app: &App, d: Delivery, s: &Sources, outcome: Outcome, built: Option<Built>) -> Result<()> {
    let (now, again) = (app.now(), app.id::<JobId>());
    let d = after(d, outcome, now);
    let (message, row): (MessageRow, Row) = (s.message.clone(), s.row.clone());
    let (scope, key) =
        (accounts::authorize::job(d.tenant), AggregateKey::new("conversation", d.conversation.0));
    let write = async move |tx: &mut Tx| {
        store::update(tx, &d, now).await?;
        // Whatever a server took may be answered, whoever else it refused.
        if let Some(b) = &built {
            threading::leave_sent(tx, (d.tenant, d.inbox), d.conversation, &b.id, &b.people, now).await?;
        }
        match d.status {
            Status::Pending => tx.enqueue(&job(again, &d, d.next_at.unwrap_or(now))).await,
            Status::Accepted => {
                messages::mark(tx, row.id, Mark::Delivered, Actor::SYSTEM, message.seq, now).await
            }
            Status::Failed => {
                let code = d.fault.as_deref().unwrap_or_default();
                messages::set_failure(tx, &message, &row, code, now).await
            }
        }
    };
    app.db().write(&scope, key, write).await
}
