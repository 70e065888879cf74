//! Whether, where and what is sent.

use super::model::{Clock, letter};
use crate::codes;
use crate::webchat::{Visitor, VisitorMessage, page_of, row_of};
use accounts::Directory;
use conversations::messages::{ThreadEvent, append_event};
use conversations::threads::Row;
use engines::calendar::{Calendar, CalendarSpec};
use kernel::{AggregateKey, Error, Event, MessageId, Millis, Result};
use platform::App;
use platform::mail::{self, Address, Letter, Queued};
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Letters about one conversation in an hour.
pub const AN_HOUR_MAX: i64 = 2;
const HOUR_MS: Millis = 3_600_000;
/// What the letter is for.
const KIND: &str = "conversation.transcript";
/// The newest so many numbers of a conversation are looked at.
const LOOKED_BACK: i64 = 2_000;
/// Messages of one read.
const PAGE: usize = 100;
/// Where a line has no calendar, times are those of China.
const ZONE: &str = "Asia/Shanghai";

/// Where the visitor's conversation would go; `None` where it cannot be sent.
pub(super) async fn address(app: &App, v: &Visitor) -> Result<Option<Address>> {
    let wanted = v.inbox.config.widget.transcript;
    if !wanted || row_of(app, v).await?.is_none() {
        return Ok(None);
    }
    let to = proved(app, v).await?;
    Ok(if to.is_some() && goes_out(app, v).await? { to } else { None })
}

/// The address that was proved to be the visitor's.
async fn proved(app: &App, v: &Visitor) -> Result<Option<Address>> {
    let (tenant, contact) = (v.inbox.tenant, v.token.contact);
    let read = async move |tx: &mut Tx| {
        let contact = customers::current(tx, tenant, contact).await?;
        customers::proved_mail(tx, tenant, contact).await
    };
    let found = app.db().read(&v.scope(), read).await?;
    Ok(found.as_deref().and_then(Address::parse))
}

async fn goes_out(app: &App, v: &Visitor) -> Result<bool> {
    let tenant = v.inbox.tenant;
    let read = async move |tx: &mut Tx| mail::is_set_up(tx, tenant).await;
    app.db().read(&accounts::authorize::reader(), read).await
}

/// Sends the conversation; answers where it goes, after the commit.
///
/// Errors: `transcript.off`, `transcript.unverified`, `transcript.often`, `visitor.no_conversation`.
pub(super) async fn send(app: &App, v: &Visitor) -> Result<Address> {
    if !v.inbox.config.widget.transcript || !goes_out(app, v).await? {
        return Err(Error::new(&codes::TRANSCRIPT_OFF));
    }
    let to = proved(app, v).await?.ok_or_else(|| Error::new(&codes::TRANSCRIPT_UNVERIFIED))?;
    let row = row_of(app, v).await?.ok_or_else(|| Error::new(&codes::VISITOR_NO_CONVERSATION))?;
    let (items, earlier) = seen(app, v, &row).await?;
    let calendar = calendar(app, v)?;
    let words = letter(&v.inbox.config.brand.name, v.token.language, &items, &Clock(&calendar), earlier);
    let letter =
        Letter { tenant: row.tenant, kind: KIND, subject: row.id.0, to: to.clone(), words, reply_to: None };
    let queued = Queued::new(app, letter)?;
    let (event_id, now, actor) = (app.id::<MessageId>(), app.now(), v.actor());
    let write = async move |tx: &mut Tx| {
        let had = mail::written_since(tx, row.tenant, (KIND, row.id.0), now - HOUR_MS).await?;
        if had >= AN_HOUR_MAX {
            return Err(Error::new(&codes::TRANSCRIPT_OFTEN).retry_after(3_600));
        }
        mail::queue(tx, &queued).await?;
        let line = ThreadEvent { id: event_id, kind: "transcript", data: json!({}) };
        let scope = tx.scope().clone();
        append_event(tx, &scope, row.id, actor, line, now).await?;
        let event = Event::new(row.tenant, "transcript.sent", row.id.0, actor, now);
        tx.emit(event.line(row.line).conversation(row.id).data(json!({ "letter": queued.id() })));
        Ok(())
    };
    app.db().write(&v.scope(), AggregateKey::new("conversation", row.id.0), write).await?;
    Ok(to)
}

/// What the visitor sees of the conversation, oldest first; whether there is more before it.
async fn seen(app: &App, v: &Visitor, row: &Row) -> Result<(Vec<VisitorMessage>, bool)> {
    let begin = (row.last_seq - LOOKED_BACK).max(0);
    let (mut items, mut after) = (vec![], begin);
    while after < row.last_seq {
        let (app_, of) = (app.clone(), row.clone());
        let read = async move |tx: &mut Tx| page_of(tx, &app_, of.clone(), after, PAGE, 0).await;
        let page = app.db().read(&v.scope(), read).await?;
        items.extend(page.items);
        if page.last_seq <= after {
            break;
        }
        after = page.last_seq;
    }
    Ok((items, begin > 0))
}

/// The calendar of the inbox's line, for its zone.
fn calendar(app: &App, v: &Visitor) -> Result<Arc<Calendar>> {
    let directory = app.port::<Arc<Directory>>();
    let own = directory.line(v.inbox.line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c));
    match own {
        Some(calendar) => Ok(calendar),
        None => Calendar::new(CalendarSpec::always(ZONE))
            .map(Arc::new)
            .map_err(|e| Error::internal("the zone of a letter").detail(e.message(kernel::Language::En))),
    }
}
