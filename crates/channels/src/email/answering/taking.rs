//! An agent's answer: every leg it stands on, then what it asks for, in one transaction.

use super::letters;
use super::model::{Lack, Wish, wish};
use crate::email::arrivals::{self, Arrival, Envelope, Status as ArrivalStatus};
use crate::email::mailbox::Mailbox;
use crate::email::token_key;
use accounts::Directory;
use bytes::Bytes;
use conversations::actions::{Action, Doer, perform};
use conversations::attachments;
use conversations::messages::{self, NewMessage};
use conversations::permissions::REPLY;
use conversations::scheduled::{self, Undoable};
use conversations::threads::{self, Row, Status};
use conversations::wording::Watch;
use kernel::{
    Actor, AggregateKey, AttachmentId, Code, ConversationId, Error, Kind, Language, Millis, Result, UserId,
};
use mail::Reading;
use mail::authentication::Verdict;
use mail::kind::Kind as MailSort;
use mail::threading::{staff_token, verify_staff};
use platform::App;
use platform::mail::{self as letters_out, Address, Letter, Queued};
use platform::store::Tx;
use std::sync::Arc;

/// The kind of the letter that says why.
const REFUSED: &str = "mail.answer_refused";
const DAY_MS: Millis = 24 * 3_600_000;
/// Files of one answer.
const FILES_MAX: usize = 20;
/// What an arrival that became an agent's words is called.
const KIND: &str = "staff";

/// The token of a member of staff that a mail was sent to, if it was.
pub(in crate::email) fn meant(r: &Reading, e: &Envelope) -> Option<String> {
    let p = &r.participants;
    let people = p.to.iter().chain(&p.cc).map(|p| p.address.as_str());
    let all = e.to.as_deref().into_iter().chain(people);
    let all = all.chain(r.threading.delivered.iter().map(String::as_str));
    all.filter_map(staff_token).next().map(str::to_owned)
}

/// Who answers where, every leg looked at.
struct Answer {
    user: UserId,
    row: Row,
    wish: Wish,
    text: String,
}

