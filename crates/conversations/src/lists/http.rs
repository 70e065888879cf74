//! Routes of lists.

use super::store::{self, Narrow, Place};
use crate::messages::Names;
use crate::permissions::{ALL, READ};
use crate::protection::Sight;
use crate::threads::{self, ConversationRow, Own, Row, Status, row_view};
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use kernel::{
    ContactId, ConversationId, InboxId, LineId, LineSet, Millis, QueueId, Result, TenantId, TenantScope,
    UserId,
};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Page, Query, decode_cursor, encode_cursor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Conversations of one agent that a list looks at.
const OWN_MAX: i64 = 500;
/// Beyond this a count says "at least".
const COUNT_MAX: i64 = 1_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(counts))
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum View {
    /// What the reader holds.
    #[default]
    Mine,
    /// What waits for an agent.
    Queue,
    /// Where the reader was mentioned and has not looked.
    Mentions,
    /// What the reader follows.
    Followed,
    /// Open ones.
    Open,
    /// Resolved ones.
    Closed,
    /// Open, snoozed and resolved.
    All,
}

/// In which order an agent's own list comes; the other views have one order each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// What is due first, then the longest wait.
    #[default]
    Due,
    /// The last active first.
    Recent,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// In which order an agent's own list comes.
    #[serde(default)]
    #[param(inline)]
    order: Order,
    /// Which list.
    #[serde(default)]
    #[param(inline)]
    view: View,
    /// Only this client's.
    tenant: Option<TenantId>,
    /// Only this line's.
    line: Option<LineId>,
    /// Only this queue's.
    queue: Option<QueueId>,
    /// Only this inbox's.
    inbox: Option<InboxId>,
    /// Only this agent's.
    assignee: Option<UserId>,
    /// Only with this tag.
    tag: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// A page of conversations with the log's position at which it was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationPage {
    /// The rows.
    pub items: Vec<ConversationRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// Live events after this position are news.
    pub pos: i64,
}

/// The (client, line) pairs that a scope reaches and a filter leaves, bounded.
pub(crate) fn lines(
    app: &App,
    scope: &TenantScope,
    tenant: Option<TenantId>,
    line: Option<LineId>,
) -> Vec<(TenantId, LineId)> {
    let directory = app.port::<Arc<Directory>>();
    let mut found = vec![];
    for (t, set) in scope.reach().iter().filter(|(t, _)| tenant.is_none_or(|w| w == *t)) {
        match set {
            LineSet::All => found.extend(directory.lines_of(*t).into_iter().map(|l| (*t, l))),
            LineSet::Only(some) => found.extend(some.iter().map(|l| (*t, *l))),
        }
    }
    found.retain(|(_, l)| line.is_none_or(|w| w == *l));
    found.truncate(super::LINES_MAX);
    found
}

/// Conversations in a view. Overdue first, then by due time, then by longest wait; closed and all by last activity.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", operation_id = "list_conversations",
    params(Filter), responses((status = 200, body = ConversationPage)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(f): Query<Filter>,
) -> Answer<Json<ConversationPage>> {
    let of_others = matches!(f.view, View::Open | View::Closed | View::All);
    let scope = caller.authorize_any(if of_others { ALL } else { READ });
    let page = Page { cursor: f.cursor.clone(), limit: f.limit }.rows();
    let (user, lines, f) = (caller.user, lines(&app, &scope, f.tenant, f.line), Arc::new(f));
    let read = async move |tx: &mut Tx| {
        let pos = tx.position().await?;
        let (ids, next) = ids_of_view(tx, user, &f, &lines, page).await?;
        let found = read_rows(tx, user, &ids).await?;
        Ok((found, next, pos))
    };
    let (found, next, pos) = app.db().read(&scope, read).await?;
    let items = render(&app, found, &Sight::of(&app, &caller));
    Ok(Json(ConversationPage { items, next, pos }))
}

type Key = (Millis, ConversationId);

