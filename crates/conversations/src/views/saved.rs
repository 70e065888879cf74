//! A view as it is saved. Pure.

use super::filter::Filter;
use crate::audience::Audience;
use kernel::{Error, Result, ViewId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name at the most, in characters.
const NAME_MAX: usize = 60;
/// What one row can show beside the usual, at the most.
const COLUMNS_MAX: usize = 4;

/// In which order a view's list comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewOrder {
    /// What woke or is overdue first, then what is due, then the longest wait.
    #[default]
    Due,
    /// The last active first.
    Recent,
}

/// What a row shows beside the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewColumn {
    /// Its number.
    Number,
    /// Who holds it.
    Assignee,
    /// Its queue.
    Queue,
    /// Its tags.
    Tags,
    /// What it is about.
    Category,
    /// The contact's tier.
    Tier,
    /// When it began.
    Created,
}

/// What a view is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ViewDefinition)]
pub struct Definition {
    /// What it is called.
    pub name: String,
    /// What it asks.
    pub filter: Filter,
    /// In which order.
    #[serde(default)]
    pub order: ViewOrder,
    /// What its rows show beside the usual.
    #[serde(default)]
    pub columns: Vec<ViewColumn>,
}

impl Definition {
    /// Checks everything. Errors: `invalid`, `view.unfit`.
    pub fn cleaned(mut self) -> Result<Definition> {
        self.name = self.name.trim().to_owned();
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX || self.name.contains('\n') {
            return Err(Error::invalid("/name", if self.name.is_empty() { "required" } else { "unfit" }));
        }
        let mut once: Vec<ViewColumn> = vec![];
        for c in &self.columns {
            if !once.contains(c) {
                once.push(*c);
            }
        }
        if once.len() > COLUMNS_MAX {
            return Err(Error::invalid("/columns", "too_many"));
        }
        self.columns = once;
        self.filter.check()?;
        Ok(self)
    }
}

/// A view as it is stored.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Its id.
    pub id: ViewId,
    /// With whom it is shared; nothing for one's own.
    pub audience: Option<Audience>,
    /// Its place among the others, small first.
    pub place: i64,
    /// What it is.
    pub definition: Definition,
}
