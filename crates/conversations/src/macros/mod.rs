//! Macros (快捷操作): stored actions that run as one. A reply and what follows from it, in one key.
//!
//! A macro belongs to one client, and there to everybody, a line, a team or one person (see [`crate::audience`]); it says
//! when it is meant ([`When`]). It runs through [`crate::actions`], in one transaction: either all of it happened, or
//! nothing. Its preview says what would happen, with the text that would be sent, and what stands in the way.
//!
//! Events: `macro.created`, `macro.changed`, `macro.removed`, `macro.ran`.

mod http;
mod model;
mod run;
mod store;

pub use model::{Definition, Mode, When};
pub(crate) use run::for_bulk;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    http::routes().merge(run::routes())
}
