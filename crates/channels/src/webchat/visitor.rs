//! The visitor principal: whoever a signed token names, within one inbox.

use super::token::VisitorToken;
use crate::codes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use conversations::inboxes::{Cache, Inbox};
use conversations::threads::Channel;
use customers::{HandleKind, NewContact, NewHandle};
use kernel::{Actor, Error, Millis, Result, TenantScope};
use platform::App;
use platform::web::{ApiError, RequestInfo};
use std::sync::Arc;

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
            handle_ids: vec![app.id()],
            tenant: self.inbox.tenant,
            name: None,
            language: Some(self.token.language),
            handles: vec![NewHandle {
                kind: HandleKind::Visitor,
                value: self.token.visitor.clone(),
                verified: false,
            }],
            now,
        }
    }
}

/// Refuses an inbox that is switched off or is no widget's.
pub fn open(inbox: &Inbox) -> Result<()> {
    match inbox.channel {
        Channel::Webchat if inbox.enabled => Ok(()),
        Channel::Webchat => Err(Error::new(&conversations::codes::INBOX_CLOSED)),
        Channel::Api => Err(Error::not_found()),
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

impl FromRequestParts<App> for Visitor {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Visitor, ApiError> {
        if parts.method != Method::GET {
            check_origin(app, &parts.headers)?;
        }
        let info = RequestInfo::from_request_parts(parts, app).await?;
        let token =
            parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix(SCHEME));
        let token = token.ok_or_else(|| Error::new(&codes::VISITOR_UNKNOWN))?;
        Ok(Visitor::prove(app, token, info)?)
    }
}
