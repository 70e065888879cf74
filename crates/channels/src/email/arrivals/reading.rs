//! From bytes to where they belong: parse under limits, decide, take in.

use super::model::{Arrival, Ids, Status, Via};
use super::store;
use crate::codes;
use crate::email::door::Door;
use crate::email::mailbox::{self, Mailbox};
use crate::email::{answering, deliveries, judging, threading, token_key};
use crate::intake::{self, Also, Incoming, SenderKey, Taken};
use bytes::Bytes;
use conversations::attachments;
use conversations::inboxes::Cache;
use conversations::messages::{BODY_MAX, MailHead, MailKind, MailPerson, MailVerdict};
use conversations::threads::Page;
use customers::{HandleKind, NewContact, NewHandle};
use futures_util::future::LocalBoxFuture;
use kernel::{
    Actor, AggregateKey, AttachmentId, ContactId, ConversationId, Error, Kind, MessageId, Millis, Result,
};
use mail::authentication::Verdict;
use mail::kind::Kind as MailSort;
use mail::{Options, Person, Reading};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Looking into one mail ends after this long.
const READ_WITHIN: Duration = Duration::from_secs(2);
/// Mails looked into at once: the bound on memory.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Files of one mail that become files of its message.
const FILES_MAX: usize = 50;
/// Ids that an answer names.
const REFERENCES_MAX: usize = 30;

/// A place among those who look into mails. Whoever counts a try takes one first, so that few mails are counted at once.
pub(super) async fn place() -> Result<SemaphorePermit<'static>> {
    PLACES.acquire().await.map_err(|_| Error::internal("the places for mails are closed"))
}

/// What a mail says. Errors: `mail.unreadable`.
pub(super) async fn parse(
    raw: Bytes,
    authserv_id: Option<String>,
    place: SemaphorePermit<'static>,
) -> Result<Reading> {
    let unreadable = |why: String| Error::new(&codes::MAIL_UNREADABLE).detail(why);
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        mail::read(&raw, Options { authserv_id: authserv_id.as_deref() })
    });
    match tokio::time::timeout(READ_WITHIN, work).await {
        Ok(Ok(reading)) => match &reading.refused {
            Some(why) => Err(unreadable(why.to_string())),
            None => Ok(reading),
        },
        Ok(Err(e)) => Err(unreadable(e.to_string())),
        Err(_) => Err(unreadable("it takes too long".into())),
    }
}

/// The id under which the mailbox's own server writes; none where the mail passed no server of ours, since anybody can write it.
pub(super) fn believed(app: &App, to: &Mailbox, a: &Arrival) -> Option<String> {
    let straight = a.via == Via::Smtp && app.try_port::<Arc<Door>>().is_some_and(|d| !d.vouches());
    to.config.authserv_id.clone().filter(|_| !straight)
}

/// A mail that was looked into: what it says, and who sent it.
pub(super) struct Looked {
    arrival: Arrival,
    raw: Bytes,
    reading: Reading,
}