async fn ids_of_view(
    tx: &mut Tx,
    user: UserId,
    f: &Filter,
    lines: &[(TenantId, LineId)],
    page: usize,
) -> Result<(Vec<ConversationId>, Option<String>)> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    let narrow = Narrow {
        inbox: f.inbox.map(|i| i.0),
        queue: f.queue.map(|q| q.0),
        assignee: f.assignee.map(|a| a.0),
        tag: f.tag.clone(),
    };
    let after: Option<Key> = f.cursor.as_deref().map(decode_cursor).transpose()?;
    match f.view {
        View::Mine => {
            let ids = store::mine(tx, &tenants, user, OWN_MAX).await?;
            by_due(tx, ids, f, after, page).await
        }
        View::Mentions => Ok(newest(store::mentioned(tx, &tenants, user, OWN_MAX).await?, after, page)),
        View::Followed => Ok(newest(store::followed(tx, &tenants, user, OWN_MAX).await?, after, page)),
        View::Queue => {
            let mut places = vec![];
            let from = after.unwrap_or((0, ConversationId(0)));
            for line in lines {
                places.extend(store::queued(tx, *line, from, &narrow, page as i64 + 1).await?);
            }
            places.sort_unstable();
            Ok(cut(places, page))
        }
        View::Open | View::Closed | View::All => {
            let statuses: &[&str] = match f.view {
                View::Open => &["open", "snoozed"],
                View::Closed => &["resolved"],
                _ => &["open", "snoozed", "resolved"],
            };
            let from = after.unwrap_or((i64::MAX, ConversationId(i64::MAX)));
            let mut places: Vec<Place> = vec![];
            for line in lines {
                for status in statuses {
                    places.extend(store::recent(tx, *line, status, from, &narrow, page as i64 + 1).await?);
                }
            }
            places.sort_unstable_by(|a, b| b.cmp(a));
            Ok(cut(places, page))
        }
    }
}

/// A page of conversations that come with no key of their own: the newest first.
fn newest(
    ids: Vec<ConversationId>,
    after: Option<Key>,
    page: usize,
) -> (Vec<ConversationId>, Option<String>) {
    let mut places: Vec<Place> = ids.into_iter().map(|id| (-id.0, id)).collect();
    places.retain(|p| after.is_none_or(|a| *p > a));
    places.sort_unstable();
    cut(places, page)
}

fn cut(mut places: Vec<Place>, page: usize) -> (Vec<ConversationId>, Option<String>) {
    let more = places.len() > page;
    places.truncate(page);
    let next = if more { places.last().map(encode_cursor) } else { None };
    (places.into_iter().map(|(_, id)| id).collect(), next)
}

/// What stands between two parts of the order; larger than any time.
pub(crate) const BAND: Millis = 1 << 50;

/// The order of an agent's own list: what woke or is due, soonest first; then what waits for us, longest first; then the rest by
/// last activity, newest first. One number carries it.
pub(crate) fn due_key(c: &Row) -> Millis {
    match (c.status, c.woke_at.or(c.next_due), c.waiting_since) {
        (Status::Resolved, _, _) => 5 * BAND - c.last_at,
        (Status::Snoozed, _, _) => 4 * BAND - c.last_at,
        (_, Some(due), _) => due,
        (_, None, Some(since)) => BAND + since,
        (_, None, None) => 3 * BAND - c.last_at,
    }
}

async fn by_due(
    tx: &mut Tx,
    ids: Vec<ConversationId>,
    f: &Filter,
    after: Option<Key>,
    page: usize,
) -> Result<(Vec<ConversationId>, Option<String>)> {
    let rows = threads::by_ids(tx, &ids).await?;
    let fits = |c: &Row| {
        f.tenant.is_none_or(|t| t == c.tenant)
            && f.line.is_none_or(|l| l == c.line)
            && f.inbox.is_none_or(|i| i == c.inbox)
            && f.queue.is_none_or(|q| Some(q) == c.queue)
            && f.tag.as_ref().is_none_or(|t| c.tags.contains(t))
    };
    let key = |c: &Row| match f.order {
        Order::Due => due_key(c),
        Order::Recent => -c.last_at,
    };
    let mut places: Vec<Place> = rows.iter().filter(|c| fits(c)).map(|c| (key(c), c.id)).collect();
    places.retain(|p| after.is_none_or(|a| *p > a));
    places.sort_unstable();
    Ok(cut(places, page))
}

