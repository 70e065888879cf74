//! What a visitor does: begin a session, write, read, mark, end.

use super::limits::{self, Limits, Opener};
use super::model::{check_client_id, clean_body, clean_page_title, clean_page_url};
use super::token::{Identity, TOKEN_MS, VisitorToken};
use super::view::{
    self, ConfigView, SessionView, VisitorBrand, VisitorConversation, VisitorLimits, VisitorMessage,
    VisitorPage,
};
use super::visitor::{Visitor, open};
use super::{BODY_MAX, MIMES};
use crate::codes;
use crate::identity::{self, By, Offered, VERIFIED_MS};
use crate::intake::{self, Incoming, SenderKey, Taken};
use crate::visits::{self, FormInput};
use accounts::Directory;
use conversations::inboxes::{Cache, Inbox, VisitorForm};
use conversations::messages::{self, Mark, MessageRow};
use conversations::threads::{self, HandOver, Page, Row, Status};
use conversations::ways;
use customers::HandleKind;
use kernel::{AggregateKey, AttachmentId, ContactId, ConversationId, Error, Language, Millis, Result};
use platform::App;
use platform::store::Tx;
use platform::web::RequestInfo;
use std::sync::Arc;

/// Messages of one page.
pub const PAGE_MAX: usize = 100;
/// Rows looked at for one page; what visitors do not see fills none of it.
const LOOKED_AT_MAX: usize = 1_000;

/// What a session is begun with.
#[derive(Debug, Default)]
pub struct Visit {
    /// The inbox's public name.
    pub inbox: String,
    /// The token of an earlier session.
    pub token: Option<String>,
    /// The language of the frame.
    pub language: Option<Language>,
    /// The address of the page.
    pub page_url: Option<String>,
    /// Its title.
    pub page_title: Option<String>,
}

/// The contact whom a token means by now: two contacts may have become one since, or have been parted.
async fn contact_now(app: &App, inbox: &Inbox, t: &VisitorToken) -> Result<ContactId> {
    let (tenant, visitor, contact, known) =
        (inbox.tenant, t.visitor.clone(), t.contact, t.identity.is_some());
    let read = async move |tx: &mut Tx| {
        let owner = match known {
            true => None,
            false => customers::owner_of(tx, tenant, HandleKind::Visitor, &visitor).await?,
        };
        match owner {
            Some(owner) => Ok(owner),
            None => customers::current(tx, tenant, contact).await,
        }
    };
    app.db().read(&accounts::authorize::visitor(tenant), read).await
}

/// Begins or renews a session. Writes nothing.
///
/// Errors: `not_found` for an unknown inbox; `inbox.closed`; `visitor.unknown` for a token that is not good, or is of
/// another inbox; `visitor.throttled`.
pub async fn session(app: &App, visit: Visit, info: RequestInfo) -> Result<SessionView> {
    let now = app.now();
    let limits = app.port::<Arc<Limits>>();
    limits.address(limits::ADDRESS_SESSIONS, info.ip, now)?;
    limits.block(limits::SESSIONS, info.ip, now)?;
    let inbox = app.port::<Arc<Cache>>().by_key(&visit.inbox).ok_or_else(Error::not_found)?;
    open(&inbox)?;
    let known = visit.token.as_deref().map(|t| VisitorToken::open(app.secrets(), t, now)).transpose()?;
    if known.as_ref().is_some_and(|t| t.inbox != inbox.id) {
        return Err(Error::new(&codes::VISITOR_UNKNOWN));
    }
    let language = visit.language.unwrap_or(info.language);
    let (page_url, page_title) = (
        visit.page_url.as_deref().and_then(clean_page_url),
        visit.page_title.as_deref().and_then(clean_page_title),
    );
    let token = match known {
        // A proof is not prolonged by itself: the page proves the visitor again.
        Some(t) => {
            let expires = if t.identity.is_some() { t.expires } else { now + TOKEN_MS };
            let contact = contact_now(app, &inbox, &t).await?;
            VisitorToken { contact, issued: now, expires, language, page_url, page_title, ..t }
        }
        None => anonymous(app, &inbox, language, now, page_url, page_title),
    };
    shown_session(app, Visitor { token, inbox, info }).await
}

