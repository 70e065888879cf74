//! What the merging routes take and answer.

use crate::contacts::{Contact, ContactBrief};
use kernel::{ContactId, MergeId, Millis, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Whose value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MergeSide)]
pub enum Side {
    /// That of the contact who stays.
    Survivor,
    /// That of the contact who is merged into it.
    Merged,
    /// Both, one after the other; for the note only.
    Both,
}

/// A field in which the two are not alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MergeConflict)]
pub struct Conflict {
    /// Which: `name`, `tier`, `attribute:KEY` …
    pub field: String,
    /// The value of the contact who stays.
    pub survivor: Option<String>,
    /// The value of the other.
    pub merged: Option<String>,
    /// Do both have one? Otherwise the other's is taken over unless it is told apart.
    pub differ: bool,
}

/// Who is to be merged into a contact.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PreviewQuery {
    /// The contact who is merged into the one in the path.
    pub with: ContactId,
}

/// What a merge would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MergePreview)]
pub struct Preview {
    /// Who stays, as they are.
    pub survivor: Contact,
    /// Who is merged, as they are.
    pub merged: Contact,
    /// Where they are not alike.
    pub conflicts: Vec<Conflict>,
    /// Tags that come.
    pub tags: Vec<String>,
    /// Addresses that come.
    pub handles: i64,
    /// Conversations that come.
    pub conversations: i64,
    /// Relations that come.
    pub relations: i64,
}

/// A merge to be done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInput {
    /// The contact who is merged into the one in the path.
    pub with: ContactId,
    /// Whose value is kept, by field; otherwise the survivor's where there is one.
    #[serde(default)]
    pub choose: BTreeMap<String, Side>,
}

/// A merge.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MergeView {
    /// Which.
    pub id: MergeId,
    /// Who stayed.
    pub survivor: ContactId,
    /// Who was merged.
    pub merged: ContactId,
    /// What they were called.
    pub merged_name: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Millis,
    /// Until when it can be undone.
    pub undo_until: Millis,
    /// When it was undone.
    pub undone_at: Option<Millis>,
}

/// What a merge left.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MergeDone)]
pub struct Merged {
    /// The merge.
    pub merge: MergeView,
    /// The contact who stays.
    pub contact: Contact,
}

/// What an undo left.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MergeParted)]
pub struct Parted {
    /// The merge.
    pub merge: MergeView,
    /// Both contacts, who stayed first.
    pub contacts: Vec<ContactBrief>,
}
