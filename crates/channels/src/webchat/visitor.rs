//! The visitor principal: whoever a signed token names, within one inbox.

use super::limits::{self, Limits};
use super::token::VisitorToken;
use crate::codes;
use crate::identity::{self, By};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use conversations::inboxes::{Cache, IdentityMode, Inbox};
use conversations::ports::{VisitorOf, Visitors};
use conversations::threads::Channel;
use customers::{HandleKind, NewContact, NewHandle};
use kernel::{Actor, Error, Millis, Result, TenantScope};
use platform::App;
use platform::web::{ApiError, RequestInfo};
use std::sync::Arc;

/// Addresses of one visitor: their own and what they claim in a form.
const HANDLES_MAX: usize = 4;
/// What stands before the token in `Authorization`.
const SCHEME: &str = "Visitor ";

/// A visitor of one inbox.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub token: VisitorToken,
    /// Where.
    pub inbox: Arc<Inbox>,
    /// What is known of the request.
    pub info: RequestInfo,
}

impl Visitor {
    /// Whoever the token names. Errors: `visitor.unknown`; `inbox.closed` when the inbox is switched off.
    pub fn prove(app: &App, token: &str, info: RequestInfo) -> Result<Visitor> {
        let token = VisitorToken::open(app.secrets(), token, app.now())?;
        let inbox = app.port::<Arc<Cache>>().get(token.inbox);
        let inbox = inbox.ok_or_else(|| Error::new(&codes::VISITOR_UNKNOWN))?;
        open(&inbox)?;
        Ok(Visitor { token, inbox, info })
    }

    /// Refuses somebody unproved where the inbox asks for proof. Error: `visitor.identity`.
    pub fn admitted(&self, inbox: &Inbox) -> Result<()> {
        let needed = inbox.config.widget.identity.mode == IdentityMode::Required;
        if needed && self.token.identity.is_none() {
            return Err(Error::new(&codes::VISITOR_IDENTITY));
        }
        Ok(())
    }

    /// How the visitor was proved.
    pub fn proved_by(&self) -> Option<By> {
        self.token.identity.as_ref().map(|i| if i.by_hash { By::Hash } else { By::Token })
    }

    /// What this visitor may reach: their client. Statements name their contact besides.
    pub fn scope(&self) -> TenantScope {
        accounts::authorize::visitor(self.inbox.tenant)
    }

    /// The party that the log names.
    pub fn actor(&self) -> Actor {
        Actor::contact(self.token.contact)
    }

    /// The contact as the first message makes it.
    pub fn contact(&self, app: &App, now: Millis) -> NewContact {
        NewContact {
            id: self.token.contact,
            handle_ids: (0..HANDLES_MAX).map(|_| app.id()).collect(),
            tenant: self.inbox.tenant,
            name: None,
            language: Some(self.token.language),
            handles: vec![self.handle()],
            now,
        }
    }

    /// By what the contact is found: the id in the client's system once it is proved, else this browser's number.
    fn handle(&self) -> NewHandle {
        match &self.token.identity {
            Some(i) => identity::handle(&i.subject, &self.inbox),
            None => {
                NewHandle { kind: HandleKind::Visitor, value: self.token.visitor.clone(), verified: false }
            }
        }
    }
}

/// Refuses an inbox that is switched off or is no widget's.
pub fn open(inbox: &Inbox) -> Result<()> {
    match inbox.channel {
        Channel::Webchat if inbox.enabled => Ok(()),
        Channel::Webchat => Err(Error::new(&conversations::codes::INBOX_CLOSED)),
        Channel::Api | Channel::Email => Err(Error::not_found()),
    }
}

/// Refuses what a browser sent from another origin than the frame's own. A program without an origin proves itself by
/// its token alone, since no cookie is used here.
pub fn check_origin(app: &App, headers: &HeaderMap) -> Result<()> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return Ok(()) };
    let own = |host: &str| origin.split_once("://").is_some_and(|(_, h)| h == host);
    if origin == app.settings().public_url || text(header::HOST).is_some_and(own) {
        return Ok(());
    }
    Err(Error::new(&codes::VISITOR_ORIGIN))
}

/// Whoever a token names, also where the inbox asks for proof: for proving it.
pub struct Unproved(pub Visitor);

/// Whoever the headers of a request name.
fn named(app: &App, parts: &Parts, info: RequestInfo) -> Result<Visitor> {
    if parts.method != Method::GET {
        check_origin(app, &parts.headers)?;
    }
    let token = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix(SCHEME));
    Visitor::prove(app, token.ok_or_else(|| Error::new(&codes::VISITOR_UNKNOWN))?, info)
}

impl FromRequestParts<App> for Unproved {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Unproved, ApiError> {
        let info = RequestInfo::from_request_parts(parts, app).await?;
        Ok(Unproved(named(app, parts, info)?))
    }
}

/// Says to other areas who a visitor is.
pub struct Principal;

impl Visitors for Principal {
    fn prove(&self, app: &App, parts: &Parts) -> Result<VisitorOf> {
        let info = parts.extensions.get::<RequestInfo>().cloned();
        let info = info.ok_or_else(|| Error::internal("the route is not behind the describing layer"))?;
        let v = named(app, parts, info)?;
        v.admitted(&v.inbox)?;
        app.port::<Arc<Limits>>().visitor(limits::READS, v.token.contact, app.now())?;
        Ok(VisitorOf {
            tenant: v.inbox.tenant,
            inbox: v.inbox.id,
            contact: v.token.contact,
            language: v.token.language,
        })
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Visitor, ApiError> {
        let Unproved(visitor) = Unproved::from_request_parts(parts, app).await?;
        visitor.admitted(&visitor.inbox)?;
        Ok(visitor)
    }
}
