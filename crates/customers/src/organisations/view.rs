//! What the organisation routes take and answer.

use crate::contacts::present;
use kernel::{Millis, OrganisationId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A firm to which contacts belong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Organisation {
    /// Which.
    pub id: OrganisationId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// What staff noted.
    pub note: Option<String>,
    /// When it was entered.
    pub created_at: Millis,
}

/// Which organisations are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// The name begins with this.
    pub q: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// An organisation to be entered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInput {
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// What staff note.
    pub note: Option<String>,
}

/// What is to change; what is absent stays, `null` clears.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationPatch {
    /// Its name.
    pub name: Option<String>,
    /// What staff note.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub note: Option<Option<String>>,
}