/// Reads a kept mail and finds out who sent it. Mails are looked into side by side.
pub(super) async fn look(
    app: &App,
    to: &Mailbox,
    a: &Arrival,
    (attempts, place): (i64, SemaphorePermit<'static>),
) -> Result<Looked> {
    let raw = app.blobs().get(a.tenant, a.blob).await?;
    let server = believed(app, to, a);
    let mut reading = parse(raw.clone(), server.clone(), place).await?;
    if a.tries > 1 {
        // It was not this mail that ended the program.
        let (key, a) = (AggregateKey::new("mail", a.id.0), a.clone());
        let forgive = async move |tx: &mut Tx| store::forgive(tx, &a).await;
        app.db().write(&accounts::authorize::job(to.tenant), key, forgive).await?;
    }
    let judged = match is_report(&reading) {
        true => None,
        false => judging::apply(app, to, (a, &raw, attempts), server.is_some(), &mut reading).await?,
    };
    Ok(Looked { arrival: Arrival { judged, ..a.clone() }, raw, reading })
}

fn is_report(r: &Reading) -> bool {
    matches!(r.kind, MailSort::Bounce | MailSort::Report)
}

/// Brings a mail where it belongs, in one transaction at the end.
pub(super) async fn take_in(app: &App, to: &Mailbox, looked: Looked) -> Result<()> {
    let Looked { arrival: a, raw, reading } = looked;
    if is_report(&reading) {
        return report(app, to, &a, reading).await;
    }
    // What is meant to be a colleague's answer is that or nothing.
    match answering::meant(&reading, &a.envelope) {
        Some(token) => answering::take(app, to, &a, (raw, reading), &token).await,
        None => take(app, to, &a, raw, reading).await,
    }
}

/// A report about a mail of ours marks that one as failed. One that names none of ours is laid aside.
async fn report(app: &App, to: &Mailbox, a: &Arrival, r: Reading) -> Result<()> {
    let stray = || Error::new(&codes::MAIL_STRAY_REPORT);
    let bounce = r.bounce.as_ref().ok_or_else(stray)?;
    let original = bounce.original_message_id.as_deref().ok_or_else(stray)?;
    let (conversation, unique) = threading::reported(app, to.tenant, to.inbox, original).ok_or_else(stray)?;
    let complained = bounce.recipients.iter().any(|f| f.action == mail::bounce::Action::Complained);
    let lasting = complained || bounce.recipients.iter().any(|f| f.hard);
    let code = if complained { codes::MAIL_COMPLAINED.code } else { codes::MAIL_UNDELIVERABLE.code };
    let said =
        bounce.recipients.iter().map(|f| format!("{} {}", f.address, f.diagnostic)).collect::<Vec<_>>();
    let (message, answer, now) = (MessageId(unique), said.join("; "), app.now());
    let done = settled(a, &r, conversation, message);
    let event = app.id();
    let write = async move |tx: &mut Tx| {
        // Whoever still tries has nothing to tell the customer's agent yet.
        if lasting {
            deliveries::bounced(tx, (done.tenant, conversation, message), code, &answer, (event, now))
                .await?;
        }
        store::settle(tx, &done, now).await
    };
    let key = AggregateKey::new("conversation", conversation.0);
    app.db().write(&accounts::authorize::job(a.tenant), key, write).await
}

fn settled(a: &Arrival, r: &Reading, conversation: ConversationId, message: MessageId) -> Arrival {
    let t = &r.threading;
    let mut references: Vec<String> = t.references.clone();
    for id in &t.in_reply_to {
        if !references.contains(id) {
            references.push(id.clone());
        }
    }
    let skip = references.len().saturating_sub(REFERENCES_MAX);
    Arrival {
        status: Status::Done,
        fault: None,
        detail: None,
        kind: Some(word(r.kind).to_owned()),
        conversation: Some(conversation),
        message: Some(message),
        ids: Ids { id: t.message_id.clone(), references: references.split_off(skip) },
        ..a.clone()
    }
}

fn word(kind: MailSort) -> &'static str {
    match kind {
        MailSort::Human => "human",
        MailSort::AutoReply => "auto_reply",
        MailSort::Bounce => "bounce",
        MailSort::List => "list",
        MailSort::Report => "report",
    }
}

/// Who wrote it, and who that is to us.
struct Sender {
    person: Person,
    address: String,
    contact: NewContact,
}

fn sender(app: &App, to: &Mailbox, r: &Reading) -> Result<Sender> {
    let with_address = |p: &&Person| p.address.contains('@');
    let p = &r.participants;
    let person = p.from.iter().find(with_address).or_else(|| p.sender.iter().find(with_address));
    let person = person.cloned().ok_or_else(|| Error::new(&codes::MAIL_NO_AUTHOR))?;
    let address = person.address.to_lowercase();
    let handle = |kind, value: String, verified| NewHandle { kind, value, verified };
    let apart = |word: &str| handle(HandleKind::External, format!("{word}:{address}@{}", to.inbox), true);
    let handles = match r.authentication.verdict {
        Verdict::Aligned | Verdict::Vouched => vec![handle(HandleKind::Email, address.clone(), true)],
        Verdict::Unknown if to.config.believe_unproved => {
            vec![handle(HandleKind::Email, address.clone(), true)]
        }
        Verdict::Unknown => vec![apart("mail"), handle(HandleKind::Email, address.clone(), false)],
        // Whoever wears another's name is nobody we know.
        Verdict::Forged => vec![apart("forged")],
    };
    let name: String = person.name.chars().take(120).collect();
    let contact = NewContact {
        id: app.id(),
        handle_ids: handles.iter().map(|_| app.id()).collect(),
        tenant: to.tenant,
        name: Some(name).filter(|n| !n.is_empty()).or_else(|| Some(address.clone())),
        language: None,
        handles,
        now: app.now(),
    };
    Ok(Sender { person, address, contact })
}

