//! Drafts: what a member of staff has begun to write, kept on the server per person, conversation and mode, so that it
//! is there on the next machine. A draft remembers the newest message its author had seen.

use crate::messages::BODY_MAX;
use crate::permissions::REPLY;
use crate::threads;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AggregateKey, ConversationId, Error, Millis, args, sql};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_drafts, put_draft))
}

/// To whom a text is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The contact.
    Reply,
    /// Staff only.
    Note,
}

/// A text that was begun.
#[derive(Debug, Serialize, ToSchema)]
struct Draft {
    /// The text.
    body: String,
    /// The newest message its author had seen.
    base_seq: i64,
    /// When it was kept.
    at: Millis,
}

/// The reader's drafts in one conversation.
#[derive(Debug, Serialize, ToSchema)]
struct Drafts {
    /// To the contact.
    reply: Option<Draft>,
    /// For staff.
    note: Option<Draft>,
}

/// The reader's drafts in a conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/draft", tag = "conversations",
    operation_id = "get_drafts", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = Drafts)))]
async fn get_drafts(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<Drafts>> {
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let found = tx
            .all(
                sql!(
                    "SELECT note, body, base_seq, at FROM draft WHERE conversation_id = $1 AND user_id = $2 AND tenant_id = $3
                     AND note < 2"
                ),
                args![id, user, row.tenant],
                |r| Ok((r.bool(0)?, Draft { body: r.text(1)?, base_seq: r.int(2)?, at: r.int(3)? })),
            )
            .await?;
        let mut drafts = Drafts { reply: None, note: None };
        for (note, draft) in found {
            *(if note { &mut drafts.note } else { &mut drafts.reply }) = Some(draft);
        }
        Ok(drafts)
    };
    Ok(Json(app.db().read(&caller.authorize_any(REPLY), read).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDraft {
    /// To whom.
    mode: Mode,
    /// The text; empty removes the draft.
    body: String,
    /// The newest message its author has seen.
    base_seq: i64,
}

/// Keeps a draft, or removes it with an empty text.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/draft", tag = "conversations",
    operation_id = "put_draft", params(("conversation" = ConversationId, Path)), request_body = NewDraft,
    responses((status = 204)))]
async fn put_draft(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<NewDraft>,
) -> Answer<StatusCode> {
    if b.body.chars().count() > BODY_MAX {
        return Err(Error::invalid("/body", "too_long").into());
    }
    let (user, now) = (caller.user, app.now());
    let body = engines::redact::mask_cards(&b.body).into_owned();
    let (note, base) = (i64::from(b.mode == Mode::Note), b.base_seq);
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        if body.trim().is_empty() {
            return remove(tx, &row, user, note).await;
        }
        tx.exec(
            sql!(
                "INSERT INTO draft(tenant_id, conversation_id, user_id, note, body, base_seq, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (conversation_id, user_id, note)
                 DO UPDATE SET body = excluded.body, base_seq = excluded.base_seq, at = excluded.at"
            ),
            args![row.tenant, id, user, note, body, base, now],
        )
        .await
        .map(|_| ())
    };
    app.db().write(&caller.authorize_any(REPLY), AggregateKey::new("conversation", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a draft, as sending it does.
pub(crate) async fn remove(
    tx: &mut Tx,
    row: &threads::Row,
    user: kernel::UserId,
    note: i64,
) -> kernel::Result<()> {
    tx.exec(
        sql!(
            "DELETE FROM draft WHERE conversation_id = $1 AND user_id = $2 AND note = $3 AND tenant_id = $4"
        ),
        args![row.id, user, note, row.tenant],
    )
    .await
    .map(|_| ())
}
