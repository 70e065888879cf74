//! What the export routes take and answer.

use crate::segments::Filter;
use crate::sheets::{Charset, Format};
use kernel::{ExportId, Millis, SegmentId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// Being written.
    Running,
    /// Can be fetched.
    Done,
    /// Broke off.
    Failed,
    /// Its file was removed.
    Expired,
}

impl ExportState {
    const ALL: [(ExportState, &'static str); 4] = [
        (ExportState::Running, "running"),
        (ExportState::Done, "done"),
        (ExportState::Failed, "failed"),
        (ExportState::Expired, "expired"),
    ];
    pub(super) fn word(self) -> &'static str {
        ExportState::ALL.iter().find(|s| s.0 == self).map_or("", |s| s.1)
    }
    pub(super) fn from_word(word: &str) -> ExportState {
        ExportState::ALL.iter().find(|s| s.1 == word).map_or(ExportState::Failed, |s| s.0)
    }
}

/// What is to be exported.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportInput {
    /// Whose contacts.
    pub tenant: TenantId,
    /// Those in a segment.
    pub segment: Option<SegmentId>,
    /// Those whom a filter holds; without segment and filter all.
    pub filter: Option<Filter>,
    /// `name`, `phone`, `email`, `external`, `salutation`, `language`, `tier`, `organisation`, `tags`, `note`,
    /// `first_seen`, `last_seen`, `conversations`, `attribute:KEY`.
    pub columns: Vec<String>,
    /// The kind of file.
    pub format: Format,
    /// The encoding of a text.
    pub charset: Option<Charset>,
    /// With addresses in full; asks for the right to see them.
    #[serde(default)]
    pub clear: bool,
    /// What it is for; recorded.
    pub purpose: String,
}

/// A table of contacts on its way out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExportView {
    /// Which.
    pub id: ExportId,
    /// Whose contacts.
    pub tenant: TenantId,
    /// What the file is called.
    pub name: String,
    /// The kind of file.
    pub format: Format,
    /// Are addresses in full?
    pub clear: bool,
    /// What it is for.
    pub purpose: String,
    /// Where it stands.
    pub state: ExportState,
    /// Rows written.
    pub rows: i64,
    /// Bytes of the file.
    pub size: i64,
    /// Why it broke off: an error's code.
    pub fault: Option<String>,
    /// Who exported.
    pub by: UserId,
    /// When.
    pub created_at: Millis,
    /// When the file is removed.
    pub expires_at: Millis,
    /// Where it can be fetched for a while; for who exported it alone.
    pub url: Option<String>,
}

/// Whose exports are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}
