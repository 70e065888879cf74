//! How setting up a line is asked for and shown.

use kernel::{Language, LineId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of a line and how far it has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LinePartView {
    /// Its name.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// Where it is set up, as a path of the desk.
    pub path: String,
    /// How many there are.
    pub count: i64,
    /// Is there enough to begin with?
    pub ready: bool,
    /// What is still missing; empty where nothing is.
    pub missing: String,
}

/// Taking over from another line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LineCopy {
    /// From which line.
    pub from: LineId,
    /// Which parts; all where none are named.
    #[serde(default)]
    pub parts: Vec<String>,
}

/// Taking over from a starting pack.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinePack {
    /// Which pack.
    pub pack: String,
    /// In which language its texts are taken; one's own where none is named.
    pub language: Option<Language>,
    /// Which parts; all where none are named.
    #[serde(default)]
    pub parts: Vec<String>,
}

/// What became of a part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BroughtView {
    /// Its name.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// How many were made.
    pub made: i64,
    /// How many were left as they are.
    pub left: i64,
    /// What was made, by name; the first 200.
    pub names: Vec<String>,
    /// What could not come along and why.
    pub remarks: Vec<String>,
    /// Why nothing came of it, where it failed; the other parts went on.
    pub failure: Option<String>,
}

/// A starting pack.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = StartingPack)]
pub struct PackView {
    /// Its name.
    pub key: String,
    /// The industry.
    pub title: String,
    /// What is in it.
    pub about: String,
    /// The parts that it has and that this installation knows, by name.
    pub parts: Vec<String>,
}
