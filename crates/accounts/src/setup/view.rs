//! How set-up is asked for and shown.

use kernel::Language;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Is there still nobody?
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SetupState {
    /// True until the first administrator is made.
    pub open: bool,
}

/// The first administrator.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// From the one-time link.
    pub token: String,
    /// The legal name.
    pub name: String,
    /// The name customers see.
    pub alias: String,
    /// What to sign in with.
    pub login: String,
    /// At least 10 characters, at most 1,024 bytes.
    pub password: String,
    /// The language of the interface.
    pub language: Language,
}
