//! What a visitor does: begin a session, write, read, mark, end.

use super::limits::{self, Limits};
use super::model::{check_client_id, clean_body, clean_page_title, clean_page_url};
use super::token::{TOKEN_MS, VisitorToken};
use super::view::{
    self, ConfigView, SessionView, VisitorBrand, VisitorConversation, VisitorLimits, VisitorMessage,
    VisitorPage,
};
use super::visitor::{Visitor, open};
use super::{BODY_MAX, MIMES};
use crate::codes;
use crate::intake::{self, Incoming, SenderKey, Taken};
use accounts::Directory;
use conversations::inboxes::{Cache, Inbox};
use conversations::messages::{self, Mark, MessageRow};
use conversations::threads::{self, HandOver, Page, Row, Status};
use customers::HandleKind;
use kernel::{AggregateKey, AttachmentId, ContactId, Error, Language, Millis, Result};
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

/// The visitor of a token with the contact they are by now: two contacts may have become one since.
async fn current(app: &App, inbox: &Inbox, t: VisitorToken) -> Result<(String, ContactId)> {
    let (tenant, visitor) = (inbox.tenant, t.visitor.clone());
    let read = async move |tx: &mut Tx| customers::owner_of(tx, tenant, HandleKind::Visitor, &visitor).await;
    let owner = app.db().read(&accounts::authorize::visitor(tenant), read).await?;
    Ok((t.visitor, owner.unwrap_or(t.contact)))
}

/// Begins or renews a session. Writes nothing.
///
/// Errors: `not_found` for an unknown inbox; `inbox.closed`; `visitor.unknown` for a token that is not good, or is of
/// another inbox; `visitor.throttled`.
pub async fn session(app: &App, visit: Visit, info: RequestInfo) -> Result<SessionView> {
    let now = app.now();
    app.port::<Arc<Limits>>().block(limits::SESSIONS, info.ip, now)?;
    let inbox = app.port::<Arc<Cache>>().by_key(&visit.inbox).ok_or_else(Error::not_found)?;
    open(&inbox)?;
    let known = visit.token.as_deref().map(|t| VisitorToken::open(app.secrets(), t, now)).transpose()?;
    if known.as_ref().is_some_and(|t| t.inbox != inbox.id) {
        return Err(Error::new(&codes::VISITOR_UNKNOWN));
    }
    let language = visit.language.unwrap_or(info.language);
    let (visitor, contact) = match known {
        Some(t) => current(app, &inbox, t).await?,
        None => (fresh_visitor(app), app.id()),
    };
    let token = VisitorToken {
        inbox: inbox.id,
        visitor,
        contact,
        issued: now,
        expires: now + TOKEN_MS,
        language,
        page_url: visit.page_url.as_deref().and_then(clean_page_url),
        page_title: visit.page_title.as_deref().and_then(clean_page_title),
    };
    let visitor = Visitor { token, inbox, info };
    let row = row_of(app, &visitor).await?;
    let directory = app.port::<Arc<Directory>>();
    Ok(SessionView {
        token: visitor.token.sign(app.secrets()),
        visitor: visitor.token.visitor.clone(),
        config: config(app, &visitor.inbox, language, now),
        conversation: row.map(|r| view::conversation(app, directory, &r)),
        limits: VisitorLimits {
            body: BODY_MAX,
            file: conversations::attachments::FILE_MAX,
            mimes: MIMES.to_vec(),
        },
    })
}

fn fresh_visitor(app: &App) -> String {
    format!("{:016x}{:016x}", app.rng().u64(), app.rng().u64())
}

/// What the frame shows, in the visitor's language; by the calendar of the inbox's line.
fn config(app: &App, inbox: &Inbox, language: Language, now: Millis) -> ConfigView {
    let directory = app.port::<Arc<Directory>>();
    let brand = &inbox.config.brand;
    let calendar = directory.line(inbox.line).and_then(|l| l.calendar).and_then(|c| directory.calendar(c));
    let open = calendar.as_ref().is_none_or(|c| c.is_open(now));
    let in_words = |zh: &String, en: &String| {
        let (first, second) = if language == Language::Zh { (zh, en) } else { (en, zh) };
        if first.is_empty() { second.clone() } else { first.clone() }
    };
    ConfigView {
        brand: VisitorBrand {
            name: brand.name.clone(),
            color: if brand.color.is_empty() { String::from("#2b6de9") } else { brand.color.clone() },
            initial: accounts::directory::initial_of(&brand.name),
        },
        greeting: in_words(&brand.greeting_zh, &brand.greeting_en),
        offline_text: in_words(&brand.offline_zh, &brand.offline_en),
        open,
        next_open_at: if open { None } else { calendar.and_then(|c| c.next_open(now)) },
        languages: vec![Language::Zh.tag(), Language::En.tag()],
    }
}

/// The visitor's conversation in this snapshot: the live one, or the last there was.
pub async fn conversation_of(tx: &mut Tx, v: &Visitor) -> Result<Option<Row>> {
    let found = threads::latest(tx, &v.scope(), v.inbox.id, v.token.contact, "").await?;
    match found {
        Some(id) => threads::by_id(tx, id).await.map(Some),
        None => Ok(None),
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
}

/// Takes a visitor's message in; answers after the commit.
///
/// Errors: `visitor.throttled`, `visitor.too_long`, `message.empty`, `message.attachment`, `inbox.closed`.
pub async fn post(app: &App, v: &Visitor, post: Post) -> Result<(Taken, VisitorMessage)> {
    let now = app.now();
    let limits = app.port::<Arc<Limits>>();
    limits.visitor(limits::MESSAGES, v.token.contact, now)?;
    limits.block(limits::BLOCK_MESSAGES, v.info.ip, now)?;
    app.db().admit(v.inbox.tenant)?;
    check_client_id(&post.client_id)?;
    let incoming = Incoming {
        // As it is now, not as it was when a socket was opened.
        inbox: app.port::<Arc<Cache>>().get(v.inbox.id).ok_or_else(|| Error::new(&codes::VISITOR_UNKNOWN))?,
        contact: v.contact(app, now),
        thread: String::new(),
        body: clean_body(&post.body, &post.attachments)?,
        attachments: post.attachments,
        key: SenderKey::Client(post.client_id),
        page: Page { url: v.token.page_url.clone(), title: v.token.page_title.clone() },
        now,
    };
    let taken = intake::take(app, incoming).await?;
    let view = taken.whole.as_deref().and_then(|(m, row)| shown(app, m, row));
    let view = view.ok_or_else(|| Error::internal("a visitor must see their own message"))?;
    Ok((taken, view))
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
