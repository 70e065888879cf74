//! What a filter says. Pure.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Groups of a filter at the most.
pub const GROUPS_MAX: usize = 8;
/// Conditions of a filter at the most, all groups together.
pub const CONDITIONS_MAX: usize = 24;
/// A value at the most, in characters.
pub const VALUE_MAX: usize = 200;

/// Must all hold, or one?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContactJoin)]
pub enum Join {
    /// All.
    All,
    /// At least one.
    Any,
}

/// Whom a segment holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactFilter)]
pub struct Filter {
    /// How the groups are joined.
    pub join: Join,
    /// The groups; none holds everybody.
    pub groups: Vec<Group>,
}

impl Filter {
    /// Everybody.
    pub fn everybody() -> Filter {
        Filter { join: Join::All, groups: vec![] }
    }

    /// Reads a stored filter.
    pub(super) fn parse(text: &str) -> Result<Filter> {
        serde_json::from_str(text).map_err(|e| Error::internal("a kept filter").cause(e))
    }
}

/// Conditions that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactFilterGroup)]
pub struct Group {
    /// How they are joined.
    pub join: Join,
    /// Turns the group around: those for whom it does not hold.
    #[serde(default)]
    pub not: bool,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContactField)]
pub enum Field {
    /// The name.
    Name,
    /// An address; `key` names its kind. Its value is asked for mail domains (`ends`) and number prefixes (`begins`) only.
    Handle,
    /// A tag.
    Tag,
    /// A custom attribute; `key` names it.
    Attribute,
    /// The client's tier.
    Tier,
    /// The firm, by id.
    Organisation,
    /// The language they write in.
    Language,
    /// Consent; `key` names the topic, the value is `given` or `refused`.
    Consent,
    /// When they first came.
    Created,
    /// When they last came.
    LastSeen,
    /// Conversations ever.
    Conversations,
    /// Conversations not yet resolved.
    OpenConversations,
    /// Stands on the block list.
    Blocked,
}

/// How it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContactOp)]
pub enum Op {
    /// Equal.
    Is,
    /// Not equal; also where there is nothing.
    IsNot,
    /// Holds these words.
    Contains,
    /// Begins so.
    Begins,
    /// Ends so.
    Ends,
    /// A greater number.
    Above,
    /// A smaller number.
    Below,
    /// Earlier: a day of an attribute, or ms since 1970.
    Before,
    /// Later, or then.
    After,
    /// In the last so many days.
    Within,
    /// Longer ago than so many days.
    Older,
    /// There is one.
    Set,
    /// There is none.
    Unset,
}

impl Op {
    /// Does it compare with a value?
    pub fn takes_value(self) -> bool {
        !matches!(self, Op::Set | Op::Unset)
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactCondition)]
pub struct Condition {
    /// About what.
    pub field: Field,
    /// Compared how.
    pub op: Op,
    /// Which attribute, kind of address or topic of consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
