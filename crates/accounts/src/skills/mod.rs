//! Skills: what an agent may handle. Who has which, how well and until when, stands with the users.
//!
//! Events: `skill.created`, `skill.changed`, `skill.removed`.

mod http;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub use service::found_or_made;
pub use view::SkillView;
