//! How calendars are asked for and shown.

use super::model::{DateRule, TimeSpan, shown};
use crate::directory::CalendarRow;
use kernel::{CalendarId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A business calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Calendar)]
pub struct CalendarView {
    /// Its id.
    pub id: CalendarId,
    /// Whose; `null` for the provider's, which every client may use.
    pub tenant: Option<TenantId>,
    /// Its name.
    pub name: String,
    /// An IANA time zone.
    pub zone: String,
    /// The spans of each weekday, Monday first.
    pub weekly: Vec<Vec<TimeSpan>>,
    /// Dates that differ: those set for it, and those of the holiday table from last year on.
    pub exceptions: Vec<DateRule>,
    /// Does China's official calendar hold?
    pub use_china_holidays: bool,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

impl CalendarView {
    pub(super) fn of(r: &CalendarRow, from_year: i16) -> CalendarView {
        CalendarView {
            id: r.id,
            tenant: r.tenant.some(),
            name: r.name.clone(),
            zone: r.definition.zone.clone(),
            weekly: r.definition.weekly.clone(),
            exceptions: shown(&r.calendar, from_year),
            use_china_holidays: r.definition.use_china_holidays,
            created_at: r.created_at,
        }
    }
}

/// A new calendar. What is left out is as in Shanghai: Monday to Friday, 09:00 to 18:00, with China's holidays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendar {
    /// Whose; left out for the provider's.
    pub tenant: Option<TenantId>,
    /// Up to 120 characters.
    pub name: String,
    /// An IANA time zone.
    pub zone: Option<String>,
    /// Seven lists of spans, Monday first.
    pub weekly: Option<Vec<Vec<TimeSpan>>>,
    /// Dates that differ, at most 2,000.
    pub exceptions: Option<Vec<DateRule>>,
    /// Does China's official calendar hold?
    pub use_china_holidays: Option<bool>,
}

/// What to change of a calendar.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarPatch {
    /// Up to 120 characters.
    pub name: Option<String>,
    /// An IANA time zone.
    pub zone: Option<String>,
    /// Seven lists of spans, Monday first.
    pub weekly: Option<Vec<Vec<TimeSpan>>>,
    /// Dates that differ, at most 2,000.
    pub exceptions: Option<Vec<DateRule>>,
    /// Does China's official calendar hold?
    pub use_china_holidays: Option<bool>,
}

/// Which calendars to show.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CalendarQuery {
    /// Only those that this client may use.
    pub tenant: Option<TenantId>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}
