//! What the segment routes take and answer.

use super::model::Filter;
use crate::contacts::Contact;
use kernel::{Millis, SegmentId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A saved filter over the contacts of a client.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Segment {
    /// Which.
    pub id: SegmentId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Whom it holds.
    pub filter: Filter,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last changed.
    pub changed_at: Millis,
    /// How many it held when it was last counted.
    pub count: Option<i64>,
    /// When that was.
    pub counted_at: Option<Millis>,
}

/// A segment to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentInput {
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Whom it holds.
    pub filter: Filter,
}

/// What is to change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentPatch {
    /// Its name.
    pub name: Option<String>,
    /// Whom it holds.
    pub filter: Option<Filter>,
}

/// Whose segments are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SegmentQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// A filter that was not saved.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactFilterInput)]
pub struct FilterInput {
    /// Whose contacts.
    pub tenant: TenantId,
    /// Whom it holds.
    pub filter: Filter,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// How many a filter holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactsCounted)]
pub struct Counted {
    /// So many, or at least so many where the count was not finished.
    pub count: i64,
    /// Was everybody looked at?
    pub exact: bool,
    /// Some of them, newest first.
    pub some: Vec<Contact>,
}
