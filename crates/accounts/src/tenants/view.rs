//! How clients are asked for and shown.

use crate::directory::TenantName;
use kernel::TenantId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A client.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantView {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// The colour of its mark, `#rrggbb`.
    pub mark_color: String,
    /// Is it no longer served?
    pub archived: bool,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

impl From<&TenantName> for TenantView {
    fn from(t: &TenantName) -> TenantView {
        let (name, mark_color) = (t.name.clone(), t.mark_color.clone());
        TenantView { id: t.id, name, mark_color, archived: t.archived, created_at: t.created_at }
    }
}

/// A new client.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// Up to 120 characters; no two clients share one.
    pub name: String,
    /// The colour of its mark, `#rrggbb`.
    pub mark_color: Option<String>,
}

/// What to change of a client.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantPatch {
    /// Up to 120 characters; no two clients share one.
    pub name: Option<String>,
    /// The colour of its mark, `#rrggbb`.
    pub mark_color: Option<String>,
    /// Is it no longer served?
    pub archived: Option<bool>,
}

/// The provider, which runs this installation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Provider)]
pub struct ProviderView {
    /// Its name.
    pub name: String,
    /// Are screens that show personal data marked with who looks at them?
    pub watermark: bool,
}

/// What to change of the provider.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderPatch {
    /// Up to 120 characters.
    pub name: Option<String>,
    /// Are screens that show personal data marked with who looks at them?
    pub watermark: Option<bool>,
}