/// Follows an answer, or lays it aside and says so.
pub(in crate::email) async fn take(
    app: &App,
    to: &Mailbox,
    a: &Arrival,
    (raw, r): (Bytes, Reading),
    token: &str,
) -> Result<()> {
    let users = users_of(app, &r).await?;
    let key = token_key(app);
    let mine = |u: &UserId| verify_staff(&key, to.tenant, to.inbox, *u, token).map(|c| (*u, c));
    let mine = users.iter().find_map(mine);
    let (code, detail, is_told): (&'static Code, String, bool) =
        match stands(app, to, &r, &users, mine).await? {
            Err(lack) => (lack.code(), String::new(), lack.is_told()),
            Ok(answer) => match follow(app, a, raw, &r, answer).await {
                Ok(()) => return Ok(()),
                Err(e) if is_lasting(&e) => (e.code, e.detail.to_string(), true),
                Err(e) => return Err(e),
            },
        };
    if let Some(user) = mine.map(|m| m.0).or(users.first().copied()).filter(|_| is_told) {
        tell(app, to, user, mine.map(|m| m.1), code).await?;
    }
    arrivals::lay_aside(app, a.clone(), code.code, detail).await
}

/// Would another try end the same way?
fn is_lasting(e: &Error) -> bool {
    matches!(e.kind(), Kind::Invalid | Kind::TooLarge | Kind::Conflict | Kind::Forbidden | Kind::NotFound)
        && e.code != &platform::codes::STORE_CONFLICT
}

/// Who works here under the address of its one author.
async fn users_of(app: &App, r: &Reading) -> Result<Vec<UserId>> {
    let [author] = r.participants.from.as_slice() else { return Ok(vec![]) };
    let address = author.address.to_lowercase();
    let find = async move |tx: &mut Tx| accounts::by_mail(tx, &address).await;
    app.db().read(&accounts::authorize::reader(), find).await
}

/// Every leg an answer stands on.
async fn stands(
    app: &App,
    to: &Mailbox,
    r: &Reading,
    users: &[UserId],
    mine: Option<(UserId, ConversationId)>,
) -> Result<std::result::Result<Answer, Lack>> {
    if r.kind != MailSort::Human {
        return Ok(Err(Lack::Program));
    }
    if users.is_empty() {
        return Ok(Err(Lack::Nobody));
    }
    if r.authentication.verdict != Verdict::Aligned {
        return Ok(Err(Lack::Proof));
    }
    let Some((user, conversation)) = mine else { return Ok(Err(Lack::Token)) };
    let read = async move |tx: &mut Tx| threads::by_id(tx, conversation).await;
    let row = match app.db().read(&accounts::authorize::job(to.tenant), read).await {
        Ok(row) if row.inbox == to.inbox => row,
        Ok(_) => return Ok(Err(Lack::Token)),
        Err(e) if e.kind() == Kind::NotFound => return Ok(Err(Lack::Over)),
        Err(e) => return Err(e),
    };
    if !app.port::<Arc<Directory>>().reaches(user, REPLY, row.tenant, row.line) {
        return Ok(Err(Lack::Right));
    }
    let (wish, text) = wish(&r.text_shown);
    if row.status == Status::Resolved && !wish.is_note {
        return Ok(Err(Lack::Over));
    }
    if text.is_empty() && !wish.closes && !r.attachments.iter().any(|f| !f.inline) {
        return Ok(Err(Lack::Words));
    }
    Ok(Ok(Answer { user, row, wish, text }))
}

/// Its files, as the agent's own; pictures of a signature stay in the mail.
async fn files(app: &App, row: &Row, user: UserId, raw: Bytes, r: &Reading) -> Result<Vec<AttachmentId>> {
    let wanted: Vec<_> = r.attachments.iter().filter(|f| !f.inline).take(FILES_MAX).cloned().collect();
    let Some(last) = wanted.iter().map(|f| f.index).max() else { return Ok(vec![]) };
    let all = tokio::task::spawn_blocking(move || mail::attachments(&raw, last + 1)).await;
    let mut all = all.map_err(|e| Error::internal("the files of a mail").cause(e))?;
    let (scope, mut out) = (accounts::authorize::job(row.tenant), vec![]);
    for f in wanted {
        let bytes = all.get_mut(f.index).map(std::mem::take).unwrap_or_default();
        let by = Actor::user(user);
        let kept =
            attachments::keep(app, &scope, row.tenant, Some(row.id), by, &f.name, bytes.into()).await?;
        out.push(kept.id);
    }
    Ok(out)
}

/// Does what an answer asks for: all of it, or nothing.
async fn follow(app: &App, a: &Arrival, raw: Bytes, r: &Reading, answer: Answer) -> Result<()> {
    let Answer { user, row, wish, text } = answer;
    let files = files(app, &row, user, raw, r).await?;
    let says = !text.is_empty() || !files.is_empty();
    let body = if says { messages::clean(&text, !files.is_empty())? } else { String::new() };
    let (now, undo) = (app.now(), accounts::undo_ms(app, user));
    let (conversation, seen_seq) = (row.id, row.last_seq);
    let new = NewMessage {
        id: app.id(),
        event_id: app.id(),
        conversation,
        author: Actor::user(user),
        note: wish.is_note,
        body: body.clone(),
        attachments: files.clone(),
        mentions: vec![],
        client_key: Some(format!("{user}:mail:{}", a.id)),
        mail: None,
        chat: false,
        automatic: false,
        seen_seq: None,
        now,
    };
    let held = Undoable {
        id: app.id(),
        job: app.id(),
        conversation,
        author: user,
        body,
        attachments: files,
        due_at: now + undo,
        seen_seq,
        now,
    };
    let directory = app.port::<Arc<Directory>>().clone();
    let may = move |p, t, l| directory.reaches(user, p, t, l);
    let doer = Arc::new(Doer::new(app, user, Actor::user(user), Language::Zh, 1, may));
    let watch = app.port::<Arc<Watch>>().clone();
    let a = a.clone();
    let write = async move |tx: &mut Tx| {
        let (row, scope) = (threads::by_id(tx, conversation).await?, tx.scope().clone());
        let mut message = None;
        if says && !wish.is_note {
            watch.refusal(&row, &new.body, false)?;
        }
        // What ends a conversation must be said before it ends: there is no time to take it back.
        if says && (wish.is_note || wish.closes || undo == 0) {
            message = Some(messages::append(tx, &scope, &new).await?.message.id);
        } else if says {
            scheduled::with_undo(tx, &watch, &held).await?;
        }
        if wish.closes && row.status != Status::Resolved {
            perform(tx, &doer, 0, conversation, &Action::Resolve { disposition: None }).await?;
        }
        let done = Arrival {
            status: ArrivalStatus::Done,
            fault: None,
            detail: None,
            kind: Some(KIND.to_owned()),
            conversation: Some(conversation),
            message,
            ..a.clone()
        };
        arrivals::settle(tx, &done, now).await
    };
    let key = AggregateKey::new("conversation", conversation.0);
    app.db().write(&accounts::authorize::job(row.tenant), key, write).await
}

/// Writes to whoever works under the address, once a day for each conversation.
async fn tell(
    app: &App,
    to: &Mailbox,
    user: UserId,
    conversation: Option<ConversationId>,
    code: &'static Code,
) -> Result<()> {
    let (tenant, now) = (to.tenant, app.now());
    let Some(name) = app.port::<Arc<Directory>>().user(user) else { return Ok(()) };
    let scope = accounts::authorize::job(tenant);
    let read = async move |tx: &mut Tx| {
        let number = match conversation {
            Some(c) => threads::by_id(tx, c).await.ok().map(|r| r.number),
            None => None,
        };
        let set_up = letters_out::is_set_up(tx, tenant).await?;
        Ok((accounts::proved_mail(tx, user).await?.filter(|_| set_up), number))
    };
    let (address, number) = app.db().read(&scope, read).await?;
    let Some(address) = address.as_deref().and_then(Address::parse) else { return Ok(()) };
    let about = conversation.map_or(user.0, |c| c.0);
    let desk = &app.settings().desk_url;
    let url = conversation.map_or(desk.clone(), |c| format!("{desk}/c/{c}"));
    let words = letters::laid_aside(name.language, code, number, url);
    let letter = Letter { tenant, kind: REFUSED, subject: about, to: address, words, reply_to: None };
    let queued = Queued::new(app, letter)?;
    let write =
        async move |tx: &mut Tx| match letters_out::written_since(tx, tenant, (REFUSED, about), now - DAY_MS)
            .await?
        {
            0 => letters_out::queue(tx, &queued).await,
            _ => Ok(()),
        };
    app.db().write(&scope, AggregateKey::new("mail to agents", about), write).await
}