fn anonymous(
    app: &App,
    inbox: &Inbox,
    language: Language,
    now: Millis,
    page_url: Option<String>,
    page_title: Option<String>,
) -> VisitorToken {
    VisitorToken {
        inbox: inbox.id,
        visitor: fresh_visitor(app),
        contact: app.id(),
        issued: now,
        expires: now + TOKEN_MS,
        language,
        page_url,
        page_title,
        identity: None,
    }
}

/// Proves who a visitor is; the answer is a session of that person, with their conversation on whatever device it began.
///
/// Errors: `visitor.proof` with the reason; `visitor.throttled`.
pub async fn identify(app: &App, v: Visitor, offered: Offered) -> Result<SessionView> {
    let now = app.now();
    let limits = app.port::<Arc<Limits>>();
    limits.visitor(limits::PROOFS, v.token.contact, now)?;
    limits.block(limits::SESSIONS, v.info.ip, now)?;
    let (contact, proved) =
        identity::prove(app, &v.inbox, &offered, &v.token.visitor, v.token.language).await?;
    let is_same = v.token.identity.as_ref().is_some_and(|i| i.subject == proved.subject);
    // Another person on this device is another visitor, who takes nothing of the one before along. Somebody unproved
    // keeps the device's number, since the proof may be sent again when its answer was lost.
    let visitor = match &v.token.identity {
        Some(_) if !is_same => fresh_visitor(app),
        _ => v.token.visitor.clone(),
    };
    let identity = Some(Identity { subject: proved.subject, by_hash: proved.by == By::Hash });
    let expires = now + VERIFIED_MS;
    let token = VisitorToken { visitor, contact, issued: now, expires, identity, ..v.token };
    shown_session(app, Visitor { token, ..v }).await
}

async fn shown_session(app: &App, visitor: Visitor) -> Result<SessionView> {
    let (now, language) = (app.now(), visitor.token.language);
    let admitted = visitor.admitted(&visitor.inbox).is_ok();
    let row = if admitted { row_of(app, &visitor).await? } else { None };
    let directory = app.port::<Arc<Directory>>();
    let asked = opens(row.as_ref(), now);
    Ok(SessionView {
        token: visitor.token.sign(app.secrets()),
        visitor: visitor.token.visitor.clone(),
        identity: match &visitor.token.identity {
            Some(_) => "proved",
            None if admitted => "none",
            None => "needed",
        },
        config: config(app, &visitor.inbox, language, now, asked),
        conversation: row.map(|r| view::conversation(app, directory, &r)),
        limits: VisitorLimits {
            body: BODY_MAX,
            file: conversations::attachments::FILE_MAX,
            mimes: MIMES.to_vec(),
        },
    })
}

/// Would a message open a conversation, rather than go on with one?
fn opens(row: Option<&Row>, now: Millis) -> bool {
    row.is_none_or(|r| {
        r.status == Status::Resolved && r.resolved_at.is_some_and(|at| at <= now - threads::REOPEN_MS)
    })
}

fn fresh_visitor(app: &App) -> String {
    format!("{:016x}{:016x}", app.rng().u64(), app.rng().u64())
}

/// The hours of an inbox: those of its line.
struct Hours {
    open: bool,
    next_open_at: Option<Millis>,
    answer_by: Option<Millis>,
}

fn hours(app: &App, inbox: &Inbox, now: Millis) -> Hours {
    let directory = app.port::<Arc<Directory>>();
    let calendar = directory.line(inbox.line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c));
    let open = calendar.as_ref().is_none_or(|c| c.is_open(now));
    if open {
        return Hours { open, next_open_at: None, answer_by: None };
    }
    let promised = inbox.config.widget.answer_within_min.zip(calendar.as_ref());
    let answer_by = promised.and_then(|(min, c)| c.add_business_ms(now, min * 60_000).ok());
    Hours { open, next_open_at: calendar.as_ref().and_then(|c| c.next_open(now)), answer_by }
}

/// Does the inbox's line serve now?
pub(super) fn is_open(app: &App, inbox: &Inbox) -> bool {
    hours(app, inbox, app.now()).open
}

/// The form that is asked now.
fn form_of(inbox: &Inbox, open: bool) -> (&'static str, &VisitorForm) {
    let w = &inbox.config.widget;
    if open { ("prechat", &w.prechat) } else { ("offline", &w.offline) }
}

