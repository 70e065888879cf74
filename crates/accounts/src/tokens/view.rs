//! How tokens are asked for and shown.

use kernel::{LineId, TenantId, TokenId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An API token, without the token itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Whose.
    pub user: UserId,
    /// What it may do, as far as its owner may.
    pub permissions: Vec<String>,
    /// In this client; `null` for all.
    pub tenant: Option<TenantId>,
    /// In this line; `null` for all.
    pub line: Option<LineId>,
    /// When it was made, ms since 1970.
    pub created_at: i64,
    /// Until when it works, ms since 1970.
    pub expires_at: Option<i64>,
    /// When it was last used, to an hour, ms since 1970.
    pub used_at: Option<i64>,
}

/// A token just made.
#[derive(Clone, Serialize, ToSchema)]
pub struct CreatedToken {
    /// The token, shown once.
    pub token: String,
    /// What is kept of it.
    #[serde(flatten)]
    pub view: TokenView,
}

/// A new token.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for, up to 120 characters.
    pub name: String,
    /// What it may do: permissions that the caller holds there.
    pub permissions: Vec<String>,
    /// In this client only.
    pub tenant: Option<TenantId>,
    /// In this line only.
    pub line: Option<LineId>,
    /// Until when it works, ms since 1970.
    pub expires_at: Option<i64>,
}
