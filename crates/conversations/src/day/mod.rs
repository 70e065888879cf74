//! One's own day: what is still to be done, from everything conversations know of. Figures, breaks and the like are other
//! areas' answers, which the page puts beside these.

use crate::lists::{self, Found};
use crate::messages::Names;
use crate::notices;
use crate::permissions::READ;
use crate::protection::Sight;
use crate::scheduled::{self, ScheduledView};
use crate::threads::{self, ConversationRow, Row, Status};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{ConversationId, Millis};
use platform::App;
use platform::store::Tx;
use platform::web::Answer;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Rows of each part at the most.
const PART_MAX: usize = 50;
/// Conversations of one agent that are looked at.
const OWN_MAX: i64 = 500;
/// What sleeps and wakes within this belongs to the day.
const SOON_MS: Millis = 24 * 3_600_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(to_dos))
}

/// A reply that goes later, with where.
#[derive(Debug, Serialize, ToSchema)]
struct ScheduledToDo {
    /// The reply.
    scheduled: ScheduledView,
    /// The number people say of the conversation.
    number: i64,
    /// With whom.
    contact: String,
}

/// What one has to do.
#[derive(Debug, Serialize, ToSchema)]
struct ToDos {
    /// What one holds and is waited for, the longest wait first.
    waiting: Vec<ConversationRow>,
    /// What one holds and sleeps, and wakes within 24 hours, the next first.
    snoozed: Vec<ConversationRow>,
    /// Where one was mentioned and has not looked.
    mentions: Vec<ConversationRow>,
    /// One's replies that go later or are held, the next first.
    scheduled: Vec<ScheduledToDo>,
    /// How many notices are unread.
    unread_notices: i64,
}

/// What is in somebody's hands, by part.
struct Day {
    waiting: Found,
    snoozed: Found,
    mentions: Found,
    scheduled: Vec<scheduled::Scheduled>,
    places: Vec<Row>,
    contacts: Vec<customers::ContactBrief>,
    unread: i64,
}

fn chosen(rows: &[Row], fits: impl Fn(&Row) -> bool, key: impl Fn(&Row) -> Millis) -> Vec<ConversationId> {
    let mut found: Vec<&Row> = rows.iter().filter(|r| fits(r)).collect();
    found.sort_by_key(|r| (key(r), r.id));
    found.iter().take(PART_MAX).map(|r| r.id).collect()
}

/// What one has to do: who waits, what wakes soon, mentions, replies that go later.
#[utoipa::path(get, path = "/api/v1/me/to-dos", tag = "conversations", operation_id = "list_to_dos",
    responses((status = 200, body = ToDos)))]
async fn to_dos(State(app): State<App>, caller: Caller) -> Answer<Json<ToDos>> {
    let (user, now) = (caller.user, app.now());
    let read = async move |tx: &mut Tx| {
        let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
        let held = lists::held(tx, &tenants, user, OWN_MAX).await?;
        let open = |r: &Row| r.status == Status::Open && r.waiting_since.is_some();
        let wakes = |r: &Row| r.snoozed_until.is_some_and(|t| t <= now + SOON_MS);
        let waiting = chosen(&held, open, |r| r.waiting_since.unwrap_or(0));
        let snoozed = chosen(&held, wakes, |r| r.snoozed_until.unwrap_or(0));
        let mut mentions = lists::mentioned(tx, &tenants, user, OWN_MAX).await?;
        mentions.truncate(PART_MAX);
        let scheduled = scheduled::of_author(tx, &tenants, user, PART_MAX as i64).await?;
        let mut at: Vec<ConversationId> = scheduled.iter().map(|s| s.conversation).collect();
        at.sort_unstable();
        at.dedup();
        let places = threads::by_ids(tx, &at).await?;
        let scope = tx.scope().clone();
        let people: Vec<_> = places.iter().map(|r| r.contact).collect();
        Ok(Day {
            waiting: lists::read_rows(tx, user, &waiting).await?,
            snoozed: lists::read_rows(tx, user, &snoozed).await?,
            mentions: lists::read_rows(tx, user, &mentions).await?,
            contacts: customers::brief(tx, &scope, &people).await?,
            unread: notices::unread(tx, user).await?,
            scheduled,
            places,
        })
    };
    let day = app.db().read(&caller.authorize_any(READ), read).await?;
    let sight = Sight::of(&app, &caller);
    let rows = |found| lists::render(&app, found, &sight);
    let names = Names::new(&app, day.contacts);
    let later = day.scheduled.into_iter().filter_map(|s| {
        let row = day.places.iter().find(|r| r.id == s.conversation)?;
        let contact = names.contacts.get(&row.contact).map(|c| c.name.clone()).unwrap_or_default();
        Some(ScheduledToDo { number: row.number, contact, scheduled: ScheduledView::of(&names, &sight, s) })
    });
    Ok(Json(ToDos {
        waiting: rows(day.waiting),
        snoozed: rows(day.snoozed),
        mentions: rows(day.mentions),
        scheduled: later.collect(),
        unread_notices: day.unread,
    }))
}