/// What the frame shows, in the visitor's language. `asked`: the next message opens a conversation.
fn config(app: &App, inbox: &Inbox, language: Language, now: Millis, asked: bool) -> ConfigView {
    let brand = &inbox.config.brand;
    let hours = hours(app, inbox, now);
    let in_words = |zh: &String, en: &String| {
        let (first, second) = if language == Language::Zh { (zh, en) } else { (en, zh) };
        if first.is_empty() { second.clone() } else { first.clone() }
    };
    let (kind, form) = form_of(inbox, hours.open);
    let widget = &inbox.config.widget;
    // Whom the visitor talks to always has a name: the client's own, where the inbox gives none.
    let name = match brand.name.is_empty() {
        true => app.port::<Arc<Directory>>().tenant(inbox.tenant).map(|t| t.name.clone()).unwrap_or_default(),
        false => brand.name.clone(),
    };
    ConfigView {
        brand: VisitorBrand {
            color: if brand.color.is_empty() { String::from("#2b6de9") } else { brand.color.clone() },
            initial: accounts::directory::initial_of(&name),
            name,
        },
        greeting: in_words(&brand.greeting_zh, &brand.greeting_en),
        offline_text: in_words(&brand.offline_zh, &brand.offline_en),
        open: hours.open,
        next_open_at: hours.next_open_at,
        languages: vec![Language::Zh.tag(), Language::En.tag()],
        queue_text: in_words(&widget.queue_zh, &widget.queue_en),
        answer_by: hours.answer_by,
        form: if asked { visits::form_view(kind, form, language) } else { None },
        peek: widget.sneak_peek,
    }
}

/// The visitor's conversation in this snapshot: the live one, or the last there was.
pub async fn conversation_of(tx: &mut Tx, v: &Visitor) -> Result<Option<Row>> {
    let found = match moved(tx, v, 0).await? {
        Some(id) => Some(id),
        None => threads::latest(tx, &v.scope(), v.inbox.id, v.token.contact, "").await?,
    };
    match found {
        Some(id) => threads::by_id(tx, id).await.map(Some),
        None => Ok(None),
    }
}

/// The conversation of mail that somebody proved goes on with here: a live one, or where the widget has none of its own, one
/// that ended after `since`. Whoever is not proved has none: a browser is no proof of a mailbox.
async fn moved(tx: &mut Tx, v: &Visitor, since: Millis) -> Result<Option<ConversationId>> {
    let (place, contact) = ((v.inbox.tenant, v.inbox.id), v.token.contact);
    if v.token.identity.is_none() {
        return Ok(None);
    }
    if let Some(live) = ways::in_chat(tx, place, contact, Millis::MAX).await? {
        return Ok(Some(live));
    }
    match threads::live_or_recent(tx, &v.scope(), v.inbox.id, contact, "", since).await? {
        Some(_) => Ok(None),
        None => ways::in_chat(tx, place, contact, since).await,
    }
}

/// The same, read by itself.
pub async fn row_of(app: &App, v: &Visitor) -> Result<Option<Row>> {
    let (scope, v) = (v.scope(), v.clone());
    app.db().read(&scope, async move |tx: &mut Tx| conversation_of(tx, &v).await).await
}

/// What a visitor sees of a conversation after a number.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The conversation, if there is one.
    pub row: Option<Row>,
    /// Its messages, rendered, in order.
    pub items: Vec<VisitorMessage>,
    /// Everything up to this number has been looked at.
    pub last_seq: i64,
    /// The place in the log that this agrees with; never told to visitors.
    pub pos: i64,
}

impl Seen {
    /// The conversation as the visitor sees it.
    pub fn conversation(&self, app: &App) -> Option<VisitorConversation> {
        self.row.as_ref().map(|r| view::conversation(app, app.port::<Arc<Directory>>(), r))
    }
    /// The page.
    pub fn page(self, app: &App) -> VisitorPage {
        VisitorPage { conversation: self.conversation(app), items: self.items, last_seq: self.last_seq }
    }
}

/// The oldest `limit` messages after a number.
pub async fn since(app: &App, v: &Visitor, after: i64, limit: usize) -> Result<Seen> {
    let limit = limit.clamp(1, PAGE_MAX);
    let (scope, app_, v) = (v.scope(), app.clone(), v.clone());
    app.db().read(&scope, async move |tx: &mut Tx| page(tx, &app_, &v, after, limit).await).await
}