async fn take(app: &App, to: &Mailbox, a: &Arrival, raw: Bytes, r: Reading) -> Result<()> {
    let sender = sender(app, to, &r)?;
    let inbox = app.port::<Arc<Cache>>().get(to.inbox).ok_or_else(Error::not_found)?;
    let into = conversation_of(app, to, &r, &sender.address).await?;
    let (files, parts, unkept) = files(app, to, &sender.contact, raw, &r).await?;
    let body = body_of(&r, files.is_empty() && unkept.is_empty());
    let head = Arc::new(head(&r, &sender.person, parts, unkept));
    // What a program answers changes nobody's turn; what one begins is work like any other.
    let automatic = into.is_some() && r.kind == MailSort::AutoReply;
    let also = Arc::new(Written {
        arrival: a.clone(),
        traces: threading::traces(&r, to.address.as_str()),
        answer: answer(app, to, &r, &sender).await?,
        reading: r,
        now: app.now(),
    });
    let incoming = Incoming {
        inbox,
        contact: sender.contact,
        // A mail that answers nothing is a thread of its own.
        thread: a.id.to_string(),
        body,
        attachments: files,
        key: SenderKey::External(format!("mail:{}", a.id)),
        page: Page::default(),
        visit: None,
        mail: Some(intake::Mail { head, automatic, also }),
        into,
        now: app.now(),
    };
    intake::take(app, incoming).await.map(|_| ())
}

/// The conversation it answers. A sender whose domain disowns the mail answers nothing.
async fn conversation_of(
    app: &App,
    to: &Mailbox,
    r: &Reading,
    sender: &str,
) -> Result<Option<ConversationId>> {
    if r.authentication.verdict == Verdict::Forged {
        return Ok(None);
    }
    let keys = threading::keys(&token_key(app), to.tenant, to.inbox, r);
    let (place, sender, now) = ((to.tenant, to.inbox), sender.to_owned(), app.now());
    let find = async move |tx: &mut Tx| threading::find(tx, place, &keys, &sender, now).await;
    app.db().read(&accounts::authorize::inbox(to.tenant), find).await
}

/// Keeps its files under the sender's name. What is too large or broken stays in the mail alone.
async fn files(
    app: &App,
    to: &Mailbox,
    contact: &NewContact,
    raw: Bytes,
    r: &Reading,
) -> Result<(Vec<AttachmentId>, Vec<u32>, Vec<String>)> {
    let (mut ids, mut parts, mut unkept) = (vec![], vec![], vec![]);
    if r.attachments.is_empty() {
        return Ok((ids, parts, unkept));
    }
    let scope = accounts::authorize::inbox(to.tenant);
    let made = contact.clone();
    let find = async move |tx: &mut Tx| customers::find_or_create(tx, &made).await;
    let key = AggregateKey::new("contact", contact.id.0);
    let (owner, _): (ContactId, bool) = app.db().write(&scope, key, find).await?;
    let all = tokio::task::spawn_blocking(move || mail::attachments(&raw, FILES_MAX)).await;
    let mut all = all.map_err(|e| Error::internal("the files of a mail").cause(e))?;
    for file in &r.attachments {
        let bytes = all.get_mut(file.index).map(std::mem::take).unwrap_or_default();
        if bytes.is_empty() {
            unkept.push(file.name.clone());
            continue;
        }
        let by = Actor::contact(owner);
        match attachments::keep(app, &scope, to.tenant, None, by, &file.name, bytes.into()).await {
            Ok(kept) => {
                ids.push(kept.id);
                parts.push(file.index as u32);
            }
            Err(e) if matches!(e.kind(), Kind::Invalid | Kind::TooLarge) => unkept.push(file.name.clone()),
            Err(e) => return Err(e),
        }
    }
    Ok((ids, parts, unkept))
}