/// Rows with what their reader alone knows, and the contacts to name.
pub struct Found {
    rows: Vec<(Row, Own)>,
    contacts: Vec<customers::ContactBrief>,
}

pub(crate) async fn read_rows(tx: &mut Tx, user: UserId, ids: &[ConversationId]) -> Result<Found> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let list = Tx::ids(ids.iter().map(|i| i.0));
    let mut by_id: HashMap<_, _> = threads::by_ids(tx, ids).await?.into_iter().map(|r| (r.id, r)).collect();
    let reads: HashMap<_, _> = store::readings(tx, &tenants, user, &list).await?.into_iter().collect();
    let mut drafts: HashMap<_, _> = store::drafts(tx, &tenants, user, &list).await?.into_iter().collect();
    let mentions = store::mentioned(tx, &tenants, user, OWN_MAX).await?;
    let mut rows = vec![];
    for id in ids {
        let Some(row) = by_id.remove(id) else { continue };
        let draft = drafts.remove(id).map(|d| d.chars().take(120).collect());
        let own =
            Own { read_count: reads.get(id).copied().unwrap_or(0), draft, mentioned: mentions.contains(id) };
        rows.push((row, own));
    }
    let mut people: Vec<ContactId> = rows.iter().map(|(r, _)| r.contact).collect();
    people.sort_unstable();
    people.dedup();
    let contacts = customers::brief(tx, &scope, &people).await?;
    Ok(Found { rows, contacts })
}

/// Rows as somebody sees them.
pub(crate) fn render(app: &App, found: Found, sight: &Sight) -> Vec<ConversationRow> {
    let names = Names::new(app, found.contacts).seen(sight.clone());
    found.rows.iter().map(|(row, own)| row_view(app, &names, row, Some(own))).collect()
}

/// The rows of these conversations as a member of staff sees them, in the order asked.
pub async fn rows(
    app: &App,
    scope: &TenantScope,
    user: UserId,
    ids: Vec<ConversationId>,
) -> Result<Vec<ConversationRow>> {
    let read = async move |tx: &mut Tx| read_rows(tx, user, &ids).await;
    Ok(render(app, app.db().read(scope, read).await?, &Sight::of_user(app, user)))
}

/// What a user holds, in these clients.
pub(crate) async fn held(tx: &mut Tx, tenants: &str, user: UserId, max: i64) -> Result<Vec<Row>> {
    let ids = store::mine(tx, tenants, user, max).await?;
    threads::by_ids(tx, &ids).await
}

/// Lengths of the reader's views.
#[derive(Debug, Serialize, ToSchema)]
struct Counts {
    /// What the reader holds.
    mine: i64,
    /// What waits for an agent, at most 1,000.
    queue: i64,
    /// Where the reader was mentioned and has not looked.
    mentions: i64,
    /// What the reader follows.
    followed: i64,
    /// Of what the reader holds, what waits for the reader.
    waiting_for_me: i64,
}

/// Lengths of the reader's views.
#[utoipa::path(get, path = "/api/v1/conversations/counts", tag = "conversations", operation_id = "count_conversations",
    responses((status = 200, body = Counts)))]
async fn counts(State(app): State<App>, caller: Caller) -> Answer<Json<Counts>> {
    let scope = caller.authorize_any(READ);
    let (user, lines) = (caller.user, lines(&app, &scope, None, None));
    let read = async move |tx: &mut Tx| {
        let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
        let ids = store::mine(tx, &tenants, user, OWN_MAX).await?;
        let mine = threads::by_ids(tx, &ids).await?;
        let mut queue = 0;
        for line in &lines {
            queue += store::count_queued(tx, *line, COUNT_MAX - queue).await?;
        }
        Ok(Counts {
            mine: mine.len() as i64,
            queue,
            mentions: store::mentioned(tx, &tenants, user, OWN_MAX).await?.len() as i64,
            followed: store::followed(tx, &tenants, user, OWN_MAX).await?.len() as i64,
            waiting_for_me: mine.iter().filter(|c| c.waiting_since.is_some()).count() as i64,
        })
    };
    Ok(Json(app.db().read(&scope, read).await?))
}
