//! The record of a conversation while it is being talked: filled in beside the talk, kept for its author on every machine,
//! and there when the conversation is ended. It counts for nothing until then.

use super::http::DispositionInput;
use crate::permissions::REPLY;
use crate::threads::{self, Row};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AggregateKey, ConversationId, Error, Result, args, sql};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which of a person's drafts in a conversation this is: 0 is the reply, 1 the note.
pub(crate) const DRAFT: i64 = 2;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// The record as its author has begun it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BegunDisposition {
    /// What was filled in; `null` for nothing.
    #[schema(required)]
    disposition: Option<DispositionInput>,
}

/// What the reader has begun to record of a conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/disposition-draft", tag = "conversations",
    operation_id = "get_disposition_draft", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = BegunDisposition)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<BegunDisposition>> {
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let sql = sql!(
            "SELECT body FROM draft WHERE conversation_id = $1 AND user_id = $2 AND tenant_id = $3 AND note = $4"
        );
        tx.one(sql, args![id, user, row.tenant, DRAFT], |r| r.text(0)).await
    };
    let found = app.db().read(&caller.authorize_any(REPLY), read).await?;
    // What an older version kept and cannot be read any more is as if nothing were begun.
    Ok(Json(BegunDisposition { disposition: found.and_then(|text| serde_json::from_str(&text).ok()) }))
}

/// Keeps what was filled in so far; `null` removes it.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/disposition-draft", tag = "conversations",
    operation_id = "put_disposition_draft", params(("conversation" = ConversationId, Path)),
    request_body = BegunDisposition, responses((status = 204)))]
async fn put(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<BegunDisposition>,
) -> Answer<StatusCode> {
    let begun = b.disposition.map(DispositionInput::cleaned).transpose()?;
    let text = begun.as_ref().map(serde_json::to_string).transpose();
    let text = text.map_err(|e| Error::internal("a disposition cannot be kept").cause(e))?;
    let category = begun.and_then(|d| d.category);
    let (user, now) = (caller.user, app.now());
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        if let Some(c) = category
            && !super::category_is_of(tx, row.tenant, row.line, c).await?
        {
            return Err(Error::invalid("/disposition/category", "unknown"));
        }
        let Some(text) = &text else { return remove(tx, &row, user).await };
        tx.exec(
            sql!(
                "INSERT INTO draft(tenant_id, conversation_id, user_id, note, body, base_seq, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (conversation_id, user_id, note)
                 DO UPDATE SET body = excluded.body, base_seq = excluded.base_seq, at = excluded.at"
            ),
            args![row.tenant, id, user, DRAFT, text, row.last_seq, now],
        )
        .await
        .map(|_| ())
    };
    app.db().write(&caller.authorize_any(REPLY), AggregateKey::new("conversation", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes what was begun, as ending the conversation does.
pub(crate) async fn remove(tx: &mut Tx, row: &Row, user: kernel::UserId) -> Result<()> {
    crate::drafts::remove(tx, row, user, DRAFT).await
}
