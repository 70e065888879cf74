//! Reading and setting what counts.

use super::model::{ClientRules, Installation};
use super::store;
use crate::permissions::QUEUES;
use accounts::{Caller, audit};
use kernel::{AggregateKey, Event, Result, TenantId};
use platform::App;
use platform::store::Tx;
use serde_json::json;

/// How the installation routes. Error: 403 without `queues.manage` everywhere.
pub(super) async fn installation(app: &App, caller: &Caller) -> Result<Installation> {
    let scope = caller.authorize_provider(QUEUES)?;
    let read = async |tx: &mut Tx| store::installation(tx).await;
    Ok(app.db().read(&scope, read).await?.unwrap_or_default())
}

/// Sets how the installation routes. Errors: `invalid`; 403 without `queues.manage` everywhere.
pub(super) async fn set_installation(app: &App, caller: &Caller, to: Installation) -> Result<Installation> {
    let scope = caller.authorize_provider(QUEUES)?;
    to.check()?;
    let (actor, ip, entry, now) = (caller.actor, caller.info.ip, app.ids().next(), app.now());
    let write = async move |tx: &mut Tx| {
        let before = store::installation(tx).await?.unwrap_or_default();
        if before == to {
            return Ok(to);
        }
        store::set_installation(tx, &to, now).await?;
        let change = audit::Change {
            tenant: TenantId(0),
            actor,
            action: "routing.changed",
            subject: ("routing", 1),
            before: Some(json!(before)),
            after: Some(json!(to)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, entry, now, &change).await?;
        tx.emit(Event::new(TenantId(0), "routing.set", 1, actor, now));
        Ok(to)
    };
    app.db().write(&scope, AggregateKey::new("routing", 0), write).await
}

/// What a client's standing and contacts are worth. Errors: `not_found`; 403 without `queues.manage` for all of it.
pub(super) async fn client(app: &App, caller: &Caller, tenant: TenantId) -> Result<ClientRules> {
    let scope = caller.authorize_whole(QUEUES, tenant)?;
    let read = async move |tx: &mut Tx| store::client(tx, tenant).await;
    app.db().read(&scope, read).await
}

/// Sets what a client's contacts are worth; its own tier only who sets up queues everywhere, for it weighs clients
/// against one another. Errors: `not_found`, `invalid`, 403.
pub(super) async fn set_client(
    app: &App,
    caller: &Caller,
    tenant: TenantId,
    to: ClientRules,
) -> Result<ClientRules> {
    let scope = caller.authorize_whole(QUEUES, tenant)?;
    to.check()?;
    let everywhere = caller.authorize_provider(QUEUES).map(|_| ());
    let (actor, ip, entry, now) = (caller.actor, caller.info.ip, app.ids().next(), app.now());
    let write = async move |tx: &mut Tx| {
        let before = store::client(tx, tenant).await?;
        if before == to {
            return Ok(before);
        }
        if before.tier != to.tier {
            everywhere.clone()?;
        }
        store::set_client(tx, tenant, &to, now).await?;
        let change = audit::Change {
            tenant,
            actor,
            action: "routing.client_changed",
            subject: ("tenant", tenant.0),
            before: Some(json!(before)),
            after: Some(json!(to)),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, entry, now, &change).await?;
        tx.emit(Event::new(tenant, "routing.client_set", tenant.0, actor, now));
        Ok(to.clone())
    };
    app.db().write(&scope, AggregateKey::new("routing", tenant.0), write).await
}
