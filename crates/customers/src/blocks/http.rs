//! The routes of the block list.

use super::service;
use super::view::{Block, BlockInput, BlockPolicy, BlockQuery, Decision, Lift, PolicyQuery};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::BlockId;
use platform::App;
use platform::web::{Answer, Body, Listing, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_blocks, ask_block))
        .routes(routes!(open_block))
        .routes(routes!(decide_block))
        .routes(routes!(lift_block))
        .routes(routes!(get_block_policy, set_block_policy))
}

/// The block list, newest first.
#[utoipa::path(
    get, path = "/api/v1/blocks", tag = "customers", operation_id = "list_blocks", params(BlockQuery),
    responses((status = 200, body = Listing<Block>))
)]
async fn list_blocks(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<BlockQuery>,
) -> Answer<Json<Listing<Block>>> {
    Ok(Json(service::list(&app, &caller, q).await?))
}

/// Asks for a contact or an address to be blocked. It holds once somebody else has agreed.
#[utoipa::path(
    post, path = "/api/v1/blocks", tag = "customers", operation_id = "ask_block", request_body = BlockInput,
    responses((status = 201, body = Block))
)]
async fn ask_block(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<BlockInput>,
) -> Answer<(StatusCode, Json<Block>)> {
    Ok((StatusCode::CREATED, Json(service::ask(&app, &caller, input).await?)))
}

/// One entry of the block list.
#[utoipa::path(
    get, path = "/api/v1/blocks/{block}", tag = "customers", operation_id = "open_block",
    params(("block" = BlockId, Path)), responses((status = 200, body = Block))
)]
async fn open_block(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BlockId>,
) -> Answer<Json<Block>> {
    Ok(Json(service::open(&app, &caller, id).await?))
}

/// Agrees to an entry, or refuses it. Nobody agrees to what they asked for themselves.
#[utoipa::path(
    post, path = "/api/v1/blocks/{block}/decision", tag = "customers", operation_id = "decide_block",
    params(("block" = BlockId, Path)), request_body = Decision, responses((status = 200, body = Block))
)]
async fn decide_block(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BlockId>,
    Body(d): Body<Decision>,
) -> Answer<Json<Block>> {
    Ok(Json(service::decide(&app, &caller, id, d).await?))
}

/// Lifts an entry before its time.
#[utoipa::path(
    post, path = "/api/v1/blocks/{block}/lift", tag = "customers", operation_id = "lift_block",
    params(("block" = BlockId, Path)), request_body = Lift, responses((status = 200, body = Block))
)]
async fn lift_block(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<BlockId>,
    Body(l): Body<Lift>,
) -> Answer<Json<Block>> {
    Ok(Json(service::lift(&app, &caller, id, l).await?))
}

/// What becomes of messages from those blocked.
#[utoipa::path(
    get, path = "/api/v1/block-policy", tag = "customers", operation_id = "get_block_policy", params(PolicyQuery),
    responses((status = 200, body = BlockPolicy))
)]
async fn get_block_policy(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<PolicyQuery>,
) -> Answer<Json<BlockPolicy>> {
    Ok(Json(service::policy(&app, &caller, q.tenant).await?))
}

/// Chooses what becomes of messages from those blocked.
#[utoipa::path(
    put, path = "/api/v1/block-policy", tag = "customers", operation_id = "set_block_policy",
    request_body = BlockPolicy, responses((status = 200, body = BlockPolicy))
)]
async fn set_block_policy(
    State(app): State<App>,
    caller: Caller,
    Body(p): Body<BlockPolicy>,
) -> Answer<Json<BlockPolicy>> {
    Ok(Json(service::set_policy(&app, &caller, p).await?))
}
