//! Attachments: files uploaded before the message that carries them.
//!
//! The bytes are looked at, pictures encoded anew, and the blob is on the disk before the row is committed. A file is
//! free until a message binds it; only who uploaded it can send it. Addresses are signed and good for [`LINK_MS`].

use crate::permissions::REPLY;
use crate::threads;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bytes::Bytes;
use kernel::{
    Actor, AggregateKey, AttachmentId, ConversationId, Millis, Result, TenantId, TenantScope, args, sql,
};
use platform::App;
use platform::blobs::{self, Accepted, BlobHash};
use platform::store::Tx;
use platform::web::{Answer, BodyBytes, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A file at the most, in bytes.
pub const FILE_MAX: usize = 20 * 1024 * 1024;
/// A file's address is good for this long.
pub const LINK_MS: Millis = 3_600_000;
/// Addresses keep the same end for this long, so that a browser need not fetch a picture again at each rendering.
const LINK_STEP_MS: Millis = 900_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload))
}

/// An uploaded file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Uploaded {
    /// Its id, to be sent with a message.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// Its type, as found in its bytes.
    pub mime: String,
    /// In bytes.
    pub size: i64,
    /// Of a picture, in pixels.
    pub width: Option<i64>,
    /// Of a picture, in pixels.
    pub height: Option<i64>,
    /// Where it can be had for a while.
    pub url: String,
    /// A smaller picture.
    pub preview_url: Option<String>,
}

/// The signed address of a blob given in hex; empty for what is no blob's name.
pub fn signed_url(app: &App, tenant: TenantId, hash: &str, name: &str, mime: &str) -> String {
    let expires = (app.now() / LINK_STEP_MS + 1) * LINK_STEP_MS + LINK_MS;
    let hash = hex::decode(hash).ok().and_then(|h| BlobHash::try_from(h).ok());
    hash.map(|h| blobs::sign_url(app, tenant, h, name, mime, expires)).unwrap_or_default()
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Target {
    /// Where it will be sent.
    conversation: ConversationId,
    /// What it is called.
    name: String,
}

/// Uploads a file for a message to come.
#[utoipa::path(post, path = "/api/v1/attachments", tag = "conversations", operation_id = "upload_attachment",
    params(Target), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Uploaded)))]
async fn upload(
    State(app): State<App>,
    caller: Caller,
    Query(t): Query<Target>,
    BodyBytes(bytes): BodyBytes<FILE_MAX>,
) -> Answer<(StatusCode, Json<Uploaded>)> {
    let scope = caller.authorize_any(REPLY);
    let id = t.conversation;
    let row = app.db().read(&scope, async move |tx: &mut Tx| threads::by_id(tx, id).await).await?;
    let kept = keep(&app, &scope, row.tenant, Some(id), caller.actor, &t.name, bytes).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// Takes a file in: looks at it, keeps its bytes, then writes its row. `conversation` is `None` where there is none yet.
pub async fn keep(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    conversation: Option<ConversationId>,
    by: Actor,
    name: &str,
    bytes: Bytes,
) -> Result<Uploaded> {
    let file = app.blobs().accept(tenant, bytes, name).await?;
    let (id, now) = (app.id::<AttachmentId>(), app.now());
    let row = file.clone();
    let write = async move |tx: &mut Tx| insert(tx, id, tenant, conversation, by, &row, now).await;
    app.db().write(scope, AggregateKey::new("attachment", id.0), write).await?;
    let url = |hash: &str, mime: &str| signed_url(app, tenant, hash, &file.name, mime);
    Ok(Uploaded {
        id,
        name: file.name.clone(),
        mime: file.mime.to_owned(),
        size: file.blob.size as i64,
        width: file.picture.as_ref().map(|p| i64::from(p.width)),
        height: file.picture.as_ref().map(|p| i64::from(p.height)),
        url: url(&file.blob.hash.to_string(), file.mime),
        preview_url: file
            .picture
            .as_ref()
            .and_then(|p| p.preview.as_ref())
            .map(|(b, mime)| url(&b.hash.to_string(), mime)),
    })
}

async fn insert(
    tx: &mut Tx,
    id: AttachmentId,
    tenant: TenantId,
    conversation: Option<ConversationId>,
    by: Actor,
    file: &Accepted,
    now: Millis,
) -> Result<()> {
    for blob in file.blobs() {
        blobs::record(tx, tenant, blob, now).await?;
    }
    let picture = file.picture.as_ref();
    let preview = picture.and_then(|p| p.preview.as_ref()).map(|(b, _)| b.hash.0);
    tx.exec(
        sql!(
            "INSERT INTO attachment(id, tenant_id, conversation_id, hash, name, mime, size, width, height, preview_hash,
             uploader_kind, uploader_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            id, tenant, conversation, file.blob.hash.0, file.name, file.mime, file.blob.size as i64,
            picture.map(|p| p.width), picture.map(|p| p.height), preview, by.kind.code(), by.id, now
        ],
    )
    .await
    .map(|_| ())
}
