//! Shapes of breaks.

use super::model::{Break, BreakState, Kind, Used};
use crate::permissions::TAKE;
use accounts::Directory;
use kernel::{BreakId, BreakKindId, Millis, TeamId, UserId};
use platform::App;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Where no calendar says otherwise, days begin at midnight in China.
const DAY_OFFSET_MS: Millis = 8 * 3_600_000;
const DAY_MS: Millis = 24 * 3_600_000;

/// The date on the agent's wall, in days since 1970: of the calendar of the first line on which they take work.
pub fn day_of(app: &App, user: UserId, now: Millis) -> i64 {
    let calendar = app.port::<Arc<Directory>>().calendar_of(user, TAKE);
    let day = calendar.and_then(|c| c.day_at(now)).map(|d| d.epoch_day());
    day.unwrap_or_else(|| (now + DAY_OFFSET_MS).div_euclid(DAY_MS))
}

/// The team whose places an agent takes: the first of theirs; 0 for all who have none.
pub fn team_of(app: &App, user: UserId) -> TeamId {
    app.port::<Arc<Directory>>().teams_of(user).into_iter().min().unwrap_or_default()
}

/// A kind of break.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BreakKindView {
    /// The kind.
    pub id: BreakKindId,
    /// The word that states carry.
    pub key: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// How long one lasts, in minutes.
    pub minutes_each: i64,
    /// Minutes of a day; 0 for no limit.
    pub minutes_day: i64,
    /// Times in a day; 0 for no limit.
    pub times_day: i64,
    /// How many of a team at once; 0 for no limit.
    pub at_once: i64,
    /// Does a lead decide?
    pub approval: bool,
    /// Smaller stands first.
    pub position: i64,
    /// Is it no longer offered?
    pub archived: bool,
    /// May it begin while conversations are in hand? Otherwise it begins with the end of the last.
    pub anytime: bool,
}

impl From<&Kind> for BreakKindView {
    fn from(k: &Kind) -> BreakKindView {
        BreakKindView {
            id: k.id,
            key: k.key.clone(),
            name_en: k.name_en.clone(),
            name_zh: k.name_zh.clone(),
            minutes_each: k.minutes_each,
            minutes_day: k.minutes_day,
            times_day: k.times_day,
            at_once: k.at_once,
            approval: k.approval,
            position: k.position,
            archived: k.archived,
            anytime: k.anytime,
        }
    }
}

/// A kind of break to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBreakKind {
    /// The word that states carry: small letters, digits and `_`.
    pub key: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// How long one lasts, 1 to 1,440 minutes.
    pub minutes_each: i64,
    /// Minutes of a day; 0 for no limit.
    #[serde(default)]
    pub minutes_day: i64,
    /// Times in a day; 0 for no limit.
    #[serde(default)]
    pub times_day: i64,
    /// How many of a team at once; 0 for no limit.
    #[serde(default)]
    pub at_once: i64,
    /// Does a lead decide?
    #[serde(default)]
    pub approval: bool,
    /// Smaller stands first.
    #[serde(default)]
    pub position: i64,
    /// May it begin while conversations are in hand?
    #[serde(default)]
    pub anytime: bool,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakKindChange {
    /// Its name in English.
    pub name_en: Option<String>,
    /// Its name in Chinese.
    pub name_zh: Option<String>,
    /// How long one lasts, 1 to 1,440 minutes.
    pub minutes_each: Option<i64>,
    /// Minutes of a day; 0 for no limit.
    pub minutes_day: Option<i64>,
    /// Times in a day; 0 for no limit.
    pub times_day: Option<i64>,
    /// How many of a team at once; 0 for no limit.
    pub at_once: Option<i64>,
    /// Does a lead decide?
    pub approval: Option<bool>,
    /// Smaller stands first.
    pub position: Option<i64>,
    /// Is it no longer offered?
    pub archived: Option<bool>,
    /// May it begin while conversations are in hand?
    pub anytime: Option<bool>,
}

