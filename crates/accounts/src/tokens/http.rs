//! Routes of tokens.

use super::service;
use super::view::{CreatedToken, NewToken, TokenView};
use crate::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::TokenId;
use platform::App;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

/// One's own tokens, and those that one manages.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "accounts", operation_id = "list_tokens", params(Page),
    responses((status = 200, body = Listing<TokenView>))
)]
async fn list_tokens(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Answer<Json<Listing<TokenView>>> {
    Ok(Json(service::list(&app, &caller, &page).await?))
}

/// Makes a token; it is shown in this answer only.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "accounts", operation_id = "create_token", request_body = NewToken,
    responses((status = 201, body = CreatedToken))
)]
async fn create_token(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewToken>,
) -> Answer<(StatusCode, Json<CreatedToken>)> {
    Ok((StatusCode::CREATED, Json(service::create(&app, &caller, new).await?)))
}

/// Revokes a token.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{token}", tag = "accounts", operation_id = "revoke_token",
    params(("token" = TokenId, Path)), responses((status = 204))
)]
async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<TokenId>,
) -> Answer<StatusCode> {
    service::revoke(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
