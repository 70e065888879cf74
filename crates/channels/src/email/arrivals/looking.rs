//! Looking at mails: those laid aside, and what stands behind a message. What is shown is made from the raw mail each time:
//! a better reader shows old mails better.

use super::model::{Arrival, Status};
use super::view::{ArrivalView, DeliveryView, FetchedPictures, FindingView, MessageMail, WrittenMail};
use super::{jobs, reading, store};
use crate::email::{deliveries, mailbox};
use accounts::{Caller, audit};
use conversations::attachments;
use conversations::messages::{self, MessageRow};
use conversations::permissions::{INBOXES, READ};
use conversations::protection::{self, Sight};
use conversations::threads::{self, Row};
use futures_util::StreamExt;
use kernel::{AggregateKey, ArrivalId, ConversationId, Error, JobId, MessageId, Result};
use platform::App;
use platform::egress::Call;
use platform::store::Tx;
use std::collections::BTreeMap;
use std::time::Duration;

/// Pictures fetched for one mail.
const PICTURES_MAX: usize = 40;
/// One picture, in bytes.
const PICTURE_MAX: usize = 5 * 1024 * 1024;
/// Fetched at once.
const PICTURES_AT_ONCE: usize = 4;
const PICTURE_WITHIN: Duration = Duration::from_secs(8);
/// The name under which a raw mail is saved.
const RAW_NAME: &str = "mail.eml";

/// A mail whose line the scope reaches.
pub(super) async fn reachable(tx: &mut Tx, id: ArrivalId) -> Result<Arrival> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let found = store::by_id(tx, &tenants, id).await?;
    found.filter(|a| scope.contains_line(a.tenant, a.line)).ok_or_else(Error::not_found)
}

/// Sends a mail that was laid aside to be read again.
pub(super) async fn again(app: &App, caller: &Caller, id: ArrivalId) -> Result<Arrival> {
    let scope = caller.authorize_any(INBOXES);
    let (actor, ip, now) = (caller.actor, caller.info.ip, app.now());
    let (job, entry): (JobId, i64) = (app.id(), app.id());
    let write = async move |tx: &mut Tx| {
        let a = reachable(tx, id).await?;
        if a.status != Status::Quarantined {
            return Ok(a);
        }
        let a = Arrival { status: Status::Pending, tries: 0, fault: None, detail: None, ..a };
        store::settle(tx, &a, now).await?;
        tx.enqueue(&jobs::reading(job, &a, now)).await?;
        let change = audit::Change {
            tenant: a.tenant,
            actor,
            action: "mail.read_again",
            subject: ("arrival", a.id.0),
            before: None,
            after: None,
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, entry, now, &change).await?;
        Ok(a)
    };
    app.db().write(&scope, AggregateKey::new("mail", id.0), write).await
}

/// May the caller see addresses and texts of this conversation in full?
pub(super) fn sees(app: &App, caller: &Caller, row: &Row) -> bool {
    Sight::of(app, caller).is_full(row.tenant, row.line, row.id)
}

/// A mail as this caller sees it.
pub(super) fn shown(app: &App, caller: &Caller, a: Arrival) -> ArrivalView {
    let full = Sight::of(app, caller).is_full(a.tenant, a.line, a.conversation.unwrap_or_default());
    let url = || attachments::signed_url(app, a.tenant, &a.blob.to_string(), RAW_NAME, "message/rfc822");
    let url = full.then(url);
    ArrivalView::of(a, url)
}

/// A message the caller may read, with its conversation and the mail behind it.
async fn found(
    app: &App,
    caller: &Caller,
    (conversation, message): (ConversationId, MessageId),
) -> Result<(Row, MessageRow, Option<Arrival>, Option<deliveries::Delivery>, Option<mailbox::Mailbox>)> {
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, conversation).await?;
        let scope = tx.scope().clone();
        let m = messages::by_ids(tx, &scope, &[message]).await?.pop();
        let m = m.filter(|m| m.conversation == conversation).ok_or_else(Error::not_found)?;
        let arrival = store::of_message(tx, row.tenant, message).await?;
        // A report about a mail of ours names the same message: what came is the contact's.
        let arrival = arrival.filter(|_| m.author.kind == kernel::ActorKind::Contact);
        let delivery = deliveries::of_message(tx, row.tenant, message).await?;
        let to = mailbox::by_inbox(tx, row.tenant, row.inbox).await?;
        Ok((row, m, arrival, delivery, to))
    };
    app.db().read(&caller.authorize_any(READ), read).await
}

