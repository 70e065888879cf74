//! The people of the floor, as who leads them sees them: state, since when, load, breaks, and what they serve.

use super::forced::leads;
use super::model::{AgentNow, Forced};
use super::store;
use crate::breaks::{self, Break, BreakView, day_of};
use crate::floor::Board;
use crate::permissions::{LEAD, TAKE};
use accounts::{Caller, Directory, UserName, authorize};
use conversations::permissions::READ;
use conversations::ports::{PresenceView, Work};
use conversations::threads::{Routed, routed_held_by};
use kernel::{BreakKindId, ConversationId, Error, LineId, LineSet, Millis, Result, TeamId, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Listing, Page};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Conversations of one agent named at the most.
const SERVING_MAX: usize = 20;

/// Who is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// Only those who take work on this line.
    line: Option<LineId>,
    /// Only the members of this team.
    team: Option<TeamId>,
    /// Only those at work?
    at_work: Option<bool>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// What an agent serves.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServedView {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its line.
    pub line: LineId,
    /// Since when they have it.
    pub since: Option<Millis>,
}

/// How much of the day's breaks was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct BreaksTaken {
    /// The kind.
    pub kind: BreakKindId,
    /// Times.
    pub times: i64,
    /// Time, in milliseconds.
    pub ms: Millis,
}

/// Somebody on the floor.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// Who.
    pub id: UserId,
    /// The name customers see.
    pub alias: String,
    /// The number customers see.
    pub number: String,
    /// Their teams.
    pub teams: Vec<TeamId>,
    /// Their state.
    pub presence: PresenceView,
    /// The break that goes on or is waited for.
    pub on_break: Option<BreakView>,
    /// The breaks of today, by kind.
    pub taken: Vec<BreaksTaken>,
    /// Who set their state, by alias.
    pub forced_by: Option<String>,
    /// Why.
    pub forced_reason: Option<String>,
    /// Does it hold, so that they may not leave it?
    pub forced_held: bool,
    /// Until when; `null` until a lead ends it.
    pub forced_until: Option<Millis>,
    /// What they serve, of what the caller may read.
    pub serving: Vec<ServedView>,
}

/// Does this user take work where the caller leads (on the line asked for)?
fn works(app: &App, caller: &Caller, user: UserId, only: Option<(TenantId, LineId)>) -> bool {
    let directory = app.port::<Arc<Directory>>();
    if let Some((tenant, line)) = only {
        return directory.holds(user, TAKE, tenant, Some(line));
    }
    let reach = caller.authorize_any(LEAD);
    reach.reach().iter().any(|(tenant, lines)| match lines {
        LineSet::All => directory.holds(user, TAKE, *tenant, None),
        LineSet::Only(lines) => lines.iter().any(|l| directory.holds(user, TAKE, *tenant, Some(*l))),
    })
}

/// The page asked for, by id. Errors: `not_found` for a line the caller does not reach, 403 without `floor.lead`.
pub async fn list(app: &App, caller: &Caller, who: &Who) -> Result<Listing<PersonView>> {
    leads(caller, LEAD)?;
    let (directory, board) = (app.port::<Arc<Directory>>(), app.port::<Arc<Board>>());
    let only = match who.line {
        Some(id) => {
            let line = directory.line(id).ok_or_else(Error::not_found)?;
            caller.authorize(LEAD, line.tenant, Some(id))?;
            Some((line.tenant, id))
        }
        None => None,
    };
    let page = Page { cursor: who.cursor.clone(), limit: who.limit };
    let after = page.after::<i64>()?.unwrap_or(0);
    let at_work = |u: UserId| who.at_work != Some(true) || board.presence(u).state != "offline";
    let rows: Vec<Arc<UserName>> = directory
        .users()
        .into_iter()
        .filter(|u| u.id.0 > after && !u.disabled)
        .filter(|u| who.team.is_none_or(|t| directory.teams_of(u.id).contains(&t)))
        .filter(|u| at_work(u.id) && works(app, caller, u.id, only))
        .filter(|u| directory.sees(&caller.grants, LEAD, u.id))
        .take(page.rows() + 1)
        .collect();
    let listing = Listing::from_surplus(rows, page.rows(), |u| u.id.0);
    let ids: Vec<UserId> = listing.items.iter().map(|u| u.id).collect();
    let mut known = Known::read(app, caller, ids).await?;
    let items = listing.items.iter().map(|u| known.person(app, u)).collect();
    Ok(Listing { items, next: listing.next })
}

/// What the store knows of some people.
struct Known {
    breaks: Vec<Break>,
    taken: BTreeMap<UserId, Vec<BreaksTaken>>,
    forced: BTreeMap<UserId, Forced>,
    now: Millis,
    held: BTreeMap<UserId, Vec<Routed>>,
}

impl Known {
    async fn read(app: &App, caller: &Caller, ids: Vec<UserId>) -> Result<Known> {
        let now = app.now();
        let mut by_day: BTreeMap<i64, Vec<UserId>> = BTreeMap::new();
        for id in &ids {
            by_day.entry(day_of(app, *id, now)).or_default().push(*id);
        }
        let reach = caller.authorize_any(READ);
        let read = async move |tx: &mut Tx| {
            let agents = store::one(tx, &ids).await?;
            let breaks = breaks::open_of(tx, &ids).await?;
            let mut taken: BTreeMap<UserId, Vec<BreaksTaken>> = BTreeMap::new();
            for (day, users) in &by_day {
                for (user, kind, used) in breaks::used_on(tx, users, *day, now).await? {
                    let one = BreaksTaken { kind, times: used.times, ms: used.ms };
                    taken.entry(user).or_default().push(one);
                }
            }
            let forced = store::forced(tx, &ids).await?.into_iter().map(|f| (f.user, f)).collect();
            let mut held: BTreeMap<UserId, Vec<Routed>> = BTreeMap::new();
            for id in &ids {
                let mut all = routed_held_by(tx, *id).await?;
                all.retain(|r| reach.contains_line(r.tenant, r.line));
                all.truncate(SERVING_MAX);
                held.insert(*id, all);
            }
            Ok((agents, Known { breaks, taken, forced, now, held }))
        };
        let (agents, known): (Vec<AgentNow>, Known) = app.db().read(&authorize::reader(), read).await?;
        let board = app.port::<Arc<Board>>();
        agents.into_iter().for_each(|a| board.note_agent(a));
        Ok(known)
    }

    fn person(&mut self, app: &App, u: &UserName) -> PersonView {
        let (directory, board) = (app.port::<Arc<Directory>>(), app.port::<Arc<Board>>());
        let forced = self.forced.remove(&u.id);
        let held = self.held.remove(&u.id).unwrap_or_default();
        let on_break = self.breaks.iter().find(|b| b.user == u.id);
        PersonView {
            id: u.id,
            alias: u.alias.clone(),
            number: u.number.clone(),
            teams: directory.teams_of(u.id),
            presence: board.presence(u.id),
            on_break: on_break.map(|b| breaks::view_of(app, b, &self.breaks)),
            taken: self.taken.remove(&u.id).unwrap_or_default(),
            forced_by: forced.as_ref().and_then(|f| directory.user(f.by)).map(|n| n.alias.clone()),
            forced_held: forced.as_ref().is_some_and(|f| f.holds(self.now)),
            forced_until: forced.as_ref().and_then(|f| f.until).filter(|until| *until > 0),
            forced_reason: forced.map(|f| f.reason),
            serving: held
                .iter()
                .map(|r| ServedView { conversation: r.id, line: r.line, since: r.assigned_at })
                .collect(),
        }
    }
}
