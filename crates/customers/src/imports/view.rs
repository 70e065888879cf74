//! What the import routes take and answer.

use super::model::{Plan, State};
use super::store::Import;
use crate::sheets::{Head, Reading};
use kernel::{ImportId, Millis, TemplateId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A table of contacts on its way in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportView {
    /// Which.
    pub id: ImportId,
    /// Whose contacts.
    pub tenant: TenantId,
    /// What the file is called.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// How it is read and what its columns mean.
    pub plan: Plan,
    /// Where it stands.
    pub state: State,
    /// Rows of the table.
    pub total: i64,
    /// Rows dealt with.
    pub done: i64,
    /// Contacts made, or that would be.
    pub made: i64,
    /// Contacts changed, or that would be.
    pub changed: i64,
    /// Rows left out.
    pub skipped: i64,
    /// Rows that could not be taken.
    pub failed: i64,
    /// Why it broke off: an error's code.
    pub fault: Option<String>,
    /// Who uploaded it.
    pub by: UserId,
    /// When.
    pub created_at: Millis,
    /// When it was started.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// When it and its file are removed.
    pub expires_at: Millis,
}

impl From<Import> for ImportView {
    fn from(i: Import) -> ImportView {
        ImportView {
            id: i.id,
            tenant: i.tenant,
            name: i.name,
            size: i.size,
            plan: i.plan,
            state: i.state,
            total: i.total,
            done: i.counts.done,
            made: i.counts.made,
            changed: i.counts.changed,
            skipped: i.counts.skipped,
            failed: i.counts.failed,
            fault: i.fault,
            by: i.by,
            created_at: i.created_at,
            started_at: i.started_at,
            ended_at: i.ended_at,
            expires_at: i.expires_at,
        }
    }
}

/// The beginning of a table.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TableHead {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its first rows.
    pub sample: Vec<Vec<String>>,
    /// How many rows there are.
    pub rows: u64,
    /// What the columns most likely mean.
    pub proposed: Plan,
}

impl TableHead {
    pub(super) fn of(head: Head, proposed: Plan) -> TableHead {
        TableHead { columns: head.columns, sample: head.sample, rows: head.rows, proposed }
    }
}

/// An upload.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportUploaded)]
pub struct Uploaded {
    /// The import it begins.
    pub import: ImportView,
    /// The beginning of its table.
    pub head: TableHead,
}

/// Where an upload goes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// Whose contacts.
    pub tenant: TenantId,
    /// What the file is called.
    pub name: String,
}

/// How a file is to be read instead.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportLookInput)]
pub struct LookInput {
    /// How.
    pub reading: Reading,
}

/// A plan to be kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportPlanInput)]
pub struct PlanInput {
    /// The whole plan.
    pub plan: Plan,
}

/// A row that could not be taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportFault)]
pub struct FaultRow {
    /// Its number, from 1, the head apart.
    pub number: i64,
    /// The column at fault, from 0.
    pub place: i64,
    /// What is wrong: `phone`, `date`, `two_people` …
    pub fault: String,
}

/// Whose imports or templates are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// What the columns of tables mean, kept for the next.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportTemplate)]
pub struct Template {
    /// Which.
    pub id: TemplateId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// When it was kept.
    pub created_at: Millis,
}

/// A template to be kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportTemplateInput)]
pub struct TemplateInput {
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// The plan.
    pub plan: Plan,
}
