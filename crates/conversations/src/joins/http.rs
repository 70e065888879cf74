//! Routes of joins.

use super::forwarding::{self, ForwardInput};
use super::view::BlockView;
use super::{merging, splitting, store, undoing, view};
use crate::messages::{self, Names};
use crate::permissions::READ;
use crate::protection::Sight;
use crate::threads::{self, ConversationView, show};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{ConversationId, JoinId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, PathId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Messages of all blocks of one conversation at the most, give or take a block.
const SHOWN_MAX: usize = 2_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(merge))
        .routes(routes!(split))
        .routes(routes!(forward))
        .routes(routes!(undo))
}

/// The blocks of messages from elsewhere that a conversation shows, oldest join first; those whose conversation the caller may
/// not read are left out.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/joins", tag = "conversations",
    operation_id = "list_joins", params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = Listing<BlockView>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<Listing<BlockView>>> {
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let joined = view::of_conversation(tx, &row).await?;
        let (mut blocks, mut people) = (vec![], vec![row.contact]);
        let mut room = SHOWN_MAX;
        for (j, origin) in joined.blocks(&row) {
            // What no longer fits is opened where it stands.
            let (messages, more) =
                if room > 0 { store::block(tx, &origin, &j).await? } else { (vec![], true) };
            room = room.saturating_sub(messages.len());
            people.push(origin.contact);
            blocks.push((j, origin, messages, more));
        }
        let scope = tx.scope().clone();
        people.sort_unstable();
        people.dedup();
        let contacts = customers::brief(tx, &scope, &people).await?;
        Ok((joined, blocks, contacts))
    };
    let (joined, blocks, contacts) = app.db().read(&caller.authorize_any(READ), read).await?;
    let names = Names::new(&app, contacts).seen(Sight::of(&app, &caller));
    let shown = blocks.iter().filter_map(|(j, origin, messages, more)| {
        let items = messages.iter().map(|m| messages::view(&app, &names, m, origin)).collect();
        Some(BlockView { join: joined.view(&names, j, app.now())?, items, more: *more })
    });
    Ok(Json(Listing::whole(shown.collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeIntoInput {
    /// Where it goes on.
    into: ConversationId,
}

/// Merges a conversation into another of the same contact and channel: it ends and goes on there; what comes for it from then
/// on comes there. Answers that one. 409 `conversation.merged` where one of the two goes on elsewhere already: its `detail` is the
/// id of the one to take.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/merge", tag = "conversations",
    operation_id = "merge_conversation", params(("conversation" = ConversationId, Path)), request_body = MergeIntoInput,
    responses((status = 200, body = ConversationView), (status = 409, body = platform::web::Problem)))]
async fn merge(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<MergeIntoInput>,
) -> Answer<Json<ConversationView>> {
    let whole = merging::merge(&app, &caller, id, b.into).await?;
    Ok(Json(show(&app, &caller, whole)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SplitInput {
    /// The numbers of the messages that go on.
    seqs: Vec<i64>,
    /// What the new one is about; left out, the same.
    subject: Option<String>,
}

/// Lets messages of a conversation go on in a new one of the same contact, and answers that one; the caller holds it.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/split", tag = "conversations",
    operation_id = "split_conversation", params(("conversation" = ConversationId, Path)), request_body = SplitInput,
    responses((status = 201, body = ConversationView), (status = 409, body = platform::web::Problem)))]
async fn split(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<SplitInput>,
) -> Answer<(StatusCode, Json<ConversationView>)> {
    let whole = splitting::split(&app, &caller, id, &b.seqs, b.subject).await?;
    Ok((StatusCode::CREATED, Json(show(&app, &caller, whole))))
}

/// Sends messages on by mail to somebody outside, with their files. Answers the conversation with that person, which is new: their
/// answers come there. It waits its author's undo time like any mail.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/forward", tag = "conversations",
    operation_id = "forward_conversation", params(("conversation" = ConversationId, Path)), request_body = ForwardInput,
    responses((status = 201, body = ConversationView), (status = 409, body = platform::web::Problem)))]
async fn forward(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<ForwardInput>,
) -> Answer<(StatusCode, Json<ConversationView>)> {
    let whole = forwarding::forward(&app, &caller, id, b).await?;
    Ok((StatusCode::CREATED, Json(show(&app, &caller, whole))))
}

/// Takes a merge or a split back within 30 days, and answers the conversation that stands for itself again. 409 `join.over`,
/// `join.later`.
#[utoipa::path(post, path = "/api/v1/joins/{join}/undo", tag = "conversations", operation_id = "undo_join",
    params(("join" = JoinId, Path)),
    responses((status = 200, body = ConversationView), (status = 409, body = platform::web::Problem)))]
async fn undo(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<JoinId>,
) -> Answer<Json<ConversationView>> {
    let whole = undoing::undo(&app, &caller, id).await?;
    Ok(Json(show(&app, &caller, whole)))
}