/// The text that is shown, masked and within the bounds of a message.
fn body_of(r: &Reading, alone: bool) -> String {
    let text = if r.text_shown.trim().is_empty() && alone {
        // An answer without words of its own, or nothing but a subject: better its quote, or its subject, than nothing.
        let quoted = r.text_folded.trim();
        if quoted.is_empty() { r.subject.as_str() } else { quoted }
    } else {
        r.text_shown.as_str()
    };
    let text: String = text.replace('\0', "").trim_end().chars().take(BODY_MAX).collect();
    let masked = engines::redact::mask_cards(&text).into_owned();
    if masked.trim().is_empty() && alone { "—".into() } else { masked }
}

fn head(r: &Reading, author: &Person, parts: Vec<u32>, unkept: Vec<String>) -> MailHead {
    let one = |p: &Person| MailPerson { name: p.name.clone(), address: p.address.clone() };
    let all = |people: &[Person]| people.iter().filter(|p| p.address.contains('@')).map(one).collect();
    let subject = engines::redact::mask_cards(&r.subject).chars().take(300).collect();
    MailHead {
        inbox: None,
        to_contact: false,
        subject,
        from: Some(one(author)),
        reply_to: r.participants.reply_to.iter().find(|p| p.address.contains('@')).map(one),
        to: all(&r.participants.to),
        cc: all(&r.participants.cc),
        bcc: vec![],
        kind: match r.kind {
            MailSort::Human => MailKind::Human,
            MailSort::AutoReply => MailKind::AutoReply,
            MailSort::Bounce => MailKind::Bounce,
            MailSort::List => MailKind::List,
            MailSort::Report => MailKind::Report,
        },
        verdict: match r.authentication.verdict {
            Verdict::Aligned => MailVerdict::Aligned,
            Verdict::Forged => MailVerdict::Forged,
            Verdict::Vouched => MailVerdict::Vouched,
            Verdict::Unknown => MailVerdict::Unknown,
        },
        folded: !r.text_folded.trim().is_empty(),
        html: r.html.is_some(),
        remote_images: r.html.as_ref().map_or(0, |h| h.remote_images as u32),
        parts,
        unkept,
        quoted_at: None,
    }
}

/// The answer that goes by itself to whoever begins a conversation: never to a program, to an inbox of ours, or to somebody
/// whose name is worn by another.
async fn answer(
    app: &App,
    to: &Mailbox,
    r: &Reading,
    sender: &Sender,
) -> Result<Option<deliveries::Acknowledgement>> {
    let texts = deliveries::Texts::of(&to.config, &format!("{}\n{}", r.subject, r.text_shown));
    if texts.are_empty() || r.kind != MailSort::Human || r.authentication.verdict == Verdict::Forged {
        return Ok(None);
    }
    let address = sender.address.clone();
    let ours = async move |tx: &mut Tx| mailbox::by_address(tx, &address).await;
    if app.db().read(&accounts::authorize::reader(), ours).await?.is_some() {
        return Ok(None);
    }
    let person = MailPerson { name: String::new(), address: sender.address.clone() };
    Ok(Some(deliveries::Acknowledgement::new(app, texts, person)))
}

/// What stands beside the message once it is taken in: keys, people, what became of the mail, and an answer by itself.
struct Written {
    arrival: Arrival,
    reading: Reading,
    traces: threading::Traces,
    answer: Option<deliveries::Acknowledgement>,
    now: Millis,
}

impl Also for Written {
    fn write<'a>(&'a self, tx: &'a mut Tx, taken: &'a Taken) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let a = &self.arrival;
            threading::leave(tx, (a.tenant, a.inbox), &self.traces, taken, self.now).await?;
            store::settle(tx, &settled(a, &self.reading, taken.conversation, taken.message), self.now)
                .await?;
            match &self.answer {
                Some(answer) if taken.opened => {
                    answer.post(tx, (a.tenant, a.inbox), taken.conversation, self.now).await
                }
                _ => Ok(()),
            }
        })
    }
}
