//! The signed-in user or token behind a request.

use super::Grants;
use crate::Accounts;
use crate::codes;
use crate::sessions::access::{self, Grip};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{
    Actor, Error, Language, LineId, LineSet, Permission, Result, SessionId, TenantId, TenantScope, TokenId,
    UserId,
};
use platform::App;
use platform::web::{ApiError, RequestInfo};
use std::sync::Arc;

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A browser's session.
    Session(SessionId),
    /// An API token.
    Token(TokenId),
}

/// Who is asking. Taking it as a handler's argument refuses everybody else with `sign_in.required` (401).
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user, or the owner of the token.
    pub user: UserId,
    /// What the log and the audit name.
    pub actor: Actor,
    /// How they proved it.
    pub via: Via,
    /// The language to answer in.
    pub language: Language,
    /// What they hold at this moment.
    pub grants: Arc<Grants>,
    /// What is known of the request.
    pub info: RequestInfo,
}

impl Caller {
    /// The scope of `p` in a client: that client, with the lines where `p` is held.
    ///
    /// Errors: `not_found` where the client or line is outside every grant; `access.missing_permission` (403) where it
    /// is inside but the right is missing.
    pub fn authorize(&self, p: Permission, tenant: TenantId, line: Option<LineId>) -> Result<TenantScope> {
        if !self.grants.inside(tenant, line) {
            return Err(Error::not_found());
        }
        match self.grants.scope(p, tenant) {
            Some(scope) if line.is_none_or(|l| scope.contains_line(tenant, l)) => Ok(scope),
            _ => Err(missing(p)),
        }
    }

    /// As [`Caller::authorize`], where the right must be held for the whole client, lines still to come included.
    pub fn authorize_whole(&self, p: Permission, tenant: TenantId) -> Result<TenantScope> {
        let scope = self.authorize(p, tenant, None)?;
        match scope.reach() {
            [(_, LineSet::All)] => Ok(scope),
            _ => Err(missing(p)),
        }
    }

    /// All clients and lines where `p` is held; may be empty.
    pub fn authorize_any(&self, p: Permission) -> TenantScope {
        TenantScope::granted(self.user, self.grants.everywhere(Some(p)))
    }

    /// The provider's own tables, for somebody who holds `p` over everything. Error: `access.missing_permission` (403).
    pub fn authorize_provider(&self, p: Permission) -> Result<TenantScope> {
        if self.grants.may_everywhere(p) { Ok(TenantScope::system()) } else { Err(missing(p)) }
    }

    /// Is `p` held here? Without a line: on the client or any of its lines.
    pub fn may(&self, p: Permission, tenant: TenantId, line: Option<LineId>) -> bool {
        self.grants.may(p, tenant, line)
    }

    /// Is one of these held anywhere? Error: `access.missing_permission` (403).
    pub(crate) fn holds_any(&self, reasons: &[Permission]) -> Result<()> {
        let held =
            |p: &Permission| self.grants.may_everywhere(*p) || !self.grants.everywhere(Some(*p)).is_empty();
        match reasons.first() {
            Some(first) if !reasons.iter().any(held) => Err(missing(*first)),
            _ => Ok(()),
        }
    }

    /// What the audit says of this request's author.
    pub(crate) fn ip(&self) -> Option<std::net::IpAddr> {
        Some(self.info.ip)
    }

    /// The session, for what only a signed-in person may do. Error: `sign_in.required` (401) for tokens.
    pub(crate) fn session(&self) -> Result<SessionId> {
        match self.via {
            Via::Session(id) => Ok(id),
            Via::Token(_) => Err(Error::new(&codes::SIGN_IN_REQUIRED).detail("a token cannot do this")),
        }
    }

    fn of(accounts: &Accounts, grip: &Grip, info: RequestInfo) -> Result<Caller> {
        let snapshot = accounts.directory.snapshot();
        let user = snapshot.user(grip.user).filter(|u| !u.name.disabled);
        let user = user.ok_or_else(|| Error::new(&codes::SIGN_IN_REQUIRED))?;
        let own = snapshot.grants(grip.user);
        let grants = match &grip.narrow {
            None => own,
            Some(narrow) => Arc::new(own.narrowed(narrow.clone())),
        };
        let actor = match grip.via {
            Via::Session(_) => Actor::user(grip.user),
            Via::Token(id) => Actor::token(id),
        };
        // A person has chosen their language; a program says with each request what it wants to read.
        let language = match grip.via {
            Via::Token(_) if info.names_language => info.language,
            _ => user.name.language,
        };
        info.speak(language);
        Ok(Caller { user: grip.user, actor, via: grip.via, language, grants, info })
    }

    /// Whoever these headers prove. Error: `sign_in.required` (401).
    pub(crate) async fn prove(app: &App, parts: &Parts) -> Result<Caller> {
        let info = parts.extensions.get::<RequestInfo>().cloned();
        let info = info.ok_or_else(|| Error::internal("the route is not behind the describing layer"))?;
        let secret = access::presented(&parts.headers, app.settings().secure())
            .ok_or_else(|| Error::new(&codes::SIGN_IN_REQUIRED))?;
        let accounts = app.port::<Arc<Accounts>>();
        let grip = accounts.access.resolve(app, &secret).await?;
        Caller::of(accounts, &grip, info)
    }
}

fn missing(p: Permission) -> Error {
    Error::new(&codes::MISSING_PERMISSION).detail(p.0)
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Caller, ApiError> {
        Ok(Caller::prove(app, parts).await?)
    }
}
