//! How lines are asked for and shown.

use crate::directory::LineName;
use kernel::{CalendarId, LineId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A service line.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Line)]
pub struct LineView {
    /// Its id.
    pub id: LineId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// When it is open; always, without one.
    pub calendar: Option<CalendarId>,
    /// Must a conversation have a disposition before it is resolved?
    pub disposition_required: bool,
    /// What stands below mails where inbox and agent have no signature; with variables.
    pub signature: String,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

impl From<&LineName> for LineView {
    fn from(l: &LineName) -> LineView {
        LineView {
            id: l.id,
            tenant: l.tenant,
            name: l.name.clone(),
            calendar: l.calendar,
            disposition_required: l.disposition_required,
            signature: l.signature.clone(),
            created_at: l.created_at,
        }
    }
}

/// A new line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    /// Whose.
    pub tenant: TenantId,
    /// Up to 120 characters; no two lines of a client share one.
    pub name: String,
    /// When it is open.
    pub calendar: Option<CalendarId>,
    /// Must a conversation have a disposition before it is resolved?
    pub disposition_required: Option<bool>,
    /// What stands below mails where inbox and agent have no signature.
    pub signature: Option<String>,
}

/// What to change of a line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinePatch {
    /// Up to 120 characters; no two lines of a client share one.
    pub name: Option<String>,
    /// When it is open; `null` for always.
    #[serde(default, deserialize_with = "crate::directory::given")]
    #[schema(value_type = Option<CalendarId>)]
    pub calendar: Option<Option<CalendarId>>,
    /// Must a conversation have a disposition before it is resolved?
    pub disposition_required: Option<bool>,
    /// What stands below mails where inbox and agent have no signature.
    pub signature: Option<String>,
}

/// Which lines to show.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LineQuery {
    /// Only this client's.
    pub tenant: Option<TenantId>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}
