//! What the floor wants of the reader: announcements and briefings to sign, handovers to countersign, and their raised hands.

use crate::announcements::{self, AnnouncementView};
use crate::briefings::{self, BriefingView};
use crate::handovers::{self, HandoverView};
use crate::hands::{self, HandView};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use conversations::permissions::READ;
use platform::App;
use platform::store::Tx;
use platform::web::Answer;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mine))
}

/// One's own part in the floor.
#[derive(Debug, Serialize, ToSchema)]
struct MyFloor {
    /// Must be read.
    announcements: Vec<AnnouncementView>,
    /// Wait to be acknowledged.
    briefings: Vec<BriefingView>,
    /// Wait to be countersigned.
    handovers: Vec<HandoverView>,
    /// One's own raised hands.
    hands: Vec<HandView>,
}

/// What the floor wants of the caller: announcements and briefings to sign, handovers to countersign, their raised hands.
#[utoipa::path(get, path = "/api/v1/me/floor", tag = "floor", operation_id = "get_my_floor",
    responses((status = 200, body = MyFloor)))]
async fn mine(State(app): State<App>, caller: Caller) -> Answer<Json<MyFloor>> {
    let mut unread = announcements::unread_of(&app, caller.user).await?;
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let briefings = briefings::open_for(tx, user).await?;
        let handovers = handovers::open_for(tx, user).await?;
        let hands = hands::mine(tx, user).await?;
        Ok((briefings, handovers, hands))
    };
    let (mut briefings, mut handovers, mut hands) = app.db().read(&caller.authorize_any(READ), read).await?;
    // A token may reach less than its owner.
    unread.retain(|n| n.tenant.is_none() || caller.may(READ, n.tenant, n.line));
    briefings.retain(|s| caller.may(READ, s.tenant, Some(s.line)));
    handovers.retain(|s| caller.may(READ, s.tenant, Some(s.line)));
    hands.retain(|h| caller.may(READ, h.tenant, Some(h.line)));
    Ok(Json(MyFloor {
        announcements: unread.iter().map(|n| AnnouncementView::of(&app, n, false)).collect(),
        briefings: briefings.iter().map(|s| BriefingView::of(&app, &caller, s)).collect(),
        handovers: handovers.iter().map(|s| HandoverView::of(&app, &caller, s)).collect(),
        hands: hands.iter().map(|h| hands::view(&app, h)).collect(),
    }))
}
