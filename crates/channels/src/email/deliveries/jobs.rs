//! What runs later: a reply's tries.

use super::building::{self, Built, Sources};
use super::model::{Delivery, Outcome, Status, after};
use super::share::{self, ClientShare};
use super::store;
use crate::codes;
use crate::email::mailbox;
use crate::email::threading;
use conversations::messages::{self, Mark, MessageRow};
use conversations::threads::{self, Row};
use kernel::{Actor, AggregateKey, JobId, Kind, MessageId, Millis, Result};
use platform::App;
use platform::jobs::{Job, NewJob, TRIES_MAX};
use platform::mail::{Address, deliver_to_all};
use platform::store::Tx;

/// The kind of the job.
pub(super) const SEND: &str = "mail.out";
/// While an inbox has had its share of the minute, a reply waits this long.
const CROWDED_MS: Millis = 5_000;
/// Where an address or the client has had its share, a reply waits this long.
const SHARE_MS: Millis = 300_000;
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
    let (counting, client) = (app.clone(), ClientShare::of(&app));
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
        let hashes = share::hashes(&counting, s.addresses().iter().map(String::as_str));
        let shares = (&s.mailbox.config, client);
        if share::is_used(tx, (tenant, message), &hashes, shares, now).await? {
            return share_used(tx, d, s, (wait, now)).await;
        }
        store::begin_try(tx, &d, now).await?;
        store::note_sent(tx, &d, &hashes, now).await?;
        Ok(Turn::Go(Box::new((d, s))))
    };
    // One lane for all turns of a client, so that no two count the same share.
    match app.db().write(&scope, AggregateKey::new("mail out", tenant.0), turn).await? {
        Turn::Over | Turn::Wait => Ok(()),
        Turn::Go(go) => {
            let (d, s) = *go;
            let (outcome, built, taken) = match attempt(&app, &s, &d.taken).await {
                // Whatever it is, it does not pass: its author is told.
                Err(e) if j.attempts >= TRIES_MAX => {
                    (Outcome::Failed(e.code.code, e.detail.to_string(), true), None, d.taken.clone())
                }
                other => other?,
            };
            settle(&app, Delivery { taken, ..d }, &s, outcome, built).await
        }
    }
}

/// An address or the client has had its share: a person's mail waits, in sight, a program's is dropped.
async fn share_used(tx: &mut Tx, d: Delivery, s: Sources, (wait, now): (JobId, Millis)) -> Result<Turn> {
    if s.is_machine() {
        let code = codes::MAIL_DROPPED.code;
        let d = Delivery { status: Status::Failed, next_at: None, fault: Some(code.to_owned()), ..d };
        store::update(tx, &d, now).await?;
        store::count_dropped(tx, d.tenant, d.inbox, now).await?;
        messages::set_failure(tx, &s.message, &s.row, code, now).await?;
        return Ok(Turn::Over);
    }
    let fault = Some(codes::MAIL_SHARE_USED.code.to_owned());
    let d = Delivery { next_at: Some(now + SHARE_MS), fault, ..d };
    store::wait(tx, &d).await?;
    tx.enqueue(&job(wait, &d, now + SHARE_MS)).await?;
    Ok(Turn::Wait)
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

/// One try: how it ended, the mail where a server took it for anybody, and who has it now. Whoever has it already is left out.
async fn attempt(app: &App, s: &Sources, taken: &[String]) -> Result<(Outcome, Option<Built>, Vec<String>)> {
    let failed = |code: &'static str, detail: String, lasting| {
        Ok((Outcome::Failed(code, detail, lasting), None, taken.to_vec()))
    };
    let built = match building::build(app, s).await {
        Ok(built) => built,
        Err(e) if matches!(e.kind(), Kind::Invalid | Kind::Conflict | Kind::TooLarge) => {
            return failed(e.code.code, e.detail.to_string(), true);
        }
        Err(e) => return Err(e),
    };
    let server = match mailbox::server(app, &s.mailbox).await? {
        Ok(server) => server,
        Err((code, lasting)) => return failed(code, String::new(), lasting),
    };
    let has = |a: &Address| taken.contains(&a.as_str().to_lowercase());
    let left: Vec<Address> = built.recipients.iter().filter(|a| !has(a)).cloned().collect();
    if left.is_empty() && !taken.is_empty() {
        return Ok((Outcome::Accepted(String::new()), Some(built), taken.to_vec()));
    }
    match deliver_to_all(app.egress(), &server, &left, &built.bytes, &mut vec![]).await {
        Ok(sent) if sent.refused.is_empty() => Ok((Outcome::Accepted(sent.answer), Some(built), vec![])),
        Ok(sent) => {
            let refused = |a: &&Address| sent.refused.iter().any(|(r, _)| r == *a);
            let new = left.iter().filter(|a| !refused(a)).map(|a| a.as_str().to_lowercase());
            let taken = taken.iter().cloned().chain(new).collect();
            let said = sent.refused.iter().map(|(a, f)| format!("{}: {}", a.as_str(), f.answer));
            let answer = said.collect::<Vec<_>>().join("; ");
            Ok((Outcome::Failed(codes::MAIL_PARTLY.code, answer, true), Some(built), taken))
        }
        Err(f) => failed(f.code.code, f.answer, f.lasting),
    }
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