/// Reads on until the page is full, because what visitors do not see takes numbers too.
async fn page(tx: &mut Tx, app: &App, v: &Visitor, after: i64, limit: usize) -> Result<Seen> {
    let pos = tx.position().await?;
    let Some(row) = conversation_of(tx, v).await? else { return Ok(Seen { pos, ..Seen::default() }) };
    page_of(tx, app, row, after, limit, pos).await
}

/// A page of one conversation, as its visitor sees it.
pub async fn page_of(tx: &mut Tx, app: &App, row: Row, after: i64, limit: usize, pos: i64) -> Result<Seen> {
    let directory = app.port::<Arc<Directory>>();
    let mut items = vec![];
    let (mut last_seq, mut looked_at) = (after.max(0), 0);
    while items.len() < limit && looked_at < LOOKED_AT_MAX {
        let rows = messages::following(tx, &row, last_seq, PAGE_MAX as i64, true).await?;
        let end = rows.len() < PAGE_MAX;
        looked_at += rows.len();
        for m in rows {
            if items.len() == limit {
                return Ok(Seen { row: Some(row), items, last_seq, pos });
            }
            last_seq = m.seq;
            items.extend(view::message(app, directory, &m, &row));
        }
        if end {
            last_seq = last_seq.max(row.last_seq);
            break;
        }
    }
    Ok(Seen { row: Some(row), items, last_seq, pos })
}

/// A message that a visitor sends.
#[derive(Debug, Clone)]
pub struct Post {
    /// The visitor's own id of it.
    pub client_id: String,
    /// The text.
    pub body: String,
    /// Files uploaded before.
    pub attachments: Vec<AttachmentId>,
    /// What was asked before, and what the page says.
    pub form: Option<FormInput>,
}

/// Takes a visitor's message in; answers after the commit.
///
/// Errors: `visitor.throttled`, `visitor.too_long`, `visitor.identity`, `visitor.form`, `visitor.consent`,
/// `visitor.attributes`, `message.empty`, `message.attachment`, `inbox.closed`.
pub async fn post(app: &App, v: &Visitor, post: Post) -> Result<(Taken, VisitorMessage)> {
    let now = app.now();
    let limits = app.port::<Arc<Limits>>();
    limits.visitor(limits::MESSAGES, v.token.contact, now)?;
    limits.block(limits::BLOCK_MESSAGES, v.info.ip, now)?;
    app.db().admit(v.inbox.tenant)?;
    check_client_id(&post.client_id)?;
    // As it is now, not as it was when a socket was opened.
    let inbox =
        app.port::<Arc<Cache>>().get(v.inbox.id).ok_or_else(|| Error::new(&codes::VISITOR_UNKNOWN))?;
    v.admitted(&inbox)?;
    let body = clean_body(&post.body, &post.attachments)?;
    let (scope, who, since) = (v.scope(), v.clone(), now - threads::REOPEN_MS);
    let into = match v.token.identity {
        Some(_) => app.db().read(&scope, async move |tx: &mut Tx| moved(tx, &who, since).await).await?,
        None => None,
    };
    let visit = visit_of(app, v, &inbox, post.form.as_ref(), now).await?;
    let mut contact = v.contact(app, now);
    if let Some(visit) = &visit {
        contact.name = visit.given.name.clone();
        contact.handles.extend(visit.given.handles.iter().cloned());
    }
    let incoming = Incoming {
        inbox,
        contact,
        thread: String::new(),
        body,
        attachments: post.attachments,
        key: SenderKey::Client(post.client_id),
        page: Page { url: v.token.page_url.clone(), title: v.token.page_title.clone() },
        visit: visit.map(Arc::new),
        mail: None,
        into,
        now,
    };
    let taken = intake::take(app, incoming).await?;
    if taken.opened {
        limits.opened(opener(v), now);
    }
    let view = taken.whole.as_deref().and_then(|(m, row)| shown(app, m, row));
    let view = view.ok_or_else(|| Error::internal("a visitor must see their own message"))?;
    Ok((taken, view))
}

