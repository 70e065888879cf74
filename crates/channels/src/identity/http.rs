//! The secret with which a client's site vouches for its visitors: made and changed by who sets up inboxes.

use super::store;
use accounts::{Caller, audit};
use axum::Json;
use axum::extract::State;
use conversations::inboxes::{self, IDENTITY_SECRET, IDENTITY_SECRET_BEFORE};
use conversations::permissions::INBOXES;
use kernel::{AggregateKey, Error, Event, InboxId, Millis};
use platform::App;
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::web::{Answer, PathId, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look, rotate))
}

#[derive(Debug, Serialize, ToSchema)]
struct IdentityState {
    /// When the secret was made; `null` while there is none.
    made_at: Option<Millis>,
}

/// Says whether a widget has an identity secret, and since when.
#[utoipa::path(get, path = "/api/v1/inboxes/{inbox}/identity", tag = "webchat", operation_id = "get_identity_secret",
    params(("inbox" = InboxId, Path)), responses((status = 200, body = IdentityState), (status = 404, body = Problem)))]
async fn look(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<InboxId>,
) -> Answer<Json<IdentityState>> {
    let read = async move |tx: &mut Tx| {
        let inbox = inboxes::by_id(tx, &tx.scope().clone(), id).await?;
        store::secret_made_at(tx, inbox.tenant, id).await
    };
    let made_at = app.db().read(&caller.authorize_any(INBOXES), read).await?;
    Ok(Json(IdentityState { made_at }))
}

#[derive(Debug, Serialize, ToSchema)]
struct IdentitySecret {
    /// Shown once. Its characters are the key of HS256 and of hashes.
    secret: String,
}

/// Makes a new identity secret for a widget. The one before stays good for a day.
#[utoipa::path(post, path = "/api/v1/inboxes/{inbox}/identity", tag = "webchat", operation_id = "rotate_identity_secret",
    params(("inbox" = InboxId, Path)), responses((status = 200, body = IdentitySecret), (status = 404, body = Problem)))]
async fn rotate(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<InboxId>,
) -> Answer<Json<IdentitySecret>> {
    use base64::Engine;
    let mut bytes = [0_u8; 32];
    app.rng().fill(&mut bytes);
    let secret = format!("hark_id_{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes));
    let (actor, ip, audit_id, now) = (caller.actor, caller.info.ip, app.id::<i64>(), app.now());
    let (a, text) = (app.clone(), secret.clone());
    let (fresh_old, fresh_new) =
        (FreshSecret::new(app.ids(), app.rng()), FreshSecret::new(app.ids(), app.rng()));
    let write = async move |tx: &mut Tx| {
        let inbox = inboxes::by_id(tx, &tx.scope().clone(), id).await?;
        if inbox.channel != conversations::threads::Channel::Webchat {
            return Err(Error::not_found());
        }
        let s = a.secrets();
        if let Some(old) = s.open(tx, inbox.tenant, IDENTITY_SECRET, id.0).await? {
            s.seal(tx, &fresh_old, inbox.tenant, IDENTITY_SECRET_BEFORE, id.0, &old, now).await?;
        }
        s.seal(tx, &fresh_new, inbox.tenant, IDENTITY_SECRET, id.0, text.as_bytes(), now).await?;
        let change = audit::Change {
            tenant: inbox.tenant,
            actor,
            action: "inbox.identity_rotated",
            subject: ("inbox", id.0),
            before: None,
            after: None,
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(inbox.tenant, "inbox.identity_rotated", id.0, actor, now).line(inbox.line));
        Ok(())
    };
    app.db().write(&caller.authorize_any(INBOXES), AggregateKey::new("inbox", id.0), write).await?;
    Ok(Json(IdentitySecret { secret }))
}
