//! What the attribute routes take and answer.

use super::model::AttributeKind;
use kernel::{Millis, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The definition of a custom attribute.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attribute {
    /// Its id.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub id: i64,
    /// Whose.
    pub tenant: TenantId,
    /// Under which a contact's value stands.
    pub key: String,
    /// Shown in English.
    pub label_en: String,
    /// Shown in Chinese.
    pub label_zh: String,
    /// What values it takes.
    pub kind: AttributeKind,
    /// The values of a choice.
    pub choices: Option<Vec<String>>,
    /// When it was defined.
    pub created_at: Millis,
}

fn as_text<S: serde::Serializer>(id: &i64, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(id)
}

/// Whose attributes are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttributeQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// An attribute to be defined.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeInput {
    /// Whose.
    pub tenant: TenantId,
    /// Lower-case letters, digits and underscores.
    pub key: String,
    /// Shown in English.
    pub label_en: String,
    /// Shown in Chinese.
    pub label_zh: String,
    /// What values it takes.
    pub kind: AttributeKind,
    /// The values of a choice.
    pub choices: Option<Vec<String>>,
}