/// What a message brings besides its words: what opens a conversation is checked and counted, what goes on with one
/// brings attributes at the most.
async fn visit_of(
    app: &App,
    v: &Visitor,
    inbox: &Inbox,
    form: Option<&FormInput>,
    now: Millis,
) -> Result<Option<visits::Visit>> {
    let nothing = FormInput::default();
    let form = form.unwrap_or(&nothing);
    let facts = visits::facts_of(&form.attributes)?;
    let row = row_of(app, v).await?;
    let opening = opens(row.as_ref(), now);
    if !opening && facts.is_empty() {
        return Ok(None);
    }
    let hours = hours(app, inbox, now);
    let given = match opening {
        true => {
            let given = visits::check(form_of(inbox, hours.open).1, form, v.token.language)?;
            app.port::<Arc<Limits>>().may_open(opener(v), now)?;
            given
        }
        false => visits::Given::default(),
    };
    Ok(Some(visits::Visit {
        inbox: inbox.id,
        given,
        facts,
        offline: !hours.open,
        answer_by: hours.answer_by,
        identity: v.proved_by(),
        consent_id: app.id(),
        event_id: app.id(),
    }))
}

/// Who would open a conversation.
fn opener(v: &Visitor) -> Opener {
    let tenant = v.token.identity.is_none().then_some(v.inbox.tenant);
    Opener { contact: v.token.contact, ip: v.info.ip, tenant }
}

fn shown(app: &App, m: &MessageRow, row: &Row) -> Option<VisitorMessage> {
    view::message(app, app.port::<Arc<Directory>>(), m, row)
}

/// Moves the visitor's mark over our messages.
pub async fn read_marks(app: &App, v: &Visitor, mark: Mark, seq: i64) -> Result<()> {
    let now = app.now();
    if app.port::<Arc<Limits>>().visitor(limits::MARKS, v.token.contact, now).is_err() {
        // The next mark carries this one's number along.
        return Ok(());
    }
    let Some(row) = row_of(app, v).await? else { return Ok(()) };
    let behind = match mark {
        Mark::Delivered => row.contact_delivered < seq,
        Mark::ReadByContact => row.contact_read < seq,
        Mark::ReadByStaff => false,
    };
    if !behind {
        return Ok(());
    }
    let (id, actor) = (row.id, v.actor());
    let write = async move |tx: &mut Tx| messages::mark(tx, id, mark, actor, seq, now).await;
    app.db().write(&v.scope(), AggregateKey::new("conversation", id.0), write).await
}

/// The visitor ends the conversation; nothing happens when there is none, or it has ended.
pub async fn end(app: &App, v: &Visitor) -> Result<()> {
    let Some(row) = row_of(app, v).await?.filter(|r| r.status != Status::Resolved) else { return Ok(()) };
    let h = HandOver { id: row.id, event_id: app.id(), actor: v.actor(), epoch: None, now: app.now() };
    let write = async move |tx: &mut Tx| match threads::by_id(tx, h.id).await?.status {
        Status::Resolved => Ok(()),
        _ => threads::resolve(tx, &h).await.map(|_| ()),
    };
    app.db().write(&v.scope(), AggregateKey::new("conversation", h.id.0), write).await
}

/// Wording of a consent at the most, in characters.
const WORDING_MAX: usize = 500;

/// Keeps that the visitor lets staff see what they type, in the words that they read.
pub(super) async fn agree_to_peek(
    app: &App,
    v: &Visitor,
    conversation: Option<ConversationId>,
    wording: String,
) -> Result<()> {
    let (id, now) = (app.id::<i64>(), app.now());
    let conversation = conversation.unwrap_or(ConversationId(0));
    let consent = visits::Consent {
        purpose: "peek",
        version: String::new(),
        language: v.token.language,
        wording: wording.chars().filter(|c| !c.is_control()).take(WORDING_MAX).collect(),
    };
    let place = (v.inbox.tenant, v.token.contact, conversation, v.inbox.id);
    app.port::<Arc<Limits>>().visitor(limits::MARKS, v.token.contact, now)?;
    let write = async move |tx: &mut Tx| match visits::has_agreed(tx, place, consent.purpose).await? {
        // A socket that comes back says again what was agreed to before.
        true => Ok(()),
        false => visits::keep_consent(tx, id, place, &consent, now).await,
    };
    app.db().write(&v.scope(), AggregateKey::new("consent", v.token.contact.0), write).await
}