/// What stands behind a message.
pub(super) async fn behind(
    app: &App,
    caller: &Caller,
    place: (ConversationId, MessageId),
) -> Result<MessageMail> {
    let (row, message, arrival, delivery, to) = found(app, caller, place).await?;
    let full = sees(app, caller, &row);
    let hide = |text: String| if full { text } else { protection::masked(&text) };
    let delivery = delivery.map(|d| DeliveryView {
        status: d.status,
        attempts: d.attempts,
        next_at: d.next_at,
        fault: d.fault,
        answer: d.answer.map(hide),
    });
    let Some(a) = arrival else { return Ok(MessageMail { written: None, delivery }) };
    let raw = app.blobs().get(a.tenant, a.blob).await?;
    let server = to.as_ref().and_then(|to| reading::believed(app, to, &a));
    let r = reading::parse(raw, server, reading::place().await?).await?;
    let cards = |text: &str| hide(engines::redact::mask_cards(text).into_owned());
    let parts = message.extras.mail.as_ref().map(|h| h.parts.clone()).unwrap_or_default();
    let picture = |(part, file): (&u32, &messages::AttachmentMeta)| {
        let shown = file.mime.starts_with("image/");
        shown.then(|| {
            (part.to_string(), attachments::signed_url(app, a.tenant, &file.hash, &file.name, &file.mime))
        })
    };
    let told = r.authentication.findings.iter().map(|f| FindingView {
        method: f.method.clone(),
        outcome: f.outcome.word().to_owned(),
        domain: f.domain.clone(),
        by: "server",
        note: String::new(),
    });
    let seen = a.judged.iter().flat_map(|j| &j.found).map(|f| FindingView {
        method: f.method.clone(),
        outcome: f.outcome.word().to_owned(),
        domain: f.domain.clone(),
        by: "hark",
        note: f.note.clone(),
    });
    let raw_url = match full {
        true => attachments::signed_url(app, a.tenant, &a.blob.to_string(), RAW_NAME, "message/rfc822"),
        false => String::new(),
    };
    let written = WrittenMail {
        text_folded: cards(&r.text_folded),
        html: r.html.as_ref().map(|h| cards(&h.shown)),
        html_folded: r.html.as_ref().map(|h| cards(&h.folded)),
        pictures: parts.iter().zip(&message.extras.attachments).filter_map(picture).collect(),
        findings: told.chain(seen).collect(),
        via: a.via,
        raw_url,
    };
    Ok(MessageMail { written: Some(written), delivery })
}

/// The addresses of pictures from outside in safe HTML, each once.
fn remote(html: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for piece in html.split("data-remote-src=\"").skip(1) {
        let Some(url) = piece.split('"').next() else { continue };
        let url = url.replace("&amp;", "&");
        if out.len() < PICTURES_MAX && !out.contains(&url) {
            out.push(url);
        }
    }
    out
}

/// Fetches the pictures of a mail from outside, encodes them anew and keeps them.
pub(super) async fn pictures(
    app: &App,
    caller: &Caller,
    place: (ConversationId, MessageId),
) -> Result<FetchedPictures> {
    let (row, message, arrival, _, _) = found(app, caller, place).await?;
    let Some(a) = arrival else { return Ok(FetchedPictures { pictures: BTreeMap::new() }) };
    let raw = app.blobs().get(a.tenant, a.blob).await?;
    let r = reading::parse(raw, None, reading::place().await?).await?;
    let html = r.html.map(|h| format!("{}{}", h.shown, h.folded)).unwrap_or_default();
    let scope = accounts::authorize::job(row.tenant);
    let by = message.author;
    let one = |url: String| {
        let (app, scope) = (app.clone(), scope.clone());
        async move {
            let call = Call::get(&url).time(PICTURE_WITHIN).answer_max(PICTURE_MAX);
            let reply = app.egress().send(call).await.ok().filter(|r| r.status.is_success())?;
            let picture = platform::blobs::sniff(&reply.body).starts_with("image/");
            let kept = match picture {
                true => attachments::keep(&app, &scope, row.tenant, Some(row.id), by, "picture", reply.body)
                    .await
                    .ok()?,
                false => return None,
            };
            Some((url, kept.url))
        }
    };
    let all = futures_util::stream::iter(remote(&html)).map(one).buffer_unordered(PICTURES_AT_ONCE);
    Ok(FetchedPictures { pictures: all.filter_map(async |p| p).collect().await })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_from_outside_is_asked_for_once() {
        let html = r#"<img data-remote-src="https://x.example/a?b=1&amp;c=2"><img data-remote-src="https://x.example/a?b=1&amp;c=2"><img data-attachment="1">"#;
        assert_eq!(remote(html), ["https://x.example/a?b=1&c=2"]);
    }
}