impl BreakKindChange {
    /// The kind with what is to be different.
    pub fn of(&self, was: Kind) -> Kind {
        let c = self.clone();
        Kind {
            name_en: c.name_en.unwrap_or(was.name_en),
            name_zh: c.name_zh.unwrap_or(was.name_zh),
            minutes_each: c.minutes_each.unwrap_or(was.minutes_each),
            minutes_day: c.minutes_day.unwrap_or(was.minutes_day),
            times_day: c.times_day.unwrap_or(was.times_day),
            at_once: c.at_once.unwrap_or(was.at_once),
            approval: c.approval.unwrap_or(was.approval),
            position: c.position.unwrap_or(was.position),
            archived: c.archived.unwrap_or(was.archived),
            anytime: c.anytime.unwrap_or(was.anytime),
            ..was
        }
    }
}

/// A break that somebody asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BreakView {
    /// The request.
    pub id: BreakId,
    /// Whose.
    pub user: UserId,
    /// Their alias.
    pub alias: String,
    /// Their number.
    pub number: String,
    /// The kind.
    pub kind: BreakKindId,
    /// Where it stands.
    pub state: BreakState,
    /// How many are before it, itself included, where it waits for a place.
    pub place: Option<i64>,
    /// How long it may be, in milliseconds.
    pub planned_ms: Millis,
    /// Since when it is asked for.
    pub asked_at: Millis,
    /// Since when it goes on.
    pub began_at: Option<Millis>,
    /// When its time is over.
    pub due_at: Option<Millis>,
    /// Is its time over?
    pub over: bool,
    /// Why not, of a refusal.
    pub reason: Option<String>,
}

/// A request as it is shown; `queued` are those that wait for places of its kind, oldest first.
pub fn view_of(app: &App, b: &Break, queued: &[Break]) -> BreakView {
    let name = app.port::<Arc<Directory>>().user(b.user);
    let same =
        queued.iter().filter(|q| q.kind == b.kind && q.team == b.team && q.shown() == BreakState::Queued);
    let before = same.filter(|q| (q.asked_at, q.id) <= (b.asked_at, b.id)).count();
    BreakView {
        id: b.id,
        user: b.user,
        alias: name.as_ref().map(|n| n.alias.clone()).unwrap_or_default(),
        number: name.map(|n| n.number.clone()).unwrap_or_default(),
        kind: b.kind,
        state: b.shown(),
        place: (b.shown() == BreakState::Queued).then(|| i64::try_from(before).unwrap_or(i64::MAX)),
        planned_ms: b.planned_ms,
        asked_at: b.asked_at,
        began_at: b.began_at,
        due_at: b.due_at,
        over: b.due_at.is_some_and(|due| b.state == BreakState::Active && due <= app.now()),
        reason: b.reason.clone(),
    }
}

/// What a day still allows of a kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BreakLeft {
    /// The kind.
    pub kind: BreakKindView,
    /// Times taken today.
    pub used_times: i64,
    /// Time taken today, in milliseconds.
    pub used_ms: Millis,
    /// Times left today; `null` without a limit.
    pub left_times: Option<i64>,
    /// Milliseconds left today; `null` without a limit.
    pub left_ms: Option<Millis>,
}

impl BreakLeft {
    /// Of a kind, after what was used.
    pub fn of(kind: &Kind, used: Used) -> BreakLeft {
        BreakLeft {
            kind: kind.into(),
            used_times: used.times,
            used_ms: used.ms,
            left_times: kind.left_times(used),
            left_ms: kind.left_ms(used),
        }
    }
}

/// Who set one's state, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ForcedView {
    /// Their alias.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// Does it hold still? Then one may not choose another state than signing out.
    pub held: bool,
    /// Until when it holds; `null` until a lead ends it.
    pub until: Option<Millis>,
}

/// One's own breaks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyBreaks {
    /// What the day still allows, by kind.
    pub kinds: Vec<BreakLeft>,
    /// What goes on or is waited for.
    pub current: Option<BreakView>,
    /// Why the newest request was refused, where that was today and nothing came after it.
    pub refused: Option<BreakView>,
    /// Who set the state one is in, where somebody did.
    pub forced: Option<ForcedView>,
    /// Now, by the clock of the server.
    pub now: Millis,
}
