//! What can be done to a conversation, declared once: macros, bulk edits and whatever else acts on conversations call this
//! catalogue and nothing else.
//!
//! An action names the right it needs ([`Action::need`]), refuses what does not fit when it is stored ([`Action::check`]),
//! does it in the caller's transaction ([`perform`]), and knows what takes it back ([`Action::inverse`]). To add one: a
//! variant, its line in [`CATALOGUE`], its arm in `perform`.

mod catalogue;
mod http;
mod model;
mod perform;

pub(crate) use catalogue::entry;
pub use catalogue::{CATALOGUE, Declared};
pub use http::routes;
pub(crate) use model::check_all;
pub use model::{ACTIONS_MAX, Action};
pub use perform::{Doer, IDS_EACH, check_against, perform, perform_all};
