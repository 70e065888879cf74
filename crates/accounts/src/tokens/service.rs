//! Use cases of tokens.

use super::store;
use super::view::{CreatedToken, NewToken, TokenView};
use crate::audit::{Deed, Fact};
use crate::authorize::{RoleSet, Via};
use crate::permissions::TOKENS_MANAGE;
use crate::sessions::access::{TOKEN_PREFIX, hash_of};
use crate::sessions::new_secret;
use crate::{Accounts, Caller, codes, directory, roles};
use kernel::{AggregateKey, Error, LineId, LineSet, Result, TenantId, TokenId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Listing, Page};
use serde_json::json;
use std::sync::Arc;

fn place(caller: &Caller, tenant: Option<TenantId>, line: Option<LineId>) -> Result<()> {
    match (tenant, line) {
        (None, None) => caller.authorize_provider(TOKENS_MANAGE).map(|_| ()),
        (None, Some(_)) => Err(Error::invalid("/tenant", "required")),
        (Some(t), None) => caller.authorize_whole(TOKENS_MANAGE, t).map(|_| ()),
        (Some(t), line) => caller.authorize(TOKENS_MANAGE, t, line).map(|_| ()),
    }
}

/// Makes a token. Errors: `access.beyond_own` for permissions that the caller does not hold there.
pub(super) async fn create(app: &App, caller: &Caller, new: NewToken) -> Result<CreatedToken> {
    place(caller, new.tenant, new.line)?;
    let name = directory::name("/name", &new.name)?;
    let permissions = roles::permitted(app, &new.permissions, "/permissions")?;
    if permissions.is_empty() {
        return Err(Error::invalid("/permissions", "required"));
    }
    let set = RoleSet::of(permissions.iter().cloned());
    if !caller.grants.covers(&set, new.tenant.unwrap_or_default(), new.line.unwrap_or_default()) {
        return Err(Error::new(&codes::BEYOND_OWN));
    }
    let deed = Deed::by(app, caller);
    if new.expires_at.is_some_and(|at| at <= deed.at) {
        return Err(Error::invalid("/expires_at", "past"));
    }
    let token = format!("{TOKEN_PREFIX}{}", new_secret(app));
    let view = TokenView {
        id: app.id(),
        name,
        user: caller.user,
        permissions: permissions.into_iter().collect(),
        tenant: new.tenant,
        line: new.line,
        created_at: deed.at,
        expires_at: new.expires_at,
        used_at: None,
    };
    let (hash, row) = (hash_of(&token), view.clone());
    let write = async move |tx: &mut Tx| {
        store::add(tx, &row, &hash).await?;
        let after = json!({"name": row.name, "permissions": row.permissions, "expires_at": row.expires_at});
        deed.done(tx, Fact::of(row.tenant.unwrap_or_default(), "token.created", row.id.0).after(after)).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("token", view.id.0), write).await?;
    Ok(CreatedToken { token, view })
}

/// Whose tokens are one's own: a person's. A token is bounded, so it reaches what it manages, not what its owner owns.
fn owner(caller: &Caller) -> UserId {
    match caller.via {
        Via::Session(_) => caller.user,
        Via::Token(_) => UserId::default(),
    }
}

/// One's own tokens, and those of the clients whose tokens one manages.
pub(super) async fn list(app: &App, caller: &Caller, page: &Page) -> Result<Listing<TokenView>> {
    let all = caller.grants.may_everywhere(TOKENS_MANAGE);
    let managed = caller.grants.everywhere(Some(TOKENS_MANAGE));
    let whole = managed.iter().filter(|(_, lines)| *lines == LineSet::All).map(|(t, _)| t.0);
    let tenants = Tx::ids(whole);
    let (user, rows, after) = (owner(caller), page.rows(), page.after::<i64>()?.unwrap_or(0));
    let read = async move |tx: &mut Tx| store::list(tx, user, all, &tenants, after, rows as i64 + 1).await;
    let found = app.db().read(&crate::authorize::provider(), read).await?;
    Ok(Listing::from_surplus(found, rows, |t| t.id.0))
}

/// Revokes a token: one's own, or one that one manages; all others are not there.
pub(super) async fn revoke(app: &App, caller: &Caller, id: TokenId) -> Result<()> {
    let read = async move |tx: &mut Tx| store::get(tx, id).await;
    let token = app.db().read(&crate::authorize::provider(), read).await?;
    if token.user != owner(caller) {
        place(caller, token.tenant, token.line).map_err(|_| Error::not_found())?;
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        if !store::revoke(tx, id, deed.at).await? {
            return Err(Error::not_found());
        }
        let fact = Fact::of(token.tenant.unwrap_or_default(), "token.revoked", id.0);
        deed.done(tx, fact.before(json!({"name": token.name}))).await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("token", id.0), write).await?;
    app.port::<Arc<Accounts>>().access.end_token(id.0);
    Ok(())
}
